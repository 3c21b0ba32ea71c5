"""What stands below the two boxes: formulas with their numbers, two charts, and code to take away."""

from __future__ import annotations

import streamlit as st

from core.detection.box_pairs import python_code
from core.detection.overlap import Corners, Pair, grown, is_hit, slide
from core.figures.detection import two_boxes as figures
from core.figures.detection import two_boxes_charts as charts
from core.figures.formulas import aligned
from core.ui.framework.show import download, show

KEY = "metrics_two_boxes"
SMALL = r"\small "  # else it is too wide for a phone


def below(boxes: tuple[Corners, Corners], pair: Pair, threshold: float, *, inclusive: bool) -> None:
    """Draw it.

    Args:
        boxes: A and B.
        pair: the two against each other.
        threshold: IoU from which B is a hit.
        inclusive: whether corners are pixels that belong to the box.
    """
    counted = (grown(boxes[0]), grown(boxes[1])) if inclusive else boxes
    st.header("The numbers", anchor=False)
    left, right = st.columns(2, gap="medium")
    with left:
        st.latex(SMALL + aligned(figures.areas(pair)))
        if inclusive:
            st.latex(SMALL + r"|A| = (x_2 - x_1 + 1)\,(y_2 - y_1 + 1)")
    with right:
        st.latex(SMALL + aligned(figures.iou_variant_formulas(pair)))
        st.caption(
            "Areas in square pixels: I what both boxes share, U what they cover together, C the smallest box around "
            "both; c is its diagonal, d the distance of the centres."
        )
        _verdict(pair, threshold)
    left, right = st.columns(2, gap="medium")
    with left:
        offset = (boxes[1][0] + boxes[1][2] - boxes[0][0] - boxes[0][2]) / 2
        show(charts.slide_chart(slide(*counted), pair, offset, threshold), key=f"{KEY}_slide")
    with right:
        chart = st.container()
        shift = st.slider(
            "Shift to the right (px)",
            1,
            20,
            5,
            key=f"{KEY}_shift",
            bind="query-params",
            help="How far a prediction of the right size is off. One number for small and large boxes.",
        )
        with chart:
            show(charts.shift_chart(int(shift), counted[0][2] - counted[0][0], threshold), key=f"{KEY}_widths")
    _take_away(boxes, inclusive=inclusive)


def _verdict(pair: Pair, threshold: float) -> None:
    share = figures.dice_at(threshold)
    hit = is_hit(pair, threshold)
    words = [
        f"**Is it a hit?** IoU {pair.iou:.3f} is {'at least' if hit else 'below'} {threshold:.2f}: B is a "
        + ("**true positive**." if hit else "**false positive**, and A, if nothing else finds it, a false negative."),
        f"In Dice terms the threshold is {share:.3f}: two boxes of one size must share that part of their area.",
    ]
    if pair.intersection == 0:
        words.append(
            f"They share nothing, so IoU and Dice are 0 however far apart they are; GIoU {figures.minus(pair.giou)} "
            "says how far, which a detector can learn from."
        )
    st.markdown(" ".join(words))


def _take_away(boxes: tuple[Corners, Corners], *, inclusive: bool) -> None:
    code = python_code(*boxes, inclusive=inclusive)
    with st.expander("Python code for these two boxes", icon=":material/code:"):
        st.code(code, language="python")
        download("Python code", lambda: code, "two_boxes.py", "text/x-python", "A script whose assertions hold.")
    with st.expander("How this works", icon=":material/school:"):
        text, table = st.columns([3, 2], gap="medium")
        text.markdown(
            "1. **IoU** (Jaccard index) is what both boxes share over what they cover together. It needs no scale: "
            "twice the picture, the same IoU.\n"
            "2. **Dice** is twice the shared area over the sum of both areas: the F1 score of the pixels, with A gold "
            "and B predicted. It is never below IoU, and orders pairs of boxes in the same way.\n"
            "3. An IoU of 0.5 is much: boxes of one size must share **two thirds** of their area.\n"
            "4. **GIoU** subtracts the part of the smallest box around both that neither covers. Where IoU is 0 it is "
            "0 or less, down to −1 far away. **DIoU** subtracts how far the centres are apart.\n"
            "5. An error of a few pixels costs a **small box** much more than a large one: shifted by s, a box of "
            "width w keeps (w − s) / (w + s). That is why scores of small objects are low at a fixed threshold.\n"
            "6. **+ 1**: Pascal VOC's corners are pixels that belong to the box, so its width is x2 − x1 + 1; COCO and "
            "torchvision count x2 − x1. Small boxes feel it most: compare scores of one convention only."
        )
        table.dataframe(
            figures.dice_table(),
            hide_index=True,
            alt="IoU and the Dice score that belongs to it",
            column_config={name: st.column_config.NumberColumn(format="%.3f") for name in ("IoU", "Dice")},
        )
