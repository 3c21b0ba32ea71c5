"""Pieces of LaTeX: fractions, sums, numbers, names of classes that cannot be commands."""

from __future__ import annotations

from collections.abc import Sequence

from core.figures.metrics.scores import UNDEFINED, amount, three
from core.metrics.scores import Array

COUNTS_AS = r"\to"
"""Between 0/0 and what it is to count as."""

_MOST_TERMS = 3  # of a sum that is written out; of more the first two and the last
_LONGEST_NAME = 12
_TEXT = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    **{char: f"\\{char}" for char in "{}$&#_%"},
}


def escaped(name: str) -> str:
    """The name of a class for LaTeX's text mode: nothing in it is a command, and it is short."""
    word = " ".join("".join(char if char.isprintable() else " " for char in name).split())
    if len(word) > _LONGEST_NAME:
        word = word[: _LONGEST_NAME - 1] + "…"
    return rf"\text{{{''.join(_TEXT.get(char, char) for char in word)}}}"


def aligned(*lines: tuple[str, str], small: bool = False) -> str:
    """Equations below each other, narrow enough for a telephone."""
    rows = r" \\[8pt] ".join(f"{left} &= {right}" for left, right in lines)
    # without the strut the browser cuts the first fraction's top, without the space it offers to scroll by a pixel
    size = r"\footnotesize" if small else ""
    return rf"{size}\begin{{aligned}}\rule{{0pt}}{{1.8em}}{rows}\end{{aligned}}\;"


def add_up(terms: Sequence[str]) -> str:
    """A sum, its middle left out where it is long."""
    if len(terms) <= _MOST_TERMS:
        return " + ".join(terms) or "0"
    return rf"{terms[0]} + {terms[1]} + \cdots + {terms[-1]}"


def frac(above: str, below: str) -> str:
    """A fraction."""
    return rf"\frac{{{above}}}{{{below}}}"


def number(value: float | Array) -> str:
    """A score, three decimals."""
    return _latex(three(float(value)))


def count(value: float) -> str:
    """A count with thousands separators."""
    return _latex(amount(float(value)))


def _latex(text: str) -> str:
    """A shown number in LaTeX: no space after the thousands' comma."""
    if text == UNDEFINED:
        return r"\text{undefined}"
    return text.replace(",", "{,}").replace("−", "-").replace("∞", r"\infty")


def bold(value: float) -> str:
    """A score that is the result."""
    text = _latex(three(value))
    return text if text.startswith("\\") else rf"\mathbf{{{text}}}"
