"""Reading a visitor's files in the background: one after the other, with progress; their sets and drafts take them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.errors import UserError
from core.jobs import Job, JobQueue, Report
from core.transfer.data.image_set import ImageSet
from core.ui import framework as ui
from core.ui.transfer.sets import add_own, choose

KEY = "transfer_data"
VIEW = f"{KEY}_view"
PICTURES, AUGMENTATION, CLASSES = VIEWS = ("Pictures", "Augmentation", "My classes")
READINGS = JobQueue("classroom-readings")
"""Of all visitors: two readings side by side would take as long, and their memory at once."""
SET, SHOTS = "reading a set", "reading pictures"
"""Names of the jobs."""
SOON_S = 0.5
"""What is read by then is shown at once, without a bar."""
_TOLD = f"{KEY}_told"
_SHOWN = 4  # sentences before the rest is folded


def begin(name: str, work: Callable[[Report], Any]) -> None:
    """Read something; for use in a callback. It may hold neither the session nor anything of the page."""
    clear()
    ui.session().start(name, READINGS, work).wait(SOON_S)


def ended(name: str) -> Any:
    """What was read, once, on the first run of the page after its end; None as long as there is nothing."""
    job = ui.session().jobs.get(name)
    if job is None or not job.ended:
        return None
    result = job.wait()
    del ui.session().jobs[name]  # and with it the pictures, which are held by whoever takes them now
    if job.error:
        tell(job.error)
    elif result is None:
        tell("Reading was stopped: nothing was saved.")
    return result


def watch(name: str, label: str) -> None:
    """Show how far a reading is, if there is one."""
    job: Job | None = ui.session().jobs.get(name)
    if job is not None and job.ended:  # just now, after `ended` looked
        st.rerun()
    if job is not None:
        stops = "It stops at its next picture, and nothing is saved."
        key = f"{KEY}_{name.replace(' ', '_')}"
        ui.show_progress(job, READINGS, label, key, stop="Stop reading", stop_help=stops)


def keep(images: ImageSet) -> None:
    """Keep a set and choose it; where the same pictures are kept already, choose these."""
    for title, one in ui.session().sets.items():
        if one.digest == images.digest:
            choose(title)
            return
    add_own(images)


def attempt(change: Callable[[], None]) -> None:
    """Do what a visitor asked for; what cannot be done is told when the page is drawn. For use in callbacks."""
    clear()
    try:
        change()
    except UserError as error:
        tell(str(error))


def tell(*sentences: str) -> None:
    """Have sentences stand on the page until the next thing is done; they may quote names of files."""
    st.session_state.setdefault(_TOLD, []).extend(sentences)


def clear() -> None:
    """Forget what was told."""
    st.session_state.pop(_TOLD, None)


def forget_elsewhere() -> None:
    """Forget what was told before another section was open: it was about what a visitor did then."""
    if f"{KEY}_copy_link" not in st.session_state:  # the button was not drawn in the run before
        clear()


def show_told() -> None:
    """Draw what was told."""
    told: list[str] = st.session_state.get(_TOLD, [])
    for sentence in told[:_SHOWN]:
        st.error(ui.escape_markdown(sentence), icon=":material/error:")
    if more := told[_SHOWN:]:
        with st.expander(f"{len(more):,} more like this", icon=":material/error:"):
            st.markdown("\n".join(f"- {ui.escape_markdown(sentence)}" for sentence in more))
