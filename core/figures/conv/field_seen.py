"""What a cell sees: the theoretical field, the effective one, and what is to be said of them."""

from __future__ import annotations

from dataclasses import dataclass

from PIL.Image import Image

from core.conv.effective.box import Box, padding_share
from core.conv.effective.gradient import Array, Place, Weights
from core.conv.effective.partial_forward import Cells
from core.conv.effective.subject import CellSettings, Subject
from core.figures.conv import field as figures
from core.figures.conv.field import Frame
from core.figures.conv.field_formulas import exact


@dataclass(frozen=True)
class Seen:
    """What a cell sees.

    Attributes:
        place: its layer.
        field: the theoretical field, (rows, columns) of the picture, unclipped.
        frame: the part of the plane that is drawn.
        heat: (H, W) share of each pixel in the gradient; None where the network cannot be run.
        box: the effective field; None where there is none.
        map: (H', W') the feature map; None as for the heat.
        image: what to show of the picture, without heat.
        note: why the network cannot be run.
    """

    place: Place
    field: Cells
    frame: Frame
    heat: Array | None
    box: Box | None
    map: Array | None
    image: Image
    note: str = ""

    @property
    def whole(self) -> bool:
        """Whether the cells of this layer see the whole picture."""
        return any(field.whole for field in self.place.fields)

    @property
    def holes(self) -> float:
        """Share of the field's pixels inside the picture that do not move the cell."""
        if self.heat is None:
            return 0.0
        rows, columns = (slice(max(cells.low, 0), max(cells.high + 1, 0)) for cells in self.field)
        inside = self.heat[rows, columns]
        return float((inside == 0).mean()) if inside.size else 0.0

    @property
    def theoretical(self) -> tuple[float, float]:
        """(height, width) of the layer's field as the recursion has it; the cell's own where all is seen."""
        height, width = (
            cells.size if field.whole else field.size
            for field, cells in zip(self.place.fields, self.field, strict=True)
        )
        return height, width

    def warm(self) -> Image:
        """The picture with the effective field as heat; without, where there is none."""
        if self.heat is None:
            return self.image
        high, wide = self.heat.shape
        image = self.image if self.image.size == (wide, high) else self.image.resize((wide, high))
        return figures.overlay(image, self.heat)

    def numbers(self, size: tuple[int, int]) -> dict[str, str]:
        """What is measured: label -> number, along height and width where they differ.

        Args:
            size: (H, W) of the picture.
        """
        down, across = self.place.fields
        high, wide = self.theoretical
        found = {
            "Receptive field r": _pair(exact(high), exact(wide)),
            "Jump j": "–" if self.whole else _pair(exact(down.jump), exact(across.jump)),
            "First centre": "–" if self.whole else _pair(exact(down.start), exact(across.start)),
            "In the padding": f"{padding_share(self.field, size):.1%}",
        }
        if self.box is not None:
            found["Effective field"] = _pair(f"{self.box.rows.size}", f"{self.box.columns.size}")
        return found

    def sentences(self, weights: Weights) -> list[str]:
        """What there is to say, in Markdown."""
        said = []
        if self.whole:
            said.append("A global pooling or linear layer is behind this cell: it sees **the whole picture**.")
        if self.heat is None:
            return said
        if self.box is None:
            closed = "all of it is padding, or every path is closed by a ReLU."
            return [*said, f"**No gradient reaches this cell**: {closed}"]
        said.append(
            f"95 % of the gradient lies within a box of **{self.box.rows.size} × {self.box.columns.size} pixels**: "
            f"**{self.box.scale:.0%}** of the theoretical side, {self.box.scale**2:.0%} of its area."
        )
        if weights is Weights.EQUAL and self.holes:
            said.append(
                f"{self.holes:.1%} of the pixels inside the field are **holes**: stepped over by a dilation or a "
                "stride, or dropped by a floor."
            )
        return said


def _pair(height: str, width: str) -> str:
    return height if height == width else f"{height} × {width}"


def cell_name(cell: CellSettings) -> str:
    """A cell as the page names it: (2, 3)."""
    return f"({cell.at[0]}, {cell.at[1]})"


def frame_of(subject: Subject, number: int) -> Frame:
    """The part of the plane that shows every field of a layer."""
    network = subject.network
    _, rows, columns = network.places[number].shape
    last = network.region(number, (rows - 1, columns - 1))
    return figures.frame_of(subject.size, network.region(number, (0, 0)), last)
