"""Pictures and tables of the section "Detection": target boxes, detections, and what became of them."""

from __future__ import annotations

import base64
from collections.abc import Collection, Sequence
from html import escape

import pandas as pd

from core.detection.scoring.average_precision import Pair, Ranking
from core.detection.scoring.evaluated_images import EvaluatedImage
from core.detection.scoring.matching import MOST_OF_A_CLASS, Matches, Outcome
from core.figures.boxes import BoxPicture, Corners, DrawnBox, Panel, ink_on
from core.figures.detection.suppression import TAGS_AT_MOST, WAITING
from core.figures.figure import ACCENT
from core.figures.words import counted

MISSED = "missed ground-truth box"
_MISSED_IN_FILES = "missed gold box"  # as scripts that read the CSV know it
COLOURS = {
    Outcome.RIGHT.value: "#009E73",
    Outcome.BADLY_PLACED.value: "#E69F00",
    Outcome.DUPLICATE.value: "#CC79A7",
    Outcome.WRONG_CLASS.value: "#0072B2",
    Outcome.BACKGROUND.value: "#56B4E9",
    MISSED: "#F0E442",
}
"""Colour of each outcome, here and in every chart of the section."""
DRAWN_AT_MOST = 400
"""Boxes of a kind on one picture: more are a carpet, and slow."""


GREY, ON_GREY = "#5C6068", "#FFFFFF"


def blank(size: tuple[int, int] = (16, 16), words: str = "") -> str:
    """An even grey, to be put where no photograph is, as data URI.

    Args:
        size: (width, height) of the frame, so that words are not stretched.
        words: what stands on it.
    """
    width, height = size
    letters = min(width / max(len(words), 1) * 1.2, height / 8)
    text = (
        f'<text x="{width / 2:g}" y="{height / 2:g}" text-anchor="middle" dominant-baseline="middle" '
        f'font-family="sans-serif" font-size="{letters:g}" fill="{ON_GREY}">{escape(words)}</text>'
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'preserveAspectRatio="none"><rect width="100%" height="100%" fill="{GREY}"/>{text if words else ""}</svg>'
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def title(matches: Matches, index: int) -> str:
    """Class and score of a detection."""
    found = matches.image.found
    return f"{found.labels[index]} {found.scores[index]:.3f}"


def reason(matches: Matches, index: int) -> str:
    """Why a detection is what it is, in words."""
    outcome, near = matches.outcomes[index], int(matches.nearest[index])
    if near < 0:
        if outcome is Outcome.IGNORED:
            return f"ignored: not among the {MOST_OF_A_CLASS} highest-scoring of its class"
        return f"{outcome}: overlaps no ground-truth box"
    with_target = f"IoU {matches.ious[index]:.3f} with ground-truth {matches.image.target.labels[near]}"
    if outcome is Outcome.DUPLICATE:
        return f"{outcome}: {with_target}, which {title(matches, int(matches.finders[near]))} has found"
    if outcome is Outcome.BADLY_PLACED:
        return f"{outcome}: {with_target}, {matches.iou:.2f} is needed"
    if outcome is Outcome.IGNORED:
        return f"{outcome}: {with_target}, which need not be found"
    if outcome is Outcome.BACKGROUND:
        return f"{outcome}: only {with_target}"
    return f"{outcome}: {with_target}"


def target_reason(matches: Matches, index: int) -> str:
    """What became of a target box, in words."""
    target, finder = matches.image.target, int(matches.finders[index])
    if target.ignored[index]:
        return f"need not be found: {'a crowd' if target.crowd[index] else 'difficult'}"
    if finder >= 0:
        return f"found by {title(matches, finder)}, IoU {matches.ious[finder]:.3f}"
    taken = [detection for detection, partner in enumerate(matches.partners.tolist()) if partner == index]
    return f"missed: taken for {title(matches, taken[0])}" if taken else f"missed at IoU {matches.iou:.2f}"


def _corners(box: Sequence[float]) -> Corners:
    x1, y1, x2, y2 = (round(float(value), 1) for value in box)
    return x1, y1, x2, y2


def _target_box(matches: Matches, index: int, *, dashed: bool, tag: bool, grey: bool = False) -> DrawnBox:
    target = matches.image.target
    found = matches.finders[index] >= 0
    usual = WAITING if target.ignored[index] else COLOURS[Outcome.RIGHT.value if found else MISSED]
    colour = WAITING if grey else usual
    return DrawnBox(
        _corners(target.boxes[index]),
        colour,
        line=1.8 if dashed else 3.0,
        dashed=dashed,
        group=index,
        text=f"ground truth: {target.labels[index]}\n{target_reason(matches, index)}",
        tag=target.labels[index] if tag else "",
        ink=ink_on(colour),
    )


def _detection(matches: Matches, index: int, *, tag: bool, colour: str | None = None, line: float = 3.0) -> DrawnBox:
    near = int(matches.nearest[index])
    shade = colour or COLOURS.get(matches.outcomes[index].value, WAITING)
    return DrawnBox(
        _corners(matches.image.found.boxes[index]),
        shade,
        line=line,
        dashed=False,
        group=near if near >= 0 else len(matches.image.target) + index,
        text=f"{title(matches, index)}\n{reason(matches, index)}",
        tag=title(matches, index) if tag else "",
        ink=ink_on(shade),
    )


def matched(uri: str, matches: Matches) -> BoxPicture:
    """The target boxes of a picture beside its detections; pointing at a box lights up what it was matched with.

    Args:
        uri: the picture, a data URI.
        matches: its boxes.
    """
    target = matches.image.target
    places = range(min(len(target), DRAWN_AT_MOST))
    left = tuple(_target_box(matches, index, dashed=False, tag=index < TAGS_AT_MOST) for index in places)
    right = [_target_box(matches, index, dashed=True, tag=False) for index in places]
    order = matches.order.tolist()[:DRAWN_AT_MOST]
    ranks = {index: rank for rank, index in enumerate(order)}
    right += [_detection(matches, index, tag=ranks[index] < TAGS_AT_MOST) for index in reversed(order)]
    to_find, count = int((~target.ignored).sum()), len(matches.image.found)
    hits = matches.count(Outcome.RIGHT)
    seen = "; ".join(f"{title(matches, index)} {matches.outcomes[index]}" for index in order[:8]) or "none"
    panels = (
        Panel(
            f"{hits} of {to_find}",
            f"ground-truth {'box' if to_find == 1 else 'boxes'} found",
            f"The picture with {counted(to_find, 'ground-truth box', 'ground-truth boxes')}, {hits} found",
            left,
        ),
        Panel(
            f"{hits} of {count:,}",
            f"{'detection is' if count == 1 else 'detections are'} right; dashed: ground truth",
            f"The picture with {counted(count, 'detection')}: {seen}",
            tuple(right),
        ),
    )
    return BoxPicture(uri, *matches.image.frame, panels, tallest="52vh")


def unjudged(uri: str, image: EvaluatedImage) -> BoxPicture:
    """All boxes of a picture, without what became of them: for those who are to guess."""
    target, found = image.target, image.found
    drawn = [
        DrawnBox(_corners(target.boxes[index]), WAITING, 2.4, dashed=True, group=index, text=words, tag="")
        for index, words in enumerate(f"ground truth: {label}" for label in target.labels[:DRAWN_AT_MOST])
    ]
    order = found.scores.argsort(kind="stable")[::-1].tolist()[:DRAWN_AT_MOST]
    for rank, index in reversed(list(enumerate(order))):
        words, group = f"{found.labels[index]} {found.scores[index]:.3f}", len(target) + index
        tag = words if rank < TAGS_AT_MOST else ""
        drawn.append(
            DrawnBox(_corners(found.boxes[index]), ACCENT, 2.4, dashed=False, group=group, text=words, tag=tag)
        )
    alt = f"The picture with {counted(len(target), 'ground-truth box', 'ground-truth boxes')} and its detections"
    panel = Panel("", "dashed: ground truth; orange: detections", alt, tuple(drawn))
    return BoxPicture(uri, *image.frame, (panel,), tallest="52vh")


def so_far(uri: str, matches: Matches, before: Collection[int], now: int | None) -> BoxPicture:
    """One picture in the walk down the ranking: what counts so far, the detection that comes now, the rest grey.

    Args:
        uri: the picture, a data URI.
        matches: its boxes.
        before: detections that came earlier.
        now: the detection that comes now, in the accent; None: it is in another picture.
    """
    found = {int(matches.partners[index]) for index in (*before, *([] if now is None else [now]))}
    drawn = []
    for index in range(min(len(matches.image.target), DRAWN_AT_MOST)):
        drawn.append(_target_box(matches, index, dashed=True, tag=False, grey=index not in found))
    later = [index for index in matches.order.tolist()[:DRAWN_AT_MOST] if index not in before and index != now]
    drawn += [_detection(matches, index, tag=False, colour=WAITING, line=1.2) for index in reversed(later)]
    drawn += [_detection(matches, index, tag=False, line=2.4) for index in before]
    if now is not None:
        drawn.append(_detection(matches, now, tag=True, colour=ACCENT, line=4.0))
    alt = f"The picture with {counted(len(before), 'detection')} counted before" + (
        f" and now {title(matches, now)}" if now is not None else ""
    )
    panel = Panel(
        "", "thick: this rank; in colour: counted before; grey: still to come; dashed: ground truth", alt, tuple(drawn)
    )
    return BoxPicture(uri, *matches.image.frame, (panel,), tallest="45vh")


def of_cell(uri: str, matches: Matches, chosen: Sequence[Pair]) -> BoxPicture:
    """The boxes of one cell of the confusion matrix in one picture."""
    drawn = []
    for pair in chosen[:DRAWN_AT_MOST]:
        if pair.target is not None:
            drawn.append(_target_box(matches, pair.target, dashed=True, tag=pair.detection is None))
        if pair.detection is not None:
            drawn.append(_detection(matches, pair.detection, tag=True))
    alt = f"The picture with the boxes of the chosen cell: {counted(len(chosen), 'pair')}"
    panel = Panel(f"{len(chosen)}", f"in {matches.image.name}; dashed: ground truth", alt, tuple(drawn))
    return BoxPicture(uri, *matches.image.frame, (panel,), tallest="45vh")


def ranked_table(matches: Sequence[Matches], ranked: Ranking) -> pd.DataFrame:
    """One row a detection, the highest-scoring first, with precision and recall of all down to it."""
    where = list(zip(ranked.images.tolist(), ranked.detections.tolist(), strict=True))
    return pd.DataFrame(
        {
            "rank": range(1, len(ranked) + 1),
            "picture": [matches[image].image.name for image, _ in where],
            "class": [matches[image].image.found.labels[index] for image, index in where],
            "score": ranked.scores,
            "outcome": [matches[image].outcomes[index].value for image, index in where],
            "IoU": [float(matches[image].ious[index]) for image, index in where],
            "TP so far": ranked.found,
            "precision": ranked.precision,
            "recall": ranked.recall,
        }
    )


def pair_table(matches: Sequence[Matches], chosen: Sequence[Pair]) -> pd.DataFrame:
    """One row a pair of a cell: picture, target, detection, why."""
    rows = []
    for pair in chosen:
        own = matches[pair.image]
        target = "–" if pair.target is None else own.image.target.labels[pair.target]
        found = "–" if pair.detection is None else title(own, pair.detection)
        words = target_reason(own, pair.target or 0) if pair.detection is None else reason(own, pair.detection)
        rows.append((own.image.name, target, found, words))
    return pd.DataFrame(rows, columns=["picture", "ground truth", "detection", "why"])


def match_table(matches: Sequence[Matches]) -> pd.DataFrame:
    """Everything in one table, to take away: one row a detection and one a missed target box, corners in pixels."""
    rows: list[tuple[object, ...]] = []
    for own in matches:
        image = own.image
        for index in own.order.tolist():
            near = int(own.nearest[index])
            target = image.target.labels[near] if near >= 0 else None
            said = (image.found.labels[index], float(image.found.scores[index]), own.outcomes[index].value)
            rows.append((image.name, *said, target, float(own.ious[index]), *image.found.boxes[index].tolist()))
        for index in own.missed:
            box = image.target.boxes[index].tolist()
            rows.append((image.name, None, None, _MISSED_IN_FILES, image.target.labels[index], None, *box))
    columns = ["picture", "class", "score", "outcome", "gold_class", "iou", "x1", "y1", "x2", "y2"]
    return pd.DataFrame(rows, columns=columns)
