"""What a look into a network costs: Grad-CAM, and occlusion against a loop over its windows, as JSON.

Run from the project's root: `python tests/bench/bench_attribution.py`. The loop is the usual practice: it covers one
window, asks the network, and goes on. `batched` is what the page does, on the same pictures in the same run, taking
turns with the loop; `one_by_one` is captum's own default of one window a pass. Each number is the median of its
repeats.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import torch  # noqa: E402
from torch import Tensor  # noqa: E402

from core import device  # noqa: E402
from core.device import synchronize  # noqa: E402
from core.images import decode  # noqa: E402
from core.samples import SAMPLES  # noqa: E402
from core.transfer.attribution.gradcam import grad_cam  # noqa: E402
from core.transfer.attribution.heat import Covered  # noqa: E402
from core.transfer.attribution.layers import layers  # noqa: E402
from core.transfer.attribution.occlusion import occlusion, windows  # noqa: E402
from core.transfer.data.square_crop import to_square  # noqa: E402
from core.transfer.model.classifier import Classifier, ModelSpec, build  # noqa: E402
from core.transfer.model.inputs import to_input  # noqa: E402
from tests.bench.server import report  # noqa: E402

CASES = (("tf_efficientnet_lite0", 96), ("tf_efficientnet_lite0", 224), ("resnet18", 128))
REPEATS = 3
GREY = 128


@torch.no_grad()
def naive(model: Classifier, picture: Tensor, target: int, window: int, stride: int) -> np.ndarray:
    """(rows, columns) probability lost, one window at a time."""
    size, architecture = model.spec.size, model.spec.architecture
    here = next(model.parameters()).device
    x = to_input(picture[None].to(here), architecture, size)
    grey = to_input(torch.full((1, 3, 1, 1), GREY, dtype=torch.uint8, device=here), architecture, 1)
    before = float(model(x).softmax(1)[0, target])
    places = windows(size, window, stride)
    lost = np.zeros((places, places), np.float32)
    for row, column in np.ndindex(places, places):
        top, left = row * stride, column * stride
        covered = x.clone()
        covered[:, :, top : top + window, left : left + window] = grey
        lost[row, column] = before - float(model(covered).softmax(1)[0, target])
    return lost


def seconds(run: Callable[[], Any]) -> tuple[float, Any]:
    """How long it takes, and what comes of it."""
    start = time.perf_counter()
    found = run()
    synchronize(device.best())
    return time.perf_counter() - start, found


def case(backbone: str, size: int) -> dict[str, Any]:
    """One network at one size, the page's own window."""
    spec = ModelSpec(backbone, size, (10,), trained=False)
    model = build(spec).requires_grad_(False).to(device.best())
    picture = to_square(decode(SAMPLES["cat"].read()), 256)
    window, stride = size // 4, size // 8
    runs: dict[str, Callable[[], Any]] = {
        "grad_cam": lambda: grad_cam(model, picture, 0, last),
        "naive": lambda: naive(model, picture, 0, window, stride),
        "one_by_one": lambda: occlusion(model, picture, 0, window, stride, GREY, batch=1),
        "batched": lambda: occlusion(model, picture, 0, window, stride, GREY),
    }
    last = layers(model)[-1]
    taken: dict[str, list[float]] = {name: [] for name in runs}
    found: dict[str, Any] = {}
    for run in runs.values():
        run()  # torch's own first steps
    for _ in range(REPEATS):
        for name, run in runs.items():
            spent, found[name] = seconds(run)
            taken[name].append(spent)
    batched: Covered = found["batched"]
    off = float(np.abs(batched.changes - found["naive"]).max())
    if off > 1e-3:
        raise RuntimeError(f"the two ways differ by {off}")
    median = {name: statistics.median(values) for name, values in taken.items()}
    places = windows(size, window, stride) ** 2
    return {
        "network": backbone,
        "size": size,
        "windows": places,
        **{f"{name}_s": round(value, 4) for name, value in median.items()},
        "windows_a_second": round(places / median["batched"], 1),
        "naive_over_batched": round(median["naive"] / median["batched"], 2),
        "one_by_one_over_batched": round(median["one_by_one"] / median["batched"], 2),
        "batched_over_grad_cam": round(median["batched"] / median["grad_cam"], 1),
        "largest_difference": off,
    }


def measure() -> dict[str, Any]:
    """All cases."""
    return {"device": str(device.best()), "repeats": REPEATS, "cases": [case(*each) for each in CASES]}


def main() -> None:
    """Measure and print."""
    report(measure())


if __name__ == "__main__":
    main()
