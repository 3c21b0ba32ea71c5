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
from contextlib import AbstractContextManager, nullcontext
from dataclasses import Field, field, fields
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.ui.framework.control import Control

Form = TypeVar("Form")
FOLDED = ":material/tune:"
_CONTROL = "control"


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


def _of_words(
    widget: Callable[..., Any],
    label: str,
    options: Sequence[Any],
    default: Any,
    help: str,
    more: dict[str, Any],
    first_as: str,
    **arguments: Any,
) -> Any:
    """A choice of one; the codes of enumerations and the like are their own words."""
    words = {str(option): option for option in options}
    return _declared(
        widget, label, default, help, arguments={"options": list(words), **arguments}, more=more,
        first_as=first_as, code=str, value=lambda code: words.get(code, code),
    )  # fmt: skip


def choice(label: str, options: Sequence[Any], default: Any, help: str, **more: Any) -> Any:
    """A menu of which one is chosen."""
    return _of_words(st.selectbox, label, options, default, help, more, "index")


def radio(label: str, options: Sequence[Any], default: Any, help: str, **more: Any) -> Any:
    """A few in a row that wraps, of which one is chosen."""
    return _of_words(st.radio, label, options, default, help, more, "index", horizontal=True)


def segments(label: str, options: Sequence[Any], default: Any, help: str, **more: Any) -> Any:
    """A row of a few, of which one is chosen; numbers stay numbers, all else goes by its word."""
    if all(isinstance(option, int | float) for option in options):
        arguments = {"options": list(options), "required": True}
        return _declared(st.segmented_control, label, default, help, arguments=arguments, more=more, first_as="default")
    return _of_words(st.segmented_control, label, options, default, help, more, "default", required=True)


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
