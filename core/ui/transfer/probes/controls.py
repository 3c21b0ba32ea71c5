"""Controls of the section "Probes": which probe, and who chooses its setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from core.transfer.features.probes.plan import GAMMAS, GRIDS, Choice, Kind, Metric, Plan, Setting
from core.ui.framework.controls import choice, defaults, draw, segments, steps
from core.ui.transfer.subject import DEFAULTS as SUBJECT

KEY = "transfer_probes"


@dataclass(frozen=True)
class _Probe:
    kind: Kind = choice(
        "Probe", tuple(Kind), Kind.LOGISTIC,
        "The classifier that is put on the frozen features. The first two draw straight borders, the RBF SVM curved "
        "ones; nearest neighbours learn nothing at all, they remember.",
        persists=True,
    )  # fmt: skip
    metric: Metric = segments(
        "Distance", tuple(Metric), Metric.COSINE,
        "Cosine: the angle between two feature vectors, whatever their lengths. Euclidean: the length of their "
        "difference.",
        when=lambda chosen: chosen["kind"] is Kind.NEIGHBOURS, persists=True,
    )  # fmt: skip
    choice: Choice = choice(
        "Setting chosen by", tuple(Choice), Choice.VALIDATION,
        "The validation part; or parts of the training pictures left out in turn, where the validation part is small; "
        "or you. Never the test part.",
        persists=True,
    )  # fmt: skip


def _by_hand(key: str, label: str, kind: Kind, usual: float, help: str) -> Any:
    return steps(label, sorted(GRIDS[kind]), usual, help, key=key, persists=True, named="{:g}".format)


_MISTAKES = "How much a training picture on the wrong side of its margin costs. Large: the probe follows every one."


@dataclass(frozen=True)
class _Logistic:
    value: float = _by_hand(
        "lambda", "Penalty λ", Kind.LOGISTIC, 1.0,
        "How much long weight vectors cost. Small: the probe follows every training picture. Large: all probabilities "
        "are nearly the same.",
    )  # fmt: skip


@dataclass(frozen=True)
class _Linear:
    value: float = _by_hand("c", "Cost of mistakes C", Kind.LINEAR_SVM, 0.001, _MISTAKES)


@dataclass(frozen=True)
class _Rbf:
    value: float = _by_hand("rbf_c", "Cost of mistakes C", Kind.RBF_SVM, 10.0, _MISTAKES)
    gamma: float = steps(
        "Width of the kernel γ", GAMMAS, 0.1,
        "How fast the influence of a training picture fades with distance, in units of one over the number of features "
        "D. Large: each matters only near itself.",
        persists=True, named="{:g}/D".format,
    )  # fmt: skip


@dataclass(frozen=True)
class _Neighbours:
    value: float = _by_hand(
        "k", "Neighbours k", Kind.NEIGHBOURS, 5.0,
        "How many of the nearest training pictures vote. With 1 the nearest one alone decides.",
    )  # fmt: skip


_SETTINGS: Mapping[Kind, type[_Logistic | _Linear | _Rbf | _Neighbours]] = MappingProxyType(
    dict(zip(Kind, (_Logistic, _Linear, _Rbf, _Neighbours), strict=True))
)
DEFAULTS: Mapping[str, object] = MappingProxyType(
    {
        **SUBJECT,
        **{key: first for form in (_Probe, *_SETTINGS.values()) for key, first in defaults(form, KEY).items()},
    }
)


def choose_plan() -> Plan:
    """Draw them."""
    probe = draw(_Probe, KEY)
    if probe.choice is not Choice.HAND:
        return Plan(probe.kind, probe.choice, None, probe.metric)
    chosen = draw(_SETTINGS[probe.kind], KEY)
    setting = Setting(chosen.value, chosen.gamma) if isinstance(chosen, _Rbf) else Setting(chosen.value)
    return Plan(probe.kind, probe.choice, setting, probe.metric)
