"""The sections of the conv calculator; only the one that is chosen runs."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from core.ui.conv import field, kernels, learning, size, stack, steps

SECTIONS: Mapping[str, Callable[[bool], None]] = MappingProxyType(
    {
        "Size and cost": size.section,
        "Step by step": steps.section,
        "Kernels on a picture": kernels.section,
        "Learning a kernel": learning.section,
        "A stack of layers": stack.section,
        "Receptive field": field.section,
    }
)
"""Title -> what draws it, given whether answers are hidden."""
