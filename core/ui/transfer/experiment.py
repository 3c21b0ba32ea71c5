"""One training of a section, with what it runs on and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Generic, TypeVar

from core.transfer.subject import Subject

Plan = TypeVar("Plan")
Live = TypeVar("Live")
Result = TypeVar("Result")
_NUMBERS = count(1)


@dataclass(eq=False)
class Experiment(Generic[Plan, Live, Result]):
    """One training of a section, from the press of its button until the next. The page's thread alone writes to it.

    Attributes:
        subject: what it runs on.
        plan: what was chosen besides.
        live: what the job writes and the page reads meanwhile.
        result: what came of it, once it has ended.
        error: why there is nothing, a sentence; "" where there is no reason to give.
        number: that no other has.
    """

    subject: Subject
    plan: Plan
    live: Live
    result: Result | None = None
    error: str = ""
    number: int = field(default_factory=_NUMBERS.__next__)
