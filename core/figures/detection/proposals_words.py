"""What the section about proposals says of its results, in Markdown and LaTeX."""

from __future__ import annotations

from collections.abc import Sequence

from core.detection.proposals import Proposals
from core.detection.proposing.recall import Hits
from core.detection.results import Detections
from core.figures.detection.suppression import duration
from core.figures.words import counted


def steps(anchors: int, proposals: Proposals, shown: int) -> dict[str, int]:
    """What is counted -> how many there are, in the order in which the network goes."""
    return {
        "Anchors": anchors,
        "Best of each level": proposals.entered,
        "After its NMS": proposals.survived,
        "Proposals kept": len(proposals),
        "Shown": shown,
    }


def fewer(asked: int, there: int, iou: float) -> str:
    """Where more proposals are asked for than there are, a sentence; "" elsewhere."""
    if asked <= there:
        return ""
    return f"At an NMS threshold of {iou:.2f} {counted(there, 'proposal is', 'proposals are')} left: all are shown."


def threshold_remark(threshold: float) -> str:
    """What a threshold at an end of its range means; "" elsewhere."""
    if threshold <= 0:
        return "At a threshold of 0 any proposal hits every object, even one that does not touch it."
    if threshold >= 1:
        return "At a threshold of 1 only a proposal that is the object's box to the last digit hits it."
    return ""


def recall_numbers(hits: Hits, count: int) -> str:
    """The formula of recall with the numbers on the screen, LaTeX; there must be an object."""
    hit = hits.hit_by(count)
    share = rf"\frac{{{hit}}}{{{hits.objects}}} = {hit / hits.objects:.3g}"
    return rf"\mathrm{{recall}}_{{{hits.threshold:.2f}}}({count}) = {share}"


def average_recall_numbers(hits: Hits, count: int) -> str:
    """The formula of average recall with the numbers on the screen, LaTeX; three objects at most are written out."""
    best = hits.best()[:, count - 1].tolist()
    terms = [f"{max(iou - 0.5, 0):.2f}" for iou in best[:3]] + ([r"\dots"] if len(best) > 3 else [])
    value = float(hits.average_recall()[count - 1])
    return rf"\mathrm{{AR}}({count}) = \frac{{2}}{{{len(best)}}} ({' + '.join(terms)}) = {value:.3g}"


def compared(before: Detections, after: Detections, milliseconds: float, of_network: float) -> str:
    """What became of the detections, and what it took."""
    gone, new = _beyond(before.labels, after.labels), _beyond(after.labels, before.labels)
    said = [f"{counted(len(before), 'detection')} before, {len(after)} now"]
    said += [f"gone: {', '.join(gone)}"] if gone else []
    said += [f"new: {', '.join(new)}"] if new else []
    if not gone and not new:
        said.append("the same classes")
    time = f"RoIAlign, head and class boxes took {duration(milliseconds)}"
    return f"{'; '.join(said)}. {time}; the whole network took {duration(of_network)} before."


def _beyond(these: Sequence[str], others: Sequence[str]) -> list[str]:
    """Classes that occur more often among these than among others, each as often as it does."""
    left = list(others)
    found = []
    for name in these:
        if name in left:
            left.remove(name)
        else:
            found.append(name)
    return found
