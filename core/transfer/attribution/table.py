"""A heat map as a file."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.transfer.attribution.heat import Covered, Heat


def to_csv(heat: Heat) -> bytes:
    """A row for each cell of Grad-CAM, or for each window of occlusion with its pixels."""
    if isinstance(heat, Covered):
        places = list(np.ndindex(*heat.changes.shape))
        table = pd.DataFrame([heat.box(*place) for place in places], columns=["top", "left", "bottom", "right"])
        changes = np.array([heat.changes[place] for place in places], dtype=float)
        table["probability_covered"] = heat.probability - changes
        table["probability_lost"] = changes
    else:
        rows, columns = np.indices(heat.values.shape)
        table = pd.DataFrame({"row": rows.ravel(), "column": columns.ravel(), "value": heat.values.ravel()})
    return table.to_csv(index=False, float_format="%.6g").encode()
