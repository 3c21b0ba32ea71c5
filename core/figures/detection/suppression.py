"""Charts and tables of the Faster R-CNN page."""

from __future__ import annotations

from collections.abc import Collection
from itertools import cycle

import pandas as pd

from core.detection.results import Candidates, Detections, NmsStatus, StagedCandidates
from core.detection.rounds import Round
from core.detection.sweep import Sweep
from core.figures.boxes import BoxPicture, Corners, DrawnBox, Panel, ink_on
from core.figures.figure import ACCENT, BY_ORDER, MUTED, OKABE_ITO, Figure
from core.figures.vega import number, where
from core.figures.words import counted

TAGS_AT_MOST = 15
"""Labels on one picture; with more they hide it, and the rest is told by hovering."""

WAITING = "#D7DBE0"
"""The colour of boxes that no round of NMS has come to."""

WINNERS = (NmsStatus.KEPT, NmsStatus.OTHER_CLASS, NmsStatus.OVER_LIMIT)
"""Status of boxes that NMS itself kept: they suppress others, shown or not."""


def class_colours(candidates: Candidates) -> dict[str, str]:
    """Class name -> hex colour, best-scoring class first, so that no slider changes a class's colour."""
    names = candidates.names
    order = candidates.scores.argsort(descending=True, stable=True).tolist()
    seen = dict.fromkeys(names[index] for index in order)
    return dict(zip(seen, cycle(OKABE_ITO), strict=False))  # more classes than colours: they go round


def table(candidates: Candidates, detections: Detections) -> pd.DataFrame:
    """One row a candidate, best score first.

    Columns: class, score, status, suppressed by (class and score of the suppressor), IoU with it, x1, y1, x2, y2
    (image pixels), and of a Faster R-CNN the objectness of the proposal it came from. The index is the candidate's
    number.
    """
    names = candidates.names
    scores = candidates.scores.tolist()
    suppressed_by = detections.suppressed_by.tolist()
    x1, y1, x2, y2 = candidates.boxes.T.tolist() if len(candidates) else ([], [], [], [])
    frame = pd.DataFrame(
        {
            "class": names,
            "score": scores,
            "status": [str(status) for status in detections.statuses],
            "suppressed by": [f"{names[k]} {scores[k]:.3f}" if k >= 0 else None for k in suppressed_by],
            "IoU": detections.suppressed_iou.tolist(),
            "x1": x1,
            "y1": y1,
            "x2": x2,
            "y2": y2,
        }
    )
    if isinstance(candidates, StagedCandidates):
        frame["objectness"] = candidates.objectness[candidates.sources].tolist()
    return frame.sort_values("score", ascending=False, kind="stable")


def _describe(name: str, score: float, status: NmsStatus, suppressor: str, iou: float) -> str:
    """What hovering over a box says."""
    first = f"{name} {score:.3f}"
    if status is NmsStatus.SUPPRESSED:
        return f"{first}\nsuppressed by {suppressor}\nIoU with it {iou:.3f}"
    return f"{first}\n{status}"


def _corners(candidates: Candidates) -> list[Corners]:
    """(x1, y1, x2, y2) of each candidate, to a tenth of a pixel: more would only make the page larger."""
    return [(x1, y1, x2, y2) for x1, y1, x2, y2 in candidates.boxes.round(decimals=1).tolist()]


def drawn_boxes(
    candidates: Candidates, detections: Detections, statuses: Collection[NmsStatus], *, tags: bool
) -> list[DrawnBox]:
    """The boxes with one of these statuses in their class's colour, the highest-scoring last and so on top.

    A group is a box that NMS kept and everything it suppressed.
    """
    colours, names = class_colours(candidates), candidates.names
    scores, corners = candidates.scores.tolist(), _corners(candidates)
    suppressed_by, ious = detections.suppressed_by.tolist(), detections.suppressed_iou.tolist()
    tagged = set(detections.indices.tolist()[:TAGS_AT_MOST]) if tags else set()
    drawn = []
    for index in candidates.scores.argsort(stable=True).tolist():
        status, suppressor = detections.statuses[index], suppressed_by[index]
        if status not in statuses:
            continue
        colour = colours[names[index]]
        by = f"{names[suppressor]} {scores[suppressor]:.3f}" if suppressor >= 0 else ""
        drawn.append(
            DrawnBox(
                corners[index],
                colour=colour,
                ink=ink_on(colour),
                line=1.4 if status is NmsStatus.SUPPRESSED else 3.0,
                dashed=status is NmsStatus.SUPPRESSED,
                group=suppressor if suppressor >= 0 else index,
                text=_describe(names[index], scores[index], status, by, ious[index]),
                tag=f"{names[index]} {scores[index]:.3f}" if index in tagged else "",
            )
        )
    return drawn


def before(uri: str, size: tuple[int, int], candidates: Candidates, detections: Detections) -> BoxPicture:
    """Every box above the score threshold, and nothing of what NMS does with them; arguments as `before_and_after`."""
    scores, colours = candidates.scores.tolist(), class_colours(candidates)
    boxes = list(zip(candidates.names, scores, _corners(candidates), detections.statuses, strict=True))
    drawn = [
        DrawnBox(corners, colours[name], 2.0, dashed=False, group=index, text=f"{name} {score:.3f}", tag="")
        for index, (name, score, corners, status) in enumerate(boxes)
        if status in (*WINNERS, NmsStatus.SUPPRESSED)
    ]
    alt = f"The picture with {len(drawn)} boxes before NMS"
    return BoxPicture(uri, *size, (Panel(f"{len(drawn):,}", "before NMS", alt, tuple(drawn)),))


def before_and_after(uri: str, size: tuple[int, int], candidates: Candidates, detections: Detections) -> BoxPicture:
    """Every box above the score threshold beside what NMS left of them.

    Args:
        uri: the picture, a data URI.
        size: (width, height) of the frame the boxes are in, image pixels.
        candidates: one picture's.
        detections: their suppression.
    """
    before = drawn_boxes(candidates, detections, (*WINNERS, NmsStatus.SUPPRESSED), tags=False)
    after = drawn_boxes(candidates, detections, (NmsStatus.KEPT,), tags=True)
    seen = ", ".join(box.tag for box in after[::-1][:8]) or "nothing"
    title = "after NMS" if detections.n_after_nms == len(after) else f"shown of {detections.n_after_nms:,} after NMS"
    panels = (
        Panel(f"{len(before):,}", "before NMS", f"The picture with {len(before)} boxes before NMS", tuple(before)),
        Panel(f"{len(after):,}", title, f"The picture with the boxes NMS left: {seen}", tuple(after)),
    )
    return BoxPicture(uri, *size, panels)


def kept_alone(
    uri: str, size: tuple[int, int], candidates: Candidates, detections: Detections, says: str
) -> BoxPicture:
    """What NMS left, beside nothing else.

    Args:
        uri: the picture, a data URI.
        size: (width, height) of the frame the boxes are in, image pixels.
        candidates: one picture's.
        detections: their suppression.
        says: after the number of boxes.
    """
    boxes = drawn_boxes(candidates, detections, (NmsStatus.KEPT,), tags=True)
    seen = ", ".join(box.tag for box in boxes[::-1][:8]) or "nothing"
    return BoxPicture(uri, *size, (Panel(f"{len(boxes):,}", says, f"The picture, {says}: {seen}", tuple(boxes)),))


def nms_round(
    uri: str, size: tuple[int, int], candidates: Candidates, detections: Detections, turn: Round
) -> BoxPicture:
    """One round of NMS: its winner and victims in the accent, boxes kept before in their colours, those waiting grey.

    Args:
        uri: the picture, a data URI.
        size: (width, height) of the frame the boxes are in, image pixels.
        candidates: one picture's.
        detections: their suppression.
        turn: one of `core.detection.rounds.rounds`.
    """
    names, scores, corners = candidates.names, candidates.scores.tolist(), _corners(candidates)
    colours, ious = class_colours(candidates), detections.suppressed_iou.tolist()

    def box(index: int, colour: str, line: float, what: str, *, dashed: bool = False, tag: bool = False) -> DrawnBox:
        text = f"{names[index]} {scores[index]:.3f}\n{what}"
        label = f"{names[index]} {scores[index]:.3f}" if tag else ""
        return DrawnBox(corners[index], colour, line, dashed, index, text, label, ink_on(colour))

    boxes = [box(index, WAITING, 1.4, "waits for its round") for index in reversed(turn.waiting)]
    boxes += [box(index, colours[names[index]], 2.4, "kept in an earlier round") for index in reversed(turn.kept)]
    boxes += [box(i, ACCENT, 1.4, f"dropped now, IoU {ious[i]:.3f}", dashed=True) for i in reversed(turn.victims)]
    if turn.winner is not None:
        boxes.append(box(turn.winner, ACCENT, 4.0, "kept in this round", tag=True))
    alt = f"The picture with {len(turn.kept)} boxes kept before, this round's winner, and {len(turn.victims)} it drops"
    title = "thick: kept in this round; dashed: dropped by it; grey: waiting; other colours: kept before"
    return BoxPicture(uri, *size, (Panel("", title, alt, tuple(boxes)),))


def funnel(candidates: Candidates, detections: Detections, score: float) -> Figure:
    """How many boxes are left after each step, from what the network scores to detections, on a logarithmic axis."""
    steps = (
        *candidates.steps,
        (f"class boxes over {candidates.floor:g}", len(candidates)),
        (f"score over {score:.2f}", detections.n_above_score),
        *([("left by NMS", detections.n_after_nms)] if detections.n_after_nms != len(detections) else []),
        ("kept", len(detections)),
    )
    data = pd.DataFrame(steps, columns=["step", "boxes"])
    data["label"] = [f"{count:,} {step}" for step, count in steps]
    data["order"] = range(len(data))
    spec = {
        "title": "Boxes after each step (log scale)",
        "height": 230,
        "mark": {"type": "bar", "cornerRadiusEnd": 3, "height": {"band": 0.7}},
        "encoding": {
            "y": {
                "field": "label",
                "type": "nominal",
                "sort": dict(BY_ORDER),
                "axis": {"title": None, "labelLimit": 240, "ticks": False, "domain": False},
            },
            # symlog has a place for zero, which a plain logarithm has not
            "x": number("boxes", scale={"type": "symlog"}, axis=False),
            "color": {"condition": {"test": "datum.step === 'kept'", "value": ACCENT}, "value": MUTED},
            "tooltip": [{"field": "step"}, {"field": "boxes", "format": ","}],
        },
    }
    alt = f"Bars: how many boxes are left after each step, from the {steps[0][0]} to those that are kept"
    return Figure(spec, data, alt)


def threshold_curve(curve: Sweep, iou: float, kept: int) -> Figure:
    """Boxes kept against the NMS threshold, with the threshold of the slider marked.

    Args:
        curve: the count at every threshold.
        iou: the slider's.
        kept: the count there.
    """
    rows = [("curve", threshold, count) for threshold, count in zip(curve.thresholds, curve.kept, strict=True)]
    data = pd.DataFrame([*rows, ("now", iou, kept)], columns=["part", "iou", "boxes"])
    x = number("iou", "NMS threshold (IoU)", domain=[0, 1])
    y = number("boxes", "boxes kept", scale={"zero": True})
    tooltip = [{"field": "iou", "title": "threshold", "format": ".3f"}, {"field": "boxes"}]
    only_now = where("part", "now")
    layers = [
        {
            "transform": where("part", "curve"),
            "mark": {"type": "line", "interpolate": "step-before", "color": MUTED, "strokeWidth": 2.5},
            "encoding": {"x": x, "y": y},
        },
        {
            "transform": only_now,
            "mark": {"type": "rule", "color": ACCENT, "strokeWidth": 2},
            "encoding": {"x": x},
        },
        {
            "transform": only_now,
            "mark": {"type": "point", "filled": True, "size": 90, "color": ACCENT, "opacity": 1},
            "encoding": {"x": x, "y": y, "tooltip": tooltip},
        },
    ]
    spec = {"title": "Boxes kept at every threshold", "height": 220, "layer": layers}
    reading = (
        f"{counted(kept, 'box', 'boxes')} at {iou:.2f}; from {curve.kept[0]:,} at a threshold of 0 "
        f"to {curve.kept[-1]:,} at 1."
    )
    alt = "Boxes kept against the NMS threshold, from 0 to 1, with the threshold of the slider marked"
    return Figure(spec, data, alt, reading)


def duration(milliseconds: float) -> str:
    """Three digits in ms, or in s from a second on."""
    return f"{milliseconds:.3g} ms" if milliseconds < 999.5 else f"{milliseconds / 1000:.3g} s"


def stage_table(candidates: Candidates) -> pd.DataFrame:
    """Stage and milliseconds of the forward pass, in order, with the sum as last row."""
    rows = [(time.stage, time.milliseconds) for time in candidates.times]
    return pd.DataFrame([*rows, ("all", candidates.milliseconds)], columns=["stage", "ms"])
