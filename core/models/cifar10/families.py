"""The eleven families at 32 px: whose implementation, what was done to it, where it differs from the paper."""

from __future__ import annotations

from core.models.cifar10.family import Family

VGG = Family(
    base="vgg16",
    idea=(
        "Small filters, many of them behind one another: two of 3 × 3 see 5 × 5 pixels and three see 7 × 7, with "
        "fewer weights and a ReLU more each time. Nothing else changes from 11 to 19 layers, so the gain comes from "
        "depth. The price is size: 138 million weights in VGG-16, most of them in its first fully connected layer."
    ),
    library="torchvision",
    head="classifier",
    surgery=(
        "Its 3 × 3 convolutions stay as they are; behind the last pooling one linear layer stands for the three of "
        "the library, which are made for maps of 7 × 7."
    ),
    differs="Batch normalisation behind each convolution, which is younger than the paper.",
)
MOBILENET = Family(
    base="mobilenet_v2",
    idea=(
        "A convolution is split into a depthwise 3 × 3, one filter a channel, and a 1 × 1 that mixes channels: eight "
        "to nine times fewer multiply-adds. Blocks are inverted residuals: the skip joins narrow ends, and the "
        "depthwise convolution works in between, six times as wide. The last 1 × 1 of a block has no ReLU, which in "
        "few channels would destroy what they say (linear bottleneck)."
    ),
    library="torchvision",
    head="classifier.1",
    surgery="The stem has stride 1 instead of 2; in full size stage 2 has, too.",
    differs="No dropout before the classes.",
    depthwise=True,
)
RESNET = Family(
    base="resnet18",
    idea=(
        "A block learns what to add to its input, y = x + F(x), so that doing nothing is easy to learn. The skip "
        "hands the gradient on unchanged, and networks of 50 to 152 layers train where plain ones get worse with "
        "depth. Where the size changes, a 1 × 1 convolution stands in the skip, or missing channels are filled with "
        "zeros."
    ),
    library="timm",
    head="fc",
    surgery="A 3 × 3 convolution with stride 1 instead of 7 × 7 with stride 2, and no pooling behind it.",
    differs=(
        "Shortcuts that change the size are 1 × 1 convolutions (the paper's option B; its networks for CIFAR-10 "
        "have option A, without weights), and the last normalisation of each block begins at zero "
        "(arXiv:1706.02677)."
    ),
)
SHUFFLENET = Family(
    base="shufflenet_v2_x1_0",
    idea=(
        "Multiply-adds are not speed: memory access, many small operations and element-wise ones cost time too, and "
        "the paper derives four guidelines from measuring them. A block splits the channels, leaves one half as it is"
        " and sends the other through 1 × 1, depthwise 3 × 3 and 1 × 1 of one width. Both are concatenated and their "
        "channels shuffled, so that information crosses."
    ),
    library="torchvision",
    head="fc",
    surgery="The first convolution has stride 1 instead of 2, and there is no pooling behind it.",
    depthwise=True,
)
GOOGLENET = Family(
    base="googlenet",
    idea=(
        "Objects come in all sizes, so an Inception module looks with 1 × 1, 3 × 3 and 5 × 5 filters and a pooling "
        "side by side and concatenates what they find. 1 × 1 convolutions in front of the large filters reduce the "
        "channels: 22 layers take 1.5 billion multiply-adds and 7 million weights. Global average pooling stands for "
        "fully connected layers, and two auxiliary classifiers help the gradient while it trains."
    ),
    library="torchvision",
    head="fc",
    surgery=(
        "A 3 × 3 convolution with stride 1 instead of 7 × 7 with stride 2; the stem's second pooling goes, in full "
        "size its first, too."
    ),
    differs="See https://github.com/pytorch/vision/issues/906. No auxiliary classifiers.",
)
INCEPTION_V3 = Family(
    base="inception_v3",
    idea=(
        "Large filters are taken apart: 5 × 5 into two of 3 × 3, n × n into 1 × n and n × 1, which see as much with "
        "fewer weights. Maps are made smaller by a strided convolution and a pooling side by side, so that no layer "
        "becomes a bottleneck. Label smoothing, and batch normalisation in the auxiliary classifier, regularise it."
    ),
    library="torchvision",
    head="fc",
    surgery=(
        "The stem's 3 × 3 convolutions have stride 1 and are padded, its second pooling goes: maps of 16, 7 and 3 "
        "cells a side where the paper has 35, 17 and 8."
    ),
    differs="No auxiliary classifier.",
)
INCEPTION_V4 = Family(
    base="inception_v4",
    idea=(
        "One plan for all modules: a longer stem, then four Inception-A, seven B and three C with reductions between "
        "them, rid of what earlier versions owed to training on several machines. Its sisters, the Inception-ResNets,"
        " add residual connections, which make training much faster and the result hardly better. Very wide residual "
        "modules are stable only if what they add is scaled down, by 0.1 to 0.3."
    ),
    library="timm",
    head="last_linear",
    surgery=(
        "The stem's convolutions are padded, the first and the last of its reductions have stride 1: maps of 16, 7 "
        "and 3 cells a side where the paper has 35, 17 and 8."
    ),
    differs="No dropout before the classes.",
)
XCEPTION = Family(
    base="legacy_xception",
    idea=(
        "An Inception module taken to its end: correlations between channels and those between places are looked at "
        "apart altogether. So every convolution becomes a depthwise 3 × 3 and a 1 × 1, without a ReLU between them. "
        "36 of them with residual connections have as many weights as Inception-v3 and use them better."
    ),
    library="timm",
    head="fc",
    surgery="The stem's two convolutions have stride 1 and are padded.",
    differs="No dropout before the classes.",
    depthwise=True,
)
RESNEXT = Family(
    base="resnext50_32x4d",
    idea=(
        "A block is split into many paths of one shape whose results are added: their number, the cardinality, is a "
        "third dimension beside depth and width. It is computed as one grouped convolution. At the same cost more "
        "paths bring more than more layers or wider ones."
    ),
    library="timm",
    head="fc",
    surgery=RESNET.surgery,
    differs="The last normalisation of each block begins at zero (arXiv:1706.02677).",
)
DENSENET = Family(
    base="densenet121",
    idea=(
        "A layer is given the maps of all layers before it in its block, concatenated, and adds k channels of its "
        "own, the growth rate. Features are used again instead of being learned again, and the gradient reaches early"
        " layers directly, so that few weights will do. A 1 × 1 before each 3 × 3 and transitions that halve the "
        "channels (DenseNet-BC) keep it small."
    ),
    library="torchvision",
    head="classifier",
    surgery="A 3 × 3 convolution with stride 1 instead of 7 × 7 with stride 2, and no pooling behind it.",
    differs="Four dense blocks as for ImageNet; the paper's networks for CIFAR-10 have three.",
)
EFFICIENTNET = Family(
    base="efficientnet_b0",
    idea=(
        "Depth, width and resolution grow together by one number φ, as α^φ, β^φ and γ^φ with α·β²·γ² ≈ 2, each step "
        "of φ twice the cost. What grows is B0, found by architecture search: inverted residuals with squeeze-and-"
        "excitation. Grown together the three bring more than any of them alone: B7 matched the best network of its "
        "time with 8.4 times fewer weights."
    ),
    library="torchvision",
    head="classifier.1",
    surgery="The stem has stride 1 instead of 2; in full size stage 2 has, too.",
    differs="Neither dropout nor stochastic depth.",
    depthwise=True,
)
