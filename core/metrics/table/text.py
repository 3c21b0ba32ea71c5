"""Bytes of an uploaded text file -> UTF-8, or a sentence that says why they are no text."""

from __future__ import annotations

import codecs
import re
import unicodedata

from core.errors import UserError
from core.file_kinds import stand_in

_PIECE = 2**20  # bytes that are looked at together
LONGEST_LINE = 2**19
"""Bytes. A line of twice that is refused, a shorter one may pass."""
_MAGIC = {
    b"PK\x03\x04": "an Excel workbook or another archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x1f\x8b": "a compressed file",
    b"PAR1": "a Parquet file",
}
EIGHT_BIT = {
    "Windows-1252": "cp1252", "Windows-1258": "cp1258", "Windows-1250": "cp1250", "Windows-1251": "cp1251",
    "Windows-1253": "cp1253", "Windows-1254": "cp1254", "Mac Roman": "mac_roman",
}  # fmt: skip
"""Encodings of one byte a letter, none of which tells itself apart -> Python's name."""
_VOWEL = rb"aeiouyAEIOUY\xe2\xea\xf4\xe3\xf5\xfd\xc2\xca\xd4\xc3\xd5\xdd"  # with hats, breves and horns
_MARK = re.compile(rb"[\xcc\xd2\xde\xec\xf2]")
_MARKED = re.compile(rb"(?<=[" + _VOWEL + rb"])[\xcc\xd2\xde\xec\xf2]")
_INSIDE = re.compile(rb"[" + _VOWEL + rb"][\xec\xf2][a-z]")
_LETTERS = re.compile(rb"[\xf0\xd0\xfd\xdd\xf5\xd5\xe3\xc3]")
_CONTROL = re.compile(rb"[\x01-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]")
_EXPORT = 'Export the table as "CSV UTF-8" and upload that.'


def as_utf8(data: bytes, eight_bit: str | None = None) -> tuple[bytes, str]:
    """The same text in UTF-8 without a byte order mark, and what it was encoded in.

    Args:
        data: the file.
        eight_bit: what to take it for if it is neither UTF-8 nor UTF-16, a key of `EIGHT_BIT`; None: guess.

    Raises:
        UserError: no text, or something else that was saved in place of the file.
    """
    if found := stand_in(data):
        raise UserError(f"This is {found}.")
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise UserError(f"This is {what}, not a CSV file. {_EXPORT}")
    encoding = _utf16(data)
    if encoding is not None:
        try:
            data, name = data.decode(encoding).lstrip("\ufeff").encode(), "UTF-16"
        except UnicodeError:
            raise UserError(f"The file begins like UTF-16 text but cannot be decoded. {_EXPORT}") from None
    else:
        data, name = data.removeprefix(codecs.BOM_UTF8), "UTF-8"
    if b"\0" in data:
        raise UserError(f"The file holds NUL bytes, so it is not text or was damaged. {_EXPORT}")
    if len(_CONTROL.findall(data[:_PIECE])) > 2:
        raise UserError(f"The file holds control characters, so it is not a CSV file. {_EXPORT}")
    if name == "UTF-8" and not _is_utf8(data):
        return _of_eight_bits(data, eight_bit)
    return data, name


def _of_eight_bits(data: bytes, name: str | None) -> tuple[bytes, str]:
    name = name or ("Windows-1258" if _sounds_vietnamese(data) else "Windows-1252")
    try:
        text = data.decode(EIGHT_BIT[name])
    except UnicodeError:
        text, name = data.decode("latin-1"), "Latin-1"
    return unicodedata.normalize("NFC", text).encode(), name


def _sounds_vietnamese(data: bytes) -> bool:
    """Whether text of 8 bits is Vietnamese in Windows-1258, which writes some accents behind their letters.

    The bytes of those five accents are letters of their own in Windows-1252, which hardly ever follow a vowel.
    """
    head = data[:_PIECE]
    marks = _MARK.findall(head)
    placed = _MARKED.findall(head)
    if not marks or len(placed) != len(marks):
        return False
    return any(mark in b"\xcc\xd2\xde" for mark in marks) or bool(_LETTERS.search(head) or _INSIDE.search(head))


def _utf16(data: bytes) -> str | None:
    """UTF-16 by its mark, or, without one, by every second byte of the beginning being zero."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = data[:200]
    if len(head) >= 4 and len(head) % 2 == 0 and head.count(0) * 5 >= len(head) * 2:
        if not any(head[::2]):
            return "utf-16-be"
        if not any(head[1::2]):
            return "utf-16-le"
    return None


def _is_utf8(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()  # in pieces: a text of 64 MB may take four times that
    try:
        for start in range(0, len(data), _PIECE):
            decoder.decode(data[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def check_lines(text: bytes) -> None:
    """Refuse lines too long for a table, without cutting the text into lines: a block of it that has no end of line.

    Raises:
        UserError: a line of more than twice `LONGEST_LINE`, or of more than that in an unlucky place.
    """
    for start in range(0, len(text) - LONGEST_LINE + 1, LONGEST_LINE):
        stop = start + LONGEST_LINE
        if text.find(b"\n", start, stop) < 0 and text.find(b"\r", start, stop) < 0:
            line = text.count(b"\n", 0, start) + 1
            raise UserError(
                f"Line {line:,} is longer than half a megabyte, and a line of a table is one sample: look for missing "
                "line ends."
            )
