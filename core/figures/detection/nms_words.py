"""What *NMS in depth* says of its results, in Markdown and LaTeX."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from core.detection.nms.classes import Kind, Outcome
from core.detection.nms.game import NONE_LEFT, Game, Said, Turn
from core.detection.nms.matrix import IouMatrix, Precision, Verdict
from core.detection.nms.variants import Variants
from core.detection.results import Candidates
from core.detection.rounds import Overlap
from core.figures.detection.nms import name
from core.figures.words import counted

ROUNDS = 12
"""Rounds that are told one by one."""


def numbers(boxes: Collection[int]) -> str:
    """`1, 3 and 4`; boxes are numbered from 1 on."""
    told = [str(box + 1) for box in boxes]
    return f"{', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 else "".join(told) or "none"


def rounds(part: Candidates, matrix: IouMatrix) -> str:
    """What greedy NMS does, a list item a round."""
    lines = []
    for kept in matrix.kept[:ROUNDS]:
        victims = [(box, matrix.rows[kept][box]) for by, box in matrix.decided if by == kept]
        told = [f"{box + 1} (IoU {_enough(overlap, matrix.iou)})" for box, overlap in victims[:6]]
        more = f" and {len(victims) - 6} more" if len(victims) > 6 else ""
        lines.append(f"- Keep **{name(part, kept)}**; " + (f"drop {', '.join(told)}{more}." if told else "drop none."))
    if len(matrix.kept) > ROUNDS:
        lines.append(f"- … and {len(matrix.kept) - ROUNDS} more rounds.")
    return "\n".join(lines) or "- No box takes part."


def _enough(overlap: float, iou: float) -> str:
    """As many digits as it takes to see on which side of the threshold it is."""
    return next((text for text in (f"{overlap:.{d}f}" for d in (3, 4, 6, 9)) if float(text) > iou), f"{overlap:.9f}")


def pair_formula(overlap: Overlap, matrix: IouMatrix, pair: tuple[int, int]) -> str:
    """The arithmetic of one cell, LaTeX: areas in square pixels of the picture."""
    value = matrix.rows[pair[0]][pair[1]]
    sign = ">" if value > matrix.iou else r"\le"
    areas = [f"{area:,.0f}" if area >= 100 else f"{area:.3g}" for area in (overlap.intersection, overlap.union)]
    shared, union = (area.replace(",", "{,}") for area in areas)
    return (
        rf"\mathrm{{IoU}} = \frac{{{shared}\ \mathrm{{px}}^2}}{{{union}\ \mathrm{{px}}^2}} "
        rf"= \mathbf{{{value:.3f}}} {sign} {matrix.iou:.2f}"
    )


def pair_verdict(part: Candidates, matrix: IouMatrix, pair: tuple[int, int]) -> str:
    """What one cell decided, a sentence."""
    first, second = sorted(pair)
    if first == second:
        return f"**{name(part, first)}** with itself: the IoU is 1, and NMS does not ask."
    a, b = name(part, first), name(part, second)
    verdict = matrix.verdict(first, second)
    if verdict is Verdict.DECIDED:
        return f"**{a}** suppresses **{b}**."
    if verdict is Verdict.UNDER:
        return f"**{a}** leaves **{b}** alone: their IoU is not above {matrix.iou:.2f}."
    if verdict is Verdict.OTHER_CLASS:
        return f"**{a}** and **{b}** are of different classes, which NMS does not compare here."
    gone = first if verdict is Verdict.FIRST_GONE else second
    by = matrix.suppressor[gone] + 1
    if verdict is Verdict.FIRST_GONE:
        return f"**{a}** would suppress **{b}**, but {by} had suppressed it before, and what is gone suppresses nobody."
    return f"**{a}** overlaps **{b}** too, but {by} had suppressed that one before."


def precision_table(found: Sequence[tuple[str, Precision]]) -> pd.DataFrame:
    """One row a kind of number for each pair: its IoU, and whether the second box stays."""
    rows = []
    for boxes, one in found:
        exact = f"{one.exact.numerator}/{one.exact.denominator}"
        rows.append((boxes, "exact", exact, one.stays))
        rows.append((boxes, "float32", f"{one.single:.12f}", one.stays_single))
        rows.append((boxes, "float64", f"{one.double:.12f}", one.stays_double))
    return pd.DataFrame(rows, columns=["boxes", "numbers", "IoU", "second stays"])


def precision_verdict(one: Precision, iou: float) -> str:
    """Whether float32 decides as exact numbers do, a sentence."""
    side = "equal to" if float(one.exact) == iou else "above" if not one.stays else "below"
    first = f"The IoU is exactly {one.exact.numerator}/{one.exact.denominator}, {side} the threshold {iou:.2f}"
    rule = "so the second box stays" if one.stays else "so the second box goes"
    if one.stays == one.stays_single:
        return f"{first}, {rule}; float32 says {one.single:.12f} and agrees."
    return f"{first}, {rule}. But float32 says **{one.single:.12f}**, which is more: **torchvision drops the box**."


def soft_formulas(part: Candidates, matrix: IouMatrix, sigma: float) -> list[str]:
    r"""Linear and Gaussian soft-NMS for the first box that greedy NMS drops, LaTeX; nothing where it drops none."""
    if not matrix.decided:
        return []
    first, second = matrix.decided[0]
    score, overlap = float(part.scores[second]), matrix.rows[first][second]
    scale = pow(2.718281828459045, -(overlap**2) / sigma)
    start = rf"s_{{{second + 1}}} \leftarrow {score:.3f}"
    return [
        rf"\text{{linear:}}\quad {start} \cdot (1 - {overlap:.3f}) = {score * (1 - overlap):.3f}",
        rf"\text{{Gaussian:}}\quad {start} \cdot e^{{-{overlap:.3f}^2 / {sigma:g}}} = {score * scale:.3f}",
    ]


def variant_table(part: Candidates, found: Variants) -> pd.DataFrame:
    """One row a box: what each of the four makes of it."""
    by = found.greedy.suppressed_by.tolist()
    into = {box: number for number, one in enumerate(found.fused) for box in one.members}
    return pd.DataFrame(
        {
            "box": range(1, len(part) + 1),
            "class": part.names,
            "score": part.scores.tolist(),
            "greedy NMS": ["kept" if one < 0 else f"suppressed by {one + 1}" for one in by],
            "linear": found.linear.scores,
            "Gaussian": found.gaussian.scores,
            "fused into": [into[box] + 1 for box in range(len(part))],
            "fused score": [found.fused[into[box]].score for box in range(len(part))],
        }
    )


def class_table(part: Candidates, found: Sequence[Outcome]) -> pd.DataFrame:
    """One row a box: what each kind of NMS does with it."""
    columns: dict[str, object] = {
        "box": range(1, len(part) + 1),
        "class": part.names,
        "score": part.scores.tolist(),
    }
    for outcome in found:
        absent = set(outcome.absent)
        columns[str(outcome.kind)] = [
            "takes no part" if box in absent else "kept" if by < 0 else f"suppressed by {by + 1}, IoU {overlap:.3f}"
            for box, (by, overlap) in enumerate(zip(outcome.suppressor, outcome.ious, strict=True))
        ]
    return pd.DataFrame(columns)


def class_differences(part: Candidates, found: Sequence[Outcome], chosen: Collection[str]) -> list[str]:
    """Why the kinds of NMS differ on these boxes, sentences."""
    of = {outcome.kind: outcome for outcome in found}
    aware, agnostic, among, first = (of[kind] for kind in Kind)
    names = part.names
    said = []
    for box in aware.kept:
        by = agnostic.suppressor[box]
        if by >= 0:
            said.append(
                f"Class-aware NMS keeps **{name(part, box)}**; class-agnostic NMS drops it, since "
                f"**{name(part, by)}**, of another class, overlaps it by {agnostic.ious[box]:.3f}."
            )
            break
    back = [box for box in among.kept if aware.suppressor[box] >= 0]
    if back:
        by = aware.suppressor[back[0]]
        other = among.suppressor[by]
        said.append(
            f"**{name(part, back[0])}** comes back where the chosen classes are compared: the box that had dropped it, "
            f"{by + 1}, has itself been dropped by {other + 1}, of another chosen class."
        )
    after = [box for box in agnostic.kept if names[box] in chosen]
    told = ", ".join(sorted(chosen))
    if set(after) != set(first.kept):
        said.append(
            f"Asked for {told} alone, class-agnostic NMS leaves **{numbers(after)}** where the others are hidden "
            f"after it, and **{numbers(first.kept)}** where they are left out before it: hidden boxes have suppressed."
        )
    elif len(first.absent) < len(part):
        said.append(f"Asked for {told} alone, it is the same here whether others are left out before NMS or after it.")
    return said


def turn(part: Candidates, one: Turn) -> str:
    """A choice in the game and what NMS did, Markdown."""
    chosen = "none is left" if one.choice == NONE_LEFT else f"**{name(part, one.choice)}**"
    if one.round is None or one.round.winner is None:
        does = "NMS is at its end: no box is left"
    else:
        drops = f"drops {numbers(one.round.victims)}" if one.round.victims else "drops none"
        does = f"NMS keeps **{name(part, one.round.winner)}** and {drops}"
    mark = ":green[:material/check:]" if one.said is Said.RIGHT else ":red[:material/close:]"
    why = "" if one.said is Said.RIGHT else f", {one.said}"
    return f"{mark} You: {chosen}{why}. {does}."


def result(game: Game) -> str:
    """How the game ended, a sentence."""
    share = game.right / game.last
    return f"**{game.right} of {counted(game.last, 'choice')}** as NMS made them, {share:.0%}."
