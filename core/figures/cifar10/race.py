"""The recorded trainings of the families, run again side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from core.figures.cifar10.looks import LOOKS
from core.figures.figure import Plot
from core.figures.transfer.replay import replayed
from core.transfer.cifar10.record import Record
from core.transfer.data.cifar10 import explanation_of
from core.transfer.training.run import Point

SECONDS = 10.0
"""That a replay takes."""


class Against(StrEnum):
    """What the axis to the right counts."""

    SECONDS = "seconds"
    EPOCHS = "epochs"
    IMAGES = "images"


@dataclass(frozen=True)
class _Axis:
    title: str
    unit: str
    place: Callable[[Record, Point], float]
    form: str


_AXES = {
    Against.SECONDS: _Axis("seconds of training", "s", lambda _, point: point.seconds, ".0f"),
    Against.EPOCHS: _Axis("epochs", "epochs", lambda _, point: point.epoch, ".1f"),
    Against.IMAGES: _Axis(
        "training pictures seen", "pictures", lambda record, point: point.epoch * record.pictures["train"], ",.0f"
    ),
}


def race(records: Sequence[Record], against: Against) -> Plot:
    """Validation accuracy of each family as its training went on.

    Args:
        records: one a family, one at least.
        against: what the axis to the right counts.
    """
    axis = _AXES[against]
    lines = {
        record.family: [(axis.place(record, point), point.accuracy) for point in record.curve] for record in records
    }
    best = max(records, key=lambda record: record.validation)
    told = ", ".join(f"{record.family} {record.validation:.1%}" for record in records)
    return replayed(
        f"Validation accuracy against {axis.title}",
        lines,
        axis.title,
        unit=axis.unit,
        alt=f"Recorded curves of {len(records)} families; at the end {told}; highest {best.family}",
        looks=LOOKS,
        seconds=SECONDS,
        form=axis.form,
    )


def results(records: Sequence[Record]) -> pd.DataFrame:
    """One row a family, the best on the test pictures first."""
    return pd.DataFrame(
        [
            {
                "family": record.family,
                "network": record.title,
                "test, %": 100 * record.test,
                "validation, %": 100 * record.validation,
                "epochs": record.epochs,
                "images/s": round(record.images_per_second),
                "parameters": record.parameters,
                "multiply-adds": record.macs,
            }
            for record in sorted(records, key=lambda record: -record.test)
        ]
    )


def teaches(records: Sequence[Record]) -> str:
    """What the race teaches, two or three sentences, in Markdown."""
    first, *_, last = sorted(records, key=lambda record: -record.test)
    fastest = max(records, key=lambda record: record.images_per_second)
    cheapest = min(records, key=lambda record: record.macs)
    said = (
        f"In {first.seconds / 60:.0f} minutes each, **{first.family}** gets {first.test:.1%} of the test pictures "
        f"right and **{last.family}** {last.test:.1%}."
    )
    if cheapest.images_per_second < fastest.images_per_second:
        said += (
            f" Multiply-adds are not speed: {cheapest.family} has the fewest ({cheapest.macs / 1e6:.1f} million a "
            f"picture) and trains on {cheapest.images_per_second:,.0f} pictures a second, {fastest.family} with "
            f"{fastest.macs / 1e6:.1f} million on {fastest.images_per_second:,.0f}."
        )
    return said


def source(records: Sequence[Record]) -> dict[str, str]:
    """On what and with what records were made, for the caption; of several the first speaks for all."""
    first = records[0]
    return {
        "minutes": f"{first.seconds / 60:.0f}",
        "device": first.device,
        "pictures": f"{first.pictures['train']:,}",
        "source": explanation_of(first.source),
    }
