"""Words that name parts, pictures without labels, and classes in names of files."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.transfer.data.image_set import Split
from core.transfer.data.parts import CAMERAS, PARTS, is_plain_part, is_unlabelled, labels_in, part_of
from tests.examples import examples

AROUND = st.text("-._ 0123456789", max_size=6)


@examples(200, fixed=False)
@given(st.sampled_from(sorted(PARTS)), AROUND, AROUND, st.sampled_from(["lower", "upper", "title"]))
def test_a_word_of_a_part_with_anything_around_it(word: str, before: str, behind: str, case: str) -> None:
    name = getattr(before + word + behind, case)()
    assert part_of(name) == PARTS[word]
    assert is_plain_part(name) == (name.casefold().strip() == word)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("training_set", Split.TRAIN),
        ("seg_train", Split.TRAIN),
        ("Train Set", Split.TRAIN),
        ("my-train-data", Split.TRAIN),
        ("train_val", Split.TRAIN),
        ("test1", Split.TEST),
        ("2-valid", Split.VALIDATION),
        ("eval.2020", Split.TEST),
        ("trainset", Split.TRAIN),
        ("TestImages", Split.TEST),
        ("my-valset-2", Split.VALIDATION),
        ("evaluationdata", Split.TEST),
        ("trainA", None),
        ("setset", None),
        ("cats", None),
        ("training", Split.TRAIN),
        ("trains", None),
        ("contest", None),
        ("retrain", None),
        ("train_test", None),
        ("", None),
        ("__", None),
    ],
)
def test_parts(name: str, part: Split | None) -> None:
    assert part_of(name) == part


@pytest.mark.parametrize(
    "name", ["unlabelled", "Unlabeled", "un-labelled", "seg_pred", "no labels", "unlabeled_100k", "pred"]
)
def test_names_of_what_has_no_labels(name: str) -> None:
    assert is_unlabelled(name)


@pytest.mark.parametrize("name", ["cats", "predator", "unlabelledness", "labels", ""])
def test_names_of_classes(name: str) -> None:
    assert not is_unlabelled(name)


@pytest.mark.parametrize(
    "form",
    [
        "{label}.{n}",
        "{label}_{n:04}",
        "{label}-{n}",
        "{label} ({n})",
        "{label}{n}",
        "{label}_1_{n}",
        "{n:05}_{label}",
        "{n}-{label}",
    ],
)
@pytest.mark.parametrize(
    "classes", [("cat", "dog"), ("great_pyrenees", "Abyssinian"), ("mèo", "chó"), ("Küche", "Bad")]
)
def test_classes_in_names_of_files(form: str, classes: tuple[str, str]) -> None:
    stems = [form.format(label=label, n=number) for label in classes for number in range(3)]
    assert labels_in(stems, 3) == [label for label in classes for _ in range(3)]
    assert labels_in(stems, 4) == [None] * 6


def test_two_forms_of_unicode_are_one_class() -> None:
    stems = [unicodedata.normalize(form, f"mèo.{n}") for n, form in enumerate(("NFC", "NFD", "NFC"))]
    found = labels_in([*stems, "chó.1", "chó.2", "chó.3"], 3)
    assert all(label is not None for label in found)


@pytest.mark.parametrize("camera", sorted(CAMERAS))
def test_what_cameras_call_pictures_is_no_class(camera: str) -> None:
    stems = [f"{name}_{number}" for name in (camera.upper(), camera, "DSC") for number in range(5)]
    assert set(labels_in(stems, 3)) == {None}


@examples(100, fixed=False)
@given(st.lists(st.text(max_size=30), max_size=20))
def test_any_names(stems: list[str]) -> None:
    found = labels_in(stems, 1)
    assert len(found) == len(stems)
    assert all(label is None or (label and label in stem) for label, stem in zip(found, stems, strict=True))
