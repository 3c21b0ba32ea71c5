"""Distances, precision and the aim of k-means in LaTeX, with the numbers on the screen."""

from __future__ import annotations

import math

import numpy as np

from core.figures.formulas import aligned, number
from core.transfer.features.clustering import Clusters
from core.transfer.features.extract import Matrix
from core.transfer.features.retrieval import Metric


def distance_formula(query: Matrix, other: Matrix, metric: Metric, distance: float) -> str:
    """The distance of a query to its nearest neighbour.

    Args:
        query: (D,) features.
        other: (D,) those of the neighbour.
        metric: which distance.
        distance: its value.
    """
    q, x = query.astype(np.float64), other.astype(np.float64)
    if metric is Metric.COSINE:
        return aligned(
            [
                r"d(q, x) = 1 - \frac{q \cdot x}{\lVert q\rVert\,\lVert x\rVert}",
                rf"d(q, x_1) = 1 - \frac{{{_n(float(q @ x))}}}{{{_n(float(np.linalg.norm(q)))} \cdot "
                rf"{_n(float(np.linalg.norm(x)))}}} = \mathbf{{{_n(distance)}}}",
            ]
        )
    return aligned(
        [
            rf"d(q, x) = \sqrt{{\textstyle\sum_{{j=1}}^{{{number(len(q))}}} (q_j - x_j)^2}}",
            rf"d(q, x_1) = \sqrt{{{_n(float(((q - x) ** 2).sum()))}}} = \mathbf{{{_n(distance)}}}",
        ]
    )


def precision_formula(right: int, k: int) -> str:
    """Precision of the k nearest, of which so many are right; k at least 1."""
    return aligned(
        [
            r"\text{precision@}k = \frac{1}{k} \sum_{i=1}^{k} \left[y_i = y_q\right]",
            rf"\text{{precision@}}{k} = \frac{{{right}}}{{{k}}} = \mathbf{{{_n(right / k)}}}",
        ]
    )


def mean_average_precision_formula(queries: int, value: float) -> str:
    """Average precision, and its mean over so many queries."""
    return aligned(
        [
            r"\text{AP}(q) = \frac{1}{R_q} \sum_{k=1}^{M} \left[y_k = y_q\right] \text{precision@}k",
            rf"\text{{mAP}} = \frac{{1}}{{{number(queries)}}} \sum_{{q}} \text{{AP}}(q) = \mathbf{{{_n(value)}}}",
        ]
    )


def k_means_formula(clusters: Clusters) -> str:
    """What k-means makes small, and how small it became."""
    pictures = len(clusters.assignment)
    each = clusters.inertia / max(pictures, 1)
    return aligned(
        [
            r"J = \sum_{i=1}^{N} \min_{c \le k} \lVert x_i - \mu_c \rVert^2, \quad \mu_c = \text{mean of cluster } c",
            rf"J = \sum_{{i=1}}^{{{number(pictures)}}} \lVert x_i - \mu_{{c(i)}} \rVert^2 = "
            rf"\mathbf{{{_n(clusters.inertia)}}} = {number(pictures)} \cdot {_n(each)}",
        ]
    )


def purity_formula(largest: int, pictures: int) -> str:
    """Purity: `largest` is the sum over the clusters of the pictures of their commonest class."""
    return aligned(
        [
            r"\text{purity} = \frac{1}{N} \sum_{c=1}^{k} \max_{y} \, n_{c,y}",
            rf"\text{{purity}} = \frac{{{number(largest)}}}{{{number(pictures)}}} = "
            rf"\mathbf{{{_n(largest / max(pictures, 1))}}}",
        ]
    )


def _n(value: float) -> str:
    """Three significant digits for LaTeX."""
    if math.isnan(value):
        return r"\text{undefined}"
    if abs(value) >= 999.5:
        return number(round(value))
    text = f"{value:.3g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        return rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
    return text
