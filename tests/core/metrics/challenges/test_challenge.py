"""Every challenge can be solved, is not solved at its start, and says what it measured."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from core.metrics.challenges.catalogue import CHALLENGES, LECTURE_THREE, LECTURE_TWO, known, named
from core.metrics.challenges.challenge import (
    Challenge,
    Condition,
    Quantity,
    Relation,
    Rule,
    matrix,
)
from core.metrics.confusion import ConfusionMatrix
from tests.examples import examples

every = pytest.mark.parametrize("challenge", CHALLENGES, ids=lambda challenge: challenge.title)
counts = st.integers(2, 3).flatmap(
    lambda size: st.lists(st.lists(st.integers(0, 30), min_size=size, max_size=size), min_size=size, max_size=size)
)


def of(title: str) -> Challenge:
    challenge = named(title)
    assert challenge.title == title
    return challenge


def values(title: str) -> dict[str, float]:
    """Name -> number of each condition, on the solution."""
    challenge = of(title)
    return {condition.name: condition.value for condition in challenge.check(challenge.solution)}


@every
def test_the_solution_solves_it_and_the_start_does_not(challenge: Challenge) -> None:
    assert [condition.name for condition in challenge.check(challenge.solution) if not condition.met] == []
    assert challenge.solved(challenge.solution)
    assert not challenge.solved(challenge.start)


@every
def test_the_solution_can_be_reached_by_editing_the_start(challenge: Challenge) -> None:
    assert challenge.start.labels == challenge.solution.labels
    whole = challenge.solution.counts
    assert (whole == np.rint(whole)).all()


@every
def test_it_says_what_to_do_and_what_it_teaches(challenge: Challenge) -> None:
    for text in (challenge.task, challenge.hint, challenge.why):
        assert text.endswith(".") or text.endswith("?")
        assert len(text) > 30
    assert len(challenge.title) <= 40


def test_titles_differ_and_there_are_enough() -> None:
    titles = [challenge.title for challenge in CHALLENGES]
    assert len(set(titles)) == len(titles) >= 8
    assert named("no such title") is named(None) is CHALLENGES[0]


@every
def test_the_lectures_matrices_do_not_give_the_binary_ones_away(challenge: Challenge) -> None:
    """A first visit shows a lecture's matrix: nothing may be solved before anybody has done something."""
    assert not challenge.solved(LECTURE_TWO)
    if challenge.title != "Below both":  # the lecture's 3 x 3 is an example of that one
        assert not challenge.solved(LECTURE_THREE)


@every
def test_there_is_more_than_one_solution_and_the_known_one_is_known(challenge: Challenge) -> None:
    """What the page can show counts for nobody, so another one has to be there, and easy to write."""
    other = ConfusionMatrix(challenge.solution.counts * 3, challenge.solution.labels)
    assert challenge.solved(other)
    assert not known(other)
    renamed = ConfusionMatrix(challenge.solution.counts, tuple("xyz"[: len(challenge.solution)]))
    assert all(known(one) for one in (renamed, renamed.transposed(), challenge.start))


def test_what_everybody_would_write_is_not_the_known_solution() -> None:
    always = matrix([[105, 0], [45, 0]])
    assert of("Always yes beats the model").solved(always)
    assert not known(always)


def test_golden_numbers_of_solutions() -> None:
    always = values("Always yes beats the model")
    assert always["F1 above 32/39 ≈ 0.8205"] == pytest.approx(14 / 17)
    assert always["MCC equal to 0"] == 0
    assert values("Accurate and useless")["accuracy above 0.95"] == pytest.approx(0.96)
    assert values("Never wrong, rarely there")["recall below 0.1"] == pytest.approx(0.05)
    disease = values("The rare disease")
    assert disease["precision below 0.2"] == pytest.approx(95 / 595)
    assert disease["balanced accuracy at least 0.9"] == pytest.approx((95 / 100 + 9400 / 9900) / 2)
    assert values("What F1 does not see")["F1 equal to 32/39 ≈ 0.8205"] == pytest.approx(32 / 39)
    assert values("Worse than chance")["kappa below 0"] == pytest.approx((0.6 - 0.66) / (1 - 0.66))
    assert values("Micro high, macro low")["micro-F1 at least 0.9"] == pytest.approx(0.91)


@every
def test_the_start_fails_a_score_and_not_only_the_size(challenge: Challenge) -> None:
    missed = [condition for condition in challenge.check(challenge.start) if not condition.met]
    assert any(not condition.count for condition in missed)


@examples(25)
@given(counts)
def test_any_matrix_can_be_checked(rows: list[list[int]]) -> None:
    for challenge in CHALLENGES:
        checked = challenge.check(matrix(rows))
        assert len(checked) == len(challenge.rules)
        for condition in checked:
            if math.isnan(condition.value) or math.isnan(condition.bound):
                assert not condition.met
                assert "undefined" in condition.measured


def test_nothing_is_solved_by_a_matrix_without_counts_and_scores_say_undefined() -> None:
    for size in (2, 3):
        empty = matrix([[0] * size] * size)
        for challenge in CHALLENGES:
            assert not challenge.solved(empty)
            scores = [condition for condition in challenge.check(empty) if not condition.count]
            assert all(not condition.met and condition.measured.startswith("undefined") for condition in scores)


def test_a_class_that_is_never_predicted_has_no_precision() -> None:
    never = matrix([[0, 50], [0, 50]])
    precision = of("Never wrong, rarely there").check(never)[1]
    assert (precision.name, precision.measured, precision.met) == ("precision equal to 1", "undefined", False)


@examples(40)
@given(counts)
def test_what_the_texts_claim_holds_for_every_matrix(rows: list[list[int]]) -> None:
    """Weighted-F1 never exceeds both; turning never moves macro-F1; the F1 of the means is the larger macro-F1."""
    found = matrix(rows)
    if not (found.support.all() and found.predicted.all()):
        return
    target, predicted = np.indices(found.counts.shape)
    given = {"sample_weight": found.counts.ravel(), "zero_division": 0, "average": "weighted"}
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(target.ravel(), predicted.ravel(), **given)
    assert f1 <= (precision + recall) / 2 + 1e-12
    by_name = {c.name: c for c in of("Rows or columns?").check(found)}
    assert by_name["change of macro-F1 when turned equal to 0"].met
    assert found.score("f1_of_means") >= found.score("f1", "macro") - 1e-12


@pytest.mark.parametrize(
    ("relation", "below", "equal", "above"),
    [
        (Relation.ABOVE, False, False, True),
        (Relation.AT_LEAST, False, True, True),
        (Relation.EQUAL, False, True, False),
        (Relation.AT_MOST, True, True, False),
        (Relation.BELOW, True, False, False),
    ],
)
def test_relations(relation: Relation, below: bool, equal: bool, above: bool) -> None:
    assert relation.holds(0.1, 0.2) is below
    assert relation.holds(0.1 + 0.2, 0.3) is equal, "equal but for the last bit"
    assert relation.holds(0.3, 0.2) is above
    assert not relation.holds(math.nan, 0.2)
    assert not relation.holds(0.2, math.nan)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition("accuracy above 0.95", 0.9496, 0.95, False), "0.9496"),
        (Condition("accuracy above 0.95", 0.5, 0.95, False), "0.500"),
        (Condition("accuracy above 0.95", 0.95, 0.95, False), "0.950, just equal"),
        (Condition("accuracy at least 0.95", 0.95, 0.95, True), "0.950"),
        (Condition("F1 above 32/39 ≈ 0.8205", 32 / 39, 32 / 39, False), "0.8205, just equal"),
        (Condition("F1 above 32/39 ≈ 0.8205", 0.82052, 32 / 39, True), "0.82052"),
        (Condition("F1 equal to 32/39 ≈ 0.8205", 32 / 39, 32 / 39, True), "0.8205"),
        (Condition("MCC at most 0", -0.25, 0.0, True), "−0.250"),
        (Condition("a below b", 0.5, 0.25, False, moving=True), "0.500 and 0.250"),
        (Condition("a below b", math.nan, 0.25, False, moving=True), "undefined and 0.250"),
        (Condition("gold samples equal to 105", 1050, 105, False, count=True), "1,050"),
        (Condition("number of classes equal to 2", 3, 2, False, count=True), "3"),
        (Condition("a below b", 0.2500001, 0.25, False, moving=True), "0.2500001 and 0.2500000"),
        (Condition("gold samples equal to 105", 105.25, 105, False, count=True), "105.2"),
    ],
)
def test_measured_never_looks_like_a_bound_that_was_missed(condition: Condition, words: str) -> None:
    assert condition.measured == words


def test_a_rule_names_both_sides() -> None:
    low = Quantity("low", lambda m: m.score("accuracy") / 4)
    high = Quantity("high", lambda m: m.score("accuracy"))
    found = Rule(low, Relation.BELOW, high).check(ConfusionMatrix(np.eye(2), ("a", "b")))
    assert found == Condition("low below high", 0.25, 1.0, True, moving=True)
