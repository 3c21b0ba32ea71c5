"""The box around what COCO's `segmentation` outlines: polygons, or runs of pixels (RLE)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from core.errors import UserError

Corners = tuple[float, float, float, float]
_LONGEST = 200_000  # numbers of polygons, runs, or characters of packed ones
_PACKED = re.compile(rf"[0-o]{{1,{_LONGEST}}}")  # COCO's own alphabet of runs
_LARGEST_SIDE = 100_000


def box_of(segmentation: Any, where: str, number: Callable[[Any], float]) -> Corners | None:
    """(x1, y1, x2, y2) around an outline.

    Args:
        segmentation: a list of polygons [x1, y1, x2, y2, …], or {"size": [height, width], "counts": runs}
            (https://cocodataset.org/#format-data).
        where: begins the sentence of a refusal.
        number: checks one coordinate.

    Returns:
        None where there is no outline.

    Raises:
        UserError: an outline that makes no sense.
    """
    if segmentation is None or segmentation == []:
        return None
    if isinstance(segmentation, dict):
        return _of_runs(segmentation, where)
    if not isinstance(segmentation, list):
        raise UserError(f'{where}: "segmentation" must be a list of polygons or an object of runs.')
    polygons = segmentation if all(isinstance(part, list) for part in segmentation) else [segmentation]
    if sum(map(len, polygons)) > _LONGEST:
        raise UserError(f'{where}: "segmentation" has more than {_LONGEST:,} numbers.')
    if any(len(part) % 2 or len(part) < 4 for part in polygons):
        raise UserError(f'{where}: a polygon of "segmentation" needs pairs of numbers x, y, at least two of them.')
    values = [[number(value) for value in part] for part in polygons]
    xs, ys = ([value for part in values for value in part[start::2]] for start in (0, 1))
    return min(xs), min(ys), max(xs), max(ys)


def _of_runs(content: dict[str, Any], where: str) -> Corners:
    from faster_coco_eval.core import mask  # a quarter of a second, and rarely needed

    size, counts = content.get("size"), content.get("counts")
    sides = isinstance(size, list) and len(size) == 2 and all(_whole(side, 1, _LARGEST_SIDE) for side in size)
    code: Any = None
    if sides and isinstance(counts, str) and _PACKED.fullmatch(counts):
        code = {"size": size, "counts": counts.encode()}
    elif isinstance(size, list) and sides and isinstance(counts, list) and len(counts) <= _LONGEST:
        runs = all(_whole(run, 0, size[0] * size[1]) for run in counts) and sum(counts) == size[0] * size[1]
        code = mask.frPyObjects(content, *size) if runs else None
    if code is None:
        raise UserError(
            f'{where}: "segmentation" must hold a "size" of height and width and the "counts" of their pixels.'
        )
    x, y, width, height = mask.toBbox([code])[0].tolist()
    return x, y, x + width, y + height


def _whole(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
