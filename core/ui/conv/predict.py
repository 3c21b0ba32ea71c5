"""Predict, then reveal: the answers wait until the class has guessed."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import streamlit as st


def _show(key: str, signature: Hashable, labels: tuple[str, ...]) -> None:
    """Callback: reveal, and keep the guesses, which Streamlit forgets with their fields."""
    state = st.session_state
    state[f"{key}_shown"] = signature
    state[f"{key}_guesses"] = {label: state.get(f"{key}_guess_{label}") for label in labels}


def revealed(key: str, hidden: bool, signature: Hashable) -> bool:
    """Whether the answers may be seen: nothing is hidden, or somebody asked for exactly these.

    Args:
        key: of the section.
        hidden: whether the page hides answers.
        signature: of the question; another question hides its answer again.
    """
    return not hidden or st.session_state.get(f"{key}_shown") == signature


def ask(key: str, signature: Hashable, questions: Mapping[str, str]) -> None:
    """A guess for each question, and the button that reveals the answers.

    Args:
        key: of the section.
        signature: of the question.
        questions: label -> what is asked for.
    """
    with st.form(f"{key}_form", border=True):
        st.markdown("**What do you expect?** Guess first, alone or by a show of hands.")
        for column, (label, explanation) in zip(st.columns(len(questions)), questions.items(), strict=True):
            column.number_input(label, 0, value=None, key=f"{key}_guess_{label}", help=explanation, placeholder="?")
        st.form_submit_button(
            "Show the answers",
            type="primary",
            icon=":material/visibility:",
            on_click=_show,
            args=(key, signature, tuple(questions)),
        )


def judge(key: str, hidden: bool, answers: Mapping[str, int]) -> None:
    """Say of each guess whether it was right, after the answers are shown; nothing where nobody guesses."""
    if not hidden:
        return
    guesses = st.session_state.get(f"{key}_guesses", {})
    words = []
    for label, answer in answers.items():
        guess = guesses.get(label)
        if guess is None:
            words.append(f"{label}: **{answer:,}**")
        elif guess == answer:
            words.append(f":green[:material/check:] {label}: **{answer:,}**, as guessed")
        else:
            words.append(f":red[:material/close:] {label}: **{answer:,}**, guessed {guess:,}")
    st.markdown(" · ".join(words))
    if st.button("Ask again", key=f"{key}_again", icon=":material/visibility_off:", help="Hide the answers again."):
        st.session_state.pop(f"{key}_shown", None)
        st.rerun()
