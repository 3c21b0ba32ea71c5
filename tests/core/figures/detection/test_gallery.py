"""The gallery's pictures and its one table."""

from __future__ import annotations

import pytest

from core.detection import Candidates
from core.detection.batch import Looked
from core.figures.detection import gallery as figures
from core.figures.detection.gallery import Judged, Shown
from tests.synthetic import candidates as synthetic


def judged(found: Candidates, name: str = "a picture") -> Judged:
    return Judged(Looked(name, found.image_size[::-1], "data:", found), found.suppress(0.5, 0.3))


@pytest.mark.parametrize("shown", Shown)
@pytest.mark.parametrize("classes", [(), ("class 1",), ("class 1", "class 3"), ("nothing",)])
def test_picture_and_table_hold_what_was_asked_for(shown: Shown, classes: tuple[str, ...]) -> None:
    pictures = [judged(synthetic(60, seed=seed), f"picture {seed}") for seed in range(3)]
    table = figures.rows(pictures, shown, classes)
    drawn = [len(figures.picture(one, shown, classes).panels[0].boxes) for one in pictures]
    assert [int((table["picture"] == one.looked.name).sum()) for one in pictures] == drawn
    assert not classes or set(table["class"]) <= set(classes)
    if shown is not Shown.EVERY:
        assert set(table["status"]) <= {str(shown)}
    for one in pictures:
        for box, index in zip(figures.picture(one, shown, ()).panels[0].boxes, range(99), strict=False):
            assert box.text.startswith("class "), index


def test_every_candidate_is_there() -> None:
    one = judged(synthetic(40, seed=5))
    assert len(figures.rows([one], Shown.EVERY, ())) == 40


def test_no_picture_and_no_box() -> None:
    assert figures.rows([], Shown.KEPT, ()).empty
    empty = judged(synthetic(0))
    assert figures.rows([empty], Shown.EVERY, ()).empty
    assert figures.picture(empty, Shown.KEPT, ()).panels[0].count == "0"
    assert figures.numbers([empty], figures.rows([empty], Shown.KEPT, ()))["Pictures"] == "1"
