"""What folders and files are called: for training, validation and test, without labels, after their class.

The words of parts and what may stand around them are those of Hugging Face's datasets
(https://huggingface.co/docs/datasets/repository_structure, `data_files.py`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from core.names import same
from core.transfer.data.image_set import Split

PARTS: Mapping[str, Split] = MappingProxyType(
    dict.fromkeys(("train", "training", "trainval"), Split.TRAIN)
    | dict.fromkeys(("val", "valid", "validation", "dev"), Split.VALIDATION)
    | dict.fromkeys(("test", "testing", "eval", "evaluation"), Split.TEST)
)
"""Words that name a part, by themselves or among others."""
UNLABELLED = frozenset({"unlabelled", "unlabeled", "unlabel", "nolabel", "nolabels", "pred", "predict", "prediction"})
"""Words that name pictures without a class."""
CAMERAS = frozenset(
    {
        "burst", "capture", "dcim", "dji", "dsc", "dscf", "dscn", "file", "frame", "gopr", "image", "images", "img",
        "imgp", "mg", "mvimg", "photo", "pic", "picture", "pict", "pxl", "sam", "scan", "screenshot", "snap",
        "snapshot", "untitled", "whatsapp image", "wp",
    }
)  # fmt: skip
"""What cameras, phones and programs call each picture: nothing about what is on it."""
AFTER = ("set", "data", "images", "imgs", "pictures", "photos", "files", "split", "part", "folder")
"""What is written right after a word of a part: `trainset`, `TestImages`."""
_AROUND = re.compile(r"[-._ 0-9]+")
_LABEL_FIRST = re.compile(r"(?P<label>\D*[^\W\d_])[\W_]*\d[\d\W_]*")  # cat.0, great_pyrenees_12, dog (3)
_LABEL_SYNSET = re.compile(r"(?P<label>n\d{8})_\d+")  # n01440764_10026, as ImageNet numbers classes
_LABEL_LAST = re.compile(r"[\d\W_]+(?P<label>[^\W\d_]\D*)")  # 0001_airplane
ENOUGH = 0.9
"""Share of files that must be named after a class, for this to be what their names say."""


def part_of(name: str) -> Split | None:
    """The part that a folder's name says; None where it says none, or two that do not go together."""
    found = {PARTS[word] for word in map(_bare, _words(name)) if word in PARTS}
    if found == {Split.TRAIN, Split.VALIDATION}:  # "train_val": what is not the test
        return Split.TRAIN
    return found.pop() if len(found) == 1 else None


def begins_like_a_part(name: str) -> str | None:
    """The word of a part that a name begins with and goes on, `trainA`; else None."""
    begun = same(name).casefold()
    return next((word for word in ("train", "test", "val") if begun.startswith(word) and begun != word), None)


def besides(name: str) -> str:
    """What a folder's name says besides its part: the same of the parts of one set, another of each class."""
    return " ".join(word for word in _words(name) if _bare(word) not in PARTS and word not in AFTER)


def _bare(word: str) -> str:
    """A word of a name without what is often written right after a part's."""
    return next((word.removesuffix(end) for end in AFTER if word.removesuffix(end) in PARTS), word)


def is_plain_part(name: str) -> bool:
    """Whether a name is one of the words and nothing else."""
    return same(name).casefold() in PARTS


def is_unlabelled(name: str) -> bool:
    """Whether a folder's name says that its pictures have no class."""
    words = _words(name)
    return bool(set(words) & UNLABELLED) or "".join(words) in UNLABELLED


def _words(name: str) -> list[str]:
    return [word for word in _AROUND.split(same(name).casefold()) if word]


def labels_in(stems: Sequence[str], least: int) -> list[str | None]:
    """The classes that names of files say, "cat" of `cat.0`; None for one that says none.

    Args:
        stems: of all files, without their endings.
        least: pictures that a class must have; of one with fewer nothing is said.

    Returns:
        One a file; all None where names say no two classes.
    """
    for pattern in (_LABEL_SYNSET, _LABEL_FIRST, _LABEL_LAST):
        found = [_label(pattern, stem) for stem in stems]
        many = Counter(same(label) for label in found if label is not None)
        kept = [label if label is not None and many[same(label)] >= least else None for label in found]
        if len({same(label) for label in kept if label is not None}) >= 2:
            return kept
    return [None] * len(stems)


def _label(pattern: re.Pattern[str], stem: str) -> str | None:
    match = pattern.fullmatch(stem[:200])
    label = None if match is None else match["label"].strip(" ._-")
    return None if not label or label.casefold().strip("_ ") in CAMERAS or part_of(label) is not None else label
