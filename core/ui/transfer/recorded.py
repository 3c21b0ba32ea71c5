"""The recorded training that a section opens with: its replay, its results, and what it teaches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import streamlit as st

from core.figures.figure import Plot
from core.figures.transfer import recorded as figures
from core.figures.transfer import replay
from core.transfer.training.recording import RACE, SCHEDULE, Recording, read
from core.ui import framework as ui

HELP = "transfer/recorded"
_SIGNATURE = "recorded"
_number = st.column_config.NumberColumn


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A recorded training, to be drawn.

    Attributes:
        name: of the recording.
        replay: draws its curves.
        teaches: what it teaches, one to three sentences.
        guesses: what can be predicted of it.
    """

    name: str
    replay: Callable[[Recording], Plot]
    teaches: Callable[[Recording], str]
    guesses: Callable[[Recording], tuple[ui.Guess, ...]] = lambda _: ()

    @property
    def recording(self) -> Recording:
        """Its numbers and curves."""
        return read(self.name)

    def picture(self, key: str) -> bool:
        """The replay, or first what can be predicted of it; returns whether its results may be seen.

        Args:
            key: of the section.
        """
        guesses = self.guesses(self.recording)
        if guesses and not ui.revealed(key, _SIGNATURE):
            ui.ask(key, _SIGNATURE, guesses)
            return False
        self._show(key)
        if guesses:
            ui.judge(key, self.recording, guesses)
        return True

    def _show(self, key: str) -> None:
        ui.show(_plot(self), key=f"{key}_replay")

    def results(self, key: str) -> None:
        """What it teaches, and its numbers."""
        recording = self.recording
        about, made = ui.escape_markdown(recording.about), ui.escape_markdown(recording.made)
        st.caption(ui.prose(HELP, "Replay", about=about, made=made))
        st.markdown(self.teaches(recording))
        st.dataframe(
            figures.results(recording),
            hide_index=True,
            key=f"{key}_recorded",
            alt="The recorded training: accuracy on validation and test pictures, seconds, epochs",
            column_config={
                "training": st.column_config.TextColumn(width=210),
                "best on validation": _number(format="percent"),
                "test accuracy": _number(format="percent"),
                "s of training": _number(format="%.1f"),
                "epochs": _number(format="%.1f"),
            },
        )
        st.caption(ui.prose(HELP, "Validation and test"))
        st.markdown(figures.beside_probe(recording))

    def folded(self, key: str) -> None:
        """All of it, folded away: there is a live training to be seen."""
        with st.expander("The recorded training", icon=":material/history:"):
            self._show(key)
            self.results(key)


@cache
def _plot(recorded: Recorded) -> Plot:
    """Drawn once for all visitors; it is only read."""
    return recorded.replay(recorded.recording)


def _best_on_test(recording: Recording) -> str:
    return max(recording.tests, key=lambda title: recording.tests[title])


def _who_wins(recording: Recording) -> tuple[ui.Guess, ...]:
    says = "The runner with the highest test accuracy."
    return (ui.Guess("Who wins?", says, _best_on_test, options=tuple(recording.points)),)


RECORDED_RACE = Recorded(name=RACE, replay=replay.race, teaches=figures.race_teaches, guesses=_who_wins)
RECORDED_SCHEDULE = Recorded(name=SCHEDULE, replay=replay.schedule, teaches=figures.schedule_teaches)
