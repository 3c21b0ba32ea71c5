"""What a trained network says of single pictures, as charts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch

from core.figures.drawing import Drawing
from core.figures.figure import ACCENT, MUTED, OKABE_ITO, Figure
from core.figures.transfer.contact import OTHER, SAME, contact
from core.figures.vega import colours, number
from core.figures.words import counted
from core.transfer.data.image_set import ImageSet, Indices
from core.transfer.training.run import LabelledPredictions

RIGHT = OKABE_ITO[2]
_TARGET, _SAID, _OTHER = "the actual class", "predicted", "another class"


def mistakes(predictions: LabelledPredictions, cell: tuple[int, int] | None = None) -> Indices:
    """Rows of wrong answers, the most confident of them first.

    Args:
        predictions: a network's answers.
        cell: (target, predicted): only these, right ones too if both are the same; None: all wrong ones.
    """
    if cell is None:
        rows = np.flatnonzero(predictions.predicted != predictions.target)
    else:
        rows = np.flatnonzero((predictions.target == cell[0]) & (predictions.predicted == cell[1]))
    confidence = predictions.probabilities[rows, predictions.predicted[rows]]
    return rows[np.argsort(-confidence, kind="stable")].astype(np.int64)


def counts(predictions: LabelledPredictions) -> npt.NDArray[np.float64]:
    """(C, C) how often each target class was predicted as each class."""
    classes = predictions.probabilities.shape[1]
    table = np.zeros((classes, classes))
    np.add.at(table, (predictions.target, predictions.predicted), 1)
    return table


def probabilities(predictions: LabelledPredictions, row: int, classes: Sequence[str], most: int = 5) -> Figure:
    """The likeliest classes of one picture, the actual one always among them.

    Args:
        predictions: a network's answers.
        row: of the picture among them.
        classes: names.
        most: how many classes at most.
    """
    target, said, values = int(predictions.target[row]), int(predictions.predicted[row]), predictions.probabilities[row]
    order = [int(index) for index in np.argsort(-values, kind="stable")[:most]]
    if target not in order:
        order[-1] = target
    kinds = [_TARGET if index == target else _SAID if index == said else _OTHER for index in order]
    rows = [(classes[index], float(values[index]), kind) for index, kind in zip(order, kinds, strict=True)]
    data = pd.DataFrame(rows, columns=["class", "probability", "kind"])
    spec = {
        "title": "What the network predicts",
        "height": {"step": 28},
        "mark": {"type": "bar", "height": 18},
        "encoding": {
            "y": {"field": "class", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 140}},
            "x": number("probability", domain=[0, 1], format=".0%", ticks=5),
            "color": colours("kind", [_TARGET, _SAID, _OTHER], [RIGHT, ACCENT, MUTED], "bottom", columns=1),
            "tooltip": [{"field": "class"}, {"field": "probability", "format": ".2%"}, {"field": "kind"}],
        },
    }
    told = ", ".join(f"{name} {value:.1%}" for name, value, _ in rows)
    return Figure(spec, data, f"The network's probabilities: {told}. The actual class is {classes[target]}")


def sheet(
    predictions: LabelledPredictions, rows: Indices, images: ImageSet, columns: int, *, chosen: int | None = None
) -> Drawing:
    """Pictures, below each its actual and its predicted class and the probability; a dashed frame around a mistake.

    Args:
        predictions: a network's answers.
        rows: of the pictures among them.
        images: the set.
        columns: pictures in a row.
        chosen: the picture that is marked, where others can be clicked.
    """
    said = predictions.predicted[rows]
    return answered(
        images, predictions.indices[rows], predictions.target[rows], said, predictions.probabilities[rows, said],
        columns, chosen=chosen,
    )  # fmt: skip


def answered(
    images: ImageSet,
    indices: Indices,
    target: Indices,
    predicted: Indices,
    confidence: npt.NDArray[Any] | None,
    columns: int,
    *,
    chosen: int | None = None,
) -> Drawing:
    """N pictures of a set, below each its actual class, what was predicted and how surely.

    Args:
        images: the set.
        indices: (N,) of the pictures, N at least 1.
        target: (N,) number of the actual class.
        predicted: (N,) number of the predicted one.
        confidence: (N,) in [0, 1]; None: nobody said.
        columns: pictures in a row.
        chosen: the picture that is marked, where others can be clicked.
    """
    pairs = [(images.classes[true], images.classes[other]) for true, other in zip(target, predicted, strict=True)]
    shares = [()] * len(pairs) if confidence is None else [(f"{share:.0%}",) for share in confidence.tolist()]
    told = ", ".join(f"{true} as {other}" for true, other in pairs)
    return contact(
        images.images[torch.from_numpy(indices)],
        f"{counted(len(pairs), 'picture')} with the actual and the predicted class of each: {told}",
        columns=columns,
        captions=[(*pair, *share) for pair, share in zip(pairs, shares, strict=True)],
        titles=("actual", "predicted"),
        frames=[SAME if true == other else OTHER for true, other in pairs],
        tips=[
            f"{images.names[index]}: actual {true}, predicted {other}"
            for index, (true, other) in zip(indices, pairs, strict=True)
        ],
        chosen=chosen,
        clickable=chosen is not None,
    )


def one(predictions: LabelledPredictions, row: int, images: ImageSet) -> Drawing:
    """One picture by itself."""
    index = int(predictions.indices[row])
    target, said = (images.classes[int(of[row])] for of in (predictions.target, predictions.predicted))
    return contact(
        images.images[index : index + 1], f"{images.names[index]}: actual {target}, predicted {said}", columns=1
    )
