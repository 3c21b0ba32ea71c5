"""Python that reproduces the numbers of a page with pandas and scikit-learn alone."""

from __future__ import annotations

from core.metrics.predictions.samples import FOLDS, SEED
from core.metrics.table.cells import MISSING
from core.metrics.table.columns import Columns
from core.metrics.table.file import Table

_HEAD = '''"""The scores of these predictions, with pandas and scikit-learn."""

import numpy as np
'''
_ENCODINGS = {"UTF-8": "utf-8-sig", "UTF-16": "utf-16", "Windows-1252": "cp1252", "Latin-1": "latin-1"}


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
    whole: bool = False,
) -> str:  # fmt: skip
    """Lines that read predictions from a CSV file.

    Args:
        file: its name.
        columns: which columns to take.
        score_classes: the class of each score column.
        table: what was read; None for a file that this app wrote.
        leave_out: whether rows with missing values go.
        whole: whether "1.0" is "1".
    """
    options = ["dtype=str", "keep_default_na=False"]
    if table is not None:
        options += [f"sep={table.delimiter!a}", f"encoding={_ENCODINGS[table.encoding]!a}"]
        options += [f"skiprows={table.skipped}"] if table.skipped else []
        options += [f"header=0, names={list(table.names)!a}"] if table.renamed else []
    used = [columns.gold, columns.predicted, columns.second, *columns.scores, columns.weights]
    lines = ["import pandas as pd\n", f"table = pd.read_csv({file!a}, {', '.join(options)})"]
    if leave_out:
        names = list(dict.fromkeys(name for name in used if name))
        lines.append(f"gaps = table[{names!a}].apply(lambda column: column.str.strip().isin({list(MISSING)!a}))")
        lines.append("table = table[~gaps.any(axis=1)]")
    tail = '.str.replace(r"\\.0+$", "", regex=True)' if whole else ""
    lines.append(f"gold = table[{columns.gold!a}]{tail}.to_numpy(dtype=str)")
    lines.append("\n\ndef numbers(name):")
    lines.append('    return pd.to_numeric(table[name].str.strip().str.replace(",", ".")).to_numpy()\n\n')
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
