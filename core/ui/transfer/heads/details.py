"""What the section "Two heads" says before and after its curves."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.figures.transfer import heads as figures
from core.transfer.subject import Subject
from core.transfer.training.run import Run
from core.ui.framework.show import escape_markdown, show
from core.ui.transfer.desk import desk
from core.ui.transfer.experiment import Experiment
from core.ui.transfer.heads.controls import KEY, Plan
from core.ui.transfer.held import download
from core.ui.transfer.training import on_what, parameters_of


def before(subject: Subject, plan: Plan) -> None:
    """What will happen, before anything starts."""
    counts = parameters_of(plan.spec)
    learn = sum(count for group, count in counts.items() if plan.recipe.phases[0].trains(group))
    first, second = (escape_markdown(name) for name in plan.names)
    st.markdown(f"**One backbone, two heads.** {on_what(subject)}.")
    with st.container(horizontal=True):
        st.metric("First head", f"{plan.spec.outputs[0]} answers", help="The classes of the pictures.")
        st.metric("Second head", f"{plan.spec.outputs[1]} answers", help=_SECOND[plan.task])
        st.metric("Parameters that learn", f"{learn:,}", help=f"Of {sum(counts.values()):,}.")
        st.metric("Seconds", f"{plan.budget_s:g}", help="Of training, on this machine.")
    st.markdown(_formula_words(plan, first, second))
    st.markdown(f"${_loss(plan.recipe.second_weight)}$")
    st.info(
        "Press *Start training*: both accuracies and the cosine between the two gradients grow here. Then try another "
        "weight w: each run is kept and compared.",
        icon=":material/call_split:",
    )


_SECOND = {
    "label": "Another label of the same pictures.",
    "rotation": "By how many quarter turns a picture was turned. The classes' head sees it upright.",
}


def _formula_words(plan: Plan, first: str, second: str) -> str:
    return (
        f"Both heads read the same features. The loss of **{first}** has the weight 1 − w, that of **{second}** the "
        f"weight w = {plan.recipe.second_weight:g}:"
    )


def _loss(weight: float) -> str:
    return rf"L = (1 - w)\,L_1 + w\,L_2 = {1 - weight:.2f}\,L_1 + {weight:.2f}\,L_2"


def comparison(experiment: Experiment[Plan, Any, Run] | None, subject: Subject, plan: Plan) -> None:
    """All runs with two heads on the same pictures and the same second task, as points.

    Args:
        experiment: the last one of this section.
        subject: what is chosen now, where there is no experiment.
        plan: likewise.
    """
    st.header("Weights compared", anchor=False)
    shown, on = (plan, subject) if experiment is None else (experiment.plan, experiment.subject)
    runs = {
        title: run
        for title, run in desk().runs.items()
        if run.recipe.second_task == shown.task and run.trained.data_digest == on.images.digest
    }
    if not runs:
        st.info(
            "Each run that ends is a point here: train with w = 0, 0.3 and 1 to see the trade.",
            icon=":material/scatter_plot:",
        )
        return
    chart, numbers = st.columns(2, gap="medium")
    with chart:
        newest = None if experiment is None or experiment.result is None else experiment.result.trained.title
        show(figures.trade(runs, shown.names, newest), key=f"{KEY}_trade")
        st.caption("Up and to the right is better for both. Both accuracies are those at the end of training.")
    table = figures.table(runs, shown.names)
    with numbers:
        first, second = figures.columns_of(shown.names)
        st.dataframe(
            table,
            hide_index=True,
            key=f"{KEY}_runs",
            alt="One row a run: weight of the second loss, both accuracies, mean cosine, seconds",
            column_config={
                "run": st.column_config.TextColumn(width=185),
                "w": st.column_config.NumberColumn(width=40),
                first: st.column_config.NumberColumn(escape_markdown(shown.names[0]), format="percent", width=62),
                second: st.column_config.NumberColumn(escape_markdown(shown.names[1]), format="percent", width=70),
                "mean cosine": st.column_config.NumberColumn("cosine", format="%+.3f", width=60, help="The mean."),
                "seconds": st.column_config.NumberColumn("s", format="%.0f", width=35, help="Of training."),
            },
        )
        if len(runs) == 1:
            st.caption("One run so far: move w and start again.")
        download("Runs (CSV)", lambda: table.to_csv(index=False), "two_heads.csv", "text/csv", "One line a run.")


def how() -> None:
    """The folded explanation."""
    with st.expander("How this works", icon=":material/school:"):
        st.markdown(
            "1. The backbone turns a picture into features once; each **head** is a linear layer of its own on them. "
            "What the heads share learns from both losses.\n"
            "2. The **weight** w says how much the second loss counts."
        )
        st.latex(r"L = (1 - w)\,L_1 + w\,L_2")
        st.markdown(
            "3. Each loss alone would move the shared weights along its own negative gradient. The **cosine** between "
            "the two gradients says whether these steps agree: 1 the same direction, 0 a right angle, −1 opposite."
        )
        st.latex(
            r"\cos(g_1, g_2) = \frac{g_1 \cdot g_2}{\lVert g_1 \rVert\,\lVert g_2 \rVert}, \qquad "
            r"g_i = \nabla_{\text{shared}}\,L_i"
        )
        st.markdown(
            "4. **Above 0** a small step for one task also lowers the other's loss: they help each other. **Below 0** "
            "each undoes some of what the other learns. The curve shows the mean over the steps since the last look.\n"
            "5. **Rotation** is a task that makes its own labels: a picture is turned by 0 to 3 quarter turns, and the "
            "second head says by how many (Gidaris, Singh, Komodakis, arXiv:1803.07728). To know which way is up, a "
            "network has to know what it looks at.\n"
            "6. With **only the heads** learning nothing is shared, and each head learns as if it were alone."
        )
