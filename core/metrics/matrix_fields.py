"""The fields in which a confusion matrix is typed: how they are read and filled, and messages that come late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from core.metrics.confusion import ConfusionMatrix
from core.metrics.notation import MOST, count, default_names, name, names, typed, write, write_names
from core.metrics.presets import PRESETS, Preset

FIRST = next(iter(PRESETS.values()))
"""The matrix of a first visit."""
_SAME_MESSAGE = 0.25  # seconds: two callbacks this close come from one message of the browser


class MatrixFields(NamedTuple):
    """A matrix as it is typed.

    Attributes:
        text: its counts.
        labels: names of its classes.
        turned: whether the rows that were typed are predictions.
    """

    text: str
    labels: str
    turned: bool

    @classmethod
    def of(cls, matrix: ConfusionMatrix, *, turned: bool) -> MatrixFields:
        """What is to be typed for this matrix."""
        return cls(write(matrix.transposed() if turned else matrix), write_names(matrix.labels), turned)

    @classmethod
    def of_preset(cls, preset: Preset) -> MatrixFields:
        """What is to be typed for this preset."""
        return cls(preset.text, preset.labels, preset.predictions_in_rows)

    def read(self) -> ConfusionMatrix:
        """The matrix.

        Raises:
            UserError: says what cannot be read.
        """
        found = typed(self.text)
        known, given = found.matrix, names(self.labels)
        if len(given) != len(known) and self.labels == FIRST.labels:  # nobody typed those names
            given = known.labels
        matrix = ConfusionMatrix(known.counts, given or known.labels)
        return matrix.transposed() if self.turned and not found.told else matrix

    def tidied(self) -> tuple[MatrixFields, tuple[str, ...]]:
        """After a paste: names in the text go where names are, as many as there are rows; and what there is to say.

        Raises:
            UserError: says what cannot be read.
        """
        found, labels = typed(self.text), names(self.labels)
        given = found.matrix
        if given.labels != default_names(len(given)):
            labels = given.labels
        if found.told and self.turned:  # the text is written anew, the way round that is set
            given = given.transposed()
        return MatrixFields(write(given), write_names(_as_many(labels, len(given))), self.turned), found.notes


FIRST_FIELDS = MatrixFields.of_preset(FIRST)


def resized(matrix: ConfusionMatrix, size: int) -> ConfusionMatrix:
    """With more or fewer classes; they come and go at the end."""
    shared = min(size, len(matrix))
    counts = np.zeros((size, size))
    counts[:shared, :shared] = matrix.counts[:shared, :shared]
    return ConfusionMatrix(counts, _as_many(matrix.labels, size))


def _as_many(labels: Sequence[str], size: int) -> tuple[str, ...]:
    """As many names: cut, or with letters that are not taken."""
    free = [letter for letter in default_names(MOST) if letter not in labels]
    return (*labels[:size], *free[: max(0, size - len(labels))])


def edited(matrix: ConfusionMatrix, place: tuple[int, ...], text: str) -> ConfusionMatrix:
    """After a text was typed into the table.

    Args:
        matrix: before.
        place: (target, predicted) of a count, or (class,) of a name; any other changes nothing.
        text: as typed.

    Raises:
        UserError: says what is wrong with the text.
    """
    if len(place) not in (1, 2) or not all(0 <= index < len(matrix) for index in place):
        return matrix  # a browser may say anything
    if len(place) == 1:
        labels = list(matrix.labels)
        labels[place[0]] = name(text)
        return ConfusionMatrix(matrix.counts, tuple(labels))
    counts = np.array(matrix.counts)
    counts[place] = count(text)
    return ConfusionMatrix(counts, matrix.labels)


@dataclass(frozen=True)
class Pending:
    """Fields that were filled by a callback, until the browser has sent them back.

    Attributes:
        before: what stood there, and what stood there before that.
        after: what stands there now.
        at: when, in seconds of a steady clock.
        draws: how often the fields had been drawn then.
        whole: whether the matrix was replaced, not a part of it.
        echoed: how often they had been drawn when an old text last came back.
    """

    before: tuple[MatrixFields, ...]
    after: MatrixFields
    at: float
    draws: int
    whole: bool
    echoed: int = -1

    def without_echo(self, fields: MatrixFields) -> MatrixFields:
        """What the browser sent, an old text replaced by what was filled in since.

        A message that the browser sent before it heard of that brings the old text back: of somebody who types into a
        cell and at once clicks elsewhere, or while the fields are folded away where the browser does not keep them.
        """
        text, labels, turned = fields
        if text != self.after.text and text in {old.text for old in self.before}:
            text = self.after.text
            if any(old.turned != self.after.turned for old in self.before):
                turned = self.after.turned
        if labels != self.after.labels and labels in {old.labels for old in self.before}:
            labels = self.after.labels
        return MatrixFields(text, labels, turned)

    def is_over(self, fields: MatrixFields, draws: int) -> bool:
        """Whether the browser knows what was filled in: from then on an old text is a new one."""
        return self.draws < draws > self.echoed and fields[:2] == self.after[:2]

    def in_same_message(self, now: float) -> bool:
        """Whether an edit comes with the click that has replaced the matrix: then it was meant for the old one."""
        return self.whole and now - self.at < _SAME_MESSAGE
