"""What stands below the section "Predictions": the scores themselves, files to take away, how it works."""

from __future__ import annotations

import streamlit as st

from core.figures.metrics import curves as figures
from core.figures.metrics.curves import score_text
from core.metrics.predictions import score_shapes
from core.metrics.predictions.code import script
from core.metrics.predictions.export import predictions_csv
from core.ui.framework.show import download, show
from core.ui.metrics.predictions.source import KEY, remembered
from core.ui.metrics.predictions.view import FALSE_ALARM, MISS, View


def details(shown: View) -> None:
    """Formulas with the numbers of the threshold, the scores and their calibration."""
    if shown.moved is None:
        return
    st.header("What the threshold does", anchor=False)
    predictions, key = shown.predictions, (shown.source.key, shown.label)
    problem = shown.moved.problem
    histogram = remembered((key, "histogram"), lambda: score_shapes.histogram(*problem))
    reliability = remembered((key, "calibration"), lambda: score_shapes.calibration(*problem))
    names = (predictions.labels[1 - predictions.positive], predictions.labels[predictions.positive])
    left, right = st.columns(2, gap="medium")
    with left:
        show(figures.scores(histogram, names, shown.moved.threshold), f"{KEY}_scores")
    with right:
        if reliability is not None:
            show(figures.reliability(reliability), f"{KEY}_calibration")
            st.caption(
                f"Brier score {reliability.brier:.3f}: the mean squared difference of probability and truth."
                + (" Weights count in the Brier score, not in the curve." if predictions.weights is not None else "")
            )
        else:
            st.caption(
                "Calibration is for probabilities: these scores are not within 0 and 1, or one class is missing."
            )
    _formulas(shown)


def _formulas(shown: View) -> None:
    assert shown.moved is not None
    yes = shown.predictions.positive
    counts = shown.matrix.counts
    tp, fn, fp, tn = counts[yes, yes], counts[yes, 1 - yes], counts[1 - yes, yes], counts[1 - yes, 1 - yes]
    here, total = shown.moved.point, shown.matrix.total
    false_alarm, miss = st.session_state.get(FALSE_ALARM), st.session_state.get(MISS)
    columns = st.columns(3, gap="medium")
    columns[0].latex(r"\text{recall} = \frac{TP}{TP + FN}")
    columns[0].latex(rf"\frac{{{_n(tp)}}}{{{_n(tp)} + {_n(fn)}}} = {_r(here.tpr)}")
    columns[1].latex(r"\text{FPR} = \frac{FP}{FP + TN}")
    columns[1].latex(rf"\frac{{{_n(fp)}}}{{{_n(fp)} + {_n(tn)}}} = {_r(here.fpr)}")
    columns[2].latex(r"\text{cost} = \frac{c_{FP} FP + c_{FN} FN}{N}")
    first, second = (1.0 if false_alarm is None else false_alarm), (5.0 if miss is None else miss)
    columns[2].latex(
        rf"\frac{{{first:.4g} \cdot {_n(fp)} + {second:.4g} \cdot {_n(fn)}}}{{{_n(total)}}} = {_r(here.cost)}"
    )


def _n(value: float) -> str:
    return f"{value:,.10g}".replace(",", "{,}")


def _r(value: float) -> str:
    text = score_text(value)
    return rf"\text{{{text}}}" if text == "undefined" else text


def take_away(shown: View) -> None:
    """Code and files."""
    source, moved = shown.source, shown.moved

    def code() -> str:
        return script(
            source.lines(),
            shown.matrix.labels,
            shown.positive,
            None if moved is None else moved.threshold,
            shown.label is not None,
            areas=shown.label is None and shown.predictions.scores is not None and shown.predictions.scores.ndim == 2,
        )

    with st.container(horizontal=True):
        download("Python code", code, "scores.py", "text/x-python", "These numbers with pandas and scikit-learn.")
        download(
            "Predictions (CSV)",
            source.export or (lambda: predictions_csv(source.predictions)),
            "predictions.csv",
            "text/csv",
            "Gold, predicted and scores of every sample.",
        )
    with st.expander("Python code of these numbers", icon=":material/code:"):
        st.code(code(), language="python")


def how() -> None:
    """The folded explanation."""
    with st.expander("How this works", icon=":material/school:"):
        st.markdown(
            "1. A classifier with scores does not say yes or no: it says **how much** a sample looks like the positive "
            "class. The **threshold** turns that into a decision: positive from there up.\n"
            "2. Each threshold gives one **confusion matrix**, one point of the **ROC curve** (recall against false "
            "positive rate) and one of the **precision-recall curve**. Moving it walks along both.\n"
            "3. The **area** under the ROC curve is the chance that a positive scores above a negative; it does not "
            "depend on how rare positives are. Precision does: look at precision-recall where they are rare.\n"
            "4. If errors **cost** something, the best threshold follows from the two costs and the data, and 0.5 is "
            "seldom it. A threshold chosen on some samples has to be tried on others.\n"
            "5. Scores are **calibrated** if of all samples with score 0.8 four in five are positive. A curve that is "
            "not on the diagonal can still rank well.\n"
            "6. Behind every cell are samples: the ones the model got most wrong are often mislabelled, cut off or "
            "of a kind that it never saw."
        )
