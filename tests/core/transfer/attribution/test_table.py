"""A map as a file."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd

from core.transfer.attribution.gradcam import grad_cam
from core.transfer.attribution.occlusion import occlusion
from core.transfer.attribution.table import to_csv
from tests.core.transfer.attribution.networks import frozen, picture


def test_files_hold_the_numbers() -> None:
    model, pixels = frozen(size=64), picture(64)
    cam, covered = grad_cam(model, pixels, 1), occlusion(model, pixels, 1, 32, 16)
    table = pd.read_csv(io.BytesIO(to_csv(cam)))
    assert list(table.columns) == ["row", "column", "value"]
    np.testing.assert_allclose(table["value"].to_numpy().reshape(cam.values.shape), cam.values, rtol=1e-4)
    table = pd.read_csv(io.BytesIO(to_csv(covered)))
    assert len(table) == covered.changes.size
    last = table.iloc[-1]
    assert last[["top", "left", "bottom", "right"]].tolist() == [32, 32, 64, 64]
    np.testing.assert_allclose(table["probability_lost"] + table["probability_covered"], covered.probability, atol=1e-5)
