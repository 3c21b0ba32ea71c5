"""Accuracy stage by stage, and over the number of pictures of a class."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from core.figures.plots import SHARES, Plot, axis, chart, from_lowest
from core.figures.style import ACCENT
from core.figures.transfer.probes import COLOURS, TRAINING, VALIDATION
from core.transfer.features.probes.curves import INTO_HEAD, AmountCurve, StageScore

HEIGHT = 360


def depth(scores: Sequence[StageScore]) -> Plot:
    """What a linear classifier makes of each stage; the best on the validation part is marked."""
    best = max(scores, key=lambda score: score.validation)
    stages = [score.name for score in scores]
    about = [[score.width, f"λ = {score.setting.value:g}"] for score in scores]
    hover = "%{x}: %{y:.1%}<br>%{customdata[0]:,} numbers a picture<br>penalty %{customdata[1]}"
    lines = [
        go.Scatter(
            x=stages,
            y=accuracies,
            name=part,
            mode="lines+markers",
            line={"color": COLOURS[part], "width": 2, "dash": "dash" if part == TRAINING else "solid"},
            customdata=about,
            hovertemplate=hover,
        )
        for part, accuracies in (
            (TRAINING, [score.train for score in scores]),
            (VALIDATION, [score.validation for score in scores]),
        )
    ]
    ring = go.Scatter(
        x=[best.name], y=[best.validation], mode="markers", showlegend=False, hoverinfo="skip",
        marker={"symbol": "circle-open", "size": 17, "color": ACCENT, "line": {"width": 3}},
    )  # fmt: skip
    every = [value for score in scores for value in (score.train, score.validation)]
    told = ", ".join(f"{score.name} {score.validation:.1%}" for score in scores)
    return chart(
        f"Accuracy by stage: {best.validation:.1%} at {best.name}",
        *lines,
        ring,
        x=axis("stage of the network, first to last", tickangle=-40),
        y=axis("accuracy", **{**SHARES, "range": from_lowest(every)}),
        alt=f"Validation accuracy of a logistic probe on each stage: {told}",
        height=HEIGHT,
        showlegend=True,
    )


def lesson(scores: Sequence[StageScore], *, trained: bool) -> str:
    """What the curve over the stages says, in sentences.

    Args:
        scores: of the stages, the first one first.
        trained: whether the network has its ImageNet weights.
    """
    best = max(scores, key=lambda score: score.validation)
    first, last = scores[0], scores[-1]
    text = "A logistic probe on the mean of the output of each stage over the picture."
    if not trained:
        return f"{text} The network is random: it has learned nothing, and each stage is a set of random filters."
    text += " Early stages see edges and colours, which any picture has; late ones what the network was trained for."
    if best.validation - last.validation > 0.02 and best.name != INTO_HEAD:
        return (
            f"{text} Here {best.name} is best, {best.validation:.1%}, and what goes into the head has "
            f"{last.validation:.1%}: these pictures are unlike those of ImageNet, and the last stages are too specific."
        )
    return f"{text} Here it goes from {first.validation:.1%} to {last.validation:.1%} at the end."


def amounts(curve: AmountCurve) -> Plot:
    """Accuracy over the training pictures of each class: mean and standard deviation over the ways to draw them."""
    counts, means, spreads = list(curve.amounts), curve.means.tolist(), curve.deviations.tolist()
    low = [max(mean - spread, 0.0) for mean, spread in zip(means, spreads, strict=True)]
    high = [min(mean + spread, 1.0) for mean, spread in zip(means, spreads, strict=True)]
    texts = [f"{mean:.1%} ± {spread:.1%}" for mean, spread in zip(means, spreads, strict=True)]
    band = go.Scatter(
        x=[*counts, *reversed(counts)], y=[*high, *reversed(low)], fill="toself", mode="none", opacity=0.3,
        fillcolor=COLOURS[VALIDATION], hoverinfo="skip",
    )  # fmt: skip
    line = go.Scatter(
        x=counts, y=means, mode="lines+markers", line={"color": COLOURS[VALIDATION], "width": 2}, text=texts,
        hovertemplate="%{x:,} pictures a class: %{text}<extra></extra>",
    )  # fmt: skip
    ends = " to ".join(f"{means[end]:.0%} from {counts[end]:,}" for end in (0, -1))
    told = ", ".join(f"{count:,}: {text}" for count, text in zip(counts, texts, strict=True))
    return chart(
        f"Few pictures: {ends}",
        band,
        line,
        x=axis("training pictures of each class (log)", type="log", tickvals=counts, tickformat=","),
        y=axis("validation accuracy", **{**SHARES, "range": from_lowest(low)}),
        alt=f"Validation accuracy over the training pictures of each class. {told}",
        height=HEIGHT,
    )
