"""Published networks in tables and words."""

from __future__ import annotations

import pytest

from core.conv.published import published
from core.figures.conv.published import amount, field_text, layers_table, origin
from core.models.cost import Convention
from core.models.fields.trace import NetworkField
from core.models.zoo import ZOO


@pytest.mark.parametrize(
    ("size", "everything", "text"),
    [((3, 3), False, "3 px"), ((3, 5), False, "3 × 5 px"), ((224, 224), True, "the whole picture")],
)
def test_fields_as_text(size: tuple[float, float], everything: bool, text: str) -> None:
    assert field_text(NetworkField(size, (0, 0), (1, 1), everything, (1, 1))) == text


def test_the_table_adds_up() -> None:
    counted = published("resnet18")
    table = layers_table(counted)
    assert table["parameters"].sum() == amount(counted.cost, None) == 11_689_512
    assert table["multiply-adds"].sum() == amount(counted.cost, Convention.MACS)


@pytest.mark.parametrize("name", ZOO)
def test_every_network_says_where_it_is_from(name: str) -> None:
    spec = ZOO[name]
    first, second, *rest = origin(spec)
    assert spec.paper.url in first
    assert str(spec.input_size) in second
    assert ("auxiliary" in second) == spec.has_aux
    assert bool(rest) == bool(spec.differs)
