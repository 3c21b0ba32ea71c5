"""What can be had of an experiment: a card each, with its size, what it is for, and the button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from core.figures.transfer.takeaway_report import report_zip
from core.transfer.model.classifier import Trained
from core.transfer.takeaway.names import safe_file
from core.transfer.takeaway.onnx import to_onnx
from core.transfer.takeaway.pictures import MOST_BYTES, pictures_zip, pixels
from core.transfer.takeaway.result import Interval, Result
from core.transfer.takeaway.script import experiment_script
from core.transfer.takeaway.table import points_table, predictions_table, summary_table, to_csv, weight_change_table
from core.transfer.takeaway.weights import to_safetensors
from core.transfer.training.run import Run
from core.ui.framework.show import download

_ACROSS = 3


@dataclass(frozen=True)
class Export:
    """One card.

    Attributes:
        title: what it is.
        size: about how large.
        what: what it is for, one or two short sentences.
        files: a button each: label, what makes the file, its name, its type, its help.
        cannot: why there is no button, a sentence; "" where there is one.
    """

    title: str
    size: str
    what: str
    files: tuple[tuple[str, Callable[[], bytes | str], str, str, str], ...]
    cannot: str = ""


def draw(exports: list[Export]) -> None:
    """Lay the cards out."""
    for start in range(0, len(exports), _ACROSS):
        for column, export in zip(st.columns(_ACROSS, gap="small"), exports[start : start + _ACROSS], strict=False):
            with column, st.container(border=True, height="stretch"):
                st.markdown(f"**{export.title}** · {export.size}")
                st.caption(export.what)
                if export.cannot:
                    st.caption(f":material/info: {export.cannot}")
                for label, make, name, mime, explanation in export.files:
                    download(label, make, name, mime, explanation)


def of_network(trained: Trained) -> list[Export]:
    """What needs the network alone."""
    stem = safe_file(trained.title, "model")
    size = sum(tensor.nbytes for tensor in trained.state.values()) / 1e6
    return [
        Export(
            "PyTorch model",
            f"{size:.0f} MB",
            "All weights, bit by bit, with classes and preprocessing.",
            (
                (
                    "Weights (safetensors)",
                    partial(to_safetensors, trained),
                    f"{stem}.safetensors",
                    "application/octet-stream",
                    "Load it with the package safetensors, or here again with “Open a model”. Classes, size, mean and "
                    "deviation stand in its header as JSON.",
                ),
            ),
        ),
        Export(
            "ONNX model",
            f"{size:.0f} MB",
            "uint8 pictures in, probabilities out, without PyTorch.",
            (
                (
                    "Network (ONNX)",
                    partial(to_onnx, trained),
                    f"{stem}.onnx",
                    "application/octet-stream",
                    "Normalisation, network and softmax in one file for browsers, phones and C++. Made when you "
                    "press: that takes 10 to 30 seconds on two cores.",
                ),
            ),
        ),
    ]


def report(result: Result, compared: dict[str, Interval]) -> Export:
    """The report with all that belongs to it."""
    return Export(
        "Report",
        "below 1 MB",
        "What was measured is filled in, with figures; the rest waits for your words.",
        (
            (
                "Report (zip)",
                partial(report_zip, result, compared),
                f"{_stem(result)} report.zip",
                "application/zip",
                "Motivation, method, evaluation, disadvantages, reproduction and references as Markdown; its figures "
                "as PNG and SVG, the script and the tables. Takes some seconds.",
            ),
        ),
    )


def script(result: Result) -> Export:
    """The script."""
    return Export(
        "Script",
        "about 10 kB",
        "The experiment in plain PyTorch, to be read, run and changed.",
        (
            (
                "Script (Python)",
                partial(experiment_script, result),
                "experiment.py",
                "text/x-python",
                "From folders of pictures to the accuracy on the test; needs nothing of this app. Its first lines say "
                "how to run it.",
            ),
        ),
    )


def pictures(result: Result) -> Export:
    """The pictures, if they are not too many."""
    images, selection = result.images, result.selection
    size, most = pixels(images, selection), MOST_BYTES // 10**6
    make = (
        "Pictures (zip)",
        partial(pictures_zip, images, selection),
        "pictures.zip",
        "application/zip",
        "Unpack it beside the script. labels.csv lists all files.",
    )
    large = size > MOST_BYTES
    return Export(
        "Pictures",
        f"up to {_bytes(size)}",
        f"The {len(selection.all):,} pictures in their three parts, as the script reads them.",
        () if large else (make,),
        f"More than {most} MB of pixels: take fewer a class, or point the script at your own folders." if large else "",
    )


def tables(result: Result) -> Export:
    """The results for a spreadsheet."""
    return Export("Tables", "CSV", "For a spreadsheet or for pandas.", tuple(_tables(result, _stem(result))))


def _bytes(count: int) -> str:
    return f"{count / 1e6:.0f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"


def _stem(result: Result) -> str:
    return safe_file(result.title, "experiment")


def _tables(result: Result, stem: str) -> list[tuple[str, Callable[[], bytes | str], str, str, str]]:
    def predictions() -> str:
        return to_csv(predictions_table(result))

    found: list[tuple[str, Callable[[], bytes | str], str, str, str]] = [
        (
            "Test predictions",
            predictions,
            f"{stem} predictions.csv",
            "text/csv",
            "One line a test picture: true class, prediction, probability of each class.",
        )
    ]
    run = result.run
    if run is not None:
        found += [
            (
                "Learning curves",
                lambda: to_csv(points_table([run])),
                f"{stem} curves.csv",
                "text/csv",
                "One line a look at the validation pictures: seconds, epochs, losses, accuracy.",
            ),
            (
                "Layers",
                lambda: to_csv(weight_change_table(run)),
                f"{stem} layers.csv",
                "text/csv",
                "One line a layer: how far it moved, whether it is bit-identical.",
            ),
        ]
    return found


def of_all(runs: list[Run]) -> None:
    """Tables of everything on the desk."""
    with st.container(horizontal=True):
        download(
            "All runs: summary (CSV)",
            lambda: to_csv(summary_table(runs)),
            "runs.csv",
            "text/csv",
            "One line for each of your trainings.",
        )
        download(
            "All runs: learning curves (CSV)",
            lambda: to_csv(points_table(runs)),
            "runs curves.csv",
            "text/csv",
            "All looks at the validation pictures of all your trainings.",
        )
