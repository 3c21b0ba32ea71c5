"""A trained network as one safetensors file that says how to use it, and the way back.

Everything but the tensors stands in the file's header as JSON texts: what the network is, its classes, what a picture
must be like (https://huggingface.co/docs/safetensors/metadata_parsing). Nothing in such a file can be executed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from core.errors import UserError
from core.models.registry import is_known
from core.transfer.model.classifier import Classifier, ModelSpec, Trained
from core.transfer.takeaway.about import preprocessing, versions

FORMAT = "CNN Classroom transfer 1"
MOST_BYTES = 64 * 2**20
"""Of a file that is read back: what the server takes of an upload, too."""
_MOST_CLASSES, _WIDEST, _LONGEST_NAME = 1_000, 16_384, 200
_ODD = "What this file says of its network's size, neck or heads cannot be right."


def to_safetensors(trained: Trained, *, half: bool = False) -> bytes:
    """All weights and statistics with what belongs to them.

    Args:
        trained: the network.
        half: in half the bytes, as float16; else as they are, bit by bit.
    """
    spec = trained.spec
    header: Mapping[str, Any] = {
        "format": FORMAT,
        "title": trained.title,
        "classes": list(trained.classes),
        "preprocessing": preprocessing(spec),
        "backbone": spec.backbone,
        "library": spec.architecture.library,
        "imagenet_weights": spec.trained,
        "outputs": list(spec.outputs),
        "neck": list(spec.neck),
        "dropout": spec.dropout,
        "data": trained.data_digest,
        "versions": versions(),
    }
    tensors = {name: value.detach().cpu().contiguous() for name, value in trained.state.items()}
    if half:
        tensors = {name: value.half() if value.is_floating_point() else value for name, value in tensors.items()}
    return save(tensors, {name: json.dumps(value) for name, value in header.items()})


def from_safetensors(data: bytes) -> Trained:
    """Read a file that `to_safetensors` made.

    Raises:
        UserError: it is another kind of file, damaged, or its weights do not fit the network that it names.
    """
    if len(data) > MOST_BYTES:
        raise UserError(f"This file has {len(data) / 2**20:,.0f} MB; at most {MOST_BYTES // 2**20} MB are read.")
    try:
        state = load(data)
    except (SafetensorError, KeyError, ValueError, TypeError, OverflowError, RuntimeError) as error:
        raise UserError("This is no safetensors file, or it is damaged: open one that this page made.") from error
    header = _header(data)
    spec, classes = _spec(header), _classes(header)
    # a file may hold its weights in half the bytes
    state = {name: tensor.float() if tensor.dtype == torch.float16 else tensor for name, tensor in state.items()}
    if spec.outputs[0] != len(classes):
        raise UserError(f"This file names {len(classes)} classes and its network has {spec.outputs[0]} outputs.")
    _check_fit(spec, state)
    title, digest = header.get("title"), header.get("data")
    return Trained(
        title=title.strip()[:_LONGEST_NAME] if isinstance(title, str) and title.strip() else "A model from a file",
        spec=spec,
        classes=classes,
        state=state,
        data_digest=digest if isinstance(digest, str) else "",
    )


def _header(data: bytes) -> dict[str, Any]:
    """The JSON texts of the header, read; the file is known to be sound."""
    foreign = UserError("This safetensors file was not made here: it does not say which network its weights are of.")
    length = int.from_bytes(data[:8], "little")
    try:
        texts = json.loads(data[8 : 8 + length]).get("__metadata__")
        header = {str(name): json.loads(text) for name, text in texts.items()} if isinstance(texts, dict) else {}
    except (ValueError, TypeError, RecursionError) as error:  # a foreign file's texts need not be JSON
        raise foreign from error
    if header.get("format") != FORMAT:
        raise foreign
    return header


def _spec(header: Mapping[str, Any]) -> ModelSpec:
    backbone, picture, dropout = header.get("backbone"), header.get("preprocessing"), header.get("dropout")
    if not isinstance(backbone, str) or not is_known(backbone):
        raise UserError("The network that this file names is not one of this page.")
    (size,) = _wholes([picture.get("size") if isinstance(picture, dict) else None], 16, 1_024)
    outputs, neck = _wholes(header.get("outputs"), 1, _MOST_CLASSES), _wholes(header.get("neck"), 1, _WIDEST)
    if not outputs or not isinstance(dropout, int | float) or not 0 <= dropout < 1:
        raise UserError(_ODD)
    return ModelSpec(backbone, size, outputs, header.get("imagenet_weights") is True, neck, float(dropout))


def _wholes(values: object, least: int, most: int) -> tuple[int, ...]:
    """A list of at most two whole numbers within bounds."""
    if not isinstance(values, list) or len(values) > 2:
        raise UserError(_ODD)
    for value in values:
        if type(value) is not int or not least <= value <= most:
            raise UserError(_ODD)
    return tuple(values)


def _classes(header: Mapping[str, Any]) -> tuple[str, ...]:
    classes = header.get("classes")
    if not isinstance(classes, list) or not 1 <= len(classes) <= _MOST_CLASSES:
        raise UserError(f"This file must name its classes, 1 to {_MOST_CLASSES:,} of them.")
    if not all(isinstance(name, str) and 0 < len(name) <= _LONGEST_NAME for name in classes):
        raise UserError(f"The names of this file's classes must be texts of at most {_LONGEST_NAME} characters.")
    return tuple(classes)


def _check_fit(spec: ModelSpec, state: Mapping[str, Tensor]) -> None:
    """Every tensor of the network is there with its shape and type, no other is, and all are numbers."""
    with torch.device("meta"):
        wanted = Classifier(spec, spec.architecture.build()).state_dict()
    title = spec.architecture.title
    if wanted.keys() != state.keys():
        odd = sorted(wanted.keys() ^ state.keys())[0]
        raise UserError(f'The weights are not those of {title}: "{odd[:80]}" is missing or too many.')
    for name, tensor in state.items():
        if tensor.shape != wanted[name].shape or tensor.dtype != wanted[name].dtype:
            raise UserError(f'The weights are not those of {title}: "{name}" has another shape or type.')
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise UserError(f'"{name}" holds values that are no finite numbers: the file is of no use.')
