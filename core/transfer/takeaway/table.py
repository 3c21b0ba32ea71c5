"""The results as tables, and these as CSV that a spreadsheet may open without running what stands in it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from core.names import safe_cell
from core.transfer.takeaway.result import Result, accuracy_of
from core.transfer.training.run import Run


def points_table(runs: Sequence[Run]) -> pd.DataFrame:
    """All evaluations on the validation pictures, one a line; shares are in [0, 1], what is unknown is empty."""
    return pd.DataFrame(
        [
            {
                "run": run.trained.title,
                "phase": point.phase + 1,
                "phase name": run.recipe.phases[point.phase].name,
                "seconds": point.seconds,
                "epoch": point.epoch,
                "training loss": point.loss,
                "validation accuracy": point.accuracy,
                "validation loss": point.validation_loss,
                "validation accuracy of the second head": point.second_accuracy,
                "cosine of the gradients": point.cosine,
            }
            for run in runs
            for point in run.points
        ]
    )


def summary_table(runs: Sequence[Run]) -> pd.DataFrame:
    """One line a run."""
    rows = []
    for run in runs:
        spec, best, test = run.trained.spec, run.points[run.best], accuracy_of(run.test)
        chosen = run.selection
        rows.append(
            {
                "run": run.trained.title,
                "network": spec.architecture.title,
                "begins with": "ImageNet weights" if spec.trained else "random weights",
                "size (px)": spec.size,
                "parameters": run.parameters,
                "learned": run.learned,
                "training pictures": None if chosen is None else len(chosen.train),
                "validation pictures": None if chosen is None else len(chosen.validation),
                "test pictures": test.of,
                "seed": run.recipe.seed,
                "seconds": run.seconds,
                "epochs": run.points[-1].epoch,
                "best epoch": best.epoch,
                "best validation accuracy": run.validation_accuracy,
                "test accuracy": test.accuracy,
                "95 % from": test.low,
                "95 % to": test.high,
                "stopped": run.stopped,
                "diverged": run.diverged,
            }
        )
    return pd.DataFrame(rows)


def weight_change_table(run: Run) -> pd.DataFrame:
    """One line a layer: how far it went from where it began."""
    return pd.DataFrame([vars(layer) for layer in run.weight_change])


def predictions_table(result: Result) -> pd.DataFrame:
    """One line a test picture: its name, target, predicted, and the probability of each class."""
    scored, classes = result.scored, result.trained.classes
    table = pd.DataFrame(
        {
            "picture": [result.images.names[index] for index in scored.indices.tolist()],
            "gold": [classes[label] for label in scored.target.tolist()],
            "predicted": [classes[label] for label in scored.predicted.tolist()],
        }
    )
    probabilities = pd.DataFrame(scored.probabilities, columns=[f"probability of {name}" for name in classes])
    return pd.concat([table, probabilities], axis=1)


def to_csv(table: pd.DataFrame) -> str:
    """A table as CSV; texts that begin like a formula get an apostrophe, numbers stay."""
    safe = table.copy()
    safe.columns = [safe_cell(str(name)) for name in table.columns]
    for place, kind in enumerate(table.dtypes):
        if not pd.api.types.is_numeric_dtype(kind):
            safe.isetitem(place, ["" if pd.isna(value) else safe_cell(str(value)) for value in table.iloc[:, place]])
    return str(safe.to_csv(index=False, lineterminator="\r\n"))
