"""Former names."""

from core.ui.framework.session import Session as Desk
from core.ui.framework.session import session as desk

__all__ = ["Desk", "desk"]
