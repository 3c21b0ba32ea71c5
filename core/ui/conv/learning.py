"""Section "Learning a kernel": gradient descent finds the kernel between a picture and its filtered copy."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from core.conv.learning import export as learning_export
from core.conv.learning.curvature import MOMENTUM, Array, Curvature, Optimiser, curvature
from core.conv.learning.descent import TOLERANCE, Pair, Trajectory, make_pair, train
from core.errors import UserError
from core.figures.conv import learning as figures
from core.figures.conv.kernels import short
from core.figures.conv.learning import Playback
from core.images import shrink
from core.samples import SAMPLES
from core.ui import cache
from core.ui.components.player import show_player
from core.ui.conv.learning_controls import ADAM_RATE, KEY, TARGETS, Task, Way, controls
from core.ui.conv.predict import revealed
from core.ui.framework.layout import panes
from core.ui.framework.predict import hides
from core.ui.framework.show import download, problem, show
from core.ui.pictures import Picture

SIDE = 128  # pixels of the copy that is learned from: 12,000 patches are plenty for 49 unknowns
SHARE = 0.9  # of the largest stable rate, for the runs that are compared
EVEN = "One even colour teaches nothing: all of its patches are alike. Choose a picture with edges."
COMPARED = 2_000  # steps of each of them at most: four runs of a visitor's 5,000 would take too long on a busy machine


@st.cache_resource(max_entries=64, show_spinner=False)
def _pair(task: Task, _data: bytes) -> Pair:
    image = shrink(cache.opened(task.digest, _data).image, SIDE).convert("L")
    pixels = np.asarray(image, dtype=np.float64) / 255  # (H, W)
    target = np.array(task.target)
    return make_pair(pixels, target, task.size, centred=task.centred, noise=task.noise, seed=task.seed)


@st.cache_resource(max_entries=64, show_spinner=False)
def _curvature(task: Task, _data: bytes) -> Curvature:
    pair = _pair(task, _data)
    return curvature(pair.x, pair.y, task.size)


@st.cache_resource(max_entries=256, show_spinner="Learning the kernel…")
def _run(task: Task, way: Way, _data: bytes) -> Trajectory:
    """One run and about 50 kB: 5,000 steps take 0.5 to 0.8 s on an idle core, several times that on a busy one."""
    return train(
        _pair(task, _data), optimiser=way.optimiser, lr=way.rate, steps=way.steps, start=way.start, seed=task.seed
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def _playback(task: Task, way: Way, secret: bool, _data: bytes) -> Playback:
    return figures.playback(_pair(task, _data), _run(task, way, _data), secret=secret)


def section() -> None:
    """Draw the section."""
    hidden = hides(KEY)
    left, result, _ = panes()
    with left:
        picture, task, way, name = controls(hidden)
    with result:
        answered = _answered(picture, task, way, name)
        if answered is None:
            return
        task, way, name = answered
        question = (task.target, task.digest)
        shown = revealed(KEY, hidden, question)
        pair, run, steepness = _pair(task, picture.data), _run(task, way, picture.data), _curvature(task, picture.data)
        st.markdown(_outcome(task, way, run, steepness, pair.target))
        show_player(_playback(task, way, not shown, picture.data), key=f"{KEY}_player")
        if hidden:
            _guess(question, name, shown)
    _why(picture, task, way, run)
    if shown:
        _take_away(picture, task, way, run, pair)
    _explain()


def _answered(picture: Picture, task: Task, way: Way, name: str) -> tuple[Task, Way, str] | None:
    """The task, if it can be learned; else why not, and the last one that could."""
    memory = f"{KEY}_last"
    try:
        _pair(task, picture.data)
    except UserError as error:
        problem(error)
        last: tuple[Task, Way, str] | None = st.session_state.get(memory)
        if last is None or last[0].digest != picture.digest:
            return None
        st.caption("Below is still the last run that worked.")
        return last
    st.session_state[memory] = (task, way, name)
    return task, way, name


def _off(run: Trajectory) -> str:
    return short(float(run.errors[-1]))


def _outcome(task: Task, way: Way, run: Trajectory, steepness: Curvature, target: Array) -> str:
    """What became of the run, in one or two sentences."""
    limit = steepness.limit(way.optimiser)
    if steepness.even and not run.recovered:
        return (
            f":material/hourglass_empty: **Not recovered** in {run.last:,} steps: the largest difference from the "
            f"target is still **{_off(run)}**. {EVEN}"
        )
    if run.diverged:
        why = f" The learning rate {way.rate:g} is above the limit {short(limit)}." if way.rate > limit else ""
        grew = f"the loss grew from {short(float(run.losses[0]))} to {short(float(run.losses[-1]))}"
        return f":material/trending_up: **Diverged** after {run.last:,} steps: {grew}, and the run was stopped.{why}"
    if run.recovered:
        return (
            f":material/check_circle: **Recovered** after **{run.last:,} steps**: every entry is within "
            f"{TOLERANCE:g} of the target."
        )
    text = (
        f":material/hourglass_empty: **Not recovered** in {run.last:,} steps: the largest difference from the target "
        f"is still **{_off(run)}**."
    )
    best = float(np.abs(steepness.best - target).max())
    if task.noise and best > TOLERANCE:
        return (
            f"{text} Noise limits what can be found: even the kernel with the least loss of all is {short(best)} off."
        )
    if steepness.condition == math.inf:
        return f"{text} Some directions of the kernel change nothing in this picture, so they stay as they were."
    if way.rate < limit / 4 and way.optimiser is not Optimiser.ADAM:
        return f"{text} The learning rate {way.rate:g} is small: up to {short(limit)} is stable."
    return text


def _show_target(question: object) -> None:
    st.session_state[f"{KEY}_shown"] = question


def _hide_target() -> None:
    st.session_state.pop(f"{KEY}_shown", None)


def _guess(question: object, name: str, shown: bool) -> None:
    """Which kernel is it? One choice, a button, and the answer."""
    guess = st.selectbox(
        "Which kernel made the output wanted?",
        TARGETS,
        index=None,
        placeholder="Look at the picture and at the output, then guess",
        key=f"{KEY}_guess",
        help="Play the run as well: the numbers stay hidden until you reveal them.",
    )
    if not shown:
        st.button(
            "Reveal the kernel",
            type="primary",
            icon=":material/visibility:",
            key=f"{KEY}_reveal",
            on_click=_show_target,
            args=(question,),
            help="Show the numbers of the target and of the kernel that learns.",
        )
        return
    if guess == name:
        st.markdown(f":green[:material/check:] It is **{name}**, as guessed.")
    else:
        st.markdown(f"It is **{name}**" + (f", guessed {guess}." if guess else "."))
    st.button(
        "Ask again",
        key=f"{KEY}_again",
        icon=":material/visibility_off:",
        on_click=_hide_target,
        help="Hide the answers again.",
    )


def _tex(value: float) -> str:
    """Three significant digits as LaTeX sets them."""
    if not math.isfinite(value):
        return r"\infty"
    if value and abs(value) < 1e-3:
        mantissa, exponent = f"{value:.2e}".split("e")
        return rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
    return short(value).replace(",", "{,}").replace("−", "-")


def _why(picture: Picture, task: Task, way: Way, run: Trajectory) -> None:
    """Four runs side by side, and the numbers that say why they differ."""
    st.header("Why one run is fast and another is not", anchor=False)
    kinds = {"raw": replace(task, centred=False), "centred": replace(task, centred=True)}
    steep = {word: _curvature(kind, picture.data) for word, kind in kinds.items()}
    runs: dict[str, Trajectory] = {}
    for optimiser in (Optimiser.SGD, Optimiser.ADAM):
        for word, kind in kinds.items():
            rate = ADAM_RATE if optimiser is Optimiser.ADAM else SHARE * steep[word].limit(optimiser)
            if math.isfinite(rate):  # SGD has no largest stable rate where the loss is even
                how = replace(way, optimiser=optimiser, rate=rate, steps=min(way.steps, COMPARED))
                runs[f"{optimiser}, {word}"] = _run(kind, how, picture.data)
    chart, numbers = st.columns([3, 2], gap="medium")
    with chart:
        show(figures.comparison(runs, run), key=f"{KEY}_comparison")
        st.caption(
            f"SGD runs at nine tenths of its largest stable rate, Adam at {ADAM_RATE:g}. Below the dashed line every "
            f"entry is within {TOLERANCE:g}."
            + f" The compared runs stop at {COMPARED:,} steps." * (way.steps > COMPARED)
            + f" {EVEN}" * any(of.even for of in steep.values())
        )
    with numbers:
        own = steep["centred" if task.centred else "raw"]
        st.markdown(f"The loss is a quadratic bowl; *H* is how it curves ({'centred' if task.centred else 'raw'}):")
        st.latex(r"L(k) = \tfrac{1}{N}\lVert Xk - y\rVert^2, \quad H = \tfrac{2}{N} X^\top X")
        if own.even:
            st.latex(r"\lambda_{\max} = 0")
            st.markdown("The bowl is flat: there is no slope to go down.")
        else:
            _numbers(own, way)
        st.dataframe(
            _table(steep, runs),
            key=f"{KEY}_table",
            alt="Curvature of the loss and steps of each run, for the raw and for the centred picture",
        )
        st.caption(_lesson(steep))


def _numbers(own: Curvature, way: Way) -> None:
    """Condition number and largest stable rate, with the numbers that they come from."""
    st.latex(
        r"\kappa = \frac{\lambda_{\max}}{\lambda_{\min}} = "
        rf"\frac{{{_tex(own.largest)}}}{{{_tex(own.smallest)}}} = {_tex(own.condition)}"
    )
    if way.optimiser is Optimiser.ADAM:
        bound = _tex(own.limit(Optimiser.SGD))
        st.latex(rf"\eta_\mathrm{{Adam}} = {way.rate:g}, \quad \eta_\mathrm{{SGD}} < 2 / \lambda_{{\max}} = {bound}")
    else:
        limit = own.limit(way.optimiser)
        top = "2" if way.optimiser is Optimiser.SGD else rf"2\,(1 + {MOMENTUM:g})"
        sign = "<" if way.rate < limit else r"\ge"
        st.latex(
            rf"\eta = {way.rate:g} {sign} \frac{{{top}}}{{\lambda_{{\max}}}} = "
            rf"\frac{{{top}}}{{{_tex(own.largest)}}} = {_tex(limit)}"
        )


def _table(steep: dict[str, Curvature], runs: dict[str, Trajectory]) -> pd.DataFrame:
    """One row a quantity, one column each for the raw and for the centred picture."""
    rows: dict[str, list[str]] = {"largest eigenvalue": [short(c.largest) for c in steep.values()]}
    rows["smallest eigenvalue"] = [short(c.smallest) for c in steep.values()]
    rows["condition number"] = [short(c.condition) for c in steep.values()]
    rows["largest stable SGD rate"] = [short(c.limit(Optimiser.SGD)) for c in steep.values()]
    for optimiser in (Optimiser.SGD, Optimiser.ADAM):
        rows[f"steps of {optimiser}"] = [_ended(runs.get(f"{optimiser}, {word}")) for word in steep]
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(steep))


def _ended(run: Trajectory | None) -> str:
    if run is None:
        return "–"
    return f"{run.last:,}" if run.recovered else "diverged" if run.diverged else f"over {run.last:,}"


def _lesson(steep: dict[str, Curvature]) -> str:
    raw, centred = steep["raw"], steep["centred"]
    if centred.even:
        return EVEN
    return (
        "The steepest direction is brightness: all entries up together. Centring takes the mean out of it, so the "
        f"largest eigenvalue falls from {short(raw.largest)} to {short(centred.largest)} and SGD may take steps "
        f"{short(raw.largest / centred.largest)} times as long. The flattest direction stays as it was. "
        "Adam scales each entry's step by its own gradients and needs no such help."
    )


def _take_away(picture: Picture, task: Task, way: Way, run: Trajectory, pair: Pair) -> None:
    sample = SAMPLES[picture.name].file if picture.name in SAMPLES else None

    def code() -> str:
        return learning_export.to_code(
            sample,
            SIDE,
            pair.target,
            optimiser=way.optimiser,
            lr=way.rate,
            centred=task.centred,
            noise=task.noise,
            run=run,
            seed=task.seed,
        )

    with st.container(horizontal=True):
        download(
            "Steps (CSV)",
            lambda: learning_export.to_csv(run),
            "learning.csv",
            "text/csv",
            "One line a kept step: loss, largest difference, and the kernel's entries.",
        )
        download("PyTorch code", code, "learn_kernel.py", "text/x-python", "This run as a script; its assertions hold.")
    with st.expander("PyTorch code of this run", icon=":material/code:"):
        st.code(code(), language="python")


def _explain() -> None:
    with st.expander("How this works", icon=":material/school:"):
        st.markdown(
            f"1. The picture, shrunk to {SIDE} pixels and grey from 0 to 1, is filtered with the **target kernel**. A "
            "network of one convolution gets the picture, and its output is compared with the filtered one: the "
            "**loss** is the mean of the squared differences.\n"
            "2. The **gradient** of the loss says how each entry of the kernel should change. One **step** changes all "
            "of them a little; the learning rate says how little.\n"
            "3. Nobody tells the network what an edge is: the kernel follows from the examples. In a real network "
            "nobody knows the outputs wanted of the first layer either, so the gradient comes from the layers above.\n"
            "4. Along each eigenvector of *H* the distance to the target shrinks by the factor 1 − ηλ a step. A large "
            "λ bounds η, and with that η a small λ shrinks slowly: the **condition number** says how slowly.\n"
            "5. A kernel **larger than the target** has to learn that its rim is 0: more unknowns, and a worse "
            "condition number.\n"
            "6. Steps are shown close together at the start and far apart at the end, where little happens."
        )
