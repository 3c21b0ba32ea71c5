"""Section "Kernels on a picture": a kernel, the picture before and after it, and the kernels of a network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st
from PIL import Image

from core.conv.kernels.classic import KERNELS, PAIRS, Array, Kernel, Padding, correlate, gradient
from core.conv.kernels.code import Slope, to_code
from core.errors import UserError
from core.figures.conv import kernels as figures
from core.figures.conv.kernels import Shown, short
from core.images import shrink, to_jpeg
from core.ui import cache
from core.ui.components.drawing import show_drawing
from core.ui.conv.kernels_network import DEFAULTS as NETWORK
from core.ui.conv.kernels_network import network
from core.ui.conv.own_kernel import own_kernel
from core.ui.conv.predict import revealed
from core.ui.framework.layout import panes
from core.ui.framework.predict import hides
from core.ui.framework.show import download, problem, reset, reset_button
from core.ui.pictures import Picture, choose_picture

KEY = "conv_pic"
SIDE = 640  # pixels of the copy that is filtered: about what two pictures side by side can show
TALLEST = 330  # CSS pixels, so that both pictures and the kernel are on the first screen
OWN = "Your own"
GREY, COLOUR = "grey", "each colour channel"
PADDINGS = {"zeros": Padding.ZERO, "the edge repeated": Padding.REPLICATE, "the picture mirrored": Padding.REFLECT}
ALONE, MAGNITUDE, DIRECTION = "this kernel alone", "magnitude of the gradient", "direction of the gradient"
DEFAULTS: dict[str, str | float | int | bool | None] = {
    f"{KEY}_filter": "Sobel x",
    f"{KEY}_kernel": KERNELS["Sobel x"].text,
    f"{KEY}_divide": False,
    f"{KEY}_pair": ALONE,
    f"{KEY}_shown": Shown.ABSOLUTE.value,
    f"{KEY}_channels": GREY,
    f"{KEY}_padding": "the edge repeated",
    f"{KEY}_stride": 1,
    f"{KEY}_strength": 1.0,
    **NETWORK,
}


@dataclass(frozen=True)
class Wish:
    """What is to be done to the picture.

    Attributes:
        kernel: laid on the picture.
        pair: alone, or with its partner.
        shown: what becomes of signed numbers.
        colour: each channel for itself, else the picture in grey.
        padding: beyond the edge.
        stride: pixels.
        strength: what the result is multiplied by before it is shown.
    """

    kernel: Kernel
    pair: str
    shown: Shown
    colour: bool
    padding: Padding
    stride: int
    strength: float


@dataclass(frozen=True)
class Filtered:
    """Pictures to show, and the range of the numbers behind the second.

    Attributes:
        before, after: JPEG files of one size.
        size: (width, height) of both, pixels.
        places: (width, height) of the result, smaller with a stride.
        low, high: least and largest number of the result.
        outside: share of them below 0 or above 255.
    """

    before: bytes
    after: bytes
    size: tuple[int, int]
    places: tuple[int, int]
    low: float
    high: float
    outside: float


def _pixels(picture: Picture, colour: bool) -> Array:
    """(H, W) or (H, W, 3), 0 to 255, of the copy that is filtered."""
    image = shrink(cache.opened(picture.digest, picture.data).image, SIDE)
    return np.asarray(image if colour else image.convert("L"), dtype=np.float32)


def _result(pixels: Array, wish: Wish) -> tuple[Array, Image.Image]:
    """The numbers of the result, and they as a picture."""

    def apply(kernel: Kernel) -> Array:
        return correlate(pixels, kernel.values, padding=wish.padding, stride=wish.stride)

    if wish.pair == ALONE:
        values = apply(wish.kernel)
        return values, figures.result_picture(values, wish.shown, wish.strength)
    across, down = (KERNELS[name] for name in PAIRS[wish.kernel.name])
    magnitude, direction = gradient(apply(across), apply(down))
    if wish.pair == DIRECTION:
        return direction, figures.direction_picture(magnitude, direction, wish.strength)
    return magnitude, figures.result_picture(magnitude, Shown.CLIPPED, wish.strength)


@st.cache_resource(max_entries=64, show_spinner=False)
def _filtered(digest: str, wish: Wish, _picture: Picture) -> Filtered:  # noqa: ARG001, the key
    pixels = _pixels(_picture, wish.colour)
    values, image = _result(pixels, wish)
    before = Image.fromarray(pixels.astype(np.uint8))
    return Filtered(
        before=to_jpeg(before),
        after=to_jpeg(figures.enlarge(image, before.size), quality=90),
        size=before.size,
        places=image.size,
        low=float(values.min()),
        high=float(values.max()),
        outside=float(((values < 0) | (values > 255)).mean()),
    )


def _edit(kernel: Kernel) -> None:
    """Callback: put a classic kernel into the text box."""
    divide = kernel.divisor != 1
    reset({f"{KEY}_filter": OWN, f"{KEY}_kernel": kernel.text, f"{KEY}_divide": divide})


def _controls() -> tuple[Picture, Wish]:
    picture = choose_picture("conv_picture")
    name = st.selectbox(
        "Kernel",
        [*KERNELS, OWN],
        index=list(KERNELS).index(str(DEFAULTS[f"{KEY}_filter"])),
        key=f"{KEY}_filter",
        bind="query-params",
        help="The numbers that are laid on each pixel and its neighbours, multiplied and added up.",
    )
    if name == OWN:
        divide = st.checkbox(
            "Divide by the sum",
            key=f"{KEY}_divide",
            bind="query-params",
            help="The entries then add up to 1, so the picture keeps its brightness.",
        )
        kernel = own_kernel(f"{KEY}_kernel", str(DEFAULTS[f"{KEY}_kernel"]), divide=divide)
    else:
        kernel = KERNELS[name]
        st.button(
            "Edit this kernel",
            icon=":material/edit:",
            type="tertiary",
            key=f"{KEY}_edit",
            on_click=_edit,
            args=(kernel,),
            help="Copies its numbers into a text box, where you can change them.",
        )
    pair = ALONE
    if name in PAIRS:
        pair = st.selectbox(
            "Result",
            [ALONE, MAGNITUDE, DIRECTION],
            key=f"{KEY}_pair",
            bind="query-params",
            help=f"{PAIRS[name][0]} and {PAIRS[name][1]} together are the gradient: how steep, and which way.",
        )
    shown = st.selectbox(
        "Show the numbers as",
        [str(option) for option in Shown],
        key=f"{KEY}_shown",
        bind="query-params",
        disabled=pair != ALONE,
        help="A result may be below 0 or above 255. Signed: blue below zero, vermilion above it.",
    )
    with st.expander("Colour, padding, stride, strength", icon=":material/tune:"):
        channels = st.segmented_control(
            "Channels",
            [GREY, COLOUR],
            default=GREY,
            required=True,
            key=f"{KEY}_channels",
            bind="query-params",
            disabled=pair != ALONE,
            help="The picture in grey, or red, green and blue one after the other.",
        )
        padding = st.selectbox(
            "Padding",
            list(PADDINGS),
            index=1,
            key=f"{KEY}_padding",
            bind="query-params",
            help="What stands beyond the edge of the picture.",
        )
        stride = st.number_input(
            "Stride",
            1,
            16,
            1,
            key=f"{KEY}_stride",
            bind="query-params",
            help="Pixels from one place to the next: with 2 the result is half as wide and half as high.",
        )
        strength = st.slider(
            "Strength",
            0.25,
            8.0,
            1.0,
            0.25,
            key=f"{KEY}_strength",
            bind="query-params",
            help="What the result is multiplied by before it is shown.",
        )
    reset_button(f"{KEY}_reset", DEFAULTS)
    colour = channels == COLOUR and pair == ALONE
    wish = Wish(kernel, pair, Shown(shown), colour, PADDINGS[padding], int(stride), float(strength))
    return picture, wish


def _answered(picture: Picture, wish: Wish) -> tuple[Wish, Filtered] | None:
    """The filtered picture; where there can be none, why not, and the last one of this picture."""
    memory = f"{KEY}_last"
    try:
        done = _filtered(picture.digest, wish, picture)
    except UserError as error:
        problem(error)
        last: tuple[str, Wish] | None = st.session_state.get(memory)
        if last is None or last[0] != picture.digest:
            return None
        return last[1], _filtered(picture.digest, last[1], picture)
    st.session_state[memory] = (picture.digest, wish)
    return wish, done


def _meaning(total: float) -> tuple[str, str]:
    """What an even grey area becomes, in a word to guess and in a sentence."""
    if abs(total) < 1e-6:
        return "black (0)", "an even area becomes **0**: the kernel removes brightness and keeps changes."
    if abs(total - 1) < 1e-6:
        return "the same grey", "an even area stays **as bright as it was**."
    if total < 0:
        return "negative", "an even area becomes **negative**."
    word = "brighter" if total > 1 else "darker"
    return word, f"an even area becomes **{short(total)} times** as bright."


def _show_answer(question: object) -> None:
    state = st.session_state
    state[f"{KEY}_shown_answer_shown"] = question
    state[f"{KEY}_guessed"] = state.get(f"{KEY}_guess")  # Streamlit forgets it with its widget


def _hide_answer() -> None:
    st.session_state.pop(f"{KEY}_shown_answer_shown", None)


def _ask(question: object) -> None:
    """In the place of the result: a guess, and the button that shows it."""
    with st.container(border=True):
        st.markdown("**What will the result look like?** Draw it, or say what happens to edges and to even areas.")
        st.segmented_control(
            "An area of one even grey becomes",
            ["black (0)", "the same grey", "brighter", "darker", "negative"],
            key=f"{KEY}_guess",
            help="Look at what the kernel's entries add up to.",
        )
        st.button(
            "Show the result",
            type="primary",
            icon=":material/visibility:",
            key=f"{KEY}_reveal",
            on_click=_show_answer,
            args=(question,),
            help="Show the filtered picture and what the sum of the kernel means.",
        )


def section() -> None:
    """Draw the section."""
    hidden = hides(KEY)
    controls, result, numbers = panes()
    with controls:
        picture, wish = _controls()
    with result:
        answered = _answered(picture, wish)
        if answered is not None:
            wish, done = answered
            question = (picture.digest, wish)
            shown = revealed(f"{KEY}_shown_answer", hidden, question)
            _before_and_after(picture, wish, done, question, shown)
            with numbers:
                _numbers(picture, wish, done, hidden, shown)
    network(picture)
    _explain()


def _before_and_after(picture: Picture, wish: Wish, done: Filtered, question: object, shown: bool) -> None:
    width = min(SIDE, round(TALLEST * done.size[0] / done.size[1]))
    before, after = st.columns(2, gap="small")
    with before:
        st.markdown(f"**Before** · {done.size[0]} × {done.size[1]}")
        st.image(
            done.before, width=width, alt=f"{picture.name} before filtering, {'colour' if wish.colour else 'grey'}"
        )
    with after:
        name = wish.kernel.name if wish.pair == ALONE else wish.pair.capitalize()
        st.markdown(f"**After** · {name}, {done.places[0]} × {done.places[1]}")
        if shown:
            how = wish.shown if wish.pair == ALONE else wish.pair
            st.image(done.after, width=width, alt=f"{picture.name} after the kernel {wish.kernel.name}, {how}")
        else:
            _ask(question)


def _numbers(picture: Picture, wish: Wish, done: Filtered, hidden: bool, shown: bool) -> None:
    """The kernel, its sum and what that means, the range of the result, and files to take away."""
    grid, words = st.columns([2, 3], gap="medium")
    values = wish.kernel.values
    with grid:
        show_drawing(figures.kernel_grid(values, wish.kernel.name), key=f"{KEY}_grid")
    with words:
        total = float(values.sum())
        note = wish.kernel.note if shown else ""
        divided = f", each divided by {short(wish.kernel.divisor)}" if wish.kernel.divisor != 1 else ""
        st.markdown(f"**{wish.kernel.name}**, {values.shape[0]} × {values.shape[1]}{divided}. {note}")
        if not shown:
            return
        word, sentence = _meaning(total)
        if hidden and (guess := st.session_state.get(f"{KEY}_guessed")):
            st.markdown(":green[:material/check:] As guessed:" if guess == word else f"Guessed *{guess}*, but:")
        st.markdown(f"Its entries add up to **{short(total)}**: {sentence}")
        if wish.pair == DIRECTION:
            st.markdown("Hue is the direction towards the brighter side: red →, green ↓, cyan ←, violet ↑.")
        else:
            st.markdown(
                f"The result runs from **{short(done.low)}** to **{short(done.high)}**; {done.outside:.0%} of it is "
                "outside 0…255."
            )
        _downloads(picture, wish, done)
        if hidden:
            st.button(
                "Ask again",
                key=f"{KEY}_again",
                icon=":material/visibility_off:",
                on_click=_hide_answer,
                help="Hide the answers again.",
            )


def _downloads(picture: Picture, wish: Wish, done: Filtered) -> None:
    what = wish.kernel.name if wish.pair == ALONE else f"{wish.kernel.name.split()[0]} {wish.pair.split()[0]}"
    stem = f"{Path(picture.name).stem}-{what.lower().replace(' ', '-').replace('×', 'x')}"

    def code() -> str:
        pixels = _pixels(picture, wish.colour)
        if wish.pair == ALONE:
            return to_code(wish.kernel, pixels, wish.padding, wish.stride)
        across, down = (KERNELS[name] for name in PAIRS[wish.kernel.name])
        slope = Slope.DIRECTION if wish.pair == DIRECTION else Slope.MAGNITUDE
        return to_code((across, down), pixels, wish.padding, wish.stride, slope)

    with st.container(horizontal=True):
        download("Picture", lambda: done.after, f"{stem}.jpg", "image/jpeg", "The filtered picture as it is shown.")
        download("PyTorch code", code, f"{stem}.py", "text/x-python", "Filters a corner of the picture; asserts hold.")


def _explain() -> None:
    with st.expander("How this works", icon=":material/school:"):
        st.latex(r"y_{ij} = \sum_{u}\sum_{v} k_{uv}\; x_{i+u,\,j+v}")
        st.markdown(
            "1. The kernel is laid on a pixel and its neighbours; each number is multiplied with the pixel under it, "
            "and the **sum** is the new pixel. Then it moves on by the stride.\n"
            "2. That is a **correlation**. The convolution of a mathematics textbook turns the kernel by 180° first; "
            "networks do not, because they learn the kernel and would learn it turned.\n"
            "3. What the entries **add up to** is what an even area is multiplied by: 1 keeps brightness (blur, "
            "sharpen), 0 removes it (edges).\n"
            "4. At the **edge** of the picture the kernel needs pixels that do not exist. Zeros make a dark frame, "
            "which an edge kernel then finds.\n"
            f"5. The picture is filtered at {SIDE} pixels at most. A network does the same, with kernels that it "
            "learned, over all channels at once, and adds the channels up."
        )
