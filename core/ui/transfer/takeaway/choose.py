"""Which experiment is taken away: the probe of what is chosen, a training, or a model that came back from a file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from core import device
from core.jobs import FEATURES, Report
from core.transfer.data.image_set import ImageSet
from core.transfer.data.splits import select
from core.transfer.model.classifier import Trained
from core.transfer.subject import Subject
from core.transfer.takeaway.result import Interval, Result, accuracy_of
from core.transfer.training.answers import score
from core.transfer.training.run import LabelledPredictions
from core.ui.framework.progress import show_progress
from core.ui.framework.session import session, session_callback
from core.ui.framework.show import escape_markdown
from core.ui.transfer.features import features_of
from core.ui.transfer.probes.held_out import ask
from core.ui.transfer.probes.state import TITLE as PROBE
from core.ui.transfer.probes.state import network, probe, usual_plan
from core.ui.transfer.sets import choose_set
from core.ui.transfer.subject import choose_subject

KEY = "transfer_takeaway"
WHAT = f"{KEY}_what"
NAME = "takeaway"
"""Of the section's job on the desk."""


@dataclass(frozen=True, eq=False)
class Chosen:
    """What was chosen.

    Attributes:
        name: in the menu.
        images: the set that is chosen in its menu.
        subject: all of what the probe is about; None where something else was chosen.
    """

    name: str
    images: ImageSet
    subject: Subject | None


def choose() -> Chosen:
    """Draw the menus into the column of controls."""
    mine = session()
    models = [title for title in reversed(list(mine.probes)) if title != PROBE]
    names = [*reversed(list(mine.runs)), *models, PROBE]
    if st.session_state.get(WHAT) not in (None, *names):
        del st.session_state[WHAT]  # it has gone from the desk
    name: str = st.selectbox(
        "Experiment",
        names,
        key=WHAT,  # not bound: a link cannot bring a training along
        persist_state="session",
        help="What you trained in Race, Schedule or Two heads, the newest first; models that you opened from a file; "
        "and the logistic probe of what is chosen below, which is always there.",
    )
    if name == PROBE:
        subject = choose_subject()
        return Chosen(name, subject.images, subject)
    return Chosen(name, choose_set(), None)


def what_is_there(chosen: Chosen) -> tuple[Trained | None, Result | None]:
    """The network, and all that belongs to it; where one of them is missing it says why, or shows how far it is."""
    if chosen.subject is not None:
        return _of_probe(chosen.subject)
    run = session().runs.get(chosen.name)
    trained = session().probes[chosen.name] if run is None else run.trained
    if trained.data_digest != chosen.images.digest:
        st.info(
            f"“{escape_markdown(trained.title)}” did not learn from {escape_markdown(chosen.images.name)}. "
            "Choose the pictures that it learned from, and all that belongs to them is here as well. Where they are "
            "gone, what is left is the network itself.",
            icon=":material/photo_library:",
        )
        return trained, None
    if run is None:
        return trained, _of_model(trained, chosen.images)
    assert run.selection is not None
    return trained, Result(trained, run.test, chosen.images, run.selection, run)


def compared(result: Result, *, known: bool) -> dict[str, Interval]:
    """Title -> accuracy of everything on the desk that answered the same test pictures, this one first.

    Args:
        result: this one.
        known: whether it is known what it learned from.
    """
    found = {result.title: result.test if known else accuracy_of(result.scored)}
    for title, run in session().runs.items():
        same = run.trained.data_digest == result.images.digest
        if same and np.array_equal(run.test.indices, result.scored.indices):
            found.setdefault(title, accuracy_of(run.test, run.selection))
    return found


def _of_probe(subject: Subject) -> tuple[Trained | None, Result | None]:
    features = features_of(subject)
    found = None if features is None else probe(subject, features, usual_plan(subject))
    if features is None or found is None:
        return None, None
    trained = network(subject, features, found)
    scored = ask(subject, features, found)
    return trained, None if scored is None else Result(trained, scored, subject.images, subject.selection)


def _of_model(trained: Trained, images: ImageSet) -> Result | None:
    """A model whose training is not known here can be asked about the test pictures, when somebody wants it."""
    mine, selection = session(), select(images, None)
    shown: tuple[Trained, LabelledPredictions] | None = mine.shown.get(NAME)
    job = mine.jobs.get(NAME)
    if job is not None and job.ended:
        found: tuple[Trained, LabelledPredictions] | None = job.wait()
        del mine.jobs[NAME]
        if found is not None:
            shown = mine.shown[NAME] = found
        elif job.error:
            st.error(escape_markdown(job.error), icon=":material/error:")
    elif job is not None:
        show_progress(job, FEATURES, "Test pictures", f"{KEY}_job")
        return None
    if shown is not None and shown[0] is trained:
        return Result(trained, shown[1], images, selection)
    st.button(
        "Ask it about the test pictures",
        key=f"{KEY}_ask",
        icon=":material/quiz:",
        on_click=session_callback("ask for test answers", partial(_start, trained, images)),
        help=f"Sends the {len(selection.test):,} test pictures of this set through the network.",
    )
    return None


def _start(trained: Trained, images: ImageSet) -> None:
    """Callback of the button."""
    session().start(NAME, FEATURES, partial(_ask, trained=trained, images=images))


def _ask(report: Report, trained: Trained, images: ImageSet) -> tuple[Trained, LabelledPredictions]:
    report(0.0, "loading the network")
    model = trained.model().to(device.best())
    return trained, score(model, images, select(images, None).test, report)
