"""Section "Neighbours": retrieval, clustering and a map, all on features that were computed once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.transfer.features.projection import Method
from core.transfer.features.retrieval import Metric
from core.ui.framework.layout import panes
from core.ui.framework.show import reset_button
from core.ui.transfer.features import features_of
from core.ui.transfer.neighbours import state
from core.ui.transfer.neighbours.clusters import clusters
from core.ui.transfer.neighbours.how import how
from core.ui.transfer.neighbours.maps import picture_maps
from core.ui.transfer.neighbours.nearest import nearest
from core.ui.transfer.neighbours.state import KEY, VIEWS, Shown, shown_of
from core.ui.transfer.subject import DEFAULTS, choose_subject

FEWEST = 2
"""Training and validation pictures, so that there is a neighbour."""

_VIEWS: Mapping[str, Callable[[Shown, DeltaGenerator, DeltaGenerator], None]] = MappingProxyType(
    {state.NEAREST: nearest, state.GROUPS: clusters, state.MAP: picture_maps}
)
_FIRST = MappingProxyType(
    {
        state.QUERY: 1,
        state.FROM: state.SET,
        state.METRIC: Metric.COSINE.value,
        state.COUNT: 10,
        state.AMONG: state.EVERYTHING,
        state.CLUSTERS_OF: None,  # so the number of clusters begins anew
        state.STRIP: 8,
        state.METHOD: Method.PCA.value,
        state.PERPLEXITY: 30,
        state.GRAPH: 15,
        state.COLOUR: "class",
        state.PICTURES: False,
    }
)


def section() -> None:
    """Draw the section."""
    controls, result, below = panes()
    with result:
        view = st.segmented_control(
            "View",
            VIEWS,
            default=VIEWS[0],
            required=True,
            key=state.VIEW,
            bind="query-params",
            persist_state="session",
            label_visibility="collapsed",
            help="The pictures nearest to one; groups that k-means finds; all pictures on a map.",
        )
    with controls:
        knobs = st.container()  # what is moved stays above what is chosen once
        subject = choose_subject()
        reset_button(f"{KEY}_reset", {**DEFAULTS, **_FIRST})
    with result:
        features = features_of(subject)
        if features is not None:
            _view(view or VIEWS[0], shown_of(subject, features, _choose_metric(knobs)), knobs, below)
    with below:
        how()


def _view(view: str, shown: Shown, knobs: DeltaGenerator, below: DeltaGenerator) -> None:
    if len(shown.pool) < FEWEST:
        st.info(
            "Only one picture takes part, so it has no neighbour: take more images per class.",
            icon=":material/image_search:",
        )
        return
    _VIEWS[view](shown, knobs, below)


def _choose_metric(knobs: DeltaGenerator) -> Metric:
    with knobs:
        metric = st.segmented_control(
            "Distance",
            [kind.value for kind in Metric],
            default=Metric.COSINE.value,
            required=True,
            key=state.METRIC,
            bind="query-params",
            persist_state="session",
            help="Cosine: the angle between two feature vectors, whatever their lengths. Euclidean: the length of "
            "their difference.",
        )
    return Metric(metric or Metric.COSINE.value)
