"""Files that are read back, and code that is run."""

from __future__ import annotations

import csv
import io
import math
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.metrics import Average, ConfusionMatrix
from core.metrics.export import CORNER, matrix_csv, scores_csv, sklearn_code
from core.metrics.notation import parse
from core.metrics.report import PER_CLASS, WHOLE, Options, report
from core.names import safe_cell
from tests.core.metrics.test_report import BINARY, THREE, matrices
from tests.examples import examples

HOSTILE = (
    '"); import os; os.abort() #',
    "a\nraise SystemExit('b')\n",
    "back\\slash'''\"\"\"",
    "=1+1",
    "\ud800 {0} %s \\N{DASH}",
)


def run(code: str) -> dict[str, Any]:
    space: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(code, "scores.py", "exec"), space)
    return space


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    "options",
    [
        Options(),
        Options(beta=0.5, zero_division=0.0, labels=("no",), pos_label="no", kappa_weights="linear"),
        Options(zero_division=1.0, class_weights=(1, 2.5)),
    ],
)
def test_the_code_says_what_the_screen_says(options: Options, capsys: pytest.CaptureFixture[str]) -> None:
    found = report(BINARY, options)
    space = run(sklearn_code(found))
    assert len(space["screen"]) == 31
    assert "31 scores, all as on the screen" in capsys.readouterr().out
    assert space["counts"] == pytest.approx(found.matrix.counts)


@examples(30)
@given(matrix=matrices, zero_division=st.sampled_from([math.nan, 0.0, 1.0]))
def test_the_code_runs_for_any_matrix(matrix: ConfusionMatrix, zero_division: float) -> None:
    found = report(matrix, Options(zero_division=zero_division))
    if matrix.total:
        assert run(sklearn_code(found))["screen"]
    else:
        with pytest.raises(UserError, match="nothing to score"):
            sklearn_code(found)


def test_a_wrong_number_does_not_pass() -> None:
    code = sklearn_code(report(BINARY))
    assert "0.8888889" in code
    with pytest.raises(AssertionError):
        run(code.replace("0.8888889", "0.8888"))


def test_names_cannot_break_out_of_the_code() -> None:
    matrix = ConfusionMatrix(np.arange(25).reshape(5, 5), HOSTILE)
    code = sklearn_code(report(matrix, Options(labels=HOSTILE[:2])))
    code.encode("utf-8")
    assert run(code.replace("print(metrics", "str(metrics"))["names"] == list(HOSTILE)


def test_the_matrix_says_which_way_round_it_is_and_is_read_back() -> None:
    rows = cells(matrix_csv(BINARY))
    assert rows == [[CORNER, "yes", "no"], ["yes", "80", "25"], ["no", "10", "35"]]
    assert CORNER.index("gold (rows)") < CORNER.index("predicted (columns)")
    for matrix in (BINARY, THREE):
        assert parse(matrix_csv(matrix)) == matrix


def test_weighted_counts_keep_their_decimals() -> None:
    assert cells(matrix_csv(BINARY.weighted((0.5, 1.05))))[2] == ["no", "10.5", "36.75"]


def test_all_scores_are_in_the_file() -> None:
    found = report(THREE, Options(labels=("A", "B")))
    rows = {tuple(row[:3]): row[3:] for row in cells(scores_csv(found))[1:]}
    assert len(rows) == len(WHOLE) + 2 + 3 * 7 + 3 * len(PER_CLASS)
    assert float(rows["precision", "class", "C"][0]) == found.of_class("precision", "C")
    assert float(rows["f1", "macro", ""][0]) == found.mean("f1", Average.MACRO)
    assert float(rows["fbeta, beta 2", "weighted", ""][0]) == found.mean("fbeta", Average.WEIGHTED)
    assert float(rows["kappa quadratic", "matrix", ""][0]) == found.kappas[2]
    assert float(rows["f1_of_means", "matrix", ""][0]) == THREE.score("f1_of_means", labels=("A", "B"))


def test_what_is_undefined_is_empty_and_says_why() -> None:
    never = ConfusionMatrix(np.array([[0, 5], [0, 5]]), ("=cmd", "b"))
    rows = {tuple(row[:3]): row[3:] for row in cells(scores_csv(report(never)))[1:]}
    assert rows["precision", "class", "'=cmd"] == ["", "never predicted: 0/0"]
    assert rows["precision", "binary", "'=cmd"] == ["", "never predicted: 0/0"]
    assert rows["precision", "macro", ""] == ["0.5", "'=cmd (never predicted: 0/0)"]
    assert rows["precision", "micro", ""] == ["0.5", ""], "nothing is left out of it"
    assert rows["likelihood+", "class", "b"] == ["1.0", ""]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1+1", "\xa0@A1", " \t-1", "\ufeff=1", "\u200b+A1"]
)
def test_no_text_is_a_formula(text: str) -> None:
    assert safe_cell(text) == f"'{text}"
    matrix = ConfusionMatrix(np.eye(2), (text, "b"))
    for table in (matrix_csv(matrix), scores_csv(report(matrix))):
        for row in cells(table):
            for cell in row:
                assert not cell.strip(" \xa0\t\r\ufeff\u200b").startswith(("=", "+", "@")), cell
                assert not cell.startswith("-") or float(cell) < 0


@pytest.mark.parametrize("text", ["", "cat", "a=b", "1-2", "'quoted'", "  two words", " "])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text
