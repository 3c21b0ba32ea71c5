"""Papers that a report leans on, numbered in the order in which it names them first."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from core.models.weights import Downloaded, Packaged
from core.transfer.model.classifier import ModelSpec

PAPERS: Mapping[str, str] = MappingProxyType(
    {
        "imagenet": "Russakovsky et al.: ImageNet Large Scale Visual Recognition Challenge, 2014. "
        "https://arxiv.org/abs/1409.0575",
        "yosinski": "Yosinski et al.: How transferable are features in deep neural networks?, 2014. "
        "https://arxiv.org/abs/1411.1792",
        "kornblith": "Kornblith et al.: Do Better ImageNet Models Transfer Better?, 2018. "
        "https://arxiv.org/abs/1805.08974",
        "adamw": "Loshchilov and Hutter: Decoupled Weight Decay Regularization, 2017. https://arxiv.org/abs/1711.05101",
        "one_cycle": "Smith and Topin: Super-Convergence: Very Fast Training of Neural Networks Using Large Learning "
        "Rates, 2017. https://arxiv.org/abs/1708.07120",
        "smoothing": "Szegedy et al.: Rethinking the Inception Architecture for Computer Vision, 2015. "
        "https://arxiv.org/abs/1512.00567",
        "cutout": "DeVries and Taylor: Improved Regularization of Convolutional Neural Networks with Cutout, 2017. "
        "https://arxiv.org/abs/1708.04552",
        "mixup": "Zhang et al.: mixup: Beyond Empirical Risk Minimization, 2017. https://arxiv.org/abs/1710.09412",
        "rotnet": "Gidaris et al.: Unsupervised Representation Learning by Predicting Image Rotations, 2018. "
        "https://arxiv.org/abs/1803.07728",
        "wilson": "Wilson: Probable Inference, the Law of Succession, and Statistical Inference. Journal of the "
        "American Statistical Association 22, 1927.",
    }
)


class Citations:
    """Gives every paper the number of its first mention: `cite.adamw` in a template."""

    def __init__(self, spec: ModelSpec) -> None:
        paper = spec.architecture.paper
        self._known = {**PAPERS, "network": f"{paper.authors}: {paper.title}, {paper.year}. {paper.url}"}
        self._numbers: dict[str, int] = {}

    def __getattr__(self, name: str) -> int:
        if name.startswith("_") or name not in self._known:
            raise AttributeError(name)
        return self._numbers.setdefault(name, len(self._numbers) + 1)

    def listed(self) -> list[str]:
        """The papers that were named, in the order of their numbers."""
        return [self._known[name] for name in self._numbers]


def reused(spec: ModelSpec) -> list[str]:
    """Code and weights that somebody else made."""
    architecture, source = spec.architecture, spec.architecture.source
    lines = ["PyTorch (BSD-3-Clause), https://pytorch.org"]
    if architecture.library == "timm":
        lines.append("The network: timm (Apache-2.0), https://github.com/huggingface/pytorch-image-models")
    else:
        lines.append("The network: torchvision (BSD-3-Clause), https://github.com/pytorch/vision")
    if spec.trained and isinstance(source, Packaged):
        lines.append(f"Its ImageNet weights: the package {source.package} (Apache-2.0)")
    elif spec.trained and isinstance(source, Downloaded):
        lines.append(f"Its ImageNet weights: torchvision's, {source.url}")
    lines.append("The app that made this report: CNN Classroom (MIT)")
    return lines
