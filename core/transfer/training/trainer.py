"""A network while it learns: its steps, its evaluations on the validation pictures, what it was at its best."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel

from core.device import best, device_lock, half_precision, synchronize
from core.transfer.data.image_set import ImageSet, Indices, Selection
from core.transfer.model.classifier import Classifier, ModelSpec, Trained, build
from core.transfer.training.answers import logits_in_batches, scored
from core.transfer.training.average import average_of
from core.transfer.training.freezing import backbone_rests, check_step, set_gradients, set_modes
from core.transfer.training.place import Place
from core.transfer.training.rates import cycle, make_optimiser, set_rates
from core.transfer.training.run import LabelledPredictions, Point, Run, Step
from core.transfer.training.schedule import Phase, Recipe
from core.transfer.training.tasks import Tasks, backward, turn
from core.transfer.training.weight_change import snapshot, weight_change


class Stop(Exception):
    """Thrown into a training to end it now and keep what it has learned."""


class Trainer:
    """Trains a network, step by step. One thread has it.

    Attributes:
        model: on the device.
        tasks: what it learns.
        start: its weights and statistics where they began.
        seconds: of training so far.
        epoch: passes over the training pictures so far.
        evaluation_seconds: the last evaluation on the validation pictures took.
        diverged: whether the loss is no number any more.
        points: the evaluations so far.
        best: index of the best of them.
        learning: the weights that learn in this phase.
        resting: (V, D) what the backbone makes of the validation pictures, while it rests; else None.
        average: the moving average of the weights, where the recipe wants one.
        place: in the schedule; None before its first phase.
        best_state: the weights and statistics at the best point.
        optimiser: of this phase.
        losses, cosines: of the steps since the last evaluation.
        learned: group -> its weights, of all groups that learned so far.
    """

    def __init__(
        self,
        spec: ModelSpec,
        images: ImageSet,
        selection: Selection,
        recipe: Recipe,
        looked_at: Indices | None = None,
    ) -> None:
        """As `core.transfer.training.loop.training` describes these."""
        self._images, self._selection = images, selection
        self._looked_at = selection.validation if looked_at is None else looked_at
        with device_lock.step():
            model = build(spec, recipe.seed)
            self.start = snapshot(model)
            self.model = model.to(best())
            self.tasks = Tasks(images, selection.train, recipe, best())
            self.average: AveragedModel | None = None
            if recipe.average:
                self.average = average_of(self.model, recipe.average)
        self.seconds = self.epoch = self.evaluation_seconds = 0.0
        self.diverged = False
        self.points: list[Point] = []
        self.best = 0
        self.learning: list[nn.Parameter] = []
        self.resting: Tensor | None = None
        self.place: Place | None = None
        self.best_state: dict[str, Tensor] = {}
        self.learned: dict[str, int] = {}
        self._phase: Phase | None = None
        self.optimiser: torch.optim.Optimizer | None = None
        self.losses: list[float] = []
        self.cosines: list[float] = []

    @property
    def device(self) -> torch.device:
        """Where the network and the training pictures are."""
        return self.tasks.labels.device

    @property
    def judged(self) -> Classifier:
        """The network that evaluations are about: the average of the weights, where there is one."""
        if self.average is None:
            return self.model
        averaged = self.average.module
        assert isinstance(averaged, Classifier)
        return averaged

    @property
    def validation(self) -> Tensor:
        """(V, 3, S, S) uint8 the validation pictures that are looked at, on the CPU."""
        return self._images.images[torch.from_numpy(self._looked_at)]

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Have the device for one step; only the time on it counts as training, not that of waiting for it."""
        with device_lock.step():
            began = time.perf_counter()
            yield
            synchronize(self.device)
            self.seconds += time.perf_counter() - began

    def enter(self, number: int, phase: Phase) -> None:
        """Begin a phase.

        Raises:
            UserError: its steps are too large, see `check_step`.
        """
        check_step(self.model.spec.size, phase)
        if phase.rebuild and number:
            self._rebuild(number)
        set_gradients(self.model, phase)
        parts = self.model.parameters_of()
        self.learning = [weight for group in parts if phase.trains(group) for weight in parts[group]]
        if phase.epochs > 0:
            self.learned |= {group: sum(w.numel() for w in parts[group]) for group in parts if phase.trains(group)}
        self._phase, self.resting = phase, None
        if backbone_rests(phase):
            self.evaluation_seconds = 0.0  # an evaluation costs next to nothing then
        self.optimiser = make_optimiser(self.model, phase, self.tasks.recipe) if self.learning else None

    def _rebuild(self, number: int) -> None:
        """Draw neck and heads anew; they begin here, so their weight change is counted from here."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.tasks.recipe.seed + 1_000 * number)
            for part in ("neck", "heads"):
                for name, module in self.model.get_submodule(part).named_modules(prefix=part):
                    if isinstance(module, nn.Linear):
                        fresh = nn.Linear(module.in_features, module.out_features)
                        module.load_state_dict(fresh.state_dict())
                        self.start |= {f"{name}.{key}": value for key, value in snapshot(module).items()}

    def step(self, rows: Tensor, done: float, features: Tensor | None) -> None:
        """One step of the optimiser."""
        assert self._phase is not None
        assert self.optimiser is not None
        # dropout draws from torch's own generator, which all threads share: for this step it has a seed of its own
        with self.turn(), torch.random.fork_rng():
            torch.manual_seed(self.tasks.step_seed())
            set_modes(self.model, self._phase)
            self.optimiser.zero_grad(set_to_none=True)
            if self.tasks.recipe.one_cycle:
                set_rates(self.optimiser, cycle(done))
            with half_precision(self.device, wanted=self.tasks.recipe.bfloat16):
                if features is None:
                    loss = self.tasks.loss(self.model, rows)
                else:
                    loss = self.tasks.loss_of_features(self.model, features[rows], rows)
            weight = self.tasks.recipe.second_weight
            total = float(loss.total(weight).detach())
            if not math.isfinite(total):
                self.diverged = True
                return
            cosine = backward(loss, weight, self.learning)
            self.optimiser.step()
            if self.average is not None:
                self.average.update_parameters(self.model)
        self.epoch += len(rows) / len(self.tasks)
        self.losses.append(total)
        if cosine is not None:
            self.cosines.append(cosine)

    def made(self, number: int) -> Step:
        """Where it stands after a step of a phase."""
        return Step(self.seconds, self.epoch, number)

    def evaluate(self, number: int) -> Iterator[Step | Point]:
        """Evaluate on the validation pictures: yields after each batch and, last, the point.

        The time it takes is not counted as training. One that is broken off leaves everything as it was.
        """
        seconds = 0.0

        def asked(pictures: Tensor) -> Generator[Step, None, list[Tensor]]:
            """Logits of every head."""
            nonlocal seconds
            began, parts = time.perf_counter(), []
            for heads in logits_in_batches(self.judged, pictures):
                parts.append(heads)
                seconds += time.perf_counter() - began
                yield self.made(number)
                began = time.perf_counter()
            return [torch.cat(logits) for logits in zip(*parts, strict=True)]

        images, indices, recipe = self._images, self._looked_at, self.tasks.recipe
        pictures = self.validation
        if self.resting is None:
            heads = yield from asked(pictures)
        else:
            heads = self._answers_of(self.resting)
        labels = torch.from_numpy(images.labels[indices])
        accuracy = _accuracy(heads[0], labels)
        loss = float(functional.cross_entropy(heads[0], labels))
        second = None
        if recipe.second_task == "label" and images.second is not None:
            second = _accuracy(heads[1], torch.from_numpy(images.second.labels[indices]))
        elif recipe.second_task == "rotation":
            quarters = torch.arange(len(indices)) % 4  # the same turns at every evaluation
            heads = yield from asked(turn(pictures, quarters))
            second = _accuracy(heads[1], quarters)
        self.evaluation_seconds = seconds
        point = Point(
            seconds=self.seconds,
            epoch=self.epoch,
            phase=number,
            loss=_mean(self.losses),
            accuracy=accuracy,
            validation_loss=loss,
            second_accuracy=second,
            cosine=_mean(self.cosines) if self.cosines else None,
        )
        self.losses, self.cosines = [], []
        self.points.append(point)
        best = self.points[self.best]
        if not self.best_state or (accuracy, -loss) > (best.accuracy, -best.validation_loss):
            self.best = len(self.points) - 1
            self.best_state = snapshot(self.judged)
        yield point

    def _answers_of(self, features: Tensor) -> list[Tensor]:
        """Logits of every head from what the backbone made of pictures before."""
        with device_lock.step(), torch.no_grad():
            model = self.judged.eval()
            embedded = model.neck(features)
            return [head(embedded).float().cpu() for head in model.heads]

    def judge(self, title: str, *, stopped: bool) -> Generator[Step | Point, None, Run]:
        """Prove what stayed frozen, go back to the best point, ask that one about all validation and test pictures.

        Yields after each batch; returns what the training leaves behind.
        """
        if not self.points:
            yield from self.evaluate(0)
        moved = weight_change(self.model, self.start, self.learned)
        self.model.load_state_dict(self.best_state)
        validated: float | None = None
        if len(self._looked_at) < len(self._selection.validation) or self.tasks.recipe.mirrored:
            validated = (yield from self._answers(self._selection.validation)).accuracy
        test = yield from self._answers(self._selection.test)
        return Run(
            trained=Trained(title, self.model.spec, self._images.classes, self.best_state, self._images.digest),
            recipe=self.tasks.recipe,
            points=tuple(self.points),
            best=self.best,
            weight_change=moved,
            test=test,
            parameters=sum(weight.numel() for weight in self.model.parameters()),
            learned=sum(self.learned.values()),
            seconds=self.seconds,
            stopped=stopped,
            diverged=self.diverged,
            selection=self._selection,
            validated=validated,
        )

    def _answers(self, indices: Indices) -> Generator[Step | Point, None, LabelledPredictions]:
        """What it says of pictures now, at the end; yields after each batch."""
        parts = []
        pictures = self._images.images[torch.from_numpy(indices)]
        for heads in logits_in_batches(self.model, pictures, mirrored=self.tasks.recipe.mirrored):
            parts.append(heads[0])
            with suppress(Stop):  # it ends already
                yield self.made(self.points[-1].phase)
        return scored(self._images, indices, parts)


def _accuracy(logits: Tensor, labels: Tensor) -> float:
    return float((logits.argmax(1) == labels).float().mean())


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else math.nan
