"""Section "Data" as a script: a look at sets, augmentation, sets of one's own from files and from classes."""

from __future__ import annotations

import gc
import re
import threading
import time
import weakref
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.figures.drawing import Cells, Drawing, Text
from core.jobs import Report
from core.transfer.data import own
from core.transfer.data.drafts import History
from core.transfer.data.image_set import ImageSet, Split
from core.transfer.data.own import Draft, shot, with_class, with_shots
from core.transfer.subject import Subject
from core.ui.framework.session import Session
from core.ui.transfer.data import augmentation, classes, filling, reading, upload, view
from core.ui.transfer.data.augmentation import EACH, PREVIEW, TOGETHER
from core.ui.transfer.data.reading import AUGMENTATION, CLASSES, KEY, PICTURES, VIEW
from core.ui.transfer.data.understood import IMAGE, LABEL, UNCLEAR, UnclearFile, table_key
from tests.core.transfer.data.made import folders, parquet, picture, structs, zipped
from tests.pages.transfer import open_section, running, says, until_ended

LIMIT = 60.0
MENU, PER_CLASS = "transfer_data", "transfer_per_class"
NEW, CLASS, MAKE, OTHER = f"{KEY}_own_new", f"{KEY}_own_class", f"{KEY}_own_make", f"{KEY}_own_other"
DRAWN: dict[str, tuple[Drawing, Callable[[int, int], None] | None]] = {}
SUBJECTS: list[Subject] = []


@pytest.fixture(autouse=True)
def listen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep what is drawn: AppTest shows of a component nothing that could be clicked."""

    def show_drawing(drawing: Drawing, key: str, picked: Callable[[int, int], None] | None = None) -> None:
        DRAWN[key] = drawing, picked

    for module in (view, augmentation, classes):
        monkeypatch.setattr(module, "show_drawing", show_drawing)
    seen = view.pictures
    monkeypatch.setattr(view, "pictures", lambda subject: (SUBJECTS.append(subject), seen(subject)))
    DRAWN.clear()
    SUBJECTS.clear()
    yield
    DRAWN.clear()
    SUBJECTS.clear()


def shown() -> ImageSet:
    return SUBJECTS[-1].images


def drawn(name: str) -> Drawing:
    return DRAWN[f"{KEY}_{name}"][0]


def errors(at: AppTest) -> str:
    return re.sub(r"\\(.)", r"\1", " ".join(box.value for box in at.error))


def see(at: AppTest, view: str) -> AppTest:
    at.button_group(key=VIEW).set_value(view).run()
    assert not at.exception
    return at


def send(at: AppTest, data: bytes, name: str = "mine.zip") -> AppTest:
    """Upload a set and wait until it was read."""
    turn = at.session_state[f"{KEY}_upload_turn"]
    at.file_uploader(key=f"{KEY}_upload_{turn}").set_value((name, data, "application/octet-stream")).run()
    return until_ended(at, LIMIT)


def press(at: AppTest, name: str) -> AppTest:
    at.button(key=f"{KEY}_{name}").click().run()
    assert not at.exception
    return at


def name_class(at: AppTest, *names: str) -> AppTest:
    for name in names:
        at.text_input(key=NEW).set_value(name).run()
        assert not at.exception
    return at


def add(at: AppTest, *files: tuple[str, bytes], into: str | None = None) -> AppTest:
    """Add files to the class that is chosen, or to another one."""
    if into is not None:
        at.selectbox(key=CLASS).set_value(into).run()
    turn = at.session_state[f"{KEY}_own_turn"]
    at.file_uploader(key=f"{KEY}_own_files_{turn}").set_value([(name, data, "image/png") for name, data in files]).run()
    return until_ended(at, LIMIT)


def files(count: int, start: int = 0) -> list[tuple[str, bytes]]:
    return [(f"{number}.png", picture(number)) for number in range(start, start + count)]


def counts(at: AppTest) -> str:
    assert not at.exception
    return drawn("own_sheet").alt.split(": ", 1)[1]


def test_something_is_there_at_once() -> None:
    at = open_section("data")
    assert shown().name == "Textures"
    assert "60 training, 45 validation, 60 test pictures are used" in says(at)
    assert "The split is locked" in says(at)
    assert "Contact sheet of 3 classes" in drawn("sheet").alt
    assert at.get("plotly_chart")
    assert not at.error


def test_a_second_label_is_named() -> None:
    assert "parity" in says(open_section("data", transfer_data="Handwritten digits"))


def test_each_set_of_the_app_and_fewer_images() -> None:
    at = open_section("data", transfer_data="Textures")
    assert "Contact sheet of 3 classes (brick, grass, gravel)" in drawn("sheet").alt
    assert "different regions" in says(at)
    at.select_slider(key=PER_CLASS).set_value(2).run()
    assert "6 training" in says(at)


def test_other_pictures_are_shown_on_demand() -> None:
    at = open_section("data")
    before = drawn("sheet")
    press(at, "others")
    assert drawn("sheet").items != before.items
    assert drawn("sheet").alt == before.alt


def test_a_link_holds_view_and_augmentation() -> None:
    at = open_section("data", **{VIEW: AUGMENTATION, f"{KEY}_aug_cutout": "0.5", MENU: "Faces"})
    assert "what becomes of each" in drawn("viewer").alt
    assert at.slider(key=f"{KEY}_aug_cutout").value == 0.5
    assert at.selectbox(key=MENU).value == "Faces"


@pytest.mark.parametrize("link", ["<script>", "9" * 3_000, "My classes/../x"])
def test_a_hostile_link_shows_the_first_view(link: str) -> None:
    at = open_section("data", **{VIEW: link, f"{KEY}_aug_mixup": link})
    assert at.button_group(key=VIEW).value == PICTURES
    assert "sheet" in " ".join(DRAWN)


def test_augmentation_is_drawn_anew_and_reset() -> None:
    at = open_section("data", **{MENU: "Handwritten digits", VIEW: AUGMENTATION, PREVIEW: TOGETHER})
    assert "stay as they are" in drawn("viewer").alt, "digits are not mirrored"
    assert "Nothing happens" in says(at)
    at.slider(key=f"{KEY}_aug_crop").set_value(0.4).run()
    first = drawn("viewer").items
    at.run()
    assert drawn("viewer").items == first, "the same until it is asked for"
    press(at, "draw_again")
    second = drawn("viewer").items
    assert second != first
    press(at, "other_pictures")
    assert drawn("viewer").items != second
    at.slider(key=f"{KEY}_aug_mixup").set_value(1.0).run()
    assert "a share of two classes" in says(at)
    press(at, "reset")
    assert "stay as they are" in drawn("viewer").alt


def test_the_augmentation_is_there_in_the_other_views_and_kept() -> None:
    at = see(open_section("data", transfer_data="Faces"), AUGMENTATION)
    at.slider(key=f"{KEY}_aug_jitter").set_value(0.3).run()
    see(see(at, CLASSES), AUGMENTATION)
    assert at.slider(key=f"{KEY}_aug_jitter").value == 0.3


def test_a_zip_becomes_a_set_that_is_chosen() -> None:
    at = send(open_section("data"), zipped(folders(6)), "my *pets*.zip")
    assert not at.error
    assert shown().own
    assert at.selectbox(key=MENU).value == "my *pets*"
    assert shown().name == "my *pets*"
    assert shown().classes == ("cats", "dogs")
    assert not any("pets" in f"{name}{value}" for name, value in at.query_params.items())
    assert at.session_state[f"{KEY}_upload_turn"] == 1, "the uploader is empty again, and holds nothing"


def test_notes_say_what_was_left_out() -> None:
    at = send(open_section("data"), zipped(folders(5) | {"cats/notes.txt": b"x", "![x](a).png": b"y"}))
    assert "1 file was left out" in says(at)
    assert "1 picture lies outside the folders" in says(at)


def test_the_same_file_twice_is_one_set_and_another_of_the_name_gets_a_number() -> None:
    at = send(open_section("data"), zipped(folders(5)))
    send(at, zipped(folders(5)))
    assert at.selectbox(key=MENU).options.count("mine") == 1
    send(at, zipped(folders(5, start=50)))
    assert at.selectbox(key=MENU).value == shown().name == "mine (2)"
    send(at, zipped(folders(5, start=90)), "Textures.zip")
    assert shown().own
    assert shown().name == "Textures (2)"


def table(at: AppTest) -> str:
    """The table of what was understood, as the visitor's changes are kept under its key."""
    return table_key(at.session_state[f"{KEY}_upload_turn"])


def change(at: AppTest, **rows: dict[str, str]) -> AppTest:
    """Edit lines of the table, by their number."""
    edited = {int(name[1:]): values for name, values in rows.items()}
    at.session_state[table(at)] = {"edited_rows": edited, "added_rows": [], "deleted_rows": []}
    at.run()
    assert not at.exception
    return at


def use(at: AppTest) -> AppTest:
    return until_ended(press(at, "ask_use"), LIMIT)


GUESSED = folders(4, top="my_train/") | folders(3, top="my_test/", start=500) | {"my_pred/x.png": picture(999)}
RUBBISH = {"my_train/cats/@eaDir/0.png/SYNOPHOTO_THUMB_M.jpg": picture(998)}


def test_a_guess_is_asked_before_it_is_used_and_taken_with_one_click() -> None:
    at = send(open_section("data"), zipped(GUESSED | RUBBISH), "my *pets*.zip")
    assert "It is not used yet" in says(at)
    assert "is taken for training" in says(at)
    assert "is left out" in says(at)
    assert "1 picture lies in folders that systems keep for themselves" in says(at)
    assert "2 classes (cats, dogs): 8 training, 6 test pictures; 1 left out." in re.sub(r"\\(.)", r"\1", says(at))
    assert shown().name == "Textures", "the set before stays in use"
    assert "my *pets*" not in at.selectbox(key=MENU).options
    use(at)
    assert shown().name == "my *pets*"
    assert shown().counts().tolist() == [[3, 1, 3], [3, 1, 3]]
    assert "It is not used yet" not in says(at)
    assert not any("pets" in f"{name}{value}" for name, value in at.query_params.items())


def test_parts_and_classes_are_corrected_in_the_table() -> None:
    at = send(open_section("data"), zipped(GUESSED))
    change(
        at,
        r1={"class": " birds "},
        r3={"class": "birds", "used for": "training"},
        r4={"used for": "test", "class": "cats"},
    )
    assert "2 classes (birds, cats): 11 training, 4 test pictures." in re.sub(r"\\(.)", r"\1", says(at))
    use(at)
    assert shown().classes == ("birds", "cats")
    assert shown().counts().sum(1).tolist() == [7, 8]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ({"r0": {"class": " "}}, "Type a class for “my_train/cats”"),
        ({"r0": {"class": "dogs"}, "r2": {"class": "dogs"}}, "At least two classes are needed"),
        ({"r0": {"used for": "test"}}, "“cats” has no training pictures"),
        ({"r4": {"used for": "training", "class": "new"}}, "“new” has fewer than 3 pictures"),
    ],
)
def test_what_is_no_set_cannot_be_used_and_says_why(rows: dict[str, dict[str, str]], sentence: str) -> None:
    at = change(send(open_section("data"), zipped(GUESSED)), **rows)
    assert sentence in re.sub(r"\\(.)", r"\1", says(at))
    assert at.button(key=f"{KEY}_ask_use").disabled


def test_a_question_outlives_a_reading_that_fails_and_can_be_discarded() -> None:
    bad = {f"my_train/cats/{number}.png": b"no picture" for number in range(3)}
    at = send(
        open_section("data"),
        zipped(folders(4, ("dogs",), top="my_train/") | bad | folders(3, ("dogs",), top="my_test/")),
    )
    use(at)
    assert "one class only" in errors(at)
    assert "It is not used yet" in says(at)
    press(at, "ask_discard")
    assert "It is not used yet" not in says(at)
    assert not at.error
    assert shown().name == "Textures"


def test_another_file_takes_the_place_of_a_question() -> None:
    at = send(open_section("data"), zipped(GUESSED))
    send(at, zipped(folders(5)), "plain.zip")
    assert "It is not used yet" not in says(at)
    assert shown().name == "plain"


COLUMNS = {
    "image": structs([picture(number) for number in range(12)]),
    "width": [320, 480, 640] * 4,
    "animal": ["cat", "dog"] * 6,
    "id": list(range(12)),
}


def test_the_column_of_labels_is_asked_where_it_is_a_guess() -> None:
    at = send(open_section("data"), parquet(COLUMNS), "mine.parquet")
    box = at.selectbox(key=f"{LABEL}_1")
    assert box.value == "animal"
    assert set(box.options) == {"animal", "width", "id"}
    assert "Several columns could be the labels" in says(at)
    assert "2 classes: cat (6), dog (6)." in re.sub(r"\\(.)", r"\1", says(at))
    box.set_value("width").run()
    assert "3 classes: 320 (4), 480 (4), 640 (4)." in re.sub(r"\\(.)", r"\1", says(at))
    assert shown().name == "Textures"
    use(at)
    assert shown().classes == ("320", "480", "640")


def test_a_named_column_of_labels_is_taken_at_once() -> None:
    at = send(open_section("data"), parquet({**COLUMNS, "label": ["a", "b"] * 6}), "mine.parquet")
    assert shown().classes == ("a", "b")
    assert "It is not used yet" not in says(at)


def test_the_column_of_pictures_is_asked_where_there_are_several() -> None:
    others = structs([picture(100 + number, (30, 20)) for number in range(12)])
    at = send(open_section("data"), parquet({"a": COLUMNS["image"], "b": others, "label": ["x", "y"] * 6}), "m.parquet")
    at.selectbox(key=f"{IMAGE}_1").set_value("b").run()
    use(at)
    assert shown().side == 20


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("x.zip", b"no zip", "not a zip file"),
        ("x.zip", b"", "empty"),
        ("x.parquet", b"no parquet", "not a Parquet file"),
        ("x.zip", b"PAR1 but no more", "not a Parquet file"),
        ("x.zip", zipped({"../../etc/passwd.png": b""} | folders()), "points outside"),
        ("x.zip", zipped(folders(classes=("cats",))), "one class only"),
        ("x.zip", zipped({"a/x.png": b"0" * 50_000_000}, zipfile.ZIP_DEFLATED), "no picture that can be read"),
    ],
)
def test_a_bad_file_is_a_sentence_and_the_page_goes_on(name: str, data: bytes, sentence: str) -> None:
    at = send(open_section("data"), data, name)
    assert sentence in errors(at)
    assert shown().name == "Textures"
    send(at, zipped(folders(5)))
    assert not at.error, "the sentence is gone with the next file"
    assert shown().own


def test_many_classes_have_pages() -> None:
    at = send(open_section("data"), zipped(folders(3, [f"class {number}" for number in range(23)])))
    assert "Contact sheet of 10 classes (class 0, " in drawn("sheet").alt
    at.get("pagination")[0].set_value(3).run()
    assert not at.exception
    assert "Contact sheet of 3 classes (class 20, " in drawn("sheet").alt
    at.selectbox(key=MENU).set_value("Faces").run()
    assert "2 classes" in drawn("sheet").alt


def test_a_set_can_be_forgotten() -> None:
    at = send(open_section("data"), zipped(folders(5)))
    press(at, "forget")
    assert not shown().own
    assert "mine" not in at.selectbox(key=MENU).options
    assert not [button for button in at.button if button.key == f"{KEY}_forget"], "the app's own cannot"


class Slow:
    """In the place of the reading: goes no further than it is told."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self, _data: bytes, _name: str, report: Report) -> Any:
        report(0.5, "picture 3 of 6")
        self.begun.set()
        assert self.go_on.wait(LIMIT)
        report(0.9, "picture 6 of 6")
        raise AssertionError("it was asked to stop")


def test_a_long_reading_shows_how_far_it_is_and_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow()
    monkeypatch.setattr(upload, "read_archive", slow)
    monkeypatch.setattr(reading, "SOON_S", 0.01)
    at = open_section("data")
    at.file_uploader(key=f"{KEY}_upload_0").set_value(("mine.zip", zipped(folders(3)), "application/zip")).run()
    assert slow.begun.wait(LIMIT)
    at.run()
    assert [bar.proto.text for bar in at.get("progress")] == ["Reading: picture 3 of 6"]
    assert shown().name == "Textures", "the page stays usable"
    press(at, "reading_a_set_stop")
    slow.go_on.set()
    until_ended(at, LIMIT)
    assert "was stopped: nothing was saved" in errors(at)
    assert not shown().own


def test_a_second_reading_waits_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SOON_S", 0.01)
    hold = threading.Event()
    other = reading.READINGS.submit(lambda _: hold.wait(LIMIT))
    try:
        at = open_section("data")
        at.file_uploader(key=f"{KEY}_upload_0").set_value(("a.zip", zipped(folders(5)), "application/zip")).run()
        assert [bar.proto.text for bar in at.get("progress")] == ["Reading: queued, 1 before it"]
    finally:
        hold.set()
        other.wait(LIMIT)
    until_ended(at, LIMIT)
    assert shown().name == "a"


def test_classes_are_named_filled_and_made_into_a_set() -> None:
    at = see(open_section("data"), CLASSES)
    assert "Name a class among the controls" in says(at)
    name_class(at, "cup", "pen")
    assert at.text_input(key=NEW).value == ""
    assert "has no picture" in says(at)
    assert at.button(key=MAKE).disabled
    add(at, *files(4), into="cup")
    add(at, *files(3, 50), into="pen")
    assert counts(at) == "cup: 4, pen: 3."
    at.text_input(key=f"{KEY}_own_title").set_value("Desk").run()
    press(at, "own_make")
    assert at.button_group(key=VIEW).value == PICTURES, "it is shown at once"
    assert at.selectbox(key=MENU).value == shown().name == "Desk"
    assert shown().own
    assert shown().classes == ("cup", "pen")
    assert all(len(shown().part(part)) for part in Split)
    see(at, CLASSES)
    assert counts(at) == "cup: 4, pen: 3.", "it can be added to"
    add(at, *files(1, 80))
    press(at, "own_make")
    assert shown().name == "Desk (2)", "the one before stays"
    assert len(shown()) == 8


def test_classes_are_renamed_removed_and_that_is_undone() -> None:
    at = name_class(see(open_section("data"), CLASSES), "cup", "pen")
    add(at, *files(2), into="cup")
    at.text_input(key=OTHER).set_value("mug").run()
    assert counts(at) == "mug: 2, pen: 0."
    assert at.selectbox(key=CLASS).value == "mug"
    press(at, "own_remove")
    assert counts(at) == "pen: 0."
    press(at, "own_undo")
    assert counts(at) == "mug: 2, pen: 0."
    press(at, "own_clear")
    assert "Name a class among the controls" in says(at)
    press(at, "own_undo")
    assert counts(at) == "mug: 2, pen: 0."
    for _ in range(4):
        press(at, "own_undo")
    assert at.button(key=f"{KEY}_own_undo").disabled


def test_a_click_takes_a_picture_out() -> None:
    at = name_class(see(open_section("data"), CLASSES), "cup")
    add(at, *files(3))
    drawing, picked = DRAWN[f"{KEY}_own_sheet"]
    assert any(isinstance(item, Cells) for item in drawing.items)
    assert picked is not None
    click = AppTest.from_function(clicks, default_timeout=60).run()
    assert not click.exception
    at.run()
    assert counts(at) == "cup: 2."


def clicks() -> None:
    """The same session, since tests have but one: clicks on a picture and beside any."""
    from tests.pages import test_transfer_data as test

    picked = test.DRAWN[f"{test.KEY}_own_sheet"][1]
    assert picked is not None
    for row, column in ((0, 1), (0, 7), (5, 0), (-1, -1), (10**9, 10**9)):
        picked(row, column)


def test_names_that_cannot_be_are_a_sentence() -> None:
    at = name_class(see(open_section("data"), CLASSES), "cup", "CUP")
    assert "There is a class “CUP” already" in errors(at)
    name_class(at, "  ")
    assert counts(at) == "cup: 0."
    name_class(at, "<b>[x](http://a.b)")
    assert not at.error
    assert "http://a.b" in drawn("own_sheet").alt


def test_files_that_are_no_pictures_are_told_and_the_rest_is_taken() -> None:
    at = name_class(see(open_section("data"), CLASSES), "cup")
    add(at, ("![x](http://a.b).png", b"text"), *files(2))
    assert counts(at) == "cup: 2."
    assert "not a picture" in errors(at)
    assert "](http" not in at.error[0].value, "a name is no link"
    add(at, *[(f"{number}.png", b"text") for number in range(9)])
    assert len(at.error) == 4
    assert "5 more like this" in " ".join(box.label for box in at.expander)
    add(at, *files(2))
    assert "2 pictures were there already" in errors(at)


def test_too_much_at_once_and_too_much_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "MOST_PICTURES", 3)
    at = name_class(see(open_section("data"), CLASSES), "cup")
    add(at, *files(5))
    assert counts(at) == "cup: 3."
    assert "2 left out: all classes together can have at most 3 pictures" in errors(at)
    add(at, *files(1, 60))
    assert "3 pictures already" in errors(at)
    monkeypatch.setattr(filling, "AT_ONCE_MB", 0)
    add(at, *files(1, 70))
    assert "more than 0 MB together" in errors(at)
    assert counts(at) == "cup: 3."


def test_a_snapshot_goes_into_the_class_and_the_camera_is_ready_again() -> None:
    at = name_class(see(open_section("data"), CLASSES), "cup", "pen")
    at.toggle(key=f"{KEY}_own_camera").set_value(True).run()
    for number in range(2):
        turn = at.session_state[f"{KEY}_own_turn"]
        camera = next(box for box in at.get("camera_input") if box.key == f"{KEY}_own_snapshot_{turn}")
        camera.set_value(("snapshot.jpg", picture(number, form="JPEG"), "image/jpeg")).run()
        assert not at.exception
    assert counts(at) == "cup: 0, pen: 2."
    assert at.session_state[f"{KEY}_own_turn"] == 2


def test_pictures_of_a_class_that_was_renamed_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SOON_S", 0.0)
    hold = threading.Event()
    other = reading.READINGS.submit(lambda _: hold.wait(LIMIT))
    at = name_class(see(open_section("data"), CLASSES), "cup")
    at.file_uploader(key=f"{KEY}_own_files_0").set_value([("a.png", picture(1), "image/png")]).run()
    assert running(at)
    at.text_input(key=OTHER).set_value("mug").run()
    hold.set()
    other.wait(LIMIT)
    time.sleep(0.1)
    until_ended(at, LIMIT)
    assert "no class “cup” any more" in errors(at)
    assert counts(at) == "mug: 0."


def test_nothing_of_a_visit_is_left_when_its_tab_is_closed() -> None:
    mine = Session()
    draft, _ = with_shots(with_class(Draft(), "cup"), "cup", [shot("a.png", picture(1))])
    mine.shown["drafts"] = History().then(draft).then(Draft())  # cleared: only undoing could bring it back
    mine.start(
        reading.SET, reading.READINGS, partial(upload._read, data=zipped(folders(5)), name="a.zip", turn=1)
    ).wait(LIMIT)
    asked = upload._read(lambda *_: None, zipped(GUESSED), "b.zip", 2)
    assert isinstance(asked, UnclearFile)
    mine.shown[UNCLEAR] = asked
    held = [weakref.ref(draft.shots[0][0]), weakref.ref(mine.jobs[reading.SET].wait()), weakref.ref(asked)]
    assert all(ref() is not None for ref in held)
    del draft, asked
    mine.close()
    gc.collect()
    assert [ref() for ref in held] == [None, None, None]


def test_what_was_told_stays_in_its_view_and_its_visit() -> None:
    at = AppTest.from_function(two_sections, default_timeout=120).run()
    send(at, b"not a zip file")
    assert at.error
    at.run()
    assert at.error, "as long as nothing else is done"
    see(at, CLASSES)
    assert not at.error
    see(at, PICTURES)
    assert not at.error
    send(at, b"not a zip file")
    assert at.error
    at.checkbox(key="elsewhere").check().run()
    assert not at.error
    at.checkbox(key="elsewhere").uncheck().run()
    assert not at.error, "it was about a file of then"


def two_sections() -> None:
    import streamlit as st

    from core.ui.transfer.data import view

    if not st.checkbox("another section", key="elsewhere"):
        view.section()


def test_the_view_of_augmentation_opens_with_each_change_by_itself() -> None:
    at = see(open_section("data"), AUGMENTATION)
    assert "5 rows (flip, crop 40%, jitter 60%, cutout 40%, mixup 1)" in drawn("viewer").alt
    assert "no training uses them" in says(at)
    assert at.query_params[PREVIEW] in (EACH, [EACH])
    words = [item.text for item in drawn("viewer").items if isinstance(item, Text)]
    assert words.count("example") == 4, "textures are mirrored"
    at.slider(key=f"{KEY}_aug_cutout").set_value(0.2).run()
    assert "cutout 20%" in drawn("viewer").alt
    assert [item.text for item in drawn("viewer").items if isinstance(item, Text)].count("example") == 3


def test_a_link_to_the_view_of_augmentation_shows_what_it_did() -> None:
    at = open_section("data", **{VIEW: AUGMENTATION})
    assert shown_together()
    see(see(at, PICTURES), AUGMENTATION)
    assert shown_together(), "and stays so"


def shown_together() -> bool:
    return "draw 1" in [item.text for item in drawn("viewer").items if isinstance(item, Text)]
