"""`cache`: the frozen teacher looks at every photograph, in some views, and its predictions are kept in float16.

A view differs from the next in its size and by being mirrored or not. What a photograph's view is depends on the seed
and on its name alone, so that an interrupted run goes on where it stopped and ends with the same files.
"""

from __future__ import annotations

import json
import random
import time
from dataclasses import dataclass
from pathlib import Path

from core.errors import UserError
from core.models.nanodet import NanoDet
from core.models.recipe import teacher
from core.models.recipe.photographs import Photograph, held_out, to_train_on
from core.models.recipe.record import digest, teacher_digest
from core.models.recipe.shards import PLAN, View, about, save_text, save_views, shard
from core.models.recipe.words import CAVEAT, say

PER_SHARD = 50  # photographs


@dataclass(frozen=True)
class Options:
    """What `cache` is told.

    Attributes:
        photographs: folders and zip archives.
        heldout: list of the photographs never to be trained on.
        out: folder of the cache.
        most: so many photographs of a folder at most.
        views: so many of each photograph.
        sides: lengths of the shorter side to draw from, network pixels.
        seed: of order, sizes and mirroring.
    """

    photographs: list[Path]
    heldout: Path
    out: Path
    most: int
    views: int
    sides: list[int]
    seed: int


def run(options: Options) -> None:
    """Make the cache, or what is missing of it.

    Raises:
        UserError: photographs, list or an earlier cache of that name do not serve.
    """
    held = held_out(options.heldout)
    todo = to_train_on(options.photographs, held, options.most, options.seed)
    groups = [todo[start : start + PER_SHARD] for start in range(0, len(todo), PER_SHARD)]
    plan = {
        "note": CAVEAT,
        "views": options.views,
        "sides": options.sides,
        "seed": options.seed,
        "held out, sha256": digest(options.heldout),
        "teacher, sha256": teacher_digest(),
        "shards": len(groups),
        "photographs": [photograph.key for photograph in todo],
    }
    _settle(options.out, json.dumps(plan, indent=1))
    model = teacher.nanodet()
    start, made = time.monotonic(), 0
    for number, group in enumerate(groups):
        path = shard(options.out, number)
        if about(path) is not None:
            continue
        save_views(path, [_view(model, one, v, options) for one in group for v in range(options.views)])
        made += len(group)
        spent = time.monotonic() - start
        say(f"shard {number + 1} of {len(groups)}, {spent:.0f} s, {made / spent:.1f} photographs a second")
    say(f"{len(todo)} photographs in {options.out}, {made} of them now")


def _settle(folder: Path, plan: str) -> None:
    """Begin a cache, or make sure that the one that was begun there is the same."""
    path = folder / PLAN
    if path.exists() and path.read_text(encoding="utf-8") != plan:
        raise UserError(f"The cache in {folder} was begun with other photographs or options: name another folder.")
    save_text(path, plan)


def _view(model: NanoDet, photograph: Photograph, number: int, options: Options) -> View:
    drawn = random.Random(f"{options.seed} {photograph.key}")
    first = drawn.random() < 0.5
    side = [drawn.choice(options.sides) for _ in range(number + 1)][-1]
    flip = first != bool(number % 2)
    image = teacher.pixels(photograph.read())
    levels, size = teacher.maps(model, image.flip(-1) if flip else image, side)
    file_size = (image.shape[-2], image.shape[-1])
    return View(photograph.key, number, flip, size, file_size, tuple(level.half() for level in levels))
