"""`labels`: which boxes each cached view should be taught: the teacher's own, several sizes' together, and real ones.

All boxes in the file are fractions of the photograph's width and height as it is, not mirrored: so they serve every
view of it, and overlaps (IoU) are the same as in pixels.

Several sizes' labels make the head calmer, above all on close-ups. But their boxes are means over sizes, not those that
a view's own maps tell of, and a head that was taught them places its boxes less well.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torchvision.ops import batched_nms, box_iou

from core.errors import UserError
from core.models.card import content
from core.models.nanodet import NanoDet
from core.models.recipe import teacher
from core.models.recipe.label_file import Labels, write
from core.models.recipe.photographs import LabelledBox, Photograph, listed, real_labels
from core.models.recipe.record import digest
from core.models.recipe.shards import PLAN, View, all_views
from core.models.recipe.teacher import Found, together
from core.models.recipe.words import CAVEAT, say

FLOOR = 0.03  # the teacher's boxes under it are not looked at
KEPT = 0.04  # labels that are left with no more than this are dropped
MOST = 150  # of the teacher's boxes on a view
REAL = 0.75  # the score of a real label; the teacher's highest-scoring boxes have about 0.8
DOUBT = 0.5  # what is left of the teacher's score where people labelled no such object
SAME = 0.6  # IoU from which on boxes of several sizes are one


@dataclass(frozen=True)
class Options:
    """What `labels` is told.

    Attributes:
        cache: folder of the cache.
        out: the file to write.
        labelled: folders with real labels of all classes; others' photographs have the teacher's alone.
        scales: lengths of the shorter side at which the teacher looks again, all of which together make its labels;
            none: a view has what the teacher said of that very view.
        photographs: where the photographs lie, for `scales`.
    """

    cache: Path
    out: Path
    labelled: list[Path]
    scales: list[int]
    photographs: list[Path]


def run(options: Options) -> None:
    """Write the labels.

    Raises:
        UserError: the cache, the labels or the photographs do not serve.
    """
    if options.scales and not options.photographs:
        raise UserError("The teacher can only look again at photographs that are there: add --photographs.")
    known = content()["classes"]
    real = real_labels(options.labelled, known)
    there = {photograph.key: photograph for photograph in listed(options.photographs)}
    model = teacher.nanodet() if options.scales else None
    by_view: dict[str, Found] = {}
    looked: tuple[str, Found] | None = None  # the views of a photograph lie side by side
    photographs, start = 0, time.monotonic()
    for view in all_views(options.cache):
        if model is None:
            found = of_view(view)
        else:
            if looked is None or looked[0] != view.key:
                if view.key not in there:
                    raise UserError(f"{view.key} is not among the photographs: name its folder too.")
                looked = view.key, fused([_at(model, there[view.key], side) for side in options.scales])
                photographs += 1
                if photographs % 100 == 0:
                    say(f"{photographs} photographs, {time.monotonic() - start:.0f} s")
            found = looked[1]
        if real.get(view.key):
            found = corrected(found, fractions(real[view.key], view.file_size, known))
        by_view[view.name] = found[found.scores > KEPT]
    how = {
        "note": CAVEAT,
        "cache, sha256": digest(options.cache / PLAN),
        "scales": options.scales,
        "real labels": {key: len(boxes) for key, boxes in real.items() if f"{key}#0" in by_view},
    }
    write(options.out, Labels(by_view, how))
    count = sum(map(len, by_view.values()))
    say(f"{count} boxes on {len(by_view)} views in {options.out}; real labels: {len(how['real labels'])} photographs")


def of_view(view: View) -> Found:
    """What the teacher says of a view, in fractions of the photograph."""
    height, width = view.size
    found = teacher.read(view.maps, view.size, FLOOR, MOST)
    return (found.mirrored(width) if view.flip else found).scaled(1 / width, 1 / height)


def _at(model: NanoDet, photograph: Photograph, side: int) -> Found:
    """What the teacher says of a photograph at one size, in fractions of it."""
    levels, (height, width) = teacher.maps(model, teacher.pixels(photograph.read()), side)
    return teacher.read(levels, (height, width), FLOOR, MOST).scaled(1 / width, 1 / height)


def fused(looks: Sequence[Found]) -> Found:
    """What several looks at one photograph say together.

    Boxes of one class that overlap are one box: its place is their mean, weighted by score, its score the mean over all
    looks of the best score there, so that what one look alone sees counts that much less.

    Args:
        looks: boxes in one frame, each after NMS.

    Returns:
        The highest-scoring first.
    """
    every = together(looks)
    if not len(every):
        return every
    same = (box_iou(every.boxes, every.boxes) > SAME) & (every.classes[:, None] == every.classes)
    keep = batched_nms(every.boxes, every.scores, every.classes, SAME)
    weights = same[keep] * every.scores  # (K, all)
    places = weights @ every.boxes / weights.sum(1, keepdim=True)
    which = torch.cat([torch.full((len(look),), number) for number, look in enumerate(looks)])
    scores = torch.stack([(weights * (which == number)).amax(1) for number in range(len(looks))]).mean(0)
    order = scores.argsort(descending=True)
    return Found(places[order], scores[order], every.classes[keep][order])


def fractions(boxes: Sequence[LabelledBox], file_size: tuple[int, int], known: Sequence[str]) -> Found:
    """Real labels as boxes in fractions of the photograph, each with the score of a real label."""
    height, width = file_size
    places = torch.tensor([box[1:] for box in boxes], dtype=torch.float32).reshape(-1, 4)
    classes = torch.tensor([known.index(box[0]) for box in boxes], dtype=torch.int64)
    return Found(places, torch.full((len(boxes),), REAL), classes).scaled(1 / width, 1 / height)


def corrected(found: Found, real: Found) -> Found:
    """The teacher's boxes of a photograph that people labelled whole.

    A real label's score is the mean of its own and of the teacher's there, 0 where the teacher saw nothing: an object
    that cannot be read off the teacher's maps should not be taught in full. What people did not label is doubted.

    Args:
        found: the teacher's boxes.
        real: the labels, one at least, in the same frame.
    """
    overlap = box_iou(real.boxes, found.boxes)  # (R, K)
    overlap = torch.where(real.classes[:, None] == found.classes, overlap, 0)
    none = overlap.new_zeros(len(real), 1)  # the largest of no boxes is asked for too
    seen = torch.cat((torch.where(overlap > 0.5, found.scores, 0), none), 1).amax(1)
    others = found[overlap.amax(0) < 0.5]
    return together(
        (
            Found(real.boxes, (seen + real.scores) / 2, real.classes),
            Found(others.boxes, others.scores * DOUBT, others.classes),
        )
    )
