"""A dictionary with a bound in megabytes and in number: the oldest entry goes first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator, Mapping, MutableMapping
from enum import Enum
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from core.jobs import FEATURES, Job, JobQueue, Report

K = TypeVar("K")
V = TypeVar("V")


def bytes_of(thing: object) -> int:
    """Bytes of all arrays, tensors and texts in a thing and its attributes, each once."""
    total, seen, left = 0, set[int](), [thing]
    while left:
        one: Any = left.pop()
        if id(one) in seen or isinstance(one, Enum | type):  # a member of an enumeration leads to all of its class
            continue
        seen.add(id(one))
        if isinstance(one, str | bytes):
            total += len(one)
        elif isinstance(size := getattr(one, "nbytes", None), int):
            total += size
        elif isinstance(one, tuple | list | set | frozenset):
            left += one
        elif isinstance(one, Mapping):
            left += one.values()
        else:
            left += getattr(one, "__dict__", {}).values()
    return total


class SizedCache(MutableMapping[K, V], Generic[K, V]):
    """Entries of one kind, the newest last. The newest always stays, whatever its size. Any thread may use it.

    Attributes:
        megabytes: all entries together at most, unless one alone is larger (10^6 bytes).
        most: this many entries at most.
        evicted: keys of those that made room for the last one.
    """

    def __init__(self, megabytes: float, size: Callable[[V], int] = bytes_of, most: int = 1_000) -> None:
        """A cache that asks `size` for the bytes of an entry."""
        self.megabytes = megabytes
        self.most = most
        self.evicted: tuple[K, ...] = ()
        self._size = size
        self._entries: dict[K, tuple[V, int]] = {}
        self._lock = threading.RLock()

    def __getitem__(self, key: K) -> V:
        with self._lock:
            return self._entries[key][0]

    def __setitem__(self, key: K, value: V) -> None:
        """Put an entry at the end; one of the same key goes, and then the oldest until the rest fits."""
        size = self._size(value)
        with self._lock:
            self._entries.pop(key, None)
            self._entries[key] = value, size
            gone = []
            while len(self) > 1 and (len(self) > self.most or self.bytes > self.megabytes * 1e6):
                gone.append(next(iter(self._entries)))
                del self._entries[gone[-1]]
            self.evicted = tuple(gone)

    def __delitem__(self, key: K) -> None:
        with self._lock:
            del self._entries[key]

    def __iter__(self) -> Iterator[K]:
        """Over a copy, since another thread may put something in meanwhile."""
        with self._lock:
            return iter(tuple(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def bytes(self) -> int:
        """Of all entries together."""
        with self._lock:
            return sum(size for _, size in self._entries.values())

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._entries.clear()
            self.evicted = ()


class _Request:
    """A job, and who waits for it: the list is everybody's, so it keeps nobody alive."""

    def __init__(self, job: Job, waiting: WeakSet[Any]) -> None:
        self.job, self.waiting = job, waiting


class ResultCache(SizedCache[Hashable, V], Generic[V]):
    """Results by what they were asked with, and the jobs that compute them: each once for all who request it."""

    def __init__(self, megabytes: float, size: Callable[[V], int] = bytes_of, most: int = 1_000) -> None:
        """As `SizedCache`."""
        super().__init__(megabytes, size, most)
        self._requests: dict[Hashable, _Request] = {}
        self._closed = False

    def job(self, key: Hashable, who: object) -> Job | None:
        """The newest job that somebody requested, under way or ended without a result."""
        with self._lock:
            found = self._requests.get(key)
            return found.job if found is not None and who in found.waiting else None

    def request(
        self, key: Hashable, who: object, work: Callable[[Report], V], queue: JobQueue = FEATURES
    ) -> Job | None:
        """Start a job, or join the one that somebody else requested; one that has ended is started anew.

        None if its result is here by now.
        """

        def work_and_keep(report: Report) -> None:
            result = work(report)
            with self._lock:
                if not self._closed:
                    self[key] = result
                    if self._requests.get(key) is started:  # not one that was asked for after this was told to stop
                        del self._requests[key]

        started: _Request | None = None
        with self._lock:
            if key in self:
                return None
            found = self._requests.get(key)
            # whoever sees their own job stop waits for its end; who comes meanwhile has asked nobody to stop it
            if found is None or found.job.ended or (found.job.stopping and who not in found.waiting):
                waiting = found.waiting if found is not None else WeakSet()
                found = started = self._requests[key] = _Request(queue.submit(work_and_keep), waiting)
            found.waiting.add(who)
            return found.job

    def release(self, key: Hashable, who: object) -> None:
        """Release a request; a job that nobody requests any more stops."""
        with self._lock:
            found = self._requests.get(key)
            if found is None:
                return
            found.waiting.discard(who)
            if found.waiting:
                return
            del self._requests[key]
        found.job.cancel()

    def close(self) -> None:
        """Stop all jobs and let go of everything, also of what they come to yet."""
        with self._lock:
            self._closed = True
            jobs = [found.job for found in self._requests.values()]
            self._requests.clear()
            self.clear()
        for job in jobs:
            job.cancel()
