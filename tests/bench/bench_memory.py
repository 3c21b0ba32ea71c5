"""What the app holds in memory, from its start to a class's uploads, and what that memory is made of.

Run from the project's root: `python -m tests.bench.bench_memory`. Prints one JSON object; a megabyte is 10^6 bytes.
The stages are those of one real server and one visitor; `anonymous_mb`, `files_mb` and `peak_rss_mb` are None where
there is no /proc. Then a fresh clone of the repository, as a host of apps makes one, serves a small class through all
pages and sections while it loads them in the background, in a control group of Community Cloud's size where this user
may make one (https://docs.kernel.org/admin-guide/cgroup-v2.html, or version 1 of them).
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
import requests

if __package__ in (None, ""):  # run by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from core.samples import SAMPLES
from tests.bench.server import ROOT, Server, Visitor, maps_library, memory, report, serve
from tests.browser.pages import VIEWS
from tests.core.pictures import encode, photo

GOAL_MB = 1200
UPLOADS = 5
COMMUNITY_MB = 2700
"""What Community Cloud may let an app have."""
CLASS = 5
SAMPLE_S = 0.2
READY_S = 60.0
LATER_S = 20.0  # for what still runs in the background when the last page is drawn
CGROUPS = Path("/sys/fs/cgroup")
LIBRARIES = {  # part of a mapped file's path -> what it is; the first that fits counts
    "triton": "triton",
    "nvidia": "cuda",
    "libtorch_cuda": "cuda",
    "libtorch": "torch",
    "torchvision": "torchvision",
    "pyarrow": "pyarrow",
}
# `memory` by its source: importing it from its module would add what that imports to what is measured
CHILD = f"""
import importlib, json, os, re, sys, time
from pathlib import Path
import psutil
{inspect.getsource(memory)}
"""
IMPORTS = """
steps = {}
for name in sys.argv[1:]:
    start = time.perf_counter()
    importlib.import_module(name)
    steps[name] = {**memory(os.getpid()), "import_s": round(time.perf_counter() - start, 2)}
names = ("torch._dynamo", "sympy", "triton", "torch.distributed", "torch.onnx", "huggingface_hub", "pandas")
modules = {name: sum(key == name or key.startswith(name + ".") for key in sys.modules) for name in names}
mapped = {}
smaps = Path("/proc/self/smaps")
for line in smaps.read_text().splitlines() if smaps.exists() else ():
    if re.match("[0-9a-f]+-", line):
        path = (line.split(maxsplit=5) + [""])[5]
    elif line.startswith("Rss:") and path.startswith("/"):
        mapped[path] = mapped.get(path, 0) + int(line.split()[1])
print(json.dumps({"steps": steps, "modules": modules, "mapped_kb": mapped}))
"""
PICTURE = """
import io
import torch
from PIL import Image
from torchvision.transforms.functional import to_tensor
from core.detection import load
from core.images import decode
detector, data = load(), Path(sys.argv[2]).read_bytes()
detector.candidates(Image.new("RGB", (320, 240)))
before = memory(os.getpid())
if sys.argv[1] == "ours":
    detector.candidates(decode(data))
else:
    with torch.inference_mode():
        detector.model([to_tensor(Image.open(io.BytesIO(data)).convert("RGB"))])
after, names = memory(os.getpid()), ("rss_mb", "peak_rss_mb")
print(json.dumps({name: after[name] and round(after[name] - before["rss_mb"], 1) for name in names}))
"""


def _child(code: str, *arguments: str) -> Any:
    """What a fresh interpreter, started in the project's root, prints."""
    command = [sys.executable, "-c", CHILD + code, *arguments]
    return json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout)


def _imports_of(*scripts: str) -> str:
    """The import lines of some scripts, as a script of their own."""
    lines = [
        ast.unparse(node)
        for script in scripts
        for node in ast.parse((ROOT / script).read_text(encoding="utf-8")).body
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    return "\n".join(lines)


def _jpeg(number: int) -> bytes:
    """A 12-megapixel JPEG of two megabytes, each number another."""
    return encode(photo(4000 - number, 3000), "JPEG", quality=60)


def stages() -> dict[str, Any]:
    """Memory of the server's process after each stage of a visit."""
    found: dict[str, dict[str, float | None]] = {}
    with tempfile.TemporaryDirectory() as folder:
        entry = Path(folder) / "imports.py"
        entry.write_text(_imports_of("app.py", "pages/home.py", "pages/faster_rcnn.py"), encoding="utf-8")
        with serve(entry) as server, Visitor(server) as visitor:
            visitor.open()
            imports = memory(server.pid)
    with serve() as server, Visitor(server) as visitor:
        found["started"] = memory(server.pid)
        visitor.open()
        found["home"] = memory(server.pid)
        found["imports_of_detector_page"] = imports
        visitor.open("faster_rcnn")
        found["first_sample"] = memory(server.pid)
        for number in range(1, len(SAMPLES)):
            visitor.choose("rcnn_picture", number)
        found["all_samples"] = memory(server.pid)
        megabytes = 0.0
        for number in range(UPLOADS):
            data = _jpeg(number)
            megabytes += len(data) / 1e6
            visitor.upload("rcnn_picture_files", f"{number}.jpg", data)
        found[f"{UPLOADS}_uploads_of_12_megapixels"] = memory(server.pid)
    first_mb = found["first_sample"]["rss_mb"]
    return {
        "stages": found,
        "uploaded_mb": round(megabytes, 1),
        "goal_rss_mb_with_one_picture": GOAL_MB,
        "goal_met": first_mb is not None and first_mb < GOAL_MB,
    }


def composition() -> dict[str, Any]:
    """What the imports cost: one after the other as usual, and those of the detector alone.

    Returns:
        usual, ours -> memory after each import, modules that came along, MB of library files by kind (empty without
        /proc); ratio of the last step of the usual imports to ours.
    """
    result: dict[str, Any] = {}
    for name, imports in {
        "usual": ("numpy", "torch", "torchvision", "timm"),
        "ours": ("numpy", "core.detection"),
    }.items():
        made_of = _child(IMPORTS, *imports)
        files: dict[str, float] = {}
        for path, kilobytes in made_of.pop("mapped_kb").items():
            kind = next((kind for part, kind in LIBRARIES.items() if part in path), "other")
            files[kind] = files.get(kind, 0) + kilobytes * 1024 / 1e6
        result[name] = {**made_of, "library_files_mb": {kind: round(size, 1) for kind, size in files.items()}}
    usual, ours = result["usual"]["steps"]["timm"], result["ours"]["steps"]["core.detection"]
    return {**result, "ratio_usual_over_ours_rss": round(usual["rss_mb"] / ours["rss_mb"], 2)}


def one_picture() -> dict[str, Any]:
    """How far one 12-megapixel photograph raises the memory: ours, and torchvision's model on the full picture."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "picture.jpg"
        file.write_bytes(_jpeg(0))
        rises = {how: _child(PICTURE, how, str(file)) for how in ("ours", "usual")}
    peaks = [rises[how]["peak_rss_mb"] for how in ("usual", "ours")]
    ratio = None if None in peaks else round(peaks[0] / peaks[1], 2)
    return {"rise_mb": rises, "ratio_usual_over_ours_peak": ratio}


def _pss_mb(pid: int) -> float:
    """Memory of a process and its children, a page that several share counted once; 0 where there is no /proc."""
    total = 0
    for process in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
        try:
            lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        except OSError:  # it has ended, or this is no Linux
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total * 1024 / 1e6


@contextmanager
def _cap(megabytes: int) -> Iterator[Path | None]:
    """A control group that may hold so much and no swap; None where this user cannot make one."""
    name, limit = f"classroom-bench-{os.getpid()}", str(megabytes * 10**6)
    for folder, file in ((CGROUPS / "memory" / name, "memory.limit_in_bytes"), (CGROUPS / name, "memory.max")):
        try:
            folder.mkdir()
        except OSError:
            continue
        try:
            (folder / file).write_text(limit, encoding="ascii")
        except OSError:  # a hierarchy without memory
            folder.rmdir()
            continue
        for swap, most in (("memory.memsw.limit_in_bytes", limit), ("memory.swap.max", "0")):
            if (folder / swap).exists():
                (folder / swap).write_text(most, encoding="ascii")
        try:
            yield folder
        finally:
            folder.rmdir()
        return
    yield None


def _of_group(group: Path) -> dict[str, Any]:
    """What the kernel has noted: the most the group held, files it has read among it, and how many it has ended."""
    peak = next(file for name in ("memory.max_usage_in_bytes", "memory.peak") if (file := group / name).exists())
    events = next(file for name in ("memory.oom_control", "memory.events") if (file := group / name).exists())
    killed = [line.split()[1] for line in events.read_text(encoding="ascii").splitlines() if "oom_kill " in line]
    return {"group_peak_mb": int(peak.read_text()) // 10**6, "group_killed": int(killed[0]) if killed else None}


def _loaded_in_background(server: Server) -> bool | None:
    """Open home and wait until the network's library is there, though nobody wanted it; None without /proc."""
    with Visitor(server) as visitor:
        visitor.open()
        end = time.monotonic() + READY_S
        while not (there := maps_library(server.pid, "libtorch")) and time.monotonic() < end:
            time.sleep(SAMPLE_S)
    return there


def _attend(server: Server, number: int) -> list[str]:
    """One of the class: their own photograph on the detector page, then every page and section. Returns what broke."""
    broken = []
    with Visitor(server) as visitor:
        visitor.open("faster_rcnn")
        visitor.upload("rcnn_picture_files", f"{number}.jpg", _jpeg(number))
        for name, view in VIEWS.items():
            try:
                visitor.open("" if view.page == "home" else view.page, urlencode(view.query))
            except Exception as error:
                broken.append(f"{name}: {type(error).__name__}")
    return broken


def a_class_on_a_small_server() -> dict[str, Any]:
    """A fresh clone with the background loading on, and a class that goes through everything.

    Returns:
        capped: whether the kernel held the limit, or it was only compared; the peaks of the server, of which
        `peak_pss_mb` is sampled and with its children, and less where other processes here use the same libraries;
        whether it was the same process to the end, and well.
    """
    with tempfile.TemporaryDirectory() as folder, _cap(COMMUNITY_MB) as group:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        inside = ("sh", "-c", 'echo $$ > "$0/cgroup.procs" && exec "$@"', str(group)) if group else ()
        with serve(root=clone, warm=True, inside=inside) as server, ThreadPoolExecutor(CLASS) as pool:
            peaks, over = [_pss_mb(server.pid)], threading.Event()

            def sample() -> None:
                while not over.wait(SAMPLE_S):
                    peaks.append(_pss_mb(server.pid))

            watching = threading.Thread(target=sample)
            watching.start()
            try:
                ready = _loaded_in_background(server)
                of_each = pool.map(lambda number: _attend(server, number), range(CLASS))
                broken = [sentence for one in of_each for sentence in one]
                over.wait(LATER_S)
                well = requests.get(f"http://{server.address}/_stcore/health", timeout=10).text == "ok"
                result = {
                    "limit_mb": COMMUNITY_MB,
                    "capped": group is not None,
                    "visitors": CLASS,
                    "views": len(VIEWS),
                    "loaded_in_background": ready,
                    "broken": broken,
                    "same_process_and_well": psutil.pid_exists(server.pid) and well,
                    "peak_pss_mb": round(max(peaks), 1),
                    "last_pss_mb": round(peaks[-1], 1),
                    **memory(server.pid),
                    **(_of_group(group) if group else {}),
                }
            finally:
                over.set()
                watching.join()
    peak = max(result["peak_rss_mb"] or 0.0, *peaks)
    return {**result, "fits": result["same_process_and_well"] and not broken and peak < COMMUNITY_MB}


def measure() -> dict[str, Any]:
    """The stages of a visit, what the imports are made of, one large picture, and a class on a small server."""
    return {
        **stages(),
        "imports": composition(),
        "one_picture_of_12_megapixels": one_picture(),
        "a_class_on_a_small_server": a_class_on_a_small_server(),
    }


def main() -> None:
    """Measure and print."""
    report(measure())


if __name__ == "__main__":
    main()
