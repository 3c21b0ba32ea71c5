r"""What the walk of one detection says: the lecture's formulas, and under each the same with the walk's numbers."""

from __future__ import annotations

from torch import Tensor

from core.detection.coding import LARGEST, centred
from core.detection.walk.move import Move
from core.detection.walk.walk import Walk

_NAMES = ("x", "y", "w", "h")


def short(name: str) -> str:
    """A channel's name in as few words as a heat map has room for."""
    for long, brief in (
        ("how strongly the surest of the 3 x 3 cells around says ", ""),
        ("how strongly this cell says that there is an object", "any object"),
        ("the box of the surest cell around: ", "near: "),
        ("this cell's box: ", "own: "),
        ("this cell's ", ""),
        (" of its centre", ""),
    ):
        name = name.replace(long, brief)
    return name


def aligned(lines: list[str]) -> str:
    """Lines below one another, at their ampersands; small, so that they fit beside a picture."""
    # without the space at the end the browser offers to scroll by a pixel
    return r"\small\begin{aligned}" + r"\\".join(lines) + r"\end{aligned}\;"


def objectness(walk: Walk) -> str:
    """The sigmoid with its numbers."""
    return aligned(
        [r"\sigma(z) &= \frac{1}{1 + e^{-z}}", rf"\sigma({walk.logit:.3f}) &= \mathbf{{{walk.objectness:.3f}}}"]
    )


def deltas(move: Move) -> str:
    """dx, dy, dw, dh; divided by their weights where these are not 1."""
    lines = []
    for name, said, weight, delta in zip(_NAMES, move.said.tolist(), move.weights, move.deltas.tolist(), strict=True):
        number = rf"\mathbf{{{delta:.4f}}}"
        lines.append(rf"d_{name} &= " + (number if weight == 1 else rf"{said:.3f} / {weight:.0f} = {number}"))
    if set(move.weights) == {1}:
        return aligned([rf"{lines[0]} & {lines[1]}", rf"{lines[2]} & {lines[3]}"])
    return aligned(lines)


def cut(move: Move) -> str:
    """What the bound of dw and dh does here, a sentence."""
    said = rf"$d_w$ and $d_h$ may be $\ln(1000/16) = {LARGEST:.3f}$ at most"
    return f"{said}: here that cuts." if move.cut else f"{said}, and are."


def four_formulas(move: Move) -> str:
    """The lecture's four formulas, each with its numbers below."""
    (px, py, pw, ph), (gx, gy, gw, gh) = (centred(box[None])[0].tolist() for box in (move.start, move.moved))
    dx, dy, dw, dh = move.used.tolist()

    def placed(axis: str, side: str, length: float, delta: float, at: float, result: float) -> list[str]:
        return [
            rf"\hat G_{axis} &= P_{side}\, d_{axis} + P_{axis}",
            rf"&= {length:.1f} \,{{\cdot}}\, {_signed(delta)} + {_signed(at, 1)} = \mathbf{{{result:.1f}}}",
        ]

    def sized(side: str, length: float, delta: float, result: float) -> list[str]:
        return [
            rf"\hat G_{side} &= P_{side} \exp(d_{side})",
            rf"&= {length:.1f} \,{{\cdot}}\, \exp({delta:.4f}) = \mathbf{{{result:.1f}}}",
        ]

    return aligned(
        [
            *placed("x", "w", pw, dx, px, gx),
            *placed("y", "h", ph, dy, py, gy),
            *sized("w", pw, dw, gw),
            *sized("h", ph, dh, gh),
        ]
    )


def _signed(value: float, digits: int = 4) -> str:
    """In brackets where it is negative."""
    return f"{value:.{digits}f}" if value >= 0 else f"({value:.{digits}f})"


def level(walk: Walk) -> str:
    """Equation 1 of the feature pyramid with its numbers."""
    pooling = walk.pooling
    return aligned(
        [
            rf"k &= \left\lfloor k_0 + \log_2\frac{{\sqrt{{wh}}}}{{{pooling.scale:.0f}}} \right\rfloor",
            rf"&= \left\lfloor {pooling.usual} + \log_2\frac{{{pooling.side:.1f}}}{{{pooling.scale:.0f}}}"
            r" \right\rfloor",
            rf"&= \lfloor {pooling.exact:.3f} \rfloor"
            + (rf" \to \mathbf{{{pooling.k}}}" if pooling.bounded else rf" = \mathbf{{{pooling.k}}}"),
        ]
    )


def softmax(walk: Walk) -> str:
    """The score of its class."""
    top = float(walk.class_logits[walk.label].exp())
    whole = float(walk.class_logits.exp().sum())
    return aligned(
        [
            r"p_c &= \frac{e^{z_c}}{\sum_j e^{z_j}}",
            rf"&= \frac{{{top:.4g}}}{{{whole:.4g}}} = \mathbf{{{walk.score:.3f}}}",
        ]
    )


def corners(box: Tensor) -> str:
    """(x1, y1, x2, y2) to a tenth of a pixel."""
    return "(" + ", ".join(f"{value:.1f}" for value in box.tolist()) + ")"


def clipped(walk: Walk) -> str:
    """What clipping does with the box, LaTeX."""
    height, width = walk.network_size
    lines = []
    for name, before, after, bound in zip(
        ("x_1", "y_1", "x_2", "y_2"),
        walk.second.moved.tolist(), walk.second.clipped.tolist(), (width, height, width, height), strict=True,
    ):  # fmt: skip
        lines.append(rf"{name} &= \min(\max({before:.1f},\, 0),\, {bound}) = \mathbf{{{after:.1f}}}")
    return aligned(lines)


def scaled(walk: Walk) -> str:
    """The box in image pixels, LaTeX."""
    across, down = walk.scale
    lines = []
    for name, before, after, factor in zip(
        ("x_1", "y_1", "x_2", "y_2"),
        walk.second.clipped.tolist(), walk.box.tolist(), (across, down, across, down), strict=True,
    ):  # fmt: skip
        lines.append(rf"{name} &= {before:.1f} \cdot {factor:.4f} = \mathbf{{{after:.1f}}}")
    return aligned(lines)


def anchor(walk: Walk) -> str:
    """Its size and shape, LaTeX."""
    found = walk.anchor
    x, y, width, height = centred(walk.first.start[None])[0].tolist()
    return aligned(
        [
            rf"(P_x, P_y) &= ({x:.0f},\ {y:.0f})",
            rf"P_w \times P_h &= {width:.0f} \times {height:.0f}",
            rf"\sqrt{{P_w P_h}} &= {found.size:.1f}",
            rf"P_w / P_h &= {found.ratio:.2f}",
        ]
    )


def clipping(walk: Walk, move: Move) -> str:
    """What clipping to the picture does after a move, a sentence."""
    if not move.outside:
        return "It lies within the picture: clipping changes nothing."
    before, after = corners(move.moved), corners(move.clipped)
    height, width = walk.network_size
    return f"It reaches over the edge of the {width} × {height} picture: {before} is clipped to {after}."


def pooled_from(walk: Walk) -> str:
    """Which level that is, Markdown."""
    pooling, start = walk.pooling, walk.anchor.level
    told = f"Levels {pooling.least} to {pooling.most} are there. " if pooling.bounded else ""
    _, _, width, height = (value / pooling.stride for value in centred(walk.second.start[None])[0].tolist())
    told += (
        f"k = {pooling.k} is **map “{pooling.name}”**, stride {pooling.stride:.0f}: {width:.1f} × {height:.1f} of its "
        "cells lie on the proposal. "
    )
    if pooling.name != start.name:
        return told + f"The anchor is of another level, “{start.name}”: size decides, not where it came from."
    return told + "The anchor is of the same level, but that need not be: size decides."


def maps(features: Tensor, channels: tuple[int, ...], names: tuple[str, ...]) -> str:
    """The scale of heat maps, and what the first of them says, Markdown."""
    chosen = features[list(channels)]
    scale = f"From {float(chosen.min()):.2f} (dark) to {float(chosen.max()):.2f} (bright), one scale for all."
    if not names:
        return f"{scale} Channels of this network have no names: training made them up."
    return f"{scale} The first channel: {names[channels[0]]}."


def verdict(walk: Walk) -> str:
    """How the box that was walked to compares with the one kept, Markdown."""
    kept = corners(walk.kept)
    if walk.difference == 0:
        return f"The detector kept {kept}: **equal**, to the last bit."
    return f"The detector kept {kept}: **equal**, to {walk.difference:.1g} pixels of rounding."
