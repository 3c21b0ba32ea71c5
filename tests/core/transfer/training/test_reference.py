"""The logistic probe that a training is held against."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.jobs import Cancelled
from core.transfer.features.extract import extract
from core.transfer.training import reference as module
from core.transfer.training.reference import ProbeReference, probe_reference
from tests.core.transfer.sets import everything, quiet, stripes

LITE = "tf_efficientnet_lite0"
IMAGES = stripes()
CHOSEN = everything(IMAGES)


def found(**rest: object) -> ProbeReference | None:
    given = {"trained": True, "size": 32, "report": quiet, **rest}
    return probe_reference(IMAGES, CHOSEN, LITE, **given)  # type: ignore[arg-type]


def test_it_is_the_probe_of_the_section_probes() -> None:
    features = extract(IMAGES, CHOSEN.all, LITE, trained=True, size=32, report=quiet)
    assert found() == found(features=features)
    probe = found()
    assert probe is not None
    assert probe.validation == probe.looked_at == 1.0, "stripes of two colours are easily told apart"


def test_a_part_is_judged_apart() -> None:
    wrong = replace(IMAGES, labels=np.where(np.arange(len(IMAGES)) == CHOSEN.validation[0], 1, IMAGES.labels))
    probe = probe_reference(wrong, CHOSEN, LITE, trained=True, size=32, report=quiet, looked_at=CHOSEN.validation[:1])
    assert probe is not None
    assert probe.looked_at == 0.0 < probe.validation


def test_there_is_none_of_one_class_nor_of_many_pictures_without_features(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = replace(CHOSEN, train=CHOSEN.train[IMAGES.labels[CHOSEN.train] == 0])
    assert probe_reference(IMAGES, alone, LITE, trained=True, size=32, report=quiet) is None
    features = extract(IMAGES, CHOSEN.all, LITE, trained=True, size=32, report=quiet)
    monkeypatch.setattr(module, "MOST", 3)
    assert found() is None
    assert found(features=features) is not None


def test_it_can_be_stopped_and_says_what_it_does() -> None:
    told: list[tuple[float, str]] = []

    def report(fraction: float, text: str) -> None:
        told.append((fraction, text))
        if len(told) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        found(report=report)
    assert {fraction for fraction, _ in told} == {0.0}
    assert all(text.startswith("first a logistic probe, ") for _, text in told)
