"""A linear probe becomes the head of its backbone: the same logits from pictures as from features."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from core.errors import UserError
from core.transfer.data.archive import read_archive
from core.transfer.data.image_set import ImageSet, Selection, Split
from core.transfer.features.extract import Features, extract, load
from core.transfer.features.probes.network import to_trained
from core.transfer.features.probes.plan import Choice, Kind, Plan
from core.transfer.features.probes.predictors import Linear
from core.transfer.features.probes.probe import Probe, choose
from core.transfer.features.probes.problem import problem
from core.transfer.features.probes.sweep import sweep
from core.transfer.model.inputs import to_input
from tests.core.transfer.sets import everything, stripes

ANTS = Path(__file__).parents[5] / "shared" / "data" / "ants-bees.zip"


def fitted(
    images: ImageSet, selection: Selection, backbone: str, *, trained: bool, size: int, plan: Plan
) -> tuple[Features, Probe]:
    features = extract(images, selection.all, backbone, trained=trained, size=size, report=lambda *_: None)
    found = sweep(problem(features, images, selection), plan.kind, folds=plan.choice is Choice.FOLDS)
    return features, choose(found, plan, features, images, selection)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize(
    ("backbone", "trained", "kind"),
    [
        ("tf_efficientnet_lite0", True, Kind.LOGISTIC),
        ("tf_efficientnet_lite0", True, Kind.LINEAR_SVM),
        ("tf_efficientnet_lite0", False, Kind.LOGISTIC),
        ("resnet18", False, Kind.LOGISTIC),
    ],
)
def test_the_network_says_what_the_probe_says(backbone: str, trained: bool, kind: Kind, classes: int) -> None:
    images = stripes(classes=classes)
    features, probe = fitted(images, everything(images), backbone, trained=trained, size=32, plan=Plan(kind))
    assert isinstance(probe.predictor, Linear)
    network = to_trained(probe, features, images, "a probe").model()
    with torch.inference_mode():
        logits = network(to_input(images.images, network.spec.architecture, 32))
    np.testing.assert_allclose(logits, probe.predictor.logits(features.values), atol=1e-3)


def test_it_shares_the_weights_of_a_network_that_is_given() -> None:
    images = stripes()
    features, probe = fitted(images, everything(images), "resnet18", trained=False, size=32, plan=Plan())
    model = load("resnet18", trained=False)
    trained = to_trained(probe, features, images, "a probe", model)
    assert trained.state["backbone.conv1.weight"].data_ptr() == model.state_dict()["conv1.weight"].data_ptr()
    assert (trained.title, trained.classes, trained.data_digest) == ("a probe", images.classes, images.digest)
    assert trained.spec.outputs == (2,)
    assert not trained.spec.trained


def test_a_probe_without_weights_is_no_network() -> None:
    images = stripes()
    features, probe = fitted(images, everything(images), "resnet18", trained=False, size=32, plan=Plan(Kind.NEIGHBOURS))
    assert not probe.is_linear
    with pytest.raises(UserError, match="Nearest neighbours is no layer"):
        to_trained(probe, features, images, "a probe")


@pytest.mark.skipif(not ANTS.exists(), reason="the ants-and-bees archive is not on this machine")
def test_ants_and_bees() -> None:
    """The probe of the lecture's own data set: its folder val is the test part, lambda is chosen inside train."""
    images = read_archive(ANTS.read_bytes(), "ants and bees", lambda *_: None)
    selection = Selection(
        np.flatnonzero(images.split != Split.TEST), np.zeros(0, np.int64), images.part(Split.TEST), None
    )
    features, probe = fitted(
        images, selection, "tf_efficientnet_lite0", trained=True, size=224, plan=Plan(choice=Choice.FOLDS)
    )
    assert probe.answers(features, images, selection.test).accuracy >= 0.92
