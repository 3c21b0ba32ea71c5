"""The maps and predictions of the section "Where it looks": each computed once for a visitor."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from torch import Tensor

from core import device
from core.jobs import Report
from core.transfer.attribution.answer import probabilities
from core.transfer.attribution.gradcam import grad_cam
from core.transfer.attribution.heat import ClassActivation, Covered, Map
from core.transfer.attribution.layers import Layer, layers
from core.transfer.attribution.occlusion import occlusion, windows
from core.transfer.attribution.sanity import Randomised, randomised
from core.transfer.features.extract import Features
from core.transfer.model.classifier import Classifier, Trained
from core.transfer.model.digest import digest
from core.transfer.subject import Subject
from core.transfer.training.answers import of_features, score
from core.transfer.training.run import LabelledPredictions
from core.ui import framework as ui
from core.ui.transfer.features import features_of
from core.ui.transfer.probes.state import TITLE as PROBE
from core.ui.transfer.probes.state import probe_of

KEY = "transfer_where"
PATIENCE_S = 0.4
"""How long a page waits for work before it shows how far that is: what takes less just appears."""
MOST_RANKED = 300
"""Validation pictures that are predicted at most."""

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Picture:
    """The picture that is explained.

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


@dataclass(frozen=True)
class Window:
    """What is covered: side and step in pixels of what the network sees, and the grey that covers."""

    side: int
    step: int
    grey: int


@dataclass(frozen=True)
class MapSettings:
    """How a map lies over the picture: changes nothing of the map."""

    opacity: float
    smooth: bool


def networks_for(subject: Subject) -> dict[str, Trained]:
    """Title -> network that was trained on these pictures, the newest first; without the probe."""
    mine = ui.session()
    trained = [*(run.trained for run in mine.runs.values()), *mine.probes.values()]
    return {
        found.title: found
        for found in reversed(trained)
        if found.data_digest == subject.images.digest and found.title != PROBE  # made for what is chosen, see below
    }


def network_of(name: str, subject: Subject) -> tuple[Trained, Features | None] | None:
    """The network, and the features of a probe; None while these or the probe are on their way, as it says then."""
    if name != PROBE:
        return networks_for(subject)[name], None
    features = features_of(subject)
    if features is None:
        return None
    probe = probe_of(subject, features)
    return None if probe is None else (probe, features)


def _once(key: Hashable, make: Callable[[], T]) -> T:
    """The result of short work."""
    found: T = ui.made_once(ui.session().explanations, key, make, "Computing")
    return found


def _in_background(what: str, key: Hashable, label: str, work: Callable[[Report], T]) -> T | None:
    """The result of longer work; None while it runs, and then it draws, where it is called, how far it is."""
    results = ui.session().explanations
    return ui.computed(results, key, work, f"{KEY}_{what}", label, patience=PATIENCE_S)


def _on_device(trained: Trained) -> Classifier:
    """A copy of the network on the device of all networks; the caller's own."""
    return trained.model().to(device.best())


def predictions(trained: Trained, features: Features | None, subject: Subject) -> LabelledPredictions | None:
    """Those of the validation pictures, at most `MOST_RANKED` of them; None while they are on their way."""
    images, indices = subject.images, subject.selection.validation[:MOST_RANKED]
    if features is not None:
        return of_features(trained, features, images, indices)

    def work(report: Report) -> LabelledPredictions:
        report(0.0, "loading the network")
        return score(_on_device(trained), images, indices, report)

    return _in_background("answers", ("answers", digest(trained), images.digest), "Validation pictures", work)


class Maps:
    """The maps of one picture by one network, which is built only when something was not computed before."""

    def __init__(self, trained: Trained, picture: Picture) -> None:
        self.trained, self.picture = trained, picture
        self._key: tuple[Hashable, ...] = (digest(trained), picture.key)

    @cached_property
    def _model(self) -> Classifier:
        return _on_device(self.trained)

    def probabilities(self) -> Map:
        """(C,) of the classes."""
        return _once(("probabilities", *self._key), lambda: probabilities(self._model, self.picture.pixels))

    def layers(self) -> tuple[Layer, ...]:
        """Those with a map.

        Raises:
            UserError: there are none at this size.
        """
        return _once(("layers", self.trained.spec), lambda: layers(self._model))

    def grad_cam(self, target: int, layer: Layer) -> ClassActivation:
        """Grad-CAM at a layer."""
        key = ("Grad-CAM", *self._key, target, layer.name)
        return _once(key, lambda: grad_cam(self._model, self.picture.pixels, target, layer))

    def random(self, target: int, layer: Layer, which: Randomised) -> ClassActivation:
        """The same with random weights."""

        def make() -> ClassActivation:
            model = randomised(self.trained, which).to(next(self._model.parameters()).device)
            return grad_cam(model, self.picture.pixels, target, layer)

        return _once((which, *self._key, target, layer.name), make)

    def occlusion(self, target: int, window: Window) -> Covered | None:
        """Occlusion; None while it is on its way, and then it draws how far it is.

        Raises:
            UserError: the window cannot be.
        """
        trained, pixels = self.trained, self.picture.pixels
        places = windows(trained.spec.size, window.side, window.step)

        def work(report: Report) -> Covered:
            report(0.0, "loading the network")
            model = _on_device(trained)
            return occlusion(model, pixels, target, window.side, window.step, window.grey, report=report)

        key = ("occlusion", *self._key, target, window)
        return _in_background("occlusion", key, f"Occlusion, {places**2:,} windows", work)


@dataclass(frozen=True, eq=False)
class Explained:
    """What is on the screen.

    Attributes:
        maps: network and picture.
        target: index of the class that is explained.
        layer: that Grad-CAM reads.
        settings: how maps are drawn.
        heat: of Grad-CAM.
        covered: of occlusion, once it is there.
        window: (row, column) of its window that is looked at.
    """

    maps: Maps
    target: int
    layer: Layer
    settings: MapSettings
    heat: ClassActivation
    covered: Covered | None
    window: tuple[int, int]

    @property
    def name(self) -> str:
        """Of the class."""
        return self.maps.trained.classes[self.target]
