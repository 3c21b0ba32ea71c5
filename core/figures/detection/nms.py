"""Pictures of *NMS in depth*: boxes by number, best first, over a photograph or an empty frame."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from urllib.parse import quote

from core.detection.nms.classes import Outcome
from core.detection.nms.game import Game
from core.detection.nms.matrix import IouMatrix
from core.detection.nms.variants import Softened, Variants
from core.detection.results import Candidates
from core.figures.boxes import BoxPicture, Corners, DrawnBox, Panel, ink_on
from core.figures.detection.suppression import WAITING, class_colours
from core.figures.figure import ACCENT
from core.figures.words import counted

SECOND = "#0072B2"
"""The colour of the second of two boxes; the first has the accent."""
GREY = "#5B6570"
"""Boxes that are gone."""
TAGS = 12
"""Labels on one picture; with more they hide it."""
TALLEST = {1: "52vh", 2: "27vh"}
"""By rows of pictures that share a screen."""


def empty_frame(width: int, height: int) -> str:
    """Data URI of a picture without anything on it, for boxes that are made up."""
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<rect width="{width}" height="{height}" fill="#EDF0F3"/></svg>'
    )
    return f"data:image/svg+xml,{quote(drawn)}"


def name(part: Candidates, box: int) -> str:
    """`3 cup 0.71`: number from 1 on, class, score."""
    return f"{box + 1} {part.names[box]} {float(part.scores[box]):.2f}"


def _corners(part: Candidates) -> list[Corners]:
    return [(x1, y1, x2, y2) for x1, y1, x2, y2 in part.boxes.tolist()]


class _Pencil:
    """Draws boxes of one picture."""

    def __init__(self, part: Candidates) -> None:
        self.part, self.corners, self.names = part, _corners(part), part.names
        self.scores: list[float] = part.scores.tolist()
        colours = class_colours(part)
        self.colours = [colours[label] for label in self.names]

    def name(self, box: int) -> str:
        return f"{box + 1} {self.names[box]} {self.scores[box]:.2f}"

    def box(
        self, box: int, what: str, *, colour: str = "", line: float = 2.6, dashed: bool = False, tag: str = ""
    ) -> DrawnBox:
        colour = colour or self.colours[box]
        return DrawnBox(self.corners[box], colour, line, dashed, box, f"{self.name(box)}\n{what}", tag, ink_on(colour))

    def kept_and_gone(self, kept: Sequence[int], why: Sequence[str], absent: Collection[int] = ()) -> list[DrawnBox]:
        """All boxes, the best on top: kept ones in their class's colour, others thin and grey."""
        tagged, drawn = set(kept[:TAGS]), []
        stays, away = set(kept), set(absent)
        for box in range(len(self.part) - 1, -1, -1):
            if box in away:
                continue
            if box in stays:
                tag = self.name(box) if box in tagged else ""
                drawn.append(self.box(box, why[box] or "kept", line=3.2, tag=tag))
            else:
                drawn.append(self.box(box, why[box], colour=GREY, line=1.4, dashed=True))
        return drawn


def pair_picture(
    uri: str, size: tuple[int, int], part: Candidates, matrix: IouMatrix, pair: tuple[int, int] | None
) -> BoxPicture:
    """The boxes of a matrix, kept ones in colour, and two of them with the area that they share.

    Args:
        uri: the picture, a data URI.
        size: (width, height) of the frame the boxes are in, image pixels.
        part: those of the matrix.
        matrix: their IoUs.
        pair: the two.
    """
    pencil = _Pencil(part)
    by = matrix.suppressor
    why = [f"suppressed by {pencil.name(one)}" if one >= 0 else "kept" for one in by]
    shown = set(pair or ())
    few = len(part) <= TAGS
    drawn = []
    for box in range(len(part) - 1, -1, -1):
        if box in shown:
            continue
        kept = by[box] < 0
        tag = (pencil.name(box) if kept else str(box + 1)) if few else ""
        colour = ("" if kept else GREY) if not shown else ("" if kept else WAITING)
        drawn.append(pencil.box(box, why[box], colour=colour, line=2.4 if kept else 1.4, dashed=not kept, tag=tag))
    title = "boxes are kept"
    if pair is not None:
        first, second = sorted(pair)
        for box, colour in ((second, SECOND), (first, ACCENT)):
            drawn.append(pencil.box(box, why[box], colour=colour, line=4.0, tag=pencil.name(box)))
        a, b = pencil.corners[first], pencil.corners[second]
        shared = (max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3]))
        if first != second and shared[0] < shared[2] and shared[1] < shared[3]:
            text = f"what {first + 1} and {second + 1} share\nIoU {matrix.rows[first][second]:.3f}"
            drawn.append(DrawnBox(shared, ACCENT, 1.6, dashed=True, group=first, text=text, tag=""))
    kept_now = ", ".join(pencil.name(box) for box in matrix.kept[:8]) or "none"
    alt = f"The picture with {counted(len(part), 'box', 'boxes')}; kept: {kept_now}"
    count = f"{len(matrix.kept)} of {len(part)}"
    return BoxPicture(uri, *size, (Panel(count, title, alt, tuple(drawn)),), TALLEST[1])


def variant_pictures(
    uri: str, size: tuple[int, int], part: Candidates, found: Variants
) -> tuple[BoxPicture, BoxPicture]:
    """What greedy NMS, both kinds of soft-NMS and fusion leave, two in a row; arguments as of `pair_picture`."""
    pencil = _Pencil(part)
    by = found.greedy.suppressed_by.tolist()
    why = [f"suppressed by {pencil.name(one)}" if one >= 0 else "kept" for one in by]
    greedy = pencil.kept_and_gone(found.greedy.indices.tolist(), why)
    panels = [_panel(len(found.greedy), "greedy NMS", greedy)]
    for title, soft in (("soft-NMS, linear", found.linear), ("soft-NMS, Gaussian", found.gaussian)):
        panels.append(_panel(len(soft.kept), title, _softened(pencil, soft)))
    colours = class_colours(part)
    fused = []
    for number, one in reversed(list(enumerate(found.fused))):
        of = ", ".join(str(box + 1) for box in one.members)
        text = f"{one.label} {one.score:.3f}\nmean of {of}"
        tag = f"{one.label} {one.score:.2f}" if number < TAGS else ""
        colour = colours[one.label]
        fused.append(DrawnBox(one.box, colour, 3.2, False, number, text, tag, ink_on(colour)))
    panels.append(_panel(len(found.fused), "weighted boxes fusion", fused))
    return _rows(uri, size, panels)


def _softened(pencil: _Pencil, soft: Softened) -> list[DrawnBox]:
    """Boxes of which enough is left, the best on top and thickest, with what is left of their scores."""
    tagged, drawn = set(soft.kept[:TAGS]), []
    stays = set(soft.kept)
    gone = [box for box in range(len(pencil.part) - 1, -1, -1) if box not in stays]
    for box in gone:
        drawn.append(pencil.box(box, f"only {soft.scores[box]:.3f} is left", colour=GREY, line=1.4, dashed=True))
    for box in reversed(soft.kept):
        tag = f"{box + 1} {pencil.names[box]} {soft.scores[box]:.2f}" if box in tagged else ""
        line = 1.2 + 2.4 * soft.scores[box]
        drawn.append(pencil.box(box, f"{soft.scores[box]:.3f} is left", line=line, tag=tag))
    return drawn


def class_pictures(
    uri: str, size: tuple[int, int], part: Candidates, found: Sequence[Outcome]
) -> tuple[BoxPicture, BoxPicture]:
    """The same boxes under each kind of NMS, two in a row; arguments as of `pair_picture`."""
    pencil = _Pencil(part)
    panels = []
    for outcome in found:
        why = [f"suppressed by {pencil.name(one)}" if one >= 0 else "kept" for one in outcome.suppressor]
        drawn = pencil.kept_and_gone(outcome.kept, why, outcome.absent)
        panels.append(_panel(len(outcome.kept), str(outcome.kind), drawn))
    return _rows(uri, size, panels)


def _rows(uri: str, size: tuple[int, int], panels: Sequence[Panel]) -> tuple[BoxPicture, BoxPicture]:
    """Four panels, two in a row: side by side they would be too small."""
    first, second = (BoxPicture(uri, *size, tuple(two), TALLEST[2]) for two in (panels[:2], panels[2:]))
    return first, second


def _panel(count: int, title: str, boxes: Sequence[DrawnBox]) -> Panel:
    said = ", ".join(box.tag for box in boxes[::-1] if box.tag) or "nothing"
    return Panel(str(count), title, f"The picture with what {title} leaves: {said}", tuple(boxes))


def game_picture(
    uri: str, size: tuple[int, int], part: Candidates, game: Game, *, scores: bool, gone: bool
) -> BoxPicture:
    """Where the game stands: what is kept so far in colour, all others waiting.

    Args:
        uri, size, part: as of `pair_picture`.
        game: of these boxes.
        scores: whether the tags say them.
        gone: whether boxes that NMS has dropped are marked, which otherwise look as if they waited.
    """
    pencil, now = _Pencil(part), game.now
    dropped = set(game.gone) if gone or game.over else set()
    few = len(part) <= 2 * TAGS
    drawn = []
    for box in reversed(game.open):
        tag = (f"{box + 1} · {pencil.scores[box]:.2f}" if scores else str(box + 1)) if few else ""
        if box in dropped:
            said = pencil.box(box, "dropped", colour=GREY, line=1.4, dashed=True, tag=str(box + 1))
        else:
            said = pencil.box(box, "to choose from", line=2.2, tag=tag)
        if not scores and box not in dropped:
            said = replace(said, text=f"{box + 1} {pencil.names[box]}")
        drawn.append(said if game.over else replace(said, pick=box))
    drawn += [pencil.box(box, "kept before", colour=SECOND, line=3.0, tag=pencil.name(box)) for box in now.kept[::-1]]
    if now.winner is not None:
        drawn.append(pencil.box(now.winner, "kept last", colour=ACCENT, line=4.0, tag=pencil.name(now.winner)))
    kept = len(now.kept) + (now.winner is not None)
    title = "kept so far" if not game.over else "kept: that is all"
    alt = f"The picture with {counted(kept, 'box', 'boxes')} kept so far and {len(game.open)} to choose from"
    return BoxPicture(uri, *size, (Panel(str(kept), title, alt, tuple(drawn)),), TALLEST[1])
