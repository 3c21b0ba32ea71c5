"""What a visitor of the conv calculator sees, in a real browser."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from urllib.parse import quote_plus

from playwright.sync_api import Locator, Page, expect

from core.samples import SAMPLES
from tests.browser.conftest import Visit, move, ready, serve, settle, upload
from tests.core.pictures import hostile

PATH = "/conv_calculator"


def section(name: str, **parameters: str) -> str:
    """The address of a section with its controls set."""
    query = "".join(f"&{key}={quote_plus(value)}" for key, value in parameters.items())
    return f"{PATH}?conv_section={quote_plus(name)}{query}"


def fill(page: Page, label: str, value: str) -> None:
    """Type into a number input and leave it."""
    field = page.get_by_role("spinbutton", name=label, exact=True)
    field.fill(value)
    field.press("Enter")
    settle(page)


def metric(page: Page, label: str) -> Locator:
    return page.get_by_test_id("stMetric").filter(has_text=label).first.get_by_test_id("stMetricValue")


def download(page: Page, label: str) -> str:
    with page.expect_download() as file:
        page.get_by_role("button", name=label, exact=True).click()
    return Path(file.value.path()).read_text(encoding="utf-8")


def no_exception(page: Page) -> None:
    assert page.get_by_test_id("stException").count() == 0


# ---- size and cost


def test_the_first_visit_shows_alexnets_first_layer(visit: Visit) -> None:
    page = visit(PATH)
    expect(metric(page, "Output volume")).to_have_text("64 × 55 × 55")
    expect(metric(page, "Parameters")).to_have_text("23,296")
    assert page.title() == "Conv calculator · CNN Classroom"
    box = metric(page, "Output memory").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 768, "the result is on the first screen of a laptop"


def test_a_stride_that_does_not_divide_is_explained_and_mended(visit: Visit) -> None:
    page = visit(PATH)
    expect(page.get_by_text("The stride does not divide.")).to_be_visible()
    page.get_by_role("button", name="F = 12").click()
    settle(page)
    expect(page.get_by_text("The stride does not divide.")).to_have_count(0)
    expect(page.get_by_role("spinbutton", name="F", exact=True)).to_have_value("12")
    assert "conv_size_f=12" in page.url, "the link holds the setting"


def test_what_torch_refuses_is_said_and_the_last_result_stays(visit: Visit) -> None:
    page = visit(PATH)
    fill(page, "S", "2")
    expect(metric(page, "Output volume")).to_have_text("64 × 109 × 109")
    fill(page, "S", "0")
    expect(page.get_by_role("alert")).to_contain_text("Stride 0")
    expect(page.get_by_text("non-positive stride is not supported")).to_be_visible()
    expect(metric(page, "Output volume")).to_have_text("64 × 109 × 109")
    fill(page, "S", "4")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(metric(page, "Output volume")).to_have_text("64 × 55 × 55")


def test_predict_first_hides_the_answers_until_asked(visit: Visit) -> None:
    page = visit(PATH)
    page.get_by_text("Predict first").click()
    settle(page)
    expect(page.get_by_test_id("stMetric")).to_have_count(0)
    expect(page.get_by_text("54.25")).to_have_count(0)
    page.get_by_role("spinbutton", name="Width of the output").fill("55")
    page.get_by_role("button", name="Show the answers").click()
    settle(page)
    expect(metric(page, "Output volume")).to_have_text("64 × 55 × 55")
    expect(page.get_by_text("as guessed")).to_be_visible()


def test_the_python_that_can_be_taken_away_runs(visit: Visit) -> None:
    page = visit(section("Size and cost", conv_size_kind="Transposed convolution", conv_size_op="1"))
    code = download(page, "PyTorch code")
    assert "nn.ConvTranspose2d" in code
    exec(compile(code, "layer.py", "exec"), {})


# ---- step by step


def stepper(page: Page) -> Locator:
    return page.locator(".stepper")


def test_a_convolution_is_played_scrubbed_and_edited(visit: Visit) -> None:
    page = visit(section("Step by step"))
    player = stepper(page)
    expect(player.locator(".sum")).to_contain_text("18")  # (3 + 8 + 23) - (10 + 5 + 1)
    scrubber = player.get_by_role("slider", name="Step")
    scrubber.focus()
    page.keyboard.press("End")
    expect(player.locator("output.count")).to_contain_text("16 of 16")
    page.keyboard.press("Home")
    player.get_by_role("button", name="Play").click()
    expect(player.locator("output.count")).not_to_contain_text("1 of 16")
    player.get_by_role("button", name=re.compile("Pause", re.IGNORECASE)).click()
    page.keyboard.press("Home")
    cell = player.get_by_role("textbox", name=re.compile("input.*row 1.*column 1$", re.IGNORECASE)).first
    cell.fill("7")
    cell.press("Enter")
    settle(page)
    scrubber.focus()
    page.keyboard.press("Home")
    expect(player.locator(".sum")).to_contain_text("22")
    assert "conv_step_x=" in page.url, "the link holds the matrix"
    expect(page.get_by_text("greatest difference 0")).to_be_visible()


def test_a_bad_cell_says_where_and_keeps_the_matrix(visit: Visit) -> None:
    page = visit(section("Step by step"))
    cell = stepper(page).get_by_role("textbox", name=re.compile("input.*row 2.*column 3$", re.IGNORECASE)).first
    cell.fill("NaN")
    cell.press("Enter")
    settle(page)
    expect(page.get_by_role("alert")).to_contain_text("row 2")
    expect(stepper(page).locator(".sum")).to_contain_text("18")
    no_exception(page)


def test_matrices_travel_in_the_link(visit: Visit) -> None:
    page = visit(section("Step by step", conv_step_x="1 2/3 4", conv_step_w="10", conv_step_b="5"))
    expect(stepper(page).locator("output.count")).to_contain_text("1 of 4")
    expect(stepper(page).locator(".sum")).to_contain_text("15")


# ---- kernels on a picture


def test_a_kernel_filters_an_uploaded_picture(visit: Visit) -> None:
    page = visit(section("Kernels on a picture"))
    upload(page, "mine.png", SAMPLES["cat"].read())
    expect(page.get_by_role("combobox", name="Picture")).to_have_value("mine.png")
    before, after = (page.get_by_test_id("stImage").locator("img").nth(index) for index in (0, 1))
    assert before.get_attribute("src") != after.get_attribute("src")
    sizes = [image.evaluate("image => [image.naturalWidth, image.naturalHeight]") for image in (before, after)]
    assert sizes[0] == sizes[1]
    upload(page, "strange.png", hostile()["text"])
    expect(page.get_by_role("alert")).to_contain_text("strange.png")
    no_exception(page)


# ---- learning a kernel


def test_gradient_descent_finds_the_kernel_and_can_be_played(visit: Visit) -> None:
    page = visit(section("Learning a kernel"))
    expect(page.get_by_text("Recovered", exact=True)).to_be_visible()
    player = page.locator(".player")
    scrubber = player.get_by_role("slider", name="Step of the run")
    scrubber.focus()
    page.keyboard.press("Home")
    start = player.locator(".now").inner_text()
    page.keyboard.press("End")
    expect(player.locator(".now")).not_to_have_text(start)
    page.keyboard.press("Home")
    player.get_by_role("button", name="Play").click()
    expect(player.locator(".now")).not_to_have_text(start)


# ---- a stack of layers


def test_a_stack_is_edited_in_its_table(visit: Visit) -> None:
    page = visit(section("A stack of layers"), height=1700)  # a mouse only reaches what is on the screen
    ready(page)  # once all published networks are counted the page runs anew, which closes a cell that is just opening
    expect(metric(page, "Parameters")).to_have_text("61,100,840")
    box = page.get_by_test_id("stDataFrame").first.bounding_box()
    assert box is not None
    editor = page.locator("#portal input")  # over the table, which is a canvas
    for _ in range(5):  # a run of the page, of the background's for instance, closes a cell that is just opening
        page.mouse.click(box["x"] + 150, box["y"] + 35 + 17)  # the filters of the first layer
        page.keyboard.press("Enter")
        page.wait_for_timeout(1_500)
        if editor.count():
            break
    expect(editor).to_be_focused()
    page.wait_for_timeout(700)  # it opens with an animation and takes the first key as its beginning
    editor.fill("32")
    expect(editor).to_have_value("32")
    editor.press("Enter")
    settle(page)
    expect(metric(page, "Parameters")).to_have_text("60,935,592")
    assert "conv_stack_text=" in page.url, "the link holds the stack"
    assert "conv+32+k11" in page.url


def test_a_layer_that_does_not_fit_is_named(visit: Visit) -> None:
    page = visit(section("A stack of layers", conv_stack_text="conv 8 k3\nmaxpool k2\nconv 8 k400"))
    expect(page.get_by_role("alert")).to_contain_text("Layer 3 (conv)")
    no_exception(page)
    page.get_by_role("button", name="Reset", exact=True).click()
    settle(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(metric(page, "Parameters")).to_have_text("61,100,840")


def test_a_known_network_is_a_start_and_a_table_to_take_away(visit: Visit) -> None:
    page = visit(section("A stack of layers"))
    page.get_by_role("combobox", name="Start from").click()
    page.get_by_role("option", name="LeNet-5").click()
    settle(page)
    expect(metric(page, "Parameters")).to_have_text("61,706")
    rows = list(csv.DictReader(io.StringIO(download(page, "CSV"))))
    assert sum(int(row["parameters"]) for row in rows) == 61_706


# ---- receptive field


def test_a_click_on_the_feature_map_shows_what_the_cell_sees(visit: Visit) -> None:
    page = visit(section("Receptive field"))
    grid = page.locator(".drawing .area").first
    grid.click(position={"x": 3, "y": 3})
    settle(page)
    expect(page.get_by_role("spinbutton", name="Row", exact=True)).to_have_value("0")
    expect(page.get_by_role("spinbutton", name="Column", exact=True)).to_have_value("0")
    no_exception(page)


# ---- the whole page


def test_a_cold_deep_link_opens_its_section_in_the_frame(visit: Visit) -> None:
    with serve() as fresh:
        page = visit(section("Size and cost", conv_size_w="32", conv_size_f="5", conv_size_s="1"), at=fresh)
        expect(page.get_by_test_id("stTopNavLink").first).to_be_visible()
        expect(metric(page, "Output volume")).to_have_text("64 × 32 × 32")
        page.close()  # before its server goes


def test_sections_keep_their_settings_while_another_is_shown(visit: Visit) -> None:
    page = visit(PATH)
    fill(page, "S", "2")
    for name in ("A stack of layers", "Size and cost"):
        page.get_by_test_id("stButtonGroup").get_by_text(name, exact=True).click()
        settle(page)
    expect(page.get_by_role("spinbutton", name="S", exact=True)).to_have_value("2")
    expect(metric(page, "Output volume")).to_have_text("64 × 109 × 109")


def test_one_visitors_matrix_is_not_anothers(visit: Visit) -> None:
    first, second = (
        visit(section("Step by step")),
        visit(section("Step by step", conv_step_x="1 2/3 4", conv_step_w="1")),
    )
    expect(stepper(second).locator("output.count")).to_contain_text("of 4")
    move(first, stepper(first).get_by_role("slider", name="Step"), "ArrowRight", 1)
    expect(stepper(first).locator("output.count")).to_contain_text("2 of 16")
