"""What has to be said beside every figure, and how a run says how far it is."""

from __future__ import annotations

CAVEAT = (
    "NanoDet-g's own weights saw COCO train2017, to which the held-out photographs belong, and the head of the bundled "
    "weights was trained on them too. A figure measured on them ranks heads and compares with the teacher on the same "
    "photographs; it is never the detector's accuracy."
)


def say(*words: object) -> None:
    """A line of progress, out at once."""
    print(*words, flush=True)
