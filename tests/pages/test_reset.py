"""Reset puts every control of its section back, whichever there are: found, changed and compared without a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.ui.pages import TRANSFER
from tests.pages.reset import Case, check

THREE = {"metrics_text": "30 50 20\n20 60 20\n10 10 80", "metrics_names": "A, B, C"}
MATRIX = r"metrics_(text|names|turned|rows|percent|classes)"


def of(place: str, name: str, before: str = "", **more: Any) -> Case:
    """A section of `core.ui`, after a line of code."""
    script = f"import streamlit as st; from core.ui.{place} import section; {before}; section()".replace("; ;", ";")
    return Case(name, place, partial(AppTest.from_string, script, default_timeout=120), **more)


def what_if(part: str, key: str, classes: Mapping[str, str] = MappingProxyType({})) -> Case:
    """A part of "What if"."""
    return of(
        "metrics.what_if.view",
        f"what if, {part}{', three classes' if classes else ''}",
        link={"metrics_what_if_part": part, **classes},
        reset=f"metrics_what_if_{key}_reset",
        kept={MATRIX: "the matrix has a Reset of its own, beside it"},
    )


def transfer(place: str, name: str, **more: Any) -> Case:
    """A section of transfer learning, on a set so small that nobody waits."""
    module = next(module for module in TRANSFER.modules.values() if f".transfer.{place}" in module)
    return of(module.removeprefix("core.ui."), name, **{"given": partial(small, place), **more})


def roi(source: str) -> Case:
    """A source of "RoI pooling"."""
    kept = {"rcnn_roi_source": "the data, as the picture elsewhere"}
    return of("detector.roi.view", f"RoI pooling, {source}", link={"rcnn_roi_source": source}, kept=kept)


def neighbours(view: str) -> Case:
    """A view of "Neighbours"."""
    return transfer(
        "neighbours",
        f"neighbours, {view}",
        link={"transfer_neighbours_view": view},
        leads=[{"transfer_per_class": "1"}],
        every_option=view == "Map",
    )


@contextmanager
def small(place: str) -> Iterator[None]:
    """All menus are drawn, but whatever they say, the pictures are few and their features are there."""
    from core.transfer.features.extract import Features
    from core.ui.transfer import subject as menus
    from core.ui.transfer.subject import Subject
    from core.ui.transfer.where import state
    from tests.core.transfer.sets import everything, stripes

    images = stripes(classes=3, seed=12)
    chosen = everything(images)
    subject = Subject(images, chosen, "resnet18", False, 32)
    spread = np.random.default_rng(0).normal(size=(len(chosen.all), 512))
    values = (np.eye(3, 512)[images.labels[chosen.all]] * 5 + spread * 0.3).astype(np.float32)
    features = Features(chosen.all, values, (), "resnet18", False, 32, 1.0)

    def choose(**options: bool) -> Subject:
        return replace(subject, selection=menus.choose_subject(**options).selection)

    with ExitStack() as stack:
        put = lambda name, what: stack.enter_context(patch(f"core.ui.transfer.{name}", what))  # noqa: E731
        put("subject.choose_set", lambda *_: images)
        if place in ("probes", "neighbours"):
            put(f"{place}.view.choose_subject", choose)
            put(f"{place}.view.features_of", lambda *_: features)
        if place == "takeaway":
            put("takeaway.controls.choose_subject", choose)
            put("takeaway.state.features_of", lambda *_: features)
        if place == "neighbours":
            put("neighbours.maps._projection", lambda *_: None)  # made in the background, up to half a minute
        if place == "where":
            probe = state.network_of
            put("where.view.choose_subject", choose)
            put("where.state.features_of", lambda *_: features)
            put("where.view.Maps.occlusion", lambda *_: None)  # likewise
            put("where.controls.networks_for", lambda _: {"another": None})
            put("where.view.network_of", lambda _, chosen: probe(state.PROBE, chosen))
        yield


def uncounted() -> AbstractContextManager[Any]:
    """Without the ranking, for which all published networks are counted in the background."""
    return patch.multiple("core.ui.conv.stack.published", all_counted=lambda: False, _count_in_background=lambda: None)


CASES = (
    of("conv.size.view", "size and cost", every_option=True),
    of("conv.steps.view", "step by step", every_option=True),
    of("conv.kernels.view", "kernels on a picture", leads=[{"conv_pic_filter": "Your own"}]),
    of("conv.learning.view", "learning a kernel", leads=[{"conv_learn_target": "Your own"}]),
    of("conv.learning.view", "learning a kernel, predict first", "st.session_state.conv_hide = True"),
    of("conv.stack.view", "a stack of layers", given=uncounted),
    of("conv.field.view", "receptive field"),
    transfer("data", "data, pictures"),  # "My classes" has none: it makes a set, with an Undo of its own
    transfer("data", "data, augmentation", link={"transfer_data_view": "Augmentation"}),
    transfer(
        "probes",
        "probes",
        leads=[
            {"transfer_probes_kind": kind, "transfer_probes_choice": "by hand"}
            for kind in ("Logistic regression", "Linear SVM", "RBF SVM", "Nearest neighbours")
        ],
    ),
    *map(neighbours, ("Nearest", "Clusters", "Map")),
    transfer("race", "race"),
    transfer("schedule", "schedule"),
    transfer("heads", "two heads"),
    transfer("where", "where it looks"),
    transfer("takeaway", "take away"),
    of("detector.detect.view", "detect", leads=[{"rcnn_limit": 3}]),
    of("detector.gallery.view", "several pictures"),
    of("detector.fails.view", "where it fails"),
    of("detector.proposals.view", "proposals"),
    of("detector.walk.view", "one detection", leads=[{"rcnn_walk_step": "features"}]),
    roi("A small grid"),
    roi("This picture"),
    *(
        of("detector.nms.view", f"NMS in depth, {part}", link={"rcnn_nms_part": part})
        for part in ("IoU matrix", "Soft-NMS and fusion", "Classes", "Be the NMS")
    ),
    of(
        "detector.regression.view",
        "box regression, two boxes",
        leads=[{"rcnn_regress_boxes_says": "a share of t"}, {"rcnn_regress_boxes_says": "my own"}],
        kept={"rcnn_regress_part": "which part of it is open"},
    ),
    of(
        "detector.regression.view",
        "box regression, learned",
        link={"rcnn_regress_part": "Learned"},
        kept={"rcnn_regress_part": "which part of it is open"},
    ),
    of("metrics.matrix.view", "matrix", leads=[{"metrics_matrix_weights": "my own"}]),
    what_if("Prevalence", "prevalence"),
    what_if("Prevalence", "prevalence", THREE),
    what_if("Cost", "cost"),
    what_if("Cost", "cost", THREE),
    what_if("Sample size", "size"),
    of(
        "metrics.what_if.view",
        "what if, the matrix",
        reset="metrics_reset",
        kept={r"metrics_what_if_.*": "each part has a Reset of its own"},
    ),
    of("metrics.predictions.view", "predictions, two classes"),
    of(
        "metrics.predictions.view",
        "predictions, ten classes",
        link={"metrics_predictions_source": "Handwritten digits"},
    ),
    of("metrics.multilabel.view", "multilabel", leads=[{"metrics_multilabel_score": "Fβ"}]),
    of("metrics.detection.view", "detection", leads=[{"metrics_detection_score": 0.6}]),
    of("metrics.two_boxes.view", "two boxes"),
    of("metrics.challenges.view", "challenges"),
    of("detector.ladder.view", "2013 to 2016"),
    of(
        "detector.anchors.view",
        "anchors, at a place",
        leads=[{"rcnn_anchors_whose": "the model's, level 1"}, {"rcnn_anchors_positive": 0.8}],
    ),
    of(
        "detector.anchors.view",
        "anchors, which suit my data",
        link={"rcnn_anchors_part": "Which suit my data"},
        leads=[{"rcnn_anchors_source": "my files"}],
    ),
    of("detector.scale.view", "scale"),
    of("detector.truth.view", "your boxes"),
    of("cifar10.race.view", "CIFAR-10, race"),
    of("cifar10.ranking.view", "CIFAR-10, ranking"),
    of("cifar10.family.view", "CIFAR-10, one family"),
    of(
        "cifar10.hand.view",
        "CIFAR-10, hand in",
        kept={"cifar10_hand_(group|token)": "they belong to the entry in the ranking, which Reset leaves alone"},
    ),
    of("cifar10.report.view", "CIFAR-10, report"),
    of("cifar10.classify.view", "CIFAR-10, classify"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_reset_puts_every_control_back(case: Case) -> None:
    with case.given():
        visit = check(case)
    assert not visit.wrong, "\n".join(sorted(visit.wrong))
    assert visit.known == visit.covered, "never changed"


def test_no_section_is_left_out() -> None:
    from core.ui.pages import PAGES

    modules = [name for page in PAGES for name in page.modules.values()]
    places = {name.removeprefix("core.ui.") for name in modules}
    assert places <= {case.place for case in CASES}
