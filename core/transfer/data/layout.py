"""Paths of files -> the part and the class that their folders say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from core.transfer.data.image_set import Split

Path = tuple[str, ...]

PARTS: Mapping[str, Split] = MappingProxyType(
    dict.fromkeys(("train", "training"), Split.TRAIN)
    | dict.fromkeys(("val", "valid", "validation", "dev"), Split.VALIDATION)
    | dict.fromkeys(("test", "testing"), Split.TEST)
)
"""What folders of parts are called."""


@dataclass(frozen=True)
class Layout:
    """How a tree of folders is to be read.

    Attributes:
        skipped: folders at the top that hold all others.
        parts: whether below them are folders of parts, and the classes only in these.
    """

    skipped: int
    parts: bool

    def place(self, path: Path) -> tuple[Split, str] | None:
        """Part and class of a file; None for one outside of the folders of classes.

        Without folders of parts everything is for training.
        """
        inner = path[self.skipped :]
        if not self.parts:
            return (Split.TRAIN, inner[0]) if len(inner) > 1 else None
        return (PARTS[inner[0].casefold()], inner[1]) if len(inner) > 2 and inner[0].casefold() in PARTS else None


def layout(paths: Sequence[Path]) -> Layout:
    """Find out how pictures are laid out, by those that lie in folders.

    Args:
        paths: of the pictures.
    """
    inside = [path for path in paths if len(path) > 1]
    skipped = 0
    # one folder around everything is no class as long as there are folders in it
    while len({path[skipped] for path in inside if len(path) > skipped + 1}) == 1 and any(
        len(path) > skipped + 2 for path in inside
    ):
        skipped += 1
    inner = [path[skipped:] for path in inside if len(path) > skipped + 1]
    parts = {path[0].casefold() for path in inner} <= set(PARTS) and any(len(path) > 2 for path in inner)
    return Layout(skipped, parts)
