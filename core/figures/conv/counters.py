"""Tables of what the tools count."""

from __future__ import annotations

import pandas as pd

from core.conv.counters import LAYERS, TOOLS, Count, of_layer

SHORT = {"multiply-adds": "this app", "ptflops pytorch": "ptflops", "ptflops aten": "ptflops (aten)"}
"""How tools are called where space is short."""


def rules() -> str:
    """What each tool counts, one line each, in Markdown."""
    return "\n".join(f"- **{SHORT.get(tool.name, tool.name)}**: {tool.counts}" for tool in TOOLS)


def reasons() -> str:
    """Why they differ on single layers, one line each, in Markdown."""
    return "\n".join(f"- **{layer.name}**: {layer.why}" for layer in LAYERS)


def by_tool(counts: tuple[Count, ...]) -> pd.DataFrame:
    """One row a tool: its version, operations of a network, how many more than the multiply-adds."""
    return pd.DataFrame(
        {
            "tool": [SHORT.get(count.tool.name, count.tool.name) for count in counts],
            "version": [count.version or "–" for count in counts],
            "operations": [count.operations for count in counts],
            "more than here": [count.more for count in counts],
            "in per cent": [100 * count.more / (count.operations - count.more) for count in counts],
        }
    )


def by_layer() -> pd.DataFrame:
    """One row a layer: operations by tool."""
    rows = []
    for layer in LAYERS:
        counts = {count.tool.name: count.operations for count in of_layer(layer)}
        named = {SHORT.get(tool.name, tool.name): counts[tool.name] for tool in TOOLS}
        rows.append({"layer": layer.name, **named})
    return pd.DataFrame(rows)
