"""Fitted probes: each is fitted once, with all of its settings."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from core.errors import UserError
from core.jobs import Report
from core.transfer.features.extract import Features
from core.transfer.features.probes.network import to_trained
from core.transfer.features.probes.plan import Choice, Kind, Metric, Plan
from core.transfer.features.probes.probe import Probe, choose
from core.transfer.features.probes.problem import problem
from core.transfer.features.probes.sweep import Sweep, sweep
from core.transfer.model.classifier import Trained
from core.transfer.subject import Subject
from core.ui import framework as ui
from core.ui.framework.sized_cache import ResultCache
from core.ui.transfer.backbones import backbone

TITLE = "Logistic probe"
"""Of the network that is made of it."""
AT_ONCE = 1_500
"""Training pictures up to which a probe is fitted while the visitor waits: a second or two."""
T = TypeVar("T")


def remembered(
    subject: Subject, key: Hashable, make: Callable[[Report], T], label: str, *, quick: bool | None = None
) -> T | None:
    """A result that is made once: for all visitors, or of own pictures for this one only. The oldest goes.

    Of many pictures it is made in the background; then None, and its progress is drawn where this is called.

    Args:
        subject: what it is of.
        key: what it is.
        make: makes it.
        label: what that does ("Fitting the probe").
        quick: whether it is done while the visitor waits; None: if there are at most `AT_ONCE` training pictures.

    Raises:
        UserError: from `make`, where the visitor waits for it; nothing is kept then.
    """
    results: ResultCache[Any] = (ui.session() if subject.images.own else ui.EVERYBODY).probe_results
    name = (subject.key, key)
    if len(subject.selection.train) <= AT_ONCE if quick is None else quick:
        found: T = ui.made_once(results, name, lambda: make(lambda *_: None), label)
        return found
    return ui.computed(
        results, name, make, f"transfer_probes {label}", label,
        stop_help="It stops at its next fit.", stopped="This was stopped before its end.", again="Go on",
    )  # fmt: skip


def probe(subject: Subject, features: Features, plan: Plan) -> Probe | None:
    """The probe that a plan comes to; None while it is being fitted.

    Raises:
        UserError: it cannot be fitted, or there is nothing to choose its setting by.
    """
    images, selection, kind = subject.images, subject.selection, plan.kind
    metric = plan.metric if kind is Kind.NEIGHBOURS else Metric.COSINE
    folds = plan.choice is Choice.FOLDS

    def fit(report: Report) -> Sweep:
        return sweep(problem(features, images, selection), kind, metric=metric, folds=folds, report=report)

    found = remembered(subject, ("sweep", kind, metric, folds), fit, f"Fitting {kind}")
    if found is None:
        return None
    return remembered(
        subject, ("probe", plan), lambda _: choose(found, plan, features, images, selection), "Choosing", quick=True
    )


def usual_plan(subject: Subject, kind: Kind = Kind.LOGISTIC) -> Plan:
    """Chosen by the validation part; by cross-validation where there is none."""
    return Plan(kind, Choice.VALIDATION if len(subject.selection.validation) else Choice.FOLDS)


def probe_of(subject: Subject, features: Features, plan: Plan | None = None) -> Trained | None:
    """The logistic probe as a network, for every section that wants one at once; it is saved in the visit.

    Args:
        subject: what was chosen.
        features: of it.
        plan: of a linear probe; None: the usual logistic one.

    Returns:
        The network; None while the probe is being fitted, or if it cannot be: then it says why.
    """
    try:
        found = probe(subject, features, usual_plan(subject) if plan is None else plan)
    except UserError as error:
        ui.problem(error)
        return None
    return None if found is None else network(subject, features, found)


def network(subject: Subject, features: Features, found: Probe) -> Trained:
    """A linear probe as a network, saved in the visit; it shares the weights of its backbone."""
    title = TITLE if found.kind is Kind.LOGISTIC else str(found.kind)
    mine, key = ui.session(), (subject.key, found.plan)
    last: tuple[object, Trained] | None = mine.shown.get(f"network {title}")
    if last is not None and last[0] == key and mine.probes.get(title) is last[1]:
        return last[1]
    trained = to_trained(found, features, subject.images, title, backbone(subject.backbone, subject.trained))
    mine.probes[title] = trained
    mine.shown[f"network {title}"] = (key, trained)
    return trained
