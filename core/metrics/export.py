"""A matrix and its scores as files, and as code that asks scikit-learn for the same numbers."""

from __future__ import annotations

import csv
import io
import math

from core.errors import UserError
from core.metrics.confusion import Average, ConfusionMatrix
from core.metrics.report import AVERAGED, KAPPA_WEIGHTS, PER_CLASS, WHOLE, Report
from core.metrics.scores import PerClass
from core.metrics.undefined import reason
from core.names import safe_cell

CORNER = "gold (rows) / predicted (columns)"


def matrix_csv(matrix: ConfusionMatrix) -> str:
    """The counts with names: one row a target class, as the first cell says."""
    names = [safe_cell(label) for label in matrix.labels]
    rows = [[name, *map(number, counts)] for name, counts in zip(names, matrix.counts.tolist(), strict=True)]
    return _csv([[CORNER, *names], *rows])


def scores_csv(report: Report) -> str:
    """All scores, one a line: score, of what, value (empty where undefined), and why it is undefined."""
    matrix = report.matrix
    rows: list[list[str]] = [["score", "of", "class", "value", "note"]]

    def add(name: str, of: str, label: str, value: float, note: str | None) -> None:
        rows.append([name, of, safe_cell(label), "" if math.isnan(value) else repr(value), safe_cell(note or "")])

    for name in WHOLE:
        if name != "kappa":
            add(name, "matrix", "", report.whole(name), reason(matrix, name))
    for weights, value in zip(KAPPA_WEIGHTS, report.kappas.tolist(), strict=True):
        add(f"kappa {weights}" if weights else "kappa", "matrix", "", value, reason(matrix, "kappa"))
    labels = [matrix.labels[c] for c in report.chosen]
    for average in Average:
        for column in AVERAGED:
            if average is Average.BINARY and len(matrix) == 2:
                note = reason(matrix, column, report.positive)
                add(_named(column, report), average, report.positive, report.mean(column, average), note)
            elif average is not Average.BINARY:
                note = reason(matrix, column, labels=labels, pooled=average is Average.MICRO)
                add(_named(column, report), average, "", report.mean(column, average), note)
    for label in matrix.labels:
        for each in PER_CLASS:
            add(_named(each, report), "class", label, report.of_class(each, label), reason(matrix, each, label))
    return _csv(rows)


def number(value: float) -> str:
    """A count: without decimals where it is whole, else in full."""
    return f"{value:.0f}" if value.is_integer() else repr(value)


def sklearn_code(report: Report) -> str:
    """A script that makes the same scores with scikit-learn, and asserts them.

    Names of classes stand in it as Python literals and nowhere else, so that none can end a string or begin a line.

    Raises:
        UserError: there is nothing to score.
    """
    if not report.matrix.total or not report.chosen:
        raise UserError("There is nothing to score: type a count above 0 and average at least one class.")
    return "\n".join([*_head(report), *_averages(report), *_each(report), *_wholes(report), *_check()]) + "\n"


def _head(report: Report) -> list[str]:
    options, matrix = report.options, report.matrix
    unit = options.class_weights is None
    zero_division = "np.nan" if math.isnan(options.zero_division) else f"{options.zero_division:.1f}"
    rows = [f"    [{', '.join(map(number, row))}]," for row in matrix.counts.tolist()]
    positive = matrix.index(report.positive)
    return [
        "import numpy as np",
        "from sklearn import metrics",
        "",
        f"names = {list(matrix.labels)!a}",
        "counts = np.array([  # counts[actual, predicted]" + ("" if unit else ", each row times its class weight"),
        *rows,
        "])",
        "actual, predicted = np.indices(counts.shape)",
        "y_true, y_pred = actual.ravel(), predicted.ravel()  # each cell is one sample ...",
        "weight = counts.ravel()  # ... that counts as often as the cell says",
        f"labels = {list(report.chosen)}  # averaged: indices into names",
        *([f"pos_label = {positive}  # the positive class"] if len(matrix) == 2 else []),
        f"beta, zero_division = {options.beta!r}, {zero_division}",
        "",
        "screen = []  # (score, what stands on the screen)",
        "",
    ]


def _averages(report: Report) -> list[str]:
    lines = ["averaged = dict(labels=labels, sample_weight=weight, zero_division=zero_division)"]
    for average in Average:
        binary = average is Average.BINARY
        if binary and len(report.matrix) != 2:
            continue
        where = 'pos_label=pos_label, average="binary"' if binary else f'average="{average}"'
        how = f"{where}, sample_weight=weight, zero_division=zero_division" if binary else f"{where}, **averaged"
        for score in ("precision_score", "recall_score", "f1_score", "fbeta_score"):
            name = score.removesuffix("_score")
            beta = "beta=beta, " if name == "fbeta" else ""
            value = report.mean(name, average)  # type: ignore[arg-type]
            lines.append(_line(f"metrics.{score}(y_true, y_pred, {beta}{how})", value))
    return [*lines, ""]


def _each(report: Report) -> list[str]:
    """Scores of each class: the four of one call, then those of "not this class"."""
    matrix = report.matrix

    def column(name: str) -> list[float]:
        return [report.of_class(name, label) for label in matrix.labels]  # type: ignore[arg-type]

    lines = [
        "each = dict(labels=range(len(names)), average=None, sample_weight=weight, zero_division=zero_division)",
        "precision, recall, f1, support = metrics.precision_recall_fscore_support(y_true, y_pred, **each)",
        _line("precision", column("precision")),
        _line("recall", column("recall")),
        _line("f1", column("f1")),
        _line("metrics.fbeta_score(y_true, y_pred, beta=beta, **each)", column("fbeta")),
        "",
        '# specificity and NPV are recall and precision of "not this class"',
        "not_true, not_pred = (y[:, None] != np.arange(len(names)) for y in (y_true, y_pred))",
        "npv, specificity, *_ = metrics.precision_recall_fscore_support(not_true, not_pred, **each)",
        _line("specificity", column("specificity")),
        _line("npv", column("npv")),
    ]
    jaccard = column("jaccard")
    if not math.isnan(report.options.zero_division):
        lines.append(_line("metrics.jaccard_score(y_true, y_pred, **each)", jaccard))
    else:
        lines += [
            "seen = [c for c in range(len(names)) if counts[c].sum() + counts[:, c].sum() > 0]  # jaccard takes no nan",
            _line(
                "metrics.jaccard_score(y_true, y_pred, labels=seen, average=None, sample_weight=weight)",
                [value for value in jaccard if not math.isnan(value)],
            ),
        ]
    names: tuple[PerClass, ...] = ("likelihood+", "likelihood-")
    if len(matrix) == 2 and not any(reason(matrix, name, report.positive) for name in names):
        call = "metrics.class_likelihood_ratios(y_true == pos_label, y_pred == pos_label, sample_weight=weight)"
        lines.append(_line(call, [report.of_class(name, report.positive) for name in names]))
    return [*lines, ""]


def _wholes(report: Report) -> list[str]:
    values = {name: report.whole(name) for name in WHOLE}
    calls = {"accuracy": "accuracy_score", "balanced_accuracy": "balanced_accuracy_score", "mcc": "matthews_corrcoef"}
    lines = [
        _line(f"metrics.{call}(y_true, y_pred, sample_weight=weight)", values[name])  # type: ignore[index]
        for name, call in calls.items()
    ]
    for weights, value in zip(KAPPA_WEIGHTS, report.kappas.tolist(), strict=True):
        lines.append(
            _line(f"metrics.cohen_kappa_score(y_true, y_pred, weights={weights!r}, sample_weight=weight)", value)
        )
    if not math.isnan(values["f1_of_means"]):
        lines += [
            'p, r, *_ = metrics.precision_recall_fscore_support(y_true, y_pred, average="macro", **averaged)',
            _line("2 * p * r / (p + r)", values["f1_of_means"]) + "  # the other macro-F1: of macro P and macro R",
        ]
    return [*lines, ""]


def _check() -> list[str]:
    return [
        "for score, shown in screen:",
        "    assert np.allclose(score, shown, atol=1e-6, equal_nan=True), (score, shown)",
        "print(metrics.classification_report(y_true, y_pred, labels=labels, target_names=[names[c] for c in labels],",
        "                                    sample_weight=weight, zero_division=zero_division, digits=3))",
        'print(len(screen), "scores, all as on the screen")',
    ]


def _line(call: str, value: float | list[float]) -> str:
    return f"screen.append(({call}, {_literal(value)}))"


def _literal(value: float | list[float]) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    return "np.nan" if math.isnan(value) else f"{value:.7g}"


def _named(name: str, report: Report) -> str:
    return f"fbeta, beta {report.options.beta:g}" if name == "fbeta" else name


def _csv(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()
