"""Former names."""

from core.ui.framework.sized_cache import SizedCache as Shelf

__all__ = ["Shelf"]
