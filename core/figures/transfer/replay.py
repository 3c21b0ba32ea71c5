"""Trainings that were recorded, replayed in the browser: play, pause, scrub, without a run of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.figures.plots import SHARES, Plot, axis, chart, level
from core.figures.style import ACCENT, MUTED, SMALLEST
from core.figures.transfer.curves import COLOURS
from core.transfer.training.recording import Recording

FRAMES = 60
"""Of a replay: at `FRAME_MS` each it takes seconds, whatever the training took."""
FRAME_MS = 120
HEIGHT = 520

LEGEND: Mapping[str, Any] = MappingProxyType(
    {"orientation": "v", "x": 1, "xanchor": "right", "y": 0.02, "yanchor": "bottom", "bgcolor": "rgba(0, 0, 0, 0)"}
)
"""Inside the plot, where accuracies are low: above it four names would take four lines of a phone."""

FEW = 6
"""Lines whose names have room inside the plot."""
BESIDE = {"x": 1.01, "xanchor": "left", "y": 1, "yanchor": "top"}
"""The legend of more."""

Lines = Mapping[str, Sequence[tuple[float, float]]]
"""Name -> (place on the axis to the right, accuracy)."""


def race(recording: Recording) -> Plot:
    """Accuracy of each runner against its seconds of training."""
    lines = {title: [(point.seconds, point.accuracy) for point in points] for title, points in recording.points.items()}
    told = ", ".join(f"{title} {accuracy:.1%}" for title, accuracy in recording.best.items())
    return replayed(
        "Validation accuracy against seconds",
        lines,
        "seconds of training",
        unit="s",
        alt=f"Lines of a recorded race, one a runner; the best of each: {told}",
        levels=(level(recording.chance, "most frequent class"), level(recording.probe, "logistic probe")),
    )


def schedule(recording: Recording) -> Plot:
    """Accuracy against epochs, with the phases as bands."""
    (title, points), *_ = recording.points.items()
    bands, begins = [], 0.0
    for number, phase in enumerate(recording.phases, 1):
        if phase.epochs > 0:
            bands.append(
                {
                    "type": "rect", "x0": begins, "x1": begins + phase.epochs, "y0": 0, "y1": 1, "yref": "y domain",
                    "fillcolor": MUTED, "opacity": 0.16 if number % 2 else 0.0, "line": {"width": 0}, "layer": "below",
                    "label": {"text": str(number), "textposition": "top center", "font": {"size": SMALLEST}},
                }
            )  # fmt: skip
        begins += phase.epochs
    best = max(points, key=lambda point: point.accuracy)
    return replayed(
        "Validation accuracy, phase by phase",
        {title: [(point.epoch, point.accuracy) for point in points]},
        "epochs",
        unit="epochs",
        alt=f"Line of a recorded training: accuracy against epochs, best {best.accuracy:.1%} after {best.epoch:.1f}",
        levels=(*bands, level(recording.probe, "logistic probe")),
        top=1.1,  # room for the numbers of the phases
    )


def replayed(
    title: str,
    lines: Lines,
    right: str,
    *,
    unit: str,
    alt: str,
    levels: Sequence[dict[str, Any]] = (),
    top: float = 1.02,
    looks: Mapping[str, Mapping[str, Any]] | None = None,
    seconds: float = FRAMES * FRAME_MS / 1000,
    form: str = ".1f",
) -> Plot:
    """Lines that grow: the whole of them first; "Play" begins anew, the slider goes to any moment.

    Args:
        title: of the chart.
        lines: to be drawn.
        right: title of the axis to the right.
        unit: behind a number of it.
        alt: see `Plot`.
        levels: Plotly's shapes that stay.
        top: end of the axis upwards.
        looks: name -> Plotly's description of its line; None: a colour each.
        seconds: that the whole takes.
        form: of numbers of the axis to the right.
    """
    end = max(x for points in lines.values() for x, _ in points)
    colours = dict(zip(lines, (ACCENT,) if len(lines) == 1 else COLOURS, strict=False))
    drawn = looks or {name: {"color": colours[name]} for name in lines}
    frame_ms = round(1000 * seconds / FRAMES)

    def traces(until: float) -> list[go.Scatter]:
        return [
            go.Scatter(
                x=[x for x, _ in points if x <= until],
                y=[y for x, y in points if x <= until],
                name=name,
                mode="lines+markers",
                line={"width": 2.5, **drawn[name]},
                marker={"size": 6},
                hovertemplate=f"%{{x:{form}}} {unit}: %{{y:.1%}}",
            )
            for name, points in lines.items()
        ]

    def reached(until: float) -> list[dict[str, Any]]:
        """What a frame changes; whole traces would be checked one by one, six hundred of them in a race of ten."""
        shown = {name: [point for point in points if point[0] <= until] for name, points in lines.items()}
        return [{"name": name, "x": [x for x, _ in some], "y": [y for _, y in some]} for name, some in shown.items()]

    moments = np.linspace(0.0, end, FRAMES).tolist()
    moments[-1] = end  # rounding must not lose the last point
    frames = [{"name": str(number), "data": reached(moment)} for number, moment in enumerate(moments)]
    play = {"frame": {"duration": frame_ms, "redraw": False}, "transition": {"duration": 0}, "fromcurrent": True}
    stay = {"frame": {"duration": 0, "redraw": False}, "mode": "immediate", "transition": {"duration": 0}}
    plot = chart(
        title,
        *traces(end),
        x=axis(right, range=[0, end * 1.02]),
        y=axis("validation accuracy", **{**SHARES, "range": [0, top]}),
        alt=alt,
        height=HEIGHT,
        showlegend=len(lines) > 1,
        shapes=list(levels),
        margin={"l": 8, "r": 12, "t": 44, "b": 8},
        legend={**LEGEND, **(BESIDE if len(lines) > FEW else {})},
        updatemenus=[
            {
                "type": "buttons", "showactive": False, "bgcolor": "rgba(138, 148, 160, 0.2)", "direction": "left",
                "x": 0, "y": -0.14, "xanchor": "left", "yanchor": "top", "pad": {"t": 28}, "font": {"size": SMALLEST},
                "buttons": [
                    {"label": "▶ Play", "method": "animate", "args": [None, {**play, "fromcurrent": False}]},
                    {"label": "❚❚ Pause", "method": "animate", "args": [[None], stay]},
                ],
            }
        ],
        sliders=[
            {
                "active": FRAMES - 1, "x": 0, "len": 1, "y": -0.3, "yanchor": "top", "pad": {"t": 28},
                "currentvalue": {"suffix": f" {unit}", "font": {"size": SMALLEST}}, "font": {"size": SMALLEST},
                "ticklen": 0, "minorticklen": 0,
                "steps": [
                    {"label": f"{moment:{form}}", "method": "animate", "args": [[frame["name"]], stay]}
                    for moment, frame in zip(moments, frames, strict=True)
                ],
            }
        ],
    )  # fmt: skip
    plot.plot.frames = frames
    return plot
