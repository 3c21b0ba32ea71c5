"""The whole app on a real server: whoever closes the tab leaves nothing of their own in its memory.

The toy page of `test_session` shows that a session is let go of. Here the real sections are walked through first, with
all their buttons, downloads, charts and jobs, since any of them might hold on to what it draws.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from core.ui.pages import TRANSFER
from tests.bench.server import Visitor, serve
from tests.core.transfer.data.made import picture, zipped

LIMIT = 120.0
PAGE, SIDE, PER_CLASS = "transfer_learning", 61, 12

# Python imports a module of this name when it starts: so the server is counted whatever its pages do
WITNESS = """
import gc, json, os, sys, threading, time
from pathlib import Path

KINDS = {
    "sets": ("core.transfer.data.image_set", "ImageSet", lambda one: one.own),
    "pictures": ("torch", "Tensor", lambda one: one.ndim == 4 and one.shape[-1] == {side}),
    "features": ("core.transfer.features.extract", "Features", lambda one: True),
    "networks": ("core.transfer.model.classifier", "Trained", lambda one: True),
    "sessions": ("core.ui.framework.session", "Session", lambda one: True),
}

def count():
    gc.collect()
    found = {}
    for name, (module, kind, mine) in KINDS.items():
        kind = getattr(sys.modules.get(module), kind, None)
        # an object refers to its class. A list of all objects would hold the tuples that other threads are just making,
        # and these then fail to grow: SystemError in whatever is being imported
        found[name] = 0 if kind is None else sum(type(one) is kind and mine(one) for one in gc.get_referrers(kind))
    found["trainings"] = sum(thread.name == "classroom-trainings" for thread in threading.enumerate())
    return found

def report(path):
    while True:
        time.sleep(1)
        text = json.dumps(count())
        path.with_suffix(".new").write_text(text)
        os.replace(path.with_suffix(".new"), path)

if "streamlit" in sys.orig_argv:
    threading.Thread(target=report, args=(Path(os.environ["WITNESS"]),), daemon=True).start()
"""


def own_set() -> bytes:
    """A zip of two classes."""
    names = [(label, number) for label in ("cats", "dogs") for number in range(PER_CLASS)]
    return zipped({f"{label}/{number}.png": picture(seed, (SIDE, SIDE)) for seed, (label, number) in enumerate(names)})


def test_closing_the_tab_leaves_nothing_of_the_visitor_s_in_memory(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    (tmp_path / "sitecustomize.py").write_text(WITNESS.replace("{side}", str(SIDE)))
    environment = {"PYTHONPATH": str(tmp_path), "WITNESS": str(report)}

    def wait_for(what: Callable[[dict[str, int]], bool], visitor: Visitor | None = None) -> dict[str, int]:
        """What the witness counts, as soon as it is so, or when time is up."""
        until, found = time.monotonic() + LIMIT, dict[str, int]()
        while time.monotonic() < until:
            found = json.loads(report.read_text()) if report.exists() else {}
            if found and what(found):
                break
            if visitor is not None:
                visitor.again()
            time.sleep(0.3)
        return found

    with serve(environment=environment) as server:
        with Visitor(server) as visitor:
            visitor.open()
            visitor.open(PAGE)
            visitor.upload("transfer_data_upload_0", "own.zip", own_set())
            visitor.open(PAGE)
            assert wait_for(lambda found: found["sets"] >= 1, visitor)["sets"] == 1
            for section in TRANSFER.modules:
                visitor.open(PAGE, f"transfer_section={section}")
                visitor.again()
            visitor.open(PAGE, "transfer_section=Probes")
            assert wait_for(lambda found: found["features"] > 0, visitor)["features"] > 0
            visitor.open(PAGE, "transfer_section=Neighbours")
            visitor.upload("transfer_neighbours_file", "query.png", picture(1000, (SIDE, SIDE)))
            visitor.open(PAGE, "transfer_section=Where it looks&transfer_where_source=photograph")
            visitor.upload("transfer_where_file", "photograph.png", picture(1001, (SIDE, SIDE)))
            assert wait_for(lambda found: found["sets"] >= 2)["sets"] >= 2, "the query is a set of one"
            for section in TRANSFER.modules:
                visitor.open(PAGE, f"transfer_section={section}&transfer_neighbours_view=Map")
            visitor.open(PAGE, "transfer_section=Take away")
            visitor.press("transfer_takeaway_Network (ONNX)_make")
            visitor.open(PAGE, "transfer_section=Race&transfer_race_budget=60")
            visitor.press("transfer_race_start")
            here = wait_for(lambda found: found["trainings"] > 0)
            assert all(here.values()), f"something was never there, so that nothing is shown by its absence: {here}"
        left = wait_for(lambda found: not any(found.values()))
    assert not any(left.values()), left
