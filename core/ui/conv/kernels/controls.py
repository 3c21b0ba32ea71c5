"""Controls of the section "Kernels on a picture"."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.conv.kernels.classic import KERNELS, PAIRS, Kernel, Padding, own
from core.figures.conv.filtering import Combination, FilterSettings
from core.figures.conv.kernels import Shown
from core.ui import framework as ui
from core.ui.conv.kernels.network import DEFAULTS as NETWORK
from core.ui.conv.own_kernel import kernel_text, show_refused
from core.ui.pictures import Picture, choose_picture

KEY = "conv_pic"
OWN = "Your own"
GREY, COLOUR = "grey", "each colour channel"
PADDINGS = {"zeros": Padding.ZERO, "the edge repeated": Padding.REPLICATE, "the picture mirrored": Padding.REFLECT}
_FOLD = "Colour, padding, stride, strength"


@dataclass(frozen=True)
class ChosenKernel:
    """Which kernel."""

    filter: str = ui.choice(
        "Kernel",
        (*KERNELS, OWN),
        "Sobel x",
        "The numbers that are laid on each pixel and its neighbours, multiplied and added up.",
    )
    divide: bool = ui.tick(
        "Divide by the sum",
        "The entries then add up to 1, so the picture keeps its brightness.",
        when=lambda chosen: chosen["filter"] == OWN,
    )
    kernel: str = kernel_text(KEY, KERNELS["Sobel x"].text, when=lambda chosen: chosen["filter"] == OWN)


@dataclass(frozen=True)
class Gradient:
    """What is shown of a kernel that has a partner."""

    pair: Combination = ui.choice("Result", tuple(Combination), Combination.ALONE, "")


@dataclass(frozen=True)
class Result:
    """How the result is made and shown."""

    shown: Shown = ui.choice(
        "Show the numbers as",
        tuple(Shown),
        Shown.ABSOLUTE,
        "A result may be below 0 or above 255. Signed: blue below zero, orange above it.",
    )
    channels: str = ui.segments(
        "Channels", (GREY, COLOUR), GREY, "The picture in grey, or red, green and blue one after the other.", fold=_FOLD
    )
    padding: str = ui.choice(
        "Padding", tuple(PADDINGS), "the edge repeated", "What stands beyond the edge of the picture.", fold=_FOLD
    )
    stride: int = ui.whole(
        "Stride",
        1,
        16,
        1,
        "Pixels from one place to the next: with 2 the result is half as wide and half as high.",
        fold=_FOLD,
    )
    strength: float = ui.slider(
        "Strength", 0.25, 8.0, 1.0, 0.25, "What the result is multiplied by before it is shown.", fold=_FOLD
    )


DEFAULTS = ui.defaults(ChosenKernel, KEY) | ui.defaults(Gradient, KEY) | ui.defaults(Result, KEY) | NETWORK


@dataclass(frozen=True)
class KernelSettings:
    """What the controls ask for."""

    picture: Picture
    chosen: ChosenKernel
    pair: Combination
    result: Result

    def read(self) -> FilterSettings:
        """The same with the kernel's numbers.

        Raises:
            UserError: the visitor's text is no kernel.
        """
        chosen, result, alone = self.chosen, self.result, self.pair is Combination.ALONE
        kernel = own(chosen.kernel, divide=chosen.divide) if chosen.filter == OWN else KERNELS[chosen.filter]
        colour = alone and result.channels == COLOUR
        return FilterSettings(
            kernel, self.pair, result.shown, colour, PADDINGS[result.padding], result.stride, result.strength
        )


def controls() -> KernelSettings:
    """Draw them."""
    picture = choose_picture("conv_picture")
    chosen, pair = ui.draw(ChosenKernel, KEY), Combination.ALONE
    show_refused(KEY)
    if chosen.filter != OWN:
        _edit_button(KERNELS[chosen.filter])
    if partners := PAIRS.get(chosen.filter):
        about = f"{partners[0]} and {partners[1]} together are the gradient: how steep, and which way."
        pair = ui.draw(Gradient, KEY, pair={"help": about}).pair
    off = {"disabled": pair is not Combination.ALONE}
    return KernelSettings(picture, chosen, pair, ui.draw(Result, KEY, shown=off, channels=off))


def _edit_button(kernel: Kernel) -> None:
    st.button(
        "Edit this kernel",
        icon=":material/edit:",
        type="tertiary",
        key=f"{KEY}_edit",
        on_click=ui.reset,
        args=({f"{KEY}_filter": OWN, f"{KEY}_kernel": kernel.text, f"{KEY}_divide": kernel.divisor != 1},),
        help="Copies its numbers into a text box, where you can change them.",
    )
