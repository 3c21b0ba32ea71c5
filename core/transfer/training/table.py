"""A schedule as a table that can be typed into, and as a line of text for links; what is typed is judged here."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from core.errors import UserError
from core.transfer.training.schedule import Phase, Statistics

MOST_PHASES = 12
MOST_EPOCHS = 200.0
"""Of one phase."""
BATCHES = (2, 512)
"""Pictures a step, the fewest and the most: batch normalisation cannot take the variance of one."""
LARGEST_RATE = 10.0
LONGEST_NAME = 60
LONGEST_TEXT = 6_000
"""Characters of a schedule in a link."""
NAME, EPOCHS, BATCH, STATISTICS, REBUILD = "phase", "epochs", "batch", "BatchNorm statistics", "rebuild heads"
AFTER = (EPOCHS, BATCH, STATISTICS, REBUILD)
"""Columns behind those of the groups."""


def tidy(phases: Sequence[Phase], groups: Sequence[str]) -> tuple[Phase, ...]:
    """The same with rates of three digits, as the table shows them, and none of groups that the network lacks."""
    return tuple(
        replace(
            phase,
            rates={group: float(f"{phase.rates[group]:.3g}") for group in groups if phase.trains(group)},
        )
        for phase in phases
    )


def to_table(phases: Sequence[Phase], groups: Sequence[str]) -> pd.DataFrame:
    """One row a phase; a rate that is empty is frozen."""
    rows = [
        [
            phase.name,
            *(f"{phase.rates[group]:.6g}" if phase.trains(group) else "" for group in groups),
            f"{phase.epochs:g}",
            str(phase.batch),
            str(phase.statistics),
            phase.rebuild,
        ]
        for phase in phases
    ]
    return pd.DataFrame(rows, columns=[NAME, *groups, *AFTER])


def from_table(table: pd.DataFrame, groups: Sequence[str]) -> tuple[Phase, ...]:
    """The schedule that was typed. Rows without anything in them are left out.

    Raises:
        UserError: a cell is not understood, there is no phase, there are too many, or nothing ever learns.
    """
    phases: list[Phase] = []
    for record in table.to_dict("records"):
        if all(_text(record.get(column)) == "" for column in (NAME, *groups, EPOCHS, BATCH)):
            continue
        phases.append(_phase({str(key): value for key, value in record.items()}, groups, len(phases) + 1))
        if len(phases) > MOST_PHASES:
            raise UserError(f"A schedule may have at most {MOST_PHASES} phases, and this one has more.")
    return _checked(phases)


def write(phases: Sequence[Phase]) -> str:
    """The schedule as text for a link."""
    rows = [
        [phase.name, dict(phase.rates), phase.epochs, phase.batch, str(phase.statistics), phase.rebuild]
        for phase in phases
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def parse(text: str, groups: Sequence[str]) -> tuple[Phase, ...]:
    """Read what `write` wrote; groups that this network lacks are left out.

    Raises:
        UserError: it is not a schedule.
    """
    broken = UserError("The schedule in this link cannot be read; the preset is shown instead.")
    if len(text) > LONGEST_TEXT:
        raise broken
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise broken from error
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_PHASES:
        raise broken
    phases: list[Phase] = []
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, list) or len(row) != 6 or not isinstance(row[1], dict):
            raise broken
        name, rates, *rest = row
        cells = {group: rate for group, rate in rates.items() if group in groups}
        phases.append(_phase({NAME: name, **cells, **dict(zip(AFTER, rest, strict=True))}, groups, number))
    return _checked(phases)


def _checked(phases: list[Phase]) -> tuple[Phase, ...]:
    if not phases:
        raise UserError("The schedule has no phase: add a row with a learning rate and a number of epochs.")
    if not any(phase.epochs > 0 and any(rate > 0 for rate in phase.rates.values()) for phase in phases):
        raise UserError("Nothing learns in this schedule: give at least one phase a learning rate and epochs.")
    return tuple(phases)


def _phase(cells: Mapping[str, Any], groups: Sequence[str], number: int) -> Phase:
    where = f"Phase {number}"
    name = _text(cells.get(NAME))[:LONGEST_NAME] or where
    rates = {}
    for group in groups:
        if _text(cells.get(group)):
            rate = _number(cells[group], f"{where}, {group}: the learning rate")
            if not 0 <= rate <= LARGEST_RATE:
                raise UserError(
                    f"{where}, {group}: a learning rate is between 0 and {LARGEST_RATE:g}, and this is {rate:g}."
                )
            if rate:
                rates[group] = rate
    epochs = _number(cells.get(EPOCHS), f"{where}: the number of epochs")
    if not 0 <= epochs <= MOST_EPOCHS:
        raise UserError(f"{where}: a phase has 0 to {MOST_EPOCHS:g} epochs, and this one has {epochs:g}.")
    batch = _number(cells.get(BATCH), f"{where}: the batch")
    if batch != int(batch) or not BATCHES[0] <= batch <= BATCHES[1]:
        raise UserError(f"{where}: a batch has {BATCHES[0]} to {BATCHES[1]} pictures, and this is {batch:g}.")
    return Phase(name, rates, epochs, int(batch), _statistics(cells.get(STATISTICS), where), _truth(cells.get(REBUILD)))


def _statistics(value: object, where: str) -> Statistics:
    text = _text(value)
    try:
        return Statistics(text) if text else Statistics.WITH_WEIGHTS
    except ValueError:
        names = ", ".join(f"“{name}”" for name in Statistics)
        raise UserError(f"{where}: the statistics of batch normalisation are one of {names}.") from None


def _truth(value: object) -> bool:
    return bool(value) if isinstance(value, (bool, int, float)) and value == value else False


def _text(value: object) -> str:
    """A cell as text; "" for the many ways of being empty."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NA:
        return ""
    return str(value).strip()


def _number(value: object, what: str) -> float:
    text = _text(value)
    if not text:
        raise UserError(f"{what} is missing.")
    try:
        number = float(text)
    except ValueError:
        hint = " Write a dot, not a comma." if "," in text else ""
        raise UserError(f"{what} is a number, and “{text[:20]}” is none.{hint}") from None
    if not math.isfinite(number):
        raise UserError(f"{what} is a finite number, and “{text[:20]}” is none.")
    return number
