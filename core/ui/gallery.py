"""The sample photographs as a row of pictures, each a way into a page."""

from __future__ import annotations

import streamlit as st

from core.images import fingerprint, shrink, to_jpeg
from core.samples import SAMPLES
from core.ui import cache

THUMBNAIL = (420, 280)  # pixels, all alike so that the row is even


@st.cache_data(max_entries=len(SAMPLES), show_spinner=False)
def _thumbnail(name: str) -> bytes:
    """A JPEG of the middle of a sample, filling `THUMBNAIL`."""
    data = SAMPLES[name].read()
    image = cache.opened(fingerprint(data), data).image
    width, height = THUMBNAIL
    scale = max(width / image.width, height / image.height)
    small = shrink(image, round(max(image.size) * scale))
    left, top = (small.width - width) // 2, (small.height - height) // 2
    return to_jpeg(small.crop((left, top, left + width, top + height)))


def sample_gallery(page: str, parameter: str) -> None:
    """Show all samples; the link below each opens a page with it.

    Args:
        page: file of the page, from the project's root.
        parameter: the query parameter that names the page's picture.
    """
    for column, name in zip(st.columns(len(SAMPLES)), SAMPLES, strict=True):
        column.image(_thumbnail(name), alt=f"Sample photograph: {name}", width="stretch")
        column.page_link(page, label=name, icon=":material/arrow_forward:", query_params={parameter: name})
