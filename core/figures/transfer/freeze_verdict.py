"""The verdict of the freeze inspector: whether all that was to stay frozen did, counted and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.figures.words import counted
from core.transfer.training.run import LayerChange


@dataclass(frozen=True)
class Verdict:
    """What the layers say together.

    Attributes:
        frozen: layers whose group never learned.
        identical: of them, those that are bit-identical.
        moved: of them, those whose weights moved.
        drifted: of them, those whose statistics drifted.
        trained: layers whose group learned.
        still: of them, those with weights of which none moved.
        norms: of the trained layers, those with statistics.
        resting: of these, those whose statistics stayed.
    """

    frozen: int
    identical: int
    moved: int
    drifted: int
    trained: int
    still: int
    norms: int
    resting: int

    @property
    def proven(self) -> bool:
        """Whether all that was to stay frozen is what it was, bit by bit."""
        return self.identical == self.frozen

    def sentences(self) -> str:
        """The same in words."""
        return " ".join([self._of_frozen(), *self._of_trained()])

    def _of_frozen(self) -> str:
        if not self.frozen:
            return "No layer was frozen."
        layers = counted(self.frozen, "layer")
        if self.proven:
            return f"**{layers} frozen, {'all' if self.frozen > 1 else 'and'} bit-identical**: weights and statistics."
        if not self.moved and self.drifted:
            return (
                f"**Frozen weights, but statistics drifted in {counted(self.drifted, 'layer')}**: `.train()` was left "
                f"on. The weights of all {layers} are bit-identical; the means and variances of batch normalisation "
                "are not, so the outputs of the frozen layers change."
            )
        return f"**{self.frozen - self.identical:,} of {self.frozen:,} frozen layers changed.**"

    def _of_trained(self) -> list[str]:
        said = []
        if self.trained:
            moved = self.trained - self.still
            said.append(f"{counted(self.trained, 'layer')} trained, {moved:,} of them changed.")
        if self.norms and self.resting == self.norms:
            said.append(f"The statistics of the {counted(self.norms, 'trained layer')} with any stayed as they were.")
        return said


def verdict(weight_change: Sequence[LayerChange]) -> Verdict:
    """Count what stayed and what did not."""
    frozen = [layer for layer in weight_change if not layer.trained]
    trained = [layer for layer in weight_change if layer.trained]
    norms = [layer for layer in trained if layer.statistics]
    return Verdict(
        frozen=len(frozen),
        identical=sum(layer.identical for layer in frozen),
        moved=sum(layer.moved > 0 for layer in frozen),
        drifted=sum(layer.drifted > 0 for layer in frozen),
        trained=len(trained),
        still=sum(layer.moved == 0 for layer in trained if layer.weights),
        norms=len(norms),
        resting=sum(layer.drifted == 0 for layer in norms),
    )
