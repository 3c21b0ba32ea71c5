"""What a visitor can set in *RoI pooling*: a box, the map it is cut from, and how it is pooled."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.detection import StagedDetector, load
from core.detection.pooling.aligned import ADAPTIVE
from core.detection.pooling.comparison import MOST
from core.detection.pooling.examples import BOX, MAPS, STRIDE
from core.detection.pooling.quantised import Box, Cell
from core.detection.pooling.regions import Regions, regions
from core.errors import UserError
from core.ui import framework as ui
from core.ui.detector import subject as shared
from core.ui.detector.results import inside_of
from core.ui.detector.subject import Subject, choose_subject, subject_of

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
class _Source:
    source: str = ui.segments(
        "Feature map",
        SOURCES,
        GRID,
        "A made-up map whose numbers can be read, or one that the network computed of the picture.",
        persists=True,
    )


@dataclass(frozen=True)
class _Grid:
    map: str = ui.choice(
        "Values", tuple(MAPS), next(iter(MAPS)), "Made up. On the ramp every value is the number of its column.",
        persists=True,
    )  # fmt: skip
    x1: int = _corner("x1", BOX[0], "Left side of the box, pixels of the picture.")
    x2: int = _corner("x2", BOX[2], "Right side of the box, pixels of the picture.")
    y1: int = _corner("y1", BOX[1], "Upper side of the box, pixels of the picture.")
    y2: int = _corner("y2", BOX[3], "Lower side of the box, pixels of the picture.")


@dataclass(frozen=True)
class _Size:
    out: int = ui.whole("Output size", 1, MOST, 2, _OUT, half=True, persists=True)
    stride: int = ui.choice(
        "Stride (px)", (8, 16, 32), STRIDE, "Pixels a cell: the spatial scale is 1 / stride.", half=True, persists=True
    )


@dataclass(frozen=True)
class _Cut:
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
class _Moved:
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
class _Sampling:
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
    **ui.defaults(_Grid, KEY),
    **ui.defaults(_Cut, KEY),
    **ui.defaults(_Size, KEY),
    **ui.defaults(_Moved, KEY),
    **ui.defaults(_Sampling, KEY),
    **ui.defaults(Count, KEY),
}


@dataclass(frozen=True, eq=False)
class Settings:
    """What is asked for.

    Attributes:
        subject: picture and detector; None: a small grid.
        map: name of the small grid.
        box: its box, pixels.
        stride: its pixels a cell.
        region: number of the proposal to be cut.
        level: stride of the level to cut from, or `AUTO`.
        channel: number of the channel, or `AUTO`.
        out: bins each way.
        ratio: sampling points a bin each way.
        aligned: whether RoIAlign shifts by half a cell.
        shift: of the box to the right, strides.
        chosen: (row, column) of the bin that is looked at.
    """

    subject: Subject | None
    map: str
    box: Box
    stride: int
    region: str
    level: str
    channel: str
    out: int
    ratio: int
    aligned: bool
    shift: float
    chosen: Cell

    @property
    def question(self) -> Hashable:
        """What is to be guessed about."""
        of = (self.map, self.box, self.stride) if self.subject is None else self.subject.key
        cut = self.region, self.level, self.channel
        return of, cut, self.out, self.ratio, self.aligned, self.shift, self.chosen

    def regions(self) -> Regions:
        """What there is to pool in the picture.

        Raises:
            UserError: the detector has one stage, keeps no maps of this size, or proposed nothing.
        """
        assert self.subject is not None
        inside, detector = inside_of(self.subject), load(self.subject.model)
        assert isinstance(detector, StagedDetector), "inside_of has refused it"
        return regions(inside, detector.model)


def controls() -> Settings:
    """Draw them: what is moved above what is looked at, so that both it and the map are on the first screen."""
    grid, size, cut, subject = _Grid(), _Size(), _Cut(), None
    source = ui.draw(_Source, KEY).source
    above = st.container()
    if source == PICTURE:
        subject = subject_of(*choose_subject())
    with above:
        if subject is None:
            grid = ui.draw(_Grid, KEY)
            moved = ui.draw(_Moved, KEY)
            size = ui.draw(_Size, KEY)
            out = size.out
        else:
            cut = _cut(subject)
            moved = ui.draw(_Moved, KEY)
            out = cut.bins
        sampling = ui.draw(_Sampling, KEY, row={"max_value": out - 1}, column={"max_value": out - 1})
    return Settings(
        subject=subject,
        map=grid.map,
        box=(float(grid.x1), float(grid.y1), float(grid.x2), float(grid.y2)),
        stride=int(size.stride),
        region=cut.box,
        level=cut.level,
        channel=cut.channel,
        out=out,
        ratio=ADAPTIVE if sampling.ratio == AS_MANY else int(sampling.ratio),
        aligned=moved.aligned,
        shift=moved.shift,
        chosen=(sampling.row, sampling.column),
    )


def _cut(subject: Subject) -> _Cut:
    """Box, level and channel of a picture; only what is always there where there is nothing to pool."""
    first = Settings(subject, "", BOX, STRIDE, "", "", "", 1, 1, False, 0.0, (0, 0))
    try:
        found = first.regions()
    except UserError:  # the section says why
        return _Cut()
    boxes = {code: region.name for code, region in found.regions.items()}
    levels = {AUTO: "as the network assigns it"} | {stride: f"stride {stride}" for stride in found.levels}
    channels = {AUTO: "of its class, or the strongest"} | {
        str(number): f"{number} · {name}" for number, name in enumerate(found.channels)
    }
    return ui.draw(
        _Cut,
        KEY,
        box={"options": list(boxes), "labels": boxes},
        level={"options": list(levels), "labels": levels},
        channel={"options": list(channels), "labels": channels},
    )
