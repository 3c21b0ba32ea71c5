"""What is refused about an uploaded picture before any of its pixels is decoded.

A few kilobytes can ask for gigabytes of memory or hours of work, in their pixels or already in their header,
so every bound here is checked before the work that it bounds. The measurements are of Pillow 13.0 on Linux.
"""

from __future__ import annotations

import io
import math
import re
import struct
from contextlib import suppress

from core.errors import UserError

MAX_BYTES = 20 * 1024**2  # a megabyte as Streamlit counts it
MAX_PIXELS = 40_000_000
MAX_ASPECT = 10  # longest side over shortest: beyond it a network's resizing leaves a thread of a picture
MAX_PASSES = 100  # of a JPEG: 83 bytes add a pass over all pixels, 20 MB add hours; libtiff's limit too
MAX_CAMERA_BLOCKS = 20  # EXIF, 64 kB each: Pillow joins them all, and made 750 MB of objects from 19 MB
MAX_TIFF_NUMBERS = 100_000  # in its tags: Pillow made 6 GB of objects from a 20 MB file while opening it
MAX_READS = 500_000  # of a file: Pillow took 650 MB to open a JPEG made of five million empty segments

_KINDS = {
    "JPEG": rb"\xff\xd8\xff",  # also MPO, several JPEGs in one file, as phones write: the first counts
    "PNG": rb"\x89PNG\r\n\x1a\n",
    "WEBP": rb"RIFF.{4}WEBP",
    "BMP": rb"BM",
    "TIFF": rb"II\*\0|MM\0\*",
    "GIF": rb"GIF8[79]a",
}
_OTHERS = {
    rb".{4}ftyp.{,40}avi[fs]": "an AVIF picture: save it as JPEG or PNG and upload that",
    rb".{4}ftyp(hei|hev|mif1|msf1)": "a HEIC picture, as iPhones take them: share it as JPEG and upload that",
    rb"[^<]{,80}<(svg|(\?xml|!--|!doctype svg).{,900}<svg)": "an SVG drawing, which has no pixels yet: "
    "export it as PNG and upload that",
    rb".{,900}%PDF-": "a PDF document: export its page as PNG, or take a screenshot, and upload that",
}
# where a pass of a JPEG starts: marker, length, number of components
_PASS = re.compile(rb"\xff\xda\0[\x08\x0a\x0c\x0e][\x01-\x04]")


class Reader(io.BytesIO):
    """A file in memory that cannot be read in ever more pieces."""

    reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """As any file; raises `UserError` after `MAX_READS` calls."""
        self.reads += 1
        if self.reads > MAX_READS:
            raise _save_anew(f"falls into more than {MAX_READS:,} pieces")
        return super().read(size)


def check_bytes(data: bytes) -> str:
    """Look at a whole file without opening it.

    Args:
        data: the file as it came.

    Returns:
        Pillow's name for the kind of picture, told by the first bytes and never by the file's name.

    Raises:
        UserError: empty, too large, another kind of file, or a file built to cost more than a picture should.
    """
    if not data:
        raise UserError("This file is empty (0 bytes): choose another one.")
    if len(data) > MAX_BYTES:
        too_large = f"This file has {_up(len(data) / 1024**2)} MB; the limit is {MAX_BYTES // 1024**2}"
        raise UserError(f"{too_large}: make the picture smaller and upload it again.")
    kind = next((kind for kind, start in _KINDS.items() if re.match(start, data, re.DOTALL)), None)
    if kind is None:
        for start, what in _OTHERS.items():
            if re.match(start, data, re.DOTALL | re.IGNORECASE):
                raise UserError(f"This is {what}.")
        raise UserError("This file is not a picture we can read: upload a JPEG, PNG, WebP, BMP, TIFF or GIF.")
    passes, blocks = sum(1 for _ in _PASS.finditer(data)), data.count(b"Exif\0\0")
    if passes > MAX_PASSES:
        raise _save_anew(f"draws its picture in {passes:,} passes; the limit is {MAX_PASSES}")
    if blocks > MAX_CAMERA_BLOCKS:
        raise _save_anew(f"has {blocks:,} blocks of camera data; the limit is {MAX_CAMERA_BLOCKS}")
    if kind == "TIFF":
        _check_tiff(data)
    return kind


def check_pixels(pixels: int) -> None:
    """Refuse a picture of more than `MAX_PIXELS` pixels.

    Raises:
        UserError: too many.
    """
    if pixels > MAX_PIXELS:
        too_many = f"This picture has {_up(pixels / 1e6)} megapixels; the limit is {MAX_PIXELS // 1_000_000}"
        raise UserError(f"{too_many}: make it smaller and upload it again.")


def check_shape(width: int, height: int) -> None:
    """Refuse a picture, sides in pixels, one of whose sides is over `MAX_ASPECT` times the other.

    Raises:
        UserError: too long or too wide.
    """
    long, short = max(width, height), min(width, height)
    if long > MAX_ASPECT * short:
        shape = f"{width:,} x {height:,} pixels, one side {_up(long / short)} times the other"
        raise UserError(f"This picture has {shape}; the limit is {MAX_ASPECT}: crop it and upload it again.")


def _check_tiff(data: bytes) -> None:
    """Bounds what the tags of a TIFF make Pillow and libtiff allocate on sight (TIFF 6.0, section 2)."""
    order = "<" if data.startswith(b"II") else ">"
    directories = list(struct.unpack_from(order + "I", data.ljust(8, b"\0"), 4))
    numbers, tile = 0, {322: 0, 323: 0}  # TileWidth, TileLength: pixels
    for start in directories:  # grows: the first page's tags, then those of its camera data
        with suppress(struct.error):  # the file ends in the middle, for Pillow too
            (entries,) = struct.unpack_from(order + "H", data, start)
            for at in range(start + 2, start + 2 + 12 * entries, 12):
                tag, kind, count = struct.unpack_from(order + "HHI", data, at)
                # bytes and text stay as they are; offsets of strips and tiles become objects in any type
                numbers += 1 if kind in (1, 2, 7) and tag not in (273, 324) else 1 + count
                if numbers > MAX_TIFF_NUMBERS:
                    raise _save_anew(f"lists more than {MAX_TIFF_NUMBERS:,} numbers before its first pixel")
                if tag in (322, 323, 34665, 34853, 40965):
                    if count != 1 or kind not in (3, 4, 13):  # a short, a long, an offset
                        raise _save_anew(f"has a TIFF tag {tag} of an unusual type")
                    (value,) = struct.unpack_from(order + ("H" if kind == 3 else "I"), data, at + 8)
                    if tag in tile:  # the largest: of two such tags libtiff takes the first, Pillow the last
                        tile[tag] = max(tile[tag], value)
                    elif value not in directories:  # Exif, GPS, Interoperability
                        directories.append(value)
    check_pixels(tile[322] * tile[323])  # a picture of 16 x 16 may lie in a tile of 20,000 x 20,000


def _save_anew(trouble: str) -> UserError:
    return UserError(f"This file {trouble}: open it in a picture editor, save it as PNG and upload that.")


def _up(value: float) -> str:
    """One decimal, rounded up: a figure just over a limit must not read as the limit itself."""
    return f"{math.ceil(value * 10) / 10:,.1f}"
