"""Features once and probes on them, against running the network again and against the usual DataLoader.

Run from the project's root: `python -m tests.bench.bench_features`. Prints one JSON object. It uses the device that the
app would use. "Usual" is torchvision's recipe: JPEG files, PIL transforms (Resize, CenterCrop, ToTensor, Normalize), a
DataLoader with a worker a core, the network as it comes in float32. Ways that are compared take turns, and the best
time of each counts. If `ants-bees.zip` is in the folder that ANTS_BEES names (or ../shared/data), probes are measured
on it, else on the embedded digits.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from core.device import best, describe, synchronize
from core.models.zoo import ZOO
from core.transfer.data.archive import read_archive
from core.transfer.data.embedded import EMBEDDED
from core.transfer.data.image_set import ImageSet, Selection, Split
from core.transfer.data.splits import select
from core.transfer.features.extract import Features, extract, load
from core.transfer.features.probes.plan import Choice, Kind, Plan
from core.transfer.features.probes.probe import choose
from core.transfer.features.probes.problem import problem
from core.transfer.features.probes.sweep import sweep

ROOT = Path(__file__).resolve().parents[2]
ANTS = Path(os.environ.get("ANTS_BEES", ROOT.parent / "shared" / "data")) / "ants-bees.zip"
NETWORK = "tf_efficientnet_lite0"
SIZES = (96, 128, 224)
GOAL_RATIO, GOAL_GPU_RATIO, GOAL_GPU_PER_S, GOAL_S = 50, 5, 15_000, 60


def silent(_: float, __: str) -> None:
    """A report that nobody reads."""


def seconds(works: dict[str, Callable[[], object]], times: int = 1) -> dict[str, float]:
    """The best time of each, in turns."""
    found = dict.fromkeys(works, float("inf"))
    for _ in range(times):
        for name, work in works.items():
            synchronize(best())
            start = time.perf_counter()
            work()
            synchronize(best())
            found[name] = min(found[name], time.perf_counter() - start)
    return found


def pass_of(images: ImageSet, selection: Selection, size: int, model: nn.Module) -> Features:
    return extract(images, selection.all, NETWORK, trained=True, size=size, report=silent, model=model)


def probes(model: nn.Module) -> dict[str, Any]:
    """A second probe on cached features against the network again and then the probe."""
    if ANTS.exists():
        images, size = read_archive(ANTS.read_bytes(), "ants and bees", silent), 224
        # lambda is chosen inside train, so all of the folder train may teach
        train = np.flatnonzero(images.split != Split.TEST)
        whole = Selection(train, train[:0], images.part(Split.TEST), None)
    else:
        images, size = EMBEDDED["Handwritten digits"](), 96
        whole = select(images, 20)
    features = pass_of(images, whole, size, model)
    some = problem(features, images, whole)
    again = seconds({"pass": lambda: pass_of(images, whole, size, model)})["pass"]
    fits = {"alone": lambda: sweep(some, Kind.LOGISTIC), "folds": lambda: sweep(some, Kind.LOGISTIC, folds=True)}
    alone, folds = seconds(fits, 3).values()
    accuracy = {}
    for kind in Kind:
        plan = Plan(kind, Choice.FOLDS)
        found = choose(sweep(some, kind, folds=True), plan, features, images, whole)
        accuracy[kind.value] = {
            "setting": found.setting.words(kind),
            "test": round(found.answers(features, images, whole.test).accuracy, 4),
            "seconds": round(found.seconds, 3),
        }
    return {
        "pictures": images.name,
        "size_px": size,
        "count": len(whole.all),
        "features": features.values.shape[1],
        "pass_s": round(again, 3),
        "probe_of_13_settings_s": round(alone, 4),
        "the_same_with_5_folds_s": round(folds, 4),
        "ratio_pass_and_probe_over_probe": round((again + alone) / alone, 1),
        "ratio_pass_and_probe_over_probe_with_folds": round((again + folds) / folds, 1),
        "goal_ratio": GOAL_RATIO,
        "goal_met": (again + alone) / alone >= GOAL_RATIO,
        "by_cross_validation": accuracy,
    }


class Files(Dataset[Tensor]):
    """JPEG files in memory, opened and transformed by PIL."""

    def __init__(self, files: list[bytes], count: int, size: int) -> None:
        entry = ZOO[NETWORK]
        self._files, self._count = files, count
        self._transform = transforms.Compose(
            [
                transforms.Resize(round(size * 256 / 224)),
                transforms.CenterCrop(size),
                transforms.ToTensor(),
                transforms.Normalize(entry.mean, entry.std),
            ]
        )

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> Tensor:
        picture = Image.open(io.BytesIO(self._files[index % len(self._files)])).convert("RGB")
        transformed: Tensor = self._transform(picture)
        return transformed


def speed(model: nn.Module) -> dict[str, Any]:
    """Pictures a second of the pass at three sizes, and of the usual way at 224 px."""
    device, gpu = best(), best().type == "cuda"
    count = 20_480 if gpu else 64
    random = np.random.default_rng(0)
    # smooth noise: JPEG files of it are as large as those of photographs
    coarse = random.integers(0, 256, (64, 3, 32, 32), dtype=np.uint8)
    fine = torch.nn.functional.interpolate(torch.from_numpy(coarse).float(), (256, 256), mode="bicubic")
    pictures = fine.clamp(0, 255).byte()
    files = []
    for picture in pictures:
        file = io.BytesIO()
        Image.fromarray(picture.permute(1, 2, 0).numpy()).save(file, "JPEG", quality=90)
        files.append(file.getvalue())
    images = ImageSet(
        name="noise",
        digest="noise",
        images=pictures[torch.arange(count) % len(pictures)],
        labels=np.zeros(count, np.int64),
        classes=("noise",),
        split=np.zeros(count, np.int64),
        names=("",) * count,
        story="Made for this bench.",
    )
    everything = Selection(np.arange(count), np.zeros(0, np.int64), np.zeros(0, np.int64), None)
    network = load(NETWORK, trained=True).to(device)
    loader = DataLoader(Files(files, count, 224), batch_size=256 if gpu else 16, num_workers=os.cpu_count() or 1)
    one = next(iter(loader)).to(device)

    def usual() -> None:
        with torch.inference_mode():
            for batch in loader:
                network(batch.to(device)).cpu()

    def network_alone() -> None:
        with torch.inference_mode():
            for _ in range(count // len(one)):
                network(one).cpu()

    def loader_alone() -> None:
        for _ in loader:
            pass

    ours = {f"{size} px": partial(pass_of, images, everything, size, model) for size in SIZES}
    taken = seconds({**ours, "usual": usual, "network": network_alone, "loader": loader_alone}, 3)
    ratio = taken["usual"] / taken["224 px"]
    return {
        "count": count,
        "ours_per_s": {size: round(count / taken[size], 1) for size in ours},
        "usual_per_s_at_224_px": round(count / taken["usual"], 1),
        "usual_network_alone_per_s": round(count / taken["network"], 1),
        "usual_loader_alone_per_s": round(count / taken["loader"], 1),
        "usual_is_bound_by": "the network" if taken["network"] > taken["loader"] else "opening and resizing pictures",
        "ratio_usual_over_ours_seconds": round(ratio, 2),
        **(
            {"goal_ratio": GOAL_GPU_RATIO, "goal_per_s": GOAL_GPU_PER_S, "goal_met": ratio >= GOAL_GPU_RATIO}
            if gpu
            else {}
        ),
    }


def defaults() -> dict[str, Any]:
    """What a first visit waits for: digits, 20 a class, 128 px; from loading the network to the probe."""
    images = EMBEDDED["Handwritten digits"]()
    selection = select(images, 20)
    start = time.perf_counter()
    features = extract(images, selection.all, NETWORK, trained=True, size=128, report=silent)
    passed = time.perf_counter()
    found = choose(sweep(problem(features, images, selection), Kind.LOGISTIC), Plan(), features, images, selection)
    end = time.perf_counter()
    return {
        "pictures": len(selection.all),
        "features_s": round(passed - start, 2),
        "probe_s": round(end - passed, 2),
        "validation": round(found.point.validation, 4),
        "goal_s": GOAL_S,
        "goal_met": end - start < GOAL_S,
    }


def measure() -> dict[str, Any]:
    """All of it."""
    info, model = describe(), load(NETWORK, trained=True)
    load_s = os.getloadavg() if hasattr(os, "getloadavg") else None
    return {
        "device": info.name,
        "network": ZOO[NETWORK].title,
        "load_average": None if load_s is None else round(load_s[0], 1),
        "defaults": defaults(),
        "probe": probes(model),
        "pass": speed(model),
    }


def main() -> None:
    """Measure and print."""
    print(json.dumps(measure(), indent=2))


if __name__ == "__main__":
    main()
