"""Box regression on the picture: two boxes and what becomes of one, and boxes of an object before and after."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from torch import Tensor

from core.detection.coding import LARGEST
from core.detection.regression.evaluation import Moved
from core.detection.regression.pairs import Pairs
from core.detection.regression.targets import NAMES, Regressed
from core.figures.boxes import BoxPicture, Corners, DrawnBox, Panel, ink_on
from core.figures.detection.two_boxes import SHARED, Playground
from core.figures.style import OKABE_ITO

P_COLOUR, G_COLOUR, MOVED_COLOUR = OKABE_ITO[4], OKABE_ITO[0], OKABE_ITO[2]
"""Colours of P, of G, and of the box that a regressor makes of P."""
TALLEST = "max(44vh, 260px)"
HAT = "Ĝ"
SHOWN = 6
"""Boxes of an object that are drawn: among many one sees none."""


def playground(
    uri: str, size: tuple[int, int], p: Corners, g: Corners, *, hidden: bool = False
) -> Playground:  # fmt: skip
    """P and G, to be dragged.

    Args:
        uri: the picture, a data URI.
        size: (width, height) of the frame, image pixels.
        p, g: the boxes on whole pixels.
        hidden: whether IoU is left out.
    """
    alt = "The picture with two boxes that can be moved: P, which the regressor is given, and G, the object's"
    # G first: the second one's name stands below its box
    return Playground(
        *size, uri, (g, p), ("G object", "P given"), (G_COLOUR, P_COLOUR), SHARED, 0.5, alt, hidden=hidden, plain=True
    )


def moved(uri: str, size: tuple[int, int], found: Regressed) -> BoxPicture:
    """P dashed, G, and the box that d makes of P, clipped to the picture to be drawn."""
    boxes = []
    if (seen := clipped(found.moved, size)) is not None:  # wide and below: where it is G, both can be seen
        text = f"{HAT}, IoU with G {found.after:.3f}"
        boxes.append(DrawnBox(seen, MOVED_COLOUR, 6, dashed=False, group=2, text=text, tag=HAT))
    ink, text = ink_on(P_COLOUR), f"P, IoU with G {found.before:.3f}"
    boxes += [
        DrawnBox(found.g, G_COLOUR, 2, dashed=False, group=1, text="G, the object's box", tag="G"),
        DrawnBox(found.p, P_COLOUR, 2.5, dashed=True, group=0, text=text, tag="P", ink=ink),
    ]
    title = f"IoU before → {found.after:.3f} after"
    alt = f"The picture with P dashed, G, and {HAT}: IoU {found.before:.3f} before, {found.after:.3f} after"
    return BoxPicture(uri, *size, (Panel(f"{found.before:.3f}", title, alt, tuple(boxes)),), TALLEST)


def clipped(box: Corners, size: tuple[int, int]) -> Corners | None:
    """What of a box lies within the picture; None: nothing."""
    width, height = size
    x1, y1, x2, y2 = (min(max(value, 0.0), most) for value, most in zip(box, (width, height) * 2, strict=True))
    return (x1, y1, x2, y2) if x1 < x2 and y1 < y2 else None


def signed(value: float, digits: int = 3) -> str:
    """Decimals without a minus before zero, for LaTeX."""
    text = f"{value:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def _plain(value: float) -> str:
    """A length in pixels: one decimal where it has any."""
    return signed(value, 0 if abs(value - round(value)) < 0.05 else 1)


def _factor(value: float) -> str:
    """The same within a product or after a minus, in brackets where it is below 0."""
    text = _plain(value)
    return f"({text})" if text.startswith("-") else text


def target_formulas(found: Regressed) -> list[str]:
    """t by the lecture's formulas with the numbers put in: four rows of LaTeX."""
    p, g = found.p_centred, found.g_centred
    rows = []
    for name, side, at in (("x", "w", 0), ("y", "h", 1)):
        symbols = rf"\frac{{G_{name} - P_{name}}}{{P_{side}}}"
        numbers = rf"\frac{{{_plain(g[at])} - {_factor(p[at])}}}{{{_plain(p[at + 2])}}}"
        rows.append(rf"t_{name} = {symbols} = {numbers} = \mathbf{{{signed(found.targets[at])}}}")
    for name, at in (("w", 2), ("h", 3)):
        numbers = rf"\ln\frac{{{_plain(g[at])}}}{{{_plain(p[at])}}}"
        rows.append(
            rf"t_{name} = \ln\frac{{G_{name}}}{{P_{name}}} = {numbers} = \mathbf{{{signed(found.targets[at])}}}"
        )
    return rows


def moved_formulas(found: Regressed, *, short: bool = False) -> list[str]:
    """The box that d makes of P, by the lecture's formulas with the numbers put in: four rows of LaTeX.

    Args:
        found: the boxes.
        short: without the symbols: for a phone.
    """
    p, d, hat = found.p_centred, found.said, found.moved_centred
    rows = []
    for name, side, at in (("x", "w", 0), ("y", "h", 1)):
        symbols = rf"P_{side}\,d_{name} + P_{name} = "
        numbers = rf"{_plain(p[at + 2])} \cdot {_bracketed(d[at])} + {_factor(p[at])}"
        rows.append(rf"\hat G_{name} = {'' if short else symbols}{numbers} = \mathbf{{{signed(hat[at], 1)}}}")
    for name, at in (("w", 2), ("h", 3)):
        symbols = rf"P_{name} \exp(d_{name}) = "
        power = r"\ln\tfrac{1000}{16}" if d[at] > LARGEST else signed(d[at])
        numbers = rf"{_plain(p[at])} \cdot \exp({power})"
        rows.append(rf"\hat G_{name} = {'' if short else symbols}{numbers} = \mathbf{{{signed(hat[at], 1)}}}")
    return rows


def _bracketed(value: float) -> str:
    text = signed(value)
    return f"({text})" if text.startswith("-") else text


def clamp_remark(found: Regressed) -> str:
    """Where the clamp bites, a sentence with LaTeX; "" elsewhere."""
    if not found.cut:
        return ""
    said = " and ".join(f"$d_{name} = {found.said[NAMES.index(name)]:.3f}$" for name in found.cut)
    return (
        rf"**The clamp bites**: {said} {'is' if len(found.cut) == 1 else 'are'} above $\ln(1000/16) = {LARGEST:.3f}$, "
        r"so the box grows by 62.5 times and no more."
    )


def python_code(found: Regressed) -> str:
    """A script that computes the same with torch, and whose assertions hold."""
    rows = [", ".join(f"{value:.6f}" for value in values) for values in (found.targets, found.said, found.moved)]
    return f"""import math

import torch

# (x1, y1, x2, y2) in pixels
p, g = (torch.tensor(box, dtype=torch.float64) for box in ({list(found.p)}, {list(found.g)}))


def centred(box):
    return torch.cat(((box[:2] + box[2:]) / 2, box[2:] - box[:2]))  # centre x, centre y, width, height


P, G = centred(p), centred(g)
t = torch.cat(((G[:2] - P[:2]) / P[2:], (G[2:] / P[2:]).log()))
assert torch.allclose(t, torch.tensor([{rows[0]}], dtype=torch.float64), atol=1e-5)

d = torch.tensor([{rows[1]}], dtype=torch.float64)  # what the regressor says
sides = P[2:] * d[2:].clamp(max=math.log(1000 / 16)).exp()
centre = P[2:] * d[:2] + P[:2]
moved = torch.cat((centre - sides / 2, centre + sides / 2))
assert torch.allclose(moved, torch.tensor([{rows[2]}], dtype=torch.float64), rtol=1e-4, atol=0.01)
"""


def object_boxes(
    uri: str,
    size: tuple[int, int],
    held: Pairs,
    after: Moved,
    which: int,
    name: str,
    scale: tuple[float, float],
    by: str,
) -> BoxPicture | None:
    """Some boxes of one object before (dashed) and after; None where nothing is known of what becomes of them.

    Args:
        uri: the picture, a data URI.
        size: (width, height) of the frame of the boxes, image pixels.
        held: boxes of all objects of the picture.
        after: what became of them.
        which: of the objects.
        name: what it is called.
        scale: (across, down), image pixels for a network pixel.
        by: what moved them.
    """
    rows = np.flatnonzero(held.object_of == which)
    if not len(rows) or np.isnan(after.after[rows]).any():
        return None
    drawn = [DrawnBox(held.objects[which].corners, G_COLOUR, 3.5, dashed=False, group=-1, text=f"G, {name}", tag="G")]
    shown = rows[spread(after.before[rows].tolist())].tolist()
    for number, row in enumerate(shown):
        text = f"box {number + 1} of {name}\nIoU {after.before[row]:.3f} before, {after.after[row]:.3f} after"
        for boxes, colour, dashed in ((held.boxes, P_COLOUR, True), (after.boxes, MOVED_COLOUR, False)):
            if (seen := clipped(_in_image(boxes[row], scale), size)) is not None:
                drawn.append(DrawnBox(seen, colour, 2, dashed=dashed, group=number, text=text, tag=""))
    count = f"{after.before[rows].mean():.3f} → {after.after[rows].mean():.3f}"
    title = f"mean IoU around {name}, by {by}; {len(shown)} of {len(rows)} boxes, dashed: before"
    alt = f"The picture: {count} {title}; G in orange is the object's own box"
    return BoxPicture(uri, *size, (Panel(count, title, alt, tuple(drawn)),), TALLEST)


def _in_image(box: Tensor, scale: tuple[float, float]) -> Corners:
    """Network pixels as image pixels, to a tenth."""
    (x1, y1, x2, y2), (across, down) = box.tolist(), scale
    return round(x1 * across, 1), round(y1 * down, 1), round(x2 * across, 1), round(y2 * down, 1)


def spread(values: Sequence[float], count: int = SHOWN) -> list[int]:
    """Which of them to show: `count` evenly from the lowest to the highest, or all."""
    order = np.argsort(np.asarray(values), kind="stable")
    at = np.unique(np.linspace(0, len(order) - 1, min(count, len(order))).round().astype(int))
    return [int(number) for number in order[at]]


def question(uri: str, size: tuple[int, int], names: Sequence[str], boxes: Sequence[Corners]) -> BoxPicture:
    """The objects that are held out, before anybody sees what becomes of boxes around them."""
    drawn = tuple(
        DrawnBox(box, G_COLOUR, 3, dashed=False, group=number, text=name, tag=name)
        for number, (name, box) in enumerate(zip(names, boxes, strict=True))
    )
    alt = f"The picture with the objects that are held out: {', '.join(names)}"
    return BoxPicture(uri, *size, (Panel(f"{len(drawn)}", "objects held out", alt, drawn),), TALLEST)
