"""All scores beside a matrix at once are those that the matrix gives one by one."""

from __future__ import annotations

import math
import tracemalloc
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.metrics import undefined
from core.metrics.confusion import ConfusionMatrix
from core.metrics.predictions.summary import summary
from tests.examples import examples

COUNTS = st.integers(2, 5).flatmap(
    lambda c: (
        st.lists(st.sampled_from([0, 0, 1, 2, 7.5]), min_size=c * c, max_size=c * c)
        .filter(any)
        .map(lambda cells: np.array(cells, dtype=float).reshape(c, c))
    )
)


@given(COUNTS)
@examples(60, fixed=False)
def test_they_are_those_of_the_matrix(counts: np.ndarray[Any, Any]) -> None:
    matrix = ConfusionMatrix(counts, tuple("abcde"[: len(counts)]))
    found, one = summary(matrix, None), summary(matrix, "b")
    for name in ("accuracy", "mcc"):
        assert found[name].value == pytest.approx(matrix.score(name), abs=1e-9, nan_ok=True)  # type: ignore[call-overload]
        assert found[name].why == undefined.reason(matrix, name)
    for name in ("precision", "recall", "f1"):
        mean = matrix.score(name, "macro")  # type: ignore[call-overload]
        assert found[name].value == pytest.approx(mean, abs=1e-9, nan_ok=True)
        assert found[name].why == undefined.reason(matrix, name)
        alone = matrix.score(name, labels=["b"]).item()  # type: ignore[call-overload]
        assert one[name].value == pytest.approx(alone, abs=1e-9, nan_ok=True)
        assert (one[name].why is not None) == math.isnan(alone)


def test_a_thousand_classes_ask_only_about_those_that_are_missing() -> None:
    counts = np.eye(1000)
    counts[7, 7], counts[7, 8] = 0, 1
    matrix = ConfusionMatrix(counts, tuple(f"class {i}" for i in range(1000)))
    asked: list[int] = []

    def counting(*arguments: Any, **options: Any) -> str | None:
        asked.append(len(options.get("labels") or ()))
        return undefined.reason(*arguments, **options)

    tracemalloc.start()
    with patch("core.metrics.predictions.summary.reason", counting):
        found = summary(matrix, None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert max(asked) == 1, "each class takes milliseconds"
    assert peak < 60e6, "the million empty cells are left out"
    assert found["precision"].why == "class 7 (never predicted: 0/0)"
    assert found["accuracy"].value == 0.999
