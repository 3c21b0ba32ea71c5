"""What a visitor of the metrics explorer sees, in a real browser."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit, move, serve, settle, upload

PATH = "/metrics_explorer"


def section(name: str, **parameters: str) -> str:
    """The address of a section with its controls set."""
    query = "".join(f"&{key}={quote_plus(value)}" for key, value in parameters.items())
    return f"{PATH}?metrics_section={quote_plus(name)}{query}"


def metric(page: Page, label: str) -> Locator:
    return page.get_by_test_id("stMetric").filter(has_text=re.compile(rf"^{label}")).first


def cell(page: Page, target: str, predicted: str) -> Locator:
    """A cell of the matrix that can be typed into."""
    return page.get_by_label(re.compile(rf"^actual {target}, predicted {predicted}: ")).first


def on_screen(what: Locator, height: int) -> bool:
    """Whether all of it is on the first screen."""
    box = what.bounding_box()
    return box is not None and box["y"] + box["height"] <= height


def type_cell(page: Page, target: str, predicted: str, text: str) -> None:
    field = cell(page, target, predicted)
    field.fill(text)
    field.press("Enter")
    settle(page)


def test_tp_from_80_to_100_and_precision_becomes_0_909(visit: Visit) -> None:
    page = visit(PATH)
    assert page.title() == "Metrics explorer · CNN Classroom"
    expect(metric(page, "Precision")).to_contain_text("0.889")
    type_cell(page, "yes", "yes", "100")
    expect(metric(page, "Precision")).to_contain_text("0.909")
    expect(metric(page, "Precision")).to_contain_text("0.889")  # what it was
    assert "metrics_text=100" in page.url, "the link holds the matrix"
    page.get_by_role("button", name="Undo").click()
    settle(page)
    expect(cell(page, "yes", "yes")).to_have_value("80")
    expect(metric(page, "Precision")).to_contain_text("0.889")


def test_the_result_is_on_the_first_screen(visit: Visit) -> None:
    page = visit(PATH)
    trivial = page.get_by_text("Always yes: F1 0.824, this classifier 0.821")
    for what in (cell(page, "no", "no"), metric(page, "Accuracy"), metric(page, "MCC"), trivial):
        assert on_screen(what, 768)
    page = visit(section("Detection"), width=1093, height=614)  # zoomed in to 125 %
    for label, value in {"TP": "4", "mAP at IoU 0.50": "0.618"}.items():
        expect(metric(page, label)).to_contain_text(value)
        assert on_screen(metric(page, label), 614)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_cells_of_two_classes_say_which_count_they_are(visit: Visit, scheme: str) -> None:
    page = visit(PATH, scheme=scheme)
    expect(page.locator(".matrix .tag")).to_have_text(["TP", "FN", "FP", "TN"])
    expect(cell(page, "yes", "no")).to_have_accessible_name(re.compile(r"false negatives \(FN\)$"))
    page.get_by_role("radio", name="predicted").first.click()
    settle(page)
    expect(page.locator(".matrix .tag")).to_have_text(["TP", "FP", "FN", "TN"])


def test_fast_typing_loses_nothing(visit: Visit) -> None:
    page = visit(PATH)
    cell(page, "yes", "yes").focus()
    for number in ("11", "12", "13", "14"):
        page.keyboard.type(number)
        page.keyboard.press("Tab")
    settle(page)
    typed = [cell(page, target, predicted).input_value() for target in ("yes", "no") for predicted in ("yes", "no")]
    assert typed == ["11", "12", "13", "14"]
    expect(page).to_have_url(re.compile(r"metrics_text=11\+12%0A13\+14"))


def test_what_was_typed_counts_when_the_visitor_clicks_elsewhere_at_once(visit: Visit) -> None:
    page = visit(PATH)
    choose = page.get_by_test_id("stButtonGroup").first
    cell(page, "yes", "no").click()
    page.keyboard.type("77")
    choose.get_by_text("What if", exact=True).click()
    settle(page)
    choose.get_by_text("Matrix", exact=True).click()
    settle(page)
    expect(cell(page, "yes", "no")).to_have_value("77")
    expect(page).to_have_url(re.compile(r"metrics_text=80\+77"))
    cell(page, "yes", "yes").click()
    page.keyboard.type("66")
    page.get_by_role("button", name="Reset", exact=True).click()
    settle(page)
    expect(cell(page, "yes", "yes")).to_have_value("80")
    expect(cell(page, "yes", "no")).to_have_value("25")


def test_arrow_keys_walk_through_the_table(visit: Visit) -> None:
    page = visit(PATH)
    cell(page, "yes", "yes").focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    expect(cell(page, "no", "yes")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_label("name of class 2")).to_be_focused()


def test_what_is_no_count_is_said_and_the_table_goes_back(visit: Visit) -> None:
    page = visit(PATH)
    for text in ("-5", "2.5", "<img src=x>", "=1+1"):
        type_cell(page, "yes", "no", text)
        expect(page.get_by_role("alert")).to_contain_text(text)
        expect(cell(page, "yes", "no")).to_have_value("25")
    type_cell(page, "yes", "no", "26")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_two_switches_for_the_orientation(visit: Visit) -> None:
    page = visit(PATH)
    expect(page.locator(".matrix .corner .down")).to_have_text("actual ↓")
    page.get_by_role("radio", name="predicted").first.click()
    settle(page)
    expect(page.locator(".matrix .corner .down")).to_have_text("predicted ↓")
    expect(page.locator(".matrix td input").nth(1)).to_have_value("10")
    expect(metric(page, "Precision")).to_contain_text("0.889")  # the picture turns, nothing else
    page.get_by_role("radio", name="actual").first.click()
    settle(page)
    page.get_by_text("I typed predictions in rows").click()
    settle(page)
    expect(metric(page, "Precision")).to_contain_text("0.762")
    expect(metric(page, "Recall")).to_contain_text("0.889")
    expect(metric(page, "Accuracy")).to_contain_text("0.767")
    expect(page.get_by_text("Precision and recall change places")).to_be_visible()


def test_names_are_typed_into_the_table(visit: Visit) -> None:
    page = visit(PATH)
    field = page.get_by_label("name of class 1")
    field.fill("ill <b>")
    field.press("Enter")
    settle(page)
    expect(page.locator(".matrix th.column .name").first).to_have_text("ill <b>")
    assert page.locator(".matrix b").count() == 0
    assert page.get_by_test_id("stException").count() == 0


def test_a_link_opens_with_its_matrix_on_a_cold_server(visit: Visit) -> None:
    with serve() as fresh:
        page = visit(f"{PATH}?metrics_text=1+2%0A3+4&metrics_names=cat%2C+dog&metrics_rows=predicted", at=fresh)
        expect(page.locator(".matrix td input").nth(1)).to_have_value("3")
        expect(page.locator(".matrix th.column .name").first).to_have_text("cat")
        assert page.title() == "Metrics explorer · CNN Classroom"
        page.close()  # before its server goes


def test_the_matrix_goes_with_the_visitor_from_section_to_section(visit: Visit) -> None:
    page = visit(PATH)
    type_cell(page, "no", "no", "99")
    page.get_by_role("radio", name="Challenges").click()
    settle(page)
    expect(cell(page, "no", "no")).to_have_value("99")
    page.get_by_role("radio", name="Matrix").click()
    settle(page)
    expect(cell(page, "no", "no")).to_have_value("99")


# ---- predictions


SPAM = "truth,said,score\n" + "".join(
    f"{truth},{said},{score}\n"
    for truth, said, score in (
        ("spam", "spam", 0.95),
        ("spam", "spam", 0.8),
        ("spam", "ham", 0.35),
        ("ham", "ham", 0.1),
        ("ham", "spam", 0.6),
        ("ham", "ham", 0.2),
        ("ham", "ham", 0.05),
    )
)


def matrix(page: Page) -> list[list[str]]:
    """The counts of the table on the page, row by row."""
    rows = page.locator(".matrix tbody tr").all()
    return [[cell.inner_text().split()[0] for cell in row.locator("td button").all()] for row in rows]


def own_predictions(visit: Visit) -> Page:
    page = visit(section("Predictions", metrics_predictions_source="Your file (CSV)"))
    upload(page, "mail.csv", SPAM.encode())
    return page


def test_an_uploaded_csv_is_counted_and_its_threshold_moves_everything(visit: Visit) -> None:
    page = own_predictions(visit)
    labels = page.locator(".matrix th.column .name").all_inner_texts()
    by_name = dict(zip(labels, matrix(page), strict=True))
    assert sorted(map(tuple, by_name.values())) in ([("1", "2"), ("3", "1")], [("1", "3"), ("2", "1")])
    expect(metric(page, "Accuracy")).to_contain_text("0.714")
    slider = page.get_by_role("slider", name=re.compile("^Threshold"))
    move(page, slider, "ArrowLeft", 20)  # 0.5 -> 0.3: the third spam is found
    expect(metric(page, "Accuracy")).to_contain_text("0.857")
    expect(metric(page, "Recall")).to_contain_text("1.000")


def test_a_click_on_a_cell_lists_its_rows(visit: Visit) -> None:
    page = visit(section("Predictions"))
    button = page.get_by_label(re.compile("^actual benign, predicted malignant: "))
    count = button.inner_text().split()[0]
    button.click()
    settle(page)
    expect(page.get_by_label(re.compile("^actual benign, predicted malignant: "))).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.get_by_text(re.compile(rf"^{count} rows?"))).to_be_visible()
    with page.expect_download() as file:
        page.get_by_role("button", name="These rows (CSV)").click()
    rows = list(csv.DictReader(io.StringIO(Path(file.value.path()).read_text(encoding="utf-8-sig"))))
    assert len(rows) == int(count)


BAD_FILES = {
    "empty": b"",
    "header only": b"gold,predicted\n",
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "one column": b"one column\n1\n2\n",
}


def test_a_bad_file_leaves_a_sentence_and_the_earlier_result(visit: Visit, subtests: pytest.Subtests) -> None:
    page = own_predictions(visit)
    page.get_by_text("File and columns").click()
    for kind, data in BAD_FILES.items():
        with subtests.test(kind):
            upload(page, f"{kind}.csv", data)
            expect(page.get_by_role("alert").first).to_contain_text(f"{kind}.csv")
            expect(metric(page, "Accuracy")).to_contain_text("0.714")
            assert page.get_by_test_id("stException").count() == 0


# ---- detection, boxes


def test_the_detectors_last_result_is_judged(visit: Visit) -> None:
    page = visit("/faster_rcnn?rcnn_picture=cat")
    page.get_by_role("link", name="Metrics explorer").click()
    settle(page)
    page.get_by_test_id("stButtonGroup").get_by_text("Detection", exact=True).click()
    settle(page)
    page.get_by_role("combobox", name=re.compile("Boxes")).click()
    page.get_by_role("option", name=re.compile("last result")).click()
    settle(page)
    expect(metric(page, "TP")).to_contain_text("1")
    assert page.get_by_test_id("stException").count() == 0


def test_the_iou_threshold_turns_a_hit_into_a_miss(visit: Visit) -> None:
    page = visit(section("Detection", metrics_detection_source="motorcycle"))
    hits = metric(page, "TP").get_by_test_id("stMetricValue")
    expect(hits).to_have_text("2")
    move(page, page.get_by_role("slider", name=re.compile("IoU threshold")), "End", 1)
    expect(hits).to_have_text("0")


def test_a_box_is_dragged_and_let_go(visit: Visit) -> None:
    page = visit(section("Two boxes"))
    iou = page.locator(".playground dd").first
    expect(iou).to_have_text("0.500")
    box = page.get_by_label(re.compile("^Box B")).first
    place = box.bounding_box()
    assert place is not None
    x, y = place["x"] + place["width"] - 20, place["y"] + 20
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y, steps=5)
    expect(iou).not_to_have_text("0.500")  # while it is dragged
    live = iou.inner_text()
    page.mouse.up()
    settle(page)
    expect(iou).to_have_text(live)
    assert page.get_by_role("spinbutton", name="B x1").input_value() != "180", "the numbers follow"


# ---- the whole page
