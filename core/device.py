"""Which device the networks run on, and one visitor on it at a time."""

from __future__ import annotations

import ctypes
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import torch

from core.errors import UserError

_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class PriorityLock:
    """A re-entrant lock that gives short work priority over long work.

    Short work (one picture through a network) holds it as any lock: `with device_lock:`. Who came first goes first,
    so that work in many short pieces (a feature pass) lets others in between two of them. Long work (a training) holds
    it a step at a time, `with device_lock.step():`, and between two steps gives way to all short work that waits.
    """

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._owner: int | None = None
        self._depth = 0
        self._waiting: deque[object] = deque()  # one ticket for each piece of short work, in the order they came

    def acquire(self, blocking: bool = True) -> bool:
        """Take it for short work, waiting unless told otherwise; says whether it was had."""
        me = threading.get_ident()
        with self._free:
            if self._owner != me:
                if (self._owner is not None or self._waiting) and not blocking:
                    return False
                ticket = object()
                self._waiting.append(ticket)
                try:
                    self._free.wait_for(lambda: self._owner is None and self._waiting[0] is ticket)
                finally:
                    self._waiting.remove(ticket)
                    self._free.notify_all()  # should the wait have been broken off, the next one's turn may have come
            self._owner, self._depth = me, self._depth + 1
            return True

    def release(self) -> None:
        """Give back one `acquire`.

        Raises:
            RuntimeError: another thread holds it, or none.
        """
        with self._free:
            if self._owner != threading.get_ident():
                raise RuntimeError("only who holds the device can give it back")
            self._depth -= 1
            if self._depth == 0:
                self._owner = None
                self._free.notify_all()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    @contextmanager
    def step(self) -> Iterator[None]:
        """Hold it for one step of long work, after all short work that waits."""
        me = threading.get_ident()
        with self._free:
            if self._owner != me:
                self._free.wait_for(lambda: self._owner is None and not self._waiting)
            self._owner, self._depth = me, self._depth + 1
        try:
            yield
        finally:
            self.release()


# Two forward passes side by side on one device take as long as one after the other and twice the memory,
# so whoever runs a network holds this lock meanwhile. Re-entrant: a stage may call a helper that holds it too.
device_lock = PriorityLock()


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


@contextmanager
def alone(full: str) -> Iterator[None]:
    """Hold the device, as any short work does.

    Args:
        full: what to say where its memory is full.

    Raises:
        UserError: it is.
    """
    try:
        with device_lock:
            yield
    except torch.OutOfMemoryError as error:
        raise UserError(full) from error


@contextmanager
def half_precision(device: torch.device, *, wanted: bool = True) -> Iterator[None]:
    """Take products in bfloat16 meanwhile, on CUDA alone: CPUs are ten times slower with it than without.

    (https://docs.pytorch.org/docs/stable/amp.html)
    """
    with torch.autocast(device.type, torch.bfloat16, enabled=wanted and device.type == "cuda"):
        yield


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
