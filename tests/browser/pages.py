"""Every page and its sections, for tests of all of them and for the screenshots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import urlencode

from core.ui.pages import CIFAR, CONV, DETECTOR, METRICS, TRANSFER

NOTHING: Mapping[str, str] = MappingProxyType({})
FEW: Mapping[str, str] = MappingProxyType({"transfer_data": "Textures", "transfer_per_class": "5"})
"""Pictures on which features take seconds and a network learns at once."""


@dataclass(frozen=True)
class View:
    """A section of a page, or a page without sections.

    Attributes:
        name: of its screenshots: "home", "metrics_explorer-what-if".
        page: name of its script.
        query: parameters of its link.
        first: whether it is what a link without parameters shows.
    """

    name: str
    page: str
    query: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    first: bool = True

    def link(self, **more: str) -> str:
        """The address, with more parameters."""
        query = urlencode({**self.query, **more})
        return f"/{'' if self.page == 'home' else self.page}{f'?{query}' if query else ''}"


def _sections(page: str, key: str, titles: list[str]) -> list[View]:
    def name(title: str) -> str:
        return page if title == titles[0] else f"{page}-{title.lower().replace(' ', '-')}"

    return [View(name(title), page, {key: title}, title == titles[0]) for title in titles]


VIEWS: Mapping[str, View] = MappingProxyType(
    {
        view.name: view
        for view in (
            View("home", "home"),
            *_sections("faster_rcnn", "rcnn_section", list(DETECTOR.modules)),
            *_sections("conv_calculator", "conv_section", list(CONV.modules)),
            *_sections("transfer_learning", "transfer_section", list(TRANSFER.modules)),
            *_sections("metrics_explorer", "metrics_section", list(METRICS.modules)),
            *_sections("cifar10", "cifar10_section", list(CIFAR.modules)),
        )
    }
)
"""All of them, by name."""
