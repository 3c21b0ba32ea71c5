"""Tables and sentences of the section "Detection": classes, COCO's twelve figures, what counts nowhere, files."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pandas as pd

from core.detection.scoring.average_precision import Ranking
from core.detection.scoring.counts import ClassCounts, DetectionCounts, without_target
from core.detection.scoring.evaluated_images import EvaluatedImage
from core.detection.scoring.library import Summary
from core.detection.scoring.matching import MOST_OF_A_CLASS, Matches
from core.figures.detection.evaluation_charts import score_text
from core.figures.detection.matches import match_table
from core.figures.words import counted
from core.names import safe_cell

COCO_AP = "AP .50:.95"
"""Column of the library's average precision."""
_COCO = (
    ("AP", "IoU .50:.05:.95", "map"),
    ("AP", "IoU .50", "map_50"),
    ("AP", "IoU .75", "map_75"),
    ("AP", "small: area under 32²", "map_small"),
    ("AP", "medium: 32² to 96²", "map_medium"),
    ("AP", "large: over 96²", "map_large"),
    ("AR", "at most 1 detection a picture", "mar_1"),
    ("AR", "at most 10", "mar_10"),
    ("AR", "at most 100", "mar_100"),
    ("AR", "small", "mar_small"),
    ("AR", "medium", "mar_medium"),
    ("AR", "large", "mar_large"),
)


def class_table(classes: Sequence[ClassCounts], library: Summary, at: str) -> pd.DataFrame:
    """One row a class.

    Args:
        classes: counted at one IoU threshold.
        library: AP over ten thresholds.
        at: name of the column of AP at the one.
    """
    rows = [(*vars(row).values(), library.by_class.get(row.label, float("nan"))) for row in classes]
    return pd.DataFrame(rows, columns=["class", "ground truth", "detections", "TP", "FP", "FN", at, COCO_AP])


def coco_figures(library: Summary) -> pd.DataFrame:
    """COCO's twelve figures, with a word where there are no such boxes."""
    values = [getattr(library, name) for *_, name in _COCO]
    texts = [score_text(value) if value == value else "undefined: no such boxes" for value in values]
    rows = [(what, of, text) for (what, of, _), text in zip(_COCO, texts, strict=True)]
    return pd.DataFrame(rows, columns=["figure", "of", "value"])


def left_out(found: DetectionCounts) -> tuple[str, ...]:
    """Sentences about detections that count nowhere."""
    told = []
    if found.too_low:
        what = counted(found.too_low, "detection is", "detections are")
        told.append(f"{what} left out, also of AP: at or below the score threshold.")
    if found.crowded_out:
        what = counted(found.crowded_out, "detection is", "detections are")
        told.append(
            f"{what} left out of all counts and of AP: only the {MOST_OF_A_CLASS} highest-scoring detections of a "
            "class count in a picture, as in COCO."
        )
    return tuple(told)


def only_detected(images: Sequence[EvaluatedImage]) -> str:
    """A sentence about classes that are detected but have no target box; "" where there are none."""
    extra = without_target(images)
    if not extra:
        return ""
    names = ", ".join(extra[:6]) + (" and others" if len(extra) > 6 else "")
    return f"Detected, but without a ground-truth box: {names}. Such classes have no AP and lower no mean."


def rank_formulas(ranked: Ranking, rank: int) -> tuple[str, ...]:
    """Precision and, where there are target boxes, recall of the first so many detections, in LaTeX."""
    hits = int(ranked.found[rank - 1])
    precision = rf"p_{{{rank}}} = \frac{{\mathrm{{TP}}}}{{k}} = \frac{{{hits}}}{{{rank}}} = {hits / rank:.3f}\;"
    if not ranked.target:
        return (precision,)
    recall = rf"\frac{{\mathrm{{TP}}}}{{\mathrm{{TP}} + \mathrm{{FN}}}} = \frac{{{hits}}}{{{ranked.target}}}"
    return precision, rf"r_{{{rank}}} = {recall} = {hits / ranked.target:.3f}\;"


def matches_csv(matches: Sequence[Matches]) -> str:
    """Every detection and every missed box as CSV, which a spreadsheet may open without running what stands in it."""
    frame = match_table(matches)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(frame.columns)
    for row in frame.itertuples(index=False):
        writer.writerow([_field(value) for value in row])
    return out.getvalue()


def _field(value: object) -> str:
    if isinstance(value, str):
        return safe_cell(value)
    return "" if value is None or value != value else f"{value:.5g}"
