"""What a file is, told by its bytes: the pictures that are read here, and by name those that are not.

Each signature stands once, with a reference where it is not the format's own first page: the PRONOM registry of the UK
National Archives, the `file` command's magic, ExifTool's list of camera formats (https://exiftool.org/#supported).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from contextlib import suppress
from types import MappingProxyType

from core.file_kinds import FIRST_TAG, LFS_POINTER, WEB_PAGE

READ: Mapping[str, bytes] = MappingProxyType(
    {
        "JPEG": rb"\xff\xd8\xff",  # also MPO, several JPEGs in one file, as phones write: the first counts
        "PNG": rb"\x89PNG\r\n\x1a\n",
        "WEBP": rb"RIFF.{4}WEBP",
        "BMP": rb"BM",
        "TIFF": rb"II\*\0|MM\0\*",
        "GIF": rb"GIF8[79]a",
    }
)
"""Pillow's names of what is read -> how such files begin."""
SUFFIXES = (
    "jpg", "jpeg", "jpe", "jfif", "pjpeg", "pjp", "mpo", "png", "apng", "webp", "bmp", "dib", "tif", "tiff",
    "gif",
)  # fmt: skip
"""What such files are called. The content decides what they are; this says where to look for pictures."""
RAW_SUFFIXES = (
    "3fr", "arw", "cr2", "cr3", "crw", "dcr", "dng", "erf", "fff", "gpr", "iiq", "kdc", "mef", "mos", "mrw",
    "nef", "nrw", "orf", "pef", "raf", "raw", "rw2", "rwl", "sr2", "srf", "srw", "x3f",
)  # fmt: skip
"""What the raw files of cameras are called (ExifTool's list)."""
OTHER_SUFFIXES = (
    "heic", "heif", "avif", "jxl", "jp2", "j2k", "jpx", "jls", "psd", "svg", "ico", "exr", "hdr",
)  # fmt: skip
"""What pictures are called that are not read: looked at only to say what they are."""

_EXPORT = "export it as JPEG or PNG and upload that"
_FRAME = "save one frame of it as JPEG or PNG and upload that"
_OTHER = "choose another file"
_UNPACK = "unpack it and upload the pictures themselves"
RAW = f"a camera raw file, whose pixels have to be developed first: {_EXPORT}"

OTHERS: Mapping[bytes, str] = MappingProxyType(
    {
        # pictures that are not read here
        rb"II\+\0|MM\0\+": f"a BigTIFF, the kind of TIFF for files over 4 GB: {_EXPORT}",
        rb"\xff\x0a|\0\0\0\x0cJXL \r\n\x87\n": f"a JPEG XL picture: {_EXPORT}",
        rb"\xff\x4f\xff\x51|\0\0\0\x0cjP  \r\n\x87\n": f"a JPEG 2000 picture: {_EXPORT}",
        rb"II\xbc[\0\x01]": f"a JPEG XR picture: {_EXPORT}",
        rb".{4}ftyp.{,40}avi[fs]": "an AVIF picture: save it as JPEG or PNG and upload that",
        rb".{4}ftyp(hei|hev|mif1|msf1)": "a HEIC picture, as iPhones take them: share it as JPEG and upload that",
        rb"qoif": f"a QOI picture: {_EXPORT}",
        rb"DDS \x7c\0\0\0": f"a texture of a game (DDS): {_EXPORT}",
        rb"icns": f"an icon of macOS: {_EXPORT}",
        rb"\x0a[\0\x02-\x05]\x01[\x01\x02\x04\x08]": f"a PCX picture: {_EXPORT}",
        rb"\x01\xda[\0\x01][\x01\x02]\0[\x01-\x03]": f"a picture of Silicon Graphics (SGI, RGB): {_EXPORT}",
        rb"SIMPLE  =": f"a FITS file of a telescope: {_EXPORT}",
        rb"BPG\xfb": f"a BPG picture: {_EXPORT}",
        rb"(data:image/[\w.+-]{,20};base64,)?(iVBORw0KGg|/9j/[24]|R0lGOD[lds]|UklGR)|data:image/": "a picture "
        "written as text (Base64): turn it back into a file and upload that",
        rb"\x89PNG|\xc2\x89PNG|\xef\xbf\xbdPNG": "a PNG whose ends of lines were changed as if it were a text: "
        "download it again",
        rb"8BPS": f"a Photoshop document: {_EXPORT}",
        rb"gimp xcf": f"a GIMP document: {_EXPORT}",
        rb"v/1\x01|#\?(RADIANCE|RGBE)": f"a picture of high dynamic range: {_EXPORT}",
        rb"\0\0[\x01\x02]\0[\x01-\x40]\0": f"a Windows icon: {_EXPORT}",
        rb"P[1-7][ \t\r\n#]": f"a Netpbm picture (PBM, PGM, PPM or PAM): {_EXPORT}",
        rb".{128}DICM": f"a DICOM file of a medical scanner: {_EXPORT}",
        # raw files that are no plain TIFF; those that are one are told by their tags
        rb".{4}ftypcrx|II\x1a\0\0\0HEAPCCDR": RAW,  # Canon CR3, CRW
        rb"FUJIFILMCCD-RAW": RAW,  # RAF
        rb"IIR[OS]|MMOR": RAW,  # Olympus ORF
        rb"IIU\0": RAW,  # Panasonic RW2, Leica RWL
        rb"\0MR[MI]|FOVb": RAW,  # Minolta MRW, Sigma X3F
        # films
        rb".{4}ftyp|.{4}(moov|mdat|wide)": f"a video (MP4 or QuickTime): {_FRAME}",
        rb"\x1aE\xdf\xa3": f"a video (WebM or Matroska): {_FRAME}",
        rb"RIFF.{4}AVI ": f"a video (AVI): {_FRAME}",
        rb"\0\0\x01[\xba\xb3]|FLV\x01|OggS": f"a video: {_FRAME}",
        rb"ID3|fLaC|RIFF.{4}WAVE": f"a sound and no picture: {_OTHER}",
        # what a download leaves in the place of a picture
        LFS_POINTER: "a Git LFS pointer, a note in the place of "
        "the file itself: fetch that with “git lfs pull”, or press Download on the site, and upload it",
        rb"(\.\./){,9}(\.git)?/annex/objects/": "a git-annex pointer, a note in the place of the file "
        "itself: fetch that with “git annex get” and upload it",
        WEB_PAGE: "a web page, perhaps one that asks to log in, "
        "and not the picture on it: download the picture itself and upload that",
        # documents and archives
        rb"(?i:" + FIRST_TAG + rb"(svg|(\?xml|!--|!doctype svg).{,900}<svg))": "an SVG drawing, which has no pixels "
        "yet: export it as PNG and upload that",
        rb"(?i:" + FIRST_TAG + rb"\?xml)|[\s\xef\xbb\xbf]{,9}[{\[]\s*[\"{]": "a text of a program (XML or JSON), "
        "perhaps a server's answer in the place of a picture: download the picture itself and upload that",
        rb".{,900}%PDF-": "a PDF document: export its page as PNG, or take a screenshot, and upload that",
        rb"%!PS|\xc5\xd0\xd3\xc6": "a PostScript drawing, which has no pixels yet: export it as PNG and upload that",
        rb"PK\x03\x04|PK\x05\x06": f"a zip file (documents of office programs are too): {_UNPACK}",
        rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\x1f\x8b|BZh[1-9]|\xfd7zXZ\0|.{257}ustar": f"a packed archive: {_UNPACK}",
        rb"PAR1": "a Parquet file, a table and not one picture: upload it as a set, in “Transfer learning”, “Data”",
        rb"\x93NUMPY|\x89HDF\r\n": f"a file of arrays and not one picture: {_EXPORT}",
        rb"\0\x05\x16[\0\x07]": "what macOS notes beside a file, not the picture: upload the one whose name lacks “._”",
    }
)  # fmt: skip
"""How other files begin -> what they are and what to do, the narrower ones first."""

_FRAMES = dict.fromkeys((0xC3, 0xC7, 0xCB, 0xCF), "a lossless JPEG") | {0xF7: "a JPEG-LS picture"}
_FRAMES |= dict.fromkeys((0xC5, 0xC6, 0xCD, 0xCE), "a hierarchical JPEG")
_TIFF_MAKES_RAW = 50706  # DNGVersion
_SUBFILE, _PHOTOMETRIC, _MAKE, _SUBFILES = 254, 262, 271, 330
_WIDTH, _BITS, _SAMPLES, _SAMPLE_FORMAT = 256, 258, 277, 339
_MOST_BITS, _USUAL_BITS, _USUAL_SAMPLES = 64, 8, 4
_SENSOR = (32803, 34892)  # colour filter array, linear raw: PhotometricInterpretation in DNG 1.7 and TIFF/EP
_MOST_DIRECTORIES, _MOST_TAGS = 16, 500


def read_as(data: bytes) -> str | None:
    """Pillow's name for a file that begins as those do that are read here; else None."""
    return next((kind for kind, start in READ.items() if re.match(start, data, re.DOTALL)), None)


def named(data: bytes) -> str | None:
    """What a file is that is not read here and what to do, without a full stop; None where it is unknown, or is read.

    Only looks: the whole of it may be damaged all the same.
    """
    kind = read_as(data)
    if kind == "TIFF":
        return RAW if _is_raw(data) else None
    if kind == "JPEG":
        return _unusual_jpeg(data)
    if kind is not None:
        return None
    return next(
        (what for start, what in OTHERS.items() if re.match(start, data, re.DOTALL)),
        None,
    )


def unusual_tiff(data: bytes) -> str | None:
    """What a TIFF is whose pixels are of a kind that is not read here, without a full stop; None for a usual one."""
    tags = next(_directories(data), {})
    count, bits, kind = tags.get(_SAMPLES, 1), tags.get(_BITS, 1), tags.get(_SAMPLE_FORMAT, 1)
    if _WIDTH not in tags or not 1 <= bits <= _MOST_BITS or (bits <= _USUAL_BITS and count <= _USUAL_SAMPLES):
        return None
    numbers = {2: "whole numbers with a sign", 3: "floats"}.get(kind, "whole numbers")
    return (
        f"a TIFF whose pixels have {count:,} {'value' if count == 1 else 'values'} of {bits} bits each, {numbers}, "
        "which are not read here: save it as PNG with 8 bits a colour and upload that"
    )


def is_raw(data: bytes) -> bool:
    """Whether a file is a camera's raw file."""
    return named(data) == RAW


def _unusual_jpeg(data: bytes) -> str | None:
    """Kinds of JPEG that no browser shows, by the header of the frame (ITU-T T.81, table B.1)."""
    at = 2
    with suppress(IndexError):
        for _ in range(2_000):  # segments before the frame; files with more are refused elsewhere
            if data[at] != 0xFF:
                return None
            marker = data[at + 1]
            if marker == 0xFF:  # filling
                at += 1
                continue
            if marker in _FRAMES:
                return f"{_FRAMES[marker]}, as scanners and cameras write: {_EXPORT}"
            if 0xC0 <= marker <= 0xCE and marker not in (0xC4, 0xC8, 0xCC):
                bits = data[at + 4]
                return f"a JPEG of {bits} bits a colour, where usual ones have 8: {_EXPORT}" if bits == 12 else None
            if marker in (0xDA, 0xD9):
                return None
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


def _is_raw(data: bytes) -> bool:
    """Whether a TIFF is a camera's raw file, the first picture of which is only a preview."""
    if data[8:10] == b"CR" or data[8:12] == b"IIII":  # Canon CR2, Phase One IIQ
        return True
    first = True
    for tags in _directories(data):
        if (first and _TIFF_MAKES_RAW in tags) or tags.get(_PHOTOMETRIC) in _SENSOR:
            return True
        if first and tags.get(_SUBFILE, 0) & 1 and (_SUBFILES in tags or _MAKE in tags):
            return True  # the first picture is a smaller version of one further down: NEF, ARW, SRW
        first = False
    return False


def _directories(data: bytes) -> Iterator[Mapping[int, int]]:
    """The first value of each tag, directory by directory: the first, those below it, those after it (TIFF 6.0)."""
    order = "<" if data.startswith(b"II") else ">"
    wanted, seen = [int.from_bytes(data[4:8], "little" if order == "<" else "big")], set[int]()
    while wanted and len(seen) < _MOST_DIRECTORIES:
        start = wanted.pop(0)
        if start in seen:
            continue
        seen.add(start)
        tags: dict[int, int] = {}
        with suppress(struct.error):
            (entries,) = struct.unpack_from(order + "H", data, start)
            for at in range(start + 2, start + 2 + 12 * min(entries, _MOST_TAGS), 12):
                tag, kind, count = struct.unpack_from(order + "HHI", data, at)
                (elsewhere,) = struct.unpack_from(order + "I", data, at + 8)
                place = elsewhere if kind == 3 and count > 2 and elsewhere + 2 <= len(data) else at + 8
                (value,) = struct.unpack_from(order + ("H" if kind == 3 else "I"), data, place)
                tags[tag] = value
                if tag == _SUBFILES and 1 < count <= _MOST_DIRECTORIES:
                    wanted += struct.unpack_from(f"{order}{count}I", data, value)
                elif tag == _SUBFILES:
                    wanted.append(value)
            wanted += struct.unpack_from(order + "I", data, start + 2 + 12 * entries)
        yield tags
