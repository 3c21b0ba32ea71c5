"""Predict first: the class guesses, then the answers are shown beside what was guessed.

One switch a page, `<page>_hide` in the link, where `<page>` is the first word of its sections' keys.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st


@dataclass(frozen=True)
class Guess:
    """One thing to predict.

    Attributes:
        label: above its field, and before its answer.
        help: what is asked for, with its unit.
        answer: of what the section has computed: a number or one of the options.
        within: how far a guess may be off and still counts as right; 0 asks for a whole number.
        options: to choose from, where it is no number.
    """

    label: str
    help: str
    answer: Callable[[Any], float | str]
    within: float = 0
    options: tuple[str, ...] = ()

    def draw(self, key: str) -> None:
        """Its field."""
        if self.options:
            st.selectbox(self.label, self.options, index=None, key=key, help=self.help, placeholder="?")
        elif self.within:
            st.number_input(self.label, value=None, step=self.within, key=key, help=self.help, placeholder="?")
        else:
            st.number_input(self.label, 0, value=None, key=key, help=self.help, placeholder="?")

    def judge(self, guess: float | str | None, found: Any) -> str:
        """The answer, and whether the guess was right, in Markdown."""
        answer = self.answer(found)
        if guess is None:
            return f"{self.label}: **{self._written(answer)}**"
        if self._agree(guess, answer):
            return f":green[:material/check:] {self.label}: **{self._written(answer)}**, as guessed"
        return f":red[:material/close:] {self.label}: **{self._written(answer)}**, guessed {self._written(guess)}"

    def _agree(self, guess: float | str, answer: float | str) -> bool:
        if isinstance(guess, str) or isinstance(answer, str):
            return guess == answer
        return abs(guess - answer) <= self.within * (1 + 1e-9)

    def _written(self, value: float | str) -> str:
        if isinstance(value, str):
            return value
        return f"{value:,.3f}" if self.within else f"{value:,.0f}"


def switch(page: str) -> None:
    """The page's switch."""
    st.toggle(
        "Predict first",
        key=f"{page}_hide",
        bind="query-params",
        persist_state="page",
        help="Hides the answers until somebody asks for them, so that the class can guess.",
    )


def hides(key: str) -> bool:
    """Whether answers wait until somebody asks for them, on the page of a section with this key."""
    return bool(st.session_state.get(f"{key.partition('_')[0]}_hide"))


def revealed(key: str, signature: Hashable) -> bool:
    """Whether the answers may be seen: nothing is hidden, or somebody asked for exactly these.

    Args:
        key: of the section.
        signature: of the question; another question hides its answer again.
    """
    return not hides(key) or st.session_state.get(f"{key}_revealed") == signature


def ask(key: str, signature: Hashable, guesses: Sequence[Guess], says: str = "") -> None:
    """A field for each guess, and the button that shows the answers.

    Args:
        key: of the section.
        signature: of the question.
        guesses: what is asked for.
        says: above them, in place of the usual sentence.
    """
    with st.form(f"{key}_form", border=True, enter_to_submit=len(guesses) == 1):
        st.markdown(says or "**What do you expect?** Guess first, alone or by a show of hands.")
        *fields, last = st.columns(len(guesses) + 1, vertical_alignment="bottom")
        for column, guess in zip(fields, guesses, strict=True):
            with column:
                guess.draw(f"{key}_guess_{guess.label}")
        last.form_submit_button(
            "Show the answers",
            type="primary",
            icon=":material/visibility:",
            on_click=_show,
            args=(key, signature, tuple(guess.label for guess in guesses)),
        )


def judge(key: str, found: Any, guesses: Sequence[Guess]) -> None:
    """Say of each guess whether it was right, after the answers are shown; nothing where nobody guesses."""
    if not hides(key):
        return
    given = st.session_state.get(f"{key}_guesses", {})
    st.markdown(" · ".join(guess.judge(given.get(guess.label), found) for guess in guesses))
    if st.button("Ask again", key=f"{key}_again", icon=":material/visibility_off:", help="Hide the answers again."):
        st.session_state.pop(f"{key}_revealed", None)
        st.rerun()


def _show(key: str, signature: Hashable, labels: tuple[str, ...]) -> None:
    """Callback: reveal, and keep the guesses, which Streamlit forgets with their fields."""
    state = st.session_state
    state[f"{key}_revealed"] = signature
    state[f"{key}_guesses"] = {label: state.get(f"{key}_guess_{label}") for label in labels}
