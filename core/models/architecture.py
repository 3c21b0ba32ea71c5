"""What the registry holds of each architecture: how to build it, its parts in order, what a picture must be like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from torch import Tensor, nn

from core.models.weights import Source

State = dict[str, Tensor]
RGB = tuple[float, float, float]


@dataclass(frozen=True)
class Paper:
    """Where an architecture was published; `year` is that of its first appearance, `authors` the short form."""

    authors: str
    title: str
    year: int
    url: str


@dataclass(frozen=True)
class Stage:
    """A part of a network that runs as a whole.

    Attributes:
        name: what a menu or a table shows.
        modules: names of its modules, as `named_modules` has them, in forward order; the last one's output is the
            stage's.
    """

    name: str
    modules: tuple[str, ...]

    def parameters(self, model: nn.Module) -> dict[str, nn.Parameter]:
        """Its parameters in a model of the architecture, by name."""
        starts = tuple(f"{module}." for module in self.modules)
        return {name: parameter for name, parameter in model.named_parameters() if name.startswith(starts)}


@dataclass(frozen=True)
class Architecture:
    """One entry of the registry.

    Attributes:
        name: key in `ZOO`, and its name in the library.
        title: what a menu shows and a link holds.
        family: the family of the course it belongs to.
        paper: where it was published.
        library: whose implementation it is.
        builder: the library's function, all but `num_classes` given.
        stages: in forward order; together they hold all parameters but the head's.
        head: name of the linear layer that gives the classes.
        parameters: weights and biases, with a head of `classes` and without auxiliary classifiers.
        input_size: side of the square picture it is made for, pixels.
        mean: what the weights want subtracted from each of R, G, B in [0, 1] ...
        std: ... and then divided by.
        source: weights trained on ImageNet-1k; None where this app has no way to them.
        adapt: puts the tensors of the file under the names of the model.
        has_aux: the library builds it with auxiliary classifiers, which only training uses.
        classes: of the head that `parameters` counts.
        differs: what the library builds in another way than the paper, a sentence; "" where nothing is known.
    """

    name: str
    title: str
    family: str
    paper: Paper
    library: Literal["torchvision", "timm"]
    builder: Callable[..., nn.Module]
    stages: tuple[Stage, ...]
    head: str
    parameters: int
    input_size: int
    mean: RGB
    std: RGB
    source: Source | None = None
    adapt: Callable[[nn.Module, State], State] = lambda _, state: state
    has_aux: bool = False
    classes: int = 1000
    differs: str = ""

    def build(self, num_classes: int | None = None, *, aux: bool = False) -> nn.Module:
        """The network without trained weights, mapping (N, 3, H, W) to (N, num_classes).

        Args:
            num_classes: outputs of its head; None: its `classes`.
            aux: with the auxiliary classifiers that GoogLeNet and Inception-v3 were trained with. They belong to no
                stage and are left out unless asked for; published counts of Inception-v3 (27,161,264) have them,
                those of GoogLeNet (6,624,904) do not.
        """
        outputs = self.classes if num_classes is None else num_classes
        return self.builder(num_classes=outputs, **({"aux_logits": aux} if self.has_aux else {}))

    def features(self, model: nn.Module) -> int:
        """How many numbers go into the head of a model that still has its own."""
        head: Any = model.get_submodule(self.head)
        return int(head.in_features)

    def replace_head(self, model: nn.Module, head: nn.Module) -> None:
        """Put another layer in the head's place; writes to the model, so never to a shared one."""
        model.set_submodule(self.head, head)
