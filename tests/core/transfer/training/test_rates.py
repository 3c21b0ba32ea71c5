"""Learning rates: one cycle as torch has it, one group of weights a group of layers."""

from __future__ import annotations

import pytest
import torch

from core.transfer.model.classifier import ModelSpec, build
from core.transfer.training.freezing import set_gradients
from core.transfer.training.rates import cycle, make_optimiser, set_rates
from core.transfer.training.schedule import Phase, Recipe


@pytest.mark.parametrize("steps", [11, 101, 1001])
def test_one_cycle_is_torchs(steps: int) -> None:
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    torchs = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3.0, total_steps=steps)
    warm_up = 0.3 * steps - 1  # torch counts its first step as done
    for step in range(steps):
        done = step / warm_up * 0.3 if step <= warm_up else 0.3 + 0.7 * (step - warm_up) / (steps - 1 - warm_up)
        assert 3.0 * cycle(done) == pytest.approx(optimiser.param_groups[0]["lr"], abs=1e-6)
        optimiser.step()
        if step < steps - 1:
            torchs.step()


@pytest.mark.parametrize(("done", "same_as"), [(-1.0, 0.0), (7.0, 1.0)])
def test_beyond_its_ends_it_stays(done: float, same_as: float) -> None:
    assert cycle(done) == cycle(same_as)


@pytest.mark.parametrize("optimiser", ["AdamW", "SGD"])
def test_only_what_learns_is_given_to_the_optimiser(optimiser: str) -> None:
    model = build(ModelSpec("resnet18", 64, (2,), trained=False, neck=(8,)))
    phase = Phase("top", {"group 4": 1e-4, "neck": 1e-3, "heads": 2e-3, "stem": 0.0}, 1)
    set_gradients(model, phase)
    made = make_optimiser(model, phase, Recipe((phase,), optimiser=optimiser))  # type: ignore[arg-type]
    given = {id(weight): group["lr"] for group in made.param_groups for weight in group["params"]}
    for name, parameters in model.parameters_of().items():
        for parameter in parameters:
            assert given.get(id(parameter), 0.0) == phase.rates.get(name, 0.0)
            assert parameter.requires_grad == phase.trains(name)
    set_rates(made, 0.5)
    assert sorted(group["lr"] for group in made.param_groups) == [5e-5, 5e-4, 1e-3]
