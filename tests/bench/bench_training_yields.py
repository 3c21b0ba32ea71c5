"""How long somebody waits for a detection while somebody else trains a network on the same device.

Run from the project's root: `python -m tests.bench.bench_training_yields`. Prints one JSON object; latencies are
medians of what one picture takes from the question to the answer, at moments spread over a training of everything:

- alone: nobody trains;
- in turns: as the app does it, the training holds the device a step at a time and gives way between two steps;
- side by side: nobody holds anything, both share the cores as they can;
- after the training: it holds the device from beginning to end, as a page does that trains in its script or in one
  worker that does one thing after the other. What is waited for is then most of the training, however long that is.
"""

from __future__ import annotations

import random
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import patch

if __package__ in (None, ""):  # run by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from core.detection import Detector, load
from core.device import PriorityLock, describe, device_lock
from core.images import WORKING_SIDE, decode, shrink
from core.samples import SAMPLES
from core.transfer.data.embedded import textures
from core.transfer.data.splits import select
from core.transfer.model.classifier import ModelSpec
from core.transfer.model.groups import group_names
from core.transfer.training.loop import training
from core.transfer.training.pace import Budget
from core.transfer.training.schedule import Phase, Recipe
from tests.bench.server import report

QUESTIONS = 15
NETWORK, SIZE, BATCH = "tf_efficientnet_lite0", 128, 16
TRAINING_S = 20.0
"""Of one training that holds the device to its end; the app's race takes minutes."""
SAMPLE = "motorcycle"


class Trainer:
    """A training on a thread of its own, until it is told to stop.

    Attributes:
        steps: moments at which a step ended.
        ready: set once the first step of the network is done.
    """

    def __init__(self, hold: AbstractContextManager[None], seconds: float = 1e9) -> None:
        self.steps: list[float] = []
        self.ready, self._stop = threading.Event(), threading.Event()
        self._hold, self._seconds = hold, seconds
        self._thread = threading.Thread(target=self._train, daemon=True)

    def _train(self) -> None:
        images = textures()
        rates = dict.fromkeys(group_names(NETWORK, neck=False), 1e-4)
        recipe = Recipe((Phase("everything", rates, 1e6, batch=BATCH),))
        spec = ModelSpec(NETWORK, SIZE, (len(images.classes),))
        with self._hold:
            began = None
            for step in training("bench", spec, images, select(images, None), recipe, budget=Budget(1e9)):
                if step.epoch > 0:  # not the first look at the validation pictures
                    began = began or time.perf_counter()
                    self.steps.append(time.perf_counter())
                    self.ready.set()
                    if self._stop.is_set() or time.perf_counter() - began > self._seconds:
                        return

    def __enter__(self) -> Trainer:
        self._thread.start()
        self.ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


@contextmanager
def _free_for_all() -> Iterator[None]:
    """Nobody waits for anybody."""
    with (
        patch.object(PriorityLock, "step", lambda _: nullcontext()),
        patch.object(PriorityLock, "__enter__", lambda _: None),
        patch.object(PriorityLock, "__exit__", lambda *_: None),
    ):
        yield


@dataclass(frozen=True)
class Answer:
    """One picture asked for.

    Attributes:
        asked: moment, seconds.
        answered: likewise.
    """

    asked: float
    answered: float

    @property
    def seconds(self) -> float:
        """From the question to the answer."""
        return self.answered - self.asked


def _ask_once(detector: Detector) -> Answer:
    picture = shrink(decode(SAMPLES[SAMPLE].read()), WORKING_SIDE)
    asked = time.perf_counter()
    detector.candidates(picture)
    return Answer(asked, time.perf_counter())


def _ask(detector: Detector, questions: int, chance: random.Random) -> list[Answer]:
    """At moments that know nothing of the training's steps."""
    answers = []
    for _ in range(questions):
        time.sleep(chance.uniform(0.2, 0.8))
        answers.append(_ask_once(detector))
    return answers


def _summary(answers: list[Answer]) -> dict[str, float]:
    seconds = [answer.seconds for answer in answers]
    return {
        "median_ms": round(statistics.median(seconds) * 1e3, 1),
        "worst_ms": round(max(seconds) * 1e3, 1),
    }


def measure(questions: int = QUESTIONS, training_s: float = TRAINING_S, rest_s: float = 8.0) -> dict[str, Any]:
    """Ask in all four situations.

    Returns:
        Latencies of each; `step_ms`: one step of the training while nobody asks; how many of its steps ended between a
        question and its answer: 1 is the one under way; ratios of medians, over `alone` and of the usual practice over
        the app's.
    """
    detector, chance = load(), random.Random(0)
    alone = _ask(detector, questions, chance)
    with Trainer(nullcontext()) as trainer:
        time.sleep(rest_s)
        steps = [after - before for before, after in pairwise(trainer.steps)]
        in_turns = _ask(detector, questions, chance)
    ends = trainer.steps
    before_it = [sum(answer.asked < end < answer.answered for end in ends) for answer in in_turns]
    with _free_for_all(), Trainer(nullcontext()):
        side_by_side = _ask(detector, questions, chance)
    after = []
    for number in range(3):  # asked early, in the middle and late
        with Trainer(device_lock, training_s):
            time.sleep(training_s * (0.1 + 0.35 * number))
            after.append(_ask_once(detector))
    middle = {
        name: statistics.median(answer.seconds for answer in answers)
        for name, answers in (
            ("alone", alone),
            ("in_turns", in_turns),
            ("side_by_side", side_by_side),
            ("after_the_training", after),
        )
    }
    return {
        "device": describe().name,
        "questions": questions,
        "network": f"{NETWORK}, everything trained, {SIZE} px, batches of {BATCH}",
        "step_ms": round(statistics.median(steps) * 1e3, 1),
        "alone": _summary(alone),
        "in_turns": {**_summary(in_turns), "steps_that_ended_meanwhile_at_most": max(before_it)},
        "side_by_side": _summary(side_by_side),
        "after_a_training": {"seconds_of_it": training_s, **_summary(after)},
        "ratio_in_turns_over_alone": round(middle["in_turns"] / middle["alone"], 2),
        "ratio_side_by_side_over_alone": round(middle["side_by_side"] / middle["alone"], 2),
        "ratio_after_the_training_over_in_turns": round(middle["after_the_training"] / middle["in_turns"], 1),
    }


def main() -> None:
    """Measure and print."""
    report(measure())


if __name__ == "__main__":
    main()
