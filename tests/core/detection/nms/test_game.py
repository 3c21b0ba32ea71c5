"""The game: choices against what NMS does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.detection.nms.examples import EXAMPLES, Name
from core.detection.nms.game import NONE_LEFT, Game, Said
from core.detection.nms.part import taking_part
from core.detection.rounds import rounds
from tests.examples import examples
from tests.synthetic import candidates


def game(iou: float = 0.45) -> Game:
    part = EXAMPLES[Name.NOT_MONOTONE].candidates
    assert part is not None
    return Game(rounds(part, part.suppress(iou, 0.3)))


def play(at: Game, *choices: int) -> Game:
    for choice in choices:
        at = at.choose(choice)
    return at


def test_as_nms_plays_it() -> None:
    done = play(game(), 0, 2, 3, NONE_LEFT)
    assert done.over
    assert done.right == done.last == 4
    assert [turn.said for turn in done.turns] == [Said.RIGHT] * 4
    assert done.gone == (1,)


def test_every_mistake_has_its_word() -> None:
    done = play(game(), 2, 1, NONE_LEFT, 1)
    assert [turn.said for turn in done.turns] == [Said.LOWER, Said.GONE, Said.NOT_OVER, Said.GONE]
    assert done.over
    assert done.right == 0


def test_nms_goes_on_as_it_would_have() -> None:
    at = play(game(), 3)
    assert at.now.winner == 0
    assert at.now.victims == (1,)
    assert at.open == (1, 2, 3), "what is gone can still be chosen, wrongly"
    assert at.gone == (1,)


def test_undo_goes_back_and_not_beyond_the_start() -> None:
    at = play(game(), 0, 2)
    assert at.undo() == play(game(), 0)
    assert at.undo().undo().undo() == game()


def test_what_cannot_be_chosen_changes_nothing() -> None:
    at = play(game(), 0)
    assert at.choose(0) == at, "it is kept already"
    assert at.choose(99) == at
    done = play(game(), 0, 2, 3, NONE_LEFT)
    assert done.choose(1) == done


def test_no_box_at_all() -> None:
    part = candidates(0)
    at = Game(rounds(part, part.suppress()))
    assert at.last == 1
    assert at.choose(NONE_LEFT).right == 1


@examples(30, fixed=False)
@given(count=st.integers(1, 20), seed=st.integers(0, 10_000), data=st.data())
def test_any_game_ends_and_the_best_left_is_always_right(count: int, seed: int, data: st.DataObject) -> None:
    part = taking_part(candidates(count, seed=seed), 0.0)
    at = Game(rounds(part, part.suppress(0.4, 0.0)))
    right = 0
    while not at.over:
        waiting = at.now.waiting
        best = min(waiting) if waiting else NONE_LEFT
        choice = data.draw(st.sampled_from([best, *at.open, NONE_LEFT]))
        right += choice == best
        at = at.choose(choice)
    assert at.right == right
    assert len(at.turns) == at.last
