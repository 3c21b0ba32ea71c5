"""Figures as files, drawn without a browser and without a network (https://github.com/vega/vl-convert)."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from core.figures.figure import Figure

WIDTH = 560
"""Of a figure that has no width of its own, pixels."""
PATIENCE_S, _LOOK_S = 120, 0.25
_RENDER = Path(__file__).with_name("takeaway_render.py")


@dataclass(frozen=True)
class Drawn:
    """A figure on white in two formats.

    Attributes:
        png: letters that no font of this machine has come out as boxes.
        svg: text stays text.
    """

    png: bytes
    svg: str


def draw(figures: Mapping[str, Figure], alive: Callable[[], object] = lambda: None) -> dict[str, Drawn]:
    """Draw figures, all in one process of its own, which ends then.

    What draws them keeps some 100 MB and holds Python's lock meanwhile: in the server itself every visitor would wait.

    Args:
        figures: by name.
        alive: called now and then meanwhile; what it raises ends the process and comes out.

    Raises:
        RuntimeError: one of them cannot be drawn, or it takes too long.
    """
    if not figures:
        return {}
    given: str | None = json.dumps({name: _whole(figure) for name, figure in figures.items()})
    command = [sys.executable, "-P", str(_RENDER)]  # -P: the modules beside it are none of its business
    pipe, until = subprocess.PIPE, monotonic() + PATIENCE_S
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, encoding="utf-8") as process:
        try:
            while True:
                try:
                    out, errors = process.communicate(given, timeout=_LOOK_S)
                    break
                except subprocess.TimeoutExpired:
                    given = None  # it has that by now
                    if monotonic() > until:
                        raise RuntimeError(f"Figures were not drawn within {PATIENCE_S} s.") from None
                    alive()
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise RuntimeError(errors)
    return {name: Drawn(base64.b64decode(png), svg) for name, (png, svg) in json.loads(out).items()}


def _whole(figure: Figure) -> dict[str, Any]:
    """The specification with its data and a width."""
    # NaN and infinite numbers become null, which Vega leaves out
    rows = json.loads(figure.data.to_json(orient="records"))
    return {"width": WIDTH, **figure.spec, "data": {"values": rows}, "description": figure.words}
