"""What can be taken away of an experiment, as data: a card each, with its size, what it is for, and its files."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple
from weakref import ref

from core.figures.transfer.takeaway_report import expected as report_seconds
from core.figures.transfer.takeaway_report import report_zip
from core.transfer.model.classifier import Trained
from core.transfer.takeaway.names import safe_file
from core.transfer.takeaway.onnx import expected as onnx_seconds
from core.transfer.takeaway.onnx import to_onnx
from core.transfer.takeaway.pictures import MOST_BYTES, pictures_zip, pixels
from core.transfer.takeaway.result import Interval, Result
from core.transfer.takeaway.script import experiment_script
from core.transfer.takeaway.table import points_table, predictions_table, summary_table, to_csv, weight_change_table
from core.transfer.takeaway.weights import to_safetensors
from core.transfer.training.run import Run


class File(NamedTuple):
    """A file and its button: label, what makes the file, its name, and what is in it.

    `takes` says whether the visitor has the experiment with it: it need not be made again.
    """

    label: str
    make: Callable[..., bytes | str]
    name: str
    help: str
    takes: bool = False


class SlowFile(NamedTuple):
    """A file that is made in the background when somebody asks for it, and offered then.

    Attributes:
        file: the button of the download; `make` takes a job's report.
        what: it is, in a sentence ("the ONNX file").
        seconds: that it should take.
        key: of all that it is made of; it keeps nothing of that alive.
    """

    file: File
    what: str
    seconds: float
    key: Hashable


@dataclass(frozen=True)
class Export:
    """One card.

    Attributes:
        title: what it is.
        size: about how large.
        what: what it is for, one or two short sentences.
        files: a button each.
        slow: likewise, of those that take a while.
        cannot: why there is no button, a sentence; "" where there is one.
    """

    title: str
    size: str
    what: str
    files: tuple[File, ...] = ()
    cannot: str = ""
    slow: tuple[SlowFile, ...] = ()


def of_network(trained: Trained) -> list[Export]:
    """What needs the network alone."""
    stem = safe_file(trained.title, "model")
    size = f"{sum(tensor.nbytes for tensor in trained.state.values()) / 1e6:.0f} MB"
    weights = File(
        "Weights (safetensors)", partial(to_safetensors, trained), f"{stem}.safetensors",
        "Load it with the package safetensors, or open it here again with “Open a model”. Classes, size, mean and "
        "deviation are in its header as JSON.", takes=True,
    )  # fmt: skip
    network = File(
        "Network (ONNX)", partial(to_onnx, trained), f"{stem}.onnx",
        "Normalisation, network and softmax in one file for browsers, phones and C++.", takes=True,
    )  # fmt: skip
    slow = SlowFile(network, "the ONNX file", onnx_seconds(trained), ("onnx", ref(trained)))
    return [
        Export("PyTorch model", size, "All weights, bit by bit, with classes and preprocessing.", (weights,)),
        Export("ONNX model", size, "uint8 pictures in, probabilities out, without PyTorch.", slow=(slow,)),
    ]


def of_experiment(result: Result, compared: Mapping[str, Interval]) -> list[Export]:
    """Everything, where it is known how the network was trained."""
    report = File(
        "Report (zip)", partial(report_zip, result, compared), f"{safe_file(result.title, 'experiment')} report.zip",
        "Motivation, method, evaluation, disadvantages, reproduction and references as Markdown; its figures as PNG "
        "and SVG, the script and the tables.", takes=True,
    )  # fmt: skip
    script = File(
        "Script (Python)", partial(experiment_script, result), "experiment.py",
        "From folders of pictures to the accuracy on the test pictures; it needs nothing of this app. Its first lines "
        "say how to run it.",
    )  # fmt: skip
    of = tuple((title, share.right, share.of) for title, share in compared.items())
    key = ("report", ref(result.trained), ref(result.scored), of)
    slow = SlowFile(report, "the report", report_seconds(), key)
    what = "What was measured is filled in, with figures; the rest waits for your words."
    return [
        Export("Report", "below 1 MB", what, slow=(slow,)),
        Export("Script", "about 10 kB", "The experiment in plain PyTorch, to be read, run and changed.", (script,)),
        *of_network(result.trained),
        _pictures(result),
        tables(result),
    ]


def _pictures(result: Result) -> Export:
    """The pictures, if they are not too many."""
    images, selection = result.images, result.selection
    size, most = pixels(images, selection), MOST_BYTES // 10**6
    file = File(
        "Pictures (zip)", partial(pictures_zip, images, selection), "pictures.zip",
        "Unpack it beside the script. labels.csv lists all files.",
    )  # fmt: skip
    amount = f"up to {size / 1e6:.0f} MB" if size >= 1e6 else f"up to {size / 1e3:.0f} kB"
    what = f"The {len(selection.all):,} pictures in their three parts, as the script reads them."
    if size > MOST_BYTES:
        cannot = f"More than {most} MB of pixels: take fewer a class, or use the script with your own folders."
        return Export("Pictures", amount, what, (), cannot)
    return Export("Pictures", amount, what, (file,))


def tables(result: Result) -> Export:
    """The results for a spreadsheet."""
    stem, run = safe_file(result.title, "experiment"), result.run
    files = [
        File(
            "Test predictions", lambda: to_csv(predictions_table(result)), f"{stem} predictions.csv",
            "One line for each test picture: actual class, prediction, probability of each class.",
        )
    ]  # fmt: skip
    if run is not None:
        files += [
            File(
                "Learning curves", lambda: to_csv(points_table([run])), f"{stem} curves.csv",
                "One line for each evaluation on the validation pictures: seconds, epochs, losses, accuracy.",
            ),
            File(
                "Layers", lambda: to_csv(weight_change_table(run)), f"{stem} layers.csv",
                "One line for each layer: how far its weights moved, whether it is bit-identical.",
            ),
        ]  # fmt: skip
    return Export("Tables", "CSV", "For a spreadsheet or for pandas.", tuple(files))


def of_all(runs: Sequence[Run]) -> tuple[File, File]:
    """Tables of all trainings."""
    return (
        File(
            "All runs: summary (CSV)", lambda: to_csv(summary_table(runs)), "runs.csv",
            "One line for each of your trainings.",
        ),
        File(
            "All runs: learning curves (CSV)", lambda: to_csv(points_table(runs)), "runs curves.csv",
            "All evaluations on the validation pictures of all your trainings.",
        ),
    )  # fmt: skip


def network_in_words(trained: Trained) -> str:
    """A network of which nothing else is known. Names in it are a visitor's."""
    classes = trained.classes
    some = ", ".join(classes[:6]) + (f" and {len(classes) - 6:,} more" if len(classes) > 6 else "")
    return f"{_architecture(trained)}, {len(classes):,} classes ({some})."


def result_in_words(result: Result, *, known: bool) -> str:
    """What it is, and what it learned from if that is known. The set's name in it is a visitor's."""
    if not known:
        return f"{_architecture(result.trained)}."
    start = "ImageNet weights" if result.trained.spec.trained else "random weights"
    pictures = f"{result.images.name}, {len(result.selection.train):,} training pictures"
    return f"{_architecture(result.trained)} from {start} on {pictures}."


def accuracy_in_words(test: Interval) -> str:
    """How good it is, in Markdown."""
    between = f"{test.low:.1%} to {test.high:.1%} with 95% confidence"
    return f"**{test.accuracy:.1%}** of {test.of:,} test pictures right, {between}."


def _architecture(trained: Trained) -> str:
    return f"{trained.spec.architecture.title} at {trained.spec.size} px"
