"""How trees of folders are understood, and what of that is a guess."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.transfer.data.groups import Layout
from core.transfer.data.image_set import Split
from core.transfer.data.layout import layout
from core.transfer.data.parts import PARTS
from tests.examples import examples

TRAIN, VALIDATION, TEST = Split.TRAIN, Split.VALIDATION, Split.TEST
Understood = dict[str, tuple[Split | None, str, int]]


def look(*paths: str) -> Layout:
    return layout([tuple(path.split("/")) for path in paths], [True] * len(paths))


def files(*folders: str, each: int = 3, form: str = "{}.png") -> list[str]:
    return [f"{folder}/{form.format(number)}" for folder in folders for number in range(each)]


def understood(found: Layout) -> Understood:
    return {group.where: (group.part, group.label, group.pictures) for group in found.groups}


def used(found: Layout) -> set[tuple[Split | None, str]]:
    return {(group.part, group.label) for group in found.groups if group.part is not None}


@pytest.mark.parametrize("around", ["", "data/", "my data/set 1/"])
def test_class_folders_leave_no_doubt(around: str) -> None:
    found = look(*files(f"{around}cats", f"{around}dogs"))
    assert understood(found) == {"cats": (TRAIN, "cats", 3), "dogs": (TRAIN, "dogs", 3)}
    assert not found.parts
    assert found.doubts == ()


@pytest.mark.parametrize("around", ["", "archive/", "a/b/"])
@pytest.mark.parametrize("doubled", [False, True])
@pytest.mark.parametrize(
    ("train", "test", "plain"),
    [
        ("train", "test", True),
        ("Training", "TESTING", True),
        ("training_set", "test_set", False),
        ("seg_train", "seg_test", False),
        ("1-train", "2.eval", False),
        ("Train Set", "Evaluation Set", False),
    ],
)
def test_parts_by_any_name(around: str, doubled: bool, train: str, test: str, plain: bool) -> None:
    folders = [
        f"{around}{part}/{part}/{name}" if doubled else f"{around}{part}/{name}"
        for part in (train, test)
        for name in "ab"
    ]
    found = look(*files(*folders))
    assert found.parts
    assert used(found) == {(TRAIN, "a"), (TRAIN, "b"), (TEST, "a"), (TEST, "b")}
    assert (found.doubts == ()) == plain
    assert all(place is not None for place in found.places)


@pytest.mark.parametrize("flat", ["seg_pred/seg_pred", "pred", "unlabelled", "test1", "more/images"])
def test_folders_without_classes_beside_parts_are_left_out_and_said(flat: str) -> None:
    found = look(*files("train/a", "train/b", "val/a", "val/b", flat))
    assert used(found) == {(TRAIN, "a"), (TRAIN, "b"), (VALIDATION, "a"), (VALIDATION, "b")}
    assert any(f"“{flat.split('/')[0]}" in doubt and "is left out" in doubt for doubt in found.doubts)


def test_a_folder_of_unlabelled_pictures_among_classes() -> None:
    found = look(*files("cats", "dogs", "unlabelled"))
    assert used(found) == {(TRAIN, "cats"), (TRAIN, "dogs")}
    assert "“unlabelled” is left out: its name says that it has no labels." in found.doubts


def test_parts_below_classes() -> None:
    found = look(*files("cats/train", "cats/test", "dogs/train", "dogs/test"))
    assert used(found) == {(TRAIN, "cats"), (TEST, "cats"), (TRAIN, "dogs"), (TEST, "dogs")}
    assert found.doubts


@pytest.mark.parametrize("form", ["{label}.{n}.jpg", "{label}_{n}.jpg", "{label} ({n}).jpeg"])
@pytest.mark.parametrize("around", ["", "dogs-vs-cats/"])
def test_classes_in_names_of_files(form: str, around: str) -> None:
    named = [around + "train/" + form.format(label=label, n=n) for label in ("cat", "dog") for n in range(4)]
    found = look(*named, *files(f"{around}test1", form="{}.jpg"))
    assert used(found) == {(TRAIN, "cat"), (TRAIN, "dog")}
    assert found.by_name
    assert any("test1" in doubt and "left out" in doubt for doubt in found.doubts)
    flat = look(*[name.rpartition("/")[2] for name in named])
    assert used(flat) == {(TRAIN, "cat"), (TRAIN, "dog")}
    both = look(*named, *[name.replace("train/", "test/") for name in named])
    assert used(both) == {(TRAIN, "cat"), (TRAIN, "dog"), (TEST, "cat"), (TEST, "dog")}
    assert both.parts


def test_parts_with_neither_folders_nor_names_of_classes() -> None:
    with pytest.raises(UserError, match="“test” and “train” hold no folders of classes"):
        look(*files("train", "test"))


def test_names_of_cameras_are_no_classes() -> None:
    assert used(look(*files("photos", form="IMG_{}.jpg"), *files("photos", form="DSC_{}.jpg"))) == {(TRAIN, "photos")}


def test_a_class_called_like_a_part_is_doubted() -> None:
    found = look(*files("train", "bus"))
    assert used(found) == {(TRAIN, "train"), (TRAIN, "bus")}
    assert "“train” is taken for a class, though parts are called so." in found.doubts


def test_folders_of_pairs_are_doubted() -> None:
    assert any(
        "begin as those of parts do" in doubt for doubt in look(*files("trainA", "trainB", "testA", "testB")).doubts
    )
    assert look(*files("trains", "trucks")).doubts == ()
    assert look(*files("trains", "trams")).doubts == ()


def test_classes_that_look_alike() -> None:
    assert any("capital letters" in doubt for doubt in look(*files("Cats", "cats", "dogs")).doubts)
    both = [unicodedata.normalize(form, "m\u00e8o") for form in ("NFC", "NFD")]
    assert look(*files(f"train/{both[0]}", "train/b", f"test/{both[1]}", "test/b")).doubts == ()


def test_a_class_without_training_pictures_is_doubted() -> None:
    found = look(*files("train/a", "train/b", "test/a", "test/c"))
    assert "“c” has no training pictures." in found.doubts


def test_parts_in_one_of_several_folders() -> None:
    found = look(*files("data/train/a", "data/train/b", "data/test/a", "data/test/b", "samples"), *files("docs/img"))
    assert used(found) == {(TRAIN, "a"), (TRAIN, "b"), (TEST, "a"), (TEST, "b")}
    assert "“samples” is left out: the parts lie in “data”." in found.doubts
    assert sum(place is not None for place in found.places) == 18


def test_folders_in_a_class_are_doubted() -> None:
    found = look(*files("cats/a", "cats/b", "dogs"))
    assert used(found) == {(TRAIN, "cats"), (TRAIN, "dogs")}
    assert "“cats” has folders in it, all of which are taken for one class." in found.doubts
    assert look(*files("cats/cats", "dogs/dogs")).doubts == (), "doubled is no doubt"


def test_loose_pictures_belong_nowhere() -> None:
    found = look(*files("cats", "dogs"), "cover.png")
    assert found.places[-1] is None
    assert look(*files("train/a", "train/b"), *files("test/a", "test/b"), "train/x.png").places[-1] is None


def _tree(parts: Sequence[str], classes: Sequence[str]) -> list[str]:
    return files(*[f"{part}/{name}" for part in parts for name in classes])


@examples(80, fixed=False)
@given(
    st.lists(st.sampled_from(sorted(PARTS)), min_size=2, max_size=3, unique_by=lambda word: PARTS[word]),
    st.lists(
        st.text("abcxyz", min_size=2, max_size=5).map(lambda text: "x" + text), min_size=2, max_size=4, unique=True
    ),
    st.sampled_from(["{}", "{}_set", "seg_{}", "1. {}", "{}-2020", "{} images"]),
)
def test_parts_and_classes_in_any_words(words: list[str], classes: list[str], form: str) -> None:
    found = look(*_tree([form.format(word) for word in words], classes))
    assert used(found) == {(PARTS[word], name) for word in words for name in classes}


@examples(100, fixed=False)
@given(st.lists(st.lists(st.text("abtrain/.1_", min_size=1, max_size=6), min_size=1, max_size=4), max_size=12))
def test_any_tree_has_a_layout_or_a_sentence(paths: list[list[str]]) -> None:
    try:
        found = layout([tuple(path) for path in paths], [True] * len(paths))
    except UserError:
        return
    assert len(found.places) == len(paths)
    assert sum(group.pictures for group in found.groups) == sum(place is not None for place in found.places)


@pytest.mark.parametrize(
    ("one", "other"), [("training shoes", "test tube"), ("test tube", "eval board"), ("Train car", "valid key")]
)
def test_classes_whose_names_have_a_word_of_a_part(one: str, other: str) -> None:
    assert used(look(*files(one, other))) == {(TRAIN, one), (TRAIN, other)}


@pytest.mark.parametrize(
    ("one", "other"),
    [("train", "test"), ("Training Data", "Test Images"), ("my_train", "my-test"), ("trainset", "2 testset")],
)
def test_parts_without_classes_are_no_classes(one: str, other: str) -> None:
    with pytest.raises(UserError, match="hold no folders of classes"):
        look(*files(one, other))


@pytest.mark.parametrize("top", ["", "train/", "ILSVRC/val/"])
def test_the_numbers_of_imagenet_are_classes(top: str) -> None:
    found = look(*(f"{top}{wnid}_{number}.JPEG" for wnid in ("n01440764", "n01443537") for number in (26, 1078, 3)))
    assert {label for _, label in used(found)} == {"n01440764", "n01443537"}
