"""What this section has computed for one visitor, and how it computes: once, in the background where it takes long."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from typing import TypeVar
from weakref import WeakKeyDictionary

import torch

from core.jobs import Report
from core.transfer.model.classifier import Trained
from core.ui import framework as ui

KEY = "transfer_where"
PATIENCE_S = 0.4
"""How long a page waits for work before it shows how far that is: what takes less just appears."""

T = TypeVar("T")

_digests: WeakKeyDictionary[Trained, str] = WeakKeyDictionary()


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
    found: T = ui.made_once(ui.session().explanations, key, make, "Looking")
    return found


def in_background(what: str, key: Hashable, label: str, work: Callable[[Report], T]) -> T | None:
    """The result of longer work; None while it runs, and then it draws, where it is called, how far it is.

    Args:
        what: kind of work; another key stops the work of the same kind that is under way.
        key: what it is asked with.
        label: what it does, for the progress bar.
        work: the work.
    """
    results = ui.session().explanations
    return ui.computed(results, key, work, f"{KEY}_{what}", label, patience=PATIENCE_S)
