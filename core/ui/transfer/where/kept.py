"""What this section has computed for one visitor: gone with the tab, bounded, and shared with nobody."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from core.jobs import FEATURES, Report, State
from core.transfer.attribution.heat import Covered
from core.transfer.model.classifier import Trained
from core.ui.framework.progress import show_progress
from core.ui.framework.show import escape_markdown
from core.ui.transfer.desk import desk
from core.ui.transfer.shelf import Shelf

KEY = "transfer_where"
MEGABYTES = 32
"""Of all maps and answers of one visitor: some 300 views."""
PATIENCE_S = 0.4
"""How long a page waits for work before it shows how far that is: what takes less just appears."""

T = TypeVar("T")

_digests: WeakKeyDictionary[Trained, str] = WeakKeyDictionary()


def _bytes(thing: object) -> int:
    """Of the arrays in a thing and its attributes, and something for the rest."""
    parts = [thing, *getattr(thing, "__dict__", {}).values()]
    return 1_000 + sum(part.nbytes for part in parts if isinstance(part, np.ndarray | Tensor))


@dataclass(frozen=True, eq=False)
class Photograph:
    """A picture of the visitor's own that belongs to no set.

    Attributes:
        name: of its file.
        digest: sha256 of the file.
        pixels: (3, S, S) uint8, its middle.
    """

    name: str
    digest: str
    pixels: Tensor


@dataclass(eq=False)
class Kept:
    """One visitor's results.

    Attributes:
        results: by what they were asked with.
        asked: what the newest work of each kind was asked with.
        own: the photograph that was uploaded last.
        problem: what is wrong with the file that was uploaded last.
        window: a map of occlusion, and the (row, column) that was clicked on it.
    """

    results: Shelf[Hashable, Any] = field(default_factory=lambda: Shelf(MEGABYTES, _bytes))
    asked: dict[str, Hashable] = field(default_factory=dict)
    own: Photograph | None = None
    problem: str = ""
    window: tuple[Covered, tuple[int, int]] | None = None

    def close(self) -> None:
        """Let go of everything."""
        self.results.clear()
        self.own = self.window = None


@st.cache_resource(scope="session", on_release=Kept.close, show_spinner=False)
def kept() -> Kept:
    """The visitor's results, from their first visit to this section on."""
    return Kept()


def digest(trained: Trained) -> str:
    """Names a network by its title and all of its weights; taken once."""
    if trained not in _digests:
        state = hashlib.sha256(f"{trained.title}\0{trained.spec}\0{trained.classes}".encode())
        for name, tensor in trained.state.items():
            state.update(name.encode())
            state.update(tensor.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy().data)
        _digests[trained] = state.hexdigest()
    return _digests[trained]


def once(key: Hashable, make: Callable[[], T]) -> T:
    """The result of short work, made now if it was not made before."""
    results = kept().results
    found: T | None = results.get(key)
    if found is None:
        with st.spinner("Looking…"):
            found = results[key] = make()
    return found


def in_background(what: str, key: Hashable, label: str, work: Callable[[Report], T]) -> T | None:
    """The result of longer work; None while it runs, and then it draws, where it is called, how far it is.

    Args:
        what: kind of work; another key stops the work of the same kind that is under way.
        key: what it is asked with.
        label: what it does, for the progress bar.
        work: the work.
    """
    mine, name = kept(), f"where {what}"
    results = mine.results

    def work_and_keep(report: Report) -> None:
        results[key] = work(report)

    job = desk().jobs.get(name)
    done = (
        job is not None and job.state is State.DONE
    )  # before the shelf is looked at, which a job fills before its end
    found: T | None = results.get(key)
    if found is not None:
        return found
    if job is None or mine.asked.get(what) != key or done:  # done, and gone from the shelf since
        job, mine.asked[what] = desk().start(name, FEATURES, work_and_keep), key
        job.wait(PATIENCE_S)
    if not job.ended:
        show_progress(job, FEATURES, label, f"{KEY}_{what}")
        return None
    if job.state is State.DONE:
        result: T | None = results.get(key)
        return result
    if job.error:
        st.error(escape_markdown(job.error), icon=":material/error:")
    else:
        st.info("It was stopped before its end.", icon=":material/stop_circle:")
    if st.button("Start again", key=f"{KEY}_{what}_again", icon=":material/refresh:"):
        del mine.asked[what]
        st.rerun()
    return None
