"""Uploaded bytes -> an upright RGB picture, and pictures -> what a page shows.

What a file may ask for is bounded in `core.image_checks`; here no file, whatever its bytes, raises anything
but a `UserError`. Colour profiles are not applied, and nothing of the file's data about itself is kept.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import threading

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from core.errors import UserError
from core.image_checks import (
    MAX_BYTES,
    MAX_PIXELS,
    Reader,
    check_bytes,
    check_pixels,
    check_shape,
    check_tiff_kind,
    without_text,
)

__all__ = ["MAX_BYTES", "MAX_PIXELS", "WORKING_SIDE", "data_uri", "decode", "fingerprint", "shrink", "to_jpeg"]

WORKING_SIDE = 2000
"""Longest side, pixels, of what networks are given: more than any here looks at, and 12 MB at the most."""

_UPRIGHT = {  # EXIF orientation (CIPA DC-008, 4.6.4) -> what turns the picture upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# One picture at a time: 40 megapixels take up to 0.8 GB (WebP) for a moment, and ten students upload in the
# same minute. This way their peaks never add up, and a wait of some tenths of a second does not show.
_ONE_AT_A_TIME = threading.Lock()


def decode(data: bytes) -> Image.Image:
    """Turn an uploaded file into pixels.

    The size is the file's own, so that boxes are in the pixels of the file that the student has. Alpha lies
    on white, of an animation or a file of several pages the first counts, EXIF orientation is applied once.

    Args:
        data: a JPEG, PNG, WebP, BMP, TIFF or GIF file of at most `MAX_BYTES`.

    Returns:
        Mode RGB, 8 bit, at most `MAX_PIXELS`, with an empty `info`.

    Raises:
        UserError: whatever is wrong with the file, in one sentence. Nothing else is raised, for any bytes.
    """
    kind = check_bytes(data)
    name = "WebP" if kind == "WEBP" else kind
    damaged = f"This {name} file of {len(data):,} bytes is damaged or cut short: save or download it again."
    with _ONE_AT_A_TIME:
        try:
            return _open(kind, data)
        except UserError:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            # Pillow's own limits are above ours: an error from 179 megapixels, a warning from 89. The warning
            # goes to the log, and `check_pixels` refuses the picture, unless someone made warnings errors.
            figures = re.search(r"\d+", str(error))
            check_pixels(int(figures[0]) if figures else 2 * MAX_PIXELS)
            raise UserError(damaged) from error
        except MemoryError as error:  # mostly a file that asks for absurd amounts: the server itself is well
            raise UserError("There is not enough memory for this picture: make it smaller.") from error
        except Exception as error:
            # As broad as that because Pillow's readers raise nearly anything on damaged files and promise no
            # list (fuzzing met OSError, SyntaxError, ValueError and TypeError in a minute), and a visitor's
            # file must never end the page. The cause stays attached.
            if isinstance(error, UnidentifiedImageError) and kind == "TIFF":
                check_tiff_kind(data)
            raise UserError(damaged) from error


def _open(kind: str, data: bytes) -> Image.Image:
    file = Reader(without_text(data) if kind == "PNG" else data)
    with Image.open(file, formats=(kind,)) as image:
        _forget_texts(image)
        check_pixels(image.width * image.height)
        check_shape(image.width, image.height)
        if _lies_in_planes(image):
            check_tiff_kind(data)
        image.load()  # all of it: no draft() that shrinks JPEGs, and a truncated file raises
        _forget_texts(image)  # of a PNG those behind the pixels
        turn, rgb = _turn(image), _to_rgb(image)
    return rgb if turn is None else rgb.transpose(turn)


def _lies_in_planes(image: Image.Image) -> bool:
    """Whether Pillow would take a colour of 16 bits for all of them: in a TIFF where each lies by itself, unpacked."""
    tags = getattr(image, "tag_v2", {})
    bits = tags.get(258, (1,))  # BitsPerSample; then PlanarConfiguration, Compression
    return tags.get(284) == 2 and tags.get(259, 1) == 1 and len(bits) > 1 and max(bits) > 8


def _forget_texts(image: Image.Image) -> None:
    """Take away where else Pillow looks for an orientation: browsers and cameras know EXIF's alone."""
    for text in ("xmp", "XML:com.adobe.xmp", "Raw profile type exif"):
        image.info.pop(text, None)


def _turn(image: Image.Image) -> Image.Transpose | None:
    """What turns a loaded picture upright; Pillow turns TIFFs itself and takes their orientation away."""
    try:
        orientation: object = image.getexif().get(0x0112)
    except Exception:  # as above, but broken EXIF says nothing of the pixels: as in browsers, they stay
        return None
    return _UPRIGHT.get(orientation) if isinstance(orientation, int) else None


def _to_rgb(image: Image.Image) -> Image.Image:
    """A new RGB picture without `info`, in which an orientation would be applied twice."""
    if image.mode.startswith(("I", "F")):
        return _grey_to_8_bit(image).convert("RGB")
    if image.has_transparency_data and not _is_empty_bmp(image):
        if image.mode == "La":  # no direct way to RGBA
            image = image.convert("LA")
        if image.mode not in ("LA", "RGBA"):
            image = image.convert("RGBA")
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image)  # half the memory of alpha_composite
        return white
    rgb = image.convert("RGB")
    rgb.info = {}
    return rgb


def _is_empty_bmp(image: Image.Image) -> bool:
    """Whether a BMP says that nothing of it is seen: as in browsers, nobody wrote its alpha then."""
    return image.format == "BMP" and image.mode == "RGBA" and not image.getchannel("A").getbbox()


def _grey_to_8_bit(image: Image.Image) -> Image.Image:
    """Scale grey values of 16 bits, 32 bits or floats to 0..255; Pillow's `convert` would clip them.

    16 bits run from 0 to 65,535 (of a TIFF with 12 bits to 4,095), as PNG and TIFF define: what is dark stays
    dark. Integers of 32 bits and floats have no agreed white, so the largest value becomes white; black is 0,
    or the least value where that is negative.
    """
    tops = range(0, image.height, 64)  # 64 rows at a time, as floats take 8 bytes a pixel

    def rows(top: int) -> npt.NDArray[np.float64]:
        band = image.crop((0, top, image.width, min(top + 64, image.height)))
        return np.asarray(band, dtype=np.float64)  # (64, W)

    low, high, tags = 0.0, 65535.0, getattr(image, "tag_v2", {})
    white_is_zero = tags.get(262) == 0  # PhotometricInterpretation, of which Pillow takes note up to 8 bits
    if tags.get(258) == (12,):  # BitsPerSample
        high = 4095.0
    elif image.mode in ("I", "F"):
        high = low
        for top in tops:
            values = rows(top)
            finite = values[np.isfinite(values)]
            low, high = finite.min(initial=low), finite.max(initial=high)
    grey = Image.new("L", image.size)
    for top in tops:
        values = np.nan_to_num(rows(top), nan=low, posinf=high, neginf=low)
        band = np.rint((values - low) * 255 / ((high - low) or 1.0)).astype(np.uint8)
        if image.info.get("transparency") is not None:  # in a PNG: the one grey value that is transparent
            band[values == image.info["transparency"]] = 255
        grey.paste(Image.fromarray(255 - band if white_is_zero else band), (0, top))
    return grey


def fingerprint(data: bytes) -> str:
    """Name a file by its content: the key of every cache.

    Args:
        data: the file, all bytes of which count.

    Returns:
        64 hexadecimal digits, the sha256.
    """
    return hashlib.sha256(data).hexdigest()


def shrink(image: Image.Image, side: int) -> Image.Image:
    """Make a picture fit a square, keeping its shape.

    Args:
        image: RGB or grey.
        side: the most that its longest side may have, pixels.

    Returns:
        The same object where it fits already, else a smaller copy; never larger.
    """
    longest = max(image.size)
    if longest <= side:
        return image
    width, height = (max(1, round(length * side / longest)) for length in image.size)
    # a gap of 3 looks as good as none (Pillow's documentation), and is faster on large pictures
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def to_jpeg(image: Image.Image, quality: int = 85) -> bytes:
    """Encode a picture for the browser.

    Args:
        image: RGB or grey.
        quality: 1 to 95, as libjpeg counts.

    Returns:
        A JPEG file.
    """
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()


def data_uri(jpeg: bytes) -> str:
    """Wrap a JPEG file so that a chart or a page can show it without a second request."""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")
