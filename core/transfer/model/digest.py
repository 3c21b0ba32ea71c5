"""A name for what a network is, by its weights."""

from __future__ import annotations

import hashlib
from weakref import WeakKeyDictionary

import torch

from core.transfer.model.classifier import Trained

_digests: WeakKeyDictionary[Trained, str] = WeakKeyDictionary()


def digest(trained: Trained) -> str:
    """Names a network by its title and all of its weights; taken once."""
    if trained not in _digests:
        state = hashlib.sha256(f"{trained.title}\0{trained.spec}\0{trained.classes}".encode())
        for name, tensor in trained.state.items():
            state.update(name.encode())
            state.update(tensor.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy().data)
        _digests[trained] = state.hexdigest()
    return _digests[trained]
