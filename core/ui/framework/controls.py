"""A section's controls as data: each says its label, its first value and its help once.

A form is a frozen dataclass whose fields are made by the functions below:

    @dataclass(frozen=True)
    class Training:
        rate: float = steps("Learning rate", (0.01, 0.1, 1.0), 0.1, "Too large, and it diverges.")
        start: Start = segments("Start", tuple(Start), Start.ZEROS, "What the kernel is before the first step.")

    training = draw(Training, "conv_learn")

From the declaration follow the widgets, their keys (`conv_learn_rate`), their places in the link, the reset button, and
the filled form. What a link holds is a code: that of an option is its own word. Where `labels` give it another one on
the screen, that may be renamed or translated and yesterday's links stay; what `named` makes of an option is what stands
in the link, so that who renames it adds the former word to `core.ui.links.OPTIONS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import Field, dataclass, field, fields, replace
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.ui.framework import links

Form = TypeVar("Form")
Chosen = Mapping[str, Any]
"""The values of the controls before one, by field."""
FOLDED = ":material/tune:"
_CONTROL = "control"
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
        elif "max_value" in self.arguments and not self.arguments["min_value"] <= held <= self.arguments["max_value"]:
            state[key] = self.first


def _declared(
    widget: Callable[..., Any],
    label: str,
    default: Any,
    help: str,
    *,
    arguments: Mapping[str, Any],
    more: dict[str, Any],
    **own: Any,
) -> Any:
    """A field of a form; `Any`, since its type is that of the value.

    Args:
        widget, label, default, help: of the control.
        arguments: of the widget.
        more: what the declaration says besides: of the control, or as "arguments" and "named" of the widget.
        own: of the control.
    """
    arguments = {**arguments, **more.pop("arguments", {})}
    if (named := more.pop("named", None)) is not None:  # how an option reads
        arguments["format_func"] = named
    control = Control(widget, label, default, help, arguments, **own, **more)
    return field(default=default, metadata={_CONTROL: control})


def _words(options: Sequence[Any]) -> dict[str, Any]:
    """Code -> option: the codes of enumerations and the like are their own words."""
    return {str(option): option for option in options}


def choice(label: str, options: Sequence[Any], default: Any, help: str, **more: Any) -> Any:
    """A menu of which one is chosen."""
    words = _words(options)
    return _declared(
        st.selectbox, label, default, help, arguments={"options": list(words)}, more=more,
        first_as="index", code=str, value=lambda code: words.get(code, code),
    )  # fmt: skip


def radio(label: str, options: Sequence[Any], default: Any, help: str, **more: Any) -> Any:
    """A few in a row that wraps, of which one is chosen."""
    words = _words(options)
    return _declared(
        st.radio, label, default, help, arguments={"options": list(words), "horizontal": True}, more=more,
        first_as="index", code=str, value=lambda code: words.get(code, code),
    )  # fmt: skip


def segments(label: str, options: Sequence[Any], default: Any, help: str, **more: Any) -> Any:
    """A row of a few, of which one is chosen; numbers stay numbers, all else goes by its word."""
    if all(isinstance(option, int | float) for option in options):
        arguments = {"options": list(options), "required": True}
        return _declared(st.segmented_control, label, default, help, arguments=arguments, more=more, first_as="default")
    words = _words(options)
    return _declared(
        st.segmented_control, label, default, help, arguments={"options": list(words), "required": True}, more=more,
        first_as="default", code=str, value=lambda code: words.get(code, code),
    )  # fmt: skip


def several(label: str, options: Sequence[str], help: str, **more: Any) -> Any:
    """A menu of which any number is chosen; none is chosen at first."""
    return _declared(
        st.multiselect, label, (), help, arguments={"options": options}, more=more,
        first_as="default", code=list, value=tuple,
    )  # fmt: skip


def pills(label: str, options: Sequence[str], help: str, **more: Any) -> Any:
    """A row of a few, of which any number is chosen; all are chosen at first."""
    return _declared(
        st.pills, label, tuple(options), help, arguments={"options": list(options), "selection_mode": "multi"},
        more=more, first_as="default", code=list, value=tuple,
    )  # fmt: skip


def steps(label: str, options: Sequence[Any], default: Any, help: str, **more: Any) -> Any:
    """A slider over a few values."""
    return _declared(st.select_slider, label, default, help, arguments={"options": options}, more=more)


def slider(label: str, least: float, most: float, default: float, step: float, help: str, **more: Any) -> Any:
    """A slider over a range, in steps."""
    arguments = {"min_value": least, "max_value": most, "step": step}
    return _declared(st.slider, label, default, help, arguments=arguments, more=more)


def whole(label: str, least: int, most: int, default: int | None, help: str, step: int = 1, **more: Any) -> Any:
    """A field for a whole number; with None it is empty at first, and None then."""
    arguments = {"min_value": least, "max_value": most, "step": step}
    return _declared(st.number_input, label, default, help, arguments=arguments, more=more, value=int)


def number(label: str, least: float, most: float, default: float, help: str, **more: Any) -> Any:
    """A field for any number; `step` and `format` are the widget's."""
    own = {name: more.pop(name, None) for name in ("step", "format")}
    arguments = {"min_value": least, "max_value": most, **own}
    return _declared(st.number_input, label, default, help, arguments=arguments, more=more, value=float)


def line(label: str, most: int, default: str, help: str, **more: Any) -> Any:
    """A line to be typed, of so many characters at most."""
    return _declared(st.text_input, label, default, help, arguments={"max_chars": most}, more=more)


def text(label: str, default: str, help: str, **more: Any) -> Any:
    """A field for a text of several lines."""
    return _declared(st.text_area, label, default, help, arguments={}, more=more)


def switch(label: str, help: str, default: bool = False, **more: Any) -> Any:
    """On or off."""
    return _declared(st.toggle, label, default, help, arguments={}, more=more, value=bool)


def tick(label: str, help: str, default: bool = False, **more: Any) -> Any:
    """On or off, one of several."""
    return _declared(st.checkbox, label, default, help, arguments={}, more=more, value=bool)


def draw(form: type[Form], prefix: str, **given: Mapping[str, Any]) -> Form:
    """Draw the controls of a form in their order, those of one fold together.

    Args:
        form: a dataclass of controls.
        prefix: of the keys, the same for all of a section.
        given: by field, what is known only now, as of `Control.with_`: options, ends, a label. A value from before
            that is no option any more, or beyond the ends, is forgotten.

    Returns:
        The form with what was chosen.
    """
    chosen: dict[str, Any] = {}
    folds: dict[str, AbstractContextManager[Any]] = {"": nullcontext()}
    halves: dict[str, Iterator[DeltaGenerator]] = {}  # free places in the last row of each fold
    for name, control in controls_of(form).items():
        control = control.with_({**control.follows(chosen), **given.get(name, {})})
        if not control.when(chosen):
            chosen[name] = control.default
            continue
        fold, key = control.fold, f"{prefix}_{control.key or name}"
        if fold not in folds:
            folds[fold] = st.expander(fold, icon=FOLDED)
        with folds[fold]:
            half = control.half(chosen) if callable(control.half) else control.half
            control.forget_what_cannot_be(key)
            with _next_half(fold, halves) if half else nullcontext():
                chosen[name] = control.draw(key)
            if not half:
                halves.pop(fold, None)
    return form(**chosen)


def _next_half(fold: str, halves: dict[str, Iterator[DeltaGenerator]]) -> DeltaGenerator:
    """The place beside the last one, or the first of a new row."""
    place = next(halves.get(fold, iter(())), None)
    if place is None:
        halves[fold] = iter(st.columns(2, vertical_alignment="bottom"))
        place = next(halves[fold])
    return place


def controls_of(form: type) -> dict[str, Control]:
    """Name of the field -> control, in order."""
    declared: Sequence[Field[Any]] = fields(form)
    return {one.name: one.metadata[_CONTROL] for one in declared}


def defaults(form: type, prefix: str) -> dict[str, Any]:
    """Key -> first value as the widget holds it, of every control: for the reset button, and for tests."""
    return {f"{prefix}_{control.key or name}": control.first for name, control in controls_of(form).items()}
