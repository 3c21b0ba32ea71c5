"""What is computed once and shared by all visitors, each under the sha256 of the picture's bytes.

Streamlit samples large arrays when it makes a cache key, so one changed pixel may go unnoticed: the key here is a
digest of all bytes, and arguments that begin with an underscore are not looked at. Every cache has a bound.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass

import streamlit as st
from PIL.Image import Image

from core.images import data_uri, decode, shrink, to_jpeg

NETWORK_SIDE = 2000  # pixels: more than any network here looks at, and 12 MB at the most
DISPLAY_SIDE = 900  # pixels: about 100 kB as JPEG, sent to the browser once a picture


@dataclass(frozen=True)
class Opened:
    """A decoded picture, no larger than anything needs it.

    Attributes:
        width: of the full picture, pixels.
        height: likewise.
        image: RGB, longest side at most `NETWORK_SIDE`; shared, only to be read.
        uri: JPEG data URI, longest side at most `DISPLAY_SIDE`.
    """

    width: int
    height: int
    image: Image
    uri: str


@st.cache_resource(max_entries=12, show_spinner=False)
def opened(digest: str, _data: bytes) -> Opened:  # noqa: ARG001, the key
    """Decode once; `digest` is the sha256 of the data.

    Raises:
        UserError: not a picture we take, see `core.images.decode`. Failures are not cached.
    """
    full = decode(_data)
    small = shrink(full, NETWORK_SIDE)
    return Opened(full.width, full.height, small, data_uri(to_jpeg(shrink(small, DISPLAY_SIDE))))


@st.cache_resource(max_entries=1, show_spinner=False)
def freeze_imports() -> None:
    """Once a process, after the heavy imports: take what they left out of the garbage collector's rounds.

    Full collections otherwise walk torch's hundreds of thousands of objects, about 240 ms each.
    """
    gc.collect()
    gc.freeze()
