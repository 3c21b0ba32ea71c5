"""What the networks say of one picture, as a table of shades and a sentence."""

from __future__ import annotations

import pandas as pd
from PIL import Image as Pillow

from core.figures.drawing import Drawing, Image
from core.figures.figure import Figure
from core.figures.vega import number
from core.figures.words import counted
from core.images import data_uri, to_jpeg
from core.transfer.cifar10.classify import Said
from core.transfer.cifar10.order import CLASSES

CELL = 34


def seen(said: Said) -> Drawing:
    """The 32 x 32 pixels that the networks are shown, each as large as it has to be to be seen."""
    pixels = Pillow.fromarray(said.square.permute(1, 2, 0).numpy())
    side = float(said.square.shape[-1])
    shown = Image(0, 0, side, side, data_uri(to_jpeg(pixels, quality=95)), smooth=False)
    return Drawing(
        side, side, (shown,), "The middle of the picture as 32 by 32 pixels", tallest="240px", widest="240px"
    )


def heat(said: Said) -> Figure:
    """Probability of each class by each network."""
    rows = [
        (family, name, float(share))
        for family, shares in said.probabilities.items()
        for name, share in zip(CLASSES, shares, strict=True)
    ]
    x = {
        "field": "class",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {"labelAngle": -90, "labelOverlap": False},
    }
    y = {"field": "family", "type": "nominal", "sort": None, "title": None}
    legend = {"title": "probability", "format": ".0%"}
    colour = number("probability", domain=(0, 1), scale={"scheme": "viridis"}, legend=legend)
    tips = [{"field": "family"}, {"field": "class"}, {"field": "probability", "format": ".1%"}]
    spec = {
        "title": "Probability of each class, network by network",
        "height": CELL * len(said.probabilities),
        "mark": {"type": "rect"},
        "encoding": {"x": x, "y": y, "color": colour, "tooltip": tips},
    }
    data = pd.DataFrame(rows, columns=["family", "class", "probability"])
    return Figure(spec, data, "Shades: how likely each of eleven networks takes each of ten classes", verdict(said))


def verdict(said: Said) -> str:
    """Who says what, a sentence."""
    (first, times), *others = said.votes.items()
    count = len(said.probabilities)
    if not others:
        return f"All {count} networks say {first}."
    rest = ", ".join(f"{name} {many}" for name, many in others)
    return f"{counted(times, 'network')} of {count} say {first}; others: {rest}."


def table(said: Said) -> pd.DataFrame:
    """One row a network: its answer and how sure it is."""
    return pd.DataFrame(
        [
            {"family": family, "says": said.answer(family), "probability, %": 100 * float(shares.max())}
            for family, shares in said.probabilities.items()
        ]
    )
