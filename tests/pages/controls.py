"""Every control of a page, found and changed without knowing any of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import (
    TESTING_KEY,
    Button,
    ButtonGroup,
    CameraInput,
    Checkbox,
    Dataframe,
    DownloadButton,
    Element,
    FileUploader,
    Multiselect,
    NumberInput,
    Pagination,
    Radio,
    Selectbox,
    SelectSlider,
    Slider,
    TextArea,
    TextInput,
    Toggle,
    Widget,
)

TABLE = "the table"
"""Name of an editor, whose key is another one whenever it starts anew."""
_CHOICES = (Selectbox, Radio, SelectSlider, ButtonGroup, Multiselect)
_NUMBERS = (NumberInput, Slider, Pagination)
_CONTROLS = (*_CHOICES, *_NUMBERS, Checkbox, Toggle, TextArea, TextInput)
_NONE = (Button, DownloadButton, FileUploader, CameraInput)
_EDITS = ("edited_rows", "added_rows", "deleted_rows")


def controls(at: AppTest) -> dict[str, Element]:
    """Name (the key, or the label where there is none) -> control, of everything that holds a value."""
    found: dict[str, Element] = {}
    for node in at._tree:
        if isinstance(node, Dataframe):
            if node.editing_mode != "read_only":
                found[TABLE] = node
        elif isinstance(node, _CONTROLS):
            found[node.key or node.label] = node
        elif isinstance(node, Widget) and not isinstance(node, _NONE):
            raise AssertionError(f"{type(node).__name__}: this test does not know how to change one")
    return found


def value(at: AppTest, node: Element) -> Any:
    """What a control says, to be compared."""
    if isinstance(node, Dataframe):
        held = at.session_state.get(node.key, {})
        return node.value.to_csv(), {kind: held[kind] for kind in _EDITS if held.get(kind)}
    return tuple(node.value) if isinstance(node.value, list) else node.value


def values(at: AppTest) -> dict[str, Any]:
    """Name -> value of all controls."""
    return {name: value(at, node) for name, node in controls(at).items()}


def change(at: AppTest, names: Iterable[str]) -> dict[str, Any]:
    """Give all these controls other values at once, as far as they can have another; returns what was given."""
    there = controls(at)
    found = {name: _other(there[name]) for name in names if name in there}
    return give(at, {name: new for name, new in found.items() if new is not None})


def give(at: AppTest, new: Mapping[str, Any]) -> dict[str, Any]:
    """Give controls values, choices by their labels, and run; the link then holds them as the browser writes it."""
    there = controls(at)
    given = {name: one for name, one in new.items() if name in there}
    for name, one in given.items():
        node = there[name]
        if isinstance(node, Dataframe):
            at.session_state[node.key] = {"edited_rows": {0: one}, "added_rows": [], "deleted_rows": []}
            continue
        if isinstance(node, _CHOICES):
            _take_labels(node)
        node.set_value(one)
    run(at)
    for name, node in controls(at).items():
        key = getattr(node.proto, "query_param_key", "")
        if key and name in given and _told(node) == given[name]:  # not overwritten by another change
            at.query_params[key] = _in_link(given[name])
    return given


def labels_of(at: AppTest, name: str) -> list[str]:
    """The options of a choice of one, else none."""
    node = controls(at).get(name)
    return list(node.options) if isinstance(node, _CHOICES) and not isinstance(_told(node), list) else []


def run(at: AppTest) -> AppTest:
    at.run()
    assert not at.exception
    return at


def _told(node: Any) -> Any:
    """The value as it is given: choices by their labels."""
    if not isinstance(node, _CHOICES):
        return node.value
    form = node.root.session_state[TESTING_KEY][node.id]
    if node.value is None:  # nothing, or an option of that value
        return node.options[0] if node.type == "selectbox" and form(None) == node.options[0] else None
    return [form(one) for one in node.value] if isinstance(node.value, list) else form(node.value)


def _take_labels(node: Any) -> None:
    """AppTest formats what it is given: let labels stay what they are."""
    formats = node.root.session_state[TESTING_KEY]
    raw, labels = formats[node.id], list(node.options)
    formats[node.id] = lambda one: one if one in labels else raw(one)


def _in_link(one: Any) -> Any:
    if isinstance(one, list):
        return [str(part) for part in one]
    return str(one).lower() if isinstance(one, bool) else str(one)


def _other(node: Any) -> Any:
    """Another value, for a choice its label; None: there is none."""
    if getattr(node.proto, "disabled", False):
        return None
    if isinstance(node, Dataframe):
        return _other_row(node)
    if isinstance(node, Checkbox | Toggle):
        return not node.value
    if isinstance(node, _NUMBERS):
        return _other_number(node)
    if isinstance(node, TextArea | TextInput):
        return _other_text(node.value or "")
    return _other_choice(node)


def _other_choice(node: Any) -> Any:
    labels, now = list(node.options), _told(node)
    if isinstance(now, list):
        missing = [label for label in labels if label not in now]
        return [*now, missing[0]] if missing else now[:-1] or None
    if len(labels) < 2:
        return None
    return labels[0] if now is None else labels[(labels.index(now) + 1) % len(labels)]


def _other_number(node: Any) -> Any:
    if isinstance(node, Pagination):
        return node.value % node.num_pages + 1
    least, most, step, now = node.min, node.max, node.proto.step, node.value
    if now is None:
        return 0 if least is None else least
    if isinstance(node, Slider):  # far enough to move what hangs on it
        end = most if most - now > now - least else least
        step *= max(1, abs(end - now) // (2 * step))
    new = now + step if most is None or now + step <= most else now - step
    if least is not None and new < least:
        return None
    return round(new) if isinstance(now, int) else round(new, 9)


def _other_text(now: str) -> str:
    """Another digit in the place of the first, 0 for 1 and 1 for 0; where there is none, one at the end."""
    digit = re.search(r"\d", now)
    if digit is None:
        return f"{now}2"
    new = 1 if digit[0] == "0" else int(digit[0]) - 1
    return f"{now[: digit.start()]}{new}{now[digit.end() :]}"


def _other_row(node: Dataframe) -> dict[str, Any] | None:
    """Another number in the first row, else another text."""
    row = node.value.iloc[0]
    for name in reversed(row.index):
        if isinstance(row[name], int | float) and not isinstance(row[name], bool) and row[name] == row[name]:
            return {name: row[name] + 1}
    name = next((name for name in row.index if isinstance(row[name], str)), None)
    return None if name is None else {name: _other_text(row[name])}
