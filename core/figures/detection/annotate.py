"""A photograph with its detections drawn in, to take away."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

from core.detection.results import Candidates, Detections
from core.figures.boxes import Corners, ink_on
from core.figures.detection.suppression import class_colours


def annotate(image: Image.Image, candidates: Candidates, detections: Detections) -> Image.Image:
    """A copy of the picture with the detections drawn on it, at its full size.

    Args:
        image: RGB, the frame the boxes are in.
        candidates: one picture's, for the colours of the classes.
        detections: their suppression.
    """
    picture = image.copy()
    draw = ImageDraw.Draw(picture)
    line = max(2, round(max(picture.size) / 300))
    font = ImageFont.load_default(size=max(12, round(max(picture.size) / 45)))
    colours = class_colours(candidates)
    found = zip(detections.boxes.tolist(), detections.labels, detections.scores.tolist(), strict=True)
    taken: list[Corners] = []
    tags: list[tuple[Corners, str, str]] = []
    for (x1, y1, x2, y2), label, score in found:  # the highest-scoring box chooses its tag's corner first
        text = f"{label} {score:.3f}"
        left, _, right, bottom = draw.textbbox((0, 0), text, font=font)
        width, height = right - left + 2 * line, bottom + line
        corners = ((x1, y1 - height), (x1, y1), (x2 - width, y1), (x1, y2 - height), (x2 - width, y2 - height))
        places = [_tag(x, y, width, height, picture.size) for x, y in corners]
        place = next((place for place in places if not any(_touch(place, other) for other in taken)), places[0])
        taken.append(place)
        tags.append((place, text, colours[label]))
        draw.rectangle((x1, y1, x2, y2), outline=colours[label], width=line)
    for (x1, y1, x2, y2), text, colour in tags:
        draw.rectangle((x1, y1, x2, y2), fill=colour)
        draw.text((x1 + line, y1), text, fill=ink_on(colour), font=font)
    return picture


def _tag(x: float, y: float, width: float, height: float, size: tuple[int, int]) -> Corners:
    """A tag with its upper left corner here, moved into the picture where it would stick out."""
    x = min(max(x, 0), max(size[0] - width, 0))
    y = min(max(y, 0), max(size[1] - height, 0))
    return x, y, x + width, y + height


def _touch(first: Corners, second: Corners) -> bool:
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]
