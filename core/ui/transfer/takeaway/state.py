"""The network that was chosen, and the result that belongs to it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core import device
from core.errors import UserError
from core.jobs import FEATURES, Report
from core.transfer.data.image_set import ImageSet
from core.transfer.data.splits import select
from core.transfer.model.classifier import Trained
from core.transfer.subject import Subject
from core.transfer.takeaway.result import Result
from core.transfer.training.answers import score
from core.transfer.training.run import LabelledPredictions
from core.ui import framework as ui
from core.ui.transfer.features import features_of
from core.ui.transfer.probes.held_out import ask
from core.ui.transfer.probes.state import network, probe, usual_plan
from core.ui.transfer.takeaway.controls import KEY, Chosen

NAME = "takeaway"
"""Of the section's job."""


def what_is_there(chosen: Chosen) -> tuple[Trained | None, Result | None]:
    """The network, and all that belongs to it; where one of them is missing it says why, or shows how far it is."""
    if chosen.subject is not None:
        return _of_probe(chosen.subject)
    mine = ui.session()
    run = mine.runs.get(chosen.name)
    trained = mine.probes[chosen.name] if run is None else run.trained
    if trained.data_digest != chosen.images.digest:
        title, images = ui.escape_markdown(trained.title), ui.escape_markdown(chosen.images.name)
        says = ui.prose("transfer/takeaway", "Other pictures", title=title, images=images)
        st.info(says, icon=":material/photo_library:")
        return trained, None
    if run is None:
        return trained, _of_model(trained, chosen.images)
    assert run.selection is not None
    return trained, Result(trained, run.test, chosen.images, run.selection, run)


def _of_probe(subject: Subject) -> tuple[Trained | None, Result | None]:
    features = features_of(subject)
    found = None if features is None else probe(subject, features, usual_plan(subject))
    if features is None or found is None:
        return None, None
    trained = network(subject, features, found)
    scored = ask(subject, features, found)
    return trained, None if scored is None else Result(trained, scored, subject.images, subject.selection)


def _of_model(trained: Trained, images: ImageSet) -> Result | None:
    """A model whose training is not known here predicts the test pictures when somebody wants it."""
    mine, selection = ui.session(), select(images, None)
    shown: tuple[Trained, LabelledPredictions] | None = mine.shown.get(NAME)
    job = mine.jobs.get(NAME)
    if job is not None and job.ended:
        found: tuple[Trained, LabelledPredictions] | None = job.wait()
        del mine.jobs[NAME]
        if found is not None:
            shown = mine.shown[NAME] = found
        elif job.error:
            ui.problem(UserError(job.error))
    elif job is not None:
        ui.show_progress(job, FEATURES, "Test pictures", f"{KEY}_job")
        return None
    if shown is not None and shown[0] is trained:
        return Result(trained, shown[1], images, selection)
    st.button(
        "Predict the test pictures", key=f"{KEY}_ask", icon=":material/quiz:",
        on_click=ui.session_callback("predict the test pictures", partial(_start, trained, images)),
        help=f"Sends the {len(selection.test):,} test pictures of this set through the network.",
    )  # fmt: skip
    return None


def _start(trained: Trained, images: ImageSet) -> None:
    ui.session().start(NAME, FEATURES, partial(_predict, trained=trained, images=images))


def _predict(report: Report, trained: Trained, images: ImageSet) -> tuple[Trained, LabelledPredictions]:
    report(0.0, "loading the network")
    model = trained.model().to(device.best())
    return trained, score(model, images, select(images, None).test, report)
