"""A network of the registry with its own head taken off and a neck and new heads put on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from core.models.architecture import Architecture
from core.models.registry import architecture
from core.models.zoo import pretrained
from core.transfer.model.groups import HEADS, NECK, groups


@dataclass(frozen=True)
class ModelSpec:
    """All that it takes to build the network, but not its weights.

    Attributes:
        backbone: name of an architecture, see `core.models.registry`.
        size: side of what it sees, pixels.
        outputs: numbers that each head gives; the first head is that of the classes.
        trained: whether the backbone begins with its ImageNet weights, else with random ones.
        neck: widths of hidden layers between features and heads, none to two.
        dropout: share of numbers dropped behind each hidden layer, or before the heads where there is none.
    """

    backbone: str
    size: int
    outputs: tuple[int, ...]
    trained: bool = True
    neck: tuple[int, ...] = ()
    dropout: float = 0.0

    @property
    def architecture(self) -> Architecture:
        """The registry's entry."""
        return architecture(self.backbone)


class Classifier(nn.Module):
    """Backbone -> neck -> heads. (N, 3, size, size) -> (N, classes) of the first head."""

    def __init__(self, spec: ModelSpec, backbone: nn.Module) -> None:
        """Take over a network that still has its own head; neck and heads are drawn from torch's generator."""
        super().__init__()
        self.spec = spec
        width = spec.architecture.features(backbone)
        spec.architecture.replace_head(backbone, nn.Identity())
        self.backbone = backbone
        layers: list[nn.Module] = []
        for hidden in spec.neck:
            layers += [nn.Linear(width, hidden), nn.ReLU(), nn.Dropout(spec.dropout)]
            width = hidden
        if spec.dropout and not spec.neck:
            layers.append(nn.Dropout(spec.dropout))
        self.neck = nn.Sequential(*layers)
        self.heads = nn.ModuleList(nn.Linear(width, outputs) for outputs in spec.outputs)

    def embed(self, x: Tensor) -> Tensor:
        """What goes into the heads: (N, width)."""
        embedded: Tensor = self.neck(self.backbone(x))
        return embedded

    def forward(self, x: Tensor) -> Tensor:
        """Logits of the classes."""
        logits: Tensor = self.heads[0](self.embed(x))
        return logits

    def all_heads(self, x: Tensor) -> tuple[Tensor, ...]:
        """Logits of every head."""
        embedded = self.embed(x)
        return tuple(head(embedded) for head in self.heads)

    def modules_of(self) -> Mapping[str, tuple[nn.Module, ...]]:
        """Group -> its modules, in forward order.

        What is in no group, such as a dropout before the library's own head, goes with the heads.
        """
        parts = {
            group.name: tuple(self.backbone.get_submodule(name) for name in group.modules)
            for group in groups(self.spec.backbone)
        }
        if self.spec.neck:
            parts[NECK] = (self.neck,)
        inside = {module for part in parts.values() for root in part for module in root.modules()}
        loose = [module for module in self.modules() if module not in inside and not any(module.children())]
        parts[HEADS] = tuple(loose)  # the heads themselves are among them
        return parts

    def parameters_of(self) -> Mapping[str, tuple[nn.Parameter, ...]]:
        """Group -> its parameters; together all of them, each once."""
        return {
            name: tuple(parameter for module in part for parameter in module.parameters())
            for name, part in self.modules_of().items()
        }


def build(spec: ModelSpec, seed: int = 0) -> Classifier:
    """A new network on the CPU in eval mode and channels_last, nothing frozen; the caller's own.

    Args:
        spec: what to build.
        seed: of the weights that are drawn: neck, heads, and the backbone where it begins at random.

    Raises:
        UserError: the ImageNet weights cannot be had.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        backbone = pretrained(spec.backbone) if spec.trained else spec.architecture.build()
        model = Classifier(spec, backbone)
    model = model.to(memory_format=torch.channels_last)
    return model.requires_grad_(True).eval()


@dataclass(frozen=True, eq=False)
class Trained:
    """A network that has learned something: what can be looked into, exported and asked. Shared, only to be read.

    Attributes:
        title: what menus call it ("Fixed feature extractor").
        spec: what it is.
        classes: names, in the order of the first head's outputs.
        state: all its weights and statistics, on the CPU.
        data_digest: the `ImageSet.digest` it was trained on.
    """

    title: str
    spec: ModelSpec
    classes: tuple[str, ...]
    state: Mapping[str, Tensor]
    data_digest: str

    def model(self) -> Classifier:
        """A copy of the network in eval mode on the CPU; the caller's own."""
        with torch.random.fork_rng(devices=[]):  # what is drawn here is overwritten, and must not shift others' draws
            model = Classifier(self.spec, self.spec.architecture.build())
        model.load_state_dict(dict(self.state))
        return model.to(memory_format=torch.channels_last).eval()
