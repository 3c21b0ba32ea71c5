"""What stands below the picture of "Receptive field": recursion, chart, table, and files to take away."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from core.conv.effective.box import gaussian_widths
from core.conv.effective.code import pytorch, pytorch_of_zoo
from core.conv.effective.zoo import ZooNetwork
from core.conv.layers import Kind, Pair, words
from core.conv.stack import Analysis
from core.figures import formulas
from core.figures.conv import field as figures
from core.figures.conv.field_chart import Point, field_chart
from core.figures.conv.field_formulas import deciding, exact, recursion
from core.ui.conv.field_answer import Answer
from core.ui.conv.field_controls import KEY, Settings
from core.ui.framework.show import download, show


def below(settings: Settings, answer: Answer) -> None:
    """Draw all of it.

    Args:
        settings: what the controls ask for.
        answer: what the cell sees.
    """
    subject, number = settings.subject, settings.question.number
    if subject.analysis is not None:
        st.header("From layer to layer", anchor=False)
        _recursion(subject.analysis, number)
        table, points = _stack_table(subject.analysis, number), _stack_points(subject.analysis, number)
    else:
        assert isinstance(subject.network, ZooNetwork)
        table, points = _zoo_table(subject.network, number), _zoo_points(subject.network)
    st.header("How the field grows", anchor=False)
    left, right = st.columns(2, gap="medium")
    with left:
        show(field_chart(points, number, subject.size[1]), f"{KEY}_chart")
    with right:
        st.caption("The layers between the picture and this one; along the width where height and width differ.")
        st.dataframe(table, hide_index=True, height=330, key=f"{KEY}_table")
    _take_away(settings, answer, table)
    _how()


def _recursion(analysis: Analysis, number: int) -> None:
    row = deciding(analysis, number)
    kind, number_words = str(row.layer.kind), f"layer {row.number} ({row.layer.kind})"
    if row.number != number:
        own = analysis.rows[number - 1].layer.kind
        st.markdown(f"Layer {number} ({own}) works cell by cell: its field is that of {number_words}.")
    elif not row.layer.kind.joins and row.layer.kind.windowed:
        k, s, p, d = (
            _words(pair) for pair in (row.layer.kernel, row.layer.stride, row.layer.padding, row.layer.dilation)
        )
        st.markdown(f"Layer {number} ({kind}): kernel k = {k}, stride s = {s}, padding p = {p}, dilation d = {d}.")
    if row.layer.kind.joins:
        st.markdown("Where branches meet, a cell sees from the lowest to the highest pixel that any of them saw.")
    if row.layer.kind is Kind.TRANSPOSED or any(r.layer.kind is Kind.TRANSPOSED for r in analysis.rows[:number]):
        st.caption(
            "Behind a transposed convolution cells differ: r is the most that any of them sees, the rectangle above is "
            "exact for this one."
        )
    width = recursion(analysis, row, 1)
    if not width:
        st.markdown("All of the map goes into every number: from here on a cell sees the whole picture.")
        return
    height = recursion(analysis, row, 0)
    if height != width:
        st.markdown("Along the width:")
    st.latex(formulas.aligned(width))
    if height != width:
        st.markdown("Along the height:")
        st.latex(formulas.aligned(height))


def _words(pair: Pair) -> str:
    return f"{pair[0]}" if pair[0] == pair[1] else words(pair)


def _stack_table(analysis: Analysis, number: int) -> pd.DataFrame:
    """One row a layer that `number` comes from."""
    numbers = _ancestors(analysis, number)
    rows = []
    for row in (analysis.rows[place - 1] for place in numbers):
        layer, field, slides = row.layer, row.fields[1], row.layer.kind.windowed
        rows.append(
            {
                "layer": row.number,
                "kind": str(layer.kind),
                "output": words(row.shape),
                "r": "all" if field.whole else exact(field.size),
                "j": "" if field.whole else exact(field.jump),
                "start": "" if field.whole else exact(field.start),
                "k": _words(layer.kernel) if slides else "",
                "s": _words(layer.stride) if slides else "",
                "p": _words(layer.padding) if slides else "",
                "d": _words(layer.dilation) if slides else "",
            }
        )
    return pd.DataFrame(rows)


def _ancestors(analysis: Analysis, number: int) -> list[int]:
    wanted = {number}
    for row in reversed(analysis.rows[:number]):
        if row.number in wanted:
            wanted.update(row.sources)
    return sorted(wanted - {0})


def _stack_points(analysis: Analysis, number: int) -> list[Point]:
    """The widest way through the stack, or to the chosen layer where that lies beside it."""
    sigmas = gaussian_widths(analysis)
    finite = [row.number for row in analysis.rows if len(row.shape) == 3 and not row.fields[1].whole]
    ways = [_widest_way(analysis, end) for end in dict.fromkeys((*finite[-1:], number))]
    way = next((way for way in ways if number in way), ways[0])
    rows = [row for row in (analysis.rows[place - 1] for place in way) if row.number in finite]
    points = [Point(row.number, f"{row.number} · {row.layer.kind}", row.fields[1].size) for row in rows]
    return [replace(point, sigma=sigmas[point.number - 1]) for point in points] or [Point(0, "the picture", 1.0)]


def _widest_way(analysis: Analysis, number: int) -> list[int]:
    """From the picture to a layer, of several branches always along the one that sees most."""
    way: list[int] = []
    while number:
        way.append(number)
        sources = analysis.rows[number - 1].sources
        number = max(sources, key=lambda source: analysis.rows[source - 1].fields[1].size if source else 1.0)
    return way[::-1]


def _zoo_table(network: ZooNetwork, number: int) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "layer": layer.name,
                "kind": layer.kind,
                "output": words(layer.field.cells),
                "r": exact(layer.field.size[1]),
                "j": exact(layer.field.jump[1]),
                "start": exact(layer.field.start[1]),
            }
            for layer in network.path(number)
        ]
    )


def _zoo_points(network: ZooNetwork) -> list[Point]:
    return [Point(place.number, place.name, place.fields[1].size) for place in network.places.values()]


def _take_away(settings: Settings, answer: Answer, table: pd.DataFrame) -> None:
    subject, question = settings.subject, settings.question

    def picture() -> bytes:
        return figures.as_image(answer.warm(), subject.size, answer.frame, answer.field, answer.box)

    if subject.analysis is not None:
        code = pytorch(subject.analysis, question.number, question.cell, question.weights, question.count)
    else:
        assert isinstance(subject.network, ZooNetwork)
        network = subject.network
        code = pytorch_of_zoo(
            network.name, network.modules(question.number), subject.size[0], question.cell, answer.field
        )
    with st.container(horizontal=True):
        download("CSV", lambda: table.to_csv(index=False), "receptive_field.csv", "text/csv", "The table above.")
        download("Picture", picture, "receptive_field.png", "image/png", "The picture with both fields, as PNG.")
        download("PyTorch code", lambda: code, "receptive_field.py", "text/x-python", "A script whose assertion holds.")
    with st.expander("PyTorch code of this field", icon=":material/code:"):
        st.code(code, language="python")


def _how() -> None:
    with st.expander("How this works", icon=":material/school:"):
        st.markdown(
            "1. The **theoretical field** is arithmetic: walk back from the cell, and each layer widens the window by "
            "d(k − 1) cells of the layer before it. One step there is a **jump** of j pixels of the picture.\n"
            "2. Near an edge part of the field is **padding**: zeros that say nothing.\n"
            "3. The **effective field** is measured: the derivative of the cell, summed over its channels, with "
            "respect to every pixel, as an absolute value, summed over the colours. Bright pixels move the cell most.\n"
            "4. A pixel in the middle reaches the cell by many paths, one at the edge by few. With random weights the "
            "paths add up to a **Gaussian**, so that the effective width grows with the square root of the depth while "
            "the theoretical width grows with the depth (Luo et al. 2016, "
            "[arXiv:1701.04128](https://arxiv.org/abs/1701.04128)).\n"
            "5. **Equal** positive weights close no path: each pixel that can reach the cell answers, and the heat "
            "fills the rectangle exactly. Holes in it are pixels that a dilation or a stride steps over.\n"
            "6. Random networks have biases of zero and batch normalisation as it is at the start. A picture for 1 "
            "channel is grey; for other than 1 or 3 channels each is a fixed random mix of the three colours."
        )
