"""Section "Probes": simple classifiers on features that were computed once."""

from __future__ import annotations

import math
from dataclasses import replace

import streamlit as st

from core.errors import UserError
from core.figures.transfer import probes as figures
from core.figures.words import counted
from core.transfer.data.image_set import majority
from core.transfer.features.extract import Features
from core.transfer.features.probes.plan import Choice, Kind, Plan
from core.transfer.features.probes.probe import Probe
from core.transfer.subject import Subject
from core.transfer.training.run import LabelledPredictions
from core.ui import framework as ui
from core.ui.transfer.features import features_of
from core.ui.transfer.handover import send_to_metrics
from core.ui.transfer.probes.controls import DEFAULTS, KEY, choose_plan
from core.ui.transfer.probes.curves import curves
from core.ui.transfer.probes.held_out import ask, evaluate, predict
from core.ui.transfer.probes.mistakes import confusion, worst
from core.ui.transfer.probes.state import TITLE, probe, probe_of, usual_plan
from core.ui.transfer.sets import OPENING
from core.ui.transfer.subject import choose_subject, says_little

HELP = "transfer/probes"
VALIDATION = ui.Guess(
    "Validation accuracy",
    "Share of the validation pictures that this probe gets right, from 0 to 1.",
    lambda found: found.point.validation,
    within=0.05,
)
FOLDS = ui.Guess(
    "Cross-validation",
    "Share of the training pictures, left out in turn, that this probe gets right, from 0 to 1.",
    lambda found: found.point.folds,
    within=0.05,
)


def section() -> None:
    """Draw the section."""
    controls, screen, _ = ui.panes()
    with controls:
        knobs = st.container()  # what is moved stays above what is chosen once
        subject = choose_subject(opening=OPENING)
        with knobs:
            plan = choose_plan()
            test = st.container()
        ui.actions(KEY, DEFAULTS)
    with screen:
        features = features_of(subject)
        found = None if features is None else _fitted(subject, features, plan)
    if features is not None and found is not None:
        signature, guesses = (subject.key, found.plan), _guesses(found)
        if guesses and not ui.revealed(KEY, signature):
            with screen:
                ui.ask(KEY, signature, guesses)
        else:
            with test:
                predictions = ask(subject, features, found)
            with screen:
                ui.judge(KEY, found, guesses)
                _result(subject, features, found, predictions)
            _below(subject, features, found, predictions)
        probe_of(subject, features, found.plan if found.is_linear else None)
    ui.how(HELP)


def _guesses(found: Probe) -> tuple[ui.Guess, ...]:
    if not math.isnan(found.point.validation):
        return (VALIDATION,)
    return () if found.point.folds is None else (FOLDS,)


def _fitted(subject: Subject, features: Features, plan: Plan) -> Probe | None:
    """The probe; where its setting cannot be chosen as asked, why, and the one that can be had."""
    try:
        return probe(subject, features, plan)
    except UserError as error:
        ui.problem(error)
    usual = usual_plan(subject, plan.kind)
    if usual.choice is plan.choice:
        return None
    try:
        found = probe(subject, features, usual)
    except UserError:
        return None  # for the same reason
    st.caption(f"Below the setting is chosen by {ui.escape_markdown(usual.choice)}.")
    return found


def _result(subject: Subject, features: Features, found: Probe, test: LabelledPredictions | None) -> None:
    for note in (*found.notes, says_little(subject.selection)):
        if note:
            st.caption(f":material/info: {ui.escape_markdown(note)}")
    _numbers(subject, features, found, test)
    left, right = ui.beside([4, 3], ui.WHOLE)
    with left:
        ui.show(figures.sweep(found.kind, found.points, found.chosen, found.plan.choice), f"{KEY}_sweep")
    with right:
        _others(subject, features, found)
    predictions, part = (found.validation, "validation") if test is None else (test, "test")
    if len(predictions.indices):
        worst(subject, predictions, part, found.kind)


def _below(subject: Subject, features: Features, found: Probe, test: LabelledPredictions | None) -> None:
    predictions, part = (found.validation, "validation") if test is None else (test, "test")
    if len(predictions.indices):
        confusion(subject, predictions, part, found.kind)
    curves(subject, features)
    _take_away(subject, features, found, test)


def _numbers(subject: Subject, features: Features, found: Probe, test: LabelledPredictions | None) -> None:
    point, selection, plan = found.point, subject.selection, found.plan
    numbers = {
        "Validation accuracy": "–" if math.isnan(point.validation) else f"{point.validation:.1%}",
        **({} if point.folds is None else {"Cross-validation": f"{point.folds:.1%}"}),
        "Test accuracy": "locked" if test is None else f"{test.accuracy:.1%}",
        "Training accuracy": f"{point.train:.1%}",
        "Setting": point.setting.words(found.kind),
        "Seconds": f"{features.seconds:.3g} + {found.seconds:.2g}",
    }
    ui.metrics(
        HELP,
        numbers,
        validation=counted(len(selection.validation), "validation picture"),
        test=counted(len(selection.test), "test picture"),
        train=counted(len(selection.train), "picture"),
        chosen=f"Chosen {'' if plan.choice is Choice.HAND else 'by '}{plan.choice}",
        pictures=counted(len(features.indices), "picture"),
        settings=counted(len(found.points), "setting"),
    )


def _others(subject: Subject, features: Features, found: Probe) -> None:
    """All four probes, each as the plan says, or at its best where the setting is chosen by hand."""
    validated = len(subject.selection.validation) > 0
    part = figures.VALIDATION if validated else figures.FOLDS
    choice = found.plan.choice
    if choice is Choice.HAND or (choice is Choice.VALIDATION and not validated):
        choice = Choice.VALIDATION if validated else Choice.FOLDS
    accuracies: dict[Kind, float] = {}
    for kind in Kind:
        other: Probe | None = found
        if kind is not found.kind:
            try:
                other = probe(subject, features, replace(found.plan, kind=kind, choice=choice, by_hand=None))
            except UserError:
                continue  # the sentence stands above: what stops one stops all of them
        if other is None:
            break  # it is being fitted, and its progress is drawn
        value = other.point.validation if validated else other.point.folds
        if value is not None:
            accuracies[kind] = value
    if accuracies:
        judged = subject.selection.validation if validated else subject.selection.train
        chance = majority(subject.images.labels[judged])
        ui.show(figures.comparison(accuracies, found.kind, part, chance), f"{KEY}_comparison")


def _take_away(subject: Subject, features: Features, found: Probe, test: LabelledPredictions | None) -> None:
    st.header("Table and downloads", anchor=False)
    table, percent = figures.settings_table(found), st.column_config.NumberColumn(format="percent")
    left, right = ui.beside([3, 1], 800, of_page=True)
    with left:
        st.dataframe(
            table,
            hide_index=True,
            height=min(320, 40 + 36 * len(table)),
            key=f"{KEY}_table",
            column_config={name: percent for name in ("training", "validation", "cross-validation") if name in table},
            alt=f"Accuracy of {found.kind} with each setting",
        )
    with right:
        ui.download("Settings (CSV)", lambda: table.to_csv(index=False), "probe_settings.csv", "This table.")
        label, icon, says = "To the metrics explorer", ":material/query_stats:", ui.prose(HELP, "Explorer")
        if len(subject.selection.test) and st.button(
            label, icon=icon, key=f"{KEY}_metrics", width="stretch", help=says
        ):
            evaluate(subject, found)
            title = TITLE if found.kind is Kind.LOGISTIC else f"{found.kind} probe"
            send_to_metrics(title, test or predict(subject, features, found), subject.images)
        if found.is_linear:
            st.caption(ui.prose(HELP, "Network"))
