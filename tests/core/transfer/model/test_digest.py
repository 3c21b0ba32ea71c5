"""A network's name by its weights."""

from __future__ import annotations

import torch

from core.transfer.model.classifier import ModelSpec, Trained
from core.transfer.model.digest import digest


def test_a_digest_tells_one_changed_bit() -> None:
    state = {"heads.0.weight": torch.ones(2, 3), "heads.0.bias": torch.zeros(2)}
    one = Trained("one", ModelSpec("resnet18", 32, (2,)), ("a", "b"), state, "digest")
    same = Trained(one.title, one.spec, one.classes, dict(one.state), one.data_digest)
    state = {name: tensor.clone() for name, tensor in one.state.items()}
    state["heads.0.bias"][0] += 1e-6
    other = Trained(one.title, one.spec, one.classes, state, one.data_digest)
    assert digest(one) == digest(one) == digest(same)
    assert digest(one) != digest(other)
