"""The registry of detectors: the bundled Faster R-CNN, the one-stage detector it is made from, torchvision's four.

All know COCO's 80 classes. Every entry builds a module in eval mode with its weights loaded strictly: a
`torchvision.models.detection.FasterRCNN`, or for the one-stage detector a `core.models.nanodet.NanoDet`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torchvision.models import detection as tv
from torchvision.models.detection.backbone_utils import resnet_fpn_backbone
from torchvision.models.detection.faster_rcnn import FasterRCNN
from torchvision.models.detection.transform import GeneralizedRCNNTransform
from torchvision.ops import FrozenBatchNorm2d

from core.errors import UserError
from core.jobs import Report
from core.models import semantic
from core.models.card import Card, card, content, one_stage_ap
from core.models.nanodet import STRIDES, NanoDet
from core.models.weights import Bundled, Downloaded, Source, load_state

BACKGROUND = "__background__"
FILE = "detector.safetensors"
SIZES_OF_320 = (320, 224, 448)


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
        ap: COCO AP, a fraction.
        ap_from: who measured that, and on what.
        sizes: lengths that the picture's shorter side may be brought to, network pixels; the first is the usual one.
        network: builds the module without weights.
        part: how the names of its weights begin in the file, where others are in it too.
        card: what was measured of it, for the bundled one.
    """

    name: str
    title: str
    source: Source
    classes: tuple[str, ...]
    parameters: int
    ap: float
    ap_from: str
    sizes: tuple[int, ...]
    network: Callable[[], FasterRCNN | NanoDet]
    part: str = ""
    card: Card | None = None

    @property
    def known(self) -> tuple[str, ...]:
        """The classes it can name, in alphabetical order: no background, no unused numbers."""
        return tuple(sorted(set(self.classes[1:]) - {"N/A"}, key=str.lower))


def _nanodet() -> NanoDet:
    said = content()["build"]
    transform = GeneralizedRCNNTransform(
        said["min_size"], said["max_size"], said["image_mean"], said["image_std"], size_divisible=STRIDES[-1]
    )
    return NanoDet(transform)


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
        ap_from="as published with torchvision",
        sizes=sizes,
        network=network,
    )


_BUNDLED = Bundled(FILE, content()["sha256"])
_BUNDLED_CLASSES = (BACKGROUND, *content()["classes"])

DETECTORS: dict[str, DetectorSpec] = {
    spec.name: spec
    for spec in (
        DetectorSpec(
            name="bundled",
            title="Faster R-CNN on NanoDet-g (bundled)",
            source=_BUNDLED,
            classes=_BUNDLED_CLASSES,
            parameters=content()["parameters"],
            ap=card().ap,
            ap_from=f"measured on {card().measured_on}",
            sizes=SIZES_OF_320,
            network=lambda: semantic.faster_rcnn(content()["build"]),
            card=card(),
        ),
        DetectorSpec(
            name="nanodet_g",
            title="NanoDet-g, one stage (bundled)",
            source=_BUNDLED,
            classes=_BUNDLED_CLASSES,
            parameters=3_786_068,
            ap=one_stage_ap(),
            ap_from=f"measured on {card().measured_on}",
            sizes=SIZES_OF_320,
            network=_nanodet,
            part="backbone.",
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
            sizes=SIZES_OF_320,
        ),
    )
}


def build(spec: DetectorSpec, report: Report | None = None) -> FasterRCNN | NanoDet:
    """The network of a registry entry with its weights, in eval mode, float32, on the CPU.

    Args:
        spec: the entry.
        report: progress of a download, see `core.models.weights.fetch`.

    Raises:
        UserError: the weights cannot be had, see `core.models.weights.fetch`, or do not fit the network.
    """
    state = {
        key: value.float() if value.is_floating_point() else value
        for key, value in load_state(spec.source, report).items()
        if key.startswith(spec.part)
    }
    model = spec.network()
    try:
        missing, unexpected = model.load_state_dict(state, strict=False)
    except RuntimeError as error:  # torch's way to say that a tensor has another shape
        raise UserError(f"The weights of {spec.title} do not fit its network: a tensor has another shape.") from error
    # num_batches_tracked counts training steps and is no part of inference; anything else must be there
    missing = [key for key in missing if not key.endswith("num_batches_tracked")]
    if missing or unexpected:
        what = f"{missing[0]} is missing" if missing else f"{unexpected[0]} is unknown"
        raise UserError(f"The weights of {spec.title} do not fit its network: {what}.")
    # convolutions are faster with a pixel's channels side by side: 0.73 of the time for the bundled one on a CPU, 0.79
    # for NanoDet-g, 0.75 for MobileNetV3, 0.93 for ResNet-50
    return model.eval().requires_grad_(False).to(memory_format=torch.channels_last)
