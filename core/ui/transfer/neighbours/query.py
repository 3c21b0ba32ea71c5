"""The query: one of the set's pictures, by number, by chance or by a click, or a picture of the visitor's own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
from PIL.Image import Image

from core.errors import UserError
from core.figures.transfer.contact import contact, index_at
from core.figures.transfer.neighbours import described
from core.images import decode, fingerprint, shrink
from core.transfer.data.image_set import ImageSet, Indices, Split
from core.transfer.data.square_crop import to_square
from core.transfer.features.extract import Features, Matrix, extract
from core.ui.components.drawing import show_drawing
from core.ui.framework.show import code, problem, whole_number
from core.ui.pictures import FORMATS, MEGABYTES
from core.ui.transfer.backbones import backbone
from core.ui.transfer.desk import desk
from core.ui.transfer.neighbours.state import FROM, KEY, OWN, QUERY, SET, Shown, ask_for

PAGE = 60
"""Pictures on one page of the album."""
ALBUM_COLUMNS = 12
_SIDE = 512  # longest side at which a picture of one's own is kept
_HELD, _PROBLEM, _FILE = f"{KEY}_held", f"{KEY}_problem", f"{KEY}_file"


@dataclass(frozen=True, eq=False)
class OwnPicture:
    """A picture that the visitor uploaded.

    Attributes:
        name: of the file.
        digest: sha256 of the file.
        image: RGB, small.
    """

    name: str
    digest: str
    image: Image


def choose_query(shown: Shown, *, own: bool = True) -> OwnPicture | None:
    """Draw the controls; None: the query is a picture of the set, see `query_index`.

    Args:
        shown: what the section works on.
        own: whether to offer a picture of one's own.
    """
    state, most = st.session_state, len(shown.pool)
    if (state.get(QUERY) or 1) > most:
        state[QUERY] = 1
    number, chance = st.columns([3, 1], vertical_alignment="bottom", gap="small")
    with number:
        whole_number(
            "Query",
            1,
            most,
            1,
            QUERY,
            f"Number of the picture whose neighbours are wanted, 1 to {most:,}. Or click one.",
        )
    with chance:
        st.button(
            "",
            icon=":material/shuffle:",
            key=f"{KEY}_chance",
            on_click=_by_chance,
            args=(shown.pool,),
            help="Another picture, drawn at random.",
        )
    if not own:
        return None
    with st.expander("A picture of your own", icon=":material/upload:"):
        st.file_uploader(
            "A picture of your own",
            FORMATS,
            max_upload_size=MEGABYTES,
            key=_FILE,
            on_change=_uploaded,
            label_visibility="collapsed",
            help="It is cut to a square, sent through the network once, and forgotten when you close the page.",
        )
    if _PROBLEM in state:
        st.error(state[_PROBLEM], icon=":material/error:")
    held: OwnPicture | None = desk().shown.get(_HELD)
    if held is None:
        return None
    source = st.segmented_control(
        "Query from", (SET, OWN), default=OWN, required=True, key=FROM, help="Which of the two is the query."
    )
    return held if source == OWN else None


def _by_chance(pool: Indices) -> None:
    ask_for(pool, int(np.random.default_rng().choice(pool)))


def _uploaded() -> None:
    """The uploader changed: take the picture, or say what is wrong with it and keep the one before."""
    state = st.session_state
    state.pop(_PROBLEM, None)
    file = state[_FILE]
    if file is None:
        desk().shown.pop(_HELD, None)
        state[FROM] = SET
        return
    data = file.getvalue()
    try:
        image = shrink(decode(data), _SIDE)
    except UserError as error:
        state[_PROBLEM] = f"{code(file.name)}: {error}"
        return
    desk().shown[_HELD], state[FROM] = OwnPicture(file.name, fingerprint(data), image), OWN


def features_of_own(shown: Shown, own: OwnPicture) -> tuple[ImageSet, Matrix] | None:
    """The picture as a set of one, and its (D,) features; None where they cannot be had, which is then said."""
    held: dict[object, tuple[ImageSet, Matrix]] = desk().shown.setdefault(f"{KEY}_own_features", {})
    key = (own.digest, shown.subject.key)
    if key not in held:
        try:
            with st.spinner("Sending your picture through the network…"):
                held[key] = _through_the_network(shown, own)
        except UserError as error:
            problem(error)
            return None
        while len(held) > 4:
            del held[next(iter(held))]
    return held[key]


def _through_the_network(shown: Shown, own: OwnPicture) -> tuple[ImageSet, Matrix]:
    subject = shown.subject
    square = to_square(own.image, subject.images.side)[None]
    alone = ImageSet(
        own.name,
        own.digest,
        square,
        np.zeros(1, np.int64),
        ("unknown",),
        np.full(1, Split.TRAIN, np.int64),
        (own.name,),
        "A picture of your own.",
        own=True,
    )
    network = backbone(subject.backbone, subject.trained)
    found: Features = extract(
        alone,
        np.zeros(1, np.int64),
        subject.backbone,
        trained=subject.trained,
        size=subject.size,
        report=lambda _fraction, _text: None,
        model=network,
    )
    return alone, found.values[0]


def album(shown: Shown) -> None:
    """All pictures, folded, a page at a time; a click makes one the query."""
    with st.expander("All pictures", icon=":material/photo_library:", key=f"{KEY}_album", on_change="rerun") as folded:
        if not folded.open:
            return
        pages = -(-len(shown.pool) // PAGE)
        page = 1
        if pages > 1:
            page = int(
                st.number_input(
                    f"Page of {pages:,}", 1, pages, 1, key=f"{KEY}_page_{pages}", help=f"{PAGE} pictures a page."
                )
                or 1
            )
        order = shown.pool[np.argsort(shown.labels, kind="stable")]
        pool, indices = shown.pool, order[(page - 1) * PAGE : page * PAGE]

        def picked(row: int, column: int) -> None:
            index = index_at(row, column, ALBUM_COLUMNS, len(indices))
            if index is not None:
                ask_for(pool, int(indices[index]))

        tips = [described(shown.images, int(index)) for index in indices]
        sheet = contact(
            shown.images.images[indices],
            f"{len(indices)} pictures of training and validation, class by class",
            columns=ALBUM_COLUMNS,
            tips=tips,
            clickable=True,
            tallest="300vh",
        )
        show_drawing(sheet, f"{KEY}_album_sheet", picked)
        st.caption("Training and validation pictures, class by class; click one. Test pictures stay locked.")
