"""What the sections of the page CIFAR-10 cost: a rerun of each, a file that is handed in, and the class's ranking.

Run from the project's root: `python -m tests.bench.bench_cifar10_page`. Prints one JSON object. A control of each
section goes to and fro, and the whole rerun is timed. A file of 10,000 predictions is read and scored, and by the usual
practice: pandas and scikit-learn on columns of names, once for each rerun.
"""

from __future__ import annotations

import io
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch is imported: else busy neighbours decide the times
os.environ["CLASSROOM_WARM"] = "0"
os.environ["CLASSROOM_DATABASE"] = "sqlite://"

import pandas as pd
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score
from streamlit.testing.v1 import AppTest

from core.images import decode
from core.metrics.table.file import read_table
from core.samples import SAMPLES
from core.store.ranking import Ranking, Scores
from core.transfer.cifar10.classify import classify, networks
from core.transfer.cifar10.handin import read
from core.transfer.cifar10.order import CLASSES, Order, labels, names
from core.transfer.cifar10.record_file import shipped
from core.ui.pages import CIFAR
from tests.bench.server import report

TIMES = 12
APP = str(Path(__file__).parents[2] / "app.py")
MOVED: Mapping[str, tuple[str, str, tuple[Any, Any]]] = {
    "Race": ("button_group", "cifar10_race_against", ("epochs", "seconds")),
    "Ranking": ("button_group", "cifar10_ranking_cost", ("parameters", "macs")),
    "One family": ("selectbox", "cifar10_family", ("VGG", "DenseNet")),
    "Hand in": ("button_group", "cifar10_hand_order", ("files", "torchvision")),
    "Report": ("selectbox", "cifar10_family", ("VGG", "DenseNet")),
    "Classify": ("selectbox", "cifar10_picture", ("coffee", "cat")),
}
"""Section -> the kind of control that is moved, its key, its values."""


def median_ms(work: Callable[[], object], times: int = TIMES) -> float:
    """Of so many runs, after one that is not counted."""
    work()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1e3)
    return round(statistics.median(taken), 2)


def reruns(section: str) -> dict[str, float]:
    """A control goes to and fro; the first of each value computes what is then kept."""
    kind, key, values = MOVED[section]
    at = AppTest.from_file(APP, default_timeout=120).run()
    at.query_params["cifar10_section"] = section
    at.switch_page(CIFAR.file).run()
    taken = []
    for number in range(TIMES):
        began = time.perf_counter()
        getattr(at, kind)(key=key).set_value(values[number % 2]).run()
        taken.append((time.perf_counter() - began) * 1e3)
        assert not at.exception, section
    return {
        "rerun_ms": round(statistics.median(taken[2:]), 1),
        "slowest_ms": round(max(taken[2:]), 1),
        "first_ms": round(max(taken[:2]), 1),
    }


def handed_in() -> dict[str, float]:
    """Reading and scoring once, and what is left of it for each rerun, beside the usual practice."""
    record = shipped()[0]
    rows = (f"{name},{CLASSES[said]}" for name, said in zip(record.names, record.answers, strict=True))
    data = ("picture,prediction\n" + "\n".join(rows) + "\n").encode()

    def ours() -> float:
        table = read_table(data)
        found = read({name: table.column(name).to_pylist() for name in table.names}, Order.FILES)
        found.answers.confusion  # noqa: B018, computed
        return found.accuracy + found.macro_f1

    target = pd.DataFrame(
        {"picture": names(Order.FILES), "target": [CLASSES[number] for number in labels(Order.FILES)]}
    )

    def usual() -> float:
        both = pd.read_csv(io.BytesIO(data)).merge(target, on="picture")
        said, true = both["prediction"], both["target"]
        confusion_matrix(true, said, labels=CLASSES)
        return float(accuracy_score(true, said)) + float(f1_score(true, said, average="macro"))

    assert abs(ours() - usual()) < 1e-9
    mine, theirs = median_ms(ours), median_ms(usual)
    return {"read_and_scored_ms": mine, "pandas_and_sklearn_ms": theirs, "ratio": round(theirs / mine, 2)}


def ranked(groups: int = 40) -> dict[str, float]:
    """The ranking in a file of SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        ranking = Ranking(f"sqlite:///{folder}/class.sqlite")
        tokens = [ranking.hand_in(f"group {number}", Scores(number, 100, 0.5)) for number in range(groups)]
        again = median_ms(lambda: ranking.hand_in("group 7", Scores(8, 100, 0.5), tokens[7]))
        look = median_ms(ranking.entries)
        ranking.close()
    return {"groups": groups, "entry_ms": again, "look_ms": look}


def main() -> None:
    """Measure and print."""
    image = decode(SAMPLES["cat"].read())
    began = time.perf_counter()
    networks()
    loaded = time.perf_counter() - began
    report(
        {
            "sections": {section: reruns(section) for section in MOVED},
            "hand in": handed_in(),
            "ranking": ranked(),
            "classify": {"networks_loaded_s": round(loaded, 2), "a_picture_ms": median_ms(lambda: classify(image))},
        }
    )


if __name__ == "__main__":
    main()
