"""The networks of the course beside the visitor's stack, and each of them layer by layer."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core import jobs
from core.conv.layers import Shape, words
from core.conv.module import StackModule
from core.conv.notation import write
from core.conv.published import Published, all_counted, count_all, published
from core.conv.stack import Analysis, Stack
from core.conv.trace import NetworkField
from core.figures.conv import stack as figures
from core.models.cost import Convention, Cost, count
from core.models.zoo import ZOO
from core.ui.conv.who_counts import who_counts_what
from core.ui.framework.layout import panes
from core.ui.framework.show import download, escape_markdown, show

KEY = "conv_stack"
OWN = "Your stack"
PARAMETERS = "Parameters"
POLL_S = 0.5
_JOB = "published networks"
_RANK, _NETWORK = f"{KEY}_rank", f"{KEY}_network"
DEFAULTS = {_RANK: Convention.MACS.title, _NETWORK: ZOO["resnet50"].title}
"""For the section's reset button."""


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
    return _amount(_own_cost(text, analysis.input_shape, analysis), convention)


def beside_published(analysis: Analysis) -> None:
    """Where the stack stands among the published networks, by what is asked for.

    Args:
        analysis: of the stack.
    """
    st.header("Beside the published networks", anchor=False)
    controls, chart, _ = panes()
    with controls:
        measures = {PARAMETERS: None, **{convention.title: convention for convention in Convention}}
        name = st.selectbox(
            "Rank by",
            list(measures),
            list(measures).index(DEFAULTS[_RANK]),
            key=_RANK,
            bind="query-params",
            help="Tools count operations in different ways; which one is meant must be said with the number.",
        )
        convention = measures[name]
        st.caption("Weights and biases." if convention is None else convention.explanation)
    with chart:
        if not all_counted():
            _count_in_background()
            return
        others = [(spec.title, _amount(published(spec.name).cost, convention)) for spec in ZOO.values()]
        own = _own_amount(analysis, convention)
        show(figures.ranking(others, own, OWN, name), f"{KEY}_ranking")


def _count_in_background() -> None:
    """The first visitor of a process does not wait: the page is there, the ranking comes when all are counted."""
    job = jobs.find(_JOB)
    if job is not None and job.error:
        st.error(escape_markdown(job.error), icon=":material/error:")
    else:
        jobs.start(_JOB, count_all)
        _progress()


@st.fragment(run_every=POLL_S)
def _progress() -> None:
    job = jobs.find(_JOB)
    if job is None or not job.running:
        st.rerun()
    st.progress(job.fraction, f"Counting the published networks, once: {job.text}")


def _amount(cost: Cost, convention: Convention | None) -> float:
    return cost.params if convention is None else cost.operations(convention)


def published_network() -> None:
    """One published network: its numbers, where it is from, and all its layers."""
    st.header("A published network, layer by layer", anchor=False)
    titles = {spec.title: spec for spec in ZOO.values()}
    controls, rows, _ = panes()
    with controls:
        title = st.selectbox(
            "Network",
            list(titles),
            list(titles).index(DEFAULTS[_NETWORK]),
            key=_NETWORK,
            bind="query-params",
            help="As torchvision or timm builds it; counted on shapes alone, without weights.",
        )
        spec = titles[title]
        counted = published(spec.name)
        paper = spec.paper
        st.markdown(f"**{spec.family}**. {paper.authors}: [{paper.title}]({paper.url}), {paper.year}.")
        st.caption(
            f"As {spec.library} builds it"
            + (", without the auxiliary classifiers of its training" if spec.has_aux else "")
            + f", for pictures of {spec.input_size} × {spec.input_size}. Stages: "
            + ", ".join(stage.name for stage in spec.stages)
            + "."
        )
        if spec.differs:
            st.caption(f"Not as in the paper: {spec.differs}")
    with rows:
        with st.container(horizontal=True):
            st.metric("Parameters", f"{counted.cost.params:,}")
            st.metric("Multiply-adds", f"{counted.cost.macs:,}", help=Convention.MACS.explanation)
            st.metric("Receptive field", field_text(counted.field), help="Of a cell of the last feature map.")
        table = _table(counted)
        st.dataframe(
            table,
            hide_index=True,
            height=320,
            key=f"{KEY}_network_table",
            alt=f"The layers of {title} in the order they run",
            column_config={
                "parameters": st.column_config.NumberColumn(format="localized"),
                "multiply-adds": st.column_config.NumberColumn(format="localized"),
            },
        )
        download(
            "CSV of this network",
            lambda: table.to_csv(index=False),
            f"{spec.name}.csv",
            "text/csv",
            "One line a layer, in the order they run.",
        )
    who_counts_what(spec, f"{KEY}_counts")


def field_text(field: NetworkField) -> str:
    """A receptive field in pixels, both sides where they differ."""
    if field.is_global:
        return "the whole picture"
    high, wide = field.size
    return f"{high:g} px" if high == wide else f"{high:g} × {wide:g} px"


def _table(counted: Published) -> pd.DataFrame:
    rows = []
    for layer, seen in zip(counted.cost.layers, counted.fields, strict=True):
        rows.append(
            {
                "layer": layer.name,
                "kind": layer.kind,
                "output": words(layer.output),
                "parameters": layer.params,
                "multiply-adds": layer.macs,
                "receptive field": field_text(seen.field).removesuffix(" px"),
                "jump": "" if seen.field.is_global else f"{seen.field.jump[0]:g}",
            }
        )
    return pd.DataFrame(rows)
