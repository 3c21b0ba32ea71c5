"""The ONNX file, run by onnxruntime, against the network in torch."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import onnx
import onnxruntime
import pytest
import torch

from core.errors import UserError
from core.jobs import Cancelled
from core.transfer.model.inputs import to_input
from core.transfer.takeaway import onnx as onnx_file
from core.transfer.takeaway.onnx import expected, to_onnx
from core.transfer.takeaway.pace import Pace
from tests.core.transfer.takeaway.made import CLASSES, trained


@pytest.mark.parametrize("backbone", ["tf_efficientnet_lite0", "resnet18"])
def test_it_says_what_torch_says(backbone: str, capfd: pytest.CaptureFixture[str]) -> None:
    network = trained(backbone, neck=(8,), dropout=0.5)
    before = {name: value.clone() for name, value in network.state.items()}
    data = to_onnx(network)
    assert all(torch.equal(before[name], value) for name, value in network.state.items())
    said = capfd.readouterr()
    assert not said.out
    assert not said.err

    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    for count in (1, 5):  # any number of pictures at a time
        pictures = torch.randint(0, 256, (count, 3, 32, 32), dtype=torch.uint8)
        (found,) = session.run(None, {"pictures": pictures.numpy()})
        with torch.no_grad():
            wanted = network.model()(to_input(pictures, network.spec.architecture, 32)).softmax(1)
        assert abs(torch.from_numpy(found) - wanted).max() < 1e-4
        assert found.shape == (count, 3)

    proto = onnx.load_from_string(data)
    notes = {entry.key: json.loads(entry.value) for entry in proto.metadata_props}
    assert notes["classes"] == list(CLASSES)
    assert notes["preprocessing"]["size"] == 32
    assert str(Path(torch.__file__).parent).encode() not in data  # nothing of the machine it was made on
    assert str(Path(__file__).parents[4]).encode() not in data


def test_it_tells_how_far_it_is_and_learns_how_long_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_file, "_PACE", Pace(1e4))
    told: list[tuple[float, str]] = []
    network = trained()
    assert expected(network) == 1e4
    to_onnx(network, lambda fraction, text: told.append((fraction, text)))
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    assert any("of about" in text for _, text in told)
    assert expected(network) < 1e3


def test_a_job_that_is_cancelled_makes_no_file() -> None:
    def report(fraction: float, _: str) -> None:
        if fraction > 0.8:
            raise Cancelled

    with pytest.raises(Cancelled):
        to_onnx(trained(), report)
    assert to_onnx(trained()), "the next one is not kept waiting"


def test_without_the_exporter_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    with pytest.raises(UserError, match="onnxscript"):
        to_onnx(trained())
