"""Python that reproduces the numbers of a page with pandas and scikit-learn alone."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pyarrow.compute

from core.metrics.predictions.samples import FOLDS, SEED
from core.metrics.table.cells import is_missing
from core.metrics.table.columns import Columns
from core.metrics.table.file import Table
from core.metrics.table.gaps import missing
from core.metrics.table.numerals import decimal_sign
from core.metrics.table.text import EIGHT_BIT

_HEAD = '''"""The scores of these predictions, with pandas and scikit-learn."""

import numpy as np
'''
_ANY_NUMBERS = """

def numbers(name):
    decimal = decimals[name]
    text = table[name].str.replace(r"[\\s\'’]", "", regex=True).str.replace("−", "-")
    text = text.str.replace("." if decimal == "," else ",", "", regex=False).str.replace(",", ".", regex=False)
    value = pd.to_numeric(text.str.rstrip("%"))
    return (value / 100).where(text.str.endswith("%"), value).to_numpy()

"""
_ENCODINGS = {"UTF-8": "utf-8-sig", "UTF-16": "utf-16", "Latin-1": "latin-1", **EIGHT_BIT}


pc: Any = pyarrow.compute


def _cells(table: Table, name: str) -> Any:
    """The texts of a column that hold anything."""
    texts = pc.utf8_trim_whitespace(table.column(name))
    return texts.filter(pc.invert(is_missing(texts)))


def of_sample(name: str) -> str:
    """Lines that make the predictions of a sample of `core.metrics.predictions.samples`."""
    folds = f"folds = StratifiedKFold({FOLDS}, shuffle=True, random_state={SEED})\n"
    if name == "Breast tumours":
        return (
            "from sklearn.datasets import load_breast_cancer\n"
            "from sklearn.linear_model import LogisticRegression\n"
            "from sklearn.model_selection import StratifiedKFold, cross_val_predict\n"
            "from sklearn.pipeline import make_pipeline\n"
            "from sklearn.preprocessing import StandardScaler\n\n"
            "data = load_breast_cancer()\n"
            f"{folds}"
            "model = make_pipeline(StandardScaler(), LogisticRegression())\n"
            'chances = cross_val_predict(model, data.data, data.target, cv=folds, method="predict_proba")\n'
            "labels = data.target_names.astype(str)\n"
            "gold = labels[data.target]\n"
            "predicted = labels[chances.argmax(axis=1)]\n"
            "score = {label: chances[:, index] for index, label in enumerate(labels)}\nweight = None\n"
        )
    return (
        "from sklearn.datasets import load_digits\n"
        "from sklearn.linear_model import LogisticRegression\n"
        "from sklearn.model_selection import StratifiedKFold, cross_val_predict\n\n"
        "data = load_digits()\n"
        f"{folds}"
        "model = LogisticRegression(tol=1e-3)\n"
        'chances = cross_val_predict(model, data.data / 16, data.target, cv=folds, method="predict_proba")\n'
        "gold = data.target.astype(str)\n"
        "predicted = chances.argmax(axis=1).astype(str)\n"
        "score = {str(digit): chances[:, digit] for digit in range(10)}\nweight = None\n"
    )


def of_file(
    file: str, columns: Columns, score_classes: tuple[str, ...], *, table: Table | None = None, leave_out: bool = False,
    whole: bool = False, respelled: Mapping[str, str] = MappingProxyType({}), words_too: bool = False,
) -> str:  # fmt: skip
    """Lines that read predictions from a CSV file.

    Args:
        file: its name.
        columns: which columns to take.
        score_classes: the class of each score column.
        table: what was read; None for a file that this app wrote.
        leave_out: whether rows with missing values go.
        whole: whether "1.0" is "1".
        respelled: classes written in two ways -> the way that counts.
        words_too: whether rows whose class is a word such as "NA" go.
    """
    options = ["dtype=str", "keep_default_na=False"]
    if table is not None:
        options += [f"sep={table.delimiter!a}", f"encoding={_ENCODINGS[table.encoding]!a}"]
        options += [f"skiprows={table.skipped}"] if table.skipped else []
        options += [f"header=0, names={list(table.names)!a}"] if table.renamed else []
    lines = ["import pandas as pd\n", f"table = pd.read_csv({file!a}, {', '.join(options)})"]
    if leave_out or words_too:
        words = {name: ["", *found] for name, found in missing(columns, words_too).items()}
        lines.append(
            f"gaps = table[{list(words)!a}].apply(lambda column: column.str.strip().isin({words!a}[column.name]))"
        )
        lines.append("table = table[~gaps.any(axis=1)]")
    tail = f".replace({dict(respelled)!a})" if respelled else ""
    tail += '.str.replace(r"\\.0+$", "", regex=True)' if whole else ""
    lines.append(f"gold = table[{columns.target!a}]{tail}.to_numpy(dtype=str)")
    numeric = [name for name in (*columns.scores, columns.weights) if name]
    signs = {} if table is None else {name: decimal_sign(_cells(table, name), table.delimiter) for name in numeric}
    if any(signs.values()):
        lines += [f"decimals = { {name: sign or '.' for name, sign in signs.items()}!a}", _ANY_NUMBERS]
    else:
        lines += ["\n\ndef numbers(name):", "    return pd.to_numeric(table[name].str.strip()).to_numpy()\n\n"]
    pairs = ", ".join(
        f"{label!a}: numbers({name!a})" for label, name in zip(score_classes, columns.scores, strict=True)
    )
    lines.append(f"score = {{{pairs}}}")
    lines.append(f"weight = {f'numbers({columns.weights!a})' if columns.weights else None}")
    if columns.predicted:
        lines.append(f"predicted = table[{columns.predicted!a}]{tail}.to_numpy(dtype=str)")
    elif len(score_classes) > 1:
        lines.append("predicted = np.array(list(score))[np.argmax(list(score.values()), axis=0)]")
    return "\n".join(lines) + "\n"


def script(
    source: str, labels: tuple[str, ...], positive: str | None, threshold: float | None, rest: bool, *,
    areas: bool = False,
) -> str:  # fmt: skip
    """The whole script.

    Args:
        source: lines from `of_sample` or `of_file`.
        labels: the classes on the screen.
        positive: the class that precision, recall and curves are about; None: all classes are averaged.
        threshold: positive where the score is at least that; None: the predictions stand.
        rest: whether the positive class is looked at against all others.
        areas: whether each class has a score, so that areas under its curves can be averaged.
    """
    measures = ["accuracy_score", "confusion_matrix", "matthews_corrcoef", "precision_recall_fscore_support"]
    measures += ["average_precision_score", "roc_auc_score"] if threshold is not None or areas else []
    lines = [
        _HEAD + source,
        f"from sklearn.metrics import {', '.join(sorted(measures))}\n",
        f"labels = {list(labels)!a}",
    ]
    if positive is not None:
        lines.append(f"positive = {positive!a}")
    other = next((label for label in labels if label != positive), "")
    if rest:
        lines.append(f"gold = np.where(gold == positive, positive, {other!a})")
        if threshold is None:
            lines.append(f"predicted = np.where(predicted == positive, positive, {other!a})")
    if threshold is not None:
        lines.append(f"predicted = np.where(score[positive] >= {threshold!a}, positive, {other!a})")
    lines += [
        "matrix = confusion_matrix(gold, predicted, labels=labels, sample_weight=weight)  # rows are gold",
        "accuracy = accuracy_score(gold, predicted, sample_weight=weight)",
        "mcc = matthews_corrcoef(gold, predicted, sample_weight=weight)",
        "precision, recall, f1, _ = precision_recall_fscore_support(",
        '    gold, predicted, labels=labels, average="macro", sample_weight=weight, zero_division=np.nan'
        if positive is None
        else "    gold, predicted, labels=[positive], average=None, sample_weight=weight, zero_division=np.nan",
        ")",
        "print(matrix)",
        'print("accuracy", accuracy, "precision", precision, "recall", recall, "F1", f1, "MCC", mcc)',
    ]
    if threshold is not None:
        lines += [
            "auc = roc_auc_score(gold == positive, score[positive], sample_weight=weight)",
            "ap = average_precision_score(gold == positive, score[positive], sample_weight=weight)",
            'print("ROC AUC", auc, "AP", ap)',
        ]
    elif areas:
        lines += [
            "# each class against the rest; a class without gold samples has no area",
            "share = {label: np.average(gold == label, weights=weight) for label in labels}",
            "aucs = [",
            "    roc_auc_score(gold == label, score[label], sample_weight=weight)",
            "    for label in labels if 0 < share[label] < 1",
            "]",
            "aps = [",
            "    average_precision_score(gold == label, score[label], sample_weight=weight)",
            "    for label in labels if share[label] > 0",
            "]",
            'print("ROC AUC (macro)", np.mean(aucs) if aucs else np.nan, "AP (macro)", np.mean(aps))',
        ]
    return "\n".join(lines) + "\n"
