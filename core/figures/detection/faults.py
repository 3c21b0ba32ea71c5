"""A picture that was prepared wrongly, in pictures and words."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import PIL.Image
from PIL.Image import Image

from core.detection.faults import Comparison
from core.detection.preprocessing import CHANNELS, Preprocessing, Statistics
from core.detection.results import Detections
from core.figures.words import counted
from core.images import data_uri, shrink, to_jpeg

SHOWN_SIDE = 900  # pixels, as other pictures


def swapped(image: Image) -> str:
    """The picture as somebody sees it who takes its blue for red: a data URI."""
    red, green, blue = shrink(image, SHOWN_SIDE).split()
    return data_uri(to_jpeg(PIL.Image.merge("RGB", (blue, green, red))))


def says(preprocessing: Preprocessing) -> str:
    """What is wrong with it, after the number of boxes."""
    wrong = [
        *(["channels as BGR"] if preprocessing.bgr else []),
        *([] if preprocessing.normalised else ["not normalised"]),
    ]
    return " and ".join(wrong) or "as in training, too"


def nothing(right: Detections, preprocessing: Preprocessing) -> str:
    """What to do where there is nothing to compare, a sentence; "" where there is."""
    if not len(right):
        return "Nothing scores above the threshold even as it should be: lower it, or take another picture."
    return "Switch a mistake on to see what it does." if preprocessing.right else ""


def verdict(found: Comparison) -> str:
    """In one sentence, Markdown."""
    right = len(found.matches.image.target)
    if not right:
        return f"**{counted(found.invented, 'box', 'boxes')}** on the right, none on the left."
    return (
        f"**{found.still} of {counted(right, 'box', 'boxes')}** still found; the best score is "
        f"{found.best_wrong:.3f} instead of {found.best_right:.3f}."
    )


def numbers(found: Comparison) -> Mapping[str, str]:
    """Label -> number, as it is written."""
    return {
        "Still found": f"{found.still:,}",
        "Lost": f"{found.lost:,}",
        "Renamed": f"{found.renamed:,}",
        "Invented": f"{found.invented:,}",
        "Best score": f"{found.best_wrong:.3f}",
    }


def given_table(right: Statistics, given: Statistics, preprocessing: Preprocessing) -> pd.DataFrame:
    """One row a channel of the network: what it is given, as in training and as it is now."""
    names = CHANNELS[::-1] if preprocessing.bgr else CHANNELS
    rows = []
    for place, expected in enumerate(CHANNELS):
        rows.append(
            {
                "channel": f"{place + 1}: {expected}",
                "mean": f"{right.mean[place]:.2f}",
                "deviation": f"{right.std[place]:.2f}",
                "is given": names[place],
                "mean now": f"{given.mean[place]:.2f}",
                "deviation now": f"{given.std[place]:.2f}",
            }
        )
    return pd.DataFrame(rows)


def code(preprocessing: Preprocessing) -> str:
    """The same in PyTorch, mistakes and all, with the lines that would mend it."""
    lines = ["picture = cv2.imread(name)  # blue, green, red"]
    mend = "picture = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)"
    lines.append(f"# {mend}  # forgotten" if preprocessing.bgr else mend)
    lines.append("x = torch.from_numpy(picture).permute(2, 0, 1) / 255  # (3, H, W), 0 to 1")
    mend = "x = (x - mean[:, None, None]) / std[:, None, None]"
    lines.append(mend if preprocessing.normalised else f"# {mend}  # forgotten")
    lines.append("print(x.mean((1, 2)), x.std((1, 2)))  # near 0 and near 1?")
    return "\n".join(lines)
