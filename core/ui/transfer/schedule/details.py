"""Numbers of a training that has ended, and how a schedule works."""

from __future__ import annotations

import streamlit as st

from core.figures.transfer import curves_by_epoch as curves
from core.figures.transfer.race import points_table
from core.transfer.training.run import Run
from core.transfer.training.schedule import Phase
from core.ui.framework.show import escape_markdown, show
from core.ui.transfer.held import download
from core.ui.transfer.race.controls import minutes
from core.ui.transfer.schedule.state import KEY


def details(phases: tuple[Phase, ...], run: Run) -> None:
    """Draw the numbers."""
    st.header("How it ended", anchor=False)
    best = run.points[run.best]
    numbers, chart = st.columns([1, 3], gap="medium")
    with numbers:
        st.metric(
            "Test accuracy",
            f"{run.test.accuracy:.1%}",
            help="Of the network as it was at its best on the validation pictures; the test pictures are looked at "
            "once.",
        )
        st.metric(
            "Best on validation",
            f"{best.accuracy:.1%}",
            help=f"In phase {best.phase + 1}, after {best.epoch:.1f} epochs.",
        )
        st.metric("Training", minutes(run.seconds), help="Looking at the validation pictures is not counted.")
        how_it_ended = "It was stopped." if run.stopped else ""
        if run.diverged:
            how_it_ended = "It diverged: the loss was no number any more. Lower the rates."
        st.caption(
            f"{how_it_ended} Best in phase {best.phase + 1}, “{escape_markdown(phases[best.phase].name)}”. Kept on the "
            f"desk as “{escape_markdown(run.trained.title)}” for *Where it looks* and *Take away*."
        )
        download(
            "Curve (CSV)",
            lambda: points_table({(run.trained.title, run.recipe.seed): run.points}).to_csv(index=False),
            "schedule.csv",
            "text/csv",
            "One line a look at the validation pictures.",
        )
    with chart:
        show(curves.losses(run.points, phases), key=f"{KEY}_losses")


def how() -> None:
    """The folded explanation."""
    with st.expander("How this works", icon=":material/school:"):
        st.markdown(
            "1. A **phase** says which groups learn and how fast. An empty rate is **frozen**: no gradient, and no "
            "training mode for the layers that hold it.\n"
            "2. The lecture's **six steps**: rebuild the head for the new task; freeze the backbone and train what is "
            "new; unfreeze the last group; the one before; everything but the stem; freeze the backbone again and "
            "train what is new with a large batch. New layers begin at random, and their first gradients would wreck "
            "what the backbone knows: so it is frozen until they have settled.\n"
            "3. Each phase has an optimiser of its own, which is given just the weights that learn: weights that are "
            "unfrozen but not given to the optimiser stay where they are.\n"
            "4. With **one cycle** every rate rises to what the table says and falls again within its phase.\n"
            "5. **Batch normalisation** has weights, which gradients move, and running statistics, which every "
            "forward pass in training mode moves, gradients or not. `requires_grad = False` with `.train()` therefore "
            "is not frozen: choose *The usual mistake*, train, and see what the freeze inspector says.\n"
            "6. While the backbone rests, each picture goes through it once, and neck and heads learn from what came "
            "out: such phases are fast."
        )
        st.latex(r"\mu \leftarrow (1 - m)\,\mu + m\,\mu_{\text{batch}} \qquad w \leftarrow w - \eta_g \nabla_w L")
