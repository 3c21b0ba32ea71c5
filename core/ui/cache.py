"""What is computed once and shared by all visitors, each under the sha256 of the picture's bytes.

Streamlit samples large arrays when it makes a cache key, so one changed pixel may go unnoticed: the key here is a
digest of all bytes, and arguments that begin with an underscore are not looked at. Every cache has a bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from PIL.Image import Image

from core.images import WORKING_SIDE, data_uri, decode, shrink, to_jpeg

DISPLAY_SIDE = 900  # pixels: about 100 kB as JPEG


@dataclass(frozen=True)
class Opened:
    """A decoded picture, no larger than anything needs it.

    Attributes:
        width: of the full picture, pixels.
        height: likewise.
        image: RGB, longest side at most `WORKING_SIDE`; shared, only to be read.
    """

    width: int
    height: int
    image: Image


@dataclass(frozen=True)
class Display:
    """What a page needs of a picture to show it.

    Attributes:
        width: of the full picture, pixels.
        height: likewise.
        uri: JPEG data URI, longest side at most `DISPLAY_SIDE`.
    """

    width: int
    height: int
    uri: str


# Few, since they are large and wanted only until the network has run and `display` has its small copy.
@st.cache_resource(max_entries=3, show_spinner=False)
def opened(digest: str, _data: bytes) -> Opened:  # noqa: ARG001, the key
    """Decode once; `digest` is the sha256 of the data.

    Raises:
        UserError: not a picture we take, see `core.images.decode`. Failures are not cached.
    """
    full = decode(_data)
    return Opened(full.width, full.height, shrink(full, WORKING_SIDE))


@st.cache_resource(max_entries=64, show_spinner=False)
def display(digest: str, _data: bytes) -> Display:
    """The small copy that goes to browsers; arguments and errors as for `opened`."""
    picture = opened(digest, _data)
    return Display(picture.width, picture.height, data_uri(to_jpeg(shrink(picture.image, DISPLAY_SIDE))))
