"""Published networks in tables and words."""

from __future__ import annotations

import pandas as pd

from core.conv.layers import words
from core.conv.published import Published
from core.models.architecture import Architecture
from core.models.cost import Convention, Cost
from core.models.fields.trace import NetworkField


def amount(cost: Cost, convention: Convention | None) -> float:
    """What a convention counts; None: the parameters."""
    return cost.params if convention is None else cost.operations(convention)


def field_text(field: NetworkField) -> str:
    """A receptive field in pixels, both sides where they differ."""
    if field.is_global:
        return "the whole picture"
    high, wide = field.size
    return f"{high:g} px" if high == wide else f"{high:g} × {wide:g} px"


def origin(spec: Architecture) -> list[str]:
    """Where a network is from, and how it was counted, a sentence or two each, in Markdown."""
    paper = spec.paper
    trimmed = ", without the auxiliary classifiers of its training" if spec.has_aux else ""
    stages = ", ".join(stage.name for stage in spec.stages)
    said = [
        f"**{spec.family}**. {paper.authors}: [{paper.title}]({paper.url}), {paper.year}.",
        f"As {spec.library} builds it{trimmed}, for pictures of {spec.input_size} × {spec.input_size}. "
        f"Stages: {stages}.",
    ]
    return [*said, f"Not as in the paper: {spec.differs}"] if spec.differs else said


def layers_table(counted: Published) -> pd.DataFrame:
    """One row a layer, in the order they run."""
    return pd.DataFrame(
        [
            {
                "layer": layer.name,
                "kind": layer.kind,
                "output": words(layer.output),
                "parameters": layer.params,
                "multiply-adds": layer.macs,
                "receptive field": field_text(seen.field).removesuffix(" px"),
                "jump": "" if seen.field.is_global else f"{seen.field.jump[0]:g}",
            }
            for layer, seen in zip(counted.cost.layers, counted.fields, strict=True)
        ]
    )
