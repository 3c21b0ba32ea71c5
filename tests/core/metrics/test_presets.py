from __future__ import annotations

import pytest

from core.metrics.notation import MOST
from core.metrics.presets import PRESETS, Preset


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_each_can_be_read(preset: Preset) -> None:
    matrix = preset.matrix()
    assert 2 <= len(matrix) <= MOST
    assert matrix.total > 0
    assert preset.note.endswith(".")


def test_the_lectures_matrices_hold_target_in_rows() -> None:
    two, three = PRESETS["Lecture: two classes"].matrix(), PRESETS["Lecture: three classes"].matrix()
    assert two.counts.tolist() == [[80, 25], [10, 35]]
    assert three.support.tolist() == [100, 100, 100], "each gold class occurs a hundred times"
    assert three.counts[0].tolist() == [30, 50, 20]


def test_the_notes_tell_the_truth() -> None:
    rare = PRESETS["Rare disease (imbalanced)"].matrix()
    assert rare.score("accuracy") == pytest.approx(0.958)
    assert rare.support[0] / rare.total == pytest.approx(0.01)
    assert 1 - rare.score("precision")[0] == pytest.approx(5 / 6)
    assert rare.support[1] / rare.total == pytest.approx(0.990)
    like = PRESETS["Like CIFAR-10"].matrix()
    assert set(like.support.tolist()) == {1000.0}
    worst = [
        (like.labels[g], like.labels[p]) for g in range(10) for p in range(10) if g != p and like.counts[g, p] >= 72
    ]
    assert sorted(worst) == [("cat", "dog"), ("dog", "cat")]
    three = PRESETS["Lecture: three classes"].matrix()
    assert three.score("f1", "weighted") == pytest.approx(three.score("f1", "macro"))
    assert three.score("balanced_accuracy") == pytest.approx(three.score("accuracy"))
