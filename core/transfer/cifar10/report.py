"""The report of the mid-term: the four parts of the course's template, what was measured filled in.

What only the student can write is marked. As Markdown, and as HTML that prints on two sides of A4.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2

from core.models.cifar10.analysis import cost_of, unproductive_layers
from core.models.cifar10.members import Member
from core.transfer.cifar10.marks import MARKS
from core.transfer.cifar10.published import BEST
from core.transfer.cifar10.record import Record
from core.transfer.data.cifar10 import explanation_of
from core.transfer.takeaway.names import markdown

_HERE = Path(__file__).parent
YOURS = "Your words"
"""Begins every paragraph that waits for the student's."""


@dataclass(frozen=True)
class Report:
    """A report to be filled in.

    Attributes:
        member: the network that it is about.
        record: of its training; None where it was not measured.
        group: name of the group; text of a stranger.
        pictures: name -> SVG: the block, the curve, the classes. Made by charts, which lie above this module.
    """

    member: Member
    record: Record | None
    group: str
    pictures: Mapping[str, str]


@lru_cache(maxsize=2)
def _environment(*, escape: bool) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
        autoescape=escape,
    )
    environment.filters.update(md=markdown, data_uri=_data_uri, tall=_is_tall)
    return environment


def _data_uri(svg: str) -> str:
    """As a picture of its own, whose names and styles meet no others on the page."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def _is_tall(svg: str) -> bool:
    """Whether text has room beside it."""
    width, height = (float(re.search(rf'\b{side}="([\d.]+)"', svg)[1]) for side in ("width", "height"))  # type: ignore[index]
    return height > 1.5 * width


def as_markdown(report: Report) -> str:
    """The report as Markdown; pictures stand beside it as files of their names."""
    return _environment(escape=False).get_template("report.md.jinja").render(_values(report))


def as_html(report: Report) -> str:
    """The report as one HTML file with its pictures inside, two sides of A4 when it is printed."""
    return _environment(escape=True).get_template("report.html.jinja").render(_values(report))


def _values(report: Report) -> dict[str, Any]:
    member, record = report.member, report.record
    cost, layers = cost_of(member.name), unproductive_layers(member.name)
    certain = layers.certain()
    return {
        "group": report.group or "Group …",
        "family": member.family,
        "paper": member.architecture.paper,
        "library": member.architecture.library,
        "idea": member.idea,
        "size": member.size,
        "surgery": member.surgery,
        "differs": member.architecture.differs,
        "parameters": f"{cost.params:,}",
        "macs": f"{cost.macs / 1e6:,.1f}",
        "unproductive": _unproductive(len(certain.layers), layers.spatial, certain.macs_share),
        "published": BEST.get(member.family),
        "record": None if record is None else _of(record),
        "pictures": report.pictures,
        "marks": MARKS,
        "yours": YOURS,
    }


def _unproductive(certain: int, spatial: int, macs: float) -> str:
    if not certain:
        return f"None of its {spatial} convolutions larger than 1 × 1 is unproductive at this size for certain."
    return (
        f"Of its {spatial} convolutions larger than 1 × 1, {certain} {'is' if certain == 1 else 'are'} unproductive at "
        f"this size ({macs:.0%} of the multiply-adds): the receptive field of what goes into them covers the picture "
        "already."
    )


def _of(record: Record) -> dict[str, Any]:
    shares = record.class_accuracies
    worst, best = int(shares.argmin()), int(shares.argmax())
    configuration = record.configuration
    return {
        "test": f"{record.test:.2%}",
        "validation": f"{record.validation:.2%}",
        "epochs": f"{record.epochs:.1f}",
        "minutes": f"{record.seconds / 60:.1f}",
        "speed": f"{record.images_per_second:,.0f}",
        "device": record.device,
        "source": explanation_of(record.source),
        "pictures": {part: f"{many:,}" for part, many in record.pictures.items()},
        "optimiser": configuration.get("optimiser", ""),
        "rate": configuration.get("rate", ""),
        "batch": configuration.get("batch", ""),
        "seed": configuration.get("seed", ""),
        "weight_decay": configuration.get("weight_decay", ""),
        "label_smoothing": configuration.get("label_smoothing", ""),
        "average": configuration.get("average", ""),
        "versions": ", ".join(f"{name} {version}" for name, version in record.versions.items()),
        "worst": (record.classes[worst], f"{shares[worst]:.1%}"),
        "best": (record.classes[best], f"{shares[best]:.1%}"),
    }
