"""The challenges of the metrics explorer: two classes first, then three, then the averages' own."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from core.metrics.challenges.challenge import Challenge, Relation, Rule, matrix
from core.metrics.challenges.quantities import (
    ACCURACY,
    ALL_PREDICTED,
    BALANCED,
    F1,
    KAPPA,
    MACRO_F1,
    MACRO_PRECISION,
    MACRO_RECALL,
    MCC,
    MICRO_F1,
    PRECISION,
    RECALL,
    SHARE,
    THREE_CLASSES,
    TIMES,
    TURNED_MACRO,
    TURNED_WEIGHTED,
    TWO_CLASSES,
    TWO_MACROS,
    WEIGHTED_F1,
    WEIGHTED_PRECISION,
    WEIGHTED_RECALL,
)
from core.metrics.confusion import ConfusionMatrix
from core.metrics.presets import PRESETS
from core.metrics.scores import Array

ABOVE, AT_LEAST, EQUAL, AT_MOST, BELOW = (
    Relation.ABOVE,
    Relation.AT_LEAST,
    Relation.EQUAL,
    Relation.AT_MOST,
    Relation.BELOW,
)
LECTURE_TWO = matrix([[80, 25], [10, 35]])
LECTURE_THREE = matrix([[30, 50, 20], [20, 60, 20], [10, 10, 80]])
LECTURE_F1 = Fraction(32, 39)

CHALLENGES: tuple[Challenge, ...] = (
    Challenge(
        "Accurate and useless",
        "Reach an accuracy above 0.95 with an F1 of 0 for the first class, the positive one.",
        "Accuracy counts every right answer alike. Make the positive class rare, and never find it.",
        "Where one class is rare, saying “no” to everything is accurate. That is why accuracy alone says little about "
        "rare classes: look at the recall of the class you care about.",
        (TWO_CLASSES, Rule(ACCURACY, ABOVE, 0.95), Rule(F1, EQUAL, 0)),
        LECTURE_TWO,
        matrix([[0, 4], [0, 96]]),
    ),
    Challenge(
        "Never wrong, rarely there",
        "Make a model whose “yes” is always right (precision 1), but which finds less than a tenth of all positives.",
        "No false positives at all, and many false negatives.",
        "Precision asks only about what was predicted. A very strict threshold makes precision high by saying “yes” "
        "hardly ever; recall is the price.",
        (TWO_CLASSES, Rule(PRECISION, EQUAL, 1), Rule(RECALL, BELOW, 0.1)),
        LECTURE_TWO,
        matrix([[5, 95], [0, 100]]),
    ),
    Challenge(
        "Always yes beats the model",
        "On data like the lecture's, seven positives for three negatives, get a better F1 than the lecture's model "
        "(32/39, about 0.8205) with an MCC of 0.",
        "What does a model know that gives the same answer for every sample?",
        "A model that always says “yes” has recall 1 and a precision of 7/10, which makes F1 14/17, about 0.8235: more "
        "than the model that has learned something. F1 never looks at the true negatives. MCC does, and is 0 here: "
        "0/0 in fact, which scikit-learn calls 0.",
        (
            TWO_CLASSES,
            Rule(SHARE, EQUAL, 0.7),
            Rule(F1, ABOVE, LECTURE_F1),
            Rule(MCC, EQUAL, 0),
        ),
        LECTURE_TWO,
        matrix([[7, 0], [3, 0]]),
    ),
    Challenge(
        "Over 90% right, no better than chance",
        "Reach an accuracy above 0.9 while MCC is at most 0.",
        "Be wrong on every positive and on a few negatives too.",
        "MCC is a correlation: it is above 0 only if “yes” is said more often to positives than to negatives. Accuracy "
        "rewards agreeing with the majority.",
        (TWO_CLASSES, Rule(ACCURACY, ABOVE, 0.9), Rule(MCC, AT_MOST, 0)),
        LECTURE_TWO,
        matrix([[0, 5], [2, 93]]),
    ),
    Challenge(
        "The rare disease",
        "A test that looks splendid: balanced accuracy of at least 0.9. Yet of those it calls ill, fewer than one in "
        "five is: precision below 0.2.",
        "Keep both recalls above 0.9 and make the healthy a hundred times as many as the ill.",
        "Balanced accuracy is the mean of the recalls, so it does not depend on how frequent the classes are. "
        "Precision does: a few per cent of very many healthy people outnumber all of the ill.",
        (TWO_CLASSES, Rule(BALANCED, AT_LEAST, 0.9), Rule(PRECISION, BELOW, 0.2)),
        LECTURE_TWO,
        matrix([[95, 5], [500, 9400]]),
    ),
    Challenge(
        "What F1 does not see",
        "Keep the lecture's F1 of 32/39 exactly and bring MCC to 0.8 or more.",
        "One of the four cells stands in no formula of precision, recall or F1.",
        "F1 = 2TP / (2TP + FP + FN): true negatives are missing. With a thousand of them the same F1 is a far better "
        "model, and MCC says so.",
        (TWO_CLASSES, Rule(F1, EQUAL, LECTURE_F1), Rule(MCC, AT_LEAST, 0.8)),
        LECTURE_TWO,
        matrix([[80, 25], [10, 1000]]),
    ),
    Challenge(
        "Worse than chance",
        "Three classes, at least half of all answers right, and yet kappa below 0.",
        "Kappa compares with guessing by how frequent the classes are. Let one class be most of the data, and "
        "of the others get nothing right.",
        "With 80% of the samples in one class, and 80% of the predictions, chance alone agrees on two thirds. Kappa "
        "subtracts that: 60% right is then less than chance.",
        (THREE_CLASSES, Rule(ACCURACY, AT_LEAST, 0.5), Rule(KAPPA, BELOW, 0)),
        LECTURE_THREE,
        matrix([[60, 10, 10], [10, 0, 0], [10, 0, 0]]),
    ),
    Challenge(
        "Micro high, macro low",
        "Three classes with micro-F1 at least 0.9 and macro-F1 at most 0.5.",
        "Micro counts samples, macro counts classes. Do well on one large class only.",
        "For single labels micro-F1 is accuracy: the large class decides. Macro-F1 gives every class one vote, so two "
        "small classes that are missed pull it down.",
        (THREE_CLASSES, Rule(MICRO_F1, AT_LEAST, 0.9), Rule(MACRO_F1, AT_MOST, 0.5)),
        LECTURE_THREE,
        matrix([[180, 0, 0], [9, 1, 0], [9, 0, 1]]),
    ),
    Challenge(
        "Below both",
        "Get macro-F1 below macro-precision and below macro-recall. Each class has to be predicted at least once.",
        "Let one class have a high precision and a low recall, and the other one the reverse.",
        "The F1 of a class lies between its precision and its recall. The mean of the F1s need not lie between the "
        "means. With one class at P 1, R 0.2 and one at P 0.56, R 1, say, both means are fair and the F1s are not.",
        (ALL_PREDICTED, Rule(MACRO_F1, BELOW, MACRO_PRECISION), Rule(MACRO_F1, BELOW, MACRO_RECALL)),
        LECTURE_TWO,
        matrix([[10, 40], [0, 50]]),
    ),
    Challenge(
        "Two macro-F1s",
        "The mean of the F1s and the F1 of the means are both called macro-F1. Make them differ by more than 0.1. Each "
        "class has to be predicted at least once.",
        "They agree where every class has precision equal to recall. Make the two very unequal, in opposite ways.",
        "Papers that report “macro-F1” mean one or the other, and the F1 of the means is never the smaller one. "
        "scikit-learn takes the mean of the F1s. Always say which.",
        (ALL_PREDICTED, Rule(TWO_MACROS, ABOVE, 0.1)),
        LECTURE_TWO,
        matrix([[10, 40], [0, 50]]),
    ),
    Challenge(
        "Outside its interval",
        "Get weighted-F1 out of the interval between weighted precision and weighted recall, with one class at least "
        "twice as large as another. Each class has to be predicted at least once.",
        "Weighted recall is accuracy. Let most samples of the large class be called by the small one's name.",
        "Weighting is a mean too, and a mean of F1s is not the F1 of the means. It can only leave the interval "
        "downwards: each class's F1 is at most the mean of its precision and recall.",
        (
            ALL_PREDICTED,
            Rule(TIMES, AT_LEAST, 2),
            Rule(WEIGHTED_F1, BELOW, WEIGHTED_PRECISION),
            Rule(WEIGHTED_F1, BELOW, WEIGHTED_RECALL),
        ),
        matrix([[90, 30], [10, 20]]),
        matrix([[20, 100], [0, 30]]),
    ),
    Challenge(
        "Rows or columns?",
        "Three classes: somebody reads your matrix the wrong way round, with the actual classes in columns. Macro-F1 "
        "must stay the same, weighted-F1 must change by more than 0.05.",
        "Turning the matrix swaps the totals of actual and predicted classes. Let the two be very different.",
        "Turning swaps precision and recall of each class, and F1 is the same for both, so macro-F1 never changes. "
        "Weighted-F1 takes its weights from the actual totals, and those change. Always write which side is actual.",
        (THREE_CLASSES, Rule(TURNED_MACRO, EQUAL, 0), Rule(TURNED_WEIGHTED, ABOVE, 0.05)),
        LECTURE_THREE,
        matrix([[10, 80, 10], [0, 100, 0], [0, 20, 80]]),
    ),
)


def named(title: str | None) -> Challenge:
    """The challenge of this title; the first one where there is none."""
    return next((challenge for challenge in CHALLENGES if challenge.title == title), CHALLENGES[0])


def known(matrix: ConfusionMatrix) -> bool:
    """Whether anybody could have this matrix without having found it, whatever its classes are called.

    It is a start, a solution or a preset of the menu, either way round.
    """
    return _counts(matrix.counts) in _GIVEN


def _counts(counts: Array) -> tuple[int, bytes]:
    return len(counts), counts.tobytes()


_GIVEN = frozenset(
    _counts(np.ascontiguousarray(counts))
    for given in (
        *(one for challenge in CHALLENGES for one in (challenge.start, challenge.solution)),
        *(preset.matrix() for preset in PRESETS.values()),
    )
    for counts in (given.counts, given.counts.T)
)
