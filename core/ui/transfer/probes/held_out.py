"""The held-out test part of a set: predicted when somebody asks, and every evaluation is counted."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.figures.words import counted
from core.transfer.features.extract import Features
from core.transfer.features.probes.probe import Probe
from core.transfer.subject import Subject
from core.transfer.training.run import LabelledPredictions
from core.ui import framework as ui
from core.ui.transfer.probes.controls import KEY
from core.ui.transfer.probes.state import remembered


def evaluations(subject: Subject) -> set[object]:
    """The probes that were evaluated on the test part of this set, in this session."""
    found: dict[str, set[object]] = st.session_state.setdefault(f"{KEY}_evaluations", {})
    return found.setdefault(subject.images.digest, set())


def evaluate(subject: Subject, found: Probe) -> None:
    """Callback: evaluate this probe on the test part."""
    evaluations(subject).add((subject.key, found.plan))


def predict(subject: Subject, features: Features, found: Probe) -> LabelledPredictions:
    """Its predictions for the test part."""
    part = subject.selection.test
    made = remembered(
        subject, ("test", found.plan), lambda _: found.answers(features, subject.images, part), "Predicting", quick=True
    )
    assert made is not None  # quick work is done here and now
    return made


def ask(subject: Subject, features: Features, found: Probe) -> LabelledPredictions | None:
    """The button; then the predictions for the test part. Until then they are not even computed."""
    if not len(subject.selection.test):
        st.caption("This set has no test part.")
        return None
    number = len(evaluations(subject))
    used = f"The test pictures of this set were used {counted(number, 'time')}"
    if (subject.key, found.plan) in evaluations(subject):
        again = " Used again and again, they are one more validation part, and the best test accuracy is too high."
        st.caption(f"{used}.{again if number > 1 else ''}")
        return predict(subject, features, found)
    st.button(
        "Test accuracy (once)",
        icon=":material/lock_open:",
        key=f"{KEY}_score",
        width="stretch",
        on_click=ui.session_callback("evaluate on the test part", partial(evaluate, subject, found)),
        help="Of pictures that neither taught the probe nor chose its setting. Do it once, when all is decided.",
    )
    if number:
        st.caption(f"{used}, with other probes.")
    return None
