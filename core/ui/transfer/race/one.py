"""One test picture: what it is, what the network says, and the training pictures nearest to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import streamlit as st
import torch

from core.figures.transfer import race_answers as figures
from core.figures.transfer.contact import OTHER, SAME, contact
from core.transfer.features.retrieval import nearest_to, same_class
from core.transfer.subject import Subject
from core.transfer.training.run import LabelledPredictions
from core.ui.components.drawing import show_drawing
from core.ui.framework.show import escape_markdown, show
from core.ui.transfer.features import features_of
from core.ui.transfer.race.controls import KEY
from core.ui.transfer.subject import weights_here

NEIGHBOURS = 5
_SLOT = "race"  # its own, so that the pass another section wants goes on


def one_picture(subject: Subject, scored: LabelledPredictions, row: int) -> None:
    """Draw it.

    Args:
        subject: what the training ran on.
        scored: the network's answers.
        row: of the picture among them.
    """
    images, index = subject.images, int(scored.indices[row])
    target, said = (images.classes[int(of[row])] for of in (scored.target, scored.predicted))
    picture, chart = st.columns([2, 3])
    with picture:
        alt = f"Test picture {images.names[index]}: it is {target}, taken for {said}"
        show_drawing(contact(images.images[index : index + 1], alt, columns=1), key=f"{KEY}_one")
        st.caption(escape_markdown(images.names[index]))
    with chart:
        right = target == said
        st.markdown(
            f"**{escape_markdown(target)}**, {'and' if right else 'but'} the network says **{escape_markdown(said)}**."
        )
        show(figures.probabilities(scored, row, images.classes), key=f"{KEY}_probabilities")
    _neighbours(subject, index)


def _neighbours(subject: Subject, index: int) -> None:
    """The nearest training pictures in the frozen features of the backbone that the race began with."""
    images = subject.images
    st.markdown("**Nearest training pictures**")
    features = features_of(replace(subject, trained=weights_here(subject.backbone)), slot=_SLOT)
    if features is None:
        st.caption("They are found among features that are on their way.")
        return
    found = nearest_to(features, index, subject.selection.train, NEIGHBOURS)
    labels = [images.classes[label] for label in images.labels[found.indices]]
    same = same_class(found, images.labels, int(images.labels[index]))
    show_drawing(
        contact(
            images.images[torch.from_numpy(np.asarray(found.indices))],
            f"The {len(found)} nearest training pictures: {', '.join(labels)}",
            columns=NEIGHBOURS,
            captions=[(label, f"{d:.3f}") for label, d in zip(labels, found.distances.tolist(), strict=True)],
            frames=[SAME if is_same else OTHER for is_same in same],
        ),
        key=f"{KEY}_neighbours",
    )
    st.caption(
        "In the features of the backbone with its ImageNet weights, before it learned anything here; below each its "
        "class and cosine distance. A mistake among pictures of the wrong class is one that the features invite."
    )
