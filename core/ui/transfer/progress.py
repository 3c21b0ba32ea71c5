"""How far work of this page is; see `core.ui.progress`."""

from core.ui.progress import show_progress

__all__ = ["show_progress"]
