"""Ground truth of one picture from a file, to be drawn on that picture and corrected."""

from __future__ import annotations

from core.detection.scoring.box_lists import PictureBoxes
from core.detection.scoring.drawn import MOST, Boxes, fit
from core.detection.scoring.ground_truth import read_ground_truth
from core.detection.scoring.ids import known_ones, quoted
from core.detection.scoring.pairing import Names
from core.errors import UserError


def boxes_of(file: str, data: bytes, name: str, size: tuple[int, int]) -> tuple[Boxes, tuple[str, ...]]:
    """The boxes that a COCO JSON or Pascal VOC XML file has for a picture.

    Args:
        file: its name.
        data: its content.
        name: of the picture; a file with one picture of the same size may call that by another name.
        size: (width, height) of the picture, pixels.

    Returns:
        The boxes on whole pixels, and sentences about what was left out, cut off or guessed.

    Raises:
        UserError: the file cannot be read, is about another picture, or has no or too many boxes for this one.
    """
    truth = read_ground_truth([(file, data)])
    place, guess = _place(name, size, [(picture.name, picture.size) for picture in truth.pictures], file)
    picture: PictureBoxes = truth.pictures[place]
    if picture.size is not None and picture.size != size:
        (width, height), (here, high) = picture.size, size
        raise UserError(
            f"{quoted(file)} is about a picture of {width:,} × {height:,} pixels, and this one has {here:,} × "
            f"{high:,}: it is the ground truth of another picture, or of another size of it."
        )
    boxes = picture.boxes
    if len(boxes.labels) > MOST:
        raise UserError(
            f"{quoted(file)} has {len(boxes.labels):,} boxes for this picture: at most {MOST} can be drawn and "
            "corrected."
        )
    told = list(truth.notes)
    if guess:
        told.append(f"The file calls its picture {quoted(picture.name)}; it was taken for this one.")
    special = sum(boxes.crowd) + sum(boxes.difficult)
    if special:
        many = (
            "1 box is a crowd or difficult and has" if special == 1 else f"{special} are crowds or difficult and have"
        )
        told.append(f"{many} to be found here like any other.")
    fitted, notes = fit(zip(boxes.labels, boxes.corners, strict=True), size)
    if not fitted:
        where = "inside this picture" if boxes.labels else "for this picture"
        raise UserError(f"{quoted(file)} has no box {where}.")
    return fitted, (*told, *notes)


def _place(
    name: str, size: tuple[int, int], pictures: list[tuple[str, tuple[int, int] | None]], file: str
) -> tuple[int, bool]:
    """Which of a file's pictures is meant, and whether that was guessed."""
    names = [title for title, _ in pictures]
    found = Names(names).find(name)
    if found.place is not None:
        return found.place, False
    if len(pictures) == 1:
        return 0, True
    same = [place for place in found.places if pictures[place][1] in (None, size)]
    if len(same) == 1:
        return same[0], False
    what = "several pictures that may be" if found.places else "no picture called"
    raise UserError(f"{quoted(file)} has {what} {quoted(name)}, but {known_ones(names)}.")
