"""A zip file in memory, opened only if that is cheap, and read only as far as it may be.

A few megabytes can unpack to gigabytes, and a list of millions of empty files takes hundreds of megabytes by itself:
so the end of the file is looked at before the library reads its list (APPNOTE.TXT 6.3.10, 4.3.12 and 4.3.16), and
sizes are added up before anything is unpacked. Nothing is ever written to disk.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib

from core.errors import UserError
from core.image_checks import MAX_BYTES as MAX_PICTURE_BYTES
from core.image_kinds import named
from core.transfer.data.image_set_builder import MAX_BYTES
from core.transfer.data.names import clean
from core.transfer.data.rubbish import is_rubbish

MOST_ENTRIES = 5_000
MAX_UNPACKED = 256 * 2**20
"""Bytes of all files together: pictures hardly get smaller in a zip, so honest ones stay far below."""
_END, _ENTRY, _ZIP64 = b"PK\5\6", b"PK\1\2", b"PK\6\7"
_END_SIZE = 22  # of the record at the end, without its comment
_METHODS = {1: "Shrink", 6: "Implode", 9: "Deflate64", 12: "BZIP2", 14: "LZMA", 93: "Zstandard", 95: "XZ", 98: "PPMd"}
_NAMELESS = "without a name"
_EXTRA_HEAD, _UNICODE_PATH = 4, 0x7075


def open_zip(data: bytes) -> zipfile.ZipFile:
    """The zip with its list of files read.

    Raises:
        UserError: no zip, damaged, too large, too many files, or of a kind that is not read here.
    """
    if len(data) > MAX_BYTES:
        raise UserError(f"The file has {len(data) / 2**20:,.0f} MB; at most {MAX_BYTES // 2**20} MB are possible.")
    if not data:
        raise UserError("The file is empty (0 bytes): choose another one.")
    _check_end(data)
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except Exception as error:  # BadZipFile, struct.error, NotImplementedError, UnicodeDecodeError: no list is promised
        raise _damaged() from error


def _check_end(data: bytes) -> None:
    """Refuse a list of files that is too long to be read, by what stands at the end of the file."""
    # where the library looks: at the very end, and else for the last such record before a comment
    at = len(data) - _END_SIZE
    if at < 0 or data[at : at + 4] != _END or data[-2:] != b"\0\0":
        at = data.rfind(_END, max(0, len(data) - _END_SIZE - 2**16))
        if at < 0 or len(data) - at < _END_SIZE:
            if data.startswith(b"PK\3\4"):
                raise UserError("The zip is cut short, its list of files is missing: upload or pack it again.")
            what = named(data)
            raise UserError(
                f"This is not a zip file but {what}."
                if what
                else "This is not a zip file: pack one folder for each class, and upload that."
            )
    disk, _, _, entries, size, offset = struct.unpack_from("<4H2L", data, at + 4)
    if data[max(0, at - 20) : at].startswith(_ZIP64) or 2**32 - 1 in (size, offset) or entries == 2**16 - 1:
        raise UserError("The zip is of the kind for huge files (Zip64): pack fewer pictures, in the usual kind.")
    if disk:
        raise UserError("The zip is one of several parts: pack the pictures into a single file.")
    if size > at:
        raise _damaged()
    # the library goes by the size of the list, not by the number that is told: so what it would find is counted
    entries = max(entries, data.count(_ENTRY, at - size, at))
    if entries > MOST_ENTRIES:
        raise UserError(f"The zip holds {entries:,} files and folders; at most {MOST_ENTRIES:,} are possible.")


Entry = tuple[zipfile.ZipInfo, tuple[str, ...]]


def entries(archive: zipfile.ZipFile) -> tuple[list[Entry], list[Entry]]:
    """Files and folders with the parts of their paths, and apart from them those that systems leave behind.

    Raises:
        UserError: a name points outside, a file is encrypted or packed in an unusual way, or all are too large.
    """
    found: list[Entry] = []
    rubbish: list[Entry] = []
    total = 0
    for info in archive.infolist():
        path = _path(info)
        if not path:
            continue
        if is_rubbish(path):
            rubbish.append((info, path))
            continue
        if info.flag_bits & 1:
            raise UserError("The zip is protected by a password: pack it without one.")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            method = _METHODS.get(info.compress_type, f"number {info.compress_type}")
            raise UserError(f"The zip is packed by the method {method}, which is not read here: pack it by Deflate.")
        total += info.file_size
        found.append((info, path))
    if total > MAX_UNPACKED:
        raise UserError(f"The zip unpacks to {total / 2**20:,.0f} MB; at most {MAX_UNPACKED // 2**20} MB are possible.")
    return found, rubbish


def read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The bytes of one file.

    Raises:
        UserError: too large for a picture, damaged, or only a link to another file.
    """
    if stat.S_ISLNK(info.external_attr >> 16):  # as Unix writes them; it holds the path of the other file
        raise UserError("It is a link to another file.")
    if info.file_size > MAX_PICTURE_BYTES:
        most = MAX_PICTURE_BYTES // 2**20
        raise UserError(f"It has {info.file_size / 2**20:,.0f} MB; a picture can have at most {most} MB.")
    try:
        with archive.open(info) as file:
            # no more is unpacked than the list told, and a checksum is compared at the end
            return file.read(info.file_size)
    except Exception as error:  # BadZipFile, zlib.error, EOFError, struct.error: no list is promised
        raise UserError("It is damaged in the zip.") from error


def _path(info: zipfile.ZipInfo) -> tuple[str, ...]:
    """The parts of a path; () for one that leads nowhere."""
    name = _written(info) or info.filename
    name = name.replace("\\", "/")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in parts:
        raise UserError(
            f"The zip holds a name that points outside of it, “{clean(name, _NAMELESS)}”: pack the folders again."
        )
    return tuple(parts)


def is_guessed(info: zipfile.ZipInfo) -> bool:
    """Whether nothing says in which alphabet a name is written: that of MS-DOS is taken, as the format has it."""
    return not info.filename.isascii() and _written(info) is None


def _written(info: zipfile.ZipInfo) -> str | None:
    """A name in UTF-8, where the zip says so or the name itself leaves no doubt; None where neither does."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        raw = info.orig_filename.encode("cp437")
        if (told := _unicode_path(info.extra, raw)) is not None:
            return told
        return info.filename.encode("cp437").decode("utf-8")  # macOS packs UTF-8 and does not say so
    except UnicodeError:
        return None


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """The name that 7-Zip, WinRAR and Info-ZIP write beside one of an older alphabet (APPNOTE.TXT 6.3.10, 4.6.9)."""
    while len(extra) >= _EXTRA_HEAD:
        kind, size = struct.unpack_from("<HH", extra)
        field, extra = extra[_EXTRA_HEAD : _EXTRA_HEAD + size], extra[_EXTRA_HEAD + size :]
        if kind == _UNICODE_PATH and field[:5] == b"\1" + zlib.crc32(raw).to_bytes(4, "little"):
            return field[5:].decode("utf-8").partition("\0")[0]
    return None


def _damaged() -> UserError:
    return UserError("The zip is damaged or cut short: upload or pack it again.")
