"""The laptop league as it is shipped: eleven records that say what can be, and the weights that belong to them."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch

from core.models.cifar10.analysis import cost_of
from core.models.cifar10.members import FAMILIES, MEMBERS, League
from core.transfer.cifar10.order import COUNT, labels_of
from core.transfer.cifar10.recipe import ENTRIES
from core.transfer.cifar10.record import Record
from core.transfer.cifar10.record_file import FOLDER, shipped
from core.transfer.takeaway.weights import from_safetensors
from core.transfer.training.answers import logits_in_batches
from tests.core.transfer.cifar10.sets import CLASSES

RECORDS = {record.family: record for record in shipped() if record.league is League.LAPTOP}
EACH = pytest.mark.parametrize("record", RECORDS.values(), ids=list(RECORDS))
README = (Path(__file__).parents[4] / "README.md").read_text(encoding="utf-8")


def test_all_eleven_ran_by_one_recipe_for_the_same_minutes() -> None:
    assert set(RECORDS) == set(FAMILIES)
    configurations = [
        {name: value for name, value in record.configuration.items() if name != "backbone"}
        for record in RECORDS.values()
    ]
    assert all(configuration == configurations[0] for configuration in configurations)
    assert len({record.data_digest for record in RECORDS.values()}) == 1
    for record in RECORDS.values():
        assert record.seconds == pytest.approx(60 * record.configuration["minutes"], rel=0.01)


@EACH
def test_the_record_is_of_the_network_that_is_in_the_registry(record: Record) -> None:
    architecture = ENTRIES[record.key].spec.architecture
    assert record.title == architecture.title
    assert record.parameters == architecture.parameters
    assert record.macs == cost_of(architecture.name).macs
    assert record.classes == CLASSES


@EACH
def test_its_answers_are_as_good_as_it_says(record: Record) -> None:
    assert len(record.names) == COUNT
    actual = labels_of(record.names)
    assert float((actual == record.answers).mean()) == pytest.approx(record.test)
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (actual, record.answers), 1)
    assert counts.tolist() == [list(row) for row in record.confusion]


@EACH
def test_nobody_fell_behind(record: Record) -> None:
    """Below this the recipe is at fault, not the family."""
    depthwise = MEMBERS[record.key].depthwise
    assert record.test >= (0.5 if depthwise else 0.6)
    assert record.epochs >= 3
    assert abs(record.test - record.validation) < 0.03


@EACH
def test_its_weights_are_there_and_answer(record: Record) -> None:
    trained = from_safetensors((FOLDER / f"{record.key}.safetensors").read_bytes())
    assert trained.spec == ENTRIES[record.key].spec
    assert trained.classes == record.classes
    assert trained.data_digest == record.data_digest
    (logits,) = next(logits_in_batches(trained.model(), torch.zeros(1, 3, 32, 32, dtype=torch.uint8)))
    assert logits.shape == (1, 10)
    assert torch.isfinite(logits).all()


def test_all_weights_together_are_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("*.safetensors")) <= 8_000_000
    assert {path.stem for path in FOLDER.glob("*.safetensors")} == {record.key for record in RECORDS.values()}


@EACH
def test_the_readme_says_the_same(record: Record) -> None:
    (row,) = [line for line in README.splitlines() if line.startswith(f"| {record.family} | {record.title} |")]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[2:] == [
        f"{record.parameters:,}",
        f"{record.macs / 1e6:.1f} M",
        f"{record.images_per_second:,.0f}",
        f"{record.epochs:.1f}",
        f"{record.validation:.1%}",
        f"{record.test:.1%}",
    ]


def test_what_was_not_measured_is_said_not_to_be() -> None:
    full = [record for record in shipped() if record.league is League.GPU]
    assert full or re.search(r"GPU league.{0,80}not measured", README, re.DOTALL)
