"""What a section of the page works on: pictures, how many of them, which network, at which size."""

from __future__ import annotations

from dataclasses import dataclass

from core.transfer.data.image_set import ImageSet, Selection


@dataclass(frozen=True, eq=False)
class Subject:
    """What was chosen.

    Attributes:
        images: the set.
        selection: the pictures of it that take part.
        backbone: key in `ZOO`.
        trained: whether the network begins with its ImageNet weights.
        size: side of what it sees, pixels.
        absent: name of the set that was chosen, where it is not here yet and `images` is another; else "".
    """

    images: ImageSet
    selection: Selection
    backbone: str
    trained: bool
    size: int
    absent: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """What results are cached under."""
        return self.images.digest, self.selection.per_class, self.backbone, self.trained, self.size
