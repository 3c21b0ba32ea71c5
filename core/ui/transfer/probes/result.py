"""The first screen of the section "Probes": how well the probe does, over its settings and beside the others."""

from __future__ import annotations

import math
from dataclasses import replace

import streamlit as st

from core.errors import UserError
from core.figures.transfer import probes as figures
from core.figures.words import counted
from core.transfer.data.image_set import majority
from core.transfer.features.extract import Features
from core.transfer.features.probes.plan import Choice, Kind
from core.transfer.features.probes.probe import Probe
from core.transfer.subject import Subject
from core.transfer.training.run import LabelledPredictions
from core.ui.framework.layout import WHOLE, beside
from core.ui.framework.show import escape_markdown, show
from core.ui.transfer.probes.controls import KEY
from core.ui.transfer.probes.kept import probe
from core.ui.transfer.subject import says_little


def result(subject: Subject, features: Features, found: Probe, test: LabelledPredictions | None) -> None:
    """Draw it.

    Args:
        subject: what was chosen.
        features: of it.
        found: the probe.
        test: its answers for the test part, if somebody asked for them.
    """
    for note in (*found.notes, says_little(subject.selection)):
        if note:
            st.caption(f":material/info: {escape_markdown(note)}")
    _numbers(subject, features, found, test)
    left, right = beside([4, 3], WHOLE)
    with left:
        show(figures.sweep(found.kind, found.points, found.chosen, found.plan.choice), f"{KEY}_sweep")
    with right:
        _others(subject, features, found)


def _numbers(subject: Subject, features: Features, found: Probe, test: LabelledPredictions | None) -> None:
    point, selection = found.point, subject.selection
    with st.container(horizontal=True):
        st.metric(
            "Validation accuracy",
            _percent(point.validation),
            help=f"Share of the {counted(len(selection.validation), 'validation picture')} that the probe gets right.",
        )
        if point.folds is not None:
            st.metric(
                "Cross-validation", _percent(point.folds), help="Mean over the training pictures left out in turn."
            )
        st.metric(
            "Test accuracy",
            "locked" if test is None else _percent(test.accuracy),
            help=f"Of {counted(len(selection.test), 'test picture')}, scored when you ask for it.",
        )
        st.metric(
            "Training accuracy",
            _percent(point.train),
            help=f"Of the {counted(len(selection.train), 'picture')} that it learned from: far above the validation "
            "accuracy it has learned them by heart.",
        )
        st.metric(
            "Setting",
            point.setting.words(found.kind),
            help=f"Chosen {'' if found.plan.choice is Choice.HAND else 'by '}{found.plan.choice}.",
        )
        st.metric(
            "Seconds",
            f"{features.seconds:.3g} + {found.seconds:.2g}",
            help=f"All {len(features.indices):,} pictures through the network, once; then this probe with "
            f"{counted(len(found.points), 'setting')}, from the features that were kept.",
        )


def _percent(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.1%}"


def _others(subject: Subject, features: Features, found: Probe) -> None:
    """All four probes, each as the plan says, or at its best where the setting is chosen by hand."""
    choice = found.plan.choice if found.plan.choice is not Choice.HAND else Choice.VALIDATION
    if choice is Choice.VALIDATION and not len(subject.selection.validation):
        choice = Choice.FOLDS
    part = figures.VALIDATION if len(subject.selection.validation) else figures.FOLDS
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
        value = other.point.validation if part == figures.VALIDATION else other.point.folds
        if value is not None:
            accuracies[kind] = value
    if accuracies:
        labels = subject.images.labels[
            subject.selection.validation if part == figures.VALIDATION else subject.selection.train
        ]
        show(figures.comparison(accuracies, found.kind, part, majority(labels)), f"{KEY}_comparison")
