"""What was done to each family's stem, and that nothing else was."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from core.models.cifar10 import surgery
from core.models.cifar10.members import League, member
from core.models.walk import walk
from core.models.zoo import ZOO

# the map behind the stem and the last one, cells a side, of each full-size member
MAPS = {
    "VGG": (16, 1),
    "MobileNet": (32, 4),
    "ResNet": (32, 4),
    "ShuffleNet": (32, 4),
    "GoogLeNet": (32, 8),
    "Inception-v3": (16, 3),
    "Inception-v4": (16, 3),
    "Xception": (32, 2),
    "ResNeXt": (32, 8),
    "DenseNet": (32, 4),
    "EfficientNet": (32, 4),
}
# of the large registry: its network, and the parameters of the stem that the surgery changes
SAME = {
    "MobileNet": ("mobilenet_v2", ()),
    "ShuffleNet": ("shufflenet_v2_x1_0", ()),
    "GoogLeNet": ("googlenet", ("conv1.conv.weight",)),
    "Inception-v3": ("inception_v3", ()),
    "Inception-v4": ("inception_v4", ()),
    "Xception": ("legacy_xception", ()),
    "DenseNet": ("densenet121", ("features.conv0.weight",)),
    "EfficientNet": ("efficientnet_b0", ()),
}


@pytest.mark.parametrize("family", MAPS)
def test_maps_are_as_large_as_is_said(family: str) -> None:
    one = member(family, League.GPU).architecture
    with torch.device("meta"):
        network = one.build()
    stem, last = (tuple(f"{module}." for module in one.stages[at].modules) for at in (0, -1))
    sides: dict[str, int] = {}

    def leave(name: str, _: nn.Module, __: torch.Tensor, out: torch.Tensor) -> None:
        for place, starts in (("stem", stem), ("last", last)):
            if f"{name}.".startswith(starts) and out.ndim == 4:
                sides[place] = out.shape[-1]

    walk(network, (3, 32, 32), leave)
    assert (sides["stem"], sides["last"]) == MAPS[family]


@pytest.mark.parametrize("family", SAME)
def test_in_full_size_it_is_the_library_but_for_the_stem(family: str) -> None:
    name, changed = SAME[family]
    with torch.device("meta"):
        ours = member(family, League.GPU).architecture.build(1000).state_dict()
        library = ZOO[name].build(1000).state_dict()
    assert ours.keys() == library.keys()
    assert {key for key in ours if ours[key].shape != library[key].shape} == set(changed)


def test_resnet_18_has_the_weights_of_torchvision_but_for_the_stem() -> None:
    """Under timm's names, in the same order."""
    with torch.device("meta"):
        ours = member("ResNet", League.GPU).architecture.build(1000).state_dict()
        library = ZOO["resnet18"].build(1000).state_dict()
    shapes = [[tuple(value.shape) for value in state.values()] for state in (ours, library)]
    assert shapes[0][0] == (64, 3, 3, 3)
    assert shapes[1][0] == (64, 3, 7, 7)
    assert shapes[0][1:] == shapes[1][1:]


def test_resnext_29_is_that_of_the_paper() -> None:
    """Section 5.3 at cardinality 2: 128, 256, 512 filters within the bottlenecks, 256, 512, 1024 behind them."""
    with torch.device("meta"):
        network = member("ResNeXt", League.GPU).architecture.build()
    for stage, (inner, outer) in enumerate(((128, 256), (256, 512), (512, 1024)), 1):
        block = network.get_submodule(f"layer{stage}.0")
        middle, last = block.get_submodule("conv2"), block.get_submodule("conv3")
        assert isinstance(middle, nn.Conv2d)
        assert isinstance(last, nn.Conv2d)
        assert (middle.groups, middle.out_channels, last.out_channels) == (2, inner, outer)


def test_vgg_16_has_the_convolutions_of_the_library() -> None:
    with torch.device("meta"):
        ours = member("VGG", League.GPU).architecture.build()
        library = ZOO["vgg16"].build()
    kernels = [[tuple(layer.weight.shape) for layer in network.modules() if isinstance(layer, nn.Conv2d)]
               for network in (ours, library)]  # fmt: skip
    assert kernels[0] == kernels[1]


def test_every_first_convolution_has_stride_one() -> None:
    for family in MAPS:
        for league in League:
            with torch.device("meta"):
                network = member(family, league).architecture.build()
            first = next(layer for layer in network.modules() if isinstance(layer, nn.Conv2d))
            assert (first.kernel_size, first.stride, first.padding) == ((3, 3), (1, 1), (1, 1)), family


def test_a_googlenet_may_keep_its_first_pooling() -> None:
    with torch.device("meta"):
        network = surgery.googlenet_net(width=0.25, pooled=True)
    assert isinstance(network.get_submodule("maxpool1"), nn.MaxPool2d)
    assert isinstance(network.get_submodule("maxpool2"), nn.Identity)
