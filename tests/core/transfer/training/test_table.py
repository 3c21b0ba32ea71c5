"""A schedule survives the table and the link, and nonsense in either is refused with a sentence."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pandas as pd
import pytest

from core.errors import UserError
from core.models.zoo import ZOO
from core.transfer.model.groups import group_names
from core.transfer.training import table as module
from core.transfer.training.presets import PRESETS
from core.transfer.training.schedule import Phase, Statistics
from core.transfer.training.table import from_table, parse, tidy, to_table, write

GROUPS = ("stem", "group 1", "heads")
GOOD: dict[str, Any] = {
    module.NAME: "Train", "stem": "", "group 1": "1e-4", "heads": "0.001",
    module.EPOCHS: "3", module.BATCH: "32", module.STATISTICS: "frozen", module.REBUILD: True,
}  # fmt: skip


def typed(**cells: Any) -> pd.DataFrame:
    names = {"epochs": module.EPOCHS, "batch": module.BATCH, "statistics": module.STATISTICS, "group_1": "group 1"}
    return pd.DataFrame([GOOD | {names.get(key, key): value for key, value in cells.items()}])


def test_every_preset_survives_table_and_link(subtests: pytest.Subtests) -> None:
    for backbone, title, neck in product(ZOO, PRESETS, (False, True)):
        with subtests.test(backbone=backbone, title=title, neck=neck):
            groups = group_names(backbone, neck=neck)
            phases = tidy(PRESETS[title].make(backbone, neck), groups)
            assert from_table(to_table(phases, groups), groups) == phases
            assert parse(write(phases), groups) == phases
            assert len(write(phases)) < module.LONGEST_TEXT
            assert len(phases) <= module.MOST_PHASES


def test_what_is_typed_is_what_is_read() -> None:
    assert from_table(typed(), GROUPS) == (
        Phase("Train", {"group 1": 1e-4, "heads": 1e-3}, 3.0, 32, Statistics.FROZEN, rebuild=True),
    )


@pytest.mark.parametrize("empty", ["", "  ", None, float("nan"), pd.NA, "0", "0.0"])
def test_an_empty_rate_and_a_rate_of_nothing_are_frozen(empty: object) -> None:
    (phase,) = from_table(typed(heads=empty), GROUPS)
    assert not phase.trains("heads")
    assert phase.trains("group 1")


def test_rows_without_anything_are_left_out_and_defaults_stand_in() -> None:
    blank = dict.fromkeys(GOOD, None)
    table = pd.DataFrame([GOOD, blank, GOOD | {module.NAME: None, module.STATISTICS: None, module.REBUILD: None}])
    phases = from_table(table, GROUPS)
    assert [phase.name for phase in phases] == ["Train", "Phase 2"]
    assert phases[1].statistics is Statistics.WITH_WEIGHTS
    assert not phases[1].rebuild


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"heads": "fast"}, "“fast” is none"),
        ({"heads": "0,001"}, "Write a dot, not a comma"),
        ({"heads": "-1"}, "between 0 and 10"),
        ({"heads": "1e9"}, "between 0 and 10"),
        ({"heads": "nan"}, "finite"),
        ({"heads": "inf"}, "finite"),
        ({"heads": "1" * 5_000}, "“11111111111111111111” is none"),
        ({"epochs": ""}, "number of epochs is missing"),
        ({"epochs": "-1"}, "0 to 200 epochs"),
        ({"epochs": "1e6"}, "0 to 200 epochs"),
        ({"batch": "1"}, "2 to 512 pictures"),
        ({"batch": "32.5"}, "2 to 512 pictures"),
        ({"batch": "100000"}, "2 to 512 pictures"),
        ({"statistics": "sometimes"}, "one of “with the weights”"),
        ({"heads": "", "group_1": ""}, "Nothing learns"),
        ({"epochs": "0"}, "Nothing learns"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(cells: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=words) as caught:
        from_table(typed(**cells), GROUPS)
    assert len(str(caught.value)) < 200


def test_no_phase_and_too_many() -> None:
    with pytest.raises(UserError, match="no phase"):
        from_table(typed().iloc[:0], GROUPS)
    with pytest.raises(UserError, match="at most 12 phases"):
        from_table(pd.concat([typed()] * 10_000), GROUPS)


ROW = ["Train", {"heads": 0.001}, 3, 32, "frozen", False]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "nonsense",
        "[1]",
        "[[]]",
        "[" * 5_000,
        json.dumps([ROW[:5]]),
        json.dumps([["Train", [], 3, 32, "frozen", False]]),
        json.dumps([["Train", {"heads": "<script>"}, 3, 32, "frozen", False]]),
        json.dumps([["Train", {"heads": {}}, 3, 32, "frozen", False]]),
        json.dumps([["Train", {"heads": 1}, float("inf"), 32, "frozen", False]]),
        json.dumps([["Train", {"heads": 1}, 3, 32, "always", False]]),
        json.dumps([["Train", {"tail": 1}, 3, 32, "frozen", False]]),
        json.dumps([ROW] * 13),
        json.dumps([["x" * 10_000, *ROW[1:]]]),
    ],
)
def test_a_link_with_nonsense_is_refused(text: str) -> None:
    with pytest.raises(UserError):
        parse(text, GROUPS)


def test_a_link_for_another_network_keeps_what_fits() -> None:
    text = write((Phase("Train", {"group 7": 1e-4, "neck": 1e-3, "heads": 1e-3}, 3.0),))
    assert parse(text, GROUPS) == (Phase("Train", {"heads": 1e-3}, 3.0),)


def test_long_names_are_cut() -> None:
    (phase,) = from_table(typed(phase="x" * 10_000), GROUPS)
    assert len(phase.name) == module.LONGEST_NAME
