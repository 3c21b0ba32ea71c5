"""Several pictures: broken ones are named, limits hold, and each is what it is alone."""

from __future__ import annotations

import pytest
import torch
from PIL import Image

from core.detection import StagedDetector, batch
from core.detection.batch import Looked, Refused, Upload, free_name, look_at_all, take_in
from core.jobs import Cancelled, silent
from core.samples import SAMPLES
from tests.core.pictures import encode

SMALL = encode(Image.new("RGB", (64, 48), "grey"), "PNG")


def files(count: int, size: int = 10) -> list[Upload]:
    return [Upload(f"{number}.png", b"x" * size) for number in range(count)]


def look(detector: StagedDetector, uploads: list[Upload], short_side: int | None = None) -> list[Looked | Refused]:
    found: list[Looked | Refused] = []
    look_at_all(detector, uploads, short_side, lambda _, result: found.append(result), silent)
    return found


def test_each_is_what_it_is_alone_and_broken_ones_are_named(
    detector: StagedDetector, photographs: dict[str, Image.Image]
) -> None:
    broken = [Upload("page.jpg", b"<!doctype html><html></html>"), Upload("cut.png", SMALL[:40]), Upload("empty", b"")]
    uploads = [broken[0], Upload("cat", SAMPLES["cat"].read()), *broken[1:], Upload("cup", SAMPLES["coffee"].read())]
    found = look(detector, uploads)
    assert [type(one) for one in found] == [Refused, Looked, Refused, Refused, Looked]
    assert [one.name for one in found] == [upload.name for upload in uploads]
    assert all(one.why.endswith(".") for one in found if isinstance(one, Refused))
    for one, name in ((found[1], "cat"), (found[4], "coffee")):
        assert isinstance(one, Looked)
        alone = detector.candidates(photographs[name])
        assert torch.equal(one.candidates.boxes, alone.boxes)
        assert one.size == photographs[name].size
        assert len(one.uri) < 120_000


def test_it_stops_between_two_and_what_is_done_stays(detector: StagedDetector) -> None:
    found: list[Looked | Refused] = []

    def report(_: float, text: str) -> None:
        if text.startswith("picture 3"):
            raise Cancelled

    with pytest.raises(Cancelled):
        look_at_all(detector, [Upload(str(n), SMALL) for n in range(5)], 224, lambda _, one: found.append(one), report)
    assert len(found) == 2


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    taken, refused = take_in(files(15), files(10))
    assert (len(taken), len(refused)) == (5, 5)
    assert "20 pictures" in refused[0].why
    monkeypatch.setattr(batch, "MEGABYTES", 1)
    taken, refused = take_in(files(1, 400_000), files(3, 400_000))
    assert [len(taken), len(refused)] == [1, 2]
    assert all("1 MB" in one.why for one in refused)
    taken, refused = take_in([], [*files(1, 2_000_000), Upload("small", b"x")])
    assert [one.name for one in taken] == ["small"], "a smaller one still fits"


@pytest.mark.parametrize(
    ("name", "taken", "free"),
    [
        ("a.jpg", [], "a.jpg"),
        ("a.jpg", ["a.jpg"], "a (2).jpg"),
        ("a.jpg", ["a.jpg", "a (2).jpg"], "a (3).jpg"),
        ("  ", [], "picture"),
        ("Ku\u0308che.jpg", ["K\u00fcche.jpg"], "Ku\u0308che (2).jpg"),
    ],
)
def test_free_name(name: str, taken: list[str], free: str) -> None:
    assert free_name(name, taken) == free
