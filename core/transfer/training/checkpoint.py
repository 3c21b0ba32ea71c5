"""A training put aside and taken up again: everything that its next step depends on, in one file.

On a CPU, and with a budget of steps rather than of seconds, what comes out is bit for bit what an unbroken training
gives. Such a file holds tensors and plain values alone, so that reading it runs no code
(https://docs.pytorch.org/docs/stable/notes/serialization.html).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from core.errors import UserError
from core.transfer.training.place import Place
from core.transfer.training.run import Point
from core.transfer.training.trainer import Trainer

_PLAIN = ("seconds", "epoch", "evaluation_seconds", "diverged", "best", "losses", "cosines", "learned")


def save(trainer: Trainer, path: Path, about: str) -> None:
    """Keep a training between two of its steps.

    Args:
        trainer: in a phase whose backbone does not rest.
        path: of the file; an older one is replaced only when the new one is whole.
        about: what is trained on what and how, so that it is taken up by the same training only.

    Raises:
        UserError: there is no room.
    """
    assert trainer.place is not None
    assert trainer.optimiser is not None
    if trainer.resting is not None:
        raise ValueError("the features of a resting backbone are not kept")
    state = {
        "about": about,
        "model": trainer.model.state_dict(),
        "start": trainer.start,
        "best_state": trainer.best_state,
        "average": None if trainer.average is None else trainer.average.state_dict(),
        "optimiser": trainer.optimiser.state_dict(),
        "generator": trainer.tasks.generator.get_state(),
        # rows are views of one order, and each would bring all of it along
        "place": vars(trainer.place) | {"rows": [rows.clone() for rows in trainer.place.rows]},
        "points": [asdict(point) for point in trainer.points],
        **{name: getattr(trainer, name) for name in _PLAIN},
    }
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save(state, part)
        part.replace(path)
    except (OSError, RuntimeError) as error:  # torch's own writer raises RuntimeError where a disk is full
        with suppress(OSError):
            part.unlink()
        raise UserError(f"The training could not be kept in {path.parent}: {_reason(error)}.") from error


def restore(trainer: Trainer, path: Path, about: str) -> None:
    """Put a new trainer of the same network, pictures and recipe where a file says.

    Raises:
        UserError: the file is damaged, or of another training.
    """
    try:
        state: dict[str, Any] = torch.load(path, map_location=trainer.device, weights_only=True)
        kept = state["about"]
    except Exception as error:  # any bytes may stand in such a file, and the unpickler stumbles over them in any way
        raise UserError(f"{path} cannot be read as a training that was kept: delete it to begin anew.") from error
    if kept != about:
        raise UserError(f"{path} was kept by another training: delete it, or give the same network, data and settings.")
    place = Place(**state["place"])
    trainer.enter(place.phase, trainer.tasks.recipe.phases[place.phase])
    trainer.model.load_state_dict(state["model"])
    if trainer.average is not None:
        trainer.average.load_state_dict(state["average"])
    assert trainer.optimiser is not None
    trainer.optimiser.load_state_dict(state["optimiser"])
    trainer.tasks.generator.set_state(state["generator"].cpu())
    trainer.place = place
    trainer.points = [Point(**point) for point in state["points"]]
    for name in ("start", "best_state"):
        setattr(trainer, name, {key: value.cpu() for key, value in state[name].items()})
    for name in _PLAIN:
        setattr(trainer, name, state[name])


def _reason(error: Exception) -> str:
    """Why a file could not be written, as short as the system says it."""
    return (error.strerror if isinstance(error, OSError) else "") or "no room or no permission"
