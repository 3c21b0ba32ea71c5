"""How long each stage of a forward pass takes."""

from __future__ import annotations

import time

import torch

from core.detection.results import StageTime
from core.device import synchronize


class Clock:
    """Milliseconds between one call and the next."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self.times: list[StageTime] = []
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        """The stage of this name ends now, once the device has done all of it."""
        synchronize(self._device)
        now = time.perf_counter()
        self.times.append(StageTime(stage, (now - self._last) * 1e3))
        self._last = now
