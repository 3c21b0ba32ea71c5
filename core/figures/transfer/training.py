"""What a training runs on, in words."""

from __future__ import annotations

from core.models.zoo import ZOO
from core.transfer.data.augment import Augmentation
from core.transfer.subject import Subject


def on_what(subject: Subject, *, weights: bool = True) -> str:
    """What a training runs on, in one line."""
    amount = subject.selection.per_class
    pictures = f"{len(subject.selection.train):,} training pictures"
    of = f" ({amount} a class)" if amount is not None else ""
    start = "" if not weights else ", ImageNet weights" if subject.trained else ", random weights"
    return f"{subject.images.name}, {pictures}{of}, {ZOO[subject.backbone].title} at {subject.size} px{start}"


def too_few(subject: Subject) -> str:
    """Why nothing can be trained on these pictures, a sentence; "" where it can."""
    chosen = subject.selection
    if subject.absent:
        return (
            f"{subject.absent} is chosen but not here yet, so nothing is trained: get it first, or choose another set."
        )
    if len(chosen.train) < 2:
        return "A training needs at least two training pictures: choose more of them, or another set."
    if not len(chosen.validation) or not len(chosen.test):
        return "A training needs validation and test pictures, and this set has none: choose another."
    return ""


def changes(augmentation: Augmentation) -> str:
    """What may happen to training pictures, a sentence."""
    parts = [
        "mirrored" if augmentation.flip else "",
        f"cropped to {augmentation.crop:.0%} or more of their area" if augmentation.crop < 1 else "",
        f"colours changed by up to {augmentation.jitter:.0%}" if augmentation.jitter else "",
        f"a square of {augmentation.cutout:.0%} of the side cut out" if augmentation.cutout else "",
        f"mixed in pairs (α = {augmentation.mixup:g})" if augmentation.mixup else "",
    ]
    told = ", ".join(part for part in parts if part)
    stay = "Training pictures stay as they are"
    return f"{f'Training pictures are changed at random: {told}' if told else stay}; see *Data*."
