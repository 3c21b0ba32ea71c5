"""Section "Take away": the network, the script, the tables and a report of an experiment, as files."""

from __future__ import annotations

import streamlit as st

from core.errors import UserError
from core.figures.transfer.takeaway import accuracies
from core.transfer.model.classifier import Trained
from core.transfer.takeaway.result import Result
from core.ui.framework.layout import panes
from core.ui.framework.session import session
from core.ui.framework.show import escape_markdown, problem, reset_button, show
from core.ui.transfer.handover import send_to_metrics
from core.ui.transfer.subject import DEFAULTS
from core.ui.transfer.takeaway import exports
from core.ui.transfer.takeaway.choose import KEY, Chosen, choose, compared, what_is_there
from core.ui.transfer.takeaway.opened import open_a_model
from core.ui.transfer.takeaway.preview import preview


def section() -> None:
    """Draw the section."""
    left, right, _ = panes()
    with left:
        menu, opener = st.container(), st.container()
        with opener:
            open_a_model()
        with menu:
            chosen = choose()
        if chosen.subject is not None:
            reset_button(f"{KEY}_reset", DEFAULTS)
    result: Result | None = None
    with right:
        try:
            result = _first_screen(chosen)
        except UserError as error:
            problem(error)
        if not session().runs:
            st.caption(
                "You have trained nothing yet: run the Race or a Schedule, and those networks can be taken away too."
            )
    if result is not None:
        preview(result, compared(result, known=True))
    runs = list(session().runs.values())
    if runs:
        exports.of_all(runs)
    _how()


def _first_screen(chosen: Chosen) -> Result | None:
    """What was chosen in numbers, and the cards; gives what there is to be read below."""
    trained, result = what_is_there(chosen)
    if trained is None:
        return None
    model = exports.of_network(trained)
    if result is None:
        _in_numbers(trained)
        exports.draw(model)
        return None
    known = chosen.subject is not None or result.run is not None  # how a model from a file was trained is not
    others = compared(result, known=known)
    _in_words(result, known=known)
    _to_metrics(result, named=known)
    if known:
        first, last = [exports.report(result, others), exports.script(result)], [exports.pictures(result)]
        exports.draw([*first, *model, *last, exports.tables(result)])
    else:
        exports.draw([*model, exports.tables(result)])
    if len(others) > 1:
        show(accuracies(others, result.title), key=f"{KEY}_accuracies")
    return result if known else None


def _in_numbers(trained: Trained) -> None:
    spec = trained.spec
    st.markdown(
        f"**{escape_markdown(trained.title)}**: {spec.architecture.title} at {spec.size} px, "
        f"{len(trained.classes):,} classes ({_some(trained.classes)})."
    )


def _in_words(result: Result, *, known: bool) -> None:
    """One line: what it is, what it learned from if that is known, and how good it is."""
    spec, test = result.trained.spec, result.test
    network = f"{spec.architecture.title} at {spec.size} px"
    if known:
        start = "ImageNet weights" if spec.trained else "random weights"
        network += (
            f" from {start} on {escape_markdown(result.images.name)}, {len(result.selection.train):,} training pictures"
        )
    st.markdown(
        f"**{escape_markdown(result.title)}**: {network}. **{test.accuracy:.1%}** of {test.of:,} test pictures right, "
        f"{test.low:.1%} to {test.high:.1%} with 95% confidence."
    )


def _some(classes: tuple[str, ...], most: int = 6) -> str:
    more = f" and {len(classes) - most:,} more" if len(classes) > most else ""
    return ", ".join(map(escape_markdown, classes[:most])) + more


def _to_metrics(result: Result, *, named: bool) -> None:
    """The button. The title stands in that page's link: one from a file is the visitor's own."""
    pressed = st.button(
        "Open the test predictions in the metrics explorer",
        key=f"{KEY}_metrics",
        icon=":material/monitoring:",
        help="Confusion matrix, thresholds, ROC and all scores, and a click on a cell shows the pictures behind it.",
    )
    if pressed:
        send_to_metrics(result.title if named else "a model from a file", result.scored, result.images)


def _how() -> None:
    with st.expander("How this works", icon=":material/school:"):
        st.markdown(
            "A result that others cannot repeat is a rumour. What they need: the **weights** with the way pictures "
            "go in (size, resizing, mean, deviation: most exported models fail for want of these), the **code**, the "
            "**data with their parts**, the **seed** and the **versions**.\n\n"
            "The test pictures are asked once. Of $n$ pictures $k$ were right; how far the share may be off because "
            "$n$ is small says Wilson's interval, with $\\hat p = k / n$ and $z = 1.96$:"
        )
        st.latex(
            r"\frac{\hat p + \frac{z^2}{2n} \pm z \sqrt{\frac{\hat p (1 - \hat p)}{n} + \frac{z^2}{4 n^2}}}"
            r"{1 + \frac{z^2}{n}}"
        )
        st.markdown(
            "It never leaves the range from 0 to 1 and is honest for few pictures, where the usual "
            "$\\hat p \\pm z \\sqrt{\\hat p (1 - \\hat p) / n}$ is not.\n\n"
            "- **safetensors** holds numbers and a header, and no code: a PyTorch pickle can run anything when it is "
            "opened.\n- **ONNX** holds the network as a graph of operations, here with the normalisation and softmax "
            "inside, so no program that uses it can get them wrong.\n"
            "- The **script** does what the app did, step by step. Random numbers differ between machines and "
            "versions, so expect the same picture and not the same digits."
        )
