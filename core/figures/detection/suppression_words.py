"""What the Faster R-CNN page says of a suppression, in Markdown and LaTeX."""

from __future__ import annotations

from collections.abc import Sequence

from core.detection import by_eye
from core.detection.results import Candidates, Detections, StagedCandidates
from core.detection.rounds import Round, overlap
from core.figures.words import counted

APPROXIMATELY = r"\approx"  # NMS rounds a little differently where an IoU hits the threshold


def steps(found: Candidates, kept: Detections) -> dict[str, int]:
    """What is counted -> how many there are, in the order of the forward pass."""
    if isinstance(found, StagedCandidates):
        counts = {"Anchors": found.anchors, "Proposals": len(found.proposals)}
    else:
        counts = {step.capitalize(): count for step, count in found.steps}
    return {**counts, "Candidates": len(found), "Before NMS": kept.n_above_score, "Kept": len(kept)}


def why_nothing(found: Candidates, kept: Detections, score: float) -> str:
    """Why there is no box, a sentence; "" where there is one."""
    if not len(found):
        return f"The network found nothing here that scores above {found.floor:g}: try another picture or input size."
    if not kept.n_above_score:
        best = f"the best of {len(found)} candidates scores {found.scores.max():.3f}"
        return f"No box scores above {score:.2f}; {best}. Lower the score threshold."
    return "" if len(kept) else "NMS kept boxes, but none of the chosen classes."


def beside_ground_truth(said: Sequence[str], true: Sequence[str]) -> str:
    """What is wrong with the labels of a picture whose objects are known; "" where nothing is."""
    seen = by_eye.compare(said, true)
    sentences = [
        f"{more.boxes} boxes say **{more.label}** for {counted(more.objects, 'object')}: the others are wrong, or "
        "boxes of one object overlap less than the threshold."
        for more in seen.surplus
    ]
    if seen.wrong:
        sentences.append(
            f"There is no **{'** and no **'.join(seen.wrong)}** in this picture: the network is wrong, and NMS, which "
            "compares boxes with boxes, cannot know it."
        )
    return " ".join(sentences)


def of_round(turn: Round, found: Candidates, last: int) -> str:
    """A round of NMS; `last` is the number of the last one."""
    if turn.winner is None:
        return f"{len(turn.waiting)} boxes wait." if last else "No box takes part: nothing to suppress."
    winner = f"{found.names[turn.winner]} {found.scores[turn.winner]:.3f}"
    return f"Keep **{winner}**, drop {len(turn.victims)}, {len(turn.waiting)} left."


def first_drop(turn: Round, found: Candidates, iou: float) -> str:
    """The arithmetic of the first box that a round with a winner and victims drops, LaTeX."""
    assert turn.winner is not None
    pair = overlap(found, turn.winner, turn.victims[0])
    areas = (rf"{area:,.0f}\ \mathrm{{px}}^2" for area in (pair.intersection, pair.union))
    sign = ">" if pair.iou > iou else APPROXIMATELY
    return rf"\frac{{{next(areas)}}}{{{next(areas)}}} = {pair.iou:.3f} {sign} {iou:.2f}"
