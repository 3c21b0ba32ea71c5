"""The scaffold of a section with a training: controls left, its curves right, its results below them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.figures.transfer.training import on_what, too_few
from core.jobs import TRAININGS, Report
from core.transfer.subject import Subject
from core.ui import framework as ui
from core.ui.framework.section import nothing
from core.ui.transfer.experiment import Experiment
from core.ui.transfer.recorded import HELP as RECORDED
from core.ui.transfer.recorded import Recorded
from core.ui.transfer.subject import says_little

EVERY_S = 1.0
"""Seconds from one drawing of a curve that grows to the next."""
Plan = TypeVar("Plan")
Live = TypeVar("Live")
Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True)
class TrainingSection(Generic[Plan, Live, Result]):
    """A section with a training; calling it draws it.

    Attributes:
        name: of the section; its keys begin with `transfer_NAME`.
        label: what a training does, before its progress.
        button: label and icon of the button that starts it.
        takes: help of that button, of a plan.
        controls: draws them, and returns what a training runs on and how it trains.
        defaults: first value of every control by key, for Reset.
        editor: draws what of the plan is edited below the curves, and returns the edited one.
        refuses: why a plan cannot be carried out, a sentence; "" where it can be.
        before: draws what will happen, until a first training starts.
        words: likewise, below it.
        beside: draws what stays beside the curves.
        live: makes what the job writes and the page reads meanwhile.
        work: makes the job; it may hold neither the experiment nor the visitor's session.
        collect: given the job's result once, on the page's thread: saves runs, and returns what the section shows.
        curves: draws what there is so far of an experiment.
        results: draws what came of one, below both columns.
        below: draws what always stands at the end, given the experiment if there is one.
        recorded: what it opens with, until a first training starts.
        weights: whether it matters which weights are chosen.
        guesses: what can be predicted of a plan while it trains.
        help: file of its prose.
    """

    name: str
    label: str
    button: tuple[str, str] = ("Start training", ":material/play_arrow:")
    takes: Callable[[Plan], str] = lambda _: "Trains in the background; the page stays usable."
    controls: Callable[[], tuple[Subject, Plan]]
    defaults: Mapping[str, Any]
    editor: Callable[[Plan], Plan] = lambda plan: plan
    refuses: Callable[[Plan], str] = lambda _: ""
    before: Callable[[Subject, Plan], object]
    words: Callable[[Subject, Plan], object] = nothing
    beside: Callable[[Plan], object] = nothing
    live: Callable[[], Live]
    work: Callable[[Subject, Plan, Live], Callable[[Report], Any]]
    collect: Callable[[Any], Result]
    curves: Callable[[Experiment[Plan, Live, Result]], object]
    results: Callable[[Experiment[Plan, Live, Result]], object] = nothing
    below: Callable[[Experiment[Plan, Live, Result] | None, Subject, Plan], object] = nothing
    recorded: Recorded | None = None
    weights: bool = True
    guesses: Callable[[Plan], tuple[ui.Guess, ...]] = lambda _: ()
    help: str

    @property
    def key(self) -> str:
        """First part of the keys of its controls."""
        return f"transfer_{self.name}"

    def __call__(self) -> None:
        """Draw it."""
        experiment = self._take_in()
        left, right, numbers = ui.panes()
        with left:
            button = st.container()  # on the first screen, though it needs what is chosen below
            subject, plan = self.controls()
            ui.actions(self.key, self.defaults)
        with right:
            picture = st.container()
            plan = self.editor(plan)
        with button:
            self._button(subject, plan)
        revealed = True
        if experiment is None:
            self._opening(picture, numbers, subject, plan)
        else:
            with picture:
                revealed = self._watched(experiment, subject, plan)
            if revealed and experiment.result:
                self.results(experiment)
        self.below(experiment, subject, plan)
        if experiment is not None and revealed and self.recorded is not None:
            self.recorded.folded(self.key)
        ui.how(self.help)

    def _opening(self, picture: DeltaGenerator, numbers: DeltaGenerator, subject: Subject, plan: Plan) -> None:
        """What there is before a first training: the recorded one, if there is one, and what would happen here."""
        if self.recorded is None:
            with picture:
                self.before(subject, plan)
            with numbers:
                self.words(subject, plan)
            return
        with picture:
            revealed = self.recorded.picture(self.key)
        with numbers:
            if revealed:
                self.recorded.results(self.key)
            st.header("Run it live", anchor=False)
            self.before(subject, plan)
            self.words(subject, plan)

    def _button(self, subject: Subject, plan: Plan) -> None:
        refusal, (label, icon) = too_few(subject) or self.refuses(plan), self.button
        st.button(
            label, icon=icon, width="stretch", key=f"{self.key}_start", help=self.takes(plan),
            disabled=bool(refusal) or self.name in ui.session().jobs,
            on_click=ui.session_callback(f"{self.name} start", partial(self._start, subject, plan)),
        )  # fmt: skip
        if refusal:
            st.caption(f":material/info: {refusal}")
        elif self.recorded is not None and self.name not in ui.session().shown and not ui.is_narrow():
            on = ui.escape_markdown(on_what(subject, weights=self.weights))
            st.caption(ui.prose(RECORDED, "Live", button=label, on=on))

    def _start(self, subject: Subject, plan: Plan) -> None:
        """Callback of the button: from now on this training is shown, in place of the one before."""
        live = self.live()
        ui.session().start(self.name, TRAININGS, self.work(subject, plan, live))
        ui.session().shown[self.name] = Experiment[Plan, Live, Result](subject, plan, live)

    def _take_in(self) -> Experiment[Plan, Live, Result] | None:
        """The newest training; where it has just ended, with its result."""
        experiment: Experiment[Plan, Live, Result] | None = ui.session().shown.get(self.name)
        job = ui.session().jobs.get(self.name)
        if experiment is not None and job is not None and job.ended:
            result = job.wait()
            experiment.error = job.error
            experiment.result = None if result is None else self.collect(result)
            del ui.session().jobs[self.name]  # and with it the weights of runs that are not saved
        return experiment

    def _watched(self, experiment: Experiment[Plan, Live, Result], subject: Subject, plan: Plan) -> bool:
        """Draw a training; returns whether its results may be seen."""
        guesses = self.guesses(experiment.plan)
        failed = experiment.result is None and self.name not in ui.session().jobs
        hidden = bool(guesses) and not failed and not ui.revealed(self.key, experiment.number)
        place = st.container()
        if self.beside is not nothing:
            rows, place = ui.beside(2, ui.WHOLE)
            with rows:
                self.beside(plan)
        with place:
            self._watch(nothing if hidden else self.curves)
            self._caption(experiment.subject, subject)
        if hidden:
            ui.ask(self.key, experiment.number, guesses)
        elif guesses and experiment.result:
            ui.judge(self.key, experiment, guesses)
        return not hidden

    def _watch(self, draw: Callable[[Experiment[Plan, Live, Result]], object]) -> None:
        """Progress and curves, by themselves again and again while it runs; then why it failed, if it did."""
        job, experiment = ui.session().jobs.get(self.name), ui.session().shown.get(self.name)
        if job is not None and job.ended:  # just now, since it was looked at
            st.rerun()
        if job is not None:
            ui.show_progress(
                job, TRAININGS, self.label, f"{self.key}_job", stop="Stop training", every=EVERY_S,
                stop_help="It stops at its next step, and what has been learned by then stays.",
                draw=partial(_draw, self.name, draw),
            )  # fmt: skip
        elif experiment is not None:
            if experiment.error:
                st.error(ui.escape_markdown(experiment.error), icon=":material/error:")
            elif experiment.result is None:
                st.info("It was stopped before its end.", icon=":material/stop_circle:")
            draw(experiment)

    def _caption(self, old: Subject, new: Subject) -> None:
        """What a training was run on, and whether something else is chosen by now."""
        same = old.key == new.key if self.weights else old.key[:3] + old.key[4:] == new.key[:3] + new.key[4:]
        other = "" if same else " Other pictures or another network are chosen by now; this is about those before."
        little = says_little(old.selection)
        on = ui.escape_markdown(on_what(old, weights=self.weights))
        st.caption(f"Run on {on}.{other}{f' {little}' if little else ''}")


def _draw(name: str, draw: Callable[[Experiment[Any, Any, Any]], object]) -> None:
    """For the fragment, whose arguments outlive the tab: so the session is asked anew."""
    experiment = ui.session().shown.get(name)
    if experiment is not None:
        draw(experiment)
