"""Boxes of pictures while files are read; `core.detection.scoring.evaluated_images` has what they become."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.detection.scoring.ids import Id


@dataclass
class BoxList:
    """Boxes of one picture while they are read; `core.detection.scoring.evaluated_images` has what they become."""

    corners: list[tuple[float, float, float, float]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    crowd: list[bool] = field(default_factory=list)
    difficult: list[bool] = field(default_factory=list)
    areas: list[float] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class PictureBoxes:
    """A picture and its boxes.

    Attributes:
        key: the file's own number of the picture; for VOC its name.
        name: file name.
        size: (width, height) in pixels, None where the file does not say.
        boxes: of target, or of detections with scores.
        folder: that the file says the picture lies in; "" where it says none.
    """

    key: Id
    name: str
    size: tuple[int, int] | None
    boxes: BoxList
    folder: str = ""


class Skipped:
    """Boxes without area that were skipped while a file was read."""

    def __init__(self) -> None:
        self.count, self.first = 0, ""

    def add(self, where: str, width: float, height: float) -> None:
        """One more, and where it stands."""
        self.first = self.first or f"{where[:1].lower()}{where[1:]} of {width:g} × {height:g}"
        self.count += 1

    def note(self, what: str, fate: str) -> tuple[str, ...]:
        """A sentence about them; none where there are none.

        Args:
            what: "box" or "detection".
            fate: what COCO's own tools do with them.
        """
        if not self.count:
            return ()
        many = f"1 {what} has" if self.count == 1 else f"{self.count:,} {what}{'es' if what == 'box' else 's'} have"
        begin = f"{many} no area and {'was' if self.count == 1 else 'were'} skipped"
        first = "" if self.count == 1 else "the first is "
        return (f"{begin}: {first}{self.first}. {fate}",)
