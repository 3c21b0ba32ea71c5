"""Tables of several labels as text: what is typed and what a link holds, as code, and as CSV."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Sequence

import numpy as np

from core.errors import UserError
from core.metrics.multilabel.multilabel import MEANS, Indicators, Multilabel
from core.metrics.multilabel.report import Report
from core.names import safe_cell

MOST_SAMPLES, MOST_TYPED_LABELS = 12, 8
"""Of a table that is typed or clicked."""
LONGEST_NAME = 20


def parse(text: str, what: str = "Actual") -> Indicators:
    """Read a table such as "110 010 000 101": a word for each sample, a digit for each label.

    Args:
        text: words of 0 and 1, separated by spaces, commas, semicolons or new lines.
        what: which table it is, to begin a sentence with.

    Returns:
        (N, L) bool.

    Raises:
        UserError: says which sample is not understood.
    """
    words = re.split(r"[\s,;]+", text[:1000].strip(" \t\r\n,;"))
    if words == [""]:
        raise UserError(f"{what} is empty: type a word of 0 and 1 for each sample, such as 110 010 000 101.")
    for number, word in enumerate(words, start=1):  # before the rest: a typing error is no question of size
        strange = next((character for character in word if character not in "01"), None)
        if strange is not None:
            shown = f'"{strange}"' if strange.isprintable() else f"the character U+{ord(strange):04X}"
            raise UserError(f'{what}, sample {number}: {shown} in "{_visible(word)}" is neither 0 nor 1.')
    if not 2 <= len(words) <= MOST_SAMPLES:
        raise UserError(f"{what} has {_count(len(words), 'sample')}, and 2 to {MOST_SAMPLES} can be shown.")
    for number, word in enumerate(words, start=1):
        if len(word) != len(words[0]):
            raise UserError(
                f"{what}, sample {number} has {_count(len(word), 'digit')} and the first has {len(words[0])}: one for "
                "each label."
            )
    if not 2 <= len(words[0]) <= MOST_TYPED_LABELS:
        raise UserError(f"{what} has {_count(len(words[0]), 'label')}, and 2 to {MOST_TYPED_LABELS} can be shown.")
    return np.array([[digit == "1" for digit in word] for word in words])


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _visible(word: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in word[:20])


def write(table: Indicators) -> str:
    """A table as `parse` reads it, in one line."""
    return " ".join("".join("1" if cell else "0" for cell in row) for row in table)


def names(text: str) -> tuple[str, ...]:
    """Read the names of labels, separated by commas or semicolons.

    Raises:
        UserError: a name is too long or empty.
    """
    found = tuple(" ".join(word.split()) for word in re.split("[,;]", text[:1000]))
    for name in found:
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise UserError(f'"{name[:30]}" is no name for a label: type 1 to {LONGEST_NAME} characters.')
    return found


def typed(target: str, predicted: str, labels: str) -> Multilabel:
    """The table of three texts; names that are too few or too many are filled up or cut.

    Raises:
        UserError: says what cannot be read.
    """
    first, second = parse(target, "Actual"), parse(predicted, "Predicted")
    if first.shape != second.shape:
        sizes = [f"{len(table)} samples with {table.shape[1]} labels" for table in (first, second)]
        raise UserError(f"Actual has {sizes[0]} and predicted {sizes[1]}: make them the same.")
    return Multilabel(first, second, fitted(names(labels), first.shape[1]))


def fitted(labels: tuple[str, ...], size: int) -> tuple[str, ...]:
    """As many names: cut, or with letters that are not taken."""
    free = [letter for letter in "ABCDEFGHIJKLMNOP" if letter not in labels]
    return (*labels[:size], *free[: max(0, size - len(labels))])


def fits(table: Multilabel) -> bool:
    """Whether it is small enough to be typed."""
    return len(table) <= MOST_SAMPLES and len(table.labels) <= MOST_TYPED_LABELS


def typeable(table: Multilabel) -> Multilabel:
    """The same with names that can be typed: short, and without what separates them; else letters."""
    labels = tuple(" ".join(re.split(r"[,;\s]+", name)).strip()[:LONGEST_NAME] for name in table.labels)
    if not all(labels) or len(set(labels)) < len(labels):
        labels = fitted((), len(labels))
    return Multilabel(table.target, table.predicted, labels)


def resized(table: Indicators, samples: int, size: int) -> Indicators:
    """Rows and columns cut off at the end, or empty ones added there."""
    result = np.zeros((samples, size), dtype=np.bool_)
    part = table[:samples, :size]
    result[: part.shape[0], : part.shape[1]] = part
    return result


def rows_csv(table: Multilabel) -> str:
    """One row a sample: its number, 0 or 1 for each target label, then for each predicted label."""
    head = ["sample", *(f"gold {name}" for name in table.labels), *(f"predicted {name}" for name in table.labels)]
    cells = np.concatenate([table.target, table.predicted], axis=1).astype(int).tolist()
    return _csv([head, *([number, *row] for number, row in enumerate(cells, start=1))])


def scores_csv(found: Report) -> str:
    """One row a label with counts and scores, one an average; 0/0 stays an empty cell in the rows of labels."""
    head = ["of", "TP", "FP", "FN", "TN", "support", *map(str, found.names)]
    lines: list[list[object]] = [list(head)]
    for label, matrix, support, scores in zip(
        found.table.labels, found.table.matrices, found.support, found.per_label, strict=True
    ):
        (tp, fn), (fp, tn) = matrix.counts.astype(int).tolist()
        lines.append([safe_cell(label), tp, fp, fn, tn, int(support), *map(_number, scores.tolist())])
    for mean, scores in zip(MEANS, found.means, strict=True):
        lines.append([f"{mean} average", "", "", "", "", "", *map(_number, scores.tolist())])
    lines.append(["exact match", "", "", "", "", "", _number(found.subset_accuracy)])
    lines.append(["Hamming loss", "", "", "", "", "", _number(found.hamming_loss)])
    return _csv(lines)


def _number(value: float) -> str:
    return "" if math.isnan(value) else repr(value)


def _csv(lines: Sequence[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(lines)
    return out.getvalue()


def code(found: Report) -> str:
    """A script that asks scikit-learn for the same numbers and asserts them.

    Tables that can be shown stand in the script; larger ones are read from `multilabel.csv`, which `rows_csv` writes.
    """
    table, third = found.table, found.names[2]
    beta = f", beta={found.beta:g}" if third == "fbeta" else ""
    nan = math.isnan(found.zero_division)
    zero = "np.nan" if nan else f"{found.zero_division:.1f}"
    lines = ["import numpy as np", "from sklearn import metrics", ""]
    if fits(table):
        for name, cells in (("gold", table.target), ("predicted", table.predicted)):
            rows = ", ".join(str(row) for row in cells.astype(int).tolist())
            lines.append(f"{name} = np.array([{rows}])")
    else:
        size = len(table.labels)
        lines += [
            'cells = np.loadtxt("multilabel.csv", delimiter=",", skiprows=1, dtype=int, quotechar=\'"\')',
            f"gold, predicted = cells[:, 1:{size + 1}], cells[:, {size + 1}:]",
        ]
    lines.append(f"shown = {{  # on the screen: precision, recall, {third}")
    for mean, values in zip(MEANS, found.means.tolist(), strict=True):
        lines.append(f'    "{mean}": [{", ".join("np.nan" if math.isnan(v) else f"{v:.6f}" for v in values)}],')
    lines += ["}", "for average, expected in shown.items():", f"    how = dict(average=average, zero_division={zero})"]
    lines.append("    scores = [metrics.precision_score(gold, predicted, **how)]")
    lines.append("    scores.append(metrics.recall_score(gold, predicted, **how))")
    if third == "jaccard" and nan:
        lines.append("    scores.append(expected[2])  # jaccard_score takes no nan for 0/0: compare it with 0 or 1")
    else:
        lines.append(f"    scores.append(metrics.{third}_score(gold, predicted{beta}, **how))")
    lines += [
        "    assert np.allclose(scores, expected, atol=1e-6, equal_nan=True), (average, scores)",
        "    print(average, np.round(scores, 6))",
        f"assert abs(metrics.accuracy_score(gold, predicted) - {found.subset_accuracy:.6f}) < 1e-6  # exact match",
        f"assert abs(metrics.hamming_loss(gold, predicted) - {found.hamming_loss:.6f}) < 1e-6",
    ]
    return "\n".join(lines) + "\n"
