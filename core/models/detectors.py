"""The registry of Faster R-CNN detectors: the bundled one and torchvision's four trained on COCO.

Every entry builds a `torchvision.models.detection.FasterRCNN` in eval mode with its weights loaded strictly.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import timm
from torch import Tensor, nn
from torchvision.models import detection as tv
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
from torchvision.models.detection.faster_rcnn import FasterRCNN, FastRCNNPredictor, TwoMLPHead
from torchvision.ops import FeaturePyramidNetwork, FrozenBatchNorm2d, MultiScaleRoIAlign
from torchvision.ops.feature_pyramid_network import LastLevelMaxPool

from core.jobs import Report
from core.models.weights import BUNDLED, Bundled, Downloaded, Source, load_state

FPN_CHANNELS = 128
HEAD_WIDTH = 512


@dataclass(frozen=True)
class Card:
    """The bundled detector's model card: what it knows and how good it is, AP as a fraction.

    Attributes:
        ap: COCO AP, mean over IoU 0.50:0.95, on the pictures named in `measured_on`.
        ap50: the same at IoU 0.50 alone.
        ap_by_size: AP of large, medium and small objects.
        ap_by_class: (class, AP) of some classes, best first.
        measured_on: the pictures these figures are from.
        limits: where it is good and where it is not, in words.
    """

    ap: float
    ap50: float
    ap_by_size: tuple[float, float, float]
    ap_by_class: tuple[tuple[str, float], ...]
    measured_on: str
    limits: str


@dataclass(frozen=True)
class DetectorSpec:
    """One entry of the registry.

    Attributes:
        name: key in `core.detection.load`.
        title: what a menu shows and a link holds.
        source: where the weights are.
        classes: name of each class in the order of the network's outputs; index 0 is the background, and a
            number the network has but COCO never used is called "N/A".
        parameters: number of parameters, as published. Torchvision freezes the batch normalisation of all its
            detectors but ResNet-50 v2; frozen, its numbers are buffers and not counted.
        ap: COCO AP, a fraction, as published with the weights (bundled: as measured, see `card`).
        vocabulary: detectors with the same one know the same classes.
        sizes: lengths that the picture's shorter side may be brought to, network pixels; the first is the usual one.
        network: builds the module without weights.
        card: what was measured of it, for the bundled one.
    """

    name: str
    title: str
    source: Source
    classes: tuple[str, ...]
    parameters: int
    ap: float
    vocabulary: str
    sizes: tuple[int, ...]
    network: Callable[[], FasterRCNN]
    card: Card | None = None

    @property
    def known(self) -> tuple[str, ...]:
        """The classes it can name, in alphabetical order: no background, no unused numbers."""
        return tuple(sorted(set(self.classes[1:]) - {"N/A"}, key=str.lower))


@lru_cache(maxsize=1)
def _card_json() -> dict[str, Any]:
    card: dict[str, Any] = json.loads((BUNDLED / "detector.json").read_text(encoding="utf-8"))
    return card


def card() -> Card:
    """The bundled detector's card, read from the file beside its weights."""
    measured = _card_json()["measured"]
    large, medium, small = measured["AP large / medium / small objects"]
    by_class = sorted(measured["per class AP (examples)"].items(), key=lambda item: -item[1])
    return Card(
        ap=measured["COCO AP"],
        ap50=measured["AP50"],
        ap_by_size=(large, medium, small),
        ap_by_class=tuple((name, float(ap)) for name, ap in by_class),
        measured_on=measured["on"],
        limits=_card_json()["limits"],
    )


class _LiteBackbone(nn.Module):
    """EfficientNet-Lite0 features at strides 8, 16 and 32 into a feature pyramid.

    Maps (1, 3, H, W) to {"0", "1", "2", "pool"}: (1, 128, H/s, W/s) at s = 8, 16, 32, 64.
    """

    def __init__(self) -> None:
        super().__init__()
        self.body = timm.create_model("tf_efficientnet_lite0", features_only=True, out_indices=(2, 3, 4))
        feature_info: Any = self.body.feature_info
        channels = list(feature_info.channels())  # [40, 112, 320]
        self.fpn = FeaturePyramidNetwork(channels, FPN_CHANNELS, extra_blocks=LastLevelMaxPool())
        self.out_channels = FPN_CHANNELS

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        features: dict[str, Tensor] = self.fpn({str(level): map_ for level, map_ in enumerate(self.body(x))})
        return features


def _bundled_network() -> FasterRCNN:
    build = _card_json()["build"]
    anchors = build["rpn anchors"]
    sizes = tuple(tuple(level) for level in anchors["sizes"])
    # 1 + number of classes; box_head and box_predictor given, so torchvision asks for no num_classes
    outputs = len(_card_json()["classes"]) + 1
    return FasterRCNN(
        _LiteBackbone(),
        rpn_anchor_generator=AnchorGenerator(sizes, (tuple(anchors["aspect_ratios"]),) * len(sizes)),
        box_roi_pool=MultiScaleRoIAlign(["0", "1", "2"], output_size=7, sampling_ratio=2),
        box_head=TwoMLPHead(FPN_CHANNELS * 7 * 7, HEAD_WIDTH),
        box_predictor=FastRCNNPredictor(HEAD_WIDTH, outputs),
        **{key: build[key] for key in ("image_mean", "image_std", "min_size", "max_size")},
        **{key: build[key] for key in ("rpn_pre_nms_top_n_test", "rpn_post_nms_top_n_test")},
        **{key: build[key] for key in ("box_score_thresh", "box_detections_per_img")},
    )


def _resnet50_fpn(
    *,
    weights: None,  # noqa: ARG001, as torchvision's builders are called
    weights_backbone: None,
    num_classes: int,
) -> FasterRCNN:
    """torchvision's first ResNet-50 detector as its weights want it: frozen batch normalisation with eps = 0.

    Its own builder does so only when it loads the weights itself (`overwrite_eps` in torchvision's source), and an
    ordinary `BatchNorm2d` refuses that eps in some versions of torch.
    """
    model = FasterRCNN(resnet_fpn_backbone(backbone_name="resnet50", weights=weights_backbone), num_classes=num_classes)
    for module in model.modules():
        if isinstance(module, FrozenBatchNorm2d):
            module.eps = 0.0
    return model


def _coco(
    name: str,
    title: str,
    builder: Callable[..., FasterRCNN],
    weights: Any,
    sizes: tuple[int, ...] = (800, 448, 320, 224),
) -> DetectorSpec:
    """An entry for one of torchvision's detectors; everything about its weights is torchvision's own record."""

    def network() -> FasterRCNN:
        # torchvision's builders download whatever they are not told to leave
        return builder(weights=None, weights_backbone=None, num_classes=len(weights.meta["categories"]))

    return DetectorSpec(
        name=name,
        title=title,
        source=Downloaded(weights.url, weights.meta["_file_size"] * 2**20 / 1e6),
        classes=tuple(weights.meta["categories"]),
        parameters=weights.meta["num_params"],
        ap=weights.meta["_metrics"]["COCO-val2017"]["box_map"] / 100,
        vocabulary="coco",
        sizes=sizes,
        network=network,
    )


DETECTORS: dict[str, DetectorSpec] = {
    spec.name: spec
    for spec in (
        DetectorSpec(
            name="bundled",
            title="EfficientNet-Lite0 (bundled)",
            source=Bundled("detector.safetensors", _card_json()["sha256"]),
            classes=("__background__", *_card_json()["classes"]),
            parameters=_card_json()["parameters"],
            ap=card().ap,
            vocabulary="everyday",
            sizes=(320, 224, 448),
            network=_bundled_network,
            card=card(),
        ),
        _coco(
            "resnet50_fpn_v2",
            "ResNet-50 FPN v2 (COCO)",
            tv.fasterrcnn_resnet50_fpn_v2,
            tv.FasterRCNN_ResNet50_FPN_V2_Weights.COCO_V1,
        ),
        _coco(
            "resnet50_fpn",
            "ResNet-50 FPN (COCO)",
            _resnet50_fpn,
            tv.FasterRCNN_ResNet50_FPN_Weights.COCO_V1,
        ),
        _coco(
            "mobilenet_v3_large_fpn",
            "MobileNetV3 FPN (COCO)",
            tv.fasterrcnn_mobilenet_v3_large_fpn,
            tv.FasterRCNN_MobileNet_V3_Large_FPN_Weights.COCO_V1,
        ),
        _coco(
            "mobilenet_v3_large_320_fpn",
            "MobileNetV3 FPN, 320 px (COCO)",
            tv.fasterrcnn_mobilenet_v3_large_320_fpn,
            tv.FasterRCNN_MobileNet_V3_Large_320_FPN_Weights.COCO_V1,
            sizes=(320, 224, 448),
        ),
    )
}


def build(spec: DetectorSpec, report: Report | None = None) -> FasterRCNN:
    """The network of a registry entry with its weights, in eval mode, float32, on the CPU.

    Args:
        spec: the entry.
        report: progress of a download, see `core.models.weights.fetch`.

    Raises:
        UserError: the weights cannot be had, see `core.models.weights.fetch`.
    """
    state = load_state(spec.source, report)
    state = {key: value.float() if value.is_floating_point() else value for key, value in state.items()}
    model = spec.network()
    missing, unexpected = model.load_state_dict(state, strict=False)
    # num_batches_tracked counts training steps and is no part of inference; anything else must be there
    missing = [key for key in missing if not key.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise RuntimeError(f"{spec.name}: weights do not fit, missing {missing[:3]}, unexpected {unexpected[:3]}")
    return model.eval().requires_grad_(False)
