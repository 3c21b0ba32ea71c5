"""Pictures as bytes, for tests: good ones of any kind, and those that a careless or hostile visitor uploads."""

from __future__ import annotations

import functools
import io
import struct
import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

Tag = tuple[int, int, int, bytes]  # TIFF: number, type, count, value


def encode(image: Image.Image, kind: str, **options: object) -> bytes:
    """A file of Pillow's making; `options` as `Image.save` takes them."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def photo(width: int = 48, height: int = 32) -> Image.Image:
    """Noise on a slope of colours, always the same: no two rows, columns or corners alike."""
    y, x = np.mgrid[0:height, 0:width]
    noise = np.random.default_rng(0).integers(0, 40, (height, width))
    planes = (x * 200 // width + noise, y * 200 // height + noise, (x + y) * 200 // (width + height) + noise)
    return Image.fromarray(np.stack(planes, axis=-1).astype(np.uint8))  # (H, W, 3)


def exif(orientation: int) -> Image.Exif:
    """A camera block that says nothing but how the camera was held, 1 to 8."""
    block = Image.Exif()
    block[0x0112] = orientation
    return block


def png_chunk(name: bytes, body: bytes) -> bytes:
    """One chunk with its checksum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(rows: Sequence[bytes], width: int, bits: int, colour: int, *chunks: bytes) -> bytes:
    """A PNG by hand: kinds of pixels that Pillow reads but does not write (PNG 3rd edition, 11.2.1)."""
    header = struct.pack(">IIBBBBB", width, len(rows), bits, colour, 0, 0, 0)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(b"\0" + row) for row in rows) + packer.flush()
    parts = (png_chunk(b"IHDR", header), *chunks, png_chunk(b"IDAT", body), png_chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def black_png(width: int, height: int, bits: int = 8) -> bytes:
    """A valid grey PNG of zeros, about a thousandth of its pixels in bytes: a decompression bomb if large."""
    return png([bytes(width * bits // 8)] * height, width, bits, 0)


def tiff(tags: Sequence[Tag], pixels: bytes, order: str = "<") -> bytes:
    """A TIFF by hand; tags 273 and 324 (where the pixels lie) are filled in if their value is empty."""
    tags = sorted(tags)
    start = 8 + 2 + 12 * len(tags) + 4
    end = start + sum(len(value) for *_, value in tags if len(value) > 4)
    directory, values = struct.pack(order + "H", len(tags)), b""
    for number, kind, count, value in tags:
        value = value or struct.pack(order + "I", end)
        directory += struct.pack(order + "HHI", number, kind, count)
        directory += value.ljust(4, b"\0") if len(value) <= 4 else struct.pack(order + "I", start + len(values))
        values += value if len(value) > 4 else b""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    return head + directory + bytes(4) + values + pixels


def short(number: int, *values: int, order: str = "<") -> Tag:
    """A tag of 16-bit numbers."""
    return number, 3, len(values), struct.pack(f"{order}{len(values)}H", *values)


def long(number: int, value: int, order: str = "<") -> Tag:
    """A tag of one 32-bit number."""
    return number, 4, 1, struct.pack(order + "I", value)


def grey_tiff(values: npt.NDArray[np.generic], *tags: Tag, bits: int, order: str = "<") -> bytes:
    """An uncompressed grey TIFF; `values` are its rows, (H, W), in the bytes that the file shall have."""
    height, width = values.shape
    own = (
        *(long(number, value, order) for number, value in ((256, width), (257, height), (278, height))),
        *(short(number, value, order=order) for number, value in ((258, bits), (259, 1), (262, 1), (277, 1))),
        long(279, values.nbytes, order),
    )
    offsets = () if any(tag[0] in (273, 324) for tag in tags) else ((273, 4, 1, b""),)
    return tiff((*own, *offsets, *tags), values.tobytes(), order)


def tiled_tiff(width: int, height: int, side: int) -> bytes:
    """A valid RGBA TIFF of zeros in a single tile of side x side pixels, which libtiff allocates as a whole."""
    packer = zlib.compressobj(9)
    row = bytes(4 * side)
    pixels = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    sizes = ((256, width), (257, height), (322, side), (323, side), (325, len(pixels)))
    kinds = (short(258, 8, 8, 8, 8), short(259, 8), short(262, 2), short(277, 4), short(338, 2))
    return tiff((*kinds, (324, 4, 1, b""), *(long(*size) for size in sizes)), pixels)


def jpeg_of_passes(passes: int) -> bytes:
    """A progressive JPEG whose last pass is repeated: each repetition costs a pass over all pixels."""
    file = encode(photo(), "JPEG", progressive=True)
    last = file.rindex(b"\xff\xda")
    start = file.rindex(b"\xff\xc4", 0, last)  # with the Huffman table that the pass uses
    return file[:-2] + file[start:-2] * (passes - file.count(b"\xff\xda")) + file[-2:]


def jpeg_with(segments: bytes) -> bytes:
    """A JPEG with something between its first marker and the rest."""
    file = encode(photo(), "JPEG")
    return file[:2] + segments + file[2:]


def webp_of(width: int, height: int) -> bytes:
    """A WebP of a few bytes whose header claims another size (RFC 9649, 3.4: 14 bits each, less one)."""
    file = bytearray(encode(photo(), "WEBP", lossless=True))
    (bits,) = struct.unpack_from("<I", file, 21)
    struct.pack_into("<I", file, 21, bits >> 28 << 28 | (height - 1) << 14 | (width - 1))
    return bytes(file)


def gif_of(width: int, height: int) -> bytes:
    """A GIF of a few bytes whose screen is as large as said."""
    file = bytearray(encode(photo(), "GIF"))
    struct.pack_into("<HH", file, 6, width, height)
    return bytes(file)


def bmp_of(width: int, height: int) -> bytes:
    """A BMP of a few bytes whose header claims another size."""
    file = bytearray(encode(photo(), "BMP"))
    struct.pack_into("<ii", file, 18, width, height)
    return bytes(file)


def cut(file: bytes) -> bytes:
    """Two thirds of a file, as a broken download leaves it."""
    return file[: len(file) * 2 // 3]


@functools.cache
def _hostile() -> tuple[tuple[str, bytes], ...]:
    camera = b"Exif\0\0" + bytes(100)
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    return (
        ("empty", b""),
        ("text", b"hello, I am a text renamed to .png\n" * 20),
        ("web_page", b"<!DOCTYPE html><html><body>Not found</body></html>"),
        ("svg", drawing),
        ("svg_with_header", b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- drawn by hand -->\n' + drawing),
        ("heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200)),
        ("avif", b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf" + bytes(200)),
        ("pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(200)),
        ("cut_jpeg", cut(encode(photo(), "JPEG"))),
        ("cut_png", cut(encode(photo(), "PNG"))),
        ("cut_gif", cut(encode(photo(), "GIF"))),
        ("cut_webp", cut(encode(photo(), "WEBP"))),
        ("cut_bmp", cut(encode(photo(), "BMP"))),
        ("cut_tiff", cut(encode(photo(), "TIFF"))),
        ("cut_packed_tiff", cut(encode(photo(), "TIFF", compression="tiff_lzw"))),
        ("thin", black_png(1, 5000)),
        ("wide", black_png(20000, 500)),
        ("bomb_80_mpx", black_png(10000, 8000, bits=1)),
        ("bomb_400_mpx", black_png(20000, 20000, bits=1)),
        ("webp_169_mpx", webp_of(13000, 13000)),
        ("webp_268_mpx", webp_of(16384, 16384)),
        ("gif_400_mpx", gif_of(20000, 20000)),
        ("bmp_100_mpx", bmp_of(10000, 10000)),
        ("over_20_mb", encode(photo(), "JPEG") + bytes(20 * 1024**2)),
        ("jpeg_of_2000_passes", jpeg_of_passes(2000)),
        ("jpeg_of_empty_segments", jpeg_with(b"\xff\xe1\0\x02" * 200_000)),
        ("jpeg_of_camera_blocks", jpeg_with((b"\xff\xe1" + struct.pack(">H", 108) + camera) * 30)),
        ("tiff_of_million_strips", grey_tiff(np.zeros((8, 8), np.uint8), (273, 3, 10**6, bytes(2 * 10**6)), bits=8)),
        ("tiff_of_strips_in_bytes", grey_tiff(np.zeros((8, 8), np.uint8), (273, 1, 10**6, bytes(10**6)), bits=8)),
        ("tiff_tile_of_49_mpx", tiled_tiff(16, 16, 7000)),
    )


def hostile() -> dict[str, bytes]:
    """What must be refused with a sentence, by name: each fits in 21 MB, most in some kilobytes."""
    return dict(_hostile())
