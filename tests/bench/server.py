"""A real Streamlit server in a process of its own, and a visitor who talks to it as a browser does, without one.

The visitor speaks Streamlit's protocol: a websocket with protobuf messages, uploads by PUT. What is timed is thus the
server's share of a page, and what is counted is what really goes to the browser.
"""

from __future__ import annotations

import json
import os
import platform
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import UploadedFileInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT_S = 120.0
RUN_LIMIT_S = 180.0
XSRF = "_streamlit_xsrf"


def machine() -> dict[str, str | float]:
    """What figures depend on; `device` is that of the networks and is added by whoever runs one."""
    return {
        "system": platform.platform(),
        "python": platform.python_version(),
        "cpu_cores": os.cpu_count() or 0,
        "load_average": round(psutil.getloadavg()[0], 2),
        "memory_total_mb": psutil.virtual_memory().total // 10**6,
        "torch": version("torch"),
        "torchvision": version("torchvision"),
        "timm": version("timm"),
        "streamlit": version("streamlit"),
    }


def report(result: Mapping[str, Any]) -> None:
    """Print a benchmark's result: one JSON object, headed by the machine."""
    print(json.dumps({"machine": machine(), **result}, indent=2))


@dataclass(frozen=True)
class Server:
    """A server that answers.

    Attributes:
        pid: its process.
        address: host and port.
        started: `time.perf_counter()` just before the process was started.
        healthy_s: seconds from then until its health path answered.
    """

    pid: int
    address: str
    started: float
    healthy_s: float


@contextmanager
def serve(
    app: str | Path = "app.py",
    environment: Mapping[str, str] | None = None,
    options: Sequence[str] = (),
    *,
    warm: bool = False,
    root: Path = ROOT,
    inside: Sequence[str] = (),
) -> Iterator[Server]:
    """Run an entry file as `streamlit run` does, from the project's root; ended on leaving.

    Args:
        app: the entry file.
        environment: variables besides those of this process.
        options: of `streamlit run`, in place of what `.streamlit/config.toml` says.
        warm: whether it loads the other pages in the background once it has drawn one.
        root: the project, should it be another copy than this.
        inside: a command that does something and then becomes the one that stands behind it.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    port = address.partition(":")[2]
    own = (f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true")
    command = (*inside, sys.executable, "-m", "streamlit", "run", str(app), *own, *options)
    paths = os.pathsep.join(path for path in (str(root), os.environ.get("PYTHONPATH", "")) if path)
    env = {**os.environ, "PYTHONPATH": paths, "CLASSROOM_WARM": str(int(warm)), **(environment or {})}
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=root, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not _healthy(address):
            if process.poll() is not None or time.perf_counter() - started > START_LIMIT_S:
                raise RuntimeError(f"the server did not come up: {' '.join(command)}")
            time.sleep(0.02)
        yield Server(process.pid, address, started, time.perf_counter() - started)
    finally:
        process.terminate()
        process.wait(30)


def _healthy(address: str) -> bool:
    """Whether the health path answers."""
    try:
        return requests.get(f"http://{address}/_stcore/health", timeout=2).text == "ok"
    except requests.RequestException:
        return False


@dataclass(frozen=True)
class Run:
    """One run of a page's script, from the visitor's side.

    Attributes:
        seconds: from asking for it to being told that it has finished.
        sent_bytes: what the server sent meanwhile.
        by_element: of these, bytes by kind of element, largest first.
    """

    seconds: float
    sent_bytes: int
    by_element: Mapping[str, int]


class Visitor:
    """One open tab: a session of its own, which keeps the state of its widgets."""

    def __init__(self, server: Server) -> None:
        self._http = f"http://{server.address}"
        self._socket = connect(f"ws://{server.address}/_stcore/stream", subprotocols=["streamlit"], max_size=None)
        self._session = ""
        self._page = self._query = ""
        self._pages: dict[str, str] = {}  # path in the address -> hash
        self._widgets: dict[str, WidgetState] = {}
        self._ids: dict[str, str] = {}  # key of a widget -> its id
        self._options: dict[str, list[str]] = {}  # key of a select box -> what it shows
        self._seen: set[str] = set()  # hashes of messages that a browser would have kept

    def __enter__(self) -> Visitor:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def open(self, path: str = "", query: str = "") -> Run:
        """Go to a page by its path; "" is home. The first one opens the session.

        Args:
            path: of the page, without slashes.
            query: what stands behind the question mark of the address.
        """
        return self._timed(self.watch(path, query))

    def watch(self, path: str = "", query: str = "") -> Iterator[ForwardMsg]:
        """Go to a page as `open` does, but hand over what the server sends as it comes, to the end of the run."""
        self._widgets.clear()
        self._page, self._query = self._pages.get(path, ""), query
        return self._run(path)

    def again(self) -> Run:
        """Run the page once more as it is."""
        return self._timed(self._run())

    def press(self, key: str) -> Run:
        """Press a button."""
        self._state(key).trigger_value = True
        try:
            return self._timed(self._run())
        finally:
            del self._widgets[self._ids[key]]  # it is not held down

    def slide(self, key: str, value: float) -> Run:
        """Let go of a slider at a value."""
        self._state(key).double_array_value.data[:] = [value]
        return self._timed(self._run())

    def choose(self, key: str, number: int) -> Run:
        """Choose an option of a select box, counted from 0."""
        state = self._state(key)
        state.string_value = self._options[key][number]
        return self._timed(self._run())

    def upload(self, key: str, name: str, data: bytes) -> Run:
        """Drop a file on an uploader that takes several, in addition to those it holds."""
        request = BackMsg()
        request.file_urls_request.request_id = name
        request.file_urls_request.session_id = self._session
        request.file_urls_request.file_names.append(name)
        self._socket.send(request.SerializeToString())
        started = time.perf_counter()
        urls = next(m for m in self._messages() if m.WhichOneof("type") == "file_urls_response").file_urls_response
        with requests.Session() as browser:
            browser.get(f"{self._http}/_stcore/health", timeout=10)
            token = browser.cookies.get(XSRF, "")
            answer = browser.put(
                self._http + urls.file_urls[0].upload_url,
                files={name: data},
                headers={"X-Xsrftoken": token},
                timeout=60,
            )
        answer.raise_for_status()
        info = UploadedFileInfo(name=name, size=len(data), file_id=urls.file_urls[0].file_id)
        info.file_urls.CopyFrom(urls.file_urls[0])
        self._state(key).file_uploader_state_value.uploaded_file_info.append(info)
        run = self._timed(self._run())
        return Run(time.perf_counter() - started, run.sent_bytes, run.by_element)

    def _state(self, key: str) -> WidgetState:
        """What the tab holds for a widget, sent with every run from now on."""
        if key not in self._ids:
            raise KeyError(f"no widget has the key {key!r}; there are {', '.join(self._ids)}")
        widget = self._ids[key]
        return self._widgets.setdefault(widget, WidgetState(id=widget))

    @staticmethod
    def _timed(messages: Iterator[ForwardMsg]) -> Run:
        """Ask for a run and read until it has finished."""
        started = time.perf_counter()
        total, by_element = 0, dict[str, int]()
        for message in messages:
            size, kind = message.ByteSize(), str(message.WhichOneof("type"))
            if kind == "delta":
                kind = message.delta.new_element.WhichOneof("type") or "block"
            total += size
            by_element[kind] = by_element.get(kind, 0) + size
        ordered = dict(sorted(by_element.items(), key=lambda item: -item[1]))
        return Run(time.perf_counter() - started, total, ordered)

    def _run(self, path: str = "") -> Iterator[ForwardMsg]:
        """Ask for a run, at the first message that is taken, and note what a tab notes of what comes."""
        request = BackMsg()
        script = request.rerun_script
        script.page_script_hash = self._page
        script.page_name = "" if self._page else path
        script.query_string = self._query
        script.widget_states.widgets.extend(self._widgets.values())
        script.cached_message_hashes.extend(self._seen)
        self._socket.send(request.SerializeToString())
        for message in self._messages():
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self._session = message.new_session.initialize.session_id or self._session
                self._page = message.new_session.page_script_hash
            elif kind == "navigation":
                self._pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
                self._page = message.navigation.page_script_hash  # a link's page: the session began with the entry file
            elif kind == "delta":
                element = message.delta.new_element
                self._learn(getattr(element, element.WhichOneof("type") or "", None))
                if message.metadata.cacheable:
                    self._seen.add(message.hash)
            yield message
            if kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                break  # else the script asked to be run again, as a page does that was opened before the navigation

    def _learn(self, element: Any) -> None:
        """Note a widget's id, which reads "$$ID-digest-key", and its options under its key."""
        match = re.match(r"\$\$ID-[0-9a-f]+-(.+)", getattr(element, "id", ""))
        if match:
            self._ids[match[1]] = element.id
            if hasattr(element, "options"):
                self._options[match[1]] = [str(option) for option in element.options]

    def _messages(self) -> Iterator[ForwardMsg]:
        """What the server sends, as it comes."""
        while True:
            yield ForwardMsg.FromString(self._socket.recv(timeout=RUN_LIMIT_S))


def memory(pid: int) -> dict[str, float | None]:
    """Memory of a process in MB (10^6 bytes).

    Returns:
        rss_mb: resident, as the sidebar and most tools show it. On Linux, else None: anonymous_mb is what the process
        itself filled, files_mb are pages of libraries, which the kernel may drop and read again, and peak_rss_mb is
        the most that was ever resident.
    """
    result: dict[str, float | None] = {"rss_mb": psutil.Process(pid).memory_info().rss // 10**5 / 10}
    status = Path(f"/proc/{pid}/status")
    text = status.read_text() if status.exists() else ""
    for name, field in (("anonymous_mb", "RssAnon"), ("files_mb", "RssFile"), ("peak_rss_mb", "VmHWM")):
        match = re.search(rf"{field}:\s+(\d+) kB", text)
        result[name] = int(match[1]) * 1024 // 10**5 / 10 if match else None
    return result


def maps_library(pid: int, name: str) -> bool | None:
    """Whether a process has a library mapped, "libtorch" for instance; None where there is no /proc to tell."""
    maps = Path(f"/proc/{pid}/maps")
    return name in maps.read_text() if maps.exists() else None
