r"""Everything that led to one detection, read out of one forward pass: no network runs here.

The stages are those of Ren et al., Faster R-CNN (https://arxiv.org/abs/1506.01497), as torchvision runs them:
an anchor, its objectness and deltas, the proposal, the level that pools it, its 7 x 7 features, class scores, the
class's own deltas, clipping, and the box in the visitor's picture.

Which level pools a proposal of w x h pixels is equation 1 of Lin et al., Feature Pyramid Networks
(https://arxiv.org/abs/1612.03144): $k = \lfloor k_0 + \log_2(\sqrt{wh} / 224) \rfloor$. torchvision's `LevelMapper`
(https://docs.pytorch.org/vision/stable/_modules/torchvision/ops/poolers.html) adds a millionth before it rounds down,
and keeps k within the levels there are; a network may have another $k_0$, and another length than 224.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torchvision.models.detection.transform import resize_boxes
from torchvision.ops import MultiScaleRoIAlign, box_area

from core.detection.coding import HEAD_WEIGHTS, RPN_WEIGHTS
from core.detection.inside import Inside, Level
from core.detection.walk.move import Move, move
from core.errors import UserError


@dataclass(frozen=True)
class Anchor:
    """Where a detection began.

    Attributes:
        number: which of the S anchors.
        level: of the feature pyramid.
        of_level: the level's place among them, 0 the finest.
        row, column: of its cell.
        kind: which of the anchors of its cell.
        kinds: how many a cell has.
        width, height: of the anchor, network pixels.
    """

    number: int
    level: Level
    of_level: int
    row: int
    column: int
    kind: int
    kinds: int
    width: float
    height: float

    @property
    def size(self) -> float:
        """Side of the square with its area, network pixels."""
        return float((self.width * self.height) ** 0.5)

    @property
    def ratio(self) -> float:
        """Width by height, as the lecture has it; torchvision's `aspect_ratios` are height by width."""
        return self.width / self.height


@dataclass(frozen=True)
class Pooling:
    """Which level pools a proposal.

    Attributes:
        side: square root of its area, network pixels.
        scale: a proposal with this side is pooled from level `usual`.
        usual: k0.
        exact: k before it is rounded down, the millionth included.
        k: rounded down and kept within the levels there are.
        least, most: numbers of the finest and the coarsest level that pool.
        name: of the feature map among the backbone's.
        stride: network pixels from one of its cells to the next, as RoIAlign has it.
    """

    side: float
    scale: float
    usual: int
    exact: float
    k: int
    least: int
    most: int
    name: str
    stride: float

    @property
    def bounded(self) -> bool:
        """Whether there is no level of the number that the equation gives."""
        return not self.least <= self.exact < self.most + 1


@dataclass(frozen=True, eq=False)
class Walk:
    """All numbers of one detection. Boxes are (x1, y1, x2, y2); C classes with the background.

    Attributes:
        candidate: which of the candidates.
        label: its class, index into `classes`.
        classes: (C,) names.
        proposal: which of the proposals it came from.
        anchor: where it began.
        logit: objectness before the sigmoid.
        objectness: after it.
        first: the anchor moved to the proposal, by the region proposal network.
        pooling: the level whose features the head reads.
        features: (channels, 7, 7) those features; None where they were not kept.
        class_logits: (C,) before the softmax.
        class_scores: (C,) after it.
        second: the proposal moved to the box of this class, by the head.
        network_size: (height, width) network pixels.
        image_size: (height, width) of the visitor's picture, image pixels.
        box: (4,) the box in image pixels.
        kept: (4,) what the detector handed over: the same.
    """

    candidate: int
    label: int
    classes: tuple[str, ...]
    proposal: int
    anchor: Anchor
    logit: float
    objectness: float
    first: Move
    pooling: Pooling
    features: Tensor | None
    class_logits: Tensor
    class_scores: Tensor
    second: Move
    network_size: tuple[int, int]
    image_size: tuple[int, int]
    box: Tensor
    kept: Tensor

    @property
    def name(self) -> str:
        """Of its class."""
        return self.classes[self.label]

    @property
    def score(self) -> float:
        """Of its class."""
        return float(self.class_scores[self.label])

    @property
    def scale(self) -> tuple[float, float]:
        """(across, down): image pixels are network pixels times this."""
        return self.image_size[1] / self.network_size[1], self.image_size[0] / self.network_size[0]

    @property
    def difference(self) -> float:
        """Image pixels by which the box walked to differs from the one kept, at most: rounding."""
        return float((self.box - self.kept).abs().max())

    def in_image(self, box: Tensor) -> Tensor:
        """(4,) a box in image pixels, from network pixels."""
        return resize_boxes(box[None], list(self.network_size), list(self.image_size))[0]


def pooling_of(pool: MultiScaleRoIAlign, box: Tensor) -> Pooling:
    """The level that pools a box.

    Args:
        pool: of a network that has run: torchvision finds its levels then. Only read.
        box: (4,) network pixels.
    """
    mapper: Any = pool.map_levels
    scales: Any = pool.scales
    assert mapper is not None
    assert scales is not None
    side = torch.sqrt(box_area(box[None]))  # (1,)
    exact = mapper.lvl0 + torch.log2(side / mapper.s0) + torch.tensor(mapper.eps, dtype=side.dtype)
    place = int(mapper([box[None]]))
    return Pooling(
        side=float(side), scale=float(mapper.s0), usual=int(mapper.lvl0), exact=float(exact), k=mapper.k_min + place,
        least=mapper.k_min, most=mapper.k_max, name=str(pool.featmap_names[place]), stride=1 / scales[place],
    )  # fmt: skip


def _anchor(inside: Inside, number: int) -> tuple[Anchor, Tensor]:
    """An anchor, and its (4,) corners."""
    level = inside.level_of(number)
    row, column, kind = level.place(number)
    x, y = column * level.stride[1], row * level.stride[0]
    box = torch.tensor([x, y, x, y]) + level.cell[kind]
    width, height = (box[2:] - box[:2]).tolist()
    place = inside.levels.index(level)
    return Anchor(number, level, place, row, column, kind, len(level.cell), width, height), box


def _features(inside: Inside, pool: MultiScaleRoIAlign, proposal: int) -> Tensor | None:
    """(channels, 7, 7) RoIAlign's features of a proposal, cut out anew where the maps were kept."""
    if not inside.features:
        return inside.pooled_features(proposal)
    maps: Mapping[str, Tensor] = {name: level[None] for name, level in inside.features.items()}
    box = inside.candidates.proposals[proposal : proposal + 1]
    found: Tensor = pool(dict(maps), [box], [inside.network_size])[0]
    return found


@torch.inference_mode()
def walk(inside: Inside, candidate: int, pool: MultiScaleRoIAlign) -> Walk:
    """Walk from the anchor of a candidate to its box.

    Args:
        inside: of the forward pass.
        candidate: which of its candidates.
        pool: the model's own RoIAlign, `roi_heads.box_roi_pool`; only read.

    Raises:
        UserError: there is no such candidate.
    """
    found = inside.candidates
    if not 0 <= candidate < len(found):
        raise UserError(f"There is no candidate {candidate}: there are {len(found)}, counted from 0.")
    proposal, label = int(found.sources[candidate]), int(found.labels[candidate])
    number = int(inside.anchor_of[proposal])
    anchor, start = _anchor(inside, number)
    first = move(start, inside.rpn_deltas[number], RPN_WEIGHTS, inside.network_size)
    region = found.proposals[proposal]
    second = move(region, inside.box_deltas[proposal, label], HEAD_WEIGHTS, inside.network_size)
    height, width = found.image_size
    return Walk(
        candidate=candidate,
        label=label,
        classes=found.classes,
        proposal=proposal,
        anchor=anchor,
        logit=float(inside.logits[number]),
        objectness=float(found.objectness[proposal]),
        first=first,
        pooling=pooling_of(pool, region),
        features=_features(inside, pool, proposal),
        class_logits=inside.class_logits[proposal],
        class_scores=found.class_scores[proposal],
        second=second,
        network_size=found.network_size,
        image_size=found.image_size,
        box=resize_boxes(second.clipped[None], list(found.network_size), [height, width])[0],
        kept=found.boxes[candidate],
    )
