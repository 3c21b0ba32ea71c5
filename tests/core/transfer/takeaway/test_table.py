"""The tables and their CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from core.transfer.takeaway.result import epochs_done, wilson
from core.transfer.takeaway.table import points_table, predictions_table, summary_table, to_csv, weight_change_table
from tests.core.transfer.takeaway.made import result, run, trained


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_points_of_all_runs() -> None:
    found = rows(to_csv(points_table([run(), run(trained(title="All"))])))
    assert len(found) == 8
    assert found[0]["training loss"] == ""  # before the first step there is none
    assert [row["phase name"] for row in found[:4]] == ["Rebuild", "Heads", "And group 4", "And group 4"]
    assert {row["run"] for row in found} == {"Last group", "All"}
    assert float(found[2]["validation accuracy"]) == 0.83


def test_summary_has_what_was_measured() -> None:
    (found,) = rows(to_csv(summary_table([run()])))
    assert float(found["test accuracy"]) == pytest.approx(4 / 6)
    assert float(found["95 % from"]) < 4 / 6 < float(found["95 % to"])
    assert float(found["best validation accuracy"]) == 0.83
    assert (found["training pictures"], found["validation pictures"], found["test pictures"]) == ("12", "6", "6")


def test_predictions_have_a_line_a_picture() -> None:
    given = result()
    found = rows(to_csv(predictions_table(given)))
    assert len(found) == 6
    assert sum(row["gold"] == row["predicted"] for row in found) == 4
    for row in found:
        assert sum(float(row[f"probability of {name}"]) for name in given.trained.classes) == pytest.approx(1)
        assert row["picture"].startswith(row["gold"])


def test_formulas_are_made_harmless() -> None:
    given = result()
    hostile = replace(given, trained=replace(given.trained, classes=("=1", "@x", "c")))
    text = to_csv(predictions_table(hostile))
    assert ",'=1," in text
    assert ",=1" not in text
    assert ",'@x," in text


def test_weight_change_has_a_line_a_layer() -> None:
    found = rows(to_csv(weight_change_table(run())))
    assert [row["identical"] for row in found] == ["True", "False", "False"]


def test_epochs_of_each_phase_are_those_it_came_to() -> None:
    assert epochs_done(run()) == (0, 1, 2)


def test_wilson_is_the_published_interval() -> None:
    found = wilson(1, 10)  # Newcombe 1998, table I
    assert (found.low, found.high) == (pytest.approx(0.0179, abs=1e-4), pytest.approx(0.4042, abs=1e-4))
    assert wilson(0, 0).of == 0
