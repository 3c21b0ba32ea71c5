"""Networks as they come, loaded once for all visitors; nobody writes to one."""

from __future__ import annotations

from functools import lru_cache

from torch import nn

from core.device import device_lock
from core.models.weights import fetch
from core.models.zoo import ZOO
from core.transfer.features.extract import load
from core.ui.framework.download_prompt import missing


# Few, since VGG-16 alone takes 550 MB. Not Streamlit's cache: that is for the page's thread, and jobs ask here too.
@lru_cache(maxsize=2)
def _backbone(name: str, trained: bool) -> nn.Module:
    return load(name, trained=trained)


def backbone(name: str, trained: bool) -> nn.Module:
    """A network with its own head, in eval mode, frozen, on the CPU. Shared: only to be read. Any thread may ask.

    Args:
        name: key in `ZOO`.
        trained: with its ImageNet weights, else with random ones, always the same.

    Raises:
        UserError: the ImageNet weights cannot be had.
    """
    if trained and (absent := missing(ZOO[name].source)):
        fetch(absent)  # usually offered in the page, with progress; should it come to it here, nobody waits for it
    with device_lock:  # two who ask at once load it once, and nobody else draws from torch's generator meanwhile
        return _backbone(name, trained)
