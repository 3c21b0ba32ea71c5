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
from core.transfer.data.image_set import ImageSet, Indices
from core.transfer.features.extract import Matrix
from core.transfer.features.feature_space import FeatureSpace, embedded
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.framework.unsaved import Kind, holds
from core.ui.pictures import FORMATS, MEGABYTES
from core.ui.transfer.backbones import backbone
from core.ui.transfer.neighbours.controls import Query
from core.ui.transfer.neighbours.state import FROM, KEY, OWN, SET, ask_for

PAGE, COLUMNS = 60, 12
"""Pictures on one page of the album, and in a row of it."""
_SIDE = 512  # longest side at which a picture of one's own is saved
_UPLOADED, _PROBLEM, _FILE = f"{KEY}_uploaded", f"{KEY}_problem", f"{KEY}_file"


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


def choose_query(space: FeatureSpace, *, own: bool = True) -> OwnPicture | None:
    """Draw the controls; None: the query is a picture of the set, see `query_index`.

    Args:
        space: what the section works on.
        own: whether to offer a picture of one's own.
    """
    most = len(space.pool)
    number, chance = st.columns([3, 1], vertical_alignment="bottom", gap="small")
    with number:
        says = f"Number of the picture whose neighbours are wanted, 1 to {most:,}. Or click one."
        ui.draw(Query, KEY, query={"max_value": most, "help": says})
    with chance:
        says = "Another picture, drawn at random."
        st.button(
            "", icon=":material/shuffle:", key=f"{KEY}_chance", on_click=_by_chance, args=(space.pool,), help=says
        )
    if not own:
        return None
    with st.expander("A picture of your own", icon=":material/upload:"):
        st.file_uploader(
            "A picture of your own", FORMATS, max_upload_size=MEGABYTES, key=_FILE, on_change=_take_upload,
            label_visibility="collapsed",
            help="It is cut to a square, sent through the network once, and forgotten when you close the page.",
        )  # fmt: skip
    if _PROBLEM in st.session_state:
        st.error(st.session_state[_PROBLEM], icon=":material/error:")
    uploaded: OwnPicture | None = ui.session().shown.get(_UPLOADED)
    if uploaded is None:
        return None
    says = "Which of the two is the query."
    source = st.segmented_control("Query from", (SET, OWN), default=OWN, required=True, key=FROM, help=says)
    return uploaded if source == OWN else None


def _by_chance(pool: Indices) -> None:
    ask_for(pool, int(np.random.default_rng().choice(pool)))


@holds(Kind.PICTURES)
def _has_upload() -> bool:
    return _UPLOADED in ui.session().shown


def _take_upload() -> None:
    """The uploader changed: take the picture, or say what is wrong with it and keep the one before."""
    state, shown = st.session_state, ui.session().shown
    state.pop(_PROBLEM, None)
    file = state[_FILE]
    if file is None:
        shown.pop(_UPLOADED, None)
        state[FROM] = SET
        return
    data = file.getvalue()
    try:
        image = shrink(decode(data), _SIDE)
    except UserError as error:
        state[_PROBLEM] = f"{ui.code(file.name)}: {error}"
        return
    shown[_UPLOADED], state[FROM] = OwnPicture(file.name, fingerprint(data), image), OWN


def features_of_own(space: FeatureSpace, own: OwnPicture) -> tuple[ImageSet, Matrix] | None:
    """The picture as a set of one, and its (D,) features; None where they cannot be had, which is then said."""
    known: dict[object, tuple[ImageSet, Matrix]] = ui.session().shown.setdefault(f"{KEY}_own_features", {})
    subject = space.subject
    key = (own.digest, subject.key)
    if key not in known:
        try:
            with st.spinner("Sending your picture through the network…"):
                network = backbone(subject.backbone, subject.trained)
                known[key] = embedded(subject, own.image, own.name, own.digest, network)
        except UserError as error:
            ui.problem(error)
            return None
        while len(known) > 4:
            del known[next(iter(known))]
    return known[key]


def album(space: FeatureSpace) -> None:
    """All pictures, folded, a page at a time; a click makes one the query."""
    with st.expander("All pictures", icon=":material/photo_library:", key=f"{KEY}_album", on_change="rerun") as folded:
        if not folded.open:
            return
        pool, images = space.pool, space.images
        pages, page = -(-len(pool) // PAGE), 1
        if pages > 1:
            label, says = f"Page of {pages:,}", f"{PAGE} pictures a page."
            page = int(st.number_input(label, 1, pages, 1, key=f"{KEY}_page_{pages}", help=says) or 1)
        indices = pool[np.argsort(images.labels[pool], kind="stable")][(page - 1) * PAGE : page * PAGE]

        def picked(row: int, column: int) -> None:
            index = index_at(row, column, COLUMNS, len(indices))
            if index is not None:
                ask_for(pool, int(indices[index]))

        sheet = contact(
            images.images[indices],
            f"{len(indices)} pictures of training and validation, class by class",
            columns=COLUMNS,
            tips=[described(images, int(index)) for index in indices],
            clickable=True,
            tallest="300vh",
        )
        show_drawing(sheet, f"{KEY}_album_sheet", picked)
        st.caption("Training and validation pictures, class by class; click one. Test pictures stay locked.")
