"""Any bytes in, an upright RGB picture or one sentence out."""

from __future__ import annotations

import base64
import hashlib
import io
import struct
import threading
import time
import tracemalloc
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile, PngImagePlugin

from core import image_checks, images
from core.errors import UserError
from core.images import MAX_BYTES, MAX_PIXELS, data_uri, decode, fingerprint, shrink, to_jpeg
from tests.bench import bench_decode
from tests.core.pictures import (
    black_png,
    cut,
    encode,
    exif,
    grey_tiff,
    hostile,
    jpeg_of_passes,
    jpeg_with,
    photo,
    png,
    png_chunk,
    short,
    tiled_tiff,
)
from tests.examples import examples

# Pillow warns about damaged tags and large pictures in passing; what counts here is what `decode` says of them.
pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning"),
]

Pixels = npt.NDArray[np.uint8]
RAMP = np.arange(65536, dtype=np.uint16).reshape(256, 256)
EIGHT_BIT = np.rint(RAMP / 257)  # 65,535 / 257 = 255


def pixels(file: bytes) -> Pixels:
    """What `decode` makes of a file, (H, W, 3), after the promises that hold for every picture."""
    picture = decode(file)
    assert type(picture) is Image.Image  # no open file hangs on it
    assert picture.mode == "RGB"
    assert picture.info == {}
    assert not picture.getexif()  # or somebody downstream would turn it a second time
    return np.asarray(picture)


def colour(file: bytes) -> tuple[int, ...]:
    """The one colour of an even picture."""
    found = np.unique(pixels(file).reshape(-1, 3), axis=0)
    assert len(found) == 1
    return tuple(int(value) for value in found[0])


def even(mode: str, value: object) -> Image.Image:
    return Image.new(mode, (16, 16), value)  # type: ignore[arg-type]


# ---- formats


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_a_lossless_picture_comes_back_pixel_for_pixel(kind: str) -> None:
    assert np.array_equal(pixels(encode(photo(), kind)), np.asarray(photo()))


@pytest.mark.parametrize("packing", ["tiff_lzw", "tiff_deflate", "tiff_adobe_deflate", "packbits", "zstd", "lzma"])
def test_packed_tiff(packing: str) -> None:
    assert np.array_equal(pixels(encode(photo(), "TIFF", compression=packing)), np.asarray(photo()))


def test_tiled_tiff() -> None:
    assert pixels(tiled_tiff(250, 200, 256)).shape == (200, 250, 3)


def test_lossless_webp() -> None:
    assert np.array_equal(pixels(encode(photo(), "WEBP", lossless=True)), np.asarray(photo()))


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}], ids=str)
def test_jpeg_is_what_pillow_decodes_at_full_size(options: dict[str, object]) -> None:
    file = encode(photo(700, 500), "JPEG", **options)
    with Image.open(io.BytesIO(file)) as expected:
        assert np.array_equal(pixels(file), np.asarray(expected))


def test_mpo_as_phones_write_it_counts_as_jpeg() -> None:
    file = encode(even("RGB", "red"), "MPO", save_all=True, append_images=[even("RGB", "blue")])
    assert Image.open(io.BytesIO(file)).format == "MPO"
    assert colour(file) == (254, 0, 0)  # JPEG's red


def test_formats_off_the_list_are_refused_though_pillow_reads_them() -> None:
    for kind in ("PPM", "TGA", "ICO", "JPEG2000", "PCX", "SGI", "DIB"):
        with pytest.raises(UserError, match=r"not a picture we can read|export it as JPEG or PNG"):
            decode(encode(photo(), kind))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_the_first_of_several_pictures_counts(kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    more = [even("RGB", "blue"), even("RGB", "lime")]
    assert colour(encode(even("RGB", "red"), kind, save_all=True, append_images=more, **options)) == (255, 0, 0)


# ---- colours


@pytest.mark.parametrize(
    ("ink", "expected"),
    [
        ((255, 0, 0, 0), (0, 255, 255)),
        ((0, 255, 0, 0), (255, 0, 255)),
        ((0, 0, 255, 0), (255, 255, 0)),
        ((0, 0, 0, 255), (0, 0, 0)),
        ((0, 0, 0, 0), (255, 255, 255)),
        ((0, 0, 0, 100), (155, 155, 155)),
    ],
)
def test_cmyk(ink: tuple[int, ...], expected: tuple[int, ...]) -> None:
    assert colour(encode(even("CMYK", ink), "TIFF")) == expected
    jpeg = encode(even("CMYK", ink), "JPEG", quality=100)
    assert b"Adobe" in jpeg  # that is, the file holds the inks inverted
    assert np.allclose(colour(jpeg), expected, atol=1)
    marker = jpeg.index(b"\xff\xee")
    bare = jpeg[:marker] + jpeg[marker + 16 :]  # without Adobe's segment browsers take them as inverted all the same
    assert np.allclose(colour(bare), expected, atol=1)


def test_ycck_as_photoshop_writes_it() -> None:
    jpeg = bytearray(encode(even("CMYK", (55, 127, 127, 0)), "JPEG", quality=100))  # held inverted: 200, 128, 128, 255
    jpeg[jpeg.index(b"Adobe") + 11] = 2  # now Y 200, no colour, and no black ink
    assert np.allclose(colour(bytes(jpeg)), (55, 55, 55), atol=1)


@pytest.mark.parametrize(
    ("mode", "value", "expected"),
    [
        ("1", 1, (255, 255, 255)),
        ("1", 0, (0, 0, 0)),
        ("L", 77, (77, 77, 77)),
        ("YCbCr", (76, 85, 255), (254, 0, 0)),  # red
        ("YCbCr", (128, 128, 128), (128, 128, 128)),
        ("LAB", (255, 128, 128), (255, 255, 255)),  # L* 100, a* and b* 0: white
        ("LAB", (0, 128, 128), (0, 0, 0)),
        ("RGBX", (1, 2, 3, 0), (1, 2, 3)),  # the fourth is padding, not alpha
    ],
)
def test_colours_of_tiff(mode: str, value: object, expected: tuple[int, ...]) -> None:
    assert np.allclose(colour(encode(even(mode, value), "TIFF")), expected, atol=1)


def test_palette() -> None:
    picture = Image.new("P", (16, 16), 2)
    picture.putpalette([0, 0, 0, 10, 20, 30, 200, 100, 50])
    for kind in ("PNG", "GIF", "BMP", "TIFF"):
        assert colour(encode(picture, kind)) == (200, 100, 50)


# ---- alpha


@pytest.mark.parametrize(
    ("mode", "value", "expected"),
    [
        ("RGBA", (255, 0, 0, 0), (255, 255, 255)),
        ("RGBA", (255, 0, 0, 255), (255, 0, 0)),
        ("RGBA", (255, 0, 0, 51), (255, 204, 204)),  # a fifth red, the rest white
        ("LA", (0, 0), (255, 255, 255)),
        ("LA", (0, 255), (0, 0, 0)),
        ("LA", (100, 51), (224, 224, 224)),
    ],
)
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_alpha_lies_on_white(kind: str, mode: str, value: object, expected: tuple[int, ...]) -> None:
    options = {"lossless": True, "exact": True} if kind == "WEBP" else {}
    assert np.allclose(colour(encode(even(mode, value), kind, **options)), expected, atol=1)


@pytest.mark.parametrize(("mode", "value"), [("LA", (20, 51)), ("RGBA", (20, 20, 20, 51))])
def test_premultiplied_alpha(mode: str, value: object) -> None:
    file = encode(even(mode, value), "TIFF")
    associated = file.replace(struct.pack("<HHIH", 338, 3, 1, 2), struct.pack("<HHIH", 338, 3, 1, 1))
    assert associated != file
    assert np.allclose(colour(associated), (224, 224, 224), atol=1)  # 20 is a fifth of 100


def test_palette_with_transparency() -> None:
    picture = Image.new("P", (16, 16), 1)
    picture.putpalette([0, 0, 0, 255, 0, 0])
    assert colour(encode(picture, "PNG", transparency=1)) == (255, 255, 255)
    assert colour(encode(picture, "PNG", transparency=0)) == (255, 0, 0)
    assert colour(encode(picture, "PNG", transparency=bytes([255, 51]))) == (255, 204, 204)
    assert colour(encode(picture, "GIF", transparency=1)) == (255, 255, 255)
    with_alpha = Image.merge("PA", (picture.convert("P"), Image.new("L", (16, 16), 0)))
    with_alpha.putpalette([0, 0, 0, 255, 0, 0])
    assert colour(encode(with_alpha, "TIFF")) == (255, 255, 255)


def test_one_colour_as_transparent() -> None:
    picture = Image.new("RGB", (16, 16), (1, 2, 3))
    assert colour(encode(picture, "PNG", transparency=(1, 2, 3))) == (255, 255, 255)
    assert colour(encode(even("L", 7), "PNG", transparency=7)) == (255, 255, 255)
    rows = [struct.pack(">2H", 7000, 32768)] * 2
    grey = png(rows, 2, 16, 0, png_chunk(b"tRNS", struct.pack(">H", 7000)))
    assert pixels(grey)[:, :, 0].tolist() == [[255, 128], [255, 128]]


# ---- more than 8 bits


def test_grey_of_16_bits_is_scaled_not_clipped() -> None:
    files = (
        encode(Image.fromarray(RAMP), "PNG"),
        encode(Image.fromarray(RAMP), "TIFF", compression="tiff_lzw"),
        grey_tiff(RAMP, bits=16),
        grey_tiff(RAMP.astype(">u2"), bits=16, order=">"),
    )
    for file in files:
        assert np.array_equal(pixels(file)[:, :, 0], EIGHT_BIT)
    with Image.open(io.BytesIO(files[0])) as usual:
        assert (np.asarray(usual.convert("RGB")) == 255).mean() > 0.99  # what `convert` makes of it


def test_a_dark_picture_of_16_bits_stays_dark() -> None:
    assert pixels(encode(Image.fromarray(RAMP // 16), "PNG")).max() == 16


def test_grey_of_12_bits_has_its_white_at_4095() -> None:
    packed = np.tile(np.array([0xFF, 0xF7, 0xFF], np.uint8), (4, 8))  # per row 8 pairs of 4,095 and 2,047
    fields = {256: 16, 257: 4, 258: 12, 259: 1, 262: 1, 277: 1, 278: 4}
    file = grey_tiff(packed, bits=8)
    for number, value in fields.items():
        at = next(at for at in range(10, 200, 12) if struct.unpack_from("<H", file, at)[0] == number)
        kind = struct.unpack_from("<H", file, at + 2)[0]
        file = file[: at + 8] + struct.pack("<H2x" if kind == 3 else "<I", value) + file[at + 12 :]
    assert pixels(file)[0, :2, 0].tolist() == [255, 127]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([[0, 500_000, 1_000_000]], [0, 128, 255]),  # no agreed white: the largest is white
        ([[-100, 0, 100]], [0, 128, 255]),  # nor a black, below nought
        ([[50, 100, 200]], [64, 128, 255]),  # nought is black though no pixel has it
        ([[7, 7, 7]], [255, 255, 255]),
        ([[0, 0, 0]], [0, 0, 0]),
        ([[-7, -7, -7]], [0, 0, 0]),
    ],
)
def test_range_of_32_bits_and_floats(values: list[list[int]], expected: list[int]) -> None:
    for kind in (np.int32, np.float32):
        file = encode(Image.fromarray(np.array(values, kind)), "TIFF")
        assert pixels(file)[0, :, 0].tolist() == expected


def test_floats_that_are_no_numbers() -> None:
    values = np.array([[0.0, np.nan, np.inf, -np.inf, 0.5, 1.0]], np.float32)
    assert pixels(encode(Image.fromarray(values), "TIFF"))[0, :, 0].tolist() == [0, 0, 255, 0, 128, 255]
    assert not pixels(encode(Image.fromarray(np.full((4, 4), np.nan, np.float32)), "TIFF")).any()


def test_grey_taller_than_a_band() -> None:
    values = np.linspace(0, 1, 300 * 200, dtype=np.float32).reshape(300, 200)
    assert np.array_equal(pixels(encode(Image.fromarray(values), "TIFF"))[:, :, 0], np.rint(values.astype(float) * 255))


def test_colour_of_16_bits() -> None:
    row = struct.pack(">6H", 65535, 32896, 0, 257, 514, 65535)
    assert pixels(png([row], 2, 16, 2)).tolist() == [[[255, 128, 0], [1, 2, 255]]]
    with_alpha = struct.pack(">4H", 65535, 0, 0, 0) + struct.pack(">4H", 0, 0, 0, 65535)
    assert pixels(png([with_alpha], 2, 16, 6)).tolist() == [[[255, 255, 255], [0, 0, 0]]]
    grey_with_alpha = struct.pack(">4H", 0, 0, 32896, 65535)
    assert pixels(png([grey_with_alpha], 2, 16, 4))[0, :, 0].tolist() == [255, 128]
    keyed = png([row], 2, 16, 2, png_chunk(b"tRNS", struct.pack(">3H", 65535, 32896, 0)))
    assert pixels(keyed).shape == (1, 2, 3)  # Pillow compares 16 bits with 8, so such a key may do nothing


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_grey_of_few_bits(bits: int) -> None:
    assert pixels(png([b"\xff\0"] * 2, 16 // bits, bits, 0))[0, [0, -1], 0].tolist() == [255, 0]


# ---- orientation

LIES: dict[int, tuple[int, bool]] = {  # orientation -> how upright pixels come to lie: quarter turns, mirrored
    1: (0, False),
    2: (0, True),
    3: (2, False),
    4: (2, True),
    5: (3, True),
    6: (1, False),
    7: (1, True),
    8: (3, False),
}


@pytest.mark.parametrize("orientation", LIES)
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "packed TIFF", "WEBP", "JPEG", "MPO"])
def test_all_orientations_come_out_upright(kind: str, orientation: int) -> None:
    upright = np.asarray(photo(64, 32))
    turns, mirrored = LIES[orientation]
    lying = np.rot90(upright, turns)  # counter-clockwise, so that 6 wants a quarter turn clockwise
    lying = np.fliplr(lying) if mirrored else lying
    options: dict[str, dict[str, object]] = {
        "WEBP": {"lossless": True},
        "JPEG": {"quality": 100, "subsampling": 0},
        "MPO": {"quality": 100, "subsampling": 0, "save_all": True, "append_images": [photo()]},
        "packed TIFF": {"compression": "tiff_lzw"},
    }
    picture = Image.fromarray(np.ascontiguousarray(lying))
    file = encode(picture, kind.split()[-1], exif=exif(orientation), **options.get(kind, {}))
    assert pixels(file).shape == upright.shape
    assert np.abs(pixels(file).astype(int) - upright).max() <= (6 if kind in ("JPEG", "MPO") else 0)


@pytest.mark.parametrize("block", [b"", b"II*\0", b"nonsense", exif(6).tobytes()[6:20], bytes(300)], ids=repr)
def test_broken_camera_data_leaves_the_picture_as_it_lies(block: bytes) -> None:
    body = b"Exif\0\0" + block
    file = jpeg_with(b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body)
    assert pixels(file).shape == (32, 48, 3)


@pytest.mark.parametrize("value", [0, 9, 255])
def test_unknown_orientation_counts_as_none(value: int) -> None:
    assert pixels(encode(photo(), "JPEG", exif=exif(value))).shape == (32, 48, 3)


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><tiff:Orientation>6</tiff:Orientation></x:xmpmeta>'


@pytest.mark.parametrize("kind", ["JPEG", "MPO", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", [None, 1, 3])
def test_an_orientation_in_xmp_alone_turns_nothing(kind: str, orientation: int | None) -> None:
    options: dict[str, object] = {} if orientation is None else {"exif": exif(orientation)}
    if kind == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_itxt("XML:com.adobe.xmp", XMP.decode())
        options["pnginfo"] = notes
    elif kind == "TIFF":
        options["tiffinfo"] = {700: XMP} | ({} if orientation is None else {274: orientation})
        options.pop("exif", None)
    elif kind == "MPO":
        options |= {"xmp": XMP, "save_all": True, "append_images": [photo()]}
    else:
        options["xmp"] = XMP
    assert pixels(encode(photo(), kind, **options)).shape == (32, 48, 3)


LONG = zlib.compress(bytes(3 * 2**20))
TEXTS = {
    "zTXt": png_chunk(b"zTXt", b"Comment\0\0" + LONG),
    "iTXt": png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\x01\0\0\0" + LONG),
    "iCCP": png_chunk(b"iCCP", b"profile\0\0" + LONG),
    "tEXt": png_chunk(b"tEXt", b"Comment\0" + bytes(3 * 2**20)),
    "damaged zTXt": png_chunk(b"zTXt", b"Comment\0\0no zlib"),
    "many": png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(2**20))) * 70,
}


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("where", [b"IDAT", b"IEND"])
def test_texts_of_a_png_are_not_read_however_long(text: str, where: bytes) -> None:
    file = encode(photo(), "PNG", exif=exif(1))
    at = file.index(where) - 4
    tracemalloc.start()
    found = pixels(file[:at] + TEXTS[text] + file[at:])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert np.array_equal(found, np.asarray(photo()))
    assert peak < 16 * 2**20


@examples(50, fixed=False)
@given(st.lists(st.sampled_from(list(TEXTS.values())), max_size=4), st.binary(max_size=40))
def test_a_png_without_texts_is_left_as_it_is(texts: list[bytes], behind: bytes) -> None:
    file = encode(photo(), "PNG")
    at = file.index(b"IDAT") - 4
    assert image_checks.without_text(file[:at] + b"".join(texts) + file[at:] + behind) == file + behind
    assert image_checks.without_text(file) is file


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"icc_profile": bytes(3 * 2**20)}),
        ("JPEG", {"comment": bytes(60_000)}),
        ("WEBP", {"icc_profile": bytes(3 * 2**20), "lossless": True}),
        ("WEBP", {"xmp": bytes(3 * 2**20), "lossless": True}),
        ("TIFF", {"icc_profile": bytes(3 * 2**20)}),
        ("TIFF", {"description": "x" * 3 * 2**20}),
        ("TIFF", {"tiffinfo": {700: bytes(3 * 2**20)}}),
        ("GIF", {"comment": bytes(2**20)}),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_what_other_formats_say_of_themselves_is_not_in_the_way(kind: str, options: dict[str, object]) -> None:
    assert pixels(encode(photo(), kind, **options)).shape == (32, 48, 3)


# ---- refusals

REFUSED = {
    "empty": "This file is empty (0 bytes)",
    "text": "not a picture we can read: upload a JPEG, PNG",
    "web_page": "This is a web page",
    "svg": "This is an SVG drawing",
    "svg_with_header": "This is an SVG drawing",
    "heic": "This is a HEIC picture",
    "avif": "This is an AVIF picture",
    "pdf": "This is a PDF document",
    "cut_jpeg": "This JPEG file of 686 bytes is damaged or cut short",
    "cut_png": "This PNG file of",
    "cut_gif": "This GIF file of",
    "cut_webp": "This WebP file of",
    "cut_bmp": "This BMP file of",
    "cut_tiff": "This TIFF file of",
    "cut_packed_tiff": "This TIFF file of",
    "thin": "1 x 5,000 pixels, one side 5,000.0 times the other; the limit is 10",
    "wide": "20,000 x 500 pixels, one side 40.0 times the other; the limit is 10",
    "bomb_80_mpx": "This picture has 80.0 megapixels; the limit is 40: make it smaller and upload it again.",
    "bomb_400_mpx": "This picture has 400.0 megapixels; the limit is 40",
    "webp_169_mpx": "169.0 megapixels; the limit is 40",
    "webp_268_mpx": "268.5 megapixels; the limit is 40",
    "gif_400_mpx": "400.0 megapixels; the limit is 40",
    "bmp_100_mpx": "100.0 megapixels; the limit is 40",
    "over_20_mb": "This file has 20.1 MB; the limit is 20",
    "jpeg_of_2000_passes": "2,000 passes; the limit is 100",
    "jpeg_of_empty_segments": "more than 500,000 pieces",
    "jpeg_of_camera_blocks": "30 blocks of camera data; the limit is 20",
    "tiff_of_million_strips": "more than 100,000 numbers",
    "tiff_of_strips_in_bytes": "more than 100,000 numbers",
    "tiff_tile_of_49_mpx": "49.0 megapixels; the limit is 40",
}
BY_THE_HEADER = [name for name in REFUSED if not name.startswith("cut_")]


def refusal(file: bytes) -> str:
    with pytest.raises(UserError) as caught:
        decode(file)
    return str(caught.value)


def test_every_hostile_picture_has_its_sentence_here() -> None:
    assert REFUSED.keys() == hostile().keys()


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_a_sentence(name: str) -> None:
    sentence = refusal(hostile()[name])
    assert REFUSED[name] in sentence
    assert sentence.startswith("This ")
    assert sentence.endswith(".")


@pytest.mark.parametrize("name", BY_THE_HEADER)
def test_refused_before_any_pixel_is_decoded(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = []
    prepare = ImageFile.ImageFile.load_prepare  # every reader passes here for the memory of its pixels

    def noted(self: ImageFile.ImageFile) -> None:
        prepared.append(self.size)
        prepare(self)

    monkeypatch.setattr(ImageFile.ImageFile, "load_prepare", noted)
    refusal(hostile()[name])
    assert prepared == []
    decode(encode(photo(), "PNG"))
    assert prepared == [(48, 32)]  # so the watch works


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak of memory from Linux's /proc")
def test_refusing_a_bomb_takes_little_memory() -> None:
    (ours,) = bench_decode.measure(["refuse_80_mpx_png"]).values()
    assert "80.0 megapixels" in str(ours["decode"]["says"])
    assert float(ours["decode"]["peak_mb"]) < 100
    assert float(ours["usual"]["peak_mb"]) > 300  # what the refusal saves, and proof that the file is a bomb


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ["webp_169_mpx", "bmp_100_mpx"])
def test_the_sentence_is_the_same_where_warnings_are_errors(name: str) -> None:
    assert REFUSED[name] in refusal(hostile()[name])


def test_limits_themselves_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pixels(jpeg_of_passes(100)).shape == (32, 48, 3)
    assert "101 passes" in refusal(jpeg_of_passes(101))
    assert pixels(black_png(80, 8)).shape == (8, 80, 3)
    assert "one side 10.2 times" in refusal(black_png(81, 8))
    monkeypatch.setattr(image_checks, "MAX_PIXELS", 40_000)
    assert pixels(black_png(200, 200)).shape == (200, 200, 3)
    assert "0.1 megapixels" in refusal(black_png(201, 200))
    file = encode(photo(), "PNG")
    monkeypatch.setattr(image_checks, "MAX_BYTES", len(file))
    assert pixels(file).shape == (32, 48, 3)
    assert "limit" in refusal(file + b"\0")


def test_limits_are_those_that_the_pages_promise() -> None:
    assert (MAX_BYTES, MAX_PIXELS, image_checks.MAX_ASPECT) == (20 * 1024**2, 40_000_000, 10)


def test_a_figure_just_over_a_limit_does_not_read_as_the_limit() -> None:
    with pytest.raises(UserError, match=r"40\.1 megapixels"):
        image_checks.check_pixels(MAX_PIXELS + 1)


def test_not_enough_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object) -> Image.Image:
        raise MemoryError

    monkeypatch.setattr(images, "_open", exhausted)
    assert "not enough memory" in refusal(encode(photo(), "PNG"))


def test_pillow_changing_its_words_about_bombs_costs_only_the_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    def bomb(*_: object) -> Image.Image:
        raise Image.DecompressionBombError("far too large")

    monkeypatch.setattr(images, "_open", bomb)
    assert "megapixels; the limit is 40" in refusal(encode(photo(), "PNG"))


def test_pillows_own_settings_stay_as_they_are() -> None:
    def settings_now() -> tuple[object, ...]:
        return Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, ImageFile.MAXBLOCK, list(warnings.filters)

    before = settings_now()
    for file in hostile().values():
        refusal(file)
    assert settings_now() == before


# ---- one at a time


def test_pictures_are_decoded_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most, really_open = [], [], images._open

    def watched(kind: str, data: bytes) -> Image.Image:
        inside.append(threading.get_ident())
        time.sleep(0.01)  # long enough for the others to come in, if they could
        most.append(len(inside))
        inside.remove(threading.get_ident())
        return really_open(kind, data)

    monkeypatch.setattr(images, "_open", watched)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(decode, [encode(photo(), "PNG")] * 8))
    assert most == [1] * 8


def test_threads_get_the_right_pictures_and_the_right_sentences() -> None:
    greys = [encode(even("L", value), kind) for value in range(0, 250, 10) for kind in ("PNG", "GIF", "TIFF")]
    bad = cut(greys[0])

    def look(file: bytes) -> object:
        try:
            return decode(file).getpixel((0, 0))
        except UserError as error:
            return str(error)

    jobs = [job for file in greys for job in (file, bad)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(look, jobs)) == [look(job) for job in jobs]


def test_a_refusal_frees_the_way_for_the_next() -> None:
    for name in ("cut_png", "bomb_80_mpx", "webp_268_mpx"):
        refusal(hostile()[name])
        assert pixels(encode(photo(), "PNG")).shape == (32, 48, 3)


# ---- fuzz


def _seeds() -> list[bytes]:
    small = photo(24, 16)
    turned: dict[str, object] = {"exif": exif(6)}
    several: dict[str, object] = {"save_all": True, "append_images": [small.rotate(180)]}
    return [
        encode(small, "JPEG", **turned),
        encode(small, "JPEG", progressive=True),
        encode(small.convert("CMYK"), "JPEG"),
        encode(small, "MPO", **several),
        encode(small, "PNG", **turned),
        encode(small.quantize(8), "PNG", transparency=bytes(range(8))),
        encode(small.convert("LA"), "PNG"),
        encode(small, "PNG", **several),
        encode(Image.fromarray(RAMP[:8, :8]), "PNG"),
        encode(small, "GIF", **several),
        encode(small, "WEBP", **turned),
        encode(small.convert("RGBA"), "WEBP", lossless=True),
        encode(small, "BMP"),
        encode(small.quantize(8), "BMP"),
        encode(small, "TIFF", **turned),
        encode(small, "TIFF", compression="jpeg"),
        encode(small.convert("F"), "TIFF", compression="tiff_lzw"),
        encode(small.convert("LAB"), "TIFF"),
        encode(small.convert("1"), "TIFF", compression="group4"),
        tiled_tiff(16, 16, 16),
    ]


SEEDS = _seeds()
FUZZ = settings(examples(400), database=None, suppress_health_check=list(HealthCheck))
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["set", "insert", "delete", "double"]),
        st.one_of(st.integers(0, 100), st.integers(0, 3000)),  # half of them in the header
        st.one_of(st.binary(min_size=1, max_size=8), st.sampled_from([b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff"])),
    ),
    min_size=1,
    max_size=6,
)


def edited(file: bytes, edits: list[tuple[str, int, bytes]]) -> bytes:
    for how, where, what in edits:
        at = where % (len(file) + 1)
        if how == "set":
            file = file[:at] + what + file[at + len(what) :]
        elif how == "insert":
            file = file[:at] + what + file[at:]
        elif how == "delete":
            file = file[:at] + file[at + 7 * len(what) :]
        else:
            file = file[:at] + file[max(0, at - 40) :]
    return file


def checksummed(file: bytes) -> bytes:
    """A damaged PNG with the right checksums, or Pillow would look no further than those."""
    parts, at = [file[:8]], 8
    while at + 8 <= len(file):
        length = int.from_bytes(file[at : at + 4], "big")
        name, body = file[at + 4 : at + 8], file[at + 8 : at + 8 + length]
        parts.append(struct.pack(">I", length) + png_chunk(name, body)[4:])
        at += 12 + length
    return b"".join(parts)


def survives(file: bytes) -> None:
    """A picture or a sentence, never anything else."""
    try:
        picture = decode(file)
    except UserError:
        return
    assert picture.mode == "RGB"
    assert 0 < picture.width * picture.height <= MAX_PIXELS


@FUZZ
@given(st.sampled_from(SEEDS), EDITS)
def test_fuzz_damaged_files(seed: bytes, edits: list[tuple[str, int, bytes]]) -> None:
    survives(edited(seed, edits))


@FUZZ
@given(st.sampled_from([seed for seed in SEEDS if seed.startswith(b"\x89PNG")]), EDITS)
def test_fuzz_png_with_right_checksums(seed: bytes, edits: list[tuple[str, int, bytes]]) -> None:
    survives(checksummed(edited(seed, edits)))


@FUZZ
@given(
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF0000WEBPVP8X", b"BM", b"II*\0", b"GIF89a"]),
    st.binary(max_size=300),
)
def test_fuzz_noise_behind_a_good_beginning(beginning: bytes, noise: bytes) -> None:
    survives(beginning + noise)


@FUZZ
@given(st.sampled_from(SEEDS), st.integers(1, 3000))
def test_fuzz_a_file_cut_short_is_refused_or_complete(seed: bytes, missing: int) -> None:
    whole = decode(seed)
    try:
        part = decode(seed[: max(0, len(seed) - missing)])
    except UserError:
        return
    assert np.array_equal(np.asarray(part), np.asarray(whole))  # only what follows the first picture was lost


@FUZZ
@given(st.lists(st.tuples(st.integers(0, 65535), st.integers(0, 20), st.integers(0, 2**32 - 1)), max_size=12))
def test_fuzz_tiff_tags(tags: list[tuple[int, int, int]]) -> None:
    grey = np.zeros((8, 8), np.uint8)
    for number in (322, 273, 34665):
        survives(grey_tiff(grey, *((tag, kind, count % 9, bytes(8)) for tag, kind, count in tags), bits=8))
        survives(grey_tiff(grey, *((number, kind, count, b"\xff" * 4) for _, kind, count in tags), bits=8))


def test_tiff_whose_camera_data_points_at_itself() -> None:
    itself = struct.pack("<I", 8)
    file = grey_tiff(np.zeros((8, 8), np.uint8), (34665, 4, 1, itself), (34853, 4, 1, itself), bits=8)
    assert pixels(file).shape == (8, 8, 3)


@pytest.mark.parametrize("tag", [short(322, 16, 16), (323, 16, 1, bytes(8)), (34665, 5, 1, bytes(8))], ids=str)
def test_tiff_tags_of_a_type_that_readers_may_disagree_on(tag: tuple[int, int, int, bytes]) -> None:
    assert f"TIFF tag {tag[0]} of an unusual type" in refusal(grey_tiff(np.zeros((8, 8), np.uint8), tag, bits=8))


# ---- to show


def test_fingerprint_is_the_sha256_of_all_bytes() -> None:
    assert fingerprint(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    data = bytes(10**6)
    assert fingerprint(data) == hashlib.sha256(data).hexdigest() != fingerprint(data[:-1] + b"\1")


@pytest.mark.parametrize(
    ("size", "side", "expected"),
    [
        ((400, 300), 200, (200, 150)),
        ((300, 400), 200, (150, 200)),
        ((333, 1000), 100, (33, 100)),
        ((1000, 1), 100, (100, 1)),
        ((200, 100), 200, (200, 100)),
        ((20, 10), 200, (20, 10)),
    ],
)
def test_shrink(size: tuple[int, int], side: int, expected: tuple[int, int]) -> None:
    picture = Image.new("RGB", size, (10, 200, 30))
    small = shrink(picture, side)
    assert small.size == expected
    assert (small is picture) == (size == expected)
    assert picture.size == size
    assert small.getpixel((0, 0)) == (10, 200, 30)


def test_shrink_averages_what_it_drops() -> None:
    stripes = np.zeros((400, 400, 3), np.uint8)
    stripes[:, ::2] = 255
    middle = np.asarray(shrink(Image.fromarray(stripes), 100))[10:-10, 10:-10]
    assert np.abs(middle.astype(int) - 127).max() <= 2  # nearest neighbours would give black or white


def test_jpeg_and_its_address() -> None:
    jpeg = to_jpeg(photo(200, 100))
    assert np.abs(pixels(jpeg).astype(int) - np.asarray(photo(200, 100))).mean() < 10
    assert len(to_jpeg(photo(200, 100), quality=30)) < len(jpeg)
    head, _, body = data_uri(jpeg).partition(",")
    assert head == "data:image/jpeg;base64"
    assert base64.b64decode(body, validate=True) == jpeg


def raw_tiff(order: str, kind: str, values: int, **tags: int) -> bytes:
    """A TIFF of 4 x 4 pixels, black but for a white first one, of so many values of a numpy type each."""
    grid = np.zeros((4, 4, values), np.dtype(order + kind))
    grid[0, 0] = 1 if kind.startswith("f") else np.iinfo(kind).max
    planes = tags.get("planes", 1)
    pixels = grid.transpose(2, 0, 1).tobytes() if planes == 2 else grid.tobytes()
    bits, form = 8 * grid.itemsize, {"u": 1, "i": 2, "f": 3}[kind[0]]
    strips = values if planes == 2 else 1
    lists = {258: [bits] * values, 339: [form] * values}
    where, sizes = [0] * strips, [len(pixels) // strips] * strips
    shorts = {256: 4, 257: 4, 259: 1, 262: tags.get("photometric", 1 if values == 1 else 2), 277: values, 278: 4}
    shorts[284] = planes
    entries = 7 + 2 + 2
    behind = 8 + 2 + 12 * entries + 4
    room = behind + 4 * values + 8 * strips
    where = [room + number * sizes[0] for number in range(strips)]
    found, tail = {}, b""
    for tag, one in shorts.items():
        found[tag] = struct.pack(order + "HHIHH", tag, 3, 1, one, 0)
    for tag, letter, many in ((258, "H", lists[258]), (339, "H", lists[339]), (273, "I", where), (279, "I", sizes)):
        packed = struct.pack(f"{order}{len(many)}{letter}", *many)
        short = len(packed) <= 4
        value = packed.ljust(4, b"\0") if short else struct.pack(order + "I", behind + len(tail))
        tail += b"" if short else packed
        found[tag] = struct.pack(order + "HHI", tag, 3 if letter == "H" else 4, len(many)) + value
    body = struct.pack(order + "H", entries) + b"".join(found[tag] for tag in sorted(found)) + bytes(4)
    start = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    return (start + body + tail).ljust(room, b"\0") + pixels


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("kind", "values", "tags", "said"),
    [
        ("f4", 3, {}, "3 values of 32 bits each, floats"),
        ("f8", 1, {}, "1 value of 64 bits each, floats"),
        ("f2", 1, {}, "1 value of 16 bits each, floats"),
        ("u1", 5, {}, "5 values of 8 bits each, whole numbers"),
        ("u2", 3, {"planes": 2}, "3 values of 16 bits each, whole numbers"),
    ],
)
def test_a_tiff_of_an_unusual_kind_is_named(
    order: str, kind: str, values: int, tags: dict[str, int], said: str
) -> None:
    assert said in refusal(raw_tiff(order, kind, values, **tags))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("kind", "planes"), [("u1", 1), ("u1", 2), ("u2", 1)])
def test_a_tiff_of_a_usual_kind_is_read_in_both_orders(order: str, kind: str, planes: int) -> None:
    found = pixels(raw_tiff(order, kind, 3, planes=planes))
    assert found[0, 0].tolist() == [255] * 3
    assert not found[1:].any()


@pytest.mark.parametrize("kind", ["u1", "u2"])
def test_white_is_zero_where_a_tiff_says_so(kind: str) -> None:
    found = pixels(raw_tiff("<", kind, 1, photometric=0))
    assert found[0, 0].tolist() == [0] * 3
    assert (found[1:] == 255).all()


@pytest.mark.parametrize(("alpha", "expected"), [(0, (10, 20, 30)), (255, (10, 20, 30))])
def test_an_alpha_of_a_bmp_that_nobody_wrote_hides_nothing(alpha: int, expected: tuple[int, ...]) -> None:
    masks = struct.pack("<4I", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    head = struct.pack("<IiiHHIIiiII", 124, 4, 4, 1, 32, 3, 64, 0, 0, 0, 0) + masks + b"BGRs" + bytes(64)
    file = b"BM" + struct.pack("<IHHI", 14 + len(head) + 64, 0, 0, 14 + len(head)) + head
    assert colour(file + bytes([30, 20, 10, alpha]) * 16) == expected


@pytest.mark.parametrize("name", sorted(image_checks._UNUSED))
@pytest.mark.parametrize("trouble", ["empty", "checksum"])
def test_damage_in_a_chunk_that_is_not_used_is_passed_over(name: bytes, trouble: str) -> None:
    file = encode(Image.new("RGB", (4, 4), (10, 20, 30)), "PNG")
    chunk = struct.pack(">I", 0) + name + struct.pack(">I", zlib.crc32(name) ^ (trouble == "checksum"))
    at = file.index(b"IDAT") - 4
    assert colour(file[:at] + chunk + file[at:]) == (10, 20, 30)
