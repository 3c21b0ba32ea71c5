"""What is said of what a cell sees, and how its field grows."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from core.conv.effective.box import box
from core.conv.effective.gradient import Weights
from core.conv.effective.subject import CellSettings, Subject, of_stack
from core.conv.notation import parse
from core.figures.conv import field_table as tables
from core.figures.conv.field_seen import Seen, cell_name, frame_of

CHAIN = "conv 4 k3 p1; relu; maxpool k2 s2; conv 4 k3 p1 d2"
BRANCHES = "conv 8 k3 p1; conv 8 k3 p1; add from 1,2; transposed 6 k2 s2"


def subject(text: str = CHAIN) -> Subject:
    return of_stack("mine", parse(text), (1, 16, 16))


def seen(number: int, at: tuple[int, int], *, heat: bool = True) -> Seen:
    network = subject().network
    field = network.region(number, at)
    amounts = np.zeros((16, 16))
    if heat:
        rows, columns = (slice(max(cells.low, 0), cells.high + 1) for cells in field)
        amounts[rows, columns] = 1
        amounts /= amounts.sum()
    values = amounts if heat else None
    found = None if values is None else box(values, field)
    return Seen(
        network.places[number], field, frame_of(subject(), number), values, found, None, Image.new("RGB", (16, 16))
    )


def test_numbers_are_those_of_the_recursion() -> None:
    numbers = seen(4, (4, 4)).numbers((16, 16))
    assert (numbers["Receptive field r"], numbers["Jump j"], numbers["First centre"]) == ("12", "2", "2.5")
    assert numbers["In the padding"] == f"{1 - (11 / 12) ** 2:.1%}", "rows 5 to 16, and the picture ends with 15"
    assert "Effective field" not in seen(4, (4, 4), heat=False).numbers((16, 16))


def test_sentences_only_where_there_is_a_gradient() -> None:
    assert seen(4, (4, 4), heat=False).sentences(Weights.RANDOM) == []
    (said,) = seen(4, (4, 4)).sentences(Weights.RANDOM)
    assert said.startswith("95 % of the gradient lies within a box")
    assert seen(4, (4, 4)).holes == 0


def test_a_picture_without_heat_stays_as_it_is() -> None:
    found = seen(1, (0, 0), heat=False)
    assert found.warm() is found.image
    assert seen(1, (0, 0)).warm().size == (16, 16)
    assert cell_name(CellSettings(1, (2, 3), Weights.RANDOM, 0, 1)) == "(2, 3)"


def test_the_layer_that_decides_is_named() -> None:
    analysis = subject().analysis
    assert analysis is not None
    assert tables.deciding_layer(analysis, 2) == [
        "Layer 2 (relu) works cell by cell: its field is that of layer 1 (conv)."
    ]
    assert "dilation d = 2" in tables.deciding_layer(analysis, 4)[0]
    assert not tables.differs_by_cell(analysis, 4)
    joined = subject(BRANCHES).analysis
    assert joined is not None
    assert "Where branches meet" in tables.deciding_layer(joined, 3)[0]
    assert tables.differs_by_cell(joined, 4)


@pytest.mark.parametrize("number", [3, 4])
def test_tables_and_points_hold_what_leads_to_a_layer(number: int) -> None:
    joined = subject(BRANCHES).analysis
    assert joined is not None
    assert tables.stack_table(joined, number)["layer"].tolist() == list(range(1, number + 1))
    assert [point.size for point in tables.stack_points(joined, number)][:2] == [3, 5]
