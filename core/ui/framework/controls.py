"""A section's controls as data: each says its label, its first value and its help once.

A form is a frozen dataclass whose fields are made by the functions below:

    @dataclass(frozen=True)
    class Training:
        rate: float = steps("Learning rate", (0.01, 0.1, 1.0), 0.1, "Too large, and it diverges.")
        start: Start = segments("Start", tuple(Start), Start.ZEROS, "What the kernel is before the first step.")

    training = draw(Training, "conv_learn")

From the declaration follow the widgets, their keys (`conv_learn_rate`), their places in the link, the reset button, and
the filled form. What a link holds is a code: that of an option is its own word, whatever its label says, so that a
label may be renamed or translated and yesterday's links stay.
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
        arguments: of the widget, beside label, key and help.
        code: a value as the widget and the link hold it.
        value: back.
        labels: code of an option -> what its menu shows, where that is another word.
        fold: title of the expander that it is folded into.
        linked: whether the link holds it; what a visitor typed or uploaded may have to stay out.
        when: whether it is drawn, by the values of those before it; else it has its first value.
        persists: whether it keeps its value while another section of the page is open.
        key: last part of its key, where that is not the field's name.
    """

    widget: Callable[..., Any]
    label: str
    default: Any
    help: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    code: Callable[[Any], Any] = lambda value: value
    value: Callable[[Any], Any] = lambda code: code
    labels: Mapping[str, str] = field(default_factory=dict)
    fold: str = ""
    linked: bool = True
    when: Callable[[Mapping[str, Any]], bool] = lambda _: True
    persists: bool = False
    key: str = ""

    @property
    def first(self) -> Any:
        """Its first value, as the widget holds it."""
        return self.code(self.default)

    def draw(self, key: str) -> Any:
        """Draw it; an empty field has the first value."""
        arguments: dict[str, Any] = {**self.arguments, "key": key, "help": self.help}
        if self.persists:
            arguments["persist_state"] = "session"
        if self.labels:
            arguments["format_func"] = lambda code: self.labels.get(code, code)
        if not self.linked:
            chosen = self.widget(self.label, **arguments)
        elif self.labels:  # Streamlit would write labels into the link
            with links.of_codes(key, self.first, arguments["options"]):
                chosen = self.widget(self.label, **arguments)
        else:
            chosen = self.widget(self.label, bind="query-params", **arguments)
        if (beside := _PLACES.get()) is not None:
            beside[key] = st.container()  # one that stays empty is not drawn
        return self.default if chosen is None else self.value(chosen)


def _declared(control: Control) -> Any:
    """A field of a form; `Any`, since its type is that of the value."""
    return field(default=control.default, metadata={_CONTROL: control})


def _words(options: Sequence[Any]) -> dict[str, Any]:
    """Code -> option: the codes of enumerations and the like are their own words."""
    return {str(option): option for option in options}


def choice(label: str, options: Sequence[Any], default: Any, help: str, **more: Any) -> Any:
    """A menu of which one is chosen."""
    words = _words(options)
    arguments = {"options": list(words), "index": list(words).index(str(default))}
    return _declared(Control(st.selectbox, label, default, help, arguments, str, words.__getitem__, **more))


def segments(label: str, options: Sequence[Any], default: Any, help: str, **more: Any) -> Any:
    """A row of a few, of which one is chosen; numbers stay numbers, all else goes by its word."""
    if all(isinstance(option, int | float) for option in options):
        arguments = {"options": list(options), "default": default, "required": True, **_named(more)}
        return _declared(Control(st.segmented_control, label, default, help, arguments, **more))
    words = _words(options)
    arguments = {"options": list(words), "default": str(default), "required": True, **_named(more)}
    return _declared(Control(st.segmented_control, label, default, help, arguments, str, words.__getitem__, **more))


def _named(more: dict[str, Any]) -> dict[str, Any]:
    """`named`, how an option reads, and `arguments` are the widget's; they are taken out of what is the control's."""
    named = more.pop("named", None)
    return {**({} if named is None else {"format_func": named}), **more.pop("arguments", {})}


def several(label: str, options: Sequence[str], help: str, **more: Any) -> Any:
    """A menu of which any number is chosen; none is chosen at first."""
    extra = more.pop("arguments", {})
    return _declared(
        Control(st.multiselect, label, (), help, {"options": options, **extra}, code=list, value=tuple, **more)
    )


def pills(label: str, options: Sequence[str], help: str, **more: Any) -> Any:
    """A row of a few, of which any number is chosen; all are chosen at first."""
    arguments = {"options": list(options), "default": list(options), "selection_mode": "multi", **_named(more)}
    return _declared(Control(st.pills, label, tuple(options), help, arguments, code=list, value=tuple, **more))


def steps(label: str, options: Sequence[Any], default: Any, help: str, **more: Any) -> Any:
    """A slider over a few values."""
    arguments = {"options": options, "value": default, **_named(more)}
    return _declared(Control(st.select_slider, label, default, help, arguments, **more))


def slider(label: str, least: float, most: float, default: float, step: float, help: str, **more: Any) -> Any:
    """A slider over a range, in steps."""
    arguments = {"min_value": least, "max_value": most, "value": default, "step": step, **_named(more)}
    return _declared(Control(st.slider, label, default, help, arguments, **more))


def whole(label: str, least: int, most: int, default: int, help: str, step: int = 1, **more: Any) -> Any:
    """A field for a whole number."""
    arguments = {"min_value": least, "max_value": most, "value": default, "step": step}
    return _declared(Control(st.number_input, label, default, help, arguments, value=int, **more))


def switch(label: str, help: str, default: bool = False, **more: Any) -> Any:
    """On or off."""
    return _declared(Control(st.toggle, label, default, help, {"value": default}, value=bool, **more))


def tick(label: str, help: str, default: bool = False, **more: Any) -> Any:
    """On or off, one of several."""
    return _declared(Control(st.checkbox, label, default, help, {"value": default}, value=bool, **more))


def draw(form: type[Form], prefix: str, **given: Mapping[str, Any]) -> Form:
    """Draw the controls of a form in their order, those of one fold together.

    Args:
        form: a dataclass of controls.
        prefix: of the keys, the same for all of a section.
        given: by field, arguments of its widget that are known only now: options, ends.

    Returns:
        The form with what was chosen.
    """
    chosen: dict[str, Any] = {}
    folds: dict[str, AbstractContextManager[Any]] = {"": nullcontext()}
    for name, control in controls_of(form).items():
        if not control.when(chosen):
            chosen[name] = control.default
            continue
        if control.fold not in folds:
            folds[control.fold] = st.expander(control.fold, icon=FOLDED)
        with folds[control.fold]:
            control = replace(control, arguments={**control.arguments, **given.get(name, {})})
            chosen[name] = control.draw(f"{prefix}_{control.key or name}")
    return form(**chosen)


def controls_of(form: type) -> dict[str, Control]:
    """Name of the field -> control, in order."""
    declared: Sequence[Field[Any]] = fields(form)
    return {one.name: one.metadata[_CONTROL] for one in declared}


def defaults(form: type, prefix: str) -> dict[str, Any]:
    """Key -> first value as the widget holds it, of every control: for the reset button, and for tests."""
    return {f"{prefix}_{control.key or name}": control.first for name, control in controls_of(form).items()}
