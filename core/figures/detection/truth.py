"""Picture and table of *Your boxes*: what became of each box, by the kinds of errors of TIDE."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pandas as pd

from core.detection.scoring.drawn import MOST, Drawn
from core.detection.scoring.matching import MOST_OF_A_CLASS, Outcome
from core.detection.scoring.tide import DetectionError, ErrorKind, Judged
from core.figures.box_editor import BoxEditor, Look
from core.figures.boxes import DrawnBox, ink_on
from core.figures.detection.matches import COLOURS as OUTCOMES
from core.figures.detection.matches import MISSED, title
from core.figures.words import counted
from core.names import safe_cell

FOUND = OUTCOMES[Outcome.RIGHT.value]
NOT_FOUND = OUTCOMES[MISSED]
KINDS = {
    ErrorKind.CLS: "#0072B2",
    ErrorKind.LOC: "#E69F00",
    ErrorKind.BOTH: "#D55E00",
    ErrorKind.DUPE: "#CC79A7",
    ErrorKind.BKG: "#56B4E9",
    ErrorKind.MISS: NOT_FOUND,
}
"""Colour of each kind; where a kind is an outcome of the metrics page, that one's."""
MEANINGS = {
    ErrorKind.CLS: "well placed, wrong class",
    ErrorKind.LOC: "right class, badly placed",
    ErrorKind.BOTH: "wrong class and badly placed",
    ErrorKind.DUPE: "an object that is found already",
    ErrorKind.BKG: "nothing is there",
    ErrorKind.MISS: "a box that nothing finds",
}
TAGS_AT_MOST = 12


def editor(
    uri: str, scene: str, size: tuple[int, int], drawn: Drawn, judged: Judged, known: Sequence[str]
) -> BoxEditor:
    """The visitor's boxes, each in the colour of what became of it, over the detections.

    Args:
        uri: the picture, a data URI.
        scene: what tells it from others.
        size: (width, height) of it, image pixels.
        drawn: the boxes that were judged, and their past.
        judged: the one picture.
        known: classes to choose from.
    """
    matches = judged.matches[0]
    looks = tuple(_look(judged, index) for index in range(len(drawn.boxes)))
    order = matches.order.tolist()
    beneath = [_detection(judged, index, tag=rank < TAGS_AT_MOST) for rank, index in enumerate(order)]
    hits, target = matches.count(Outcome.RIGHT), len(drawn.boxes)
    alt = (
        f"The picture with {counted(target, 'box', 'boxes')} of ground truth, {hits} found, over "
        f"{counted(len(order), 'detection')}"
    )
    names = tuple(dict.fromkeys((*(label for label, _ in drawn.boxes), *known)))
    return BoxEditor(scene, uri, *size, drawn.boxes, looks, tuple(reversed(beneath)), names, MOST, len(drawn.past), alt)


def _look(judged: Judged, index: int) -> Look:
    matches = judged.matches[0]
    finder = int(matches.finders[index])
    if finder >= 0:
        return Look(FOUND, f"found by {title(matches, finder)}, IoU {matches.ious[finder]:.3f}")
    near = [e for e in judged.errors if e.target == index and e.detection is not None]
    if not near or near[0].detection is None:
        return Look(NOT_FOUND, "missed, and no detection comes near")
    return Look(NOT_FOUND, f"missed; {near[0].kind} error of {title(matches, near[0].detection)}")


def _error_of(judged: Judged, index: int) -> DetectionError | None:
    return next((error for error in judged.errors if error.detection == index), None)


def _verdict(judged: Judged, index: int) -> tuple[str, str]:
    """The kind of a detection, and what it is in words."""
    error = _error_of(judged, index)
    if error is not None:
        return error.kind.value, MEANINGS[error.kind]
    if judged.matches[0].outcomes[index] is Outcome.IGNORED:
        return "ignored", f"not among the {MOST_OF_A_CLASS} highest-scoring of its class"
    return "TP", "right"


def _detection(judged: Judged, index: int, *, tag: bool) -> DrawnBox:
    matches = judged.matches[0]
    error = _error_of(judged, index)
    colour = KINDS[error.kind] if error is not None else FOUND
    x1, y1, x2, y2 = (round(float(value), 1) for value in matches.image.found.boxes[index])
    kind, words = _verdict(judged, index)
    text = f"{title(matches, index)}\n{kind}: {words}"
    found = matches.image.found
    label = f"{found.labels[index]} {found.scores[index]:.2f} {kind}" if tag else ""
    return DrawnBox((x1, y1, x2, y2), colour, 1.6, dashed=True, group=index, text=text, tag=label, ink=ink_on(colour))


def table(judged: Judged) -> pd.DataFrame:
    """One row a detection, the best score first, then one a box that nothing found; corners in image pixels."""
    (matches,) = judged.matches
    target, found = matches.image.target, matches.image.found
    ious = matches.ious.tolist()
    rows: list[tuple[object, ...]] = []
    for index in matches.order.tolist():
        error = _error_of(judged, index)
        near = int(matches.partners[index]) if error is None else (-1 if error.target is None else error.target)
        iou = ious[index] if error is None else error.iou
        label = target.labels[near] if near >= 0 else None
        kind, words = _verdict(judged, index)
        corners = found.boxes[index].round(1).tolist()
        rows.append((found.labels[index], float(found.scores[index]), kind, words, label, iou, *corners))
    for index in matches.missed:
        corners = target.boxes[index].round(1).tolist()
        rows.append((None, None, "FN", _look(judged, index).text, target.labels[index], None, *corners))
    columns = ["class", "score", "kind", "why", "ground truth", "IoU", "x1", "y1", "x2", "y2"]
    return pd.DataFrame(rows, columns=columns)


def table_csv(judged: Judged) -> str:
    """The same as CSV, which a spreadsheet may open without running what stands in it."""
    frame, out = table(judged), io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(frame.columns)
    for row in frame.itertuples(index=False):
        writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, str):
        return safe_cell(value)
    return "" if value is None or value != value else f"{value:.5g}"
