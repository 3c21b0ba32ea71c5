"""The maps of one picture by one network, each computed once."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cached_property

from core.jobs import Report
from core.transfer.attribution.answer import probabilities
from core.transfer.attribution.gradcam import grad_cam
from core.transfer.attribution.heat import ClassActivation, Covered, Map
from core.transfer.attribution.layers import Layer, layers
from core.transfer.attribution.occlusion import occlusion, windows
from core.transfer.attribution.sanity import Randomised, randomised
from core.transfer.model.classifier import Classifier, Trained
from core.ui.transfer.where.networks import on_device
from core.ui.transfer.where.picture import Looked
from core.ui.transfer.where.settings import Window
from core.ui.transfer.where.state import digest, in_background, once


class Maps:
    """Asks one network about one picture; builds the network only when something was not asked before."""

    def __init__(self, trained: Trained, looked: Looked) -> None:
        self.trained, self.looked = trained, looked
        self._key: tuple[Hashable, ...] = (digest(trained), looked.key)

    @cached_property
    def _model(self) -> Classifier:
        return on_device(self.trained)

    def probabilities(self) -> Map:
        """(C,) of the classes."""
        return once(("probabilities", *self._key), lambda: probabilities(self._model, self.looked.pixels))

    def layers(self) -> tuple[Layer, ...]:
        """Those with a map.

        Raises:
            UserError: there are none at this size.
        """
        return once(("layers", self.trained.spec), lambda: layers(self._model))

    def grad_cam(self, target: int, layer: Layer) -> ClassActivation:
        """Grad-CAM at a layer."""
        key = ("Grad-CAM", *self._key, target, layer.name)
        return once(key, lambda: grad_cam(self._model, self.looked.pixels, target, layer))

    def random(self, target: int, layer: Layer, which: Randomised) -> ClassActivation:
        """The same with random weights."""

        def make() -> ClassActivation:
            model = randomised(self.trained, which).to(next(self._model.parameters()).device)
            return grad_cam(model, self.looked.pixels, target, layer)

        return once((which, *self._key, target, layer.name), make)

    def occlusion(self, target: int, window: Window) -> Covered | None:
        """Occlusion; None while it is on its way, and then it draws how far it is.

        Raises:
            UserError: the window cannot be.
        """
        trained, pixels = self.trained, self.looked.pixels
        places = windows(trained.spec.size, window.side, window.step)

        def work(report: Report) -> Covered:
            report(0.0, "loading the network")
            model = on_device(trained)
            return occlusion(model, pixels, target, window.side, window.step, window.grey, report=report)

        key = ("occlusion", *self._key, target, window)
        return in_background("occlusion", key, f"Occlusion, {places**2:,} windows", work)
