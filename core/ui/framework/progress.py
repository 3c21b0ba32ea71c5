"""Progress of background work: its position in the queue, its bar, a button that stops it, and what it has drawn."""

from __future__ import annotations

import weakref
from collections.abc import Callable

import streamlit as st

from core.jobs import Job, JobQueue

POLL_S = 0.5


def show_progress(
    job: Job,
    queue: JobQueue | None,
    label: str,
    key: str,
    *,
    stop: str = "Stop",
    stop_help: str = "It stops at its next step.",
    draw: Callable[[], None] | None = None,
    every: float = POLL_S,
) -> None:
    """Show work that waits or runs, by itself again and again; the page stays usable. At its end the page runs anew.

    Not to be called for a job that has ended.

    Args:
        job: the work.
        queue: where it waits, to tell its position; None for one on a thread of its own.
        label: what it does ("Training the network").
        key: beginning of the keys of its widgets.
        stop: name of the button. The header has a "Stop" of its own while a page runs: name a training's otherwise.
        stop_help: what the button does.
        draw: draws below it what there is so far, a curve that grows for instance; called each time.
        every: seconds from one time to the next.
    """
    # a fragment's arguments outlive the tab for minutes: they must not keep the job's result alive
    st.fragment(_watch, run_every=every)(weakref.ref(job), queue, label, key, stop, stop_help, draw)


def _watch(
    held: weakref.ref[Job],
    queue: JobQueue | None,
    label: str,
    key: str,
    stop: str,
    stop_help: str,
    draw: Callable[[], None] | None,
) -> None:
    job = held()
    if job is None or job.ended:
        st.rerun()
    st.progress(job.fraction, _sentence(job, queue, label))
    if job.stopping:
        st.caption("It stops at its next step.")
    else:
        st.button(
            stop, key=f"{key}_stop", icon=":material/stop_circle:", help=stop_help, on_click=_cancel, args=(held,)
        )
    if draw is not None:
        draw()


def _cancel(held: weakref.ref[Job]) -> None:
    job = held()
    if job is not None:
        job.cancel()


def _sentence(job: Job, queue: JobQueue | None, label: str) -> str:
    """One line: what it is, and how far or how long it has to wait."""
    ahead = queue.position(job) if queue is not None else 0
    if ahead:
        return f"{label}: queued, {ahead} before it"
    return f"{label}: {job.text}" if job.text else f"{label}…"
