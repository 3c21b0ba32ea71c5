"""Which picture of the ground truth each name in a file of detections, and each uploaded picture, belongs to.

Shown folded where names say it in full; where something had to be guessed the table is open, and what was guessed can
be chosen anew.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.detection.scoring.pairing import Match, pair
from core.figures.words import counted
from core.images import fingerprint
from core.ui.framework.show import escape_markdown
from core.ui.metrics.detection.shelf import FOUND, PICTURES, Shelf, choose
from core.ui.metrics.detection.source import KEY
from core.ui.pictures import Picture

_MOST_MENUS = 12
NONE = "none of them"


def of_pictures(own: Shelf) -> tuple[Match, ...]:
    """What each uploaded picture was understood as: by its name, by choice, or as the only one of each side."""
    names = [] if own.truth is None else own.truth.names
    found = []
    for picture in own.pictures:
        if picture.digest in own.chosen[PICTURES]:
            place = own.chosen[PICTURES][picture.digest]
            found.append(Match(picture.name, () if place is None else (place,)))
            continue
        match = pair([picture.name], names)[0]
        alone = len(names) == len(own.pictures) == 1 and not match.places
        found.append(Match(picture.name, (0,), guess=True) if alone else match)
    return tuple(found)


def placed(own: Shelf) -> dict[int, Picture]:
    """Place of a picture of the ground truth -> the uploaded one; where two mean one place, the earlier."""
    result: dict[int, Picture] = {}
    for picture, match in zip(own.pictures, of_pictures(own), strict=True):
        if match.place is not None:
            result.setdefault(match.place, picture)
    return result


def unclear(own: Shelf) -> tuple[str, ...]:
    """Sentences about uploaded pictures that may be several of the ground truth's, or are one that is there already."""
    told, seen = [], set[int]()
    names = [] if own.truth is None else own.truth.names
    for match in of_pictures(own):
        if len(match.places) > 1:
            possible = ", ".join(f'"{names[place][:60]}"' for place in match.places[:3])
            told.append(f'The picture "{match.name[:60]}" may be {possible}: choose below which it is.')
        elif match.place in seen:
            told.append(f'Two pictures are taken for "{names[match.place or 0][:60]}": choose below which each is.')
        elif match.place is not None:
            seen.add(match.place)
    return tuple(told)


def which(own: Shelf) -> None:
    """Draw the table, and the menus of what was guessed."""
    if own.truth is None:
        return
    boxes = () if own.placed is None else own.placed.matches
    pictures = of_pictures(own)
    if not boxes and not pictures:
        return
    names = own.truth.names
    asked = [(FOUND, match.name, match) for match in boxes if _doubtful(match, own.chosen[FOUND], match.name)]
    asked += [
        (PICTURES, picture.digest, match)
        for picture, match in zip(own.pictures, pictures, strict=True)
        if _doubtful(match, own.chosen[PICTURES], picture.digest) or not match.places
    ]
    guessed = sum(match.guess or not match.places for _, _, match in asked)
    with st.expander("Which picture is which", expanded=guessed > 0, icon=":material/rule:"):
        if guessed:
            st.caption(
                f"{counted(guessed, 'name was', 'names were')} not written as in the ground truth, and understood as "
                "below: choose another picture where that is wrong."
            )
        for part, key, match in asked[:_MOST_MENUS]:
            _menu(part, key, match, names)
        shown = [id(match) for _, _, match in asked[:_MOST_MENUS]]
        _table([match for match in (*boxes, *pictures) if id(match) not in shown], names)


def _doubtful(match: Match, chosen: dict[str, int | None], key: str) -> bool:
    return match.guess or key in chosen


def _menu(part: str, key: str, match: Match, names: Sequence[str]) -> None:
    widget = f"{KEY}_which_{part}_{fingerprint(repr((key, tuple(names))).encode())[:12]}"
    what = "Boxes for" if part == FOUND else "Picture"
    st.session_state[widget] = match.place
    st.selectbox(
        f"{what} “{escape_markdown(match.name[:60])}”",
        [None, *range(len(names))],
        key=widget,
        format_func=lambda place: NONE if place is None else names[place],
        on_change=choose,
        args=(part, key, widget),
        help="The picture of the ground truth that this belongs to.",
    )


def _table(matches: Sequence[Match], names: Sequence[str]) -> None:
    """The names that are clear, and those for whose menus there is no room."""
    if not matches:
        return
    rows = [(match.name, NONE if match.place is None else names[match.place]) for match in matches]
    st.dataframe(
        pd.DataFrame(rows, columns=["in your file", "in the ground truth"]),
        hide_index=True,
        height=min(220, 38 + 35 * len(rows)),
        key=f"{KEY}_which",
        alt="One row a name: which picture of the ground truth it was understood as",
    )
