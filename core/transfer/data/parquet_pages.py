"""What the pages of a Parquet file unpack to, by their own headers.

A file's description at its end may say anything: the library unpacks what the header before each page says, and some
kilobytes can unpack to gigabytes. So headers are read here first; they are structs of Thrift's compact protocol
(https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md), `PageHeader` in parquet.thrift.
"""

from __future__ import annotations

from typing import NamedTuple

MOST_PAGES = 100_000
"""In one column of one group of rows."""
_UNPACKED, _PACKED = 2, 3  # numbers of the fields that say how large a page is
_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12
_DEEPEST = 6


class Pages(NamedTuple):
    """Bytes that pages have when they are unpacked: all together, and the largest of them."""

    total: int
    largest: int


def unpacked(data: bytes, start: int, stop: int) -> Pages:
    """What the pages from here to there have when they are unpacked.

    Args:
        data: the whole file.
        start: where the first header begins.
        stop: where the last page ends.

    Raises:
        ValueError: there is something else than pages, or too many of them.
    """
    total, largest, at = 0, 0, start
    for _ in range(MOST_PAGES):
        if at >= stop:
            return Pages(total, largest)
        try:
            sizes, at = _struct(data, at, 0)
        except IndexError as error:
            raise ValueError("a header is cut off") from error
        plain, packed = sizes.get(_UNPACKED, -1), sizes.get(_PACKED, -1)
        if plain < 0 or packed < 0:
            raise ValueError("a header without sizes")
        total, largest = total + plain, max(largest, plain)
        at += packed
    raise ValueError("too many pages")


def _struct(data: bytes, at: int, depth: int) -> tuple[dict[int, int], int]:
    """Numbers of the 32-bit fields of a struct -> their values, and where it ends."""
    if depth > _DEEPEST:
        raise ValueError("too deep")
    found: dict[int, int] = {}
    number = 0
    while (head := data[at]) != 0:
        at += 1
        if head >> 4:
            number += head >> 4
        else:
            raw, at = _varint(data, at)
            number = _zigzag(raw)
        kind = head & 15
        if kind == _I32:
            raw, at = _varint(data, at)
            found[number] = _zigzag(raw)
        else:
            at = _skip(data, at, kind, depth)
    return found, at + 1


def _skip(data: bytes, at: int, kind: int, depth: int) -> int:
    """Where a value ends that nobody asked for."""
    if kind in (_TRUE, _FALSE):  # the kind is the value
        return at
    if kind == _BYTE:
        return at + 1
    if kind in (_I16, _I32, _I64):
        return _varint(data, at)[1]
    if kind == _DOUBLE:
        return at + 8
    if kind == _BINARY:
        length, at = _varint(data, at)
        return at + length
    if kind == _STRUCT:
        return _struct(data, at, depth + 1)[1]
    if kind not in (_LIST, _SET):
        raise ValueError("an unknown kind of value")
    count, inner, at = data[at] >> 4, data[at] & 15, at + 1
    if count == 15:
        count, at = _varint(data, at)
    if count > len(data) - at:
        raise ValueError("a list longer than the file")
    for _ in range(count):
        at = at + 1 if inner in (_TRUE, _FALSE) else _skip(data, at, inner, depth + 1)
    return at


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, the lowest first, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
        if shift > 63:
            raise ValueError("a number too long")


def _zigzag(value: int) -> int:
    return (value >> 1) ^ -(value & 1)
