"""The sheet of classes, their counts, and what becomes of pictures in training, as drawings and charts."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from core.figures.drawing import Cells, Drawing, Image, Rect, Text
from core.figures.transfer.data import (
    COLOURS,
    PARTS,
    SHOWN,
    amounts,
    class_sheet,
    count_csv,
    count_table,
    counts,
)
from core.figures.transfer.data_augmentation import before_and_after
from core.figures.transfer.data_draft import COLUMNS, draft_sheet, shot_at
from core.figures.transfer.data_understood import of_column, sum_up
from core.transfer.data.augment import Augmentation
from core.transfer.data.correction import Tally
from core.transfer.data.image_set import ImageSet, Selection, Split
from core.transfer.data.own import Draft, shot, with_class, with_shots
from core.transfer.data.parquet_look import Candidate
from core.transfer.data.preview import preview, some
from core.transfer.data.splits import select
from tests.core.figures.frames import assert_sound as sound_drawing
from tests.core.figures.settled import numbers, sound
from tests.core.transfer.data.made import picture
from tests.core.transfer.sets import stripes

MOST = 400_000  # bytes of a drawing: it goes to the browser with each change


def named(classes: int) -> ImageSet:
    images = stripes(per_class=24, side=16, classes=4)
    keep = images.labels < classes
    return replace(
        images,
        images=images.images[keep],
        labels=images.labels[keep],
        split=images.split[keep],
        names=tuple(np.array(images.names)[keep]),
        classes=images.classes[:classes],
        second=None,
    )


def texts(drawing: Drawing) -> list[str]:
    return [item.text for item in drawing.items if isinstance(item, Text)]


def tips(drawing: Drawing) -> list[str]:
    return [item.tip for item in drawing.items if isinstance(item, Rect) and item.tip]


@pytest.mark.parametrize("classes", [1, 2, 4])
def test_a_sheet_shows_each_class_and_part(classes: int) -> None:
    images = named(classes)
    drawing = class_sheet(images, select(images, None), range(classes))
    sound_drawing(drawing, texts=False)
    assert set(texts(drawing)) == {*images.classes, *PARTS.values()}
    assert all(name in drawing.alt for name in images.classes)
    assert len(json.dumps(drawing.as_data())) < MOST
    for part, colour in COLOURS.items():
        frames = [item for item in drawing.items if isinstance(item, Rect) and item.stroke == colour]
        lines = max(1, 5 // classes)
        there = images.counts()[:, part]
        assert len(frames) == sum(min(SHOWN[part] * lines, int(number)) for number in there)


def test_tips_name_the_picture_its_class_and_its_part() -> None:
    images = named(2)
    drawing = class_sheet(images, select(images, None), range(2))
    parts = {name: Split(part) for name, part in zip(images.names, images.split.tolist(), strict=True)}
    described = [tip for tip in tips(drawing) if ": " in tip]
    assert len(described) == len([item for item in drawing.items if isinstance(item, Rect) and item.line == 3])
    for tip in described:
        name, rest = tip.split(": ")
        label = images.labels[images.names.index(name)]
        assert rest == f"{images.classes[label]}, {PARTS[parts[name]]}"


def test_only_pictures_that_take_part_are_shown_and_a_turn_shows_others() -> None:
    images = named(2)
    few = select(images, 2)
    shown = {tip.split(": ")[0] for tip in tips(class_sheet(images, few, range(2))) if "training" in tip}
    assert shown == {images.names[index] for index in few.train}
    everything = select(images, None)
    first = class_sheet(images, everything, range(2), 0)
    assert tips(first) == tips(class_sheet(images, everything, range(2), 0))
    one_line = class_sheet(named(4), select(named(4), None), range(4), 0)
    assert tips(one_line) != tips(class_sheet(named(4), select(named(4), None), range(4), 1))


def test_a_part_without_pictures_says_so() -> None:
    images = named(2)
    chosen = select(images, None)
    drawing = class_sheet(images, Selection(chosen.train, np.empty(0, np.int64), chosen.test, None), range(2))
    sound_drawing(drawing, texts=False)
    assert texts(drawing).count("none") == 1


def test_long_names_stay_beside_their_line() -> None:
    images = replace(named(2), classes=("a" * 40, "b c"))
    drawing = class_sheet(images, select(images, None), range(2))
    name = next(item for item in drawing.items if isinstance(item, Text) and item.text.startswith("a"))
    assert len(name.text) <= 18
    assert "a" * 40 in tips(drawing)


def test_counts_are_those_of_the_set_and_of_what_takes_part() -> None:
    images = named(4)
    chosen = select(images, 5)
    table = count_table(images, chosen)
    assert table["training"].tolist() == [12] * 4
    assert table["training taken"].tolist() == [5] * 4
    assert table["validation taken"].tolist() == [6] * 4
    plot = counts(images, chosen)
    bars = sound(plot)["data"]
    assert [trace["name"] for trace in bars] == list(PARTS.values())
    assert sum(sum(numbers(trace, "x")) for trace in bars) == len(images)
    assert "48 training, 24 validation, 24 test" in plot.alt
    assert plot.reading == "Of these are used: 20 training, 24 validation, 24 test pictures."
    whole = counts(images, select(images, None))
    assert whole.reading == "All of them are used."
    assert whole.plot.to_json() == plot.plot.to_json(), "how many take part moves nothing"


def test_before_and_after_with_labels_below() -> None:
    images = named(2)
    indices = some(images, select(images, None), 4)
    plain = preview(images, indices, Augmentation(flip=False), 2, seed=0)
    drawing = before_and_after(plain, images.labels, images.classes)
    sound_drawing(drawing, texts=False)
    assert "which stay as they are" in drawing.alt
    assert len([item for item in drawing.items if isinstance(item, Image)]) == 3
    assert [text for text in texts(drawing) if text in images.classes] == ["red", "green"] * 2 * 3
    assert len(json.dumps(drawing.as_data())) < MOST


def test_mixed_labels_are_shares_of_two_classes() -> None:
    images = named(2)
    indices = some(images, select(images, None), 4)
    mixed = preview(images, indices, Augmentation(flip=False, mixup=1.0), 6, seed=1)
    drawing = before_and_after(mixed, images.labels, images.classes)
    sound_drawing(drawing, texts=False)
    shares = [text for text in texts(drawing) if "%" in text]
    assert shares
    for first, second in zip(shares[::2], shares[1::2], strict=True):
        more, less = (int(text.split("%")[0]) for text in (first, second))
        assert 99 <= more + less <= 101
        assert more >= less
        assert {first.split("% ")[1], second.split("% ")[1]} == {"red", "green"}
    assert "what becomes of each" in drawing.alt


def draft(*counts: int) -> Draft:
    found = Draft()
    for label, count in enumerate(counts):
        found = with_class(found, f"class {label}")
        shots = [shot(f"{number}.png", picture(100 * label + number)) for number in range(count)]
        found, _ = with_shots(found, f"class {label}", shots)
    return found


def test_a_draft_shows_the_newest_of_each_class() -> None:
    made = draft(COLUMNS + 2, 1, 0)
    drawing = draft_sheet(made)
    sound_drawing(drawing, texts=False)
    assert {"14 pictures", "1 of 3 or more", "0 of 3 or more", "no pictures yet"} <= set(texts(drawing))
    cells = next(item for item in drawing.items if isinstance(item, Cells))
    assert (cells.rows, cells.columns, len(cells.tips)) == (3, COLUMNS, 3 * COLUMNS)
    assert cells.tips[0].startswith("2.png")
    assert cells.tips[COLUMNS + 1] == ""
    assert "class 0: 14, class 1: 1, class 2: 0" in drawing.alt


def test_a_cell_of_a_draft_is_its_picture_or_none() -> None:
    made = draft(COLUMNS + 2, 1)
    assert shot_at(made, 0, 0) is made.shots[0][2]
    assert shot_at(made, 0, COLUMNS - 1) is made.shots[0][-1]
    assert shot_at(made, 1, 0) is made.shots[1][0]
    for row, column in ((1, 1), (2, 0), (-1, 0), (0, -1), (0, COLUMNS), (10**9, 10**9)):
        assert shot_at(made, row, column) is None


def test_the_counts_as_words_and_as_a_file_that_no_spreadsheet_takes_for_formulas() -> None:
    images = replace(named(2), classes=("=1+1", "b"))
    selection = select(images, 2)
    assert amounts(images, selection).startswith(f"{len(images)} pictures in 2 classes, 16 × 16 pixels; 4 training")
    lines = count_csv(images, selection).splitlines()
    assert len(lines) == 3
    assert lines[1].startswith("'=1+1")


def test_what_comes_of_a_file_in_words() -> None:
    assert sum_up(Tally((), {}, 3, "")) == "No classes; 3 left out."
    nine = tuple("abcdefghi")
    told = sum_up(Tally(nine, {Split.TRAIN: 1_200, Split.TEST: 2}, 0, ""))
    assert told == "9 classes (a, b, c, d, e, f, g, h, …): 1,200 training, 2 test pictures."
    assert sum_up(Tally(("a",), {}, 0, "")) == "1 class (a): no pictures."
    assert of_column(Candidate("x", (("cat", 6), ("dog", 5)), 1), 12) == (
        "12 rows. 2 classes: cat (6), dog (5); 1 row without a label."
    )
    assert (
        of_column(Candidate("x", (("1", 1), ("2", 1)), 0, more=True), 2) == "2 rows. More than 2 classes: 1 (1), 2 (1)."
    )
