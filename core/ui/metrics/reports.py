"""All scores of a matrix, taken once for every section that shows them."""

from __future__ import annotations

import hashlib

import streamlit as st

from core.metrics.confusion import ConfusionMatrix
from core.metrics.report import Options, Report, report


def fingerprint(matrix: ConfusionMatrix, options: Options | None = None) -> str:
    """Key of a matrix, and of how its scores are taken, for caches."""
    told = repr((matrix.labels, options)).encode("utf-8", "surrogatepass")
    return hashlib.sha256(matrix.counts.tobytes() + told).hexdigest()


def scores_of(matrix: ConfusionMatrix, options: Options | None = None) -> Report:
    """All scores of a matrix, as usual or as the options say."""
    return _report(fingerprint(matrix, options), matrix, options)


@st.cache_resource(max_entries=500, show_spinner=False)
def _report(key: str, _matrix: ConfusionMatrix, _options: Options | None) -> Report:  # noqa: ARG001, the key
    return report(_matrix, _options)
