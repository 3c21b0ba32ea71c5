"""Section "RoI pooling": a box of any size as features of a fixed size, by whole cells and by sampling points."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.detection.pooling.comparison import Pooling
from core.detection.pooling.examples import BOX, MAPS, STRIDE
from core.detection.pooling.passes import CROP, passes
from core.detection.pooling.quantised import Cell
from core.detection.pooling.regions import Pooled, Regions
from core.figures.detection import pooling as figures
from core.figures.detection import pooling_charts as charts
from core.figures.detection import pooling_formulas as formulas
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.detector.roi.controls import Settings, controls
from core.ui.detector.roi.forms import AUTO, DEFAULTS, KEY, PICTURE, Count, pick

PROSE = "faster_rcnn/roi"
FIRST = Settings(None, next(iter(MAPS)), BOX, STRIDE, "1", AUTO, AUTO, 2, 2, False, 0.0, (0, 0))


@dataclass(frozen=True, eq=False)
class View:
    """What is on the screen.

    Attributes:
        pooling: a box on one channel of a map, pooled both ways.
        chosen: (row, column) of the bin that is looked at.
        regions: what else the picture has to pool; None for a small grid.
        cut: the level and channel; None likewise.
    """

    pooling: Pooling
    chosen: Cell
    regions: Regions | None = None
    cut: Pooled | None = None

    @property
    def values(self) -> tuple[float, float]:
        """What the chosen bin holds by RoI pooling and by RoIAlign."""
        pooling = self.pooling
        return float(pooling.quantised.values[self.chosen]), float(pooling.sampled.values[self.chosen])


def _answer(settings: Settings) -> View:
    if settings.subject is None:
        values, box, stride, regions, cut = MAPS[settings.map], settings.box, settings.stride, None, None
    else:
        regions = settings.regions()
        region = regions.regions.get(settings.region) or regions.regions["1"]
        channel = int(settings.channel) if settings.channel.isdigit() else None
        cut = regions.pooled(region, settings.level, channel)
        values, box, stride = cut.values, region.box, cut.level.stride[0]
    shift = settings.shift * stride
    pooling = Pooling(values, box, stride, settings.out, settings.ratio, settings.aligned, shift)
    return View(pooling, settings.chosen, regions, cut)


def _picture(settings: Settings, view: View, *, told: bool = True) -> None:
    pooling, chosen = view.pooling, settings.chosen
    left, right = ui.beside(2)
    with left:
        st.caption("**RoI pooling**: whole cells, the largest counts")
        show_drawing(figures.quantised_map(pooling, chosen, told=told), f"{KEY}_pool_map", pick)
        if told:
            show_drawing(figures.output(pooling.quantised.values, chosen, charts.POOL), f"{KEY}_pool_out", pick)
            st.latex(formulas.largest(pooling, chosen))
    with right:
        st.caption("**RoIAlign**: points between cells, their mean")
        show_drawing(figures.aligned_map(pooling, chosen, told=told), f"{KEY}_align_map", pick)
        if told:
            show_drawing(figures.output(pooling.sampled.values, chosen, charts.ALIGN), f"{KEY}_align_out", pick)
            st.latex(formulas.mean(pooling, chosen))


def _legend(settings: Settings, view: View) -> None:
    """The photograph, so that a box on a map is a thing."""
    if settings.subject is not None and view.regions is not None:
        picture, scale = settings.subject.picture, view.regions.inside.scale
        show_drawing(figures.whole_picture(picture.uri, picture.size, view.pooling.moved, scale), f"{KEY}_whole")


def _numbers(_: Settings, view: View) -> None:
    pooling = view.pooling
    x1, y1, x2, y2 = pooling.moved
    corners, cells = (", ".join(f"{end * by:.4g}" for end in (x1, y1, x2, y2)) for by in (1, pooling.scale))
    if (cut := view.cut) is not None:
        high, wide = cut.level.shape
        name = ui.escape_markdown(cut.name)
        st.caption(ui.prose(PROSE, "Map", channel=cut.channel, name=name, high=high, wide=wide))
    st.caption(ui.prose(PROSE, "Numbers", corners=corners, cells=cells, stride=pooling.stride, shift=pooling.shift))


def _below(settings: Settings, view: View) -> None:
    _arithmetic(settings, view.pooling)
    _misalignment(settings, view.pooling)
    _passes(view)


def _arithmetic(settings: Settings, pooling: Pooling) -> None:
    row, column = chosen = settings.chosen
    st.header(f"Bin ({row}, {column}), step by step", anchor=False)
    left, right = ui.beside(2, ui.WHOLE, of_page=True)
    with left:
        st.markdown("**RoI pooling.** The columns of the bin; the rows go the same way.")
        st.latex(formulas.quantised_columns(pooling, chosen))
        st.markdown("What rounding does to the four sides of the box:")
        st.dataframe(
            charts.edge_table(pooling),
            hide_index=True,
            key=f"{KEY}_edges",
            alt="Each side of the box in pixels, in cells, rounded, back in pixels, and by how much it moved",
        )
    with right:
        st.markdown("**RoIAlign.** The columns of the sampling points, and the first of the points:")
        st.latex(formulas.aligned_columns(pooling, chosen))
        st.latex(formulas.first_point(pooling, chosen))
        st.dataframe(
            charts.point_table(pooling, chosen),
            hide_index=True,
            key=f"{KEY}_points",
            alt="Each sampling point of the bin: weight times value of its four neighbours, and their sum",
            column_config={"value": st.column_config.NumberColumn(format="%.3f")},
        )
    table = charts.numbers_table(pooling)
    with st.container(horizontal=True):
        ui.download("CSV", lambda: table.to_csv(index=False), "roi_pooling.csv", "Both outputs, a line a bin.")


def _misalignment(settings: Settings, pooling: Pooling) -> None:
    st.header("A box that is off by a few pixels", anchor=False)
    st.markdown(ui.prose(PROSE, "Misalignment"))
    left, right = ui.beside(2, ui.WHOLE, of_page=True)
    with left:
        ui.show(charts.bin_against_shift(pooling, settings.chosen), f"{KEY}_bin_chart")
    with right:
        ui.show(charts.change_against_shift(pooling), f"{KEY}_change_chart")


def _passes(view: View) -> None:
    st.header("One pass for all regions", anchor=False)
    st.markdown(ui.prose(PROSE, "Passes"))
    if view.regions is None:
        st.caption(f"With “{PICTURE}” chosen, the times of the network on this machine stand here.")
        return
    count = ui.draw(Count, KEY).n
    cost = passes(view.regions.inside.candidates, count)
    if cost is None:
        return
    st.dataframe(charts.passes_table(cost), hide_index=True, key=f"{KEY}_passes", alt="Passes and time, both ways")
    st.caption(ui.prose(PROSE, "Times", side=CROP, times=cost.one_by_one / cost.shared))


def _question(settings: Settings, view: View) -> None:
    _picture(settings, view, told=False)


section = ui.Section(
    key=KEY,
    controls=controls,
    defaults=DEFAULTS,
    answer=_answer,
    first=FIRST,
    picture=_picture,
    legend=_legend,
    numbers=_numbers,
    below=_below,
    guesses=(
        ui.Guess("RoI pooling", "The marked bin: the largest of its cells.", lambda view: view.values[0], 0.05),
        ui.Guess("RoIAlign", "The marked bin: the mean of its points.", lambda view: view.values[1], 0.25),
    ),
    question=_question,
    signature=lambda settings: settings.question,
    help=PROSE,
)
