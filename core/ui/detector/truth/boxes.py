"""The boxes that a visitor drew on each picture, for this section and for all others of the page.

Other sections ask `known_objects(picture)`, or `drawn_boxes(picture)` alone, and nothing else here.
"""

from __future__ import annotations

import streamlit as st

from core.detection.scoring.drawn import Boxes, Drawn, fit
from core.samples import SAMPLES, Box, ground_truth
from core.ui.framework.unsaved import Kind, holds
from core.ui.pictures import Picture

_DRAWN = "rcnn_truth_drawn"
MOST_PICTURES = 16
"""Pictures whose boxes are kept at once; those of the one that was changed the longest time ago go first."""


def drawn_boxes(picture: Picture) -> Boxes | None:
    """What the visitor drew, corrected or uploaded on a picture: (label, corners) each, in its own whole pixels.

    Args:
        picture: any picture.

    Returns:
        None where the visitor has changed nothing: then a sample has the boxes of `core.samples.ground_truth`, and
        another picture none. An empty tuple where all boxes were deleted.
    """
    held = _all().get(picture.digest)
    return None if held is None or (not held.past and held.boxes == first_boxes(picture)) else held.boxes


def known_objects(picture: Picture) -> tuple[Box, ...] | None:
    """The objects of a picture as a person sees them, image pixels: what the visitor drew, else a sample's by eye.

    None: nobody has drawn any.
    """
    drawn = drawn_boxes(picture)
    if drawn is not None:
        return tuple(Box(one.label, one.corners) for one in drawn)
    sample = SAMPLES.get(picture.name)
    return None if sample is None else ground_truth(sample)


def first_boxes(picture: Picture) -> Boxes:
    """The boxes of a picture on which nobody has drawn: a sample's own, else none."""
    sample = SAMPLES.get(picture.name)
    if sample is None:
        return ()
    return fit([(box.label, box.xyxy) for box in ground_truth(sample)], picture.size)[0]


def boxes_with_past(picture: Picture) -> Drawn:
    """The boxes of a picture and what they were before."""
    return _all().get(picture.digest) or Drawn.beginning(first_boxes(picture))


def keep(digest: str, drawn: Drawn) -> None:
    """The boxes of a picture, by the digest of its file, are now these."""
    held = _all()
    held.pop(digest, None)
    held[digest] = drawn
    while len(held) > MOST_PICTURES:
        del held[next(iter(held))]


def change(picture: Picture, scene: str, boxes: Boxes | None) -> None:
    """What the visitor did in the editor.

    Args:
        picture: on the screen.
        scene: digest of the picture that it is about; one that was left in haste may be another.
        boxes: all of them after it; None: the last change is taken back.
    """
    if scene == picture.digest:
        drawn = boxes_with_past(picture)
        boxes = None if boxes is None else fit(boxes, picture.size)[0]
    elif scene in _all():
        drawn = _all()[scene]
    else:
        return
    keep(scene, drawn.undone() if boxes is None else drawn.to(boxes))


def _all() -> dict[str, Drawn]:
    held: dict[str, Drawn] = st.session_state.setdefault(_DRAWN, {})
    return held


@holds(Kind.BOXES)
def _has_drawn() -> bool:
    """Whether boxes would be lost that were not downloaded since they were changed."""
    held: dict[str, Drawn] = st.session_state.get(_DRAWN) or {}
    return any(drawn.at_stake for drawn in held.values())
