"""Fitting a probe with each of its settings, scikit-learn's way."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC

from core.transfer.data.image_set import Indices
from core.transfer.features.extract import Matrix
from core.transfer.features.probes.plan import Kind, Metric, Setting
from core.transfer.features.probes.predictors import ABSENT, Array, Kernel, Linear, Predictor, Vote, metric_name, spread

MOST: Mapping[Kind, int] = MappingProxyType({Kind.LINEAR_SVM: 10_000, Kind.RBF_SVM: 3_000})
"""Training pictures at most; a kernel machine's time and memory grow with their square."""
_STEPS = 300  # of L-BFGS, and passes of the linear machine's solver, at most


def fit(
    kind: Kind, settings: Sequence[Setting], x: Matrix, labels: Indices, classes: int, metric: Metric = Metric.COSINE
) -> Iterator[Predictor]:
    """Fit a probe once for each setting, in their order.

    Args:
        kind: which probe.
        settings: of that kind. Logistic regression begins each fit where the one before ended.
        x: (N, D) training features.
        labels: (N,) their classes, at least two different ones.
        classes: C, of which some may have no training picture.
        metric: of nearest neighbours.
    """
    if kind is Kind.NEIGHBOURS:
        return _neighbours(settings, x, labels, classes, metric)
    if kind is Kind.RBF_SVM:
        return _kernel(settings, x, labels, classes)
    return _linear(kind, settings, x, labels, classes)


def _linear(kind: Kind, settings: Sequence[Setting], x: Matrix, labels: Indices, classes: int) -> Iterator[Linear]:
    scaler = StandardScaler()
    standard: Array = scaler.fit_transform(x.astype(np.float64))  # (N, D)
    axes: Array | None = None
    if len(x) < x.shape[1]:
        # the weights lie in the span of the training pictures, and a rotation into it changes no L2 norm: N numbers
        # a picture do for D
        axes = np.linalg.qr(standard.T)[0]  # (D, N)
        standard = standard @ axes
    machine: Any
    if kind is Kind.LOGISTIC:
        machine = LogisticRegression(warm_start=True, max_iter=_STEPS)
    else:
        machine = LinearSVC(dual=axes is not None, max_iter=_STEPS, random_state=0)
    for setting in settings:
        # lambda weighs the norm against the mean over the pictures, C the sum over them against the norm
        c = 1 / (setting.value * len(x)) if kind is Kind.LOGISTIC else setting.value
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # next to no penalty: the last digits take for ever
            machine.set_params(C=c).fit(standard, labels)
        weight: Array = machine.coef_ if axes is None else machine.coef_ @ axes.T
        weight = weight / scaler.scale_
        bias: Array = machine.intercept_ - weight @ scaler.mean_
        present: Indices = machine.classes_
        both = spread(np.concatenate([weight, bias[:, None]], axis=1).T, present, classes).T  # (C, D + 1)
        absent = np.setdiff1d(np.arange(classes), present)
        both[absent] = 0
        both[absent, -1] = ABSENT
        yield Linear(both[:, :-1].copy(), both[:, -1].copy())


def _kernel(settings: Sequence[Setting], x: Matrix, labels: Indices, classes: int) -> Iterator[Kernel]:
    scaler = StandardScaler()
    standard: Array = scaler.fit_transform(x.astype(np.float64))
    kernels: dict[float, Array] = {}
    for setting in settings:
        assert setting.gamma is not None
        gamma = setting.gamma / x.shape[1]
        if gamma not in kernels:
            kernels = {gamma: rbf_kernel(standard, gamma=gamma)}  # (N, N), the same for every C
        machine = SVC(C=setting.value, kernel="precomputed", break_ties=True).fit(kernels[gamma], labels)
        yield Kernel(scaler, standard, gamma, machine, classes)


def _neighbours(
    settings: Sequence[Setting], x: Matrix, labels: Indices, classes: int, metric: Metric
) -> Iterator[Vote]:
    neighbours = NearestNeighbors(metric=metric_name(metric), algorithm="brute").fit(x)
    for setting in settings:
        yield Vote(neighbours, labels, int(setting.value), classes)


def thin(kind: Kind, labels: Indices) -> Indices:
    """Rows of as many training pictures as the probe takes, every class with its share; all if they are few enough."""
    most = MOST.get(kind, len(labels))
    if len(labels) <= most:
        return np.arange(len(labels))
    rows = np.random.default_rng(0).permutation(len(labels))
    place = np.empty(len(labels))
    for label in np.unique(labels):
        mine = rows[labels[rows] == label]
        place[mine] = np.arange(len(mine)) / len(mine)  # the first half of each class comes before all second halves
    chosen: Indices = np.sort(np.argsort(place, kind="stable")[:most])
    return chosen
