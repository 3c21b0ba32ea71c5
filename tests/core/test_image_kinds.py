"""Files that are no pictures for us are called by their names, whatever their own name says."""

from __future__ import annotations

import base64
import io
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.errors import UserError
from core.image_kinds import (
    OTHER_SUFFIXES,
    OTHERS,
    RAW_SUFFIXES,
    READ,
    SUFFIXES,
    is_raw,
    named,
    read_as,
)
from core.images import decode
from tests.core.pictures import encode, grey_tiff, photo, tiff
from tests.examples import examples

BOX = b"\0\0\0\x18ftyp"


def tagged(*more: tuple[int, int, int, bytes], order: str = "<") -> bytes:
    """A readable grey TIFF with further tags."""
    return grey_tiff(np.zeros((8, 8), np.uint16), *more, bits=16, order=order)


def long(number: int, value: int, order: str = "<") -> tuple[int, int, int, bytes]:
    return number, 4, 1, struct.pack(order + "I", value)


def of_frame(marker: int, bits: int = 8) -> bytes:
    """A JPEG whose frame says another process or precision than usual."""
    file = bytearray(encode(photo(), "JPEG"))
    at = file.index(b"\xff\xc0")
    file[at + 1], file[at + 4] = marker, bits
    return bytes(file)


KINDS = {
    "BigTIFF": [b"II+\0\x08\0\0\0" + bytes(40), b"MM\0+\0\x08\0\0" + bytes(40)],
    "JPEG XL": [b"\xff\x0a" + bytes(40), b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(40)],
    "JPEG 2000": [encode(photo(), "JPEG2000"), b"\xff\x4f\xff\x51" + bytes(40)],
    "JPEG XR": [b"II\xbc\x01" + bytes(40)],
    "JPEG of 12 bits": [of_frame(0xC1, 12), of_frame(0xC2, 12)],
    "lossless JPEG": [of_frame(0xC3), of_frame(0xC3, 14), of_frame(0xC7), of_frame(0xCB)],
    "hierarchical JPEG": [of_frame(0xC5), of_frame(0xCE)],
    "JPEG-LS": [of_frame(0xF7)],
    "QOI": [b"qoif" + bytes(40)],
    "texture of a game": [b"DDS \x7c\0\0\0" + bytes(40)],
    "icon of macOS": [b"icns" + bytes(40)],
    "PCX": [encode(photo(), "PCX"), b"\x0a\x05\x01\x01" + bytes(40)],
    "Silicon Graphics": [encode(photo(), "SGI")],
    "FITS": [b"SIMPLE  =                    T" + bytes(40)],
    "BPG": [b"BPG\xfb" + bytes(40)],
    "written as text": [
        *(base64.b64encode(encode(photo(), kind)) for kind in ("PNG", "JPEG", "GIF", "WEBP")),
        b"data:image/png;base64," + base64.b64encode(encode(photo(), "PNG")),
    ],
    "ends of lines": [
        encode(photo(), "PNG").replace(b"\r\n", b"\n"),
        encode(photo(), "PNG").replace(b"\n", b"\r\n"),
        encode(photo(), "PNG").decode("latin-1").encode(),
        encode(photo(), "PNG").decode("utf-8", "replace").encode(),
    ],
    "AVIF": [BOX + b"avif" + bytes(40), BOX + b"mif1\0\0\0\0avif"],
    "HEIC": [BOX + brand + bytes(40) for brand in (b"heic", b"heix", b"hevc", b"mif1")],
    "camera raw": [
        b"II*\0\x10\0\0\0CR\x02\0" + bytes(40),
        BOX + b"crx " + bytes(40),
        b"FUJIFILMCCD-RAW 0201FF" + bytes(40),
        b"IIRO\x08\0\0\0" + bytes(40),
        b"IIRS\x08\0\0\0" + bytes(40),
        b"MMOR\0\0\0\x08" + bytes(40),
        b"IIU\0\x18\0\0\0" + bytes(40),
        b"\0MRM" + bytes(40),
        b"FOVb" + bytes(40),
        tagged((50706, 1, 4, b"\1\4\0\0")),
        tagged((50706, 1, 4, b"\1\4\0\0"), order=">"),
        tagged(long(254, 1), long(330, 8)),
        tagged(long(254, 1), (271, 2, 5, b"SONY\0")),
        tagged(long(254, 1), (330, 4, 2, struct.pack("<2I", 8, 8))),
        tiff([(262, 3, 1, struct.pack("<H", 32803)), (273, 4, 1, b"")], bytes(8)),
        tiff([(262, 3, 1, struct.pack("<H", 34892)), (273, 4, 1, b"")], bytes(8)),
    ],
    "Git LFS pointer": [b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"],
    "web page": [
        b"<!DOCTYPE html><html><body>Log in</body></html>",
        b"\xef\xbb\xbf\n  <html lang=en>",
        b"<!doctype HTML public>",
        b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"><html><svg/></html>',
        b"<!-- saved from -->\n<html><body><svg></svg>",
        b"<head><title>x",
    ],
    "PDF": [b"%PDF-1.7\n", b"\n\n%PDF-1.4"],
    "SVG": [b"<svg/>", b'<?xml version="1.0"?><svg>', b"<!-- by hand --><SVG>", b"<!DOCTYPE svg PUBLIC><svg>"],
    "video": [
        BOX + b"isom" + bytes(40),
        BOX + b"mp42" + bytes(40),
        BOX + b"qt  " + bytes(40),
        b"\0\0\0\x08wide\0\0\0\0mdat",
        b"\0\0\1\0moov" + bytes(40),
        b"\x1aE\xdf\xa3" + bytes(40),
        b"RIFF\0\0\0\0AVI LIST",
    ],
    "XML or JSON": [
        b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code></Error>',
        b'{"message": "Not Found"}',
        b'[{"id": 1}]',
    ],
    "git-annex pointer": [b"/annex/objects/MD5E-s1--d4.jpg\n", b"../../.git/annex/objects/x"],
    "sound": [b"ID3\x04" + bytes(40), b"RIFF\0\0\0\0WAVEfmt "],
    "zip file": [b"PK\3\4" + bytes(40)],
    "packed archive": [b"\x1f\x8b\x08" + bytes(40), b"Rar!\x1a\7\0", b"7z\xbc\xaf\x27\x1c"],
    "Photoshop": [b"8BPS\0\1" + bytes(40)],
    "Netpbm": [encode(photo(), "PPM")],
    "icon": [encode(photo(), "ICO")],
    "Parquet": [b"PAR1" + bytes(40)],
}


@pytest.mark.parametrize(("word", "data"), [(word, data) for word, files in KINDS.items() for data in files])
def test_it_is_called_what_it_is_and_what_to_do_is_said(word: str, data: bytes) -> None:
    what = named(data)
    assert what is not None
    assert word in what.replace("JPEG of 12 bits a colour", "JPEG of 12 bits")
    assert is_raw(data) == (word == "camera raw")
    with pytest.raises(UserError) as caught:
        decode(data)
    sentence = str(caught.value)
    assert sentence == f"This is {what}."
    assert sentence.count(".") - sentence.count("._") == 1
    assert ": " in sentence
    assert len(sentence) < 200


@pytest.mark.parametrize(
    "data",
    [
        encode(photo(), "JPEG"),
        encode(photo(), "JPEG", progressive=True),
        encode(photo(), "MPO", save_all=True, append_images=[photo()]),
        encode(photo(), "TIFF"),
        encode(photo(), "TIFF", save_all=True, append_images=[photo()]),
        encode(photo(), "PNG"),
        encode(photo(), "WEBP"),
        tagged(long(254, 0)),
        tagged(long(254, 1)),  # says that it is a smaller version of nothing: the one picture there is
        tagged(long(254, 2)),
    ],
)
def test_what_is_read_is_not_named(data: bytes) -> None:
    assert named(data) is None
    assert read_as(data) in READ
    decode(data)


@examples(200, fixed=False)
@given(st.sampled_from([b"", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"<", b"\0\0\0\x18ftyp"]), st.binary(max_size=300))
def test_it_only_looks(beginning: bytes, noise: bytes) -> None:
    what = named(beginning + noise)
    assert what is None or what in OTHERS.values() or read_as(beginning + noise) in ("JPEG", "TIFF")


def test_each_suffix_stands_once_and_all_are_accepted_as_pictures() -> None:
    everything = (*SUFFIXES, *RAW_SUFFIXES, *OTHER_SUFFIXES)
    assert len(set(everything)) == len(everything)
    assert {"jfif", "jpe", "pjpeg", "mpo"} <= set(SUFFIXES)
    assert all(suffix == suffix.lower() and "." not in suffix for suffix in everything)


def test_directories_that_point_at_each_other_end() -> None:
    itself = bytearray(tagged(long(330, 8)))
    assert named(bytes(itself)) is None
    many = struct.pack("<16I", *range(8, 24))
    assert named(tagged((330, 4, 16, many))) is None
    assert Image.open(io.BytesIO(encode(photo(), "TIFF"))).size == (48, 32)
