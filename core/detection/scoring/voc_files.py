"""Pascal VOC's XML, one picture a file, read by defusedxml: no document types, no entities, nothing from outside."""

from __future__ import annotations

import math
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from core.detection.scoring.box_lists import BoxList, PictureBoxes, Skipped
from core.detection.scoring.coco_files import MOST_IN_A_PICTURE
from core.detection.scoring.coco_items import LARGEST
from core.detection.scoring.ids import quoted
from core.errors import UserError
from core.file_kinds import stand_in

MOST_BYTES = 1024**2
_DIFFICULT = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "unspecified": False,
              "1.0": True, "0.0": False, "none": False, "null": False}  # fmt: skip
"""What tools write there; LabelImg's and CVAT's "Unspecified" is no yes."""


class Turned:
    """Boxes whose corners were put in order while files were read."""

    def __init__(self) -> None:
        self.count, self.first = 0, ""

    def note(self) -> tuple[str, ...]:
        """A sentence about them; none where there are none."""
        if not self.count:
            return ()
        many = "1 box has" if self.count == 1 else f"{self.count:,} boxes have"
        return (f"{many} corners the wrong way round, which were put in order; the first is {self.first}.",)


def picture(name: str, data: bytes, skipped: Skipped | None = None, turned: Turned | None = None) -> PictureBoxes:
    """The picture that a VOC file describes.

    Args:
        name: of the file, for refusals, and of the picture where the file names none.
        data: the file.
        skipped: takes down boxes without area.
        turned: takes down boxes whose corners are the wrong way round.

    Corners are taken as they stand. VOC's own files count pixels from 1 and include the last, so that their boxes are
    a pixel off; what today's annotation tools write in this format is not.

    Raises:
        UserError: too large, no XML, XML with a document type or entities, or something in it makes no sense.
    """
    if len(data) > MOST_BYTES:
        raise UserError(f"{quoted(name)} has {len(data) / 1e6:.1f} MB: a VOC file of one picture has at most 1 MB.")
    if found := stand_in(data):
        raise UserError(f"{quoted(name)} is {found}.")
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise UserError(
            f"{quoted(name)} declares a document type or entities, which could reach for other files: delete the lines "
            "that begin with <!DOCTYPE or <!ENTITY."
        ) from None
    except ParseError as error:
        raise UserError(
            f"{quoted(name)} is no XML: {str(error).partition(':')[0]} in line {error.position[0]:,}."
        ) from None
    except (ValueError, LookupError, RecursionError):
        raise UserError(f"{quoted(name)} is no XML in an encoding that can be read: save it as UTF-8.") from None
    for element in root.iter():  # without namespaces and capitals, which some tools write
        element.tag = str(element.tag).rpartition("}")[2].casefold()
    if root.tag != "annotation":
        raise UserError(f"{quoted(name)} begins with {quoted(str(root.tag))}, and a VOC file with <annotation>.")
    title = " ".join((root.findtext("filename") or "").split())[:200] or name
    boxes = BoxList()
    for number, item in enumerate(root.findall("object"), start=1):
        if number > MOST_IN_A_PICTURE:
            raise UserError(f"{quoted(name)} has more than {MOST_IN_A_PICTURE:,} boxes, too many for one picture.")
        _add(boxes, item, f"Object {number:,} of {quoted(name)}", skipped or Skipped(), turned or Turned())
    folder = " ".join((root.findtext("folder") or "").split())[:200]
    return PictureBoxes(title, title, _size(root, name), boxes, folder)


def _size(root: Element, name: str) -> tuple[int, int] | None:
    size = root.find("size")
    if size is None or not all((size.findtext(side) or "").strip() for side in ("width", "height")):
        return None
    width, height = (_number(size, side, f'The size in {quoted(name)}: "{side}"') for side in ("width", "height"))
    # labelling tools write 0 where they do not know it
    return (round(width), round(height)) if width >= 1 and height >= 1 else None


def _add(boxes: BoxList, item: Element, where: str, skipped: Skipped, turned: Turned) -> None:
    label = " ".join((item.findtext("name") or "").split())[:200]
    if not label:
        raise UserError(f"{where} has no <name>.")
    frame = item.find("bndbox")
    if frame is None:
        raise UserError(f"{where} has no <bndbox>.")
    x1, y1, x2, y2 = (_number(frame, side, f'{where}: "{side}"') for side in ("xmin", "ymin", "xmax", "ymax"))
    if x2 < x1 or y2 < y1:
        turned.first = turned.first or f"{where[:1].lower()}{where[1:]}"
        turned.count += 1
        x1, y1, x2, y2 = min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
    word = (item.findtext("difficult") or "").strip().casefold() or "0"
    if word not in _DIFFICULT:
        raise UserError(f'{where}: "difficult" must be 0 or 1, and it is {quoted(word)}.')
    if x1 == x2 or y1 == y2:
        skipped.add(where, x2 - x1, y2 - y1)
        return
    boxes.corners.append((x1, y1, x2, y2))
    boxes.labels.append(label)
    boxes.crowd.append(False)
    boxes.difficult.append(_DIFFICULT[word])
    boxes.areas.append((x2 - x1) * (y2 - y1))


def _number(parent: Element, tag: str, where: str) -> float:
    text = (parent.findtext(tag) or "").strip()
    try:
        value = float(text)
    except ValueError:
        shown = quoted(text) if text else "missing"
        raise UserError(f"{where} must be a number, and it is {shown}.") from None
    if not (math.isfinite(value) and abs(value) <= LARGEST):
        raise UserError(f"{where} must be a finite number of pixels, at most {LARGEST:,.0f}.")
    return value
