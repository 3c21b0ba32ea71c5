"""Controls of the section "Size and cost": a layer and the volume it gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.conv.grouping import SEPARABLE
from core.conv.layers import Kind, Layer
from core.conv.stack import Stack
from core.ui import framework as ui

KEY = "conv_size"
MOST = 255  # of kernel, stride and padding
KINDS = {
    "Convolution": Kind.CONV,
    "Depthwise convolution": Kind.DEPTHWISE,
    "Transposed convolution": Kind.TRANSPOSED,
    "Max pooling": Kind.MAXPOOL,
    "Average pooling": Kind.AVGPOOL,
    "Linear": Kind.LINEAR,
}
_NO_FILTERS = (Kind.MAXPOOL, Kind.AVGPOOL, Kind.DEPTHWISE)


def _kind(chosen: Mapping[str, Any]) -> Kind:
    return KINDS[chosen["kind"]]


def _width(label: str, least: int, most: int, default: int, help: str) -> Any:
    """The side that is always there; some allow what a layer refuses, so that the reason can be read."""
    return ui.whole(
        label, least, most, default, help, half=True,
        when=lambda chosen: label == "W₁" or _kind(chosen) is not Kind.LINEAR,
        follows=lambda chosen: {"label": f"{label} (width)"} if chosen["apart"] else {},
    )  # fmt: skip


def _height(label: str, width: str, least: int, most: int, help: str) -> Any:
    """The other side: as the width until something is typed, also in a link."""
    return ui.whole(
        f"{label} (height)", least, most, None, help, half=True,
        when=lambda chosen: chosen["apart"] and (label == "H₁" or _kind(chosen) is not Kind.LINEAR),
        follows=lambda chosen: {"placeholder": str(chosen[width])},
    )  # fmt: skip


def _fold(chosen: Mapping[str, Any]) -> dict[str, str]:
    if _kind(chosen) is Kind.LINEAR:
        return {"fold": "", "help": "One for each feature."}
    return {"fold": "Dilation, groups, biases" if _kind(chosen).convolves else "Dilation, rounding"}


@dataclass(frozen=True)
class LayerSettings:
    """What the controls ask for."""

    kind: str = ui.choice(
        "Layer",
        tuple(KINDS),
        "Convolution",
        "Grouped and dilated convolutions are convolutions with other groups and dilation, below.",
    )
    apart: bool = ui.tick(
        "Different height and width",
        "For pictures and kernels that are not square. An empty height is the same as the width.",
    )
    w: int = _width("W₁", 1, 10_000, 224, "Width of the input, pixels.")
    h: int | None = _height("H₁", "w", 1, 10_000, "Height of the input, pixels.")
    channels: int = ui.whole(
        "D₁", 1, 65_536, 3, "Depth of the input: its channels, 3 for a colour picture.",
        half=lambda chosen: not chosen["apart"] or _kind(chosen) not in _NO_FILTERS,
    )  # fmt: skip
    filters: int = ui.whole(
        "K", 0, 65_536, 64, "Number of filters: the depth of the output.", half=True,
        when=lambda chosen: _kind(chosen) not in _NO_FILTERS,
        follows=lambda chosen: {"help": "Number of features."} if _kind(chosen) is Kind.LINEAR else {},
    )  # fmt: skip
    f: int = _width("F", 0, MOST, 11, "Size of the kernel.")
    fh: int | None = _height("F", "f", 0, MOST, "Size of the kernel, downwards.")
    s: int = _width("S", 0, MOST, 4, "Stride: pixels from one window to the next.")
    sh: int | None = _height("S", "s", 0, MOST, "Stride: pixels from one window to the next, downwards.")
    p: int = _width("P", -8, MOST, 2, "Padding: zeros on each side.")
    ph: int | None = _height("P", "p", -8, MOST, "Padding: zeros on each side, downwards.")
    d: int = ui.whole(
        "Dilation", 0, 64, 1, "Pixels from one weight to the next; 1 leaves no gaps.", follows=_fold,
        when=lambda chosen: _kind(chosen) not in (Kind.AVGPOOL, Kind.LINEAR),
    )  # fmt: skip
    g: int = ui.whole(
        "Groups", 0, 65_536, 1, "The channels are split into groups that do not see each other.", follows=_fold,
        when=lambda chosen: _kind(chosen) in (Kind.CONV, Kind.TRANSPOSED),
    )  # fmt: skip
    op: int = ui.whole(
        "Output padding", 0, 64, 0, "Rows added on one side; smaller than stride or dilation.", follows=_fold,
        when=lambda chosen: _kind(chosen) is Kind.TRANSPOSED,
    )  # fmt: skip
    ceil: bool = ui.tick(
        "ceil_mode", "Round up: a last window may hang over the edge.", follows=_fold,
        when=lambda chosen: _kind(chosen).pools,
    )  # fmt: skip
    bias: bool = ui.tick(
        "Biases", "One for each filter.", True, follows=_fold, when=lambda chosen: not _kind(chosen).pools
    )

    @property
    def layer(self) -> Layer:
        """The layer."""
        kind = KINDS[self.kind]
        if kind is Kind.LINEAR:
            return Layer(kind, self.filters, bias=self.bias)
        kernel, stride, padding = (
            (wide if high is None else high, wide)
            for wide, high in ((self.f, self.fh), (self.s, self.sh), (self.p, self.ph))
        )
        return Layer(
            kind, 0 if kind in _NO_FILTERS else self.filters, kernel, stride, padding, (self.d, self.d), self.g,
            (self.op, self.op), self.ceil, self.bias and kind.convolves,
        )  # fmt: skip

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W) of the volume it gets."""
        return self.channels, self.w if self.h is None else self.h, self.w

    @property
    def stack(self) -> Stack:
        """The layer as a network, a linear one behind the flatten it needs."""
        flatten = (Layer(Kind.FLATTEN),) if self.layer.kind is Kind.LINEAR else ()
        return Stack((*flatten, self.layer))

    @property
    def axes(self) -> tuple[tuple[int, ...], ...]:
        """The axes that are told apart, the width first: both as one where nothing differs."""
        layer = self.layer
        pairs = (layer.kernel, layer.stride, layer.padding, self.shape[1:])
        return ((1,), (0,)) if any(pair[0] != pair[1] for pair in pairs) else ((1, 0),)


@dataclass(frozen=True)
class Grouping:
    """The slider below; its options follow the layer."""

    grouping: str = ui.steps(
        "How the channels are connected",
        (SEPARABLE,),
        SEPARABLE,
        "Left: every filter sees every channel. Right: each channel by itself, then a 1 × 1 convolution.",
    )


DEFAULTS = ui.defaults(LayerSettings, KEY) | ui.defaults(Grouping, KEY)
