"""What the page says of digits and textures is what the network and the pixels come to."""

from __future__ import annotations

import re

from core.transfer.data.embedded import EMBEDDED
from core.transfer.data.splits import select
from core.transfer.features.extract import extract, load
from core.transfer.features.feature_space import FeatureSpace
from core.transfer.features.retrieval import Metric
from core.transfer.subject import Subject
from core.ui.framework.content import prose

BACKBONE, SIZE, K = "tf_efficientnet_lite0", 128, 10


def precisions(name: str) -> list[int]:
    """Mean precision@10 of raw pixels and of features, in per cent, with the page's defaults."""
    images = EMBEDDED[name]()
    subject = Subject(images, select(images, 20), BACKBONE, True, SIZE)
    model = load(BACKBONE, trained=True)
    found = extract(
        images, subject.selection.all, BACKBONE, trained=True, size=SIZE, report=lambda *_: None, model=model
    )
    space = FeatureSpace.of(subject, found, Metric.COSINE)
    return [round(100 * space.evaluated(K, training=False, raw=raw).at(K)) for raw in (True, False)]


def test_the_sentence_beside_the_digits_is_true() -> None:
    said = [int(number) for number in re.findall(r"(\d+)%", prose("transfer/data", "When it fails"))]
    assert said == [*precisions("Handwritten digits"), *precisions("Textures")]
