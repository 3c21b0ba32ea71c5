"""What the section "Race" says beside its curves: who runs, how it ended, how it works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.figures.transfer import race as figures
from core.transfer.subject import Subject
from core.transfer.training.race import spec_of
from core.transfer.training.run import Point, Run
from core.ui.framework.show import show
from core.ui.transfer.held import download
from core.ui.transfer.race.controls import KEY, Plan, minutes
from core.ui.transfer.training import on_what, parameters_of

_COUNT = st.column_config.NumberColumn(format="localized")


def before(subject: Subject, plan: Plan, words: DeltaGenerator) -> None:
    """The runners, before anything starts: what each trains and freezes, what it is for, how long it takes.

    Args:
        subject: what they learn from.
        plan: who runs, and how long.
        words: where it is said what each is for.
    """
    rows = []
    for runner in plan.runners:
        spec = spec_of(runner, subject.backbone, subject.size, len(subject.images.classes))
        counts = parameters_of(spec)
        learn = sum(count for group, count in counts.items() if runner.phase.trains(group))
        rows.append(
            {
                "runner": runner.title,
                "parameters trained": learn,
                "frozen": sum(counts.values()) - learn,
                "begins with": "ImageNet" if runner.trained else "random numbers",
                "s, at most": plan.budget_s * len(plan.seeds),
                "what it is": runner.says,
                "what it is for": _FOR[runner.key],
            }
        )
    columns = ["runner", "parameters trained", "frozen", "begins with", "s, at most", "what it is", "what it is for"]
    st.markdown(f"**Who runs.** {on_what(subject, weights=False)}.")
    if not rows:
        st.info("Choose at least one runner.", icon=":material/groups:")
        return
    st.dataframe(
        pd.DataFrame(rows, columns=columns)[columns[:5]],
        hide_index=True,
        key=f"{KEY}_before",
        alt="The runners: parameters trained and frozen, weights they begin with, seconds",
        column_config={"parameters trained": _COUNT, "frozen": _COUNT, "s, at most": st.column_config.NumberColumn()},
    )
    for row in rows:
        words.markdown(f"- **{row['runner']}.** {row['what it is']} {row['what it is for']}")
    words.caption(
        f"In all at most {minutes(plan.seconds)} of training on this machine; looking at the validation pictures in "
        "between comes on top. Runners take turns, step by step, so all curves grow together."
    )


_FOR = {
    "fixed": "For few pictures, or for pictures much like those of ImageNet.",
    "last": "For more pictures, or where the last layers see what ImageNet does not have.",
    "all": "For many pictures, or for pictures quite unlike ImageNet's.",
    "scratch": "To see what the ImageNet weights are worth.",
}


def details(plan: Plan, runs: Mapping[tuple[str, int], Run], lines: Mapping[tuple[str, int], Sequence[Point]]) -> None:
    """Bars and table of a race that has ended.

    Args:
        plan: of the race.
        runs: (key of the runner, seed) -> run.
        lines: (title, seed) -> points, for the file.
    """
    titles = {runner.key: runner.title for runner in plan.runners}
    named = {(titles[key], seed): run for (key, seed), run in runs.items()}
    st.header("How it ended", anchor=False)
    show(figures.seed_bars(named, list(titles.values())), key=f"{KEY}_bars")
    st.caption(
        "One seed says nothing of chance: try three."
        if len(plan.seeds) == 1
        else f"The bar is the mean of {len(plan.seeds)} seeds, each of them a point; the line reaches from the least "
        "to the most."
    )
    table = figures.table(named)
    st.dataframe(
        table,
        hide_index=True,
        placeholder="–",
        key=f"{KEY}_table",
        alt="One row a run: accuracy, seconds to 90 % of its best, parameters trained and frozen",
        column_config={
            "runner": st.column_config.TextColumn(width=190),
            "seed": st.column_config.NumberColumn(width=45),
            "test accuracy": st.column_config.NumberColumn(format="percent", width=95),
            "best on validation": st.column_config.NumberColumn("validation", format="percent", width=80),
            f"s to {figures.SHARE:.0%} of its best": st.column_config.NumberColumn(
                format="%.1f",
                width=120,
                help="Empty where it had that before its first step: then it has learned next to nothing.",
            ),
            "s of training": st.column_config.NumberColumn("s", format="%.1f", width=45, help="Of training."),
            "epochs": st.column_config.NumberColumn(format="%.1f", width=60),
            "parameters trained": st.column_config.NumberColumn(
                "trained", format="localized", width=80, help="Parameters that learned."
            ),
            "parameters frozen": st.column_config.NumberColumn(
                "frozen", format="localized", width=80, help="Parameters that stayed as they were."
            ),
            "ended": st.column_config.TextColumn(width=85),
        },
    )
    st.caption(
        "Each run is judged on the test pictures once, as it was at its best on the validation pictures. Of each "
        "runner the best seed by validation stays on the desk for *Where it looks*, *Schedule* and *Take away*."
    )
    with st.container(horizontal=True):
        download("Table (CSV)", lambda: table.to_csv(index=False), "race.csv", "text/csv", "One line a run.")
        download(
            "Curves (CSV)",
            lambda: figures.points_table(lines).to_csv(index=False),
            "race_curves.csv",
            "text/csv",
            "One line a look at the validation pictures.",
        )


def how() -> None:
    """The folded explanation."""
    with st.expander("How this works", icon=":material/school:"):
        st.markdown(
            "1. A network trained on ImageNet has a **backbone** that turns a picture into features, and a **head** "
            "that turns features into ImageNet's 1,000 classes. The head is thrown away, and a new one for your "
            "classes is put on.\n"
            "2. **Fixed feature extractor**: only the new head learns. The backbone never changes, so each picture "
            "goes through it once, and after that a step costs next to nothing.\n"
            "3. **Fine-tuning the last layers**: the last group learns too, at a lower rate. Early layers see edges "
            "and colours, which serve any task; late ones see ImageNet's objects.\n"
            "4. **All layers**: everything learns from where ImageNet left it. It can become the best, and it is the "
            "slowest; with few pictures it also forgets.\n"
            "5. All runners have the same split, the same seconds and the same changes of pictures. Their curves "
            "begin before the first step, where the head still guesses. Only seconds of training count, not the "
            "looks at the validation pictures.\n"
            "6. The **validation** pictures choose the moment at which a run was best; the **test** pictures are "
            "looked at once, at the end."
        )
        st.latex(
            r"\theta \leftarrow \theta - \eta_g\,\nabla_\theta L, \qquad \eta_g = 0 \text{ for groups } g "
            r"\text{ that are frozen}"
        )
