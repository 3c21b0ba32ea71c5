"""The networks of the course beside the visitor's stack, and each of them layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core import jobs
from core.conv import counters
from core.conv.layers import Shape
from core.conv.module import StackModule
from core.conv.notation import write
from core.conv.published import all_counted, count_all, published
from core.conv.stack import Analysis, Stack
from core.figures.conv import counters as tables
from core.figures.conv import stack as figures
from core.figures.conv.published import amount, field_text, layers_table, origin
from core.models.architecture import Architecture
from core.models.cost import Convention, Cost, count
from core.models.zoo import ZOO
from core.ui import framework as ui
from core.ui.conv.stack.state import KEY

OWN = "Your stack"
POLL_S = 0.5
MEASURES: dict[str, Convention | None] = {"Parameters": None, **{one.title: one for one in Convention}}
TITLES = {spec.title: spec for spec in ZOO.values()}
_JOB = "published networks"
_NUMBER = st.column_config.NumberColumn(format="localized")


@dataclass(frozen=True)
class Ranking:
    """By what networks are ranked."""

    rank: str = ui.choice(
        "Rank by",
        tuple(MEASURES),
        Convention.MACS.title,
        "Tools count operations in different ways: with a number, always say which way is meant.",
    )


@dataclass(frozen=True)
class Network:
    """Which network is shown layer by layer."""

    network: str = ui.choice(
        "Network",
        tuple(TITLES),
        ZOO["resnet50"].title,
        "As torchvision or timm builds it; counted on shapes alone, without weights.",
    )


DEFAULTS = ui.defaults(Ranking, KEY) | ui.defaults(Network, KEY)


@st.cache_resource(max_entries=64, show_spinner=False)
def _own_cost(text: str, shape: Shape, _analysis: Analysis) -> Cost:  # noqa: ARG001, the key: an analysis is long to hash
    import torch

    with torch.device("meta"):
        return count(StackModule(_analysis).eval(), _analysis.input_shape)


def _own_amount(analysis: Analysis, convention: Convention | None) -> float:
    """What a convention counts of the stack; torch is asked only for what the arithmetic does not know."""
    known = {None: analysis.params, Convention.MACS: analysis.macs, Convention.FLOPS: 2 * analysis.macs}
    if convention in known:
        return known[convention]
    text = write(Stack(tuple(row.layer for row in analysis.rows)))
    return amount(_own_cost(text, analysis.input_shape, analysis), convention)


def beside_published(analysis: Analysis) -> None:
    """Where a stack stands among the published networks, by what is asked for."""
    st.header("Beside the published networks", anchor=False)
    controls, chart, _ = ui.panes()
    with controls:
        name = ui.draw(Ranking, KEY).rank
        convention = MEASURES[name]
        st.caption("Weights and biases." if convention is None else convention.explanation)
    with chart:
        if not all_counted():
            _count_in_background()
            return
        others = [(spec.title, amount(published(spec.name).cost, convention)) for spec in ZOO.values()]
        ui.show(figures.ranking(others, _own_amount(analysis, convention), OWN, name), f"{KEY}_ranking")


def _count_in_background() -> None:
    """The first visitor of a process does not wait: the page is there, the ranking comes when all are counted."""
    job = jobs.find(_JOB)
    if job is not None and job.error:
        st.error(ui.escape_markdown(job.error), icon=":material/error:")
    else:
        jobs.start(_JOB, count_all)
        _progress()


@st.fragment(run_every=POLL_S)
def _progress() -> None:
    job = jobs.find(_JOB)
    if job is None or not job.running:
        st.rerun()
    st.progress(job.fraction, f"Counting the published networks, once: {job.text}")


def published_network() -> None:
    """One published network: its numbers, where it is from, and all its layers."""
    st.header("A published network, layer by layer", anchor=False)
    controls, rows, _ = ui.panes()
    with controls:
        title = ui.draw(Network, KEY).network
        spec = TITLES[title]
        counted = published(spec.name)
        first, *rest = origin(spec)
        st.markdown(first)
        for sentence in rest:
            st.caption(sentence)
    with rows:
        with st.container(horizontal=True):
            st.metric("Parameters", f"{counted.cost.params:,}")
            st.metric("Multiply-adds", f"{counted.cost.macs:,}", help=Convention.MACS.explanation)
            st.metric("Receptive field", field_text(counted.field), help="Of a cell of the last feature map.")
        table = layers_table(counted)
        st.dataframe(
            table,
            hide_index=True,
            height=320,
            key=f"{KEY}_network_table",
            alt=f"The layers of {title} in the order they run",
            column_config={"parameters": _NUMBER, "multiply-adds": _NUMBER},
        )
        about = "One line a layer, in the order they run."
        ui.download("CSV of this network", lambda: table.to_csv(index=False), f"{spec.name}.csv", about)
    with st.expander("Who counts what", icon=":material/balance:"):
        _who_counts_what(spec)


def _who_counts_what(spec: Architecture) -> None:
    """What other tools say that a network costs, and why they differ."""
    st.markdown(ui.prose("conv/published", "Of a network", title=spec.title, side=spec.input_size))
    percent = st.column_config.NumberColumn(format="%.2f")
    st.dataframe(
        tables.by_tool(counters.of_network(spec.name)),
        hide_index=True,
        key=f"{KEY}_counts_tools",
        alt=f"What each tool counts for {spec.title}",
        column_config={"operations": _NUMBER, "more than here": _NUMBER, "in per cent": percent},
    )
    st.markdown(tables.rules())
    shape = " × ".join(map(str, counters.LAYERS[0].shape))
    st.markdown(f"The same tools on single layers, each for an input of {shape}:")
    layers = tables.by_layer()
    st.dataframe(
        layers,
        hide_index=True,
        key=f"{KEY}_counts_layers",
        alt="What each tool counts for single layers",
        column_config=dict.fromkeys(layers.columns[1:], _NUMBER),
    )
    st.markdown(tables.reasons())
    st.caption(ui.prose("conv/published", "Versions", torch=counters.torch_version()))
