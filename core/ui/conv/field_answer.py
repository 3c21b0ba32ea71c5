"""What a cell sees, computed for the section "Receptive field"."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from PIL.Image import Image

from core.conv.effective.box import Box, box
from core.conv.effective.gradient import Array
from core.conv.effective.partial_forward import Cells
from core.errors import UserError
from core.figures.conv import field as figures
from core.figures.conv.field import Frame
from core.ui.conv.field_controls import Settings
from core.ui.conv.field_subject import feature_map, heat, shown_picture
from core.ui.framework.show import escape_markdown


@dataclass(frozen=True)
class Answer:
    """What a cell sees.

    Attributes:
        field: the theoretical field, (rows, columns) of the picture, unclipped.
        frame: the part of the plane that is drawn.
        heat: (H, W) share of each pixel in the gradient; None where the network cannot be run.
        box: the effective field; None where there is none.
        map: (H', W') the feature map; None as for the heat.
        image: what to show of the picture, without heat.
    """

    field: Cells
    frame: Frame
    heat: Array | None
    box: Box | None
    map: Array | None
    image: Image

    @property
    def holes(self) -> float:
        """Share of the field's pixels inside the picture that do not move the cell."""
        if self.heat is None:
            return 0.0
        rows, columns = (slice(max(cells.low, 0), max(cells.high + 1, 0)) for cells in self.field)
        inside = self.heat[rows, columns]
        return float((inside == 0).mean()) if inside.size else 0.0

    def warm(self) -> Image:
        """The picture with the effective field as heat; without, where there is none."""
        if self.heat is None:
            return self.image
        high, wide = self.heat.shape
        image = self.image if self.image.size == (wide, high) else self.image.resize((wide, high))
        return figures.overlay(image, self.heat)


def answer_of(settings: Settings, needs_heat: bool) -> Answer:
    """Compute it, or take it from the cache; where the network is too large to run, say so.

    Args:
        settings: what the controls ask for.
        needs_heat: also take the gradient.
    """
    subject, question, picture = settings.subject, settings.question, settings.picture
    network, number = subject.network, question.number
    _, rows, columns = network.places[number].shape
    field = network.region(number, question.cell)
    frame = figures.frame_of(
        subject.size, network.region(number, (0, 0)), network.region(number, (rows - 1, columns - 1))
    )
    amounts, values = None, None
    try:
        network.check(number)
        names = (subject.key, picture.digest)
        values = feature_map(*names, number, str(question.weights), question.seed, subject, picture.data)
        if needs_heat:
            amounts = heat(*names, question, subject, picture.data)
    except UserError as error:
        st.warning(escape_markdown(str(error)), icon=":material/info:")
    found = None if amounts is None else box(amounts, field)
    return Answer(field, frame, amounts, found, values, shown_picture(picture, subject))
