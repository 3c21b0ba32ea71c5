"""Several pictures as a script: uploads, filters, what is taken elsewhere."""

from __future__ import annotations

import csv
import io
import json

from PIL import Image
from streamlit.testing.v1 import AppTest

from core.detection import Candidates
from core.samples import SAMPLES
from tests.core.pictures import encode
from tests.pages.test_faster_rcnn import says, visit

SECTION = "Several pictures"


def settled(at: AppTest) -> AppTest:
    """Until all pictures are looked at."""
    for _ in range(60):
        if numbers(at).get("Pictures") == "4" or not at.get("progress"):
            break
        at.run()
    return at


def numbers(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in at.metric}


def opened(**link: str) -> AppTest:
    return settled(visit(rcnn_section=SECTION, **link))


def test_our_photographs_at_first(found: dict[str, Candidates]) -> None:
    at = opened()
    assert not says(at)
    kept = sum(len(candidates.suppress(0.5, 0.3)) for candidates in found.values())
    assert numbers(at)["Pictures"] == "4"
    assert numbers(at)["Kept in all"] == numbers(at)["Boxes shown"] == str(kept)
    assert numbers(at)["Candidates"] == f"{sum(map(len, found.values())):,}"


def test_filters(found: dict[str, Candidates]) -> None:
    at = opened(rcnn_gallery_classes="cup")
    expected = sum(candidates.suppress(0.5, 0.3).labels.count("cup") for candidates in found.values())
    assert numbers(at)["Boxes shown"] == str(expected) != "0"
    assert any("no such box" in caption.value for caption in at.caption)
    at.segmented_control(key="rcnn_gallery_status").set_value("all").run()
    cups = sum(candidates.names.count("cup") for candidates in found.values())
    assert numbers(at)["Boxes shown"] == f"{cups:,}"


def test_three_pictures_one_of_them_broken() -> None:
    at = opened()
    small = encode(Image.new("RGB", (80, 60), "grey"), "PNG")
    files = [("grey.png", small, "image/png"), ("page.jpg", b"<!doctype html>", "image/jpeg")]
    at.file_uploader(key="rcnn_gallery_files").set_value(
        [*files, ("cat.png", SAMPLES["cat"].read(), "image/png")]
    ).run()
    for _ in range(40):
        if not at.get("progress"):
            break
        at.run()
    assert not at.exception
    assert numbers(at)["Pictures"] == "2"
    assert "web page" in says(at), "the broken one is named"
    at.button(key="rcnn_gallery_clear").click().run()
    assert numbers(settled(at))["Pictures"] == "4"


def test_one_opens_in_all_sections() -> None:
    at = opened()
    at.button(key="rcnn_gallery_open_2").click().run()
    assert at.segmented_control(key="rcnn_section").value == "Detect"
    assert at.selectbox(key="rcnn_picture").value == list(SAMPLES)[2]


def test_own_pictures_open_elsewhere_too() -> None:
    at = opened()
    at.file_uploader(key="rcnn_gallery_files").set_value([("mine.png", SAMPLES["cat"].read(), "image/png")]).run()
    at.button(key="rcnn_gallery_open_0").click().run()
    assert at.selectbox(key="rcnn_picture").value == "mine.png"
    at.segmented_control(key="rcnn_section").set_value(SECTION).run()
    assert numbers(at)["Pictures"] == "1", "the gallery is as it was"


def test_downloads_hold_every_picture(found: dict[str, Candidates]) -> None:
    from core.detection import export

    pictures = [export.Exported(name, one, one.suppress(0.5, 0.3)) for name, one in found.items()]
    rows = list(csv.DictReader(io.StringIO(export.many_to_csv(pictures))))
    assert len(rows) == sum(map(len, found.values()))
    assert {row["picture"] for row in rows} == set(found)
    data = json.loads(export.many_to_coco(pictures))
    assert [image["file_name"] for image in data["images"]] == list(found)
    assert [one["id"] for one in data["annotations"]] == list(range(1, len(data["annotations"]) + 1))
    assert len(data["annotations"]) == sum(len(one.kept) for one in pictures)
    assert json.loads(export.many_to_coco([])) == {"images": [], "annotations": [], "categories": []}
