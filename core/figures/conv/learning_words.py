"""What became of a run that learned a kernel, and why: sentences, formulas and a table."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from core.conv.learning.curvature import MOMENTUM, Array, Curvature, Optimiser
from core.conv.learning.descent import TOLERANCE, Trajectory
from core.conv.learning.settings import ADAM_RATE, COMPARED, TrainSettings
from core.figures.conv.kernels import short

EVEN = "One even colour teaches nothing: all of its patches are alike. Choose a picture with edges."


def outcome(settings: TrainSettings, run: Trajectory, curvature: Curvature, target: Array, noise: float) -> str:
    """What became of a run, in one or two sentences of Markdown.

    Args:
        settings: of the run.
        run: the run.
        curvature: of its loss.
        target: (k, k) the kernel to be found.
        noise: standard deviation of what was added to the filtered picture.
    """
    rate, limit = settings.rate, curvature.limit(settings.optimiser)
    if run.recovered:
        within = f"every entry is within {TOLERANCE:g} of the target."
        return f":material/check_circle: **Recovered** after **{run.last:,} steps**: {within}"
    if run.diverged and not curvature.even:
        why = f" The learning rate {rate:g} is above the limit {short(limit)}." if rate > limit else ""
        grew = f"the loss grew from {short(float(run.losses[0]))} to {short(float(run.losses[-1]))}"
        return f":material/trending_up: **Diverged** after {run.last:,} steps: {grew}, and the run was stopped.{why}"
    text = (
        f":material/hourglass_empty: **Not recovered** in {run.last:,} steps: the largest difference from the target "
        f"is still **{short(float(run.errors[-1]))}**."
    )
    if curvature.even:
        return f"{text} {EVEN}"
    best = float(np.abs(curvature.best - target).max())
    if noise and best > TOLERANCE:
        return (
            f"{text} Noise limits what can be found: even the kernel with the least loss of all is {short(best)} off."
        )
    if curvature.condition == math.inf:
        return f"{text} Some directions of the kernel change nothing in this picture, so they stay as they were."
    if rate < limit / 4 and settings.optimiser is not Optimiser.ADAM:
        return f"{text} The learning rate {rate:g} is small: up to {short(limit)} is stable."
    return text


def about_compared(settings: TrainSettings, curvatures: Mapping[str, Curvature]) -> str:
    """What the compared runs are."""
    said = [
        f"SGD runs at nine tenths of its largest stable rate, Adam at {ADAM_RATE:g}. Below the dashed line every entry "
        f"is within {TOLERANCE:g}."
    ]
    if settings.steps > COMPARED:
        said.append(f"The compared runs stop at {COMPARED:,} steps.")
    if any(curvature.even for curvature in curvatures.values()):
        said.append(EVEN)
    return " ".join(said)


def _tex(value: float) -> str:
    """Three significant digits as LaTeX sets them."""
    if not math.isfinite(value):
        return r"\infty"
    if value and abs(value) < 1e-3:
        mantissa, exponent = f"{value:.2e}".split("e")
        return rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
    return short(value).replace(",", "{,}").replace("−", "-")


def limits(settings: TrainSettings, curvature: Curvature) -> list[str]:
    """Condition number and largest stable rate in LaTeX, with the numbers that they come from."""
    if curvature.even:
        return [r"\lambda_{\max} = 0"]
    largest = _tex(curvature.largest)
    condition = (
        r"\kappa = \frac{\lambda_{\max}}{\lambda_{\min}} = "
        rf"\frac{{{largest}}}{{{_tex(curvature.smallest)}}} = {_tex(curvature.condition)}"
    )
    if settings.optimiser is Optimiser.ADAM:
        bound = _tex(curvature.limit(Optimiser.SGD))
        own = rf"\eta_\mathrm{{Adam}} = {settings.rate:g}"
        return [condition, rf"{own}, \quad \eta_\mathrm{{SGD}} < 2 / \lambda_{{\max}} = {bound}"]
    limit = curvature.limit(settings.optimiser)
    top = "2" if settings.optimiser is Optimiser.SGD else rf"2\,(1 + {MOMENTUM:g})"
    sign = "<" if settings.rate < limit else r"\ge"
    both = rf"\frac{{{top}}}{{\lambda_{{\max}}}} = \frac{{{top}}}{{{largest}}}"
    return [condition, rf"\eta = {settings.rate:g} {sign} {both} = {_tex(limit)}"]


def comparison_table(curvatures: Mapping[str, Curvature], runs: Mapping[str, Trajectory]) -> pd.DataFrame:
    """One row a quantity, one column each kind of picture.

    Args:
        curvatures: kind of picture -> curvature of its loss.
        runs: by names such as "SGD, raw".
    """
    every = curvatures.values()
    rows: dict[str, list[str]] = {
        "largest eigenvalue": [short(one.largest) for one in every],
        "smallest eigenvalue": [short(one.smallest) for one in every],
        "condition number": [short(one.condition) for one in every],
        "largest stable SGD rate": [short(one.limit(Optimiser.SGD)) for one in every],
    }
    for optimiser in (Optimiser.SGD, Optimiser.ADAM):
        rows[f"steps of {optimiser}"] = [_ended(runs.get(f"{optimiser}, {kind}")) for kind in curvatures]
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(curvatures))


def _ended(run: Trajectory | None) -> str:
    if run is None:
        return "–"
    return f"{run.last:,}" if run.recovered else "diverged" if run.diverged else f"over {run.last:,}"
