"""Section "Two heads": two tasks on one backbone, and whether they help each other."""

from __future__ import annotations

import streamlit as st

from core.errors import UserError
from core.figures.transfer import heads as figures
from core.figures.transfer.heads_drawing import network
from core.figures.transfer.training import on_what
from core.transfer.model.shapes import shapes
from core.transfer.subject import Subject
from core.transfer.training.estimate import parameters
from core.transfer.training.run import Point, Run
from core.transfer.training.two_heads import TwoHeads, chances
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.transfer.experiment import Experiment
from core.ui.transfer.heads.controls import DEFAULTS, KEY, controls
from core.ui.transfer.training import save, training
from core.ui.transfer.training_section import TrainingSection

HELP = "transfer/heads"
Training = Experiment[TwoHeads, list[Point], Run]


def _before(subject: Subject, plan: TwoHeads) -> None:
    try:
        drawn = network(plan, shapes(plan.spec.backbone, plan.spec.size))
    except UserError as error:
        ui.problem(error)
    else:
        show_drawing(drawn, f"{KEY}_network")
    st.caption(f"**One backbone, two heads.** {ui.escape_markdown(on_what(subject))}. {ui.prose(HELP, 'Drawing')}")


def _words(_: Subject, plan: TwoHeads) -> None:
    counts, weight = parameters(plan.spec), plan.recipe.second_weight
    learn = sum(count for group, count in counts.items() if plan.recipe.phases[0].trains(group))
    first, second = (ui.escape_markdown(name) for name in plan.names)
    numbers = {
        "First head": f"{plan.spec.outputs[0]} answers",
        "Second head": f"{plan.spec.outputs[1]} answers",
        "Parameters that learn": f"{learn:,}",
        "Seconds": f"{plan.budget_s:g}",
    }
    ui.metrics(HELP, numbers, second=ui.prose(HELP, f"Second {plan.task}"), whole=sum(counts.values()))
    st.markdown(ui.prose(HELP, "Loss", first=first, second=second, weight=weight, rest=1 - weight))
    st.info(
        "Press *Start training*: both accuracies and the cosine between the two gradients grow here. Then try another "
        "weight w: each run is saved in this visit and compared.",
        icon=":material/call_split:",
    )


def _curves(experiment: Training) -> None:
    plan, points = experiment.plan, tuple(experiment.live)  # the job adds to it meanwhile
    guessing = chances(experiment.subject, plan.task)
    charts = {"accuracies": figures.accuracies(points, plan.names, plan.budget_s, guessing)}
    if plan.depth:
        charts["cosines"] = figures.cosines(points, plan.budget_s)
    for column, (name, figure) in zip(ui.beside(len(charts), ui.WHOLE), charts.items(), strict=True):
        with column:
            ui.show(figure, key=f"{KEY}_{name}")
    st.markdown(figures.agreement(points))


def _comparison(experiment: Training | None, subject: Subject, plan: TwoHeads) -> None:
    """All runs with two heads on the same pictures and the same second task, as points."""
    st.header("Weights compared", anchor=False)
    newest = None
    if experiment is not None:
        plan, subject, run = experiment.plan, experiment.subject, experiment.result
        newest = None if run is None else run.trained.title
    runs = {
        title: run
        for title, run in ui.session().runs.items()
        if run.recipe.second_task == plan.task and run.trained.data_digest == subject.images.digest
    }
    if not runs:
        st.info(
            "Each run that ends is a point here: train with w = 0, 0.3 and 1 to see the trade-off.",
            icon=":material/scatter_plot:",
        )
        return
    chart, numbers = st.columns(2, gap="medium")
    with chart:
        ui.show(figures.trade(runs, plan.names, newest), key=f"{KEY}_trade")
        st.caption("Up and to the right is better for both. Both accuracies are those at the end of training.")
    with numbers:
        _table(runs, plan.names)


def _table(runs: dict[str, Run], names: tuple[str, str]) -> None:
    table, number = figures.table(runs, names), st.column_config.NumberColumn
    first, second = figures.columns_of(names)
    st.dataframe(
        table,
        hide_index=True,
        key=f"{KEY}_runs",
        alt="One row a run: weight of the second loss, both accuracies, mean cosine, seconds",
        column_config={
            "run": st.column_config.TextColumn(width=185),
            "w": number(width=40),
            first: number(ui.escape_markdown(names[0]), format="percent", width=62),
            second: number(ui.escape_markdown(names[1]), format="percent", width=70),
            "mean cosine": number("cosine", format="%+.3f", width=60, help="The mean."),
            "seconds": number("s", format="%.0f", width=35, help="Of training."),
        },
    )
    if len(runs) == 1:
        st.caption("One run so far: change w and start again.")
    ui.download("Runs (CSV)", lambda: table.to_csv(index=False), "two_heads.csv", "One line a run.")


section = TrainingSection[TwoHeads, list[Point], Run](
    name="heads",
    label="Training both heads",
    takes=lambda plan: f"Trains for {plan.budget_s:g} s in the background; the page stays usable.",
    controls=controls,
    defaults=DEFAULTS,
    before=_before,
    words=_words,
    live=list,
    work=lambda subject, plan, points: training(plan.title, plan.spec, subject, plan.recipe, points, plan.budget_s),
    collect=save,
    curves=_curves,
    below=_comparison,
    help=HELP,
)
