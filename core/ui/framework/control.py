"""One control: what is declared of it, and how it is drawn and kept in the link."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.ui.framework import links
from core.ui.framework.show import keep_within

Chosen = Mapping[str, Any]
"""The values of the controls before one, by field."""
_PLACES: ContextVar[dict[str, DeltaGenerator] | None] = ContextVar("places", default=None)


@contextmanager
def places() -> Iterator[Mapping[str, DeltaGenerator]]:
    """Around the drawing of controls: key -> the place beside each, for a sentence about what it was set to."""
    found: dict[str, DeltaGenerator] = {}
    token = _PLACES.set(found)
    try:
        yield found
    finally:
        _PLACES.reset(token)


@dataclass(frozen=True)
class Control:
    """One control.

    Attributes:
        widget: Streamlit's function.
        label: above or beside it.
        default: its first value, as the section wants it.
        help: one or two sentences.
        arguments: of the widget, beside label, key, help and first value.
        first_as: the widget's argument for its first value.
        code: a value as the widget and the link hold it.
        value: back.
        labels: code of an option -> what its menu shows, where that is another word.
        fold: title of the expander that it is folded into.
        linked: whether the link holds it; what a visitor typed or uploaded may have to stay out.
        when: whether it is drawn, by the values of those before it; else it has its first value.
        follows: what of its attributes and its widget's arguments depends on the values of those before it.
        half: whether it takes half a row, so that two stand beside one another; or by the values of those before it.
        persists: whether it keeps its value while another section of the page is open.
        key: last part of its key, where that is not the field's name.
        opening: first value of a menu for a visitor who comes without a link, where that is another than the default.
            Then the link always names what is chosen, and one that does not is a link of before and means the default.
    """

    widget: Callable[..., Any]
    label: str
    default: Any
    help: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    first_as: str = "value"
    code: Callable[[Any], Any] = lambda value: value
    value: Callable[[Any], Any] = lambda code: code
    labels: Mapping[str, str] = field(default_factory=dict)
    fold: str = ""
    linked: bool = True
    when: Callable[[Chosen], bool] = lambda _: True
    follows: Callable[[Chosen], Mapping[str, Any]] = lambda _: {}
    half: bool | Callable[[Chosen], bool] = False
    persists: bool = False
    key: str = ""
    opening: Any = None

    @property
    def first(self) -> Any:
        """Its first value, as the widget holds it."""
        return self.code(self.default)

    def with_(self, changes: Mapping[str, Any]) -> Control:
        """The same with other attributes (a label, a help, a first value) or other arguments of its widget."""
        own = {name: value for name, value in changes.items() if name in vars(self)}
        return replace(self, **own, arguments={**self.arguments, **{k: v for k, v in changes.items() if k not in own}})

    def draw(self, key: str) -> Any:
        """Draw it; an empty field has the first value."""
        arguments: dict[str, Any] = {**self.arguments, "key": key, "help": self.help}
        arguments[self.first_as] = self.first if self.first_as != "index" else arguments["options"].index(self.first)
        if self.persists:
            arguments["persist_state"] = "session"
        if self.labels:
            arguments["format_func"] = lambda code: self.labels.get(code, code)
        if not self.linked:
            chosen = self.widget(self.label, **arguments)
        elif self.labels or self.opening is not None:  # Streamlit would write labels, and leave the default out
            with links.of_codes(key, self._left_out(key), arguments["options"]):
                chosen = self.widget(self.label, **arguments)
        else:
            chosen = self.widget(self.label, bind="query-params", **arguments)
        if (beside := _PLACES.get()) is not None:
            beside[key] = st.container()  # one that stays empty is not drawn
        return self.default if chosen is None else self.value(chosen)

    def _left_out(self, key: str) -> str | None:
        """The code that a link leaves out; where it leaves none out, the menu opens as for this visitor."""
        if self.opening is None:
            first: str = self.first
            return first
        # what is left: a link that names an option is followed by `links.of_codes`, also after another section
        if key not in st.session_state and st.query_params.get(key) not in self.arguments["options"]:
            st.session_state[key] = self.first if links.came_with_settings(key) else self.code(self.opening)
        return None

    def forget_what_cannot_be(self, key: str) -> None:
        """Before it is drawn with other options or ends: a value that is none of them would end the page."""
        state, options = st.session_state, self.arguments.get("options")
        held = state.get(key)
        if held is None:
            return
        if options is not None:
            if isinstance(held, list):
                state[key] = [option for option in held if option in options]
            elif not isinstance(held, tuple) and held not in options:
                del state[key]
        elif "max_value" in self.arguments:
            keep_within(key, self.arguments["min_value"], self.arguments["max_value"], self.first)
