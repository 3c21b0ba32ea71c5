"""Pascal VOC's XML, one picture a file, read by defusedxml: no document types, no entities, nothing from outside."""

from __future__ import annotations

import math
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from core.detection.scoring.coco_files import LARGEST, MOST_IN_A_PICTURE, BoxList, PictureBoxes, quoted
from core.errors import UserError

MOST_BYTES = 1024**2


def picture(name: str, data: bytes) -> PictureBoxes:
    """The picture that a VOC file describes.

    Corners are taken as they stand. VOC's own files count pixels from 1 and include the last, so that their boxes are
    a pixel off; what today's annotation tools write in this format is not.

    Raises:
        UserError: too large, no XML, XML with a document type or entities, or something in it makes no sense.
    """
    if len(data) > MOST_BYTES:
        raise UserError(f"{quoted(name)} has {len(data) / 1e6:.1f} MB: a VOC file of one picture has at most 1 MB.")
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
    if root.tag != "annotation":
        raise UserError(f"{quoted(name)} begins with {quoted(str(root.tag))}, and a VOC file with <annotation>.")
    title = " ".join((root.findtext("filename") or "").split())[:200] or name
    boxes = BoxList()
    for number, item in enumerate(root.findall("object"), start=1):
        if number > MOST_IN_A_PICTURE:
            raise UserError(f"{quoted(name)} has more than {MOST_IN_A_PICTURE:,} boxes, too many for one picture.")
        _add(boxes, item, f"Object {number:,} of {quoted(name)}")
    return PictureBoxes(title, title, _size(root, name), boxes)


def _size(root: Element, name: str) -> tuple[int, int] | None:
    size = root.find("size")
    if size is None:
        return None
    width, height = (_number(size, side, f'The size in {quoted(name)}: "{side}"') for side in ("width", "height"))
    # labelling tools write 0 where they do not know it
    return (round(width), round(height)) if width >= 1 and height >= 1 else None


def _add(boxes: BoxList, item: Element, where: str) -> None:
    label = " ".join((item.findtext("name") or "").split())[:200]
    if not label:
        raise UserError(f"{where} has no <name>.")
    frame = item.find("bndbox")
    if frame is None:
        raise UserError(f"{where} has no <bndbox>.")
    x1, y1, x2, y2 = (_number(frame, side, f'{where}: "{side}"') for side in ("xmin", "ymin", "xmax", "ymax"))
    if x2 <= x1 or y2 <= y1:
        raise UserError(f"{where}: a box needs a width and a height above 0, not {x2 - x1:g} × {y2 - y1:g}.")
    difficult = (item.findtext("difficult") or "0").strip()
    if difficult not in ("0", "1"):
        raise UserError(f'{where}: "difficult" must be 0 or 1.')
    boxes.corners.append((x1, y1, x2, y2))
    boxes.labels.append(label)
    boxes.crowd.append(False)
    boxes.difficult.append(difficult == "1")
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
