"""Features of what was chosen: from the shelf, or on their way."""

from __future__ import annotations

import streamlit as st

from core.jobs import FEATURES, Job, Report
from core.transfer.features.extract import Features, extract
from core.transfer.subject import Subject
from core.ui.framework.progress import show_progress
from core.ui.framework.show import escape_markdown
from core.ui.transfer.backbones import backbone
from core.ui.transfer.desk import desk
from core.ui.transfer.feature_jobs import SHARED, Work


def features_of(subject: Subject, slot: str = "features") -> Features | None:
    """The features of all selected pictures, from the cache; else None, and meanwhile the pass runs in the background.

    Then it draws, where it is called, how far the pass is (or its place in the line, or why it failed) with a button
    to stop it, and runs the page again when it is done.

    Args:
        subject: what was chosen.
        slot: a place on the page. Another subject in the same slot stops the pass for the one before, unless somebody
            else waits for it; a section that needs two at once gives them two slots.
    """
    mine = desk()
    feature_jobs = mine.feature_jobs if subject.images.own else SHARED
    key, work = subject.key, _work(subject)
    job = feature_jobs.job(key, mine)
    if job is None or not job.ended:
        job = mine.request(feature_jobs, key, work, slot)
    if job is None:
        return feature_jobs.done.get(key)
    if job.ended:
        _say_how_it_ended(job)
        if st.button("Compute them again", key=f"transfer_{slot}_again", icon=":material/refresh:"):
            mine.request(feature_jobs, key, work, slot)
            st.rerun()
        return None
    stops = "It stops at its next batch" + ("." if subject.images.own else ", for everybody who waits for the same.")
    show_progress(job, FEATURES, "Features", f"transfer_{slot}", stop="Stop the pass", stop_help=stops)
    return None


def _work(subject: Subject) -> Work:
    """The pass as the work of a job; of the subject it holds what it needs."""
    images, pictures = subject.images, subject.selection.all
    name, trained, size = subject.backbone, subject.trained, subject.size

    def work(report: Report) -> Features:
        report(0.0, "loading the network")
        network = backbone(name, trained)
        return extract(images, pictures, name, trained=trained, size=size, report=report, model=network)

    return work


def _say_how_it_ended(job: Job) -> None:
    """Say how a pass ended that left no features."""
    if job.error:
        st.error(f"The features could not be computed. {escape_markdown(job.error)}", icon=":material/error:")
    else:
        st.info("The pass was stopped before its end, so there are no features yet.", icon=":material/stop_circle:")
