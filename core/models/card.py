"""The bundled detector's model card, beside its weights: how it is built, what it knows and how good it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from core.models.weights import BUNDLED


@dataclass(frozen=True)
class Card:
    """What a card tells a visitor; AP as a fraction.

    Attributes:
        what: what kind of network it is, in plain words.
        ap: COCO AP, mean over IoU 0.50:0.95, on the pictures named in `measured_on`.
        ap50: the same at IoU 0.50 alone.
        ap_by_size: AP of large, medium and small objects.
        ap_person: AP of the class "person".
        measured_on: the pictures these figures are from.
        limits: where it is good and where it is not.
    """

    what: str
    ap: float
    ap50: float
    ap_by_size: tuple[float, float, float]
    ap_person: float
    measured_on: str
    limits: str


@lru_cache(maxsize=1)
def content() -> dict[str, Any]:
    """All of it; shared, so only read."""
    card: dict[str, Any] = json.loads((BUNDLED / "detector.json").read_text(encoding="utf-8"))
    return card


def card() -> Card:
    """The part for visitors."""
    measured = content()["measured"]
    large, medium, small = measured["AP large / medium / small objects"]
    return Card(
        what=content()["what it is"],
        ap=measured["COCO AP"],
        ap50=measured["AP50"],
        ap_by_size=(large, medium, small),
        ap_person=measured["person AP"],
        measured_on=measured["on"],
        limits=content()["limits"],
    )


def one_stage_ap() -> float:
    """COCO AP of NanoDet-g itself on the same pictures, through the same transform, a fraction."""
    ap, _ = content()["measured"]["stages"]["teacher, same input (AP, AP50)"]
    return float(ap)
