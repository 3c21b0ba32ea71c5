"""The replay of a recorded training: its frames, their last one, its words."""

from __future__ import annotations

from typing import Any

import pytest

from core.figures.plots import Plot
from core.figures.transfer import recorded, replay
from core.transfer.training.recording import RACE, SCHEDULE, Recording, read
from tests.core.figures.settled import numbers, sound
from tests.core.figures.transfer.made import PHASES, layer, points

LINES = {
    "Fixed feature extractor": points(0.5, 0.75, 0.9),
    "Fine-tuning the last layers": points(0.5, 0.8, 0.85),
    "Pretrained, all layers trained": points(0.5, 0.6, 0.95, 0.92),
    "From scratch": points(0.5, 0.55),
}
TESTS = dict(zip(LINES, (0.85, 0.8, 0.9, 0.5), strict=True))
RACED = Recording("Ants and bees", "a machine", 0.5, 0.92, 3.0, LINES, TESTS)
LAYERS = (layer("stem", "stem", trained=False), layer("heads.0", "heads", trained=True, moved=0.1))
SIX = points(0.5, 0.7, 0.8, 0.9)
SCHEDULED = Recording(
    "Ants and bees", "a machine", 0.5, 0.92, 0.0, {"Six steps": SIX}, {"Six steps": 0.88}, PHASES, LAYERS
)


def drawn(plot: Plot) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    figure = sound(plot)
    return figure, figure["frames"]


@pytest.mark.parametrize(
    "plot", [replay.race(RACED), replay.schedule(SCHEDULED), replay.race(read(RACE)), replay.schedule(read(SCHEDULE))]
)
def test_the_whole_stands_there_first_and_is_the_last_frame(plot: Plot) -> None:
    figure, frames = drawn(plot)
    assert len(frames) == replay.FRAMES
    for trace, last in zip(figure["data"], frames[-1]["data"], strict=True):
        assert trace["name"] == last["name"]
        assert numbers(trace, "x") == numbers(last, "x")
        assert numbers(trace, "y") == numbers(last, "y")
    counts = [sum(len(numbers(trace, "x")) for trace in frame["data"]) for frame in frames]
    assert counts == sorted(counts), "a line only grows"
    assert counts[0] == len(figure["data"]), "each from before its first step"


@pytest.mark.parametrize("plot", [replay.race(RACED), replay.schedule(SCHEDULED), replay.race(read(RACE))])
def test_play_pause_and_a_slider_that_finds_its_frames(plot: Plot) -> None:
    figure, frames = drawn(plot)
    names = [frame["name"] for frame in frames]
    assert len(set(names)) == len(names), "the slider goes by name"
    (menu,), (slider,) = figure["layout"]["updatemenus"], figure["layout"]["sliders"]
    assert [button["label"] for button in menu["buttons"]] == ["▶ Play", "❚❚ Pause"]
    assert [step["args"][0][0] for step in slider["steps"]] == names
    assert slider["active"] == len(names) - 1
    labels = [float(step["label"]) for step in slider["steps"]]
    assert labels == sorted(labels)


def test_a_race_has_a_colour_a_runner_and_levels_of_chance_and_probe() -> None:
    figure, _ = drawn(replay.race(RACED))
    assert [trace["name"] for trace in figure["data"]] == list(LINES)
    assert len({trace["line"]["color"] for trace in figure["data"]}) == 4
    levels = {shape["label"]["text"]: shape["y0"] for shape in figure["layout"]["shapes"]}
    assert levels == {"most frequent class": 0.5, "logistic probe": 0.92}
    assert figure["layout"]["xaxis"]["range"][1] >= 3
    assert "Pretrained, all layers trained 95.0%" in replay.race(RACED).alt


def test_a_schedule_has_its_phases_as_bands() -> None:
    figure, _ = drawn(replay.schedule(SCHEDULED))
    bands = [shape for shape in figure["layout"]["shapes"] if shape["type"] == "rect"]
    assert [(band["x0"], band["x1"], band["label"]["text"]) for band in bands] == [(0, 2, "2"), (2, 5, "3")]
    assert "best 90.0% after 3.0" in replay.schedule(SCHEDULED).alt


def test_results_are_a_row_a_training() -> None:
    table = recorded.results(RACED).set_index("training")
    assert table["test accuracy"].to_dict() == TESTS
    assert table.loc["Pretrained, all layers trained", "best on validation"] == 0.95
    assert table.loc["From scratch", "epochs"] == 1


def test_what_a_race_teaches_follows_from_its_numbers() -> None:
    said = recorded.race_teaches(RACED)
    assert "“Pretrained, all layers trained” gets 90.0%" in said
    assert "from scratch 50.0%" in said
    assert "worth 40 points" in said
    beaten = Recording("", "", 0.5, 0.9, 3.0, LINES, {**TESTS, "From scratch": 0.95})
    assert "no help" in recorded.race_teaches(beaten)


def test_what_a_schedule_teaches_follows_from_its_numbers() -> None:
    said = recorded.schedule_teaches(SCHEDULED)
    assert "“The head” alone reaches 80.0%" in said
    assert "bring it to 90.0%" in said
    assert "1 layer never learned" in said
    flat = Recording("", "", 0.5, 0.9, 0.0, {"Six steps": points(0.5, 0.9, 0.8, 0.8)}, {"Six steps": 0.8}, PHASES)
    assert "add nothing to that here" in recorded.schedule_teaches(flat)


def test_recorded_trainings_are_held_against_the_probe() -> None:
    said = recorded.beside_probe(RACED)
    assert "It is reached by Pretrained, all layers trained (95.0%)" in said
    assert said.count("stays below it") == 3
    assert "It learns the same kind of layer" in said
    assert "It began with random weights" in said
