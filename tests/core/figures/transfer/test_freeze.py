"""The freeze inspector says what moved, and its verdict is right."""

from __future__ import annotations

import math

import pytest

from core.figures.transfer import freeze
from core.figures.transfer.freeze import What
from core.figures.transfer.freeze_verdict import verdict
from core.transfer.training.run import LayerChange
from tests.core.figures.transfer.made import assert_sound, layer

STILL = (
    layer("conv1", "stem", trained=False),
    layer("bn1", "stem", trained=False, drifted=0.0),
    layer("conv2", "group 1", trained=True, moved=0.02),
    layer("bn2", "group 1", trained=True, moved=0.001, drifted=0.3),
    layer("heads.0", "heads", trained=True, moved=0.5),
)
DRIFTED = (STILL[0], layer("bn1", "stem", trained=False, drifted=0.2), *STILL[2:])
BROKEN = (layer("conv1", "stem", trained=False, moved=0.1), *STILL[1:])


def test_frozen_and_identical() -> None:
    said = verdict(STILL)
    assert said.proven
    assert (said.frozen, said.identical, said.trained, said.still) == (2, 2, 3, 0)
    assert "2 layers frozen, all bit-identical" in said.sentences()
    assert "drifted" not in said.sentences()


def test_the_usual_mistake_is_named() -> None:
    said = verdict(DRIFTED)
    assert not said.proven
    assert said.drifted == 1
    assert "Frozen weights, but statistics drifted in 1 layer**: `.train()` was left on" in said.sentences()


def test_frozen_weights_that_moved_are_not_called_a_mistake_of_modes() -> None:
    said = verdict(BROKEN)
    assert not said.proven
    assert "1 of 2 frozen layers changed" in said.sentences()
    assert ".train()" not in said.sentences()


def test_nothing_frozen_and_nothing_trained() -> None:
    assert "No layer was frozen" in verdict(STILL[2:]).sentences()
    assert verdict(STILL[:2]).sentences() == "**2 layers frozen, all bit-identical**: weights and statistics."
    assert "1 layer frozen, and bit-identical" in verdict(STILL[:1]).sentences()


def test_statistics_that_were_kept_where_weights_train() -> None:
    kept = (*STILL[:3], layer("bn2", "group 1", trained=True, moved=0.001, drifted=0.0), STILL[4])
    assert "statistics of the 1 trained layer with any stayed" in verdict(kept).sentences()


@pytest.mark.parametrize("weight_change", [STILL, DRIFTED, BROKEN])
def test_the_charts_show_each_layer_at_its_place(weight_change: tuple[LayerChange, ...]) -> None:
    weights, statistics = (freeze.chart(weight_change, what) for what in What)
    for figure in (weights, statistics):
        assert_sound(figure)
    assert weights.data["layer"].tolist() == [1, 2, 3, 4, 5]
    assert statistics.data["layer"].tolist() == [2, 4]
    assert weights.data["learned"].tolist() == ["frozen", "frozen", "trained", "trained", "trained"]
    assert weights.data["change"].tolist() == [weight_change[i].moved for i in range(5)]
    assert statistics.data["change"].tolist() == [weight_change[i].drifted for i in (1, 3)]


def test_the_alternative_text_counts() -> None:
    assert "weights changed in 3 trained and 0 frozen" in freeze.chart(STILL, What.WEIGHTS).alt
    assert "statistics drifted in 1 trained and 1 frozen" in freeze.chart(DRIFTED, What.STATISTICS).alt


def test_weights_that_began_at_nothing_fit_on_the_axis() -> None:
    figure = freeze.chart((layer("bias", "heads", trained=True, moved=math.inf),), What.WEIGHTS)
    assert_sound(figure)
    assert figure.data["said"].tolist() == ["it began at 0"]


def test_a_network_without_batch_normalisation() -> None:
    figure = freeze.chart(STILL[:1], What.STATISTICS)
    assert figure.data.empty
    assert figure.alt == "Of 0 layers with statistics, statistics drifted in 0 trained and 0 frozen"
    assert len(freeze.chart(STILL[:1], What.WEIGHTS).data) == 1, "it has weights"


def test_the_table_has_a_row_a_layer() -> None:
    table = freeze.table(DRIFTED).set_index("layer")
    assert table.loc["bn1", "statistics drifted"] == 0.2
    assert not table.loc["bn1", "bit-identical"]
    assert math.isnan(table.loc["conv1", "statistics drifted"])
    assert table.loc["conv1", "bit-identical"]
