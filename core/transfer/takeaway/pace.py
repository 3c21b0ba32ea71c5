"""How long a file will take to make: a first guess, then what those before it in this process took."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic


class Pace:
    """Seconds by the amount of work. Shared by all visitors: it keeps numbers alone.

    Another machine is faster or slower at all of it by about the same factor, so a measurement corrects that factor.
    """

    def __init__(self, first: float, each: float = 0.0) -> None:
        """Until something was measured it is `first + each * amount` seconds."""
        self._first, self._each = first, each
        self._factor: float | None = None
        self._lock = threading.Lock()

    def seconds(self, amount: float = 0.0) -> float:
        """What is to be expected."""
        return (self._factor or 1.0) * (self._first + self._each * amount)

    def measured(self, seconds: float, amount: float = 0.0) -> None:
        """One was made in so many seconds; the last ones count most."""
        factor = max(seconds, 1e-3) / (self._first + self._each * amount)
        with self._lock:
            self._factor = factor if self._factor is None else (self._factor + factor) / 2

    @contextmanager
    def measuring(self, amount: float = 0.0) -> Iterator[None]:
        """Around the making of one; what failed or was stopped says nothing."""
        begin = monotonic()
        yield
        self.measured(monotonic() - begin, amount)


def about(seconds: float) -> str:
    """In words: "about 12 s", "about 2 min"; no more digits than the guess is worth."""
    if seconds >= 100:
        return f"about {seconds / 60:.0f} min"
    if seconds >= 20:
        return f"about {round(seconds / 5) * 5:.0f} s"
    return f"about {max(round(seconds), 1)} s"
