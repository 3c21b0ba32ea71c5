"""Two heads on one backbone as a drawing: what hands what on to whom, and what of it learns."""

from __future__ import annotations

from core.figures import drawing
from core.figures.drawing import ACCENT, INK, SURFACE, Drawing, Item, Polygon, Rect, Text
from core.figures.transfer.contact import short
from core.figures.transfer.heads import FIRST, SECOND
from core.models.zoo import ZOO
from core.transfer.model.groups import HEADS
from core.transfer.model.shapes import Shapes
from core.transfer.training.two_heads import TwoHeads, backbone_groups

WIDTH, HEIGHT = 990.0, 232.0
_SIZE = 16.0
_MIDDLE, _TOP, _BOTTOM = 116.0, 56.0, 176.0  # y of the trunk and of the two branches
_PICTURE, _BACKBONE, _NECK, _FORK, _HEAD, _ANSWER = 66.0, 146.0, 484.0, 642.0, 672.0, 842.0  # x where each begins
_GROUP, _TALL = 42.0, 96.0  # width of a group; height of the first one, the next are lower
_LEARNS = 0.35  # opacity of what learns: its name must be read on it
_LETTERS = 14


def network(plan: TwoHeads, shapes: Shapes) -> Drawing:
    """The network of a training: picture, backbone, neck, and the fork to its two heads.

    Args:
        plan: the training.
        shapes: what its parts hand on.
    """
    side, phase, recipe = plan.spec.size, plan.recipe.phases[0], plan.recipe
    groups = backbone_groups(plan.spec.backbone)
    channels, height, width = shapes.last_map
    neck = f"mean of {height} × {width}" if shapes.pooled else "fully connected"
    # fully connected layers below the head go with the last group
    neck_colour = ACCENT if not shapes.pooled and phase.trains(groups[-1]) else ""
    end = _BACKBONE + len(groups) * _GROUP
    items: list[Item] = [
        Rect(_PICTURE - 28, _MIDDLE - 28, 56, 56, SURFACE, INK),
        Text(_PICTURE, _MIDDLE, "picture", _SIZE),
        Text(_PICTURE, _MIDDLE + 46, f"3 × {side} × {side}", _SIZE),
        *_arrow(_PICTURE + 28, _BACKBONE, _MIDDLE),
        Text((_BACKBONE + end) / 2, 30, "backbone", _SIZE, bold=True),
        Text((_BACKBONE + end) / 2, _MIDDLE + 72, ZOO[plan.spec.backbone].title, _SIZE),
    ]
    for place, name in enumerate(groups):
        tall = _TALL - place * 12
        x, y = _BACKBONE + place * _GROUP, _MIDDLE - tall / 2
        tip = f"{name}: {'learns' if phase.trains(name) else 'frozen'}"
        items += _part(x, y, _GROUP - 4, tall, ACCENT if phase.trains(name) else "", tip)
        items.append(Text(x + _GROUP / 2 - 2, _MIDDLE, name.removeprefix("group "), _SIZE))
    items += [
        *_arrow(end, _NECK, _MIDDLE),
        Text((end + _NECK) / 2 - 2, _MIDDLE - 16, f"{channels:,} × {height} × {width}", _SIZE),
        Text(_NECK + 36, 30, "neck", _SIZE, bold=True),
        *_part(_NECK, _MIDDLE - 28, 72, 56, neck_colour, f"neck: {neck}"),
        Text(_NECK + 36, _MIDDLE, "pooling" if shapes.pooled else "layers", _SIZE),
        Text(_NECK + 36, _MIDDLE + 46, neck, _SIZE),
        Polygon(((_NECK + 72, _MIDDLE), (_FORK, _MIDDLE)), "", INK, 2, closed=False),
        Polygon(((_FORK, _TOP), (_FORK, _BOTTOM)), "", INK, 2, closed=False),
        Text((_NECK + 72 + _FORK) / 2, _MIDDLE - 16, f"{shapes.features:,}", _SIZE),
    ]
    weights = (round(1 - recipe.second_weight, 2), recipe.second_weight)
    for number, (y, colour) in enumerate(((_TOP, FIRST), (_BOTTOM, SECOND))):
        count, name = plan.spec.outputs[number], plan.names[number]
        items += [
            *_arrow(_FORK, _HEAD, y),
            *_part(_HEAD, y - 28, 112, 56, colour, f"head {number + 1}: learns" if phase.trains(HEADS) else ""),
            Text(_HEAD + 56, y - 9, f"head {number + 1}", _SIZE, bold=True),
            Text(_HEAD + 56, y + 11, f"{shapes.features:,} → {count:,}", _SIZE),
            *_arrow(_HEAD + 112, _ANSWER, y),
            Text((_HEAD + 112 + _ANSWER) / 2 - 2, y - 16, f"{count:,}", _SIZE),
            Text(_ANSWER + 6, y - 9, short(name, _LETTERS), _SIZE, "start", bold=True),
            Text(_ANSWER + 6, y + 11, f"{weights[number]:g} · L{'₁₂'[number]}", _SIZE, "start"),
        ]
    learn = ", ".join(name for name in (*groups, HEADS) if phase.trains(name))
    alt = (
        f"A picture of 3 × {side} × {side} numbers goes through the backbone, {ZOO[plan.spec.backbone].title}, which "
        f"gives {channels:,} × {height} × {width}; the neck ({neck}) makes {shapes.features:,} numbers of it; a fork "
        f"hands these to head 1 ({plan.names[0]}, {plan.spec.outputs[0]} answers) and head 2 ({plan.names[1]}, "
        f"{plan.spec.outputs[1]} answers). What learns: {learn}."
    )
    return Drawing(WIDTH, HEIGHT, tuple(items), alt, tallest="34vh")


def _part(x: float, y: float, width: float, height: float, colour: str, tip: str) -> list[Item]:
    """A box: in a colour where it learns, else shaded."""
    inside = Rect(x, y, width, height, colour or SURFACE, "", opacity=_LEARNS if colour else 1.0)
    return [inside, Rect(x, y, width, height, "", colour or drawing.FAINT, 2.0, tip=tip)]


def _arrow(start: float, end: float, y: float) -> list[Item]:
    """From left to right."""
    head = ((end - 12, y - 5), (end - 3, y), (end - 12, y + 5))
    return [Polygon(((start, y), (end - 10, y)), "", INK, 2, closed=False), Polygon(head, INK, INK)]
