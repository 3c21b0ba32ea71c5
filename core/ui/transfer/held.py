"""Former names."""

from core.ui.framework.session import session_callback as held
from core.ui.framework.show import download

__all__ = ["download", "held"]
