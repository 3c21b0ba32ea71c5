"""Controls of the section "Anchors", part "Which suit my data"."""

from __future__ import annotations

from dataclasses import dataclass

from core.detection.anchors import data
from core.detection.anchors.comparison import MOST_K
from core.detection.anchors.data import Objects
from core.detection.anchors.dimensions import Update
from core.detection.scoring.ground_truth import GroundTruthFiles
from core.samples import SAMPLES, ground_truth
from core.ui import framework as ui
from core.ui.detector.anchors.controls import KEY, Boxes
from core.ui.detector.anchors.uploads import own_boxes
from core.ui.pictures import open_sample

TEXT, PEOPLE, SAMPLE, OWN = "made-up: lines of text", "made-up: people", "our four photographs", "my files"
_FOLD = "Input size, k-means"


@dataclass(frozen=True)
class Source:
    """Which boxes."""

    source: str = ui.choice(
        "Boxes",
        (TEXT, PEOPLE, SAMPLE, OWN),
        TEXT,
        "Three hundred made-up boxes of a kind, the objects of our photographs, or yours as COCO JSON or Pascal VOC.",
        persists=True,
    )


@dataclass(frozen=True)
class Knobs:
    """What is moved."""

    k: int = ui.slider(
        "Anchors k", 1, MOST_K, 5, 1, "Clusters of k-means; YOLOv2 took 5, where the curve flattens.", persists=True
    )
    reach: float = ui.segments(
        "Reached from IoU",
        (0.3, 0.5, 0.7),
        0.5,
        "An object is reached if an anchor on its centre overlaps it by so much.",
        persists=True,
    )
    short: int = ui.segments(
        "Input size (px)",
        (224, 320, 448, 800),
        320,
        "The pictures' shorter side as the network sees it: boxes shrink or grow with it, anchors do not.",
        fold=_FOLD,
        persists=True,
    )
    update: Update = ui.segments(
        "A centroid moves to",
        tuple(Update),
        Update.MEAN,
        "The mean or the median of its boxes' widths and heights.",
        fold=_FOLD,
        persists=True,
    )
    seed: int = ui.whole("Seed", 0, 9999, 0, "Of the eight starts of k-means.", fold=_FOLD, persists=True)


DEFAULTS = {**ui.defaults(Source, KEY), **ui.defaults(Boxes, KEY), **ui.defaults(Knobs, KEY)}


@dataclass(frozen=True)
class DataSettings:
    """What is asked for.

    Attributes:
        source: which boxes.
        files: the visitor's, where those are meant and there are any.
        digest: of these.
        boxes: the anchors to compare with.
        knobs: the others.
    """

    source: str
    files: GroundTruthFiles | None
    digest: str
    boxes: Boxes
    knobs: Knobs

    @property
    def data_key(self) -> tuple[str, str]:
        """What the objects are kept under."""
        return self.source, self.digest

    def objects(self) -> Objects | None:
        """Those that are meant; None before there are files.

        Raises:
            UserError: the files hold none.
        """
        if self.source == OWN:
            return None if self.files is None else data.of_files(self.files)
        if self.source == SAMPLE:
            every = [(sample, open_sample(name).size) for name, sample in SAMPLES.items()]
            return data.of_boxes([(box.label, box.xyxy, size) for one, size in every for box in ground_truth(one)])
        return data.made_up("text" if self.source == TEXT else "people")


def controls() -> DataSettings:
    """Draw them."""
    source = ui.draw(Source, KEY).source
    files, digest = own_boxes() if source == OWN else (None, "")
    knobs = ui.draw(Knobs, KEY)
    return DataSettings(source, files, digest, ui.draw(Boxes, KEY), knobs)
