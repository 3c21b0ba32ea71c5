"""A network to look through."""

from __future__ import annotations

import pytest

from core.conv.effective.subject import INTERESTING, of_stack
from core.conv.notation import parse
from core.conv.presets import PRESETS
from core.errors import UserError


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS.keys())
def test_the_default_layer_sees_a_good_part_of_the_picture(preset) -> None:
    subject = of_stack(preset.title, preset.stack, preset.input_shape)
    place = subject.network.places[subject.default]
    assert subject.labels[subject.default_label] == subject.default
    assert not place.fields[1].whole
    if any(one.fields[1].size >= INTERESTING * subject.size[1] for one in subject.network.places.values()):
        assert place.fields[1].size >= INTERESTING * subject.size[1] or place.number == max(subject.network.places)


def test_only_maps_are_offered() -> None:
    subject = of_stack("mine", parse("conv 4 k3; flatten; linear 3"), (1, 9, 9))
    assert list(subject.labels) == ["1 · conv · 4 × 7 × 7"]
    with pytest.raises(UserError, match="gives a vector"):
        of_stack("mine", parse("flatten; linear 3"), (1, 9, 9))
