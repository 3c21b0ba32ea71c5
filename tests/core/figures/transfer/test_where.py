"""Heat over a picture: colours at their right places, windows to scale, formulas that add up."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
import pytest
import torch
from PIL import Image as Pictures
from torch import Tensor

from core.figures.conv.kernels import diverging, viridis
from core.figures.drawing import Cells, Image, Rect, Text
from core.figures.transfer import where as figures
from core.figures.transfer.where import SIDE
from core.figures.transfer.where_answers import answers, grad_cam_numbers, occlusion_numbers
from core.transfer.attribution.heat import ClassActivation, Covered, Method, Term

PICTURE: Tensor = torch.arange(3 * 16 * 16).view(3, 16, 16).remainder(256).to(torch.uint8)


def cam(values: list[list[float]], layer: str = "last conv") -> ClassActivation:
    numbers = np.array(values, np.float32)
    largest = (Term(7, 3.0), Term(2, -1.5), Term(9, 0.5))
    return ClassActivation(Method.GRAD_CAM, 1, 0.75, numbers, 32, layer, 2.5, 1280, largest, float(numbers.max()))


def covered(changes: list[list[float]]) -> Covered:
    numbers = np.array(changes, np.float32)
    values = numbers.repeat(16, 0).repeat(16, 1)
    return Covered(Method.OCCLUSION, 1, 0.75, values, 32, "", 16, 16, 128, numbers)


def pixels(uri: str) -> np.ndarray:
    return np.asarray(Pictures.open(io.BytesIO(base64.b64decode(uri.split(",", 1)[1]))).convert("RGB"))


def test_cells_have_the_colours_of_their_numbers() -> None:
    image = np.asarray(figures.coloured(cam([[0, 1], [2, 4]]), 8, smooth=False))
    assert image.shape == (8, 8, 3)
    for row, column, amount in ((0, 0, 0.0), (0, 7, 0.25), (7, 0, 0.5), (7, 7, 1.0)):
        assert image[row, column].tolist() == viridis(np.array(amount)).tolist()
    assert (image[:4, :4] == image[0, 0]).all()


def test_signed_numbers_have_zero_in_the_middle_of_the_scale() -> None:
    heat = covered([[0.4, 0.0], [-0.2, 0.4]])
    image = np.asarray(figures.coloured(heat, 32, smooth=False))
    assert image[0, 31].tolist() == diverging(np.array(0.0), 1).tolist()
    assert image[0, 0].tolist() == diverging(np.array(1.0), 1).tolist()
    assert image[31, 0].tolist() == diverging(np.array(-0.5), 1).tolist()
    texts = [item.text for item in figures.heat_panel(PICTURE, heat, "cat", 0.5, True).items if isinstance(item, Text)]
    assert texts == ["−0.4", "probability lost, mean of windows", "0.4"]


def test_smooth_lies_between_the_cells() -> None:
    image = np.asarray(figures.coloured(cam([[0, 1]]), 64, smooth=True))
    assert len(np.unique(image[32], axis=0)) > 10


@pytest.mark.parametrize("smooth", [True, False])
def test_an_empty_map_has_colours_too(smooth: bool) -> None:
    heat = cam([[0, 0], [0, 0]])
    assert (np.asarray(figures.coloured(heat, 8, smooth)) == viridis(np.array(0.0))).all()
    assert figures.heat_panel(PICTURE, heat, "cat", 0.5, smooth).alt.endswith("the same everywhere")


def test_opacity_changes_nothing_but_itself() -> None:
    light, dark = (figures.heat_panel(PICTURE, cam([[0, 1], [2, 3]]), "cat", opacity, True) for opacity in (0.2, 0.9))
    differ = [(a, b) for a, b in zip(light.items, dark.items, strict=True) if a != b]
    assert len(differ) == 1
    a, b = differ[0]
    assert isinstance(a, Image)
    assert isinstance(b, Image)
    assert (a.uri, a.opacity, b.opacity) == (b.uri, 0.2, 0.9)


def test_a_file_to_take_away_is_the_picture_and_the_map() -> None:
    heat = cam([[0, 1], [2, 3]])
    plain = np.asarray(figures.overlay(PICTURE, heat, 0.0, False))
    large = figures.as_image(PICTURE).resize((figures.EXPORTED,) * 2, Pictures.Resampling.BICUBIC)
    assert (plain == np.asarray(large)).all()
    full = figures.overlay(PICTURE, heat, 1.0, False)
    assert (np.asarray(full) == np.asarray(figures.coloured(heat, figures.EXPORTED, False))).all()


def test_a_window_is_drawn_to_scale_and_where_it_lies() -> None:
    heat = covered([[0.4, 0.0], [-0.2, 0.1]])
    drawing = figures.heat_panel(PICTURE, heat, "cat", 0.5, True, (1, 0))
    outline = [item for item in drawing.items if isinstance(item, Rect) and item.stroke == figures.ACCENT]
    assert [(item.x, item.y, item.width, item.height) for item in outline] == [(0, SIDE / 2, SIDE / 2, SIDE / 2)]
    cells = next(item for item in drawing.items if isinstance(item, Cells))
    assert (cells.rows, cells.columns) == (2, 2)
    assert cells.tips[2] == "covered here: 0.750 → 0.950"
    left = figures.picture_panel(PICTURE, "a.png", heat, (0, 0))
    dashed = [item for item in left.items if isinstance(item, Rect) and item.dashed]
    assert [(item.x, item.width) for item in dashed] == [(SIDE / 2, SIDE / 2)]
    assert "window 16 × 16 px, step 16 px" in left.alt
    assert "window" not in figures.picture_panel(PICTURE, "a.png", None, (0, 0)).alt


def test_one_window_over_all_has_no_neighbour() -> None:
    heat = Covered(
        Method.OCCLUSION, 0, 0.5, np.full((32, 32), 0.1, np.float32), 32, "", 32, 16, 128, np.full((1, 1), 0.1)
    )
    drawing = figures.picture_panel(PICTURE, "a.png", heat, (0, 0))
    assert not any(item.dashed for item in drawing.items if isinstance(item, Rect))


def test_the_alt_text_says_where_the_largest_number_lies() -> None:
    values = [[0.0] * 6 for _ in range(6)]
    values[5][1] = 2.0
    alt = figures.heat_panel(PICTURE, cam(values), "cat", 0.5, True).alt
    assert alt == "Grad-CAM for cat, 6 × 6: the largest number, 2, lies in the lower left part"


def test_the_strip_marks_the_layer_and_can_be_clicked() -> None:
    maps = [cam([[0.0] * side] * side, name) for name, side in (("stem", 8), ("stage 1", 4), ("last conv", 2))]
    drawing = figures.strip(PICTURE, maps, 0.5, True, 1)
    cells = next(item for item in drawing.items if isinstance(item, Cells))
    assert (cells.rows, cells.columns, cells.tips) == (1, 3, ("stem", "stage 1", "last conv"))
    bold = [item.text for item in drawing.items if isinstance(item, Text) and item.bold]
    assert bold == ["stage 1"]


def test_the_bars_are_the_likeliest_and_the_explained_class() -> None:
    names = tuple("abcdefgh")
    said = np.array([0.01, 0.3, 0.02, 0.2, 0.25, 0.1, 0.07, 0.05])
    figure = answers(said, names, 0)
    assert figure.data["class"].tolist() == ["b", "e", "d", "f", "a"]
    assert figure.data["explained"].tolist() == [False] * 4 + [True]
    assert answers(said, names, 1).data["class"].tolist() == ["b", "e", "d", "f", "g"]
    assert answers(np.array([0.4, 0.6]), ("x", "y"), 0).data["label"].tolist() == ["0.600", "0.400"]


def test_grad_cam_s_terms_add_up() -> None:
    text = grad_cam_numbers(cam([[0, 1], [2, 4]]))
    assert r"L_{2,2} &= \mathrm{ReLU}\big(3 - 1.5 + 0.5 + \underbrace{2}_{\text{1{,}277 others}}\big) \\" in text
    assert text.endswith(r"&= \mathbf{4} \end{aligned}")


def test_tiny_and_negative_sums_are_latex() -> None:
    heat = ClassActivation(
        Method.GRAD_CAM, 0, 0.1, np.zeros((2, 2), np.float32), 32, "x", 0.0, 3, (Term(0, -1.5e-7), Term(1, -2.0)), -2.5
    )
    text = grad_cam_numbers(heat)
    assert r"-1.5 \cdot 10^{-7} - 2" in text
    assert r"\underbrace{-0.5}" in text
    assert not re.search(r"\de-?\d", text)


def test_occlusion_s_numbers() -> None:
    heat = covered([[0.4, 0.0], [-0.2, 0.1]])
    assert occlusion_numbers(heat, (0, 0)) == r"\Delta_W = 0.750 - 0.350 = \mathbf{0.400}"
    assert occlusion_numbers(heat, (1, 0)) == r"\Delta_W = 0.750 - 0.950 = \mathbf{-0.200}"
