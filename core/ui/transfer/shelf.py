"""A dictionary with a bound in megabytes: what was put in first goes first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, MutableMapping
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Shelf(MutableMapping[K, V], Generic[K, V]):
    """Things of one kind, the newest last. The newest always stays, whatever its size. Any thread may use it.

    Attributes:
        megabytes: all things together at most, unless one alone is larger (10^6 bytes).
        most: this many things at most.
        let_go: keys of what went when the last thing came.
    """

    def __init__(self, megabytes: float, size: Callable[[V], int], most: int = 1_000) -> None:
        """A shelf that asks `size` for the bytes of a thing."""
        self.megabytes = megabytes
        self.most = most
        self.let_go: tuple[K, ...] = ()
        self._size = size
        self._things: dict[K, tuple[V, int]] = {}
        self._lock = threading.RLock()

    def __getitem__(self, key: K) -> V:
        with self._lock:
            return self._things[key][0]

    def __setitem__(self, key: K, thing: V) -> None:
        """Put a thing on the end; one of the same key goes, and then the oldest until the rest fits."""
        size = self._size(thing)
        with self._lock:
            self._things.pop(key, None)
            self._things[key] = thing, size
            gone = []
            while len(self) > 1 and (len(self) > self.most or self.bytes > self.megabytes * 1e6):
                gone.append(next(iter(self._things)))
                del self._things[gone[-1]]
            self.let_go = tuple(gone)

    def __delitem__(self, key: K) -> None:
        with self._lock:
            del self._things[key]

    def __iter__(self) -> Iterator[K]:
        """Over a copy, since another thread may put something in meanwhile."""
        with self._lock:
            return iter(tuple(self._things))

    def __len__(self) -> int:
        return len(self._things)

    @property
    def bytes(self) -> int:
        """Of all things together."""
        with self._lock:
            return sum(size for _, size in self._things.values())

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._things.clear()
            self.let_go = ()
