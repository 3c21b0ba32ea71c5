"""How sets are split, how pictures are changed, and what one's own set has to look like."""

from __future__ import annotations

import streamlit as st

from core.image_checks import MAX_BYTES as PICTURE_BYTES
from core.transfer.data.image_set_builder import LEAST, MAX_BYTES, MOST_CLASSES
from core.transfer.data.own import MOST_PICTURES
from core.transfer.data.square_crop import LARGEST, MAX_SET_BYTES
from core.transfer.data.zip_checks import MOST_ENTRIES
from core.ui.framework.session import session

_MIXUP = (
    r"\tilde x = \lambda x_i + (1-\lambda)\,x_j \qquad \tilde y = \lambda y_i + (1-\lambda)\,y_j \qquad "
    r"\lambda \sim \mathrm{Beta}(\alpha, \alpha)"
)


def how() -> None:
    """Draw it."""
    with st.expander("How this works", icon=":material/school:"):
        st.markdown(
            "**Three parts.** Of each class, 60 % of the pictures train, 20 % validate and 20 % test, drawn once with "
            "a fixed seed, so that every experiment, and every visitor, has the same split. Where a set comes with "
            "parts of its own they are kept. A folder called *val* without a *test* beside it is the test part, since "
            "that is what results are reported on; validation pictures are then taken from training.\n\n"
            "**Images per class** takes the first of a fixed order, so that fewer pictures are always some of those "
            "that more would be: what changes a result is then the number, not the luck of the draw. The textures' "
            "parts are from different regions of the photographs: patches that overlap would be the same picture twice."
            "\n\n"
            "**Augmentation**, the lecture's data generator, shows a network a different version of each picture in "
            "each epoch. It works where the label stays true: a mirrored bee is a bee, a mirrored 2 is no 2. A flip "
            "mirrors half of the pictures; a crop keeps a random square and enlarges it; jitter multiplies brightness, "
            "contrast and saturation by factors of their own; cutout "
            "([DeVries and Taylor 2017](https://arxiv.org/abs/1708.04552)) covers a square with grey. Mixup "
            "([Zhang et al. 2018](https://arxiv.org/abs/1710.09412)) mixes two pictures and what is said of them:"
        )
        st.latex(_MIXUP)
        st.markdown(
            "The loss is then the cross-entropy to the mixed label, and the training accuracy on mixed pictures means "
            "little. Features that were computed once leave no room for fresh changes: where the backbone rests, each "
            "picture is passed through it in two changed versions.\n\n"
            f"**Sets of your own.** A zip of class folders or a Parquet file of at most {MAX_BYTES // 2**20} MB and "
            f"{MOST_ENTRIES:,} pictures, or classes made here of up to {MOST_PICTURES} pictures of at most "
            f"{PICTURE_BYTES // 2**20} MB each; 2 to {MOST_CLASSES} classes of {LEAST} pictures or more. JPEG, PNG, "
            "WebP, BMP, TIFF and GIF are read, the middle square of each is kept, "
            f"{LARGEST} pixels a side or fewer, so that a set takes at most {MAX_SET_BYTES // 10**6} MB of memory and "
            f"yours together {session().sets.megabytes:.0f} MB. Files that are no pictures are left out and "
            "counted, each kind by its name. "
            "Folders called *train*, *training_set*, *seg_test*, *valid* and the like are parts, as Hugging Face's "
            "data sets have it; a column called *label*, *class* or *target* holds the labels of a Parquet file. Where "
            "that is a guess you see first what was understood, and can correct it. All of it lies in the "
            "server's memory until you close the tab."
        )
