"""Scores of classifiers, all from one confusion matrix: `counts[target, predicted]`."""

from core.metrics.confusion import Average, ConfusionMatrix

__all__ = ["Average", "ConfusionMatrix"]
