"""What each score says and when it misleads, in the lecture's words; plain text, "{c}" is the class."""

from __future__ import annotations

MEANING = {
    "precision": (
        "Of the samples that were called “{c}”, the share that are.",
        "It does not see what was missed: a single careful hit gives 1.000. The rarer the class, the lower it gets "
        "with the same classifier.",
    ),
    "recall": (
        "Of the samples that are “{c}”, the share that was found.",
        "It does not see false alarms: who calls everything “{c}” has recall 1.000.",
    ),
    "f1": (
        "The harmonic mean of precision and recall: high only where both are.",
        "True negatives do not count, so always saying the frequent class can beat a model that has learned something.",
    ),
    "fbeta": (
        "Like F1, but recall counts β times as much as precision: β above 1 where a miss is worse than a false alarm.",
        "β is a choice: say which one, and do not choose it after you have seen the scores.",
    ),
    "jaccard": (
        "Hits among all samples that are “{c}” or were called so: the IoU of two sets.",
        "It is F1 / (2 − F1), so it ranks classifiers as F1 does and only looks stricter.",
    ),
    "specificity": (
        "Of the samples that are not “{c}”, the share that was not called so: the recall of the rest.",
        "For a rare class nearly every classifier has a high one.",
    ),
    "npv": (
        "Of the samples that were not called “{c}”, the share that are not: the precision of the rest.",
        "For a rare class it is high whatever the classifier does.",
    ),
    "likelihood+": (
        "How many times as often “{c}” is called where it is true as where it is not; the odds before, times this, "
        "are the odds after.",
        "Without a false positive it is infinite, however few samples there are.",
    ),
    "likelihood-": (
        "How often “{c}” is not called where it is true, compared with where it is not; near 0 is good.",
        "One missed sample more or less changes it a lot when few are missed.",
    ),
    "accuracy": (
        "The share of samples that were called right.",
        "Where one class is frequent, always saying it scores high: compare with the majority below.",
    ),
    "balanced_accuracy": (
        "The mean recall of the classes that occur: accuracy as if all were equally frequent.",
        "A rare class with a handful of samples counts as much as all others, so it jumps from test set to test set.",
    ),
    "mcc": (
        "The correlation of gold and predicted, from −1 to 1; 0 is no better than chance. Every cell counts.",
        "Where everything falls into one row or column it is 0/0, and scikit-learn says 0.",
    ),
    "kappa": (
        "Agreement beyond what the totals of rows and columns would give by chance: 0 is chance, 1 is perfect. With "
        "weights, a near miss among ordered classes costs less.",
        "The same error rates give a lower κ when one class is rare.",
    ),
    "f1_of_means": (
        "The other macro-F1: the harmonic mean of macro precision and macro recall.",
        "Where no class is 0/0 it is never below the mean of the F1s; papers often do not say which of the two they "
        "report.",
    ),
}
"""Score -> (what it says, when it misleads)."""

AVERAGES = {
    "micro": "Micro: the counts of the classes are added up first, so frequent classes decide. With one label a sample "
    "and all classes averaged, micro precision, recall and F1 all equal accuracy.",
    "macro": "Macro: the mean over the classes, each counts the same however rare it is.",
    "weighted": "Weighted: the mean over the classes, each counts by its gold samples; F1 may fall outside precision "
    "and recall.",
}

HOW = (
    "1. Each class stands against the rest: **TP** are its hits, **FP** were called so but are not, **FN** are so but "
    "were not called, **TN** are all others.\n"
    "2. **Averages** make one number of the classes. *binary*: two classes, one of them positive (`pos_label`). "
    "*micro*: add the counts, then divide. *macro*: the mean of the classes. *weighted*: the mean by gold samples.\n"
    "3. `labels` chooses which classes are averaged. What the others hold still counts as false positives and false "
    "negatives of these, and micro no longer equals accuracy.\n"
    "4. `sample_weight` lets a sample count more than once. Here each gold class has one weight, so its whole row is "
    "multiplied. Recall does not change by that, precision does.\n"
    "5. `zero_division`: a class that is never predicted has precision 0/0. It can be left **undefined** and out of "
    "the mean, or count as **0** or **1**: with few classes that alone moves a macro average a lot.\n"
    "6. There are two **macro-F1**: the mean of the classes' F1 (scikit-learn), and the F1 of macro precision and "
    "macro recall. They differ: say which one you report.\n"
    "7. A **trivial classifier** looks at nothing. A score that it reaches as well says nothing of the model."
)
