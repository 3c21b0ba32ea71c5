"""What a visitor can set in *RoI pooling*: a box, the map it is cut from, and how it is pooled."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import streamlit as st

from core.detection import StagedDetector, load
from core.detection.pooling.aligned import ADAPTIVE
from core.detection.pooling.examples import BOX, STRIDE
from core.detection.pooling.quantised import Box, Cell
from core.detection.pooling.regions import Regions, regions
from core.errors import UserError
from core.ui import framework as ui
from core.ui.detector.results import inside_of
from core.ui.detector.roi.forms import AS_MANY, AUTO, KEY, PICTURE, Cut, Grid, Moved, Sampling, Size, Source
from core.ui.detector.subject import Subject, choose_subject, subject_of


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
    grid, size, cut, subject = Grid(), Size(), Cut(), None
    source = ui.draw(Source, KEY).source
    above = st.container()
    if source == PICTURE:
        subject = subject_of(*choose_subject())
    with above:
        if subject is None:
            grid = ui.draw(Grid, KEY)
            moved = ui.draw(Moved, KEY)
            size = ui.draw(Size, KEY)
            out = size.out
        else:
            cut = _cut(subject)
            moved = ui.draw(Moved, KEY)
            out = cut.bins
        sampling = ui.draw(Sampling, KEY, row={"max_value": out - 1}, column={"max_value": out - 1})
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


def _cut(subject: Subject) -> Cut:
    """Box, level and channel of a picture; only what is always there where there is nothing to pool."""
    first = Settings(subject, "", BOX, STRIDE, "", "", "", 1, 1, False, 0.0, (0, 0))
    try:
        found = first.regions()
    except UserError:  # the section says why
        return Cut()
    boxes = {code: region.name for code, region in found.regions.items()}
    levels = {AUTO: "as the network assigns it"} | {stride: f"stride {stride}" for stride in found.levels}
    channels = {AUTO: "of its class, or the strongest"} | {
        str(number): f"{number} · {name}" for number, name in enumerate(found.channels)
    }
    return ui.draw(
        Cut,
        KEY,
        box={"options": list(boxes), "labels": boxes},
        level={"options": list(levels), "labels": levels},
        channel={"options": list(channels), "labels": channels},
    )
