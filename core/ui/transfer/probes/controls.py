"""Controls of the section "Probes": which probe, and who chooses its setting."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import streamlit as st

from core.transfer.features.probes.plan import GAMMAS, GRIDS, Choice, Kind, Metric, Plan, Setting

KEY = "transfer_probes"
_KIND, _CHOICE, _METRIC, _GAMMA = (f"{KEY}_{name}" for name in ("kind", "choice", "metric", "gamma"))
_VALUES: Mapping[Kind, tuple[str, str, float, str]] = MappingProxyType(
    {
        Kind.LOGISTIC: (
            f"{KEY}_lambda", "Penalty λ", 1.0,
            "How much long weight vectors cost. Small: the probe follows every training picture. Large: it hardly "
            "dares to say anything.",
        ),
        Kind.LINEAR_SVM: (
            f"{KEY}_c", "Cost of mistakes C", 0.001,
            "How much a training picture on the wrong side of its margin costs. Large: the probe follows every one.",
        ),
        Kind.RBF_SVM: (
            f"{KEY}_rbf_c", "Cost of mistakes C", 10.0,
            "How much a training picture on the wrong side of its margin costs. Large: the probe follows every one.",
        ),
        Kind.NEIGHBOURS: (
            f"{KEY}_k", "Neighbours k", 5.0,
            "How many of the nearest training pictures vote. With 1 each training picture rules its surroundings.",
        ),
    }
)  # fmt: skip

FIRST: Mapping[str, object] = MappingProxyType(
    {
        _KIND: Kind.LOGISTIC.value,
        _CHOICE: Choice.VALIDATION.value,
        _METRIC: Metric.COSINE.value,
        _GAMMA: 0.1,
        **{key: usual for key, _, usual, _ in _VALUES.values()},
    }
)
"""First values of all of them, for the reset button."""


def choose_plan() -> Plan:
    """Draw them."""
    kind = Kind(
        st.selectbox(
            "Probe",
            [kind.value for kind in Kind],
            key=_KIND,
            bind="query-params",
            persist_state="session",
            help="What is put on the frozen features. The first two draw straight borders, the RBF machine curved "
            "ones; neighbours learn nothing at all, they remember.",
        )
    )
    metric = Metric.COSINE
    if kind is Kind.NEIGHBOURS:
        metric = Metric(
            st.segmented_control(
                "Distance",
                [metric.value for metric in Metric],
                default=Metric.COSINE.value,
                required=True,
                key=_METRIC,
                bind="query-params",
                persist_state="session",
                help="Cosine: the angle between two feature vectors, whatever their lengths. Euclidean: the length of "
                "their difference.",
            )
            or Metric.COSINE.value
        )
    choice = Choice(
        st.selectbox(
            "Setting chosen by",
            [choice.value for choice in Choice],
            key=_CHOICE,
            bind="query-params",
            persist_state="session",
            help="The validation part; or parts of the training pictures left out in turn, where the validation part "
            "is small; or you. Never the test part.",
        )
    )
    return Plan(kind, choice, _by_hand(kind) if choice is Choice.HAND else None, metric)


def _by_hand(kind: Kind) -> Setting:
    key, label, usual, explanation = _VALUES[kind]
    value = st.select_slider(
        label, sorted(GRIDS[kind]), usual, format_func=lambda number: f"{number:g}",
        key=key, bind="query-params", persist_state="session", help=explanation,
    )  # fmt: skip
    if kind is not Kind.RBF_SVM:
        return Setting(value)
    gamma = st.select_slider(
        "Width of the kernel γ", GAMMAS, 0.1, format_func=lambda number: f"{number:g}/D",
        key=_GAMMA, bind="query-params", persist_state="session",
        help="How fast the influence of a training picture fades with distance, in units of one over the number of "
        "features D. Large: each rules its own surroundings only.",
    )  # fmt: skip
    return Setting(value, gamma)
