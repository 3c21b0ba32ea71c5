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

from core import image_kinds
from core.errors import UserError

MAX_BYTES = 20 * 1024**2  # a megabyte as Streamlit counts it
MAX_PIXELS = 40_000_000
MAX_ASPECT = 10  # longest side over shortest: beyond it a network's resizing leaves a thread of a picture
MAX_PASSES = 100  # of a JPEG: 83 bytes add a pass over all pixels, 20 MB add hours; libtiff's limit too
MAX_CAMERA_BLOCKS = 20  # EXIF, 64 kB each: Pillow joins them all, and made 750 MB of objects from 19 MB
MAX_TIFF_NUMBERS = 100_000  # in its tags: Pillow made 6 GB of objects from a 20 MB file while opening it
MAX_READS = 500_000  # of a file: Pillow took 650 MB to open a JPEG made of five million empty segments

_UNUSED = frozenset(
    {
        b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"gAMA", b"cHRM", b"sRGB", b"cICP", b"pHYs", b"tIME", b"sBIT", b"bKGD",
        b"hIST", b"sPLT", b"acTL", b"fcTL", b"fdAT",
    }
)  # fmt: skip
"""Chunks of a PNG that change no pixel of its first picture here."""
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
    kind = image_kinds.read_as(data)
    if what := image_kinds.named(data):
        raise UserError(f"This is {what}.")
    if kind is None:
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


def check_tiff_kind(data: bytes) -> None:
    """Refuse a TIFF whose pixels are of a kind that is not read here.

    Raises:
        UserError: they are.
    """
    if what := image_kinds.unusual_tiff(data):
        raise UserError(f"This is {what}.")


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


def without_text(data: bytes) -> bytes:
    """A PNG without its texts, colours' profiles and later frames, of which nothing is used (PNG 3, 5.3, 11.3).

    Pillow gives a picture up for a text that unpacks to more than a megabyte, and for damage in any of these, which
    browsers pass over. The rest stays byte for byte, damage included; the same object where nothing is taken out.
    """
    kept, since, at = [], 0, 8
    for _ in range(MAX_READS):
        name = data[at + 4 : at + 8]
        if len(name) < 4 or name == b"IEND":
            break
        after = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if name in _UNUSED:
            kept.append(data[since:at])
            since = after
        at = after
    return b"".join([*kept, data[since:]]) if kept else data


def _save_anew(trouble: str) -> UserError:
    return UserError(f"This file {trouble}: open it in a picture editor, save it as PNG and upload that.")


def _up(value: float) -> str:
    """One decimal, rounded up: a figure just over a limit must not read as the limit itself."""
    return f"{math.ceil(value * 10) / 10:,.1f}"
