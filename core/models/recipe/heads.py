"""`heads`: weights for the Faster R-CNN, in up to three files: written down, with a fitted template, and distilled."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torchvision.models.detection.faster_rcnn import FasterRCNN

from core.errors import UserError
from core.models.card import content
from core.models.recipe import label_file, teacher
from core.models.recipe.distil import Losses, Training, distil, fitted_template
from core.models.recipe.first_weights import write_all, write_head
from core.models.recipe.photographs import coco_numbers, held_out
from core.models.recipe.record import digest, teacher_digest, told, versions
from core.models.recipe.regions import Regions, gather
from core.models.recipe.shards import PLAN, all_views, save_text
from core.models.recipe.shards import save as save_tensors
from core.models.recipe.words import CAVEAT, say
from core.models.semantic import faster_rcnn

WRITTEN, TEMPLATE, DISTILLED = "written.safetensors", "template.safetensors", "distilled.safetensors"
RECORD = "record.json"


@dataclass(frozen=True)
class Options:
    """What `heads` is told.

    Attributes:
        out: folder for weights and record.
        cache: folder of the cache; None: the weights are only written down.
        labels: file of its labels.
        heldout: list of the photographs never to be trained on.
        regions: of a view at most.
        check: so many photographs are only watched.
        template_steps: of fitting the template.
        steps, batch, rate, boxes_by_class: see `distil.Training`.
        seed: of all that is drawn.
    """

    out: Path
    cache: Path | None
    labels: Path | None
    heldout: Path | None
    regions: int
    check: int
    template_steps: int
    steps: int
    batch: int
    rate: float
    boxes_by_class: bool
    seed: int


def run(options: Options) -> None:
    """Make the weights and write them and their record.

    Raises:
        UserError: cache, labels or list do not serve.
    """
    torch.manual_seed(options.seed)
    start = time.monotonic()
    build = content()["build"]
    model = faster_rcnn(build)
    write_all(model, teacher.nanodet(), build["rpn anchors"])
    inputs = {"teacher": teacher_digest()}
    done: dict[str, Any] = {}
    if options.cache is not None:
        if options.labels is None or options.heldout is None:
            raise UserError("To train on a cache, name its --labels and the --heldout list too.")
        data, done["labels"] = _regions(model, options.cache, options.labels, options.heldout, options)
        inputs |= {
            "cache": digest(options.cache / PLAN),
            "labels": digest(options.labels),
            "held-out list": digest(options.heldout),
        }
        save(model, options.out / WRITTEN)
        done |= _trained(model, data, options)
    else:
        save(model, options.out / WRITTEN)
    files = [WRITTEN] if options.cache is None else [WRITTEN, TEMPLATE, DISTILLED]
    record = {
        "note": CAVEAT,
        "arguments": told(options),
        "threads": torch.get_num_threads(),
        "inputs, sha256": inputs,
        "weights, sha256": {name: digest(options.out / name) for name in files},
        **done,
        "seconds": round(time.monotonic() - start),
        "versions": versions(),
    }
    save_text(options.out / RECORD, json.dumps(record, indent=1))
    say(f"{', '.join(files)} and {RECORD} in {options.out}, {time.monotonic() - start:.0f} s")


def refuse_held_out(keys: Collection[str], held: frozenset[int]) -> None:
    """Make sure that no photograph of a cache is held out.

    Raises:
        UserError: one is.
    """
    for key in keys:
        if coco_numbers(key) & held:
            raise UserError(f"{key} is held out and must not be trained on: make the cache with this list.")


def _regions(
    model: FasterRCNN, cache: Path, listing: Path, heldout: Path, options: Options
) -> tuple[Regions, dict[str, Any]]:
    labels = label_file.load(listing)
    label_file.check(labels, cache)
    held = held_out(heldout)
    refuse_held_out(labels.by_view, held)
    data = gather(model, all_views(cache), len(labels.by_view), labels, options.regions, options.seed)
    # what was read, not what the labels promised
    refuse_held_out(data.names, held)
    return data, dict(labels.about)


def _trained(model: FasterRCNN, data: Regions, options: Options) -> dict[str, Any]:
    """Fit template and head, save both, and say for the record how it went."""
    photographs = sorted({name.rpartition("#")[0] for name in data.names})
    if len(photographs) < 2:
        raise UserError("One photograph is too few: one at least is only watched.")
    watched = set(random.Random(options.seed).sample(photographs, min(options.check, len(photographs) // 2)))
    rows, check = data.of({name for name in data.names if name.rpartition("#")[0] in watched})
    template, loss = fitted_template(data, rows, options.template_steps, options.seed)
    write_head(model, template)
    save(model, options.out / TEMPLATE)
    say(f"template fitted to {len(rows)} regions, loss {loss:.4f}")
    training = Training(options.steps, options.batch, options.rate, options.boxes_by_class)
    losses: tuple[Losses, ...] = distil(model, data, rows, check, training, options.seed)
    save(model, options.out / DISTILLED)
    return {
        "photographs": len(photographs),
        "views": len(data.names),
        "regions trained on": len(rows),
        "regions watched": len(check),
        "photographs watched": sorted(watched),
        "template": {"loss": loss, "numbers": [round(number, 5) for number in template.tolist()]},
        "losses": [asdict(entry) for entry in losses],
    }


def save(model: FasterRCNN, path: Path) -> None:
    """Write a detector's weights as the bundled ones are: float16, torchvision's names.

    Raises:
        UserError: it cannot be written.
    """
    save_tensors(path, {key: value.half().contiguous() for key, value in model.state_dict().items()})
