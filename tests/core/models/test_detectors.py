"""The registry: every entry is what it says, the bundled one its card, torchvision's what torchvision would build."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import threading
import weakref
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torchvision.models import WeightsEnum, get_model_builder, get_model_weights
from torchvision.models.detection.faster_rcnn import FasterRCNN
from torchvision.ops import FrozenBatchNorm2d

from core import device
from core.detection import detector as shared
from core.detection import load
from core.errors import UserError
from core.models import detectors, weights
from core.models.card import card
from core.models.detectors import DETECTORS, DetectorSpec, build
from core.models.nanodet import CLASSES
from core.models.weights import Bundled, Downloaded, hub_folder

BUNDLED = ["bundled", "nanodet_g"]
TORCHVISIONS = [name for name in DETECTORS if name not in BUNDLED]
BATCH_NORM_FROZEN = ["resnet50_fpn", "mobilenet_v3_large_fpn", "mobilenet_v3_large_320_fpn"]
"""Those that torchvision builds with FrozenBatchNorm2d when it builds them with their weights."""


def builder(name: str) -> functools.partial[FasterRCNN]:
    """torchvision's own, by the name it registered it under."""
    return functools.partial(get_model_builder(f"fasterrcnn_{name}"), weights_backbone=None)


def published(name: str) -> Any:
    return get_model_weights(f"fasterrcnn_{name}").COCO_V1


def count(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def shapes(state: dict[str, Tensor]) -> dict[str, torch.Size]:
    """Of everything that takes part in inference."""
    return {name: value.shape for name, value in state.items() if not name.endswith("num_batches_tracked")}


@functools.cache
def blank(name: str) -> Any:
    """The entry's network without numbers: shapes cost nothing on the meta device."""
    with torch.device("meta"):
        return DETECTORS[name].network()


@functools.cache
def blank_torchvision(name: str) -> FasterRCNN:
    """What torchvision builds with its weights, without their numbers."""
    with torch.device("meta"), pytest.MonkeyPatch.context() as patch:
        state = builder(name)(weights=None).state_dict()
        patch.setattr(WeightsEnum, "get_state_dict", lambda *_, **__: state)
        return builder(name)(weights=published(name))


# ---- the registry


def test_the_bundled_detectors_come_first_and_need_no_network() -> None:
    assert list(DETECTORS)[:2] == BUNDLED
    assert all(isinstance(DETECTORS[name].source, Bundled) for name in BUNDLED)
    assert all(isinstance(DETECTORS[name].source, Downloaded) for name in TORCHVISIONS)
    assert len(TORCHVISIONS) == 4


@pytest.mark.parametrize("name", DETECTORS)
def test_an_entry_is_complete(name: str) -> None:
    spec = DETECTORS[name]
    assert spec.name == name
    assert name.isidentifier()  # it stands in links
    assert spec.title.strip() == spec.title != ""
    assert 0 < spec.ap < 1  # a fraction, not per cent
    assert (spec.card is None) == (name != "bundled")


def test_no_two_entries_share_a_title_or_a_file() -> None:
    assert len({spec.title for spec in DETECTORS.values()}) == len(DETECTORS)
    assert len({(spec.source, spec.part) for spec in DETECTORS.values()}) == len(DETECTORS)
    assert len({spec.source for spec in DETECTORS.values()}) == len(DETECTORS) - 1, "the bundled two share theirs"


@pytest.mark.parametrize("name", DETECTORS)
def test_the_classes_are_those_of_the_network(name: str) -> None:
    spec = DETECTORS[name]
    assert spec.classes[0] == "__background__"
    if name == "nanodet_g":  # which has no background
        assert spec.classes == DETECTORS["bundled"].classes
        assert len(spec.classes) == CLASSES + 1
    else:
        assert blank(name).roi_heads.box_predictor.cls_score.out_features == len(spec.classes)
    assert len(spec.known) == 80
    assert len(set(spec.known)) == len(spec.known)
    assert not {"N/A", "__background__", ""} & set(spec.known)
    assert set(spec.known) <= set(spec.classes)
    assert [word.lower() for word in spec.known] == sorted(word.lower() for word in spec.known)


@pytest.mark.parametrize("name", DETECTORS)
def test_the_first_size_is_the_one_that_the_network_was_built_for(name: str) -> None:
    sizes = DETECTORS[name].sizes
    assert blank(name).transform.min_size == (sizes[0],)
    assert len(set(sizes)) == len(sizes) >= 3


@pytest.mark.parametrize("name", TORCHVISIONS)
def test_coco_has_ninety_numbers_for_eighty_classes(name: str) -> None:
    classes = DETECTORS[name].classes
    assert len(classes) == 91
    assert classes.count("N/A") == 10
    assert {1: "person", 18: "dog", 90: "toothbrush"}.items() <= dict(enumerate(classes)).items()


def test_all_know_the_same_classes_so_that_a_choice_of_them_outlives_another_model() -> None:
    assert len({spec.known for spec in DETECTORS.values()}) == 1


@pytest.mark.parametrize(
    ("name", "ap"),
    [
        ("resnet50_fpn_v2", 0.467),
        ("resnet50_fpn", 0.370),
        ("mobilenet_v3_large_fpn", 0.328),
        ("mobilenet_v3_large_320_fpn", 0.228),
    ],
)
def test_the_ap_is_the_published_one(name: str, ap: float) -> None:
    assert DETECTORS[name].ap == pytest.approx(ap)


def test_the_bundled_network_has_the_parameters_its_card_says() -> None:
    assert DETECTORS["bundled"].parameters == count(blank("bundled")) == 6_617_389
    assert DETECTORS["nanodet_g"].parameters == count(blank("nanodet_g")) == 3_786_068
    assert count(blank("bundled").backbone) == count(blank("nanodet_g")), "the one sees through the other's eyes"


@pytest.mark.parametrize("name", TORCHVISIONS)
def test_torchvisions_parameters_are_counted_as_torchvision_counts(name: str) -> None:
    # with the weights three of them get FrozenBatchNorm2d, whose numbers are buffers and so are not in the count
    spec = DETECTORS[name]
    assert spec.parameters == count(blank_torchvision(name))
    trainable = sum(count(module) for module in blank(name).modules() if isinstance(module, nn.BatchNorm2d))
    assert count(blank(name)) - spec.parameters == (trainable if name in BATCH_NORM_FROZEN else 0)


@pytest.mark.parametrize("name", TORCHVISIONS)
def test_torchvisions_weights_have_a_place_in_our_network(name: str) -> None:
    assert shapes(blank(name).state_dict()) == shapes(blank_torchvision(name).state_dict())


# ---- the bundled one


@pytest.fixture(scope="module")
def bundled() -> FasterRCNN:
    return build(DETECTORS["bundled"])


def test_the_bundled_network_is_built_as_its_card_says(bundled: FasterRCNN) -> None:
    said = json.loads((weights.BUNDLED / "detector.json").read_text(encoding="utf-8"))["build"]
    anchors = bundled.rpn.anchor_generator
    assert [list(sizes) for sizes in anchors.sizes] == said["rpn anchors"]["sizes"]
    assert [list(ratios) for ratios in anchors.aspect_ratios] == [said["rpn anchors"]["aspect_ratios"]] * 3
    assert bundled.transform.image_mean == said["image_mean"]
    assert bundled.transform.image_std == said["image_std"]
    assert bundled.transform.min_size == (said["min_size"],)
    assert bundled.transform.max_size == said["max_size"]
    assert bundled.rpn.pre_nms_top_n() == said["rpn_pre_nms_top_n_test"]
    assert bundled.rpn.post_nms_top_n() == said["rpn_post_nms_top_n_test"]
    assert bundled.roi_heads.score_thresh == said["box_score_thresh"]
    assert bundled.roi_heads.detections_per_img == said["box_detections_per_img"]
    assert bundled.roi_heads.box_roi_pool.featmap_names == ["0", "1", "2"]
    assert bundled.roi_heads.box_roi_pool.output_size == (7, 7)
    pooling = said["roi_heads.box_roi_pool"]
    assert {name: getattr(bundled.roi_heads.box_roi_pool, name) for name in pooling} == pooling
    assert pooling == {"sampling_ratio": 2, "canonical_scale": 90, "canonical_level": 4}


def test_the_bundled_pyramid_has_three_levels(bundled: FasterRCNN) -> None:
    with torch.inference_mode():
        features = bundled.backbone(torch.zeros(1, 3, 128, 192))
    assert {name: tuple(level.shape) for name, level in features.items()} == {
        "0": (1, 91, 16, 24),  # stride 8
        "1": (1, 91, 8, 12),
        "2": (1, 91, 4, 6),
    }


def test_the_bundled_network_holds_the_files_numbers_in_full_precision(bundled: FasterRCNN) -> None:
    file = load_file(weights.BUNDLED / "detector.safetensors")
    state = bundled.state_dict()
    assert state.keys() == file.keys()
    for name, value in file.items():
        assert value.dtype == torch.float16
        assert state[name].dtype == torch.float32
        assert torch.equal(state[name].half(), value), name


def test_a_built_network_neither_trains_nor_remembers_gradients(bundled: FasterRCNN) -> None:
    assert not any(module.training for module in bundled.modules())
    assert not any(parameter.requires_grad for parameter in bundled.parameters())


def test_building_twice_gives_two_networks_with_the_same_numbers(bundled: FasterRCNN) -> None:
    again = build(DETECTORS["bundled"])
    assert again is not bundled
    assert all(torch.equal(a, b) for a, b in zip(again.parameters(), bundled.parameters(), strict=True))


@pytest.mark.parametrize(
    "change", ["a weight is missing", "the backbone's is missing", "a tensor too many", "a class is missing"]
)
def test_weights_that_do_not_fit_are_no_quiet_success(
    change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = load_file(weights.BUNDLED / "detector.safetensors")
    key = "roi_heads.box_predictor.cls_score.bias"
    match change:
        case "a weight is missing":
            del state[key]
        case "the backbone's is missing":
            key = "backbone.body.stem.0.weight"
            del state[key]
        case "a tensor too many":
            key = "roi_heads.mask"
            state[key] = torch.zeros(1)
        case _:
            state[key] = state[key][:-1].clone()
    save_file(state, tmp_path / "other.safetensors")
    monkeypatch.setattr(weights, "BUNDLED", tmp_path)
    digest = hashlib.sha256((tmp_path / "other.safetensors").read_bytes()).hexdigest()
    told = "another shape" if change == "a class is missing" else key
    with pytest.raises(UserError, match=told) as error:
        build(dataclasses.replace(DETECTORS["bundled"], source=Bundled("other.safetensors", digest)))
    assert "do not fit" in str(error.value)
    assert "\n" not in str(error.value)


def test_the_card_tells_what_was_measured() -> None:
    said = json.loads((weights.BUNDLED / "detector.json").read_text(encoding="utf-8"))["measured"]
    assert card() == DETECTORS["bundled"].card
    assert card().ap == DETECTORS["bundled"].ap == said["COCO AP"]
    assert card().ap < card().ap50 == said["AP50"]
    assert list(card().ap_by_size) == said["AP large / medium / small objects"]
    assert card().ap_person == said["person AP"]
    assert list(card().ap_by_size) == sorted(card().ap_by_size, reverse=True)
    assert DETECTORS["nanodet_g"].ap > card().ap, "no Faster R-CNN on its predictions was better than it"
    assert "not one trained end to end" in card().what


def test_both_licences_lie_beside_the_weights_whole() -> None:
    text = (weights.BUNDLED / "LICENCES.txt").read_text(encoding="utf-8")
    assert "Copyright 2020-2021 RangiLyu" in text
    assert "9. Accepting Warranty or Additional Liability" in text
    assert "Copyright (c) 2021 Vladimir Mandic" in text
    assert "THE SOFTWARE IS PROVIDED" in text


# ---- torchvision's, against torchvision's own builder


def trained(name: str) -> dict[str, Tensor]:
    """Weights as training might leave them, stored in half precision, under the keys of torchvision's file.

    Batch normalisation scales by weight / sqrt(variance + eps). The variances here are as small as trained ones are
    (1e-4 to 1e-3), so a wrong eps is seen, and the weights are such that what comes out keeps its size.
    """
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = builder(name)(weights=None)
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                nn.init.uniform_(module.running_var, 1e-4, 1e-3)
                nn.init.normal_(module.running_mean, std=0.01)
                nn.init.normal_(module.bias, std=0.1)
                module.weight.data = module.running_var.sqrt() * torch.empty_like(module.weight).uniform_(0.3, 0.7)
    state = model.state_dict()
    for key, value in state.items():
        state[key] = value.half() if value.is_floating_point() else value
    if name not in BATCH_NORM_FROZEN:
        return state  # with the `_metadata` that torch puts into a file

    def older(key: str) -> str:  # these files are from 2019 and 2021, before the layers moved into blocks of their own
        if key.startswith("rpn.head.conv."):
            return key.replace("conv.0.0.", "conv.")
        return key.replace(".0.weight", ".weight").replace(".0.bias", ".bias") if "_blocks." in key else key

    return {older(key): value for key, value in state.items() if not key.endswith("num_batches_tracked")}


@torch.inference_mode()
def outputs(model: FasterRCNN) -> list[Tensor]:
    """What every learned part of the network makes of a small picture."""
    pixels = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    boxes = [torch.tensor([[4.0, 8.0, 50.0, 45.0], [15.0, 10.0, 30.0, 60.0]])]
    heads = model.roi_heads
    features = model.backbone(pixels)
    objectness, deltas = model.rpn.head(list(features.values()))
    scores, coded = heads.box_predictor(heads.box_head(heads.box_roi_pool(features, boxes, [(64, 64)])))
    return [*features.values(), *objectness, *deltas, scores, coded]


def settings(model: FasterRCNN) -> dict[str, object]:
    """What decides the rest of a forward pass and is not learned."""
    anchors, rpn, heads = model.rpn.anchor_generator, model.rpn, model.roi_heads
    return {
        "transform": repr(model.transform),
        "anchors": (anchors.sizes, anchors.aspect_ratios),
        "rpn": (rpn.pre_nms_top_n(), rpn.post_nms_top_n(), rpn.nms_thresh, rpn.score_thresh, rpn.min_size),
        "pooling": repr(heads.box_roi_pool),
        "heads": (heads.score_thresh, heads.nms_thresh, heads.detections_per_img, heads.box_coder.weights),
    }


def difference(ours: list[Tensor], theirs: list[Tensor]) -> float:
    """The largest, in units of the largest number of the tensor it is in."""
    assert [value.shape for value in ours] == [value.shape for value in theirs]
    return max(((a - b).abs().max() / b.abs().max()).item() for a, b in zip(ours, theirs, strict=True))


@dataclasses.dataclass(frozen=True)
class Trained:
    """An entry built from a file of made-up weights, and what torchvision's own builder makes of the same weights."""

    name: str
    ours: FasterRCNN
    settings: dict[str, object]
    outputs: list[Tensor]


@pytest.fixture(scope="module", params=["resnet50_fpn_v2", "resnet50_fpn", "mobilenet_v3_large_320_fpn"])
def made_up(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    name = request.param
    home = tmp_path_factory.mktemp("torch")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TORCH_HOME", str(home))
        patch.setattr(torch.hub, "_hub_dir", None)
        hub_folder().mkdir(parents=True)
        state = trained(name)
        written = hub_folder() / "written"
        torch.save(state, written)
        with written.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        path = written.rename(hub_folder() / f"{name}-{digest[:8]}.pth")
        source = Downloaded(f"http://127.0.0.1:9/{path.name}", path.stat().st_size / 1e6)  # nobody will ask there

        patch.setattr(WeightsEnum, "get_state_dict", lambda *_, **__: dict(state))
        theirs = builder(name)(weights=published(name)).eval()
        spec = dataclasses.replace(DETECTORS[name], source=source)
        ours = build(spec)
        path.unlink()  # 85 MB
    return Trained(name, ours, settings(theirs), outputs(theirs))


def test_what_we_build_computes_what_torchvisions_own_builder_would(made_up: Trained) -> None:
    ours = made_up.ours
    assert settings(ours) == made_up.settings
    assert all(value.isfinite().all() and value.abs().max() > 1e-6 for value in made_up.outputs)  # something to compare
    assert difference(outputs(ours), made_up.outputs) < 1e-4
    assert not any(module.training for module in ours.modules())
    assert not any(parameter.requires_grad for parameter in ours.parameters())


def test_with_another_eps_it_would_not(made_up: Trained) -> None:
    """Shows that the comparison can fail: torchvision's first ResNet-50 needs 0, all others 1e-5."""
    right, wrong = (0.0, 1e-5) if made_up.name == "resnet50_fpn" else (1e-5, 1e-4)  # torch 2.11 refuses zero
    kinds = (nn.BatchNorm2d, FrozenBatchNorm2d)
    normalisations = [module for module in made_up.ours.modules() if isinstance(module, kinds)]
    assert {module.eps for module in normalisations} == {right}
    for module in normalisations:
        module.eps = wrong
    found = difference(outputs(made_up.ours), made_up.outputs)
    for module in normalisations:
        module.eps = right
    assert found > 1e-3  # ten times what the comparison allows


# ---- loaded once, shared by everybody: core.detection.load


@pytest.fixture
def nothing_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "_loaded", {})


class Built(list[str]):
    """Stands in for `build`: names of what was built, in order, and how many of them somebody still holds."""

    def __init__(self) -> None:
        super().__init__()
        self._models: list[weakref.ref[nn.Module]] = []

    def __call__(self, spec: DetectorSpec, report: object = None) -> nn.Module:  # noqa: ARG002, as build's
        self.append(spec.name)
        model = nn.Linear(1, 1)
        self._models.append(weakref.ref(model))
        return model

    @property
    def alive(self) -> int:
        return sum(model() is not None for model in self._models)


@pytest.fixture
def built(nothing_loaded: None, monkeypatch: pytest.MonkeyPatch) -> Built:  # noqa: ARG001
    built = Built()
    monkeypatch.setattr(shared, "build", built)
    for kind in (shared.Detector, shared.StagedDetector):
        monkeypatch.setattr(kind, "candidates", lambda *_, **__: None)  # loading may try the network out
    return built


@pytest.mark.usefixtures("nothing_loaded")
def test_the_bundled_detector_is_loaded_by_default_and_once() -> None:
    first = load()
    assert first.spec is DETECTORS["bundled"]
    assert load("bundled") is first
    assert load().model is first.model
    assert {parameter.device.type for parameter in first.model.parameters()} == {device.best().type}
    assert not first.model.training


@pytest.mark.usefixtures("nothing_loaded")
def test_eight_who_come_at_once_share_one() -> None:
    together = threading.Barrier(8)
    got = []

    def visitor() -> None:
        together.wait(30)
        got.append(load())

    visitors = [threading.Thread(target=visitor) for _ in range(8)]
    for thread in visitors:
        thread.start()
    for thread in visitors:
        thread.join()
    assert len(got) == 8
    assert len(set(map(id, got))) == 1
    assert load() is got[0]


@pytest.mark.parametrize("name", ["", "yolo", "Bundled", "../bundled"])
def test_a_name_nobody_knows_is_answered_with_those_there_are(name: str, built: Built) -> None:
    with pytest.raises(UserError) as error:
        load(name)
    assert repr(name) in str(error.value)
    assert all(known in str(error.value) for known in DETECTORS)
    assert built == []


def test_two_models_stay_in_memory_and_the_bundled_one_always_does(built: Built) -> None:
    load("bundled")
    for name in TORCHVISIONS:
        first = load(name)
        assert load(name) is first
        assert load("bundled").spec.name == "bundled"
        del first
        assert built.alive == 2
    assert built == ["bundled", *TORCHVISIONS]  # none twice
    load(TORCHVISIONS[0])
    assert built.count(TORCHVISIONS[0]) == 2  # it was dropped meanwhile
    assert built.count("bundled") == 1
    assert built.alive == 2


def test_the_model_goes_to_the_device_all_networks_share(built: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "best", lambda: torch.device("meta"))  # one that every machine has and nobody picks
    model = load("bundled").model
    assert {parameter.device.type for parameter in model.parameters()} == {"meta"}
    assert built.alive == 1  # and no copy stays behind


def test_whoever_still_holds_a_dropped_model_can_go_on(built: Built) -> None:
    held = load(TORCHVISIONS[0])
    load(TORCHVISIONS[1])
    assert built.alive == 2
    assert held.model(torch.ones(1, 1, device=device.best())).shape == (1, 1)


def test_a_failed_load_leaves_nothing_behind_and_may_be_tried_again(
    built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_: object) -> None:
        raise UserError("There is no network.")

    with monkeypatch.context() as patch:
        patch.setattr(shared, "build", no_network)
        with pytest.raises(UserError, match="no network"):
            load("resnet50_fpn")
    assert load("resnet50_fpn").spec.name == "resnet50_fpn"
    assert built == ["resnet50_fpn"]


@pytest.mark.usefixtures("nothing_loaded")
def test_the_progress_of_a_download_reaches_whoever_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def load_state(source: object, report: Any) -> None:
        assert source is DETECTORS["resnet50_fpn"].source
        report(0.5, "84 of 168 MB")
        raise UserError("far enough")

    said: list[tuple[float, str]] = []
    monkeypatch.setattr(detectors, "load_state", load_state)
    with pytest.raises(UserError, match="far enough"):
        load("resnet50_fpn", lambda fraction, text: said.append((fraction, text)))
    assert said == [(0.5, "84 of 168 MB")]
