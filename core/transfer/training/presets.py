"""Schedules to start from: the lecture's, and those that known libraries and papers use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.transfer.model.groups import HEADS, NECK, STEM, group_names
from core.transfer.training.schedule import Phase, Statistics

NEW = 1e-3  # rate of layers that begin at random
OLD = 1e-4  # of layers that have learned something before


@dataclass(frozen=True)
class Preset:
    """A schedule for any network.

    Attributes:
        title: for the menu.
        says: one sentence: its idea, and whose it is.
        make: (key in `ZOO`, whether there is a neck) -> phases.
    """

    title: str
    says: str
    make: Callable[[str, bool], tuple[Phase, ...]]


def _new(neck: bool, rate: float = NEW) -> dict[str, float]:
    """Rates of what is new: heads, and the neck where there is one."""
    return {**({NECK: rate} if neck else {}), HEADS: rate}


def _named(neck: bool) -> str:
    """A name of a phase that trains what is new; short, as it stands in a narrow column."""
    return "Neck and heads" if neck else "Heads only"


def _lecture(backbone: str, neck: bool) -> tuple[Phase, ...]:
    backbone_groups = [name for name in group_names(backbone, neck=False) if name != HEADS]
    last, before, beyond_stem = backbone_groups[-1:], backbone_groups[-2:], backbone_groups[1:]
    new = _new(neck)
    return (
        Phase("Rebuild", {}, 0, rebuild=True),
        Phase(_named(neck), new, 5),
        Phase(f"And {last[0]}", dict.fromkeys(last, OLD) | new, 3),
        Phase(f"And {before[0]}", dict.fromkeys(before, OLD) | new, 3),
        Phase(f"All but the {STEM}", dict.fromkeys(beyond_stem, OLD) | new, 3),
        Phase("Large batch", _new(neck, NEW / 2), 5, batch=128),
    )


def _fastai(backbone: str, neck: bool) -> tuple[Phase, ...]:
    """`Learner.fine_tune(4)`: base rate 2e-3, then half of it, divided by 100 down to the first group."""
    names = [name for name in group_names(backbone, neck=neck) if name not in (NECK, HEADS)]
    rate = 1e-3
    spread = {name: rate / 100 ** (1 - index / len(names)) for index, name in enumerate(names)}
    return (
        Phase(_named(neck), _new(neck, 2e-3), 1),
        Phase("Everything", spread | _new(neck, rate), 4),
    )


def _keras(backbone: str, neck: bool) -> tuple[Phase, ...]:
    """Keras' guide: train the top, then everything at 1e-5, batch normalisation in inference mode throughout."""
    everything = dict.fromkeys(group_names(backbone, neck=neck), 1e-5)
    return (
        Phase(_named(neck), _new(neck), 5, statistics=Statistics.FROZEN),
        Phase("Everything", everything, 5, statistics=Statistics.FROZEN),
    )


def _gradual(backbone: str, neck: bool) -> tuple[Phase, ...]:
    """One group more in each phase, from the top; each group 2.6 times slower than the one above it."""
    names = [name for name in group_names(backbone, neck=False) if name != HEADS]
    phases = [Phase(_named(neck), _new(neck), 2)]
    for count in range(1, len(names) + 1):
        unfrozen = names[-count:]
        rates = {name: NEW / 2.6 ** (len(unfrozen) - index) for index, name in enumerate(unfrozen)}
        phases.append(Phase(f"And {unfrozen[0]}", rates | _new(neck), 1 if count < len(names) else 3))
    return tuple(phases)


def _trap(_: str, neck: bool) -> tuple[Phase, ...]:
    return (Phase(_named(neck), _new(neck), 5, statistics=Statistics.MOVING),)


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        preset.title: preset
        for preset in (
            Preset(
                "The lecture's six steps",
                "Rebuild neck and heads for the new task; freeze the backbone and train them; unfreeze group after "
                "group from the top, all but the stem; freeze the backbone again for a large batch.",
                _lecture,
            ),
            Preset(
                "fastai-like",
                "One epoch with the backbone frozen, then everything at once with rates that fall towards the stem "
                "(Howard and Gugger, arXiv:2002.04688).",
                _fastai,
            ),
            Preset(
                "Keras-like",
                "The top first, then everything at a rate of 1e-5 with the statistics of batch normalisation frozen, "
                "as Keras' guide to transfer learning does.",
                _keras,
            ),
            Preset(
                "Gradual unfreezing",
                "One group more in each phase, each 2.6 times slower than the one above it (Howard and Ruder, "
                "arXiv:1801.06146).",
                _gradual,
            ),
            Preset(
                "The usual mistake",
                "The backbone's weights are frozen but the network is left in training mode: see in the freeze "
                "inspector what moves all the same.",
                _trap,
            ),
        )
    }
)
"""Title -> schedule; the first is the one to begin with."""
