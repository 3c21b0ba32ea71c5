"""Regions and their targets, the fit, the distilled head, and the record of a run."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file

from core.errors import UserError
from core.models.card import content
from core.models.nanodet import CLASSES
from core.models.recipe import distil, first_weights, heads, label_file
from core.models.recipe.record import digest
from core.models.recipe.regions import WIDTH, Regions, chosen, features, gather, proposals, targets
from core.models.recipe.shards import all_views
from core.models.recipe.teacher import Found, nanodet
from core.models.recipe.words import CAVEAT
from core.models.semantic import CHANNELS, HIDDEN, PLACE, faster_rcnn
from core.models.weights import BUNDLED
from tests.core.models.recipe.conftest import Place
from tests.core.models.recipe.test_labels import NOTHING, look
from tests.examples import examples


def test_soft_targets_fade_with_the_overlap() -> None:
    label = Found(torch.tensor([[0.0, 0, 100, 100]]), torch.tensor([0.8]), torch.tensor([15]))
    regions = torch.tensor([[0.0, 0, 100, 100], [0, 0, 55, 100], [0, 0, 40, 100], [200, 200, 300, 300]])
    found = targets(regions, label)
    torch.testing.assert_close(found.soft[:, 16], torch.tensor([0.8, 0.4, 0, 0]))
    assert found.classes.tolist() == [16, 16, 0, 0]
    torch.testing.assert_close(found.sure, torch.tensor([0.8, 0.8, 0, 0]))
    torch.testing.assert_close(found.boxes, torch.cat((label.boxes, label.boxes, regions[2:])))


@examples(40)
@given(seed=st.integers(0, 10_000), count=st.integers(0, 12))
def test_targets_are_shares_and_regions_are_chosen_once(seed: int, count: int) -> None:
    labelled = look(seed, count)
    regions = torch.cat((labelled.boxes, look(seed + 1, 30).boxes))
    soft = targets(regions, labelled).soft
    torch.testing.assert_close(soft.sum(1), torch.ones(len(regions)))
    assert soft.min() >= 0
    torch.testing.assert_close(
        distil.divergence(soft.clamp(min=1e-30).log(), soft), torch.tensor(0.0), atol=1e-5, rtol=0
    )
    pick = chosen(soft, 10, torch.Generator().manual_seed(seed))
    assert len(pick) == len(pick.unique()) <= 10
    assert (1 - soft[pick, 0] > 0.03).sum() <= 6
    assert targets(regions, NOTHING).soft[:, 0].eq(1).all()


def test_what_a_view_proposes_is_what_the_detector_proposes(done: Place) -> None:
    view = next(v for v in all_views(done.root / "cache") if not v.flip)
    model: Any = faster_rcnn(content()["build"])
    first_weights.write_all(model, nanodet(), content()["build"]["rpn anchors"])
    maps = features(view)
    found = proposals(model, maps, view.size)
    assert 0 < len(found) <= content()["build"]["rpn_post_nms_top_n_test"]
    height, width = view.size
    assert found.min() >= 0
    assert (found <= torch.tensor([width, height, width, height])).all()
    data = gather(model, [view], 1, label_file.load(done.root / "labels.safetensors"), 12, 0)
    assert len(data) == 12
    assert data.names == (view.name,)
    with torch.no_grad():
        pooled = model.roi_heads.box_roi_pool(maps, [found], [view.size]).flatten(1).half()
    assert all((pooled == row).all(1).any() for row in data.pooled)


def data(count: int = 64) -> Regions:
    drawn = torch.Generator().manual_seed(0)
    soft = torch.rand(count, CLASSES + 1, generator=drawn)
    return Regions(
        pooled=torch.randn(count, WIDTH, generator=drawn).half(),
        soft=(soft / soft.sum(1, keepdim=True)).half(),
        moves=torch.randn(count, 4, generator=drawn),
        classes=torch.randint(CLASSES + 1, (count,), generator=drawn),
        sure=torch.rand(count, generator=drawn),
        views=torch.arange(count) // 4,
        names=tuple(f"p/{i // 2}.jpg#{i % 2}" for i in range(count // 4)),
    )


def test_rows_of_named_views_are_parted_from_the_others() -> None:
    rows, watched = data().of({"p/0.jpg#1", "p/3.jpg#0"})
    assert watched.tolist() == [*range(4, 8), *range(24, 28)]
    assert sorted([*rows.tolist(), *watched.tolist()]) == list(range(64))


@pytest.mark.parametrize("by_class", [False, True])
def test_the_head_alone_learns(by_class: bool) -> None:
    torch.manual_seed(0)
    model: Any = faster_rcnn(content()["build"])
    first_weights.write_head(model, first_weights.first_template())
    before = {key: value.clone() for key, value in model.state_dict().items()}
    rows = torch.arange(48)
    losses = distil.distil(model, data(), rows, torch.arange(48, 64), distil.Training(6, 20, 1e-3, by_class), 0)
    assert [entry.step for entry in losses] == [6]
    after = model.state_dict()
    assert all(key.startswith("roi_heads.") for key in after if not torch.equal(before[key], after[key]))
    place, old = (
        state["roi_heads.box_head.fc6.weight"].view(HIDDEN, CHANNELS, -1)[:, PLACE:] for state in (after, before)
    )
    assert torch.equal(place, old)
    moves = after["roi_heads.box_predictor.bbox_pred.weight"].view(CLASSES + 1, 4, HIDDEN)
    assert torch.equal(moves, moves[:1].expand_as(moves)) != by_class
    assert not any(parameter.requires_grad for parameter in model.parameters())


def test_training_makes_the_losses_smaller() -> None:
    model = faster_rcnn(content()["build"])
    first_weights.write_head(model, first_weights.first_template())
    rows = torch.arange(64)
    first, *_, last = (
        distil.distil(model, data(), rows, rows, distil.Training(3, 64, 1e-3, False), 0)[-1] for _ in range(3)
    )
    assert last.check_classes < first.check_classes
    assert last.check_boxes < first.check_boxes


def test_the_template_is_fitted_to_what_it_is_shown() -> None:
    """Shown what a known template says, it says nearly the same."""
    known = first_weights.first_template() * 0.7
    shown = data(256)
    with torch.no_grad():
        soft = distil.template_logits(known, shown.pooled.float()).softmax(1)
    shown = Regions(shown.pooled, soft.half(), shown.moves, shown.classes, shown.sure, shown.views, shown.names)
    rows = torch.arange(256)
    fitted, loss = distil.fitted_template(shown, rows, 100, 0)
    start = distil.divergence(distil.template_logits(first_weights.first_template(), shown.pooled.float()), soft)
    assert loss < start.item() / 10
    assert (fitted - known).abs().max() < (first_weights.first_template() - known).abs().max()


def test_the_record_is_complete_and_the_files_are_the_detectors(done: Place) -> None:
    folder = done.root / "heads"
    record = json.loads((folder / heads.RECORD).read_text())
    assert record["note"] == CAVEAT
    assert record["arguments"]["seed"] == 0
    assert record["arguments"]["steps"] == 2
    assert record["weights, sha256"] == {
        name: digest(folder / name) for name in (heads.WRITTEN, heads.TEMPLATE, heads.DISTILLED)
    }
    assert set(record["inputs, sha256"]) == {"teacher", "cache", "labels", "held-out list"}
    assert record["inputs, sha256"]["teacher"] == digest(BUNDLED / "detector.safetensors")
    assert set(record["versions"]) >= {"python", "torch", "torchvision", "safetensors"}
    assert record["losses"][-1]["step"] == 2
    assert len(record["template"]["numbers"]) == 99
    assert (record["photographs"], record["views"], len(record["photographs watched"])) == (4, 8, 1)
    assert record["regions trained on"] + record["regions watched"] == 8 * 12
    bundled = load_file(BUNDLED / "detector.safetensors")
    for name in record["weights, sha256"]:
        state = load_file(folder / name)
        assert {k: (v.shape, v.dtype) for k, v in state.items()} == {k: (v.shape, v.dtype) for k, v in bundled.items()}


def test_the_same_seed_makes_the_same_weights(done: Place) -> None:
    assert done.heads("again") == 0
    told = [json.loads((done.root / name / heads.RECORD).read_text()) for name in ("heads", "again")]
    assert told[0]["weights, sha256"] == told[1]["weights, sha256"]
    assert told[0]["losses"] == told[1]["losses"]


def test_without_a_cache_the_weights_are_written_down(place: Place) -> None:
    from core.models.recipe.__main__ import main

    assert main(["heads", "--out", str(place.root / "bare")]) == 0
    record = json.loads((place.root / "bare" / heads.RECORD).read_text())
    assert list(record["weights, sha256"]) == [heads.WRITTEN]
    assert set(record["inputs, sha256"]) == {"teacher"}
    assert "losses" not in record


def test_a_cache_with_a_held_out_photograph_is_refused(done: Place, refused: Callable[[int], str]) -> None:
    (done.root / "longer.txt").write_text("000000000009.jpg\n000000002007.jpg")
    said = refused(done.heads("none", "--heldout", str(done.root / "longer.txt")))
    assert "plain/000000002007_jpg.jpg" in said
    assert not (done.root / "none").exists()
    with pytest.raises(UserError, match="held out"):
        heads.refuse_held_out(["photos/000000000397.jpg#0"], frozenset({397}))


def test_labels_of_another_cache_are_refused(done: Place, refused: Callable[[int], str]) -> None:
    assert done.cache("other", "--seed", "1") == 0
    assert "another cache" in refused(done.heads("none", cache="other"))
    assert "holds no labels" in refused(done.heads("none", labels="nowhere.safetensors"))
