"""A network as a safetensors file and back, and files that are something else."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any

import pytest
import torch
from safetensors.torch import save

from core.errors import UserError
from core.transfer.model.classifier import Trained
from core.transfer.takeaway import weights
from core.transfer.takeaway.weights import FORMAT, from_safetensors, to_safetensors
from tests.core.transfer.takeaway.made import CLASSES, trained

HEADER: dict[str, Any] = {
    "format": FORMAT,
    "title": "Fixed",
    "classes": list(CLASSES),
    "preprocessing": {"size": 32},
    "backbone": "resnet18",
    "imagenet_weights": False,
    "outputs": [3],
    "neck": [],
    "dropout": 0.0,
    "data": "d",
}


@pytest.fixture(scope="module")
def network() -> Trained:
    return trained(neck=(4,), dropout=0.25)


def file(header: dict[str, Any], tensors: dict[str, torch.Tensor] | None = None) -> bytes:
    tensors = {key: value.contiguous() for key, value in (tensors or {"a": torch.zeros(1)}).items()}
    return save(tensors, {key: json.dumps(value) for key, value in header.items()})


def test_round_trip_keeps_every_bit(network: Trained) -> None:
    back = from_safetensors(to_safetensors(network))
    assert (back.title, back.spec, back.classes, back.data_digest) == (
        network.title, network.spec, network.classes, network.data_digest,
    )  # fmt: skip
    assert back.state.keys() == network.state.keys()
    assert all(torch.equal(back.state[name], value) for name, value in network.state.items())
    assert all(back.state[name].dtype == value.dtype for name, value in network.state.items())
    pictures = torch.rand(2, 3, 32, 32)
    with torch.no_grad():
        assert torch.equal(back.model()(pictures), network.model()(pictures))


def test_the_header_says_how_to_use_it(network: Trained) -> None:
    data = to_safetensors(network)
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])["__metadata__"]
    assert json.loads(header["classes"]) == list(CLASSES)
    assert json.loads(header["preprocessing"])["mean"] == list(network.spec.architecture.mean)
    assert json.loads(header["versions"])["torch"] == version("torch")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 a zip",
        b"\xff" * 64,
        (2**63).to_bytes(8, "little") + b"{}",
        (2).to_bytes(8, "little") + b"[]",
        (40).to_bytes(8, "little") + b'{"a":{"dtype":"F32","shape":[1],"data_of',
    ],
)
def test_what_is_no_safetensors_file_is_refused(data: bytes) -> None:
    with pytest.raises(UserError, match="no safetensors file"):
        from_safetensors(data)


def test_a_file_cut_short_is_refused(network: Trained) -> None:
    with pytest.raises(UserError, match="damaged"):
        from_safetensors(to_safetensors(network)[:-1000])


@pytest.mark.parametrize("metadata", [None, {"format": "pt"}, {"format": '"pt"'}, {"format": "[" * 100_000}])
def test_another_programs_file_is_refused(metadata: dict[str, str] | None) -> None:
    with pytest.raises(UserError, match="not made here"):
        from_safetensors(save({"a": torch.zeros(1)}, metadata))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"backbone": "resnet9000"}, "not one of this page"),
        ({"backbone": ["resnet18"]}, "not one of this page"),
        ({"preprocessing": {"size": 10**9}}, "cannot be right"),
        ({"preprocessing": {"size": True}}, "cannot be right"),
        ({"preprocessing": "small"}, "cannot be right"),
        ({"outputs": []}, "cannot be right"),
        ({"outputs": [3, 10**12]}, "cannot be right"),
        ({"outputs": "3"}, "cannot be right"),
        ({"neck": [8, 8, 8]}, "cannot be right"),
        ({"neck": [-1]}, "cannot be right"),
        ({"dropout": 1.0}, "cannot be right"),
        ({"dropout": float("nan")}, "cannot be right"),
        ({"classes": ["a", "b"]}, "2 classes and its network has 3"),
        ({"classes": []}, "must name its classes"),
        ({"classes": ["a", 1, "c"]}, "must be texts"),
        ({"classes": ["a", "b", "c" * 1000]}, "must be texts"),
        ({}, "weights are not those of ResNet-18"),
    ],
)
def test_a_header_that_cannot_be_is_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        from_safetensors(file(HEADER | change))


def test_weights_of_another_shape_or_no_numbers_are_refused() -> None:
    state = dict(trained().state)
    with pytest.raises(UserError, match="another shape"):
        from_safetensors(file(HEADER, state | {"heads.0.bias": torch.zeros(4)}))
    with pytest.raises(UserError, match="no finite numbers"):
        from_safetensors(file(HEADER, state | {"heads.0.bias": torch.full((3,), torch.nan)}))
    assert from_safetensors(file(HEADER | {"title": 7}, state)).title == "A model from a file"


def test_a_file_that_is_too_large_is_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "MOST_BYTES", 10)
    with pytest.raises(UserError, match="at most"):
        from_safetensors(b"x" * 11)
