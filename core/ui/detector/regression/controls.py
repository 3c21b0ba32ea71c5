"""What a visitor can set in *Box regression*."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import streamlit as st

from core.detection.overlap import Corners
from core.detection.regression.evaluation import PAPER, STRENGTHS
from core.ui import framework as ui
from core.ui.detector import subject
from core.ui.pictures import Picture

KEY = "rcnn_regress"
BOXES, FIT = "rcnn_regress_boxes", "rcnn_regress_fit"
"""First part of the keys of the two parts."""
FAR = 99_999
_FOLD = "Corners (px)"
_OF = f"{BOXES}_of"  # digest of the picture that the corners were set on


class Says(StrEnum):
    """Where d comes from."""

    ALL = "all of t"
    SHARE = "a share of t"
    OWN = "my own"


class Mover(StrEnum):
    """What moves the boxes on the picture."""

    RIDGE = "ridge"
    NETWORK = "the network"


def _said(name: str, default: float, says: str) -> Any:
    least, most = (-1.0, 1.0) if name in "xy" else (-2.0, 5.0)
    return ui.slider(
        f"d{name}", least, most, default, 0.01, says, persists=True, half=True,
        when=lambda chosen: chosen["says"] is Says.OWN,
    )  # fmt: skip


@dataclass(frozen=True)
class Regressor:
    """What the regressor says.

    Attributes:
        says: where d comes from.
        share: of t, where it is a share.
        dx, dy, dw, dh: d, where it is one's own.
    """

    says: Says = ui.segments(
        "The regressor says d =",
        tuple(Says),
        Says.ALL,
        "What a perfect regressor says, t; a share of it, as after half a training; or four numbers of your own.",
        persists=True,
    )
    share: float = ui.slider(
        "Share of t", 0.0, 1.0, 0.5, 0.05, "d is t times this: at 0 the box stays where it is.", persists=True,
        when=lambda chosen: chosen["says"] is Says.SHARE,
    )  # fmt: skip
    dx: float = _said("x", 0.0, "How far its centre goes to the right, in widths of P.")
    dy: float = _said("y", 0.0, "How far its centre goes down, in heights of P.")
    dw: float = _said("w", 0.0, "Logarithm of how many times wider it gets; cut at ln(1000/16).")
    dh: float = _said("h", 0.0, "Logarithm of how many times higher it gets; cut at ln(1000/16).")


_EDGES = {"x1": "Left edge", "y1": "Upper edge", "x2": "Right edge", "y2": "Lower edge"}


def _corner(name: str) -> Any:
    letter, corner = name.split()
    whose = "P, the box that is given" if letter == "P" else "G, the object's box"
    says = f"{_EDGES[corner]} of {whose}, in pixels. Empty: where it is at first on this picture."
    return ui.whole(name, -FAR, FAR, None, says, half=True, fold=_FOLD, persists=True)


@dataclass(frozen=True)
class Edges:
    """Corners as they are set; None: as at first on this picture."""

    px1: int | None = _corner("P x1")
    gx1: int | None = _corner("G x1")
    py1: int | None = _corner("P y1")
    gy1: int | None = _corner("G y1")
    px2: int | None = _corner("P x2")
    gx2: int | None = _corner("G x2")
    py2: int | None = _corner("P y2")
    gy2: int | None = _corner("G y2")

    def over(self, p: Corners, g: Corners) -> tuple[Corners, Corners]:
        """P and G: what is set, and these where nothing is."""
        mine = (self.px1, self.py1, self.px2, self.py2), (self.gx1, self.gy1, self.gx2, self.gy2)
        first, second = (
            tuple(float(own if one is None else one) for one, own in zip(some, box, strict=True))
            for some, box in zip(mine, (p, g), strict=True)
        )
        return first, second  # type: ignore[return-value]  # four of each

    @property
    def all_set(self) -> bool:
        """Whether nothing is left to the picture."""
        return None not in vars(self).values()


def put(g: Corners, p: Corners) -> None:
    """Callback: give both boxes these corners."""
    named = zip(("x1", "y1", "x2", "y2"), p, g, strict=True)
    for corner, of_p, of_g in named:
        st.session_state[f"{BOXES}_p{corner}"] = round(of_p)
        st.session_state[f"{BOXES}_g{corner}"] = round(of_g)


@dataclass(frozen=True, eq=False)
class AskedBoxes:
    """All that *Two boxes* asks for.

    Attributes:
        picture, model, short_side: as of `core.ui.detector.subject.choose_subject`.
        regressor: what it says.
        edges: the corners of P and G.
    """

    picture: Picture
    model: str
    short_side: int
    regressor: Regressor
    edges: Edges


_BOXES_DEFAULTS = {**subject.DEFAULTS, **ui.defaults(Regressor, BOXES), **ui.defaults(Edges, BOXES)}


def _boxes_controls() -> AskedBoxes:
    upper, lower = st.container(), st.container()
    # on a phone d stands nearer to the boxes that it moves
    with lower if ui.is_narrow() else upper:
        picture, model, short_side = subject.choose_subject()
    with upper if ui.is_narrow() else lower:
        regressor = ui.draw(Regressor, BOXES)
    state = st.session_state
    if state.get(_OF, picture.digest) != picture.digest:  # corners of another picture mean nothing on this one
        state.update(ui.defaults(Edges, BOXES))
    state[_OF] = picture.digest
    return AskedBoxes(picture, model, short_side, regressor, ui.draw(Edges, BOXES))


@dataclass(frozen=True)
class Fit:
    """How the regressor is learned.

    Attributes:
        strength: λ.
        by_class: one regressor a class, where a class has objects on both sides.
        mover: what moves the boxes on the picture.
    """

    strength: float = ui.steps(
        "λ",
        STRENGTHS,
        PAPER,
        "How much large weights cost. The paper takes 1,000, for features scaled as here.",
        named=lambda strength: f"{strength:,.10g}",
        persists=True,
    )
    by_class: bool = ui.switch(
        "One regressor a class",
        "As in the paper, where a class has objects in this picture and in others; else one for all classes.",
        persists=True,
    )
    mover: Mover = ui.segments(
        "Moved on the picture by",
        tuple(Mover),
        Mover.RIDGE,
        "The regressor learned here, or the network's own, on the very same boxes.",
        persists=True,
    )


FIRST = "first"
"""Code of the first object of a picture, whatever it is called."""


@dataclass(frozen=True)
class Which:
    """Which object's boxes are drawn; its options are known once the picture has been looked at."""

    thing: str = ui.choice(
        "Boxes around",
        (FIRST,),
        FIRST,
        "The object of this picture, held out, whose boxes are drawn.",
        persists=True,
    )


_FIT_DEFAULTS = {**subject.DEFAULTS, **ui.defaults(Fit, FIT), **ui.defaults(Which, FIT)}
_STRENGTH = f"{FIT}_strength"


@dataclass(frozen=True, eq=False)
class AskedFit:
    """All that *Learned* asks for.

    Attributes:
        picture, model, short_side: as of `core.ui.detector.subject.choose_subject`.
        fit: how it is learned.
    """

    picture: Picture
    model: str
    short_side: int
    fit: Fit


def _fit_controls() -> AskedFit:
    """Those of *Learned*; a λ in the link that the slider does not have is said."""
    picture, model, short_side = subject.choose_subject()
    linked = st.query_params.get(_STRENGTH)
    fit = ui.draw(Fit, FIT)
    if linked is not None and linked not in {f"{one:,.10g}" for one in STRENGTHS}:
        least, most = STRENGTHS[0], STRENGTHS[-1]
        st.warning(
            f"The link asks for λ = {ui.code(linked[:30])}, which is none of the slider's values ({least:g} to "
            f"{most:,.0f}, above 0). λ = {fit.strength:,.10g} is shown.",
            icon=":material/link_off:",
        )
    return AskedFit(picture, model, short_side, fit)


Asked = AskedBoxes | AskedFit


class Part(StrEnum):
    """The parts of the section."""

    BOXES = "Two boxes"
    LEARNED = "Learned"


@dataclass(frozen=True)
class _Part:
    part: Part = ui.segments(
        "Part",
        tuple(Part),
        Part.BOXES,
        "The formulas on two boxes that you can drag; or a regressor that is learned from proposals.",
        arguments={"label_visibility": "collapsed"},
        persists=True,
    )


def controls() -> Asked:
    """Draw them: which part, and those of that part."""
    part, state = ui.draw(_Part, KEY).part, st.session_state
    if state.get(f"{KEY}_open") != part:  # what worked last in the other part is no answer to this one
        state.pop(f"{KEY}_last", None)
        state[f"{KEY}_open"] = part
    return _boxes_controls() if part is Part.BOXES else _fit_controls()


def defaults(asked: Asked) -> dict[str, Any]:
    """First value of every control of the part that is open, by key."""
    return _BOXES_DEFAULTS if isinstance(asked, AskedBoxes) else _FIT_DEFAULTS
