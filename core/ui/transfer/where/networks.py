"""Which network is looked into: the probe of what was chosen, or one that was trained before."""

from __future__ import annotations

import numpy as np
import streamlit as st
import torch
from scipy.special import softmax

from core import device
from core.jobs import Report
from core.transfer.data.image_set import ImageSet, Indices
from core.transfer.features.extract import Features
from core.transfer.model.classifier import Classifier, Trained
from core.transfer.subject import Subject
from core.transfer.training.answers import logits_in_batches
from core.transfer.training.run import LabelledPredictions
from core.ui.framework.session import session
from core.ui.transfer.features import features_of
from core.ui.transfer.probes.state import TITLE, probe_of
from core.ui.transfer.where.state import KEY, digest, in_background

NETWORK, PROBE = f"{KEY}_network", TITLE
MOST_RANKED = 300
"""Validation pictures that are asked at most."""


def choose_network(subject: Subject) -> str:
    """Draw the menu; returns `PROBE` or the title of a network on the desk that knows these pictures' classes."""
    names = [PROBE, *_fitting(subject)]
    if st.session_state.get(NETWORK) not in (None, *names):
        del st.session_state[NETWORK]  # it has gone from the desk, or belongs to other pictures
    name: str = st.selectbox(
        "Look into",
        names,
        key=NETWORK,
        help="The logistic probe on the network chosen above, or a network that you trained in another section on "
        "these pictures.",
    )
    return name


def _fitting(subject: Subject) -> dict[str, Trained]:
    mine = session()
    trained = [*(run.trained for run in mine.runs.values()), *mine.probes.values()]
    return {
        found.title: found
        for found in reversed(trained)
        if found.data_digest == subject.images.digest and found.title != PROBE  # made for what is chosen, see below
    }


def network_of(name: str, subject: Subject) -> tuple[Trained, Features | None] | None:
    """The network, and the features of a probe; None while these or the probe are on their way, as it says then."""
    if name != PROBE:
        return _fitting(subject)[name], None
    features = features_of(subject)
    if features is None:
        return None
    probe = probe_of(subject, features)
    return None if probe is None else (probe, features)


def on_device(trained: Trained) -> Classifier:
    """A copy of the network on the device of all networks; the caller's own."""
    return trained.model().to(device.best())


def asked(trained: Trained, features: Features | None, subject: Subject) -> LabelledPredictions | None:
    """What it says of the validation pictures, at most `MOST_RANKED` of them; None while that is on its way."""
    indices = subject.selection.validation[:MOST_RANKED]
    if features is not None:
        return _by_features(trained, features, subject.images, indices)
    key = ("answers", digest(trained), subject.images.digest)
    images = subject.images
    pictures, labels = images.images[torch.from_numpy(indices)], images.labels[indices]

    def work(report: Report) -> LabelledPredictions:
        report(0.0, "loading the network")
        found = []
        for heads in logits_in_batches(on_device(trained), pictures):
            found.append(heads[0].numpy())
            done = sum(map(len, found))
            report(done / len(indices), f"{done:,} of {len(indices):,}")
        return LabelledPredictions(indices, labels, softmax(np.concatenate(found), axis=1).astype(np.float32))

    return in_background("answers", key, "Validation pictures", work)


def _by_features(trained: Trained, features: Features, images: ImageSet, indices: Indices) -> LabelledPredictions:
    """The probe's head on features that are there already: no picture goes through the network again."""
    weight, bias = (trained.state[f"heads.0.{name}"].float().numpy() for name in ("weight", "bias"))
    logits = features.of(indices) @ weight.T + bias
    return LabelledPredictions(indices, images.labels[indices], softmax(logits, axis=1).astype(np.float32))


def worst_first(scored: LabelledPredictions) -> Indices:
    """(M,) positions in `scored`: mistakes, the most probable first, then right answers, the least probable first."""
    right = scored.predicted == scored.target
    sure = scored.probabilities.max(axis=1)
    return np.lexsort((np.where(right, sure, -sure), right)).astype(np.int64)
