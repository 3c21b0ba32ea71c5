"""What a link shows: the app opened by it, and the values that its page then has."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlencode, urlsplit

from google.protobuf.message import Message
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.runtime.caching import clear_session_resource_cache
from streamlit.runtime.state.query_params import _coerce_value_for_query_url
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Widget

from core.errors import UserError
from tests.pages.conftest import SCAN, TEST_SESSION

APP = Path(__file__).parents[2] / "app.py"
Query = Mapping[str, list[str]]
Values = str | list[str]

_WORDS = ("title", "header", "subheader", "markdown", "caption", "info", "warning", "error", "success")
_NO_VALUE = ("button", "download_button", "file_uploader", "camera_input")
_NAMES = {"id", "js_content", "css_content", "html_content", "form_id", "key", "element_id", "component_name", "url"}


@dataclass(frozen=True)
class Control:
    """A widget that the address bar holds.

    Attributes:
        kind: Streamlit's name of it, `selectbox` for example.
        value: what it shows, in the words of the address bar; a list where the address bar may repeat the key.
        usual: the same where the link says nothing.
        options: the words that can be chosen; none for widgets that have no list of them.
    """

    kind: str
    value: Values
    usual: Values
    options: tuple[str, ...]


@dataclass
class View:
    """What a visitor sees, taken apart.

    Attributes:
        address: the parameters that the app leaves in the address bar: what was understood and is not usual.
        controls: key -> widget, for those that the address bar holds.
        others: key or label -> value, for widgets that it does not hold.
        metrics: (label, value) in order.
        texts: headings, paragraphs, captions, boxes and names of folded parts, in order, without Markdown's stars and
            backslashes.
        formulas: LaTeX.
        code: to take away.
        tables: the rows of each table, their cells between semicolons, the columns' names first.
        pictures: the text in each drawing, chart, link and component.
        problems: exceptions.
        working: whether something is still being computed.
    """

    address: dict[str, list[str]] = field(default_factory=dict)
    controls: dict[str, Control] = field(default_factory=dict)
    others: dict[str, Values] = field(default_factory=dict)
    metrics: list[tuple[str, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    tables: list[list[str]] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    working: bool = False


def url(page: str, query: Query) -> str:
    """The link as it stands in an address bar."""
    return f"/{'' if page == 'home' else page}?{urlencode(query, doseq=True)}".rstrip("?")


def parts(link: str) -> tuple[str, dict[str, list[str]]]:
    """(page, parameters) of a link, with or without the server before it."""
    split = urlsplit(link)
    return split.path.strip("/") or "home", parse_qs(split.query, keep_blank_values=True)


@cache
def _pages() -> Any:
    """The pages by their hashes, as a first visit finds them."""
    at = AppTest.from_file(str(APP), default_timeout=120)
    with patch(SCAN, list):
        return at.run()._registered_pages


def visit(page: str, query: Query, ready: Callable[[View], bool] = lambda _: True, seconds: float = 60) -> View:
    """What a new visitor who comes in by a link sees, in a session of their own.

    Args:
        page: name of a script in `pages`.
        query: parameter -> its values; more than one where it is repeated.
        ready: whether a view will do. As long as it does not and the page is computing, the page runs again.
        seconds: after which no more is waited.
    """
    clear_session_resource_cache(TEST_SESSION)
    at = AppTest.from_file(str(APP), default_timeout=120)
    at._registered_pages = _pages()  # else home would have to be drawn first
    at.query_params.update(query)
    with patch(SCAN, list):  # it reads the metadata of every installed package, for each session anew
        seen = view(at.switch_page(f"pages/{page}.py").run())
    limit = time.monotonic() + seconds
    while seen.working and not ready(seen) and time.monotonic() < limit:
        time.sleep(0.05)
        seen = view(at.run())
    return seen


@contextmanager
def without_slow_maps() -> Iterator[None]:
    """UMAP takes half a minute to begin with: here its maps are refused, and what the page says of them is shown."""
    from core.ui.transfer.neighbours import maps  # and torch with it, which not every page needs

    project = maps.project

    def quick(values: Any, method: Any, *setting: Any) -> Any:
        if method == "UMAP":
            raise UserError("No map here.")
        return project(values, method, *setting)

    with patch.object(maps, "project", quick):
        yield


def view(at: AppTest) -> View:
    """What a page shows now."""
    seen = View(address={key: value if isinstance(value, list) else [value] for key, value in at.query_params.items()})
    for node in _nodes(at._tree.main):
        _look_at(node, seen)
    return seen


def _nodes(block: Any) -> Iterator[Any]:
    for child in getattr(block, "children", {}).values():
        yield child
        yield from _nodes(child)


def _look_at(node: Any, seen: View) -> None:
    kind, proto = node.type, node.proto
    if isinstance(node, Widget):
        if kind not in _NO_VALUE:
            control = _control(node)
            if bound := getattr(proto, "query_param_key", ""):
                seen.controls[bound] = control
            else:
                seen.others[node.key or proto.label] = control.value
    elif isinstance(node, Block):
        if label := getattr(proto, "label", ""):
            seen.texts.append(label)
    elif kind == "metric":
        seen.metrics.append((node.label, node.value))
    elif kind in ("dataframe", "table"):
        seen.tables.append(node.value.to_csv(sep=";").splitlines())
    elif kind in _WORDS:
        seen.texts.append(re.sub(r"\\([^A-Za-z0-9\\])|\*\*", r"\1", node.value))
    elif kind == "latex":
        seen.formulas.append(node.value.strip("$\n"))
    elif kind == "code":
        seen.code.append(node.value)
    elif kind == "exception":
        seen.problems.append(node.message + "\n" + "\n".join(node.stack_trace))
    else:
        texts: list[str] = []
        _gather(proto, texts)
        seen.pictures.append("\n".join(texts))
        seen.working |= kind == "progress" and "solved" not in texts[0]  # the other bars are of work


def _control(widget: Any) -> Control:
    metadata = widget.root.session_state._state._new_widget_state.widget_metadata[widget.proto.id]
    options = getattr(widget.proto, "options", ())
    return Control(
        widget.type,
        _in_the_address(metadata, widget.value),
        _in_the_address(metadata, metadata.deserializer(None)),
        tuple(str(getattr(option, "content", option)) for option in options),
    )


def _in_the_address(metadata: Any, value: object) -> Values:
    """A widget's value as Streamlit writes it into a link."""
    words = metadata.serializer(value)
    return "" if words is None else _coerce_value_for_query_url(words, metadata.value_type)


def _gather(message: Message, texts: list[str]) -> None:
    for item, value in message.ListFields():
        if item.name in _NAMES:
            continue
        single = isinstance(value, (str, bytes, Message)) or not hasattr(value, "__iter__")
        for one in [value] if single else value:
            if isinstance(one, Message):
                _gather(one, texts)
            elif isinstance(one, bytes) and one:
                texts.append(convert_arrow_bytes_to_pandas_df(one).to_csv(sep=";"))
            elif isinstance(one, str):
                texts.append(re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), one))
