"""Which picture is looked at: one of the validation pictures, the worst mistakes first, or a photograph."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache

import streamlit as st
from torch import Tensor

from core.errors import UserError
from core.figures.transfer.contact import OTHER, contact, index_at
from core.images import decode, fingerprint
from core.samples import SAMPLES
from core.transfer.data.square_crop import LARGEST, to_square
from core.transfer.subject import Subject
from core.transfer.training.run import LabelledPredictions
from core.ui.components.drawing import show_drawing
from core.ui.framework.session import session
from core.ui.framework.show import escape_markdown
from core.ui.pictures import FORMATS, MEGABYTES, open_sample
from core.ui.transfer.where.networks import worst_first
from core.ui.transfer.where.state import KEY

VALIDATION, PHOTOGRAPH = "validation", "photograph"
OWN = "my own"
_OWN, _PROBLEM = f"{KEY}_own", f"{KEY}_problem"  # what was uploaded last, and what was wrong with it

COLUMNS = 12
ON_SHEET = 3 * COLUMNS


@dataclass(frozen=True, eq=False)
class Looked:
    """The picture that is looked at.

    Attributes:
        key: names its content.
        name: what to call it.
        pixels: (3, S, S) uint8.
        label: its class, where that is known.
    """

    key: Hashable
    name: str
    pixels: Tensor
    label: int | None


def choose_source() -> str:
    """Draw the switch between the set's pictures and photographs."""
    source = st.segmented_control(
        "Picture",
        [VALIDATION, PHOTOGRAPH],
        default=VALIDATION,
        required=True,
        key=f"{KEY}_source",
        bind="query-params",
        help="One of the set's validation pictures, or a photograph. Test pictures are not offered: who looks at their "
        "mistakes and changes something has tested on them.",
    )
    return str(source or VALIDATION)


def _label(subject: Subject, scored: LabelledPredictions, position: int) -> str:
    target, said = int(scored.target[position]), int(scored.predicted[position])
    sure = float(scored.probabilities[position, said])
    classes = subject.images.classes
    name = subject.images.names[int(scored.indices[position])]
    if target == said:
        return f"{name}: {classes[target]}, right, {sure:.2f}"
    return f"{name}: {classes[target]} → {classes[said]}, {sure:.2f}"


def choose_validation(subject: Subject, scored: LabelledPredictions) -> Looked:
    """Draw the menu of validation pictures.

    Raises:
        UserError: there are none.
    """
    order = worst_first(scored).tolist()
    if not order:
        raise UserError("These pictures leave none for validation: add more of each class, or choose a photograph.")
    key = f"{KEY}_pick"
    labels = {int(scored.indices[position]): _label(subject, scored, position) for position in order}
    if st.session_state.get(key) not in (None, *labels):
        del st.session_state[key]  # of the set before
    index: int = st.selectbox(
        "Which",
        list(labels),
        format_func=lambda index: labels.get(index, str(index)),
        key=key,
        help="Mistakes first, the surest of them on top; or click one on the sheet. The number is the probability of "
        "the class it was taken for.",
    )
    images = subject.images
    return Looked((images.digest, index), images.names[index], images.images[index], int(images.labels[index]))


def show_sheet(subject: Subject, scored: LabelledPredictions, looked: Looked) -> None:
    """The first of the ranked pictures, to be clicked."""
    order = worst_first(scored)[:ON_SHEET]
    indices = scored.indices[order]
    wrong = scored.predicted[order] != scored.target[order]
    total = int((scored.predicted != scored.target).sum())
    st.caption(
        f"**Validation pictures, the worst first**: {total:,} of {len(scored.target):,} are mistakes. Click one."
    )

    def picked(row: int, column: int) -> None:
        place = index_at(row, column, COLUMNS, len(indices))
        if place is not None:
            st.session_state[f"{KEY}_pick"] = int(indices[place])

    here = [place for place, index in enumerate(indices.tolist()) if (subject.images.digest, index) == looked.key]
    drawing = contact(
        subject.images.images[indices],
        f"{len(indices)} validation pictures, {int(wrong.sum())} of them mistakes, framed, the worst first. Click one.",
        columns=COLUMNS,
        frames=[OTHER if mistake else None for mistake in wrong.tolist()],
        tips=[_label(subject, scored, position) for position in order.tolist()],
        chosen=here[0] if here else None,
        clickable=True,
        tallest="24vh",
    )
    show_drawing(drawing, key=f"{KEY}_sheet", picked=picked)


def _uploaded() -> None:
    """Callback: the uploader has a new file, or lost the one it had."""
    mine, file = session().shown, st.session_state[f"{KEY}_file"]
    mine[_PROBLEM] = ""
    if file is None:
        return
    data = file.getvalue()
    try:
        # decoded here and not through the cache of all visitors: nothing of it may outlive the visit
        mine[_OWN] = Looked(fingerprint(data), file.name, to_square(decode(data), LARGEST), None)
    except UserError as error:
        mine[_PROBLEM] = str(error)
        return
    st.session_state[f"{KEY}_photograph"] = OWN


@lru_cache(maxsize=len(SAMPLES))
def _sample(name: str) -> Looked:
    """A sample photograph's middle, made once a process; shared, only to be read."""
    sample = open_sample(name)
    return Looked(sample.digest, name, to_square(decode(sample.data), LARGEST), None)


def choose_photograph() -> Looked:
    """Draw the menu of photographs and the uploader."""
    mine, key = session().shown, f"{KEY}_photograph"
    names = [*([OWN] if _OWN in mine else []), *SAMPLES]
    if st.session_state.get(key) not in (None, *names):
        del st.session_state[key]
    name = st.selectbox(
        "Photograph",
        names,
        index=names.index("cat"),
        key=key,
        bind="query-params",
        help="Four photographs come with the app. The network takes each for one of the classes it knows.",
    )
    st.file_uploader(
        "Upload a photograph",
        FORMATS,
        max_upload_size=MEGABYTES,
        key=f"{KEY}_file",
        on_change=_uploaded,
        label_visibility="collapsed",
        help="Its middle is looked at. It stays in this visit.",
    )
    if mine.get(_PROBLEM):
        st.error(escape_markdown(mine[_PROBLEM]), icon=":material/error:")
    if name == OWN and _OWN in mine:
        own: Looked = mine[_OWN]
        return own
    return _sample(name if name in SAMPLES else next(iter(SAMPLES)))
