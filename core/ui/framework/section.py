"""One section of a page: controls left, picture right, numbers below, how it works folded.

A section says what its parts are, and this says where they stand and what happens when a control asks for something
that cannot be: the sentence stands beside the control that was changed, and the last result that worked stays.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import UserError
from core.ui.framework.content import how
from core.ui.framework.control import places
from core.ui.framework.layout import panes
from core.ui.framework.predict import Guess, ask, judge, revealed
from core.ui.framework.share import copy_link
from core.ui.framework.show import PUT_BACK, problem, reset_button

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
STILL = "Below is still the last one that worked."


def actions(key: str, defaults: Mapping[str, Any], says: str = PUT_BACK) -> None:
    """Reset and Copy link, below a section's controls; arguments as of `reset_button`."""
    with st.container(horizontal=True):
        reset_button(f"{key}_reset", defaults, says)
        copy_link(key)


def nothing(*_: Any) -> None:
    """A part that a section does without."""


@dataclass(frozen=True, kw_only=True)
class Section(Generic[Asked, Answer]):
    """A section; calling it draws it.

    Attributes:
        key: first part of the keys of its controls.
        controls: draws them and returns what they ask for.
        wide: draws those that need the width of the page, below the picture; given what the others ask for, it
            returns all that is asked for.
        defaults: first value of every control by key, for Reset; or makes them of what `controls` returns.
        back: what Reset puts back, a sentence.
        buttons: draws the buttons below the controls, where Reset and Copy link of `actions` will not do.
        answer: computes what they ask for; None: there is nothing yet to compute from.
        empty: draws in the picture's place what to do about that.
        first: asked where nothing has worked so far, or makes it of what is asked; None: the sentence stands alone.
        picture: draws the picture.
        legend: draws what explains the picture, under the controls.
        numbers: draws what stands below it, in its column.
        below: draws what stands below both columns.
        after: draws what stands below that and waits for no answer.
        guesses: what can be predicted first, or makes it of what is asked.
        question: draws what may be seen while it is being guessed.
        signature: of what is asked: another one is another thing to guess.
        help: file of its prose, with a part "How this works"; "" where `below` has its own.
    """

    key: str
    controls: Callable[[], Any]
    wide: Callable[[Any], Asked] = field(default=lambda asked: asked)
    defaults: Mapping[str, Any] | Callable[[Any], Mapping[str, Any]] = field(default_factory=dict)
    back: str = PUT_BACK
    buttons: Callable[[], object] | None = None
    answer: Callable[[Asked], Answer | None]
    empty: Callable[[Asked], object] = nothing
    first: Asked | Callable[[Asked], Asked] | None = None
    picture: Callable[[Asked, Answer], object]
    legend: Callable[[Asked, Answer], object] = nothing
    numbers: Callable[[Asked, Answer], object] = nothing
    below: Callable[[Asked, Answer], object] = nothing
    after: Callable[[Asked], object] = nothing
    guesses: tuple[Guess, ...] | Callable[[Asked], tuple[Guess, ...]] = ()
    question: Callable[[Asked, Answer], object] = nothing
    signature: Callable[[Asked], Hashable] = field(default=lambda asked: asked)
    help: str = ""

    def __call__(self) -> None:
        """Draw it."""
        left, right, numbers = panes()
        wide, below = st.container(), st.container()
        with places() as beside:
            with left:
                narrow = self.controls()
                legend = st.container()
                if self.buttons is not None:
                    self.buttons()
                else:
                    defaults = self.defaults(narrow) if callable(self.defaults) else self.defaults
                    actions(self.key, defaults, self.back)
            with wide:
                asked = self.wide(narrow)
        with right:
            known = last_good(self.key, asked, self.answer, self.first, beside)
            if known is not None:
                of, answer = known
                if answer is None:
                    self.empty(of)
                else:
                    self._draw(of, answer, legend, numbers, below)
        self.after(asked)
        if self.help:
            how(self.help)

    def _draw(
        self, asked: Asked, answer: Answer, legend: DeltaGenerator, numbers: DeltaGenerator, below: DeltaGenerator
    ) -> None:
        guesses = self.guesses(asked) if callable(self.guesses) else self.guesses
        if guesses and not revealed(self.key, self.signature(asked)):
            self.question(asked, answer)
            ask(self.key, self.signature(asked), guesses)
            return
        self.picture(asked, answer)
        with legend:
            self.legend(asked, answer)
        with numbers:
            if guesses:
                judge(self.key, answer, guesses)
            self.numbers(asked, answer)
        with below:
            self.below(asked, answer)


def last_good(
    key: str,
    asked: Asked,
    answer: Callable[[Asked], Answer],
    first: Asked | Callable[[Asked], Asked] | None,
    beside: Mapping[str, DeltaGenerator],
) -> tuple[Asked, Answer] | None:
    """What is asked, and its answer; where it has none, a sentence that says why, and the last that had one.

    Args:
        key: of the section.
        asked: what the controls ask for.
        answer: computes it.
        first: taken for the last one where there is none, or makes it of what is asked.
        beside: key of a control -> the place beside it.
    """
    state, memory = st.session_state, f"{key}_last"
    values = {name: state.get(name) for name in beside}
    try:
        found = answer(asked)
    except UserError as error:
        start = first(asked) if callable(first) else first
        last, then = state.get(memory, (start, {}))
        changed = [name for name in beside if name in then and then[name] != values[name]]
        with beside[changed[0]] if changed else st.container():
            problem(error)
        if last is None:
            return None
        try:
            still = last, answer(last)
        except UserError:
            return None
        st.caption(STILL)
        return still
    state[memory] = asked, values
    return asked, found
