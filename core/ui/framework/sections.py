"""Sections are imported when they are first wanted, by whoever wants them, one at a time."""

from __future__ import annotations

import sys
import threading
from importlib import import_module
from types import ModuleType

# Two threads that import a circle of modules from two ends (the large libraries have such circles) may each see half a
# module, and a page would end with an error. A wait of some seconds, with a sentence, is the smaller evil.
_one_at_a_time = threading.RLock()
_loaded: set[str] = set()


def is_loaded(module: str) -> bool:
    """Whether a module can be had at once. One that another thread is just importing cannot, though Python knows it."""
    return module in _loaded


def load(module: str) -> ModuleType:
    """Import a module by its full name, after whoever imports another one; one that is there is had at once."""
    if module in _loaded:
        return sys.modules[module]
    with _one_at_a_time:
        imported = import_module(module)
    _loaded.add(module)
    return imported
