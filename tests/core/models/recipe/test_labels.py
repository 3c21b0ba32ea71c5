"""Labels: the teacher's boxes in frames of every view, several looks together, real labels over them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torchvision.ops import batched_nms

from core.errors import UserError
from core.models.recipe import label_file, labels, teacher
from core.models.recipe.labels import DOUBT, REAL, SAME, corrected, fractions, fused
from core.models.recipe.shards import all_views
from core.models.recipe.teacher import Found
from tests.core.models.recipe.conftest import Place
from tests.examples import examples

NOTHING = Found(torch.zeros(0, 4), torch.zeros(0), torch.zeros(0, dtype=torch.int64))


def look(seed: int, count: int) -> Found:
    """Boxes of three classes after NMS, fractions of the picture."""
    drawn = torch.Generator().manual_seed(seed)
    low = 0.7 * torch.rand(count, 2, generator=drawn)
    boxes = torch.cat((low, low + 0.05 + 0.25 * torch.rand(count, 2, generator=drawn)), 1)
    scores, classes = torch.rand(count, generator=drawn), torch.randint(3, (count,), generator=drawn)
    return Found(boxes, scores, classes)[batched_nms(boxes, scores, classes, SAME)]


def equal(one: Found, other: Found) -> None:
    torch.testing.assert_close(one.boxes, other.boxes)
    torch.testing.assert_close(one.scores, other.scores)
    assert one.classes.equal(other.classes)


LOOKS = {"seed": st.integers(0, 10_000), "count": st.integers(0, 12)}


@examples(60)
@given(**LOOKS)
def test_looks_that_say_the_same_say_it_together(seed: int, count: int) -> None:
    one = look(seed, count)
    equal(fused([one]), one)
    equal(fused([one, one, one]), one)


@examples(40)
@given(**LOOKS)
def test_what_one_look_alone_sees_counts_half(seed: int, count: int) -> None:
    one = look(seed, count)
    halved = Found(one.boxes, one.scores / 2, one.classes)
    equal(fused([one, NOTHING]), halved)
    equal(fused([NOTHING, one]), halved)


@examples(40)
@given(width=st.floats(0.5, 900), **LOOKS)
def test_twice_mirrored_is_as_before(width: float, seed: int, count: int) -> None:
    one = look(seed, count).scaled(width, 3.0)
    equal(one.mirrored(width).mirrored(width), one)
    torch.testing.assert_close(one.scaled(1 / width, 1 / 3).boxes, look(seed, count).boxes)


def test_a_close_up_that_two_of_three_sizes_read_right_is_read_right() -> None:
    box = torch.tensor([[0.1, 0.1, 0.9, 0.9]])
    looks = [
        Found(box + 0.01 * i, torch.tensor([s]), torch.tensor([c]))
        for i, (s, c) in enumerate([(0.6, 15), (0.5, 74), (0.6, 15)])
    ]
    found = fused(looks)
    assert found.classes.tolist() == [15, 74]
    torch.testing.assert_close(found.scores, torch.tensor([0.4, 0.5 / 3]))
    torch.testing.assert_close(found.boxes[0], box[0] + 0.01)


def test_real_labels_lead_and_what_people_did_not_label_is_doubted() -> None:
    real = fractions([("b", 10, 20, 50, 80), ("a", 60, 20, 90, 40)], (100, 200), ["a", "b"])
    assert real.classes.tolist() == [1, 0]
    torch.testing.assert_close(real.boxes[0], torch.tensor([0.05, 0.2, 0.25, 0.8]))
    there = torch.tensor([[0.05, 0.2, 0.25, 0.7], [0.05, 0.2, 0.25, 0.8], [0.6, 0.6, 0.9, 0.9]])
    found = corrected(Found(there, torch.tensor([0.5, 0.9, 0.3]), torch.tensor([1, 0, 0])), real)
    assert found.classes.tolist() == [1, 0, 0, 0]
    torch.testing.assert_close(found.scores, torch.tensor([(0.5 + REAL) / 2, REAL / 2, 0.9 * DOUBT, 0.3 * DOUBT]))
    torch.testing.assert_close(found.boxes[:2], real.boxes)
    torch.testing.assert_close(corrected(NOTHING, real).scores, torch.full((2,), REAL / 2))


def test_labels_of_a_view_are_in_its_own_frame(done: Place) -> None:
    every = label_file.load(done.root / "labels.safetensors")
    views = list(all_views(done.root / "cache"))
    assert list(every.by_view) == [view.name for view in views]
    assert every.about["scales"] == []
    plain = [view for view in views if not view.key.startswith("labelled")]
    for view in plain:
        said = teacher.read(view.maps, view.size, labels.FLOOR, labels.MOST)
        said = said[said.scores > labels.KEPT]
        torch.testing.assert_close(every.of(view).boxes, said.boxes, rtol=1e-4, atol=1e-3)
        assert every.of(view).scores.equal(said.scores)
    assert any(view.flip for view in plain)
    for view in views:
        if view.key == "labelled/000000000025.png":  # its real label: a person, x 8 to 60 of 96
            left = (96 - 60 if view.flip else 8) / 96 * view.size[1]
            assert every.of(view).boxes[0, 0].item() == pytest.approx(left)
            assert every.of(view).classes[:2].tolist() == [0, 15]


def test_several_sizes_make_the_same_labels_for_all_views(done: Place) -> None:
    out = done.root / "three.safetensors"
    more = ("--scales", "64", "96", "--photographs", *done.folders)
    assert done.labels("cache", out.name, *more) == 0
    every = label_file.load(out).by_view
    for key in ("plain/a.png", "packed.zip/train/b.png"):
        equal(every[f"{key}#0"], every[f"{key}#1"])
    assert done.heads("three", "--steps", "1", labels=out.name) == 0


def test_what_is_wrong_is_said(done: Place, tmp_path: Path, refused: Callable[[int], str]) -> None:
    assert "add --photographs" in refused(done.labels("cache", "no.safetensors", "--scales", "64"))
    some = ("--scales", "64", "--photographs", done.folders[0])
    assert "not among the photographs" in refused(done.labels("cache", "no.safetensors", *some))
    assert "no cache" in refused(done.labels("nowhere", "no.safetensors"))
    assert not (done.root / "no.safetensors").exists()
    with pytest.raises(UserError, match="holds no labels"):
        label_file.load(tmp_path / "none.safetensors")
    view = next(all_views(done.root / "cache"))
    with pytest.raises(UserError, match="of another cache"):
        label_file.Labels({}, {}).of(view)
