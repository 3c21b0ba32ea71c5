"""What the section "Detection" says about how it works."""

from __future__ import annotations

import streamlit as st


def how() -> None:
    """The explanation, folded."""
    with st.expander("How this works", icon=":material/school:"):
        left, right = st.columns(2, gap="medium")
        left.markdown(
            "**Matching.** Within a picture and class the surest detection goes first. It takes the free gold box that "
            "it overlaps most, if their IoU reaches the threshold: a true positive. All others are false positives:\n"
            "- *duplicate*: the gold box was taken by a surer detection. One object found twice is one right and one "
            "wrong: that is what NMS is for;\n"
            "- *wrong class*: it lies on a gold box of another class;\n"
            "- *poor localisation*: a gold box of its class is near (IoU 0.1 or more), but not near enough;\n"
            "- *background*: none of these, nothing is there or nothing near enough.\n\n"
            "Gold boxes that nothing took are false negatives. Boxes marked as *crowd* (COCO) or *difficult* (VOC) "
            "need not be found, and detections on them count neither way. This is COCO's rule; VOC's looks only at "
            "the gold box that a detection overlaps most, taken or not.\n\n"
            "**Ranking.** Sort all detections of a class by score and walk down: at each rank k precision is TP/k and "
            "recall TP/gold. Precision jumps up and down, recall only grows. AP is the area under that curve, so it "
            "needs no score threshold of its own. mAP is the mean over the classes."
        )
        right.markdown(
            "**Four definitions.** The zigzag is usually replaced by the best precision at this recall or any higher "
            "one, a staircase. VOC 2007 reads it off at 11 recalls, COCO at 101, VOC 2010 takes its whole area; "
            "without interpolation the zigzag itself is summed at each hit. Compare figures only where the definition "
            "is the same.\n\n"
            "**AP50 and AP .50:.95.** AP50 asks for IoU 0.5, which is generous. COCO's main figure is the mean over "
            "the thresholds .50, .55 … .95, so that tight boxes pay.\n\n"
            "**Why the score threshold is low for AP.** Cutting the list off can only lose recall: AP never rises. "
            "Detectors are judged with every box down to a score near 0. For use one chooses a threshold, a point on "
            "the curve, and then precision, recall and the confusion matrix at that point tell more than AP.\n\n"
            "**What AP does not see.** A class without gold boxes has no AP (0/0), whatever is detected of it. "
            "scikit-learn's average precision must not be used: it knows only the detections, so gold boxes that "
            "nothing found never lower its recall.\n\n"
            "**The confusion matrix** counts each gold box and each detection once. A wrong class stands off the "
            "diagonal only if nothing else found that gold box; otherwise it is one box too many, in the background "
            "row."
        )
