"""The report with its figures, tables and script as one zip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from time import monotonic

from core.figures.transfer.takeaway import figures_of
from core.figures.transfer.takeaway_files import draw
from core.jobs import Report, silent
from core.transfer.takeaway.pace import Pace
from core.transfer.takeaway.report import report
from core.transfer.takeaway.result import Interval, Result
from core.transfer.takeaway.script import experiment_script
from core.transfer.takeaway.table import points_table, predictions_table, summary_table, to_csv, weight_change_table

_PACE = Pace(6.0)


def report_text(result: Result, compared: Mapping[str, Interval]) -> str:
    """The report alone."""
    figures = figures_of(result, compared)
    return report(result, compared, {name: figure.words for name, figure in figures.items()})


def expected() -> float:
    """Seconds that `report_zip` should take; most of them a process needs to start that draws the figures."""
    return _PACE.seconds()


def report_zip(result: Result, compared: Mapping[str, Interval], progress: Report = silent) -> bytes:
    """report.md, its figures as PNG and SVG, the script, the tables; takes some seconds.

    Args:
        result: the experiment.
        compared: title -> accuracy on the same test pictures, this experiment's own among them.
        progress: told how far it is.
    """
    with _PACE.measuring():
        return _zipped(result, compared, progress, expected())


def _zipped(result: Result, compared: Mapping[str, Interval], progress: Report, seconds: float) -> bytes:
    progress(0.0, "writing")
    figures = figures_of(result, compared)
    begin, label = monotonic(), f"drawing {len(figures)} figures"

    def alive() -> None:
        progress(0.1 + 0.85 * min((monotonic() - begin) / seconds, 1.0), label)

    alive()
    drawings = draw(figures, alive)
    progress(0.95, "writing")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("report.md", report(result, compared, {name: figure.words for name, figure in figures.items()}))
        file.writestr("experiment.py", experiment_script(result))
        file.writestr("predictions.csv", to_csv(predictions_table(result)))
        if result.run is not None:
            file.writestr("points.csv", to_csv(points_table([result.run])))
            file.writestr("summary.csv", to_csv(summary_table([result.run])))
            file.writestr("layers.csv", to_csv(weight_change_table(result.run)))
        for name, drawn in drawings.items():
            file.writestr(f"figures/{name}.png", drawn.png)
            file.writestr(f"figures/{name}.svg", drawn.svg)
    return out.getvalue()
