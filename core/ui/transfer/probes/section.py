"""Section "Probes": simple classifiers on features that were computed once."""

from __future__ import annotations

import streamlit as st

from core.errors import UserError
from core.transfer.features.extract import Features
from core.transfer.features.probes.plan import Plan
from core.transfer.features.probes.probe import Probe
from core.transfer.subject import Subject
from core.ui.framework.layout import panes
from core.ui.framework.show import escape_markdown, problem, reset_button
from core.ui.transfer.features import features_of
from core.ui.transfer.probes.answers import answers, worst
from core.ui.transfer.probes.controls import FIRST, KEY, choose_plan
from core.ui.transfer.probes.details import how, take_away
from core.ui.transfer.probes.held_out import ask
from core.ui.transfer.probes.kept import probe, probe_of, usual_plan
from core.ui.transfer.probes.result import result
from core.ui.transfer.probes.why import why
from core.ui.transfer.subject import DEFAULTS, choose_subject


def section() -> None:
    """Draw the section."""
    controls, screen, _ = panes()
    with controls:
        knobs = st.container()  # what is moved stays above what is chosen once
        subject = choose_subject()
        with knobs:
            plan = choose_plan()
            test = st.container()
        reset_button(f"{KEY}_reset", {**DEFAULTS, **FIRST})
    with screen:
        features = features_of(subject)
        found = None if features is None else _fitted(subject, features, plan)
    if features is not None and found is not None:
        with test:
            scored = ask(subject, features, found)
        with screen:
            result(subject, features, found, scored)
            worst(subject, found, scored)
        answers(subject, found, scored)
        why(subject, features)
        take_away(subject, features, found, scored)
        probe_of(subject, features, found.plan if found.is_linear else None)
    how()


def _fitted(subject: Subject, features: Features, plan: Plan) -> Probe | None:
    """The probe; where it cannot be chosen as asked, why, and what can be had."""
    try:
        return probe(subject, features, plan)
    except UserError as error:
        problem(error)
    usual = usual_plan(subject, plan.kind)
    if usual.choice is plan.choice:
        return None
    try:
        found = probe(subject, features, usual)
    except UserError:
        return None  # for the same reason
    st.caption(f"Below the setting is chosen by {escape_markdown(usual.choice)}.")
    return found
