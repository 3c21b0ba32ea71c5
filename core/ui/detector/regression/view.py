"""Section "Box regression": the four formulas on two boxes, and a regressor learned from proposals."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from core.ui import framework as ui
from core.ui.detector.regression import boxes, learned, results
from core.ui.detector.regression.controls import KEY, Asked, AskedBoxes, Edges, controls, defaults

View = boxes.View | results.View


def _answer(asked: Asked) -> View:
    return boxes.answer(asked) if isinstance(asked, AskedBoxes) else results.answer(asked)


def _first(asked: Asked) -> Asked:
    """The boxes that the picture begins with; a regressor has nothing that always works."""
    return replace(asked, edges=Edges()) if isinstance(asked, AskedBoxes) else asked


def _picture(asked: Asked, view: View) -> None:
    if isinstance(asked, AskedBoxes):
        assert isinstance(view, boxes.View)
        boxes.picture(asked, view)
    else:
        assert isinstance(view, results.View)
        learned.picture(asked, view)


def _numbers(asked: Asked, view: View) -> None:
    if isinstance(view, boxes.View):
        boxes.numbers(view)
    else:
        assert not isinstance(asked, AskedBoxes)
        learned.numbers(asked, view)


def _below(_: Asked, view: View) -> None:
    if isinstance(view, boxes.View):
        boxes.below(view)
    else:
        learned.below(view)


def _guesses(asked: Asked) -> tuple[ui.Guess, ...]:
    return boxes.guesses(asked) if isinstance(asked, AskedBoxes) else learned.GUESSES


def _question(asked: Asked, view: View) -> None:
    if isinstance(asked, AskedBoxes):
        assert isinstance(view, boxes.View)
        boxes.question(asked, view)
    else:
        assert isinstance(view, results.View)
        learned.question(asked, view)


def _signature(asked: Asked) -> Hashable:
    picture = asked.picture.digest
    if isinstance(asked, AskedBoxes):
        return picture, asked.regressor, asked.edges
    return picture, asked.model, asked.short_side, asked.fit.strength, asked.fit.by_class


section: ui.Section[Asked, View] = ui.Section(
    key=KEY,
    controls=controls,
    defaults=defaults,
    back="The two boxes that the picture begins with and d = t, or λ and the rest of a regressor that is learned.",
    answer=_answer,
    first=_first,
    picture=_picture,
    numbers=_numbers,
    below=_below,
    guesses=_guesses,
    question=_question,
    signature=_signature,
    help=boxes.PROSE,
)
