"""Real predictions to start with, made by scikit-learn from data that it ships: no download.

Every sample is predicted by a model that was not fitted on it: 5-fold cross-validation, shuffled with a fixed seed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from core.metrics.predictions.checks import Indices
from core.metrics.predictions.predictions import Predictions, from_arrays

FOLDS, SEED = 5, 0


@dataclass(frozen=True)
class Sample:
    """Predictions of two models for the same samples; N samples. Shared, only to be read.

    Attributes:
        predictions: of the first model.
        second: (N,) predicted classes of the second model.
        names: of the two models.
        rows: N rows that describe the samples.
        story: one sentence about where they come from.
    """

    predictions: Predictions
    second: Indices
    names: tuple[str, str]
    rows: pd.DataFrame
    story: str


def tumours() -> Sample:
    """569 breast tumours, malignant or benign, by 30 measurements of their cell nuclei (Street et al. 1993)."""
    data = load_breast_cancer(as_frame=True)
    features, target = data.data.to_numpy(), data.target.to_numpy()
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    chances, others = (
        cross_val_predict(make_pipeline(StandardScaler(), model), features, target, cv=folds, method="predict_proba")
        for model in (LogisticRegression(), KNeighborsClassifier())
    )
    labels = [str(name) for name in data.target_names]
    names = np.array([f"tumour {number}" for number in range(1, len(target) + 1)])
    predictions = from_arrays(target, None, labels=labels, scores=chances, positive="malignant", ids=names)
    rows = data.data[["mean radius", "mean texture", "mean area", "mean concavity"]]
    return Sample(
        predictions,
        np.argmax(others, axis=1),
        ("Logistic regression", "5 nearest neighbours"),
        rows,
        "569 tumours of the breast, measured under the microscope; each is predicted by a logistic regression that was "
        "fitted on others (5-fold cross-validation).",
    )


def digits() -> Sample:
    """1,797 handwritten digits of 8 x 8 pixels (Kaynak 1995)."""
    data = load_digits()
    features, target = data.data / 16, data.target
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    chances, others = (
        cross_val_predict(model, features, target, cv=folds, method="predict_proba")
        for model in (LogisticRegression(tol=1e-3), KNeighborsClassifier())
    )
    names = np.array([f"digit {number}" for number in range(1, len(target) + 1)])
    pictures = np.rint(data.images * (255 / 16)).astype(np.uint8)  # (N, 8, 8)
    labels = [str(digit) for digit in range(10)]
    predictions = from_arrays(
        target, np.argmax(chances, axis=1), labels=labels, scores=chances, thumbnails=255 - pictures, ids=names
    )
    rows = pd.DataFrame({"ink": data.data.mean(axis=1) / 16})
    return Sample(
        predictions,
        np.argmax(others, axis=1),
        ("Logistic regression", "5 nearest neighbours"),
        rows,
        "1,797 handwritten digits of 8 × 8 pixels; each is predicted by models that were fitted on others (5-fold "
        "cross-validation).",
    )


SAMPLES: dict[str, Callable[[], Sample]] = {"Breast tumours": tumours, "Handwritten digits": digits}
"""Name -> what makes it: takes up to a few seconds, so keep the result."""
