"""Results that take a while: from their cache, or made now, or on their way with their progress on the page."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

import streamlit as st

from core.errors import UserError
from core.jobs import FEATURES, Job, JobQueue, Report
from core.ui.framework.progress import show_progress
from core.ui.framework.session import session
from core.ui.framework.show import problem
from core.ui.framework.sized_cache import ResultCache

T = TypeVar("T")


def made_once(results: ResultCache[T], key: Hashable, make: Callable[[], T], label: str) -> T:
    """The result of short work, made while the visitor waits if it was not made before."""
    found = results.get(key)
    if found is None:
        with st.spinner(f"{label}…"):
            found = results[key] = make()
    return found


def computed(
    results: ResultCache[T],
    key: Hashable,
    work: Callable[[Report], T],
    slot: str,
    label: str,
    *,
    queue: JobQueue = FEATURES,
    patience: float = 0,
    stop: str = "Stop",
    stop_help: str = "It stops at its next step.",
    failed: str = "",
    stopped: str = "It was stopped before its end.",
    again: str = "Start again",
) -> T | None:
    """The result of longer work; None while it is made in the background.

    Then it draws, where it is called, how far the work is (or its place in the line, or why it failed) with a button
    to stop it, and runs the page again when it is done.

    Args:
        results: where it is kept.
        key: what it is asked with.
        work: the work of a job; it may hold nothing of the visitor's but what it needs.
        slot: a place on the page, and the beginning of its widgets' keys. Another request for the same slot stops the
            one before, unless somebody else waits for it.
        label: what it does, for the progress bar.
        queue: where it waits for its turn.
        patience: seconds to wait before it shows how far that is: what takes less just appears.
        stop: name of the button that stops it.
        stop_help: what that does.
        failed: before the reason, where it failed.
        stopped: where it was stopped.
        again: name of the button that starts it anew.
    """
    mine = session()
    job = results.job(key, mine)
    if job is None or not job.ended:
        job = mine.request(results, key, work, slot, queue)
        if job is not None and patience:
            job.wait(patience)
    if job is None or key in results:
        return results.get(key)
    if job.ended:
        _say_how_it_ended(job, failed, stopped)
        if st.button(again, key=f"{slot}_again", icon=":material/refresh:"):
            mine.request(results, key, work, slot, queue)
            st.rerun()
        return None
    show_progress(job, queue, label, slot, stop=stop, stop_help=stop_help)
    return None


def _say_how_it_ended(job: Job, failed: str, stopped: str) -> None:
    """Say how work ended that left no result."""
    if job.error:
        problem(UserError(f"{failed} {job.error}".strip()))
    else:
        st.info(stopped, icon=":material/stop_circle:")
