"""Section "Neighbours": retrieval, clustering and a map, all on features that were computed once."""

from __future__ import annotations

import streamlit as st

from core.transfer.features.feature_space import FeatureSpace
from core.ui import framework as ui
from core.ui.transfer.features import features_of
from core.ui.transfer.neighbours.clusters import clusters
from core.ui.transfer.neighbours.controls import DEFAULTS, Distance, View
from core.ui.transfer.neighbours.maps import picture_maps
from core.ui.transfer.neighbours.nearest import nearest
from core.ui.transfer.neighbours.state import HELP, KEY, VIEWS
from core.ui.transfer.sets import OPENING
from core.ui.transfer.subject import choose_subject

FEWEST = 2
"""Training and validation pictures, so that there is a neighbour."""


def section() -> None:
    """Draw the section."""
    controls, result, below = ui.panes()
    with result:
        view = ui.draw(View, KEY).view
    with controls:
        knobs = st.container()  # what is moved stays above what is chosen once
        subject = choose_subject(opening=OPENING)
        ui.actions(KEY, DEFAULTS)
    with result:
        features = features_of(subject)
        if features is not None:
            with knobs:
                metric = ui.draw(Distance, KEY).metric
            space = FeatureSpace.of(subject, features, metric)
            if len(space.pool) >= FEWEST:
                dict(zip(VIEWS, (nearest, clusters, picture_maps), strict=True))[view](space, knobs, below)
            else:
                st.info(
                    "Only one picture takes part, so it has no neighbour: take more images per class.",
                    icon=":material/image_search:",
                )
    with below:
        ui.how(HELP)
