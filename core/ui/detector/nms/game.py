"""Be the NMS: the class says which box is kept next, and sees what greedy NMS does."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.detection.nms.game import NONE_LEFT, Game
from core.detection.results import Candidates
from core.detection.rounds import Rounds, rounds
from core.figures.detection import nms as figures
from core.figures.detection import nms_words
from core.ui import framework as ui
from core.ui.components.boxes import show_boxes
from core.ui.detector.nms.controls import GAME, KEY
from core.ui.detector.nms.scene import Scene

MOST = 20
"""Boxes in a game."""
FEW = 10
"""Boxes whose buttons tell their scores; with more the picture alone does, so that all buttons are in sight."""


def _signature(scene: Scene) -> tuple[object, ...]:
    asked = scene.asked
    return scene.name, asked.iou, asked.score, asked.class_aware


def _game(scene: Scene) -> tuple[Candidates, Game]:
    """The game as it stands: of other boxes or thresholds it is another."""
    part, kept = scene.best(MOST)
    turns: Rounds = rounds(part, kept)
    of, choices = st.session_state.get(GAME) or (None, ())
    return part, Game(turns, choices if of == _signature(scene) else ())


def _keep(signature: tuple[object, ...], choices: tuple[int, ...]) -> None:
    """Callback: the game after another choice, or after one was taken back."""
    st.session_state[GAME] = signature, choices


def _pick(signature: tuple[object, ...], game: Game, box: int) -> None:
    """Callback: a box of the picture was clicked; one that is no longer there to be chosen changes nothing."""
    if box in game.open:
        _keep(signature, game.choose(box).choices)


def picture(scene: Scene) -> None:
    """The boxes, and the choice."""
    asked, (part, game) = scene.asked, _game(scene)
    signature = _signature(scene)
    boxes, choice = ui.beside((3, 2))
    with boxes:
        drawn = figures.game_picture(scene.uri, scene.size, part, game, scores=asked.scores, gone=asked.gone)
        show_boxes(drawn, f"{KEY}_game_boxes", None if game.over else partial(_pick, signature, game))
        if len(part) < len(scene.part):
            st.caption(f"The best {MOST} of {len(scene.part):,} boxes: raise the score threshold for fewer.")
    with choice:
        if game.over:
            st.success(nms_words.result(game), icon=":material/flag:")
        else:
            _ask(game, part, signature, with_scores=asked.scores)
        with st.container(horizontal=True):
            st.button(
                "Undo",
                key=f"{KEY}_undo",
                icon=":material/undo:",
                disabled=not game.choices,
                on_click=_keep,
                args=(signature, game.undo().choices),
            )
            st.button(
                "Start over",
                key=f"{KEY}_start_over",
                icon=":material/restart_alt:",
                disabled=not game.choices,
                on_click=_keep,
                args=(signature, ()),
            )
        for number, turn in reversed(list(enumerate(game.turns, 1))):
            st.markdown(f"{number}. {nms_words.turn(part, turn)}")


def _ask(game: Game, part: Candidates, signature: tuple[object, ...], *, with_scores: bool) -> None:
    """A button for each box that can be chosen."""
    st.markdown(
        f"**Round {len(game.choices) + 1}.** Which box does greedy NMS keep next? Click it, or press its number."
    )
    with st.container(horizontal=True, gap="small"):
        for box in sorted(game.open):
            told = with_scores and len(part) <= FEW
            label = f"{box + 1} · {float(part.scores[box]):.2f}" if told else str(box + 1)
            st.button(
                label,
                key=f"{KEY}_box_{box}",
                help=f"Keep box {box + 1}, {part.names[box]}.",
                on_click=_keep,
                args=(signature, game.choose(box).choices),
            )
        st.button(
            "None is left",
            key=f"{KEY}_none",
            icon=":material/block:",
            on_click=_keep,
            args=(signature, game.choose(NONE_LEFT).choices),
        )


def numbers(scene: Scene) -> None:
    """How far it is."""
    part, game = _game(scene)
    with st.container(horizontal=True):
        st.metric("Boxes", len(part))
        st.metric("Choices made", f"{len(game.turns)}", help="One a box that NMS keeps, and one that none is left.")
        st.metric("As NMS", f"{game.right}", help="Choices that NMS made as well.")


def below(scene: Scene) -> None:
    """Nothing more."""
