"""The held-out test part of a set: scored when somebody asks, and every look is counted."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.figures.words import counted
from core.transfer.features.extract import Features
from core.transfer.features.probes.probe import Probe
from core.transfer.subject import Subject
from core.transfer.training.run import LabelledPredictions
from core.ui.transfer.held import held
from core.ui.transfer.probes.controls import KEY
from core.ui.transfer.probes.kept import remembered

_LOOKS = f"{KEY}_looks"
Looks = dict[str, set[object]]


def looks(subject: Subject) -> int:
    """How many probes were scored on the test part of this set, in this session."""
    held: Looks = st.session_state.get(_LOOKS, {})
    return len(held.get(subject.images.digest, ()))


def look(subject: Subject, found: Probe) -> None:
    """Callback: score this probe on the test part."""
    held: Looks = st.session_state.setdefault(_LOOKS, {})
    held.setdefault(subject.images.digest, set()).add((subject.key, found.plan))


def looked(subject: Subject, found: Probe) -> bool:
    """Whether this probe was scored there."""
    held: Looks = st.session_state.get(_LOOKS, {})
    return (subject.key, found.plan) in held.get(subject.images.digest, ())


def score(subject: Subject, features: Features, found: Probe) -> LabelledPredictions:
    """Its answers for the test part."""
    made = remembered(
        subject,
        ("test", found.plan),
        lambda _: found.answers(features, subject.images, subject.selection.test),
        "Scoring",
        quick=True,
    )
    assert made is not None  # quick work is done here and now
    return made


def ask(subject: Subject, features: Features, found: Probe) -> LabelledPredictions | None:
    """The button; then the answers for the test part. Until then they are not even computed."""
    if not len(subject.selection.test):
        st.caption("This set has no test part.")
        return None
    if looked(subject, found):
        number = looks(subject)
        again = (
            " A test part that is looked at again and again is one more validation part: its best score promises too "
            "much."
        )
        st.caption(f"The test part was looked at {counted(number, 'time')} for this set.{again if number > 1 else ''}")
        return score(subject, features, found)
    st.button(
        "Score the test part",
        icon=":material/lock_open:",
        key=f"{KEY}_score",
        width="stretch",
        on_click=held("look at the test part", partial(look, subject, found)),
        help="The probe's answers for pictures that neither taught it nor chose its setting. Do it once, when all is "
        "decided.",
    )
    if number := looks(subject):
        st.caption(f"The test part was looked at {counted(number, 'time')} for this set, with other probes.")
    return None
