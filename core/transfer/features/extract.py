"""All pictures through a frozen network once; everything else works on what came out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from core.device import best, device_lock, synchronize
from core.errors import UserError
from core.jobs import Report
from core.models.zoo import ZOO, pretrained
from core.transfer.data.image_set import ImageSet, Indices
from core.transfer.features.model_copy import copy_model, fold
from core.transfer.model.inputs import to_input

Matrix = npt.NDArray[np.float32]

STAGES_UP_TO = 6_000
"""Pictures of a pass that keeps what the stages gave: some 8 kB each."""
HALF_FROM = 4_096
"""Pictures of a pass that computes in half precision on CUDA: there a relative error of 1e-3 buys half the time."""
SEED = 0
"""Of random weights."""
_SAME, _SAME_ROUNDED = 1e-4, 5e-3  # relative: how near a folded network must come to the one it was made of
_CPU_BATCH, _GPU_BATCH = 16, 512
_BYTES_A_PIXEL = 1_024  # of memory, while a picture is in the network: 64 channels of 4 bytes, four times at once


@dataclass(frozen=True, eq=False)
class Features:
    """What a frozen network made of some of a set's pictures; N pictures, D features. Shared, only to be read.

    Attributes:
        indices: (N,) of the pictures in their set, ascending.
        values: (N, D) what goes into the network's own head.
        stages: (name, (N, C) means of the stage's output over the picture) in forward order, the stem first.
        backbone: key in `ZOO`.
        trained: whether it had its ImageNet weights, else random ones.
        size: side of what it saw, pixels.
        seconds: the pass took.
    """

    indices: Indices
    values: Matrix
    stages: tuple[tuple[str, Matrix], ...]
    backbone: str
    trained: bool
    size: int
    seconds: float

    def rows(self, indices: Indices) -> Indices:
        """Where pictures of the set stand among the rows.

        Raises:
            KeyError: one of them is not among them.
        """
        found = np.searchsorted(self.indices, indices)
        if len(self.indices) == 0 or (self.indices[np.minimum(found, len(self.indices) - 1)] != indices).any():
            raise KeyError("a picture without features")
        return found.astype(np.int64)

    def of(self, indices: Indices) -> Matrix:
        """(M, D) features of these pictures of the set."""
        return self.values[self.rows(indices)]


def extract(
    images: ImageSet, indices: Indices, backbone: str, *, trained: bool, size: int, report: Report,
    model: nn.Module | None = None,
) -> Features:  # fmt: skip
    """Send pictures through a network, a batch at a time, each in its turn on the device.

    Args:
        images: the set.
        indices: of its pictures, in any order.
        backbone: key in `ZOO`.
        trained: whether it has its ImageNet weights; else they are random, the same each time.
        size: side of what it sees, pixels.
        report: told after each batch; the pass stops where it raises.
        model: the network with its own head, so that it need not be loaded; shared, it is not written to.

    Raises:
        UserError: the weights cannot be had, the network cannot take pictures that small, or memory is short.
    """
    began = time.perf_counter()
    indices = np.unique(indices)
    if not len(indices):
        raise UserError("There are no pictures to look at.")
    with _short_of_memory(backbone, size), torch.inference_mode():
        with device_lock:
            shared = load(backbone, trained=trained) if model is None else model
            network = _Network(shared, backbone, size, half=len(indices) >= HALF_FROM)
            network.prepare(images.images[torch.from_numpy(indices[:2])], listen=len(indices) <= STAGES_UP_TO)
            held = network.hold(images.images, torch.from_numpy(indices))
        values: list[Tensor] = []
        stages: list[list[Tensor]] = []
        report(0.0, f"0 of {len(indices):,} pictures")
        for batch in held:
            with device_lock:
                out, means = network(batch)
            values.append(out)
            stages.append(means)
            done = sum(map(len, values))
            report(done / len(indices), f"{done:,} of {len(indices):,} pictures")
    names = [stage.name for stage in ZOO[backbone].stages]
    columns = [torch.cat(parts).numpy() for parts in zip(*stages, strict=True)]
    return Features(
        indices=indices,
        values=torch.cat(values).numpy(),
        stages=tuple(zip(names, columns, strict=True)) if columns else (),
        backbone=backbone,
        trained=trained,
        size=size,
        seconds=time.perf_counter() - began,
    )


def load(backbone: str, *, trained: bool) -> nn.Module:
    """A network with its own head, in eval mode, frozen, on the CPU: what `extract` takes as `model`.

    Raises:
        UserError: the ImageNet weights cannot be had.
    """
    if trained:
        return pretrained(backbone)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        return ZOO[backbone].build().eval().requires_grad_(False)


@contextmanager
def _short_of_memory(backbone: str, size: int) -> Iterator[None]:
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise UserError(
            f"The device has no memory left for {ZOO[backbone].title} at {size} pixels: choose fewer."
        ) from error


class _Network:
    """A private copy of a network without its head: (B, 3, S, S) uint8 -> what goes into the head, stages' means."""

    def __init__(self, shared: nn.Module, backbone: str, size: int, *, half: bool) -> None:
        self._architecture, self._size, self._device = ZOO[backbone], size, best()
        self._half = half and self._device.type == "cuda"
        self._shared = shared
        self._means: list[Tensor] = []
        self._network = self._copy()

    def _copy(self) -> nn.Module:
        network = copy_model(self._shared, self._device)
        self._architecture.replace_head(network, nn.Identity())
        return network

    def prepare(self, pictures: Tensor, *, listen: bool) -> None:
        """Fold what can be folded, unless that changes the answers; then listen to the stages if asked to.

        Raises:
            UserError: the network cannot take pictures of this size.
        """
        x = to_input(pictures.to(self._device), self._architecture, self._size)
        try:
            expected = self._network(x)
        except torch.OutOfMemoryError:
            raise
        except RuntimeError as error:  # "Kernel size can't be greater than actual input size"
            raise UserError(
                f"{self._architecture.title} cannot take pictures of {self._size} pixels: choose larger ones."
            ) from error
        fold(self._network, x)
        # GPUs round what goes into a convolution to ten bits (TF32), so that a right fold differs a little more there
        nearly = _SAME if self._device.type == "cpu" else _SAME_ROUNDED
        if (self._network(x) - expected).abs().max() > nearly * expected.abs().max():
            self._network = self._copy()
        self._network = self._network.to(memory_format=torch.channels_last)
        for stage in self._architecture.stages if listen else ():
            self._network.get_submodule(stage.modules[-1]).register_forward_hook(self._listen)

    def _listen(self, _: nn.Module, __: tuple[Any, ...], out: Tensor) -> None:
        self._means.append(out.mean((2, 3), dtype=torch.float32) if out.ndim == 4 else out.float())

    def hold(self, images: Tensor, indices: Tensor) -> Iterator[Tensor]:
        """Batches of the pictures on the device; all of them go there at once if they take a small part of it."""
        batch = _CPU_BATCH
        if self._device.type == "cuda":
            free = torch.cuda.mem_get_info(self._device)[0]
            batch = max(1, min(_GPU_BATCH, free // (_BYTES_A_PIXEL * self._size**2)))
            if len(indices) * images[0].numel() < free // 4:
                on_device = images[indices].to(self._device)
                return iter(torch.split(on_device, batch))
        elif self._device.type != "cpu":
            batch = 64
        return (images[chunk].to(self._device) for chunk in torch.split(indices, batch))

    def __call__(self, pictures: Tensor) -> tuple[Tensor, list[Tensor]]:
        """(B, D) features and (B, C) means of each stage, on the CPU."""
        self._means = []
        x = to_input(pictures, self._architecture, self._size)
        with torch.autocast(self._device.type, torch.float16, enabled=self._half):
            out = self._network(x).float()
        synchronize(self._device)
        return out.cpu(), [mean.cpu() for mean in self._means]
