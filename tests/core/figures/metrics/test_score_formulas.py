"""Formulas: the numbers in them are those of the matrix, and no name of a class is a command."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from core.figures.metrics.score_formulas import choices_of, formula
from core.figures.metrics.score_latex import escaped
from core.metrics import Average, ConfusionMatrix
from core.metrics.report import AVERAGED, PER_CLASS, WHOLE, Options, report
from core.metrics.scores import KappaWeights

BINARY = report(ConfusionMatrix(np.array([[80, 25], [10, 35]]), ("yes", "no")))
THREE = report(ConfusionMatrix(np.array([[30, 50, 20], [20, 60, 20], [10, 10, 80]]), ("A", "B", "C")))
BINARY_SURE = report(ConfusionMatrix(np.array([[5, 1], [0, 4]]), ("a", "b")))
NEVER = ConfusionMatrix(np.array([[0, 5], [0, 5]]), ("a", "b"))


@pytest.mark.parametrize(
    ("name", "pieces"),
    [
        ("precision", [r"\frac{TP}{TP + FP}", r"\frac{80}{80 + 10}", r"\frac{80}{90} = \mathbf{0.889}", r"\text{yes}"]),
        ("recall", [r"\frac{80}{80 + 25}", r"\frac{80}{105} = \mathbf{0.762}"]),
        ("f1", [r"\frac{2PR}{P + R}", r"\frac{160}{195} = \mathbf{0.821}", r"2 \cdot \frac{1}{1/P + 1/R}"]),
        ("f1", [r"2 \cdot \frac{1}{1/0.889 + 1/0.762}"]),
        ("fbeta", [r"\beta^2", r"2^2 \cdot 25 + 10", r"\frac{400}{510} = \mathbf{0.784}"]),
        ("jaccard", [r"\frac{80}{115} = \mathbf{0.696}"]),
        ("specificity", [r"\frac{35}{35 + 10}", r"\mathbf{0.778}"]),
        ("npv", [r"\frac{35}{35 + 25}", r"\mathbf{0.583}"]),
        ("likelihood+", [r"\frac{0.762}{1 - 0.778} = \mathbf{3.429}"]),
        ("likelihood-", [r"\frac{1 - 0.762}{0.778} = \mathbf{0.306}"]),
    ],
)
def test_a_class_of_the_lectures_matrix(name: str, pieces: list[str]) -> None:
    text = formula(BINARY, name, "yes")
    assert [piece for piece in pieces if piece not in text] == []


@pytest.mark.parametrize(
    ("name", "of", "pieces"),
    [
        ("f1", Average.MACRO, [r"\frac{1}{K} \sum_k F_{1,k}", r"\frac{0.375 + 0.545 + 0.727}{3}", r"\mathbf{0.549}"]),
        ("precision", Average.WEIGHTED, [r"100 \cdot 0.500", r"{300}", r"\mathbf{0.556}"]),
        ("recall", Average.MICRO, [r"\Sigma TP + \Sigma FN", r"\frac{170}{300} = \mathbf{0.567}"]),
        ("accuracy", None, [r"\frac{30 + 60 + 80}{300}", r"\mathbf{0.567}"]),
        ("balanced_accuracy", None, [r"\frac{0.300 + 0.600 + 0.800}{3}", r"\mathbf{0.567}"]),
        ("mcc", None, [r"170 \cdot 300 - 30{,}000", r"\mathbf{0.357}"]),
        ("kappa", None, [r"= 0.567", r"= 0.333", r"\mathbf{0.350}"]),
        ("f1_of_means", None, [r"2 \cdot 0.556 \cdot 0.567", r"\mathbf{0.561}"]),
    ],
)
def test_the_three_classes(name: str, of: Average | None, pieces: list[str]) -> None:
    text = formula(THREE, name, of)
    assert [piece for piece in pieces if piece not in text] == []


def test_two_classes_have_the_mcc_of_the_lecture() -> None:
    text = formula(BINARY, "mcc", None)
    assert r"80 \cdot 35 - 10 \cdot 25" in text
    assert r"\sqrt{90 \cdot 105 \cdot 45 \cdot 60}" in text
    value = (80 * 35 - 10 * 25) / (90 * 105 * 45 * 60) ** 0.5
    assert rf"\mathbf{{{value:.3f}}}" in text


@pytest.mark.parametrize(("weights", "value"), [("linear", "0.385"), ("quadratic", "0.421")])
def test_weighted_kappa(weights: KappaWeights, value: str) -> None:
    text = formula(report(THREE.matrix, Options(kappa_weights=weights)), "kappa", None)
    above, below = map(float, re.findall(r"1 - \\frac\{([\d.]+)\}\{([\d.]+)\}", text)[0])
    assert f"{1 - above / below:.3f}" == value
    assert rf"\mathbf{{{value}}}" in text


def test_what_is_0_over_0_is_not_said_to_equal_anything() -> None:
    assert r"\frac{0}{0} = \text{undefined}" in formula(report(NEVER), "precision", "a")
    assert r"\frac{0}{0} \to \mathbf{1.000}" in formula(report(NEVER, Options(zero_division=1.0)), "precision", "a")
    assert r"\tfrac{0}{0} \to \mathbf{0.000}" in formula(report(NEVER), "mcc", None)
    assert r"\frac{1 - 1.000}{0.000} = \text{undefined}" in formula(report(NEVER), "likelihood-", "b")
    assert r"= \infty" in formula(BINARY_SURE, "likelihood+", "a")


def test_of_no_hit_no_reciprocal_is_taken() -> None:
    text = formula(report(NEVER), "f1", "a")
    assert r"\frac{1}{1/P + 1/R}" in text
    assert "1/0" not in text
    assert r"\frac{0}{5} = \mathbf{0.000}" in text


def test_an_undefined_class_is_not_in_the_mean() -> None:
    assert r"\frac{0.500}{1}" in formula(report(NEVER), "precision", Average.MACRO)
    assert r"\frac{0.000 + 0.500}{2}" in formula(report(NEVER, Options(zero_division=0.0)), "precision", Average.MACRO)


def every_formula(matrix: ConfusionMatrix) -> list[str]:
    found = []
    for weights, zero in itertools.product((None, "linear"), (0.0, float("nan"))):
        scored = report(matrix, Options(kappa_weights=weights, zero_division=zero))  # type: ignore[arg-type]
        found += [formula(scored, name, None) for name in WHOLE]
        found += [formula(scored, name, label) for name in PER_CLASS for label in matrix.labels]
        found += [formula(scored, name, of) for name in AVERAGED for of in (Average.MICRO, Average.MACRO)]
    return found


@pytest.mark.parametrize(
    "matrix",
    [
        BINARY.matrix,
        NEVER,
        ConfusionMatrix(np.eye(2) * 3, ("$x$", "}")),
        ConfusionMatrix(np.arange(400).reshape(20, 20) * 1000, tuple(f"class {c}" for c in range(20))),
        ConfusionMatrix(np.array([[0, 0], [0, 1]]), ("\\", "{")),
    ],
)
def test_braces_match_and_no_number_is_nan(matrix: ConfusionMatrix) -> None:
    for text in every_formula(matrix):
        bare = re.sub(r"\\[{}]", "", text)
        depth = list(itertools.accumulate({"{": 1, "}": -1}.get(char, 0) for char in bare))
        assert min(depth) == 0 == depth[-1], text
        assert "nan" not in text


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("cat", r"\text{cat}"),
        ("a_b", r"\text{a\_b}"),
        ("$x$", r"\text{\$x\$}"),
        ("50%&#", r"\text{50\%\&\#}"),
        ("\\input", r"\text{\textbackslash{}input}"),
        ("}{", r"\text{\}\{}"),
        ("^~", r"\text{\textasciicircum{}\textasciitilde{}}"),
        ("a\nb\x00c", r"\text{a b c}"),
        ("a very long name", r"\text{a very long…}"),
    ],
)
def test_names_are_text(name: str, latex: str) -> None:
    assert escaped(name) == latex


def test_a_score_is_of_a_class_or_an_average() -> None:
    assert list(choices_of(BINARY, "f1")) == [
        "class yes", "class no", "micro average", "macro average", "weighted average",
    ]  # fmt: skip
    assert choices_of(BINARY, "f1")["macro average"] is Average.MACRO
    assert list(choices_of(BINARY, "likelihood+")) == ["class yes", "class no"]
