"""Section "Kernels on a picture": a kernel, the picture before and after it, and the kernels of a network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import streamlit as st

from core.conv.kernels.classic import Array
from core.figures.conv import kernels as figures
from core.figures.conv.filtering import (
    EVEN_AREAS,
    Combination,
    Filtered,
    FilterSettings,
    code,
    even_area,
    filtered,
    spread,
)
from core.figures.conv.kernels import short
from core.images import shrink
from core.ui import cache
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.conv.kernels.controls import DEFAULTS, KEY, ChosenKernel, KernelSettings, controls
from core.ui.conv.kernels.network import network
from core.ui.pictures import Picture

SIDE = 640  # pixels of the copy that is filtered: about what two pictures side by side can show
TALLEST = 330  # CSS pixels, so that both pictures and the kernel are on the first screen
Answer = tuple[FilterSettings, Filtered]


def _pixels(picture: Picture, colour: bool) -> Array:
    """(H, W) or (H, W, 3), 0 to 255, of the copy that is filtered."""
    image = shrink(cache.opened(picture.digest, picture.data).image, SIDE)
    return np.asarray(image if colour else image.convert("L"), dtype=np.float32)


@st.cache_resource(max_entries=64, show_spinner=False)
def _filtered(digest: str, settings: FilterSettings, _picture: Picture) -> Filtered:  # noqa: ARG001, the key
    return filtered(_pixels(_picture, settings.colour), settings)


def _answer(asked: KernelSettings) -> Answer:
    settings = asked.read()
    return settings, _filtered(asked.picture.digest, settings, asked.picture)


def _width(found: Filtered) -> int:
    return min(SIDE, round(TALLEST * found.size[0] / found.size[1]))


def _before(asked: KernelSettings, answer: Answer) -> None:
    settings, found = answer
    st.markdown(f"**Before** · {found.size[0]} × {found.size[1]}")
    alt = f"{asked.picture.name} before filtering, {'colour' if settings.colour else 'grey'}"
    st.image(found.before, width=_width(found), alt=alt)


def _picture(asked: KernelSettings, answer: Answer) -> None:
    settings, found = answer
    before, after = st.columns(2, gap="small")
    with before:
        _before(asked, answer)
    with after:
        st.markdown(f"**After** · {settings.title}, {found.places[0]} × {found.places[1]}")
        how = settings.shown if settings.pair is Combination.ALONE else settings.pair
        alt = f"{asked.picture.name} after the kernel {settings.kernel.name}, {how}"
        st.image(found.after, width=_width(found), alt=alt)


def _kernel(settings: FilterSettings, note: str = "") -> None:
    kernel = settings.kernel
    height, width = kernel.values.shape
    divided = f", each divided by {short(kernel.divisor)}" if kernel.divisor != 1 else ""
    st.markdown(f"**{kernel.name}**, {height} × {width}{divided}. {note}")


def _grid(settings: FilterSettings) -> None:
    show_drawing(figures.kernel_grid(settings.kernel.values, settings.kernel.name), key=f"{KEY}_grid")


def _question(asked: KernelSettings, answer: Answer) -> None:
    before, grid = st.columns(2, gap="small")
    with before:
        _before(asked, answer)
    with grid:
        _kernel(answer[0])
        _grid(answer[0])
    st.markdown("**What will the result look like?** Draw it, or say what happens to edges and to even areas.")


def _numbers(asked: KernelSettings, answer: Answer) -> None:
    """The kernel, its sum and what that means, the range of the result, and files to take away."""
    settings, found = answer
    grid, words = st.columns([2, 3], gap="medium")
    with grid:
        _grid(settings)
    with words:
        _kernel(settings, settings.kernel.note)
        st.markdown(even_area(settings.kernel)[1])
        st.markdown(spread(settings, found))
        stem = f"{Path(asked.picture.name).stem}-{settings.file_name}"

        def program() -> str:
            return code(_pixels(asked.picture, settings.colour), settings)

        with st.container(horizontal=True):
            ui.download("Picture", lambda: found.after, f"{stem}.jpg", "The filtered picture as it is shown.")
            about = "Filters a corner of the picture; its assertions hold."
            ui.download("PyTorch code", program, f"{stem}.py", about)


section = ui.Section(
    key=KEY,
    controls=controls,
    defaults=DEFAULTS,
    answer=_answer,
    first=lambda asked: replace(asked, chosen=ChosenKernel()),
    picture=_picture,
    numbers=_numbers,
    after=lambda asked: network(asked.picture),
    guesses=(
        ui.Guess(
            "An area of one even grey becomes",
            "Look at what the kernel's entries add up to.",
            lambda answer: even_area(answer[0].kernel)[0],
            options=EVEN_AREAS,
        ),
    ),
    question=_question,
    signature=lambda asked: (asked.picture.digest, asked.chosen, asked.pair, asked.result),
    help="conv/kernels",
)
