"""Which device the networks run on, and one visitor on it at a time."""

from __future__ import annotations

import ctypes
import sys
import threading
from dataclasses import dataclass
from functools import lru_cache

import torch

_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None

# Two forward passes side by side on one device take as long as one after the other and twice the memory,
# so whoever runs a network holds this lock meanwhile. Re-entrant: a stage may call a helper that holds it too.
exclusive = threading.RLock()


@dataclass(frozen=True)
class DeviceInfo:
    """What the device badge shows.

    Attributes:
        kind: `"cuda"`, `"mps"` or `"cpu"`.
        name: the name its maker gave it; for a CPU the number of threads torch uses.
        memory_gb: its own memory in GB (10^9 bytes), None where torch cannot tell (CPU, MPS).
    """

    kind: str
    name: str
    memory_gb: float | None


@lru_cache(maxsize=1)
def best() -> torch.device:
    """The device for all networks: CUDA if there is one, else Apple's MPS, else the CPU.

    Chosen once a process: a model and its inputs must agree on it.
    """
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def describe() -> DeviceInfo:
    """Name and memory of the device in use (https://docs.pytorch.org/docs/stable/cuda.html)."""
    device = best()
    if device.type == "cuda":
        properties = torch.cuda.get_device_properties(device)
        return DeviceInfo("cuda", properties.name, properties.total_memory / 1e9)
    if device.type == "mps":
        return DeviceInfo("mps", "Apple GPU", None)
    threads = torch.get_num_threads()
    return DeviceInfo("cpu", f"CPU, {threads} thread{'s' if threads != 1 else ''}", None)


def synchronize(device: torch.device) -> None:
    """Wait until the device has done what it was given, so that a clock read next is honest."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


def give_back_memory() -> None:
    """Return what a forward pass has freed to the system: the C library keeps some 45 MB of it, for no use here.

    About 3 ms; does nothing where the C library is not glibc (https://man7.org/linux/man-pages/man3/malloc_trim.3.html).
    """
    trim = getattr(_LIBC, "malloc_trim", None)
    if trim is not None:
        trim(0)
