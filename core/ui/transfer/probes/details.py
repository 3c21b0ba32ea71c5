"""What stands at the end of the section "Probes": files, the way to the metrics explorer, how it works."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.transfer.features.extract import Features
from core.transfer.features.probes.plan import Kind
from core.transfer.features.probes.probe import Probe
from core.transfer.subject import Subject
from core.transfer.training.run import LabelledPredictions
from core.ui.framework.layout import beside
from core.ui.transfer.handover import send_to_metrics
from core.ui.transfer.held import download
from core.ui.transfer.probes.controls import KEY
from core.ui.transfer.probes.held_out import look, score
from core.ui.transfer.probes.kept import TITLE


def take_away(subject: Subject, features: Features, found: Probe, test: LabelledPredictions | None) -> None:
    """The table of the settings, files and the way to the metrics explorer."""
    st.header("Numbers to take away", anchor=False)
    table = settings_table(found)
    left, right = beside([3, 1], 800, of_page=True)
    with left:
        st.dataframe(
            table,
            hide_index=True,
            height=min(320, 40 + 36 * len(table)),
            key=f"{KEY}_table",
            column_config={
                name: st.column_config.NumberColumn(format="percent")
                for name in ("training", "validation", "cross-validation")
                if name in table
            },
            alt=f"Accuracy of {found.kind} with each setting",
        )
    with right:
        download("Settings (CSV)", lambda: table.to_csv(index=False), "probe_settings.csv", "text/csv", "This table.")
        if len(subject.selection.test) and st.button(
            "To the metrics explorer",
            icon=":material/query_stats:",
            key=f"{KEY}_metrics",
            width="stretch",
            help="Every score, thresholds, ROC and calibration of the test predictions, with their pictures. It counts "
            "as a look at the test part.",
        ):
            look(subject, found)
            title = TITLE if found.kind is Kind.LOGISTIC else f"{found.kind} probe"
            send_to_metrics(title, test or score(subject, features, found), subject.images)
        if found.is_linear:
            st.caption(
                ":material/check: As a network it is ready in *Where it looks* and in *Take away*: its weights are the "
                "new head of the frozen backbone."
            )


def settings_table(found: Probe) -> pd.DataFrame:
    """One row a setting, the chosen one named."""
    rows = {
        "setting": [point.setting.words(found.kind) for point in found.points],
        "training": [point.train for point in found.points],
        "validation": [point.validation for point in found.points],
        "cross-entropy": [round(point.loss, 4) for point in found.points],
    }
    if found.point.folds is not None:
        rows["cross-validation"] = [point.folds for point in found.points]
    rows["chosen"] = ["chosen" if index == found.chosen else "" for index in range(len(found.points))]
    return pd.DataFrame(rows)


def how() -> None:
    """The folded explanation."""
    with st.expander("How this works", icon=":material/school:"):
        st.markdown(
            "1. The network is **frozen**: every picture goes through it once, and what would go into its own head is "
            "kept, some hundred to some thousand **features** a picture. All that follows works on these numbers and "
            "takes parts of a second. This is the first scenario of the lecture, the network as a **fixed feature "
            "extractor**.\n"
            "2. **Logistic regression** is a new head: one linear layer with a softmax. With z the features, each "
            "brought to mean 0 and deviation 1 on the training pictures, it minimises"
        )
        st.latex(
            r"L(W, b) = -\frac{1}{N} \sum_{i=1}^{N} \log \frac{e^{w_{y_i}^\top z_i + b_{y_i}}}"
            r"{\sum_{c} e^{w_c^\top z_i + b_c}} + \frac{\lambda}{2} \lVert W \rVert^2,"
            r"\qquad z = \frac{x - \mu}{\sigma}"
        )
        st.markdown(
            "   by L-BFGS, which uses all pictures in each step. A new head trained by gradient descent ends at the "
            "same place, later.\n"
            "3. **λ** says how much long weights cost. With few pictures and many features every small λ learns the "
            "training pictures by heart; which one does best on **other** pictures, the validation part says, or "
            "cross-validation where that part is small.\n"
            "4. A **linear SVM** wants each class to be one margin away from the others; an **RBF SVM** does that in "
            "the space of similarities"
        )
        st.latex(r"k(z, z') = e^{-\gamma \lVert z - z' \rVert^2},")
        st.markdown(
            "   so that its borders are curved. **Nearest neighbours** let the k most similar training pictures vote; "
            "each is its own nearest, so with k = 1 the training accuracy is 100% and says nothing.\n"
            "5. Whoever tries many probes and keeps the one that is best **on the test part** has chosen by the test "
            "part, and its accuracy promises too much. So it stays locked until you ask, and looks are counted.\n"
            "6. Standardisation and the linear layer are one linear layer together, W/σ and b − Wμ/σ: with it as its "
            "head the network is whole again."
        )
