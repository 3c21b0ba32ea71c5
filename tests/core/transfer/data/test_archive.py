"""Zips of class folders: what they give, and what each kind of bad one is told."""

from __future__ import annotations

import io
import stat
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.errors import UserError
from core.jobs import Cancelled
from core.transfer.data import zip_checks
from core.transfer.data.archive import look_at_archive, read_archive
from core.transfer.data.image_set import ImageSet, Split
from core.transfer.data.rubbish import FILES, FOLDERS
from tests.core.pictures import grey_tiff
from tests.core.transfer.data.made import folders, patched, picture, silent, zipped
from tests.examples import examples

LOCAL, ENTRY, END = b"PK\3\4", b"PK\1\2", b"PK\5\6"


def read(data: bytes) -> ImageSet:
    return read_archive(data, "mine.zip", silent)


def refusal(data: bytes) -> str:
    """The sentence that a zip is refused with; one, and not a long one."""
    with pytest.raises(UserError) as caught:
        read(data)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 250
    return sentence


def test_folders_are_classes() -> None:
    found = read(zipped(folders(5)))
    assert found.classes == ("cats", "dogs")
    assert found.counts().tolist() == [[3, 1, 1], [3, 1, 1]]
    assert found.own
    assert found.notes == ()
    assert found.side == 10  # the shorter side
    first = Image.open(io.BytesIO(picture(0)))
    assert np.array_equal(found.images[0].permute(1, 2, 0).numpy(), np.asarray(first)[:, 1:11])


@pytest.mark.parametrize("top", ["", "data/", "my data/set 1/"])
@pytest.mark.parametrize(
    "parts", [("train", "val", "test"), ("Training", "VALID", "testing"), ("train", "validation", "test")]
)
def test_folders_of_parts_are_kept(top: str, parts: tuple[str, str, str]) -> None:
    files = {}
    for number, part in enumerate(parts):
        files |= folders(3 - number, top=f"{top}{part}/", start=1_000 * number)
    found = read(zipped(files))
    assert found.classes == ("cats", "dogs")
    assert found.counts().tolist() == [[3, 2, 1], [3, 2, 1]]
    assert found.notes == ()


def test_the_val_folder_is_the_test_part_and_validation_comes_from_training() -> None:
    found = read(zipped(folders(5, top="train/") | folders(2, top="val/", start=1_000)))
    assert found.counts().tolist() == [[4, 1, 2], [4, 1, 2]]
    assert "the validation folder is the test part" in found.notes[0]
    held = {found.names[index] for index in found.part(Split.TEST)}
    assert held == {"0.png", "1.png"}


def test_validation_is_set_aside_where_only_train_and_test_are_given() -> None:
    found = read(zipped(folders(5, top="train/") | folders(2, top="test/", start=1_000)))
    assert found.counts().tolist() == [[4, 1, 2], [4, 1, 2]]
    assert "no folder of validation pictures" in found.notes[0]


def test_a_training_folder_alone_is_split() -> None:
    assert read(zipped(folders(5, top="train/"))).counts().tolist() == [[3, 1, 1], [3, 1, 1]]


def test_classes_may_be_called_like_parts() -> None:
    assert read(zipped(folders(3, ("train", "bus")))).classes == ("bus", "train")


def test_deeper_folders_belong_to_their_class() -> None:
    files = {f"cats/{sub}/{n}.png": picture(n) for n, sub in enumerate("abc")} | folders(3, ("dogs",), start=50)
    assert read(zipped(files)).counts().sum(1).tolist() == [3, 3]


def test_what_systems_leave_behind_is_ignored() -> None:
    junk = {
        "__MACOSX/cats/._0.png": b"x",
        "cats/.DS_Store": b"x",
        ".git/config": b"x",
        "dogs/Thumbs.db": b"x",
        "dogs/desktop.ini": b"x",
    }
    found = read(zipped(folders(3) | junk))
    assert found.classes == ("cats", "dogs")
    assert found.notes == ()


def test_the_folders_of_windows_and_the_letters_of_macos() -> None:
    files = {name.replace("/", "\\"): data for name, data in folders(3, ("a", "b")).items()}
    assert read(zipped(files)).classes == ("a", "b")
    data = zipped(folders(3, ("Käfer", "Ämse")))
    assert read(data).classes == ("Käfer", "Ämse")
    assert read(patched(patched(data, LOCAL, 6, "<H", 0), ENTRY, 8, "<H", 0)).classes == ("Käfer", "Ämse")


def test_classes_stand_in_the_order_people_expect() -> None:
    assert read(zipped(folders(3, ("class 10", "Class 2", "class 1")))).classes == ("class 1", "Class 2", "class 10")


def test_names_of_classes_are_short_and_printable_and_stay_distinct() -> None:
    long = "x" * 100
    found = read(zipped(folders(3, (f"{long}1", f"{long}2", "a\x1b[31m\u202eb"))))
    assert len(set(found.classes)) == 3
    assert all(len(name) <= 40 and name.isprintable() for name in found.classes)
    assert found.classes[0] == "a [31m b"


def test_what_is_no_picture_is_left_out_and_counted() -> None:
    bad = {"cats/notes.txt": b"hello", "cats/broken.png": picture()[:60], "dogs/inner.zip": zipped(folders(3))}
    found = read(zipped(folders(4) | bad))
    assert len(found) == 8
    assert found.notes[0].startswith("3 files were left out, not readable as pictures; the first is “notes.txt”")


def test_pictures_outside_folders_and_files_beside_them() -> None:
    found = read(zipped(folders(3) | {"cover.png": picture(7), "readme.md": b"x", "docs/readme.txt": b"x"}))
    assert found.classes == ("cats", "dogs")
    assert "1 picture lies outside the folders of classes: left out." in found.notes
    assert "1 folder holds no pictures: left out." in found.notes


@pytest.mark.parametrize("empty", [[("birds/", b"")], [("birds/0.png", b"no picture"), ("birds/1.jpg", b"")]])
def test_an_empty_class_is_left_out_with_a_sentence(empty: list[tuple[str, bytes]]) -> None:
    found = read(zipped([*folders(3).items(), *empty]))
    assert found.classes == ("cats", "dogs")
    assert "The class “birds” is left out: it has no picture that can be read." in found.notes


def test_one_class_only() -> None:
    assert "one class only, “cats”" in refusal(zipped(folders(9, ("cats",))))
    assert "one class only, “cats”" in refusal(zipped(folders(9, ("cats",), top="train/")))


def test_too_few_pictures_in_a_class() -> None:
    sentence = refusal(zipped(folders(3, ("cats",)) | folders(2, ("dogs",))))
    assert "“dogs” has 2 pictures; at least 3 are needed" in sentence


def test_a_class_without_training_pictures() -> None:
    files = folders(3, top="train/") | folders(3, ("cats", "birds"), top="val/", start=500)
    assert "“birds” has no training picture" in refusal(zipped(files))


def test_too_many_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.transfer.data.image_set_builder.MOST_CLASSES", 4)
    assert "There are 5 classes; at most 4" in refusal(zipped(folders(3, "abcde")))


def test_nothing_of_use() -> None:
    assert "no folders of pictures" in refusal(zipped({}))
    assert "no folders of pictures" in refusal(zipped({"a.png": picture(1), "b.png": picture(2)}))
    assert "no picture that can be read" in refusal(zipped({"cats/a.txt": b"x", "dogs/b.txt": b"y"}))


def test_no_zip_at_all() -> None:
    assert "empty (0 bytes)" in refusal(b"")
    assert "not a zip file" in refusal(picture())
    assert "not a zip file" in refusal(b"PK")
    assert "at most 64 MB" in refusal(bytes(65 * 2**20))


def test_a_truncated_zip_at_any_place() -> None:
    data = zipped(folders(3))
    for end in range(4, len(data), 97):
        assert "cut short" in refusal(data[:end])


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "cats/../../x.png", "/etc/passwd", "C:\\Windows\\x.png", "..\\x.png", "//host/x.png"]
)
def test_a_name_that_points_outside(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "points outside" in refusal(zipped([*folders(3).items(), (name, picture(9))]))
    assert list(tmp_path.iterdir()) == []


def test_a_symbolic_link_is_no_picture() -> None:
    link = zipfile.ZipInfo("cats/link.png")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    found = read(zipped([*folders(3).items(), (link, b"/etc/passwd")]))
    assert "“link.png”: It is a link to another file." in found.notes[0]
    assert len(found) == 6


def test_ten_thousand_entries() -> None:
    files = [(f"cats/{number}.png", b"") for number in range(10_000)]
    assert "10,000 files and folders; at most 5,000" in refusal(zipped(files, zipfile.ZIP_STORED))


def _many_entries(count: int, told: int) -> bytes:
    """A zip that is hardly more than a list of files, and tells another number of them than it has."""
    entry = struct.pack("<4s6H3I5H2I", ENTRY, 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"x"
    listed = entry * count
    return listed + struct.pack("<4s4H2IH", END, 0, 0, told, told, len(listed), 0, 0)


@pytest.mark.parametrize("told", [1, 65_535])
def test_millions_of_empty_entries_cost_nothing(told: int) -> None:
    data = _many_entries(1_000_000, told)
    tracemalloc.start()
    sentence = refusal(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "1,000,000 files" in sentence or "Zip64" in sentence
    assert peak < 2_000_000  # the library's list would have taken hundreds of megabytes


def test_an_end_hidden_in_the_end() -> None:
    """The last bytes are the library's end record: one inside its fields must not be taken for it."""
    data = _many_entries(20_000, 1)
    hidden = bytearray(data)
    hidden[-6:-2] = END  # the offset of the list
    assert refusal(bytes(hidden))


def test_zip64_and_several_parts() -> None:
    data = zipped(folders(3))
    assert "Zip64" in refusal(patched(data, END, 10, "<H", 2**16 - 1))
    assert "Zip64" in refusal(patched(data, END, 16, "<I", 2**32 - 1))
    end = data.rindex(END)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, 0, 1)
    assert "Zip64" in refusal(data[:end] + locator + data[end:])
    assert "several parts" in refusal(patched(data, END, 4, "<H", 1))


def test_a_bomb_that_says_how_large_it_is() -> None:
    data = patched(zipped(folders(10)), ENTRY, 24, "<I", 15 * 2**20)
    assert "unpacks to 300 MB; at most 256 MB" in refusal(data)


def test_a_bomb_that_lies_about_its_size() -> None:
    """What it says is what is unpacked, and no more; then the checksum is wrong."""
    bomb = zipped({"cats/bomb.png": bytes(30 * 2**20)})
    small = patched(patched(bomb, LOCAL, 22, "<I", 100), ENTRY, 24, "<I", 100)
    with zipfile.ZipFile(io.BytesIO(small)) as archive:
        tracemalloc.start()
        with pytest.raises(UserError, match="damaged"):
            zip_checks.read(archive, archive.infolist()[0])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 2 * 2**20


def test_one_file_too_large_for_a_picture() -> None:
    found = read(zipped(folders(3) | {"cats/big.png": bytes(21 * 2**20)}))
    assert "It has 21 MB; a picture can have at most 20 MB." in found.notes[0]


def test_a_picture_that_is_a_bomb_itself() -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    found = read(zipped(folders(3) | {"cats/bomb.png": b"\x89PNG\r\n\x1a\n" + chunk}))
    assert len(found) == 6
    assert "“bomb.png”" in found.notes[0]


def test_pictures_with_too_many_pixels_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.transfer.data.image_set_builder.MOST_PIXELS", 500)
    assert "pixels together" in refusal(zipped(folders(3)))


def test_passwords_and_unusual_methods() -> None:
    data = zipped(folders(3))
    assert "password" in refusal(patched(patched(data, LOCAL, 6, "<H", 1), ENTRY, 8, "<H", 1))
    for method, name in ((14, "LZMA"), (9, "Deflate64"), (77, "number 77")):
        assert name in refusal(patched(patched(data, LOCAL, 8, "<H", method), ENTRY, 10, "<H", method))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_twice() -> None:
    found = read(zipped([*folders(3).items(), ("cats/0.png", picture(77))]))
    assert len(found) == 6
    assert "1 file has the name of one before: left out." in found.notes


def test_damaged_bytes_inside() -> None:
    data = bytearray(zipped(folders(4), zipfile.ZIP_STORED))
    data[data.index(b"IDAT") + 20] ^= 0xFF
    assert "“0.png”: It is damaged in the zip." in read(bytes(data)).notes[0]


def test_copies_in_two_parts_are_told() -> None:
    files = folders(4, top="train/") | folders(1, top="test/")
    assert "2 validation or test pictures are exact copies of training pictures" in " ".join(read(zipped(files)).notes)


def test_a_picture_in_two_classes_is_told() -> None:
    files = folders(4) | {"dogs/copy.png": picture(0)}
    notes = " ".join(read(zipped(files)).notes)
    assert "1 picture stands in two classes, the first in “cats” and “dogs”" in notes
    assert "two classes" not in " ".join(read(zipped(folders(4) | {"cats/copy.png": picture(0)})).notes)


@pytest.mark.parametrize(
    "rubbish", ["@eaDir", "@EADIR", "$RECYCLE.BIN", "System Volume Information", "lost+found", "#recycle"]
)
@pytest.mark.parametrize(
    "deep", ["cats/{}/0.png/SYNOPHOTO_THUMB_M.jpg", "{}/1.jpg", "{}/cats/1.jpg", "dogs/{}/a/b.png"]
)
def test_what_network_drives_keep_is_left_out_and_counted(rubbish: str, deep: str) -> None:
    found = read(zipped(folders(5) | {deep.format(rubbish): picture(900)}))
    assert found.classes == ("cats", "dogs")
    assert len(found) == 10
    assert found.notes == ("1 picture lies in folders that systems keep for themselves: left out.",)


@examples(30, fixed=False)
@given(
    st.sampled_from(["", "around/", "train/", "my_train/my_train/"]),
    st.lists(
        st.tuples(st.sampled_from(["", "cats/", "dogs/0.png/"]), st.sampled_from(sorted(FOLDERS | FILES))), max_size=5
    ),
)
def test_whatever_systems_leave_the_set_is_the_same(top: str, left: list[tuple[str, str]]) -> None:
    files = folders(3, top=top)
    rubbish = {
        f"{top}{where}{name}/x.jpg" if name in FOLDERS else f"{top}{where}{name}": picture(99) for where, name in left
    }
    assert read(zipped(files | rubbish)).digest == read(zipped(files)).digest


def raw(seed: int) -> bytes:
    """A camera's raw file that a reader of TIFF takes for its preview."""
    pixels = np.full((8, 8), seed, np.uint16)
    return grey_tiff(pixels, (50706, 1, 4, b"\1\4\0\0"), bits=16)


@pytest.mark.parametrize("ending", ["tif", "TIF", "dng", "nef"])
def test_a_raw_file_beside_its_picture_is_left_out(ending: str) -> None:
    files = folders(4) | {f"cats/{number}.{ending}": raw(number) for number in range(4)}
    found = read(zipped(files))
    assert found.counts().sum(1).tolist() == [4, 4]
    assert found.notes == ("4 camera raw files lie beside a picture of the same name: left out.",)
    alone = read(zipped(folders(4) | {f"cats/x.{ending}": raw(1)}))
    assert len(alone) == 8
    assert f"“x.{ending}”: This is a camera raw file" in alone.notes[0]


def test_a_tiff_beside_a_picture_of_its_name_is_a_picture() -> None:
    assert len(read(zipped(folders(4) | {"cats/0.tif": picture(900, form="TIFF")}))) == 9


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("a.jpg", b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n", "Git LFS pointer"),
        ("a.jpg", b"<!DOCTYPE html><html></html>", "web page"),
        ("a.heic", b"\0\0\0\x18ftypheic" + bytes(40), "HEIC"),
        ("a.png", b"\0\0\0\x18ftypmp42" + bytes(40), "video"),
        ("a.mov", b"\0\0\0\x14ftypqt  " + bytes(40), "video"),
        ("a.tif", b"II+\0\x08\0\0\0" + bytes(40), "BigTIFF"),
    ],
)
def test_what_is_left_out_is_called_what_it_is(name: str, data: bytes, word: str) -> None:
    note = read(zipped(folders(4) | {f"cats/{name}": data})).notes[0]
    assert note.startswith("1 file was left out")
    assert word in note


def test_where_nothing_can_be_read_it_is_said_why() -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n"
    files = {f"{name}/{number}.jpg": pointer for name in ("cats", "dogs") for number in range(4)}
    sentence = refusal(zipped(files))
    assert "no picture that can be read" in sentence
    assert "“0.jpg”: This is a Git LFS pointer" in sentence


def test_each_reason_is_told_with_how_many() -> None:
    bad = {f"cats/{number}.heic": b"\0\0\0\x18ftypheic" + bytes(40) for number in range(3)}
    bad |= {"cats/x.jpg": b"<html></html>", "dogs/cut.png": picture()[:60], "dogs/cut2.png": picture()[:80]}
    notes = read(zipped(folders(4) | bad)).notes
    assert notes[0].startswith("6 files were left out, not readable as pictures; the first is “0.heic”: This is a HEIC")
    assert notes[1].startswith("1 of them as “x.jpg”: This is a web page")
    assert notes[2].startswith("2 of them as “cut.png”: This PNG file of 60 bytes is damaged")


@pytest.mark.parametrize("table", ["train.csv", "data/labels.xlsx", "data/annotations.json"])
def test_classes_in_a_table_are_not_read_and_that_is_said(table: str) -> None:
    files = {f"data/images/{number}.png": picture(number) for number in range(6)}
    assert f"their classes perhaps in “{table.rpartition('/')[2]}”" in refusal(zipped(files | {table: b"id,label"}))
    assert read(zipped(folders(4) | {table: b"id,label"})).classes == ("cats", "dogs")


def test_a_class_in_both_forms_of_unicode_is_one() -> None:
    nfc, nfd = "m\u00e8o", "me\u0300o"
    found = read(zipped(folders(3, (nfc, "dog")) | folders(2, (nfd,), start=500)))
    assert found.classes == ("dog", nfc)
    assert found.counts().sum(1).tolist() == [3, 5]
    files = folders(3, (nfc, "dog"), top="train/") | folders(2, (nfd, "dog"), top="test/", start=500)
    assert read(zipped(files)).counts()[1].tolist() == [2, 1, 2]


def test_no_zip_but_what() -> None:
    assert "This is not a zip file but a Git LFS pointer" in refusal(b"version https://git-lfs.github.com/spec/v1\n")
    assert "but a web page" in refusal(b"<html><body>Log in</body></html>")
    assert "but a packed archive" in refusal(b"Rar!\x1a\x07\x01\0" + bytes(90))


def test_parts_and_classes_can_be_said_otherwise() -> None:
    files = folders(4, ("cats", "dogs", "junk"), top="a_train/") | folders(4, top="a_test/", start=500)
    data = zipped(files | {"a_pred/x.png": picture(999)})
    look = look_at_archive(data, silent)
    assert len(look.groups) == 6
    changed = {
        "a_train/junk": {"part": None},
        "a_test/cats": {"part": Split.TRAIN, "label": "lions"},
        "a_pred": {"part": Split.TEST, "label": "dogs"},
    }
    groups = [replace(group, **changed.get(group.where, {})) for group in look.groups]
    found = read_archive(data, "x", silent, groups)
    assert found.classes == ("cats", "dogs", "lions")
    assert found.counts().sum(1).tolist() == [4, 9, 4]
    assert found.counts()[1].tolist() == [3, 1, 5]
    assert "4 pictures lie in “a_train/junk”: left out." in found.notes
    same = read_archive(data, "x", silent, look.groups)
    assert same.digest == read(data).digest
    assert same.notes == read(data).notes
    with pytest.raises(ValueError, match="a group for each"):
        read_archive(data, "x", silent, groups[:2])
    nothing = [replace(group, part=None) for group in look.groups]
    with pytest.raises(UserError, match="no folders of pictures"):
        read_archive(data, "x", silent, nothing)


def test_classes_in_names_of_files_are_read() -> None:
    files = {
        f"train/{label}.{n}.jpg": picture(50 * at + n) for at, label in enumerate(("cat", "dog")) for n in range(5)
    }
    found = read(zipped(files | {f"test1/{n}.jpg": picture(500 + n) for n in range(3)}))
    assert found.classes == ("cat", "dog")
    assert found.counts().tolist() == [[3, 1, 1], [3, 1, 1]]
    assert "called after their classes" in found.story
    assert "3 pictures lie in “test1”: left out." in found.notes


def test_it_tells_how_far_it_is_and_stops_when_asked() -> None:
    said: list[tuple[float, str]] = []
    read_archive(zipped(folders(3)), "x", lambda fraction, text: said.append((fraction, text)))
    assert [fraction for fraction, _ in said] == sorted(fraction for fraction, _ in said)
    assert any("picture 4 of 6" in text for _, text in said)

    def stop(fraction: float, _: str) -> None:
        if fraction > 0.4:
            raise Cancelled

    with pytest.raises(Cancelled):
        read_archive(zipped(folders(3)), "x", stop)


def test_the_digest_follows_the_pictures_and_not_the_packing() -> None:
    one, other = folders(3), folders(3)
    other["cats/0.png"] = picture(999)
    assert read(zipped(one)).digest == read(zipped(one, zipfile.ZIP_STORED)).digest
    assert read(zipped(one)).digest != read(zipped(other)).digest


@examples(60, fixed=False)
@given(st.data())
def test_no_bytes_raise_anything_but_a_sentence(data: st.DataObject) -> None:
    good = bytearray(zipped(folders(3)))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(good) - 1))
        good[place] = data.draw(st.integers(0, 255))
    with suppress(UserError):  # anything else fails the test
        assert len(read(bytes(good)).classes) >= 2


def test_a_set_of_photographs_if_there_is_one() -> None:
    path = Path(__file__).parents[5] / "shared/data/ants-bees.zip"
    if not path.is_file():
        pytest.skip("shared/data/ants-bees.zip is not on this machine")
    found = read(path.read_bytes())
    assert found.classes == ("ants", "bees")
    assert found.counts().sum(0).tolist() == [196, 49, 153]


def in_bytes(names: Sequence[bytes], extra: Sequence[bytes] = ()) -> bytes:
    """A zip whose names are these bytes, of an alphabet that it does not tell."""
    files = []
    for number, name in enumerate(names):
        info = zipfile.ZipInfo(f"{number:02}".ljust(len(name), "~"))
        info.extra = extra[number] if extra else b""
        files.append((info, picture(number)))
    data = zipped(files)
    for number, name in enumerate(names):
        data = data.replace(f"{number:02}".ljust(len(name), "~").encode(), name)
    return data


ALPHABETS = [
    ("cp1252", ("Küche", "Bär")), ("cp850", ("Küche", "Bär")), ("cp1258", ("chó", "là")),
    ("shift-jis", ("猫猫", "犬犬")),
    ("gbk", ("猫猫", "狗狗")), ("cp866", ("кошка", "собака")), ("euc-kr", ("고양이", "강아지")),
]  # fmt: skip


@pytest.mark.parametrize(("alphabet", "classes"), ALPHABETS)
def test_an_alphabet_that_the_zip_does_not_tell_is_a_doubt(alphabet: str, classes: tuple[str, str]) -> None:
    data = in_bytes([f"{name}/{number}.png".encode(alphabet) for name in classes for number in range(3)])
    assert any("does not say how its names are encoded" in doubt for doubt in look_at_archive(data, silent).doubts)


@pytest.mark.parametrize("classes", [("Küche", "Bär"), ("cats", "dogs"), ("猫猫", "犬犬")])
def test_utf8_that_is_not_told_is_no_doubt(classes: tuple[str, str]) -> None:
    data = in_bytes([f"{name}/{number}.png".encode() for name in classes for number in range(3)])
    assert look_at_archive(data, silent).doubts == ()
    assert set(read_archive(data, "a", silent).classes) == set(classes)


@pytest.mark.parametrize(("alphabet", "classes"), ALPHABETS)
def test_a_name_that_stands_beside_in_unicode_counts(alphabet: str, classes: tuple[str, str]) -> None:
    names = [f"{name}/{number}.png" for name in classes for number in range(3)]
    fields = [b"\1" + zlib.crc32(name.encode(alphabet)).to_bytes(4, "little") + name.encode() for name in names]
    extra = [struct.pack("<HH", 0x7075, len(field)) + field for field in fields]
    data = in_bytes([name.encode(alphabet) for name in names], extra)
    assert look_at_archive(data, silent).doubts == ()
    assert set(read_archive(data, "a", silent).classes) == set(classes)


@pytest.mark.parametrize("field", [b"", b"\1", b"\1abcdx/1.png", b"\2" + bytes(9), b"\1" + bytes(4) + b"\xff"])
def test_a_name_beside_that_does_not_belong_is_not_used(field: bytes) -> None:
    extra = [struct.pack("<HH", 0x7075, len(field)) + field] * 6
    data = in_bytes([f"{name}/{number}.png".encode() for name in ("cats", "dogs") for number in range(3)], extra)
    assert read_archive(data, "a", silent).classes == ("cats", "dogs")


@pytest.mark.parametrize("name", ["train.zip", "archive/Data.ZIP", "x/y.tar.gz", "cats.7z", "dogs.rar"])
def test_archives_in_the_zip_are_named(name: str) -> None:
    assert "is packed itself" in refusal(zipped({name: b"PK\3\4", "readme.txt": b"x"}))
    assert read(zipped({**folders(), name: b"PK\3\4"})).classes == ("cats", "dogs")


@pytest.mark.parametrize("table", ["labels.csv", "train/_classes.csv", "annotations/all.jsonl", "Labels.XLSX"])
@pytest.mark.parametrize("tops", [("",), ("images/",), ("train/", "test/"), ("a/train/", "a/valid/")])
def test_classes_that_are_perhaps_in_a_table(table: str, tops: tuple[str, ...]) -> None:
    files = {f"{top}{number:05}.png": picture(number) for top in tops for number in range(5)}
    sentence = refusal(zipped({**files, table: b"name,label"}))
    assert f"“{table.rpartition('/')[2]}”, which is not read" in sentence
