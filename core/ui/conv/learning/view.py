"""Section "Learning a kernel": gradient descent finds the kernel between a picture and its filtered copy."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from core.conv.learning import export
from core.conv.learning.curvature import Curvature, curvature
from core.conv.learning.descent import Pair, Trajectory, make_pair, train
from core.conv.learning.settings import Problem, TrainSettings, compared
from core.figures.conv import learning as figures
from core.figures.conv.kernels import short
from core.figures.conv.learning import Playback
from core.figures.conv.learning_words import EVEN, about_compared, comparison_table, limits, outcome
from core.images import shrink
from core.samples import SAMPLES
from core.ui import cache
from core.ui import framework as ui
from core.ui.components.player import show_player
from core.ui.conv.learning.controls import DEFAULTS, KEY, TARGETS, LearningSettings, Target, controls

SIDE = 128  # pixels of the copy that is learned from: 12,000 patches are plenty for 49 unknowns


@dataclass(frozen=True)
class Learned:
    """What is asked for, computed; `name` is that of the target."""

    name: str
    problem: Problem
    settings: TrainSettings
    pair: Pair
    run: Trajectory


@st.cache_resource(max_entries=64, show_spinner=False)
def _pair(problem: Problem, _data: bytes) -> Pair:
    image = shrink(cache.opened(problem.digest, _data).image, SIDE).convert("L")
    pixels = np.asarray(image, dtype=np.float64) / 255  # (H, W)
    target = np.array(problem.target)
    return make_pair(pixels, target, problem.size, centred=problem.centred, noise=problem.noise, seed=problem.seed)


@st.cache_resource(max_entries=64, show_spinner=False)
def _curvature(problem: Problem, _data: bytes) -> Curvature:
    pair = _pair(problem, _data)
    return curvature(pair.x, pair.y, problem.size)


@st.cache_resource(max_entries=256, show_spinner="Learning the kernel…")
def _run(problem: Problem, settings: TrainSettings, _data: bytes) -> Trajectory:
    """One run and about 50 kB: 5,000 steps take 0.5 to 0.8 s on an idle core, several times that on a busy one."""
    return train(
        _pair(problem, _data), optimiser=settings.optimiser, lr=settings.rate, steps=settings.steps,
        start=settings.start, seed=problem.seed,
    )  # fmt: skip


@st.cache_resource(max_entries=16, show_spinner=False)
def _playback(problem: Problem, settings: TrainSettings, secret: bool, _data: bytes) -> Playback:
    return figures.playback(_pair(problem, _data), _run(problem, settings, _data), secret=secret)


def _answer(asked: LearningSettings) -> Learned:
    problem, settings, data = asked.problem(), asked.train, asked.picture.data
    pair = _pair(problem, data)
    return Learned(asked.target.target, problem, settings, pair, _run(problem, settings, data))


def _picture(asked: LearningSettings, found: Learned, *, secret: bool = False) -> None:
    problem, data = found.problem, asked.picture.data
    if problem.size > asked.training.size:
        st.caption(f"The target is {problem.size} × {problem.size}, so that is what learns.")
    st.markdown(outcome(found.settings, found.run, _curvature(problem, data), found.pair.target, problem.noise))
    show_player(_playback(problem, found.settings, secret, data), key=f"{KEY}_player")


def _below(asked: LearningSettings, found: Learned) -> None:
    _why(asked, found)
    _take_away(asked, found)


def _why(asked: LearningSettings, found: Learned) -> None:
    """Four runs side by side, and the numbers that say why they differ."""
    st.header("Why one run is fast and another is not", anchor=False)
    data, settings = asked.picture.data, found.settings
    problems = found.problem.both()
    curvatures = {kind: _curvature(problem, data) for kind, problem in problems.items()}
    runs = {name: _run(problems[kind], how, data) for name, (kind, how) in compared(settings, curvatures).items()}
    chart, numbers = st.columns([3, 2], gap="medium")
    with chart:
        ui.show(figures.comparison(runs, found.run), key=f"{KEY}_comparison")
        st.caption(about_compared(settings, curvatures))
    with numbers:
        kind = "centred" if found.problem.centred else "raw"
        st.markdown(ui.prose("conv/learning", "The loss", kind=kind))
        for formula in limits(settings, curvatures[kind]):
            st.latex(formula)
        if curvatures[kind].even:
            st.markdown("The bowl is flat: there is no slope to go down.")
        st.dataframe(
            comparison_table(curvatures, runs),
            key=f"{KEY}_table",
            alt="Curvature of the loss and steps of each run, for the raw and for the centred picture",
        )
        raw, centred = curvatures["raw"].largest, curvatures["centred"].largest
        st.caption(
            EVEN
            if curvatures["centred"].even
            else ui.prose(
                "conv/learning",
                "What centring does",
                raw=short(raw),
                centred=short(centred),
                times=short(raw / centred),
            )
        )


def _take_away(asked: LearningSettings, found: Learned) -> None:
    sample = SAMPLES[asked.picture.name].file if asked.picture.name in SAMPLES else None
    problem, settings, run = found.problem, found.settings, found.run

    def code() -> str:
        return export.to_code(
            sample, SIDE, found.pair.target, optimiser=settings.optimiser, lr=settings.rate, centred=problem.centred,
            noise=problem.noise, run=run, seed=problem.seed,
        )  # fmt: skip

    with st.container(horizontal=True):
        about = "One line a kept step: loss, largest difference, and the kernel's entries."
        ui.download("Steps (CSV)", lambda: export.to_csv(run), "learning.csv", about)
        ui.download("PyTorch code", code, "learn_kernel.py", "This run as a script; its assertions hold.")
    with st.expander("PyTorch code of this run", icon=":material/code:"):
        st.code(code(), language="python")


section = ui.Section(
    key=KEY,
    controls=controls,
    defaults=DEFAULTS,
    answer=_answer,
    first=lambda asked: replace(asked, target=Target()),
    picture=_picture,
    below=_below,
    guesses=(
        ui.Guess(
            "Target kernel",
            "Which kernel made the wanted output? Play the run as well: the numbers stay hidden until you show them.",
            lambda found: found.name,
            options=TARGETS,
        ),
    ),
    question=lambda asked, found: _picture(asked, found, secret=True),
    signature=lambda asked: asked.question,
    help="conv/learning",
)
