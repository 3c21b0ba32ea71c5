"""Preprocessing and network as one ONNX file, which runs without PyTorch (https://onnx.ai)."""

from __future__ import annotations

import json
import logging
import threading
import warnings
from typing import Any

import torch
from torch import Tensor, nn

from core.errors import UserError
from core.jobs import Report, by_the_clock, silent
from core.transfer.model.classifier import Classifier, Trained
from core.transfer.takeaway.about import preprocessing, versions
from core.transfer.takeaway.pace import Pace

INPUT, OUTPUT = "pictures", "probabilities"
# the exporter traces with global state of torch's, and its loggers are the process's
_ONE_AT_A_TIME = threading.Lock()
_PACE = Pace(2.0, 0.03)
_NOISY = ("torch.onnx", "torch.export", "onnxscript", "onnx_ir")


class _Whole(nn.Module):
    """(N, 3, size, size) values from 0 to 255 -> (N, C) probabilities."""

    mean: Tensor
    std: Tensor

    def __init__(self, model: Classifier) -> None:
        super().__init__()
        self.model = model
        architecture = model.spec.architecture
        self.register_buffer("mean", torch.tensor(architecture.mean).view(1, 3, 1, 1) * 255)
        self.register_buffer("std", torch.tensor(architecture.std).view(1, 3, 1, 1) * 255)

    def forward(self, pictures: Tensor) -> Tensor:
        probabilities: Tensor = self.model((pictures.float() - self.mean) / self.std).softmax(1)
        return probabilities


def expected(trained: Trained) -> float:
    """Seconds that `to_onnx` should take: it is about the layers, whose number their tensors tell."""
    return _PACE.seconds(len(trained.state))


def to_onnx(trained: Trained, report: Report = silent) -> bytes:
    """Export the network; takes some seconds, a minute on two busy cores.

    Args:
        trained: the network; a copy of it is exported.
        report: told how far it is. The translation cannot be interrupted: who is to stop stops after it.

    Returns:
        A file with one input, "pictures": (N, 3, size, size) uint8 RGB, and one output, "probabilities": (N, C).
        Names of the classes and what a picture must be like stand in its metadata as JSON.

    Raises:
        UserError: the exporter cannot, or is not installed.
    """
    report(0.0, "waiting for another one")
    with _ONE_AT_A_TIME, _PACE.measuring(len(trained.state)):
        return _exported(trained, report, expected(trained))


def _exported(trained: Trained, report: Report, seconds: float) -> bytes:
    title, size = trained.spec.architecture.title, trained.spec.size
    whole = _Whole(trained.model()).eval()
    whole.model.to(memory_format=torch.contiguous_format)
    example = torch.zeros(2, 3, size, size, dtype=torch.uint8)
    try:
        import onnx
        import onnxscript  # noqa: F401, without it the exporter fails with a message about itself

        with _Quiet(), by_the_clock(report, "translating the network", 0.0, 0.9, 0.9 * seconds):
            program = torch.onnx.export(
                whole,
                (example,),
                dynamo=True,
                verbose=False,
                input_names=[INPUT],
                output_names=[OUTPUT],
                dynamic_shapes={INPUT: {0: torch.export.Dim("N", min=1)}},
            )
    except ImportError as error:
        raise UserError("ONNX files cannot be made here: the packages onnx and onnxscript are missing.") from error
    except torch.onnx.OnnxExporterError as error:
        raise UserError(f"{title} could not be exported to ONNX: take the safetensors file instead.") from error
    assert program is not None
    proto = program.model_proto
    _forget_where_it_was_made(proto)
    _describe(proto, trained)
    with by_the_clock(report, "checking the file", 0.9, 1.0, 0.1 * seconds):
        onnx.checker.check_model(proto, full_check=True)
    data: bytes = proto.SerializeToString()
    return data


def _describe(proto: Any, trained: Trained) -> None:
    proto.producer_name = "CNN Classroom"
    proto.doc_string = (
        f"{trained.spec.architecture.title}, {trained.title}. Input: (N, 3, {trained.spec.size}, {trained.spec.size}) "
        "uint8, RGB, values 0 to 255; mean and deviation are applied inside. Output: probabilities of the classes."
    )
    notes = {"classes": list(trained.classes), "preprocessing": preprocessing(trained.spec), "versions": versions()}
    for name, value in notes.items():
        entry = proto.metadata_props.add()
        entry.key, entry.value = name, json.dumps(value)


def _forget_where_it_was_made(proto: Any) -> None:
    """The exporter writes lines of the code into every node, and with them the folders of this machine."""
    graph = proto.graph
    for entry in (*graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer, graph):
        del entry.metadata_props[:]
        entry.doc_string = ""
    del proto.metadata_props[:]
    for function in proto.functions:
        for entry in (function, *function.node, *function.value_info):
            del entry.metadata_props[:]
            entry.doc_string = ""


class _Quiet:
    """Meanwhile the exporter keeps its advice to developers to itself."""

    def __enter__(self) -> None:
        self._caught = warnings.catch_warnings()
        self._caught.__enter__()
        warnings.simplefilter("ignore")
        self._levels = {name: logging.getLogger(name).level for name in _NOISY}
        for name in _NOISY:
            logging.getLogger(name).setLevel(logging.CRITICAL)

    def __exit__(self, *error: Any) -> None:
        for name, level in self._levels.items():
            logging.getLogger(name).setLevel(level)
        self._caught.__exit__(*error)
