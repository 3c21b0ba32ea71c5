"""The controls of *RoI pooling*: a box, the map it is cut from, and how it is pooled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.detection.pooling.comparison import MOST
from core.detection.pooling.examples import BOX, MAPS, STRIDE
from core.ui import framework as ui
from core.ui.detector import subject as shared

KEY = "rcnn_roi"
GRID, PICTURE = SOURCES = ("A small grid", "This picture")
AUTO, AS_MANY = "auto", "adaptive"
_LEAST, _MOST = -32, 192  # pixels: a box may stick out of the 8 × 8 cells
_OF_MAP = "Level, channel, output size"
_FOLD = "Sampling, chosen bin"
_OUT = "Bins down and across. Faster R-CNN's heads read 7 × 7."


def pick(row: int, column: int) -> None:
    """Callback of a click on a bin."""
    ui.reset({f"{KEY}_row": row, f"{KEY}_column": column})


def _corner(name: str, default: float, says: str) -> Any:
    return ui.slider(f"{name} (px)", _LEAST, _MOST, int(default), 1, says, half=True, persists=True)


@dataclass(frozen=True)
class Source:
    """Where the numbers come from."""

    source: str = ui.segments(
        "Feature map",
        SOURCES,
        GRID,
        "A made-up map whose numbers can be read, or one that the network computed of the picture.",
        persists=True,
    )


@dataclass(frozen=True)
class Grid:
    """A box on a small grid."""

    map: str = ui.choice(
        "Values", tuple(MAPS), next(iter(MAPS)), "Made up. On the ramp every value is the number of its column.",
        persists=True,
    )  # fmt: skip
    x1: int = _corner("x1", BOX[0], "Left side of the box, pixels of the picture.")
    x2: int = _corner("x2", BOX[2], "Right side of the box, pixels of the picture.")
    y1: int = _corner("y1", BOX[1], "Upper side of the box, pixels of the picture.")
    y2: int = _corner("y2", BOX[3], "Lower side of the box, pixels of the picture.")


@dataclass(frozen=True)
class Size:
    """Its output, and the pixels of a cell."""

    out: int = ui.whole("Output size", 1, MOST, 2, _OUT, half=True, persists=True)
    stride: int = ui.choice(
        "Stride (px)", (8, 16, 32), STRIDE, "Pixels a cell: the spatial scale is 1 / stride.", half=True, persists=True
    )


@dataclass(frozen=True)
class Cut:
    """What is cut from a picture."""

    box: str = ui.choice(
        "Box",
        ("1",),
        "1",
        "The proposal behind a detection (score above 0.30, NMS at 0.50), or one of the first proposals.",
        labels={"1": "the first"},
        persists=True,
    )
    level: str = ui.choice(
        "Level",
        (AUTO,),
        AUTO,
        "Of the feature pyramid. The network cuts a larger box from a coarser one.",
        labels={AUTO: "as the network assigns it"},
        fold=_OF_MAP,
        persists=True,
    )
    channel: str = ui.choice(
        "Channel",
        (AUTO,),
        AUTO,
        "Of the feature map. Those of the bundled detector have names.",
        labels={AUTO: "of its class, or the strongest"},
        fold=_OF_MAP,
        persists=True,
    )
    bins: int = ui.whole("Output size", 1, MOST, 7, _OUT, fold=_OF_MAP, persists=True)


@dataclass(frozen=True)
class Moved:
    """Where the box is moved to, and where RoIAlign takes it to be."""

    shift: float = ui.slider(
        "Shift d of the box, in strides",
        -1.0,
        1.0,
        0.0,
        1 / 16,
        "Moves the box to the right, or to the left where negative. A stride is a cell of the map.",
        persists=True,
    )
    aligned: bool = ui.tick(
        "aligned: half a cell less",
        "torchvision's argument of roi_align. Its Faster R-CNN does without: its points lie half a cell off the box.",
        persists=True,
    )


@dataclass(frozen=True)
class Sampling:
    """The points of RoIAlign, and the bin that is looked at."""

    ratio: str = ui.segments(
        "Sampling ratio",
        (AS_MANY, "1", "2", "4"),
        "2",
        "Sampling points a bin, down and across; adaptive: as many as the bin has cells. Faster R-CNN has 2.",
        fold=_FOLD,
        persists=True,
    )
    row: int = ui.whole(
        "Row", 0, MOST - 1, 0, "Of the chosen bin, from 0. Or click a bin, or walk there by keyboard.",
        fold=_FOLD, half=True, persists=True,
    )  # fmt: skip
    column: int = ui.whole(
        "Column", 0, MOST - 1, 0, "Of the chosen bin, from 0.", fold=_FOLD, half=True, persists=True
    )  # fmt: skip


@dataclass(frozen=True)
class Count:
    """The slider below."""

    n: int = ui.slider(
        "Regions N",
        10,
        2000,
        300,
        10,
        "R-CNN took about 2,000 from selective search; the networks here propose up to 1,000.",
        persists=True,
    )


DEFAULTS = {
    **shared.DEFAULTS,
    **ui.defaults(Grid, KEY),
    **ui.defaults(Cut, KEY),
    **ui.defaults(Size, KEY),
    **ui.defaults(Moved, KEY),
    **ui.defaults(Sampling, KEY),
    **ui.defaults(Count, KEY),
}
