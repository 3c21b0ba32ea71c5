"""What a logistic probe reaches on the same pictures: the mark that a training has to beat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from torch import nn

from core.errors import UserError
from core.jobs import Report
from core.transfer.data.image_set import ImageSet, Indices, Selection
from core.transfer.features.extract import Features, extract
from core.transfer.features.probes.plan import Choice, Kind, Plan
from core.transfer.features.probes.probe import choose
from core.transfer.features.probes.problem import problem
from core.transfer.features.probes.sweep import sweep

MOST = 1_500
"""Pictures that go through the network for it before a training: some ten seconds on two cores at 128 px."""


@dataclass(frozen=True)
class ProbeReference:
    """Accuracy of a logistic probe on the features of the frozen backbone, its penalty chosen by validation.

    Attributes:
        validation: on all validation pictures.
        looked_at: on those of them that the points of a training are about.
    """

    validation: float
    looked_at: float


def probe_reference(
    images: ImageSet,
    selection: Selection,
    backbone: str,
    *,
    trained: bool,
    size: int,
    looked_at: Indices | None = None,
    report: Report,
    features: Features | None = None,
    network: Callable[[], nn.Module] | None = None,
) -> ProbeReference | None:
    """Fit the probe; None where there is none, or where that would take long.

    Args:
        images, selection: what is fitted and chosen on.
        backbone, trained, size: the network.
        looked_at: the validation pictures that points are about; None: all.
        report: told how far it is; may raise to stop it.
        features: of the selected pictures, where they are there already.
        network: loads the network, so that it need not be loaded twice.
    """
    pictures = np.union1d(selection.train, selection.validation)
    if features is None and len(pictures) > MOST:
        return None

    def told(_: float, text: str) -> None:
        report(0.0, f"first a logistic probe, {text}")

    try:
        if features is None:
            told(0.0, "loading the network")
            model = None if network is None else network()
            features = extract(images, pictures, backbone, trained=trained, size=size, report=told, model=model)
        found = sweep(problem(features, images, selection), Kind.LOGISTIC, report=told)
        probe = choose(found, Plan(Kind.LOGISTIC, Choice.VALIDATION), features, images, selection)
    except UserError:  # one class alone, or pictures too small: the training says so itself
        return None
    part = selection.validation if looked_at is None else looked_at
    return ProbeReference(probe.validation.accuracy, probe.answers(features, images, part).accuracy)
