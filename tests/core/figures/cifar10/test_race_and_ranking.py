"""The replay of the families' race and their ranking: the recorded numbers, and nothing else, in whatever is drawn."""

from __future__ import annotations

import pytest

from core.figures.cifar10.looks import LOOKS
from core.figures.cifar10.race import Against, race, results, teaches
from core.figures.cifar10.ranking import Cost, front, ranking
from core.models.cifar10.members import FAMILIES, League
from core.transfer.cifar10.record_file import shipped

RECORDS = [record for record in shipped() if record.league is League.LAPTOP]


def test_every_family_has_a_look_of_its_own() -> None:
    assert list(LOOKS) == list(FAMILIES)
    assert len({tuple(look.items()) for look in LOOKS.values()}) == len(FAMILIES)


@pytest.mark.parametrize("against", Against)
def test_the_curves_are_those_of_the_records(against: Against) -> None:
    plot = race(RECORDS, against)
    assert [trace.name for trace in plot.plot.data] == [record.family for record in RECORDS]
    for trace, record in zip(plot.plot.data, RECORDS, strict=True):
        assert list(trace.y) == [point.accuracy for point in record.curve]
        wanted = {
            Against.SECONDS: [point.seconds for point in record.curve],
            Against.EPOCHS: [point.epoch for point in record.curve],
            Against.IMAGES: [point.epoch * record.pictures["train"] for point in record.curve],
        }[against]
        assert list(trace.x) == wanted
    assert len(plot.plot.frames) == 60
    assert plot.plot.layout.updatemenus[0].buttons[0].args[1]["frame"]["duration"] * 60 == pytest.approx(10_000, abs=60)
    assert all(family in plot.alt for family in FAMILIES)


def test_the_table_is_sorted_and_says_what_was_measured() -> None:
    table = results(RECORDS)
    assert list(table["test, %"]) == sorted((100 * record.test for record in RECORDS), reverse=True)
    assert set(table["family"]) == set(FAMILIES)
    assert table["family"][0] in teaches(RECORDS)


@pytest.mark.parametrize("cost", Cost)
def test_the_front_goes_up_and_is_a_part_of_all(cost: Cost) -> None:
    best = front(RECORDS, cost)
    tests = [record.test for record in best]
    assert tests == sorted(tests)
    assert max(record.test for record in RECORDS) == tests[-1]
    plot = ranking(RECORDS, cost)
    assert len(plot.plot.data) == len(RECORDS) + 1
    assert list(plot.plot.data[0].y) == tests
