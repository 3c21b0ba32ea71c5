"""Parquet files in the image layout: what they give, and what each kind of bad one is told."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.images import decode
from core.jobs import Cancelled
from core.transfer.data import parquet as parquet_module
from core.transfer.data import parquet_checks
from core.transfer.data.image_set import ImageSet
from core.transfer.data.parquet import read_parquet
from tests.core.transfer.data.made import folders, label, parquet, picture, silent, structs, zipped
from tests.examples import examples

PICTURES = [picture(number) for number in range(8)]
LABELS = [0, 1] * 4


def read(data: bytes) -> ImageSet:
    return read_parquet(data, "mine.parquet", silent)


def refusal(data: bytes) -> str:
    with pytest.raises(UserError) as caught:
        read(data)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 250
    return sentence


def test_the_layout_of_cifar10() -> None:
    found = read(
        parquet({"img": structs(PICTURES), "label": LABELS}, {"img": {"_type": "Image"}, "label": label("cat", "dog")})
    )
    assert found.classes == ("cat", "dog")
    assert found.counts().tolist() == [[2, 1, 1], [2, 1, 1]]
    assert found.names[3] == "3.png"
    assert found.own
    assert found.notes == ()
    assert found.second is None


def test_a_second_label() -> None:
    columns = {"img": structs(PICTURES), "coarse_label": [0, 0, 1, 1] * 2, "fine_label": LABELS, "id": list(range(8))}
    features = {"fine_label": label("a", "b"), "coarse_label": label("x", "y")}
    found = read(parquet(columns, features))
    assert found.classes == ("a", "b")
    assert found.second is not None
    assert (found.second.name, found.second.classes) == ("coarse_label", ("x", "y"))
    assert found.second.labels.tolist() == [0, 0, 1, 1] * 2
    other = read(parquet({**columns, "coarse_label": [0, 1, 0, 1] * 2}, features))
    assert other.digest != found.digest


def test_a_column_of_numbers_is_no_second_label() -> None:
    assert read(parquet({"img": structs(PICTURES), "label": LABELS, "width": list(range(8))})).second is None
    assert read(parquet({"img": structs(PICTURES), "label": LABELS, "label2": [1] * 8})).second is None


@pytest.mark.parametrize(
    "metadata", [b"", b"no json", b"[" * 100_000, b'{"info": []}', b'{"info": {"features": {"label": {"names": [1]}}}}']
)
def test_without_names_classes_are_numbers(metadata: bytes) -> None:
    table = pa.table({"image": structs(PICTURES), "label": [7, -3] * 4}).replace_schema_metadata(
        {b"huggingface": metadata}
    )
    file = io.BytesIO()
    pq.write_table(table, file)
    found = read(file.getvalue())
    assert found.classes == ("-3", "7")
    assert found.labels.tolist() == [1, 0] * 4
    assert "called by their numbers" in found.notes[0]


def test_names_as_older_files_have_them() -> None:
    features = {"label": {"_type": "ClassLabel", "names": {"1": "dog", "0": "cat"}}}
    assert read(parquet({"img": structs(PICTURES), "label": LABELS}, features)).classes == ("cat", "dog")


def test_names_by_strangers_are_cleaned() -> None:
    found = read(
        parquet({"img": structs(PICTURES), "label": LABELS}, {"label": label("a\0\n" + "b" * 900, "[x](http://y)")})
    )
    assert found.classes[0].startswith("a b")
    assert all(len(name) <= 40 for name in found.classes)


def test_of_several_columns_of_pictures_the_named_one_is_taken() -> None:
    columns = {"mask": structs([picture(50 + n) for n in range(8)]), "img": structs(PICTURES), "label": LABELS}
    found = read(parquet(columns, {"img": {"_type": "Image"}, "label": label("a", "b")}))
    plain = read(parquet({"img": structs(PICTURES), "label": LABELS}, {"label": label("a", "b")}))
    assert found.digest == plain.digest
    assert "“img” is used" in found.notes[0]


def test_rows_without_picture_or_label_are_left_out() -> None:
    pictures = structs([*PICTURES, None, b"no picture", PICTURES[0], PICTURES[1], PICTURES[2]])
    found = read(parquet({"img": pictures, "label": [*LABELS, 0, 1, -1, None, 9]}, {"label": label("a", "b")}))
    assert len(found) == 8
    assert found.notes[0].startswith("5 rows were left out")
    missing = pa.array([None] * 8, pa.struct([("bytes", pa.binary()), ("path", pa.string())]))
    assert "no picture that can be read" in refusal(parquet({"img": missing, "label": LABELS}))


def test_labels_of_every_size_and_pictures_of_every_kind_of_column() -> None:
    large = pa.StructArray.from_arrays(
        [pa.array(PICTURES, pa.large_binary()), pa.array(["a/b\\\\c.png"] * 8, pa.large_string())], ["bytes", "path"]
    )
    labels = pa.array([2**64 - 1, 5, 3, 5, 3, 5, 3, 3], pa.uint64())
    found = read(parquet({"img": large, "label": labels}))
    assert found.classes == ("3", "5")
    assert found.names[0] == "c.png"
    assert "Its label is 18,446,744,073,709,551,615." in found.notes[0]
    for kind in (pa.int8(), pa.uint16(), pa.int32()):
        assert len(read(parquet({"img": large, "label": pa.array(LABELS, kind)}))) == 8


def small(seed: int) -> bytes:
    return picture(seed, (4, 4))


MANY = [small(number) for number in range(300)]
FLOWERS = [("rose", "tulip", "aster")[number % 3] for number in range(300)]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"row_group_size": 1},
        {"row_group_size": 7},
        {"row_group_size": 100},
        {"row_group_size": 256},
        {"row_group_size": 100, "use_dictionary": False},
        {"row_group_size": 100, "dictionary_pagesize_limit": 2_000},  # falls back in the middle of a group
        {"row_group_size": 90, "data_page_version": "2.0", "data_page_size": 900},
        {"use_dictionary": False, "column_encoding": {"img.bytes": "DELTA_BYTE_ARRAY"}},
        {"use_dictionary": False, "column_encoding": {"img.bytes": "DELTA_LENGTH_BYTE_ARRAY"}, "row_group_size": 110},
        {"use_dictionary": False, "column_encoding": "DELTA_BYTE_ARRAY", "row_group_size": 110},
        {"version": "1.0", "compression": "gzip"},
        {"store_schema": False, "compression": "lz4", "row_group_size": 33},
    ],
    ids=str,
)
def test_however_a_writer_lays_it_out_it_is_the_same_set(options: dict[str, Any]) -> None:
    text = options.get("column_encoding") == "DELTA_BYTE_ARRAY"
    labels: list[Any] = FLOWERS if text else [number % 3 for number in range(300)]
    options = {**options}
    if text:
        options["column_encoding"] = {"img.bytes": "DELTA_BYTE_ARRAY", "img.path": "DELTA_BYTE_ARRAY", "label": "PLAIN"}
    found = read(parquet({"img": structs(MANY), "label": labels}, **options))
    assert found.digest == read(parquet({"img": structs(MANY), "label": labels})).digest
    first = decode(MANY[7])
    assert np.array_equal(found.images[7].permute(1, 2, 0).numpy(), np.asarray(first))
    assert found.names[299] == "299.png"


def columns_of_pictures() -> dict[str, Any]:
    kinds = {str(kind): pa.array(MANY, kind) for kind in (pa.binary(), pa.large_binary(), pa.binary_view())}
    kinds["dictionary"] = pa.array(MANY).dictionary_encode()
    inside = {f"struct of {name}": pa.StructArray.from_arrays([column], ["bytes"]) for name, column in kinds.items()}
    inside["struct with another name"] = pa.StructArray.from_arrays([kinds["binary"], pa.array(FLOWERS)], ["data", "x"])
    paths = pa.array([f"x/{number}.png" for number in range(300)], pa.string_view())
    inside["struct with a view of a path"] = pa.StructArray.from_arrays(
        [kinds["binary_view"], paths], ["bytes", "path"]
    )
    return kinds | inside


@pytest.mark.parametrize("kind", columns_of_pictures())
@pytest.mark.parametrize("groups", [70, 1_000])
def test_pictures_in_any_kind_of_column(kind: str, groups: int) -> None:
    columns = {"image": columns_of_pictures()[kind], "label": FLOWERS}
    rows = 1_000 if "view" in kind and "struct" in kind else groups  # which the library reads but cannot cut
    found = read(parquet(columns, row_group_size=rows))
    assert found.counts().sum(1).tolist() == [100, 100, 100]
    assert np.array_equal(found.images[3].permute(1, 2, 0).numpy(), np.asarray(decode(MANY[3])))


LABELLED: dict[str, tuple[Any, tuple[str, ...]]] = {
    "texts": (FLOWERS, ("aster", "rose", "tulip")),
    "large texts": (pa.array(FLOWERS, pa.large_string()), ("aster", "rose", "tulip")),
    "views": (pa.array(FLOWERS, pa.string_view()), ("aster", "rose", "tulip")),
    "dictionary": (pa.array(FLOWERS).dictionary_encode(), ("aster", "rose", "tulip")),
    "dictionary of numbers": (pa.array([5, 6] * 150).dictionary_encode(), ("5", "6")),
    "truth values": ([True, False] * 150, ("False", "True")),
    "doubles": ([1.0, 0.0] * 150, ("0", "1")),
    "floats": (pa.array([10.0, 9.0] * 150, pa.float32()), ("9", "10")),
    "half floats": (pa.array(np.array([1, 0] * 150, np.float16)), ("0", "1")),
    "decimals": (pa.array([1, 0] * 150, pa.int64()).cast(pa.decimal128(21, 2)), ("0", "1")),
    "texts in bytes": (pa.array([text.encode() for text in FLOWERS]), ("aster", "rose", "tulip")),
    "bytes": (pa.array([1, 0] * 150, pa.uint8()), ("0", "1")),
    "numbers as texts": (["10", "9"] * 150, ("9", "10")),
    "both forms of Unicode": (["me\u0300o", "m\u00e8o", "cho\u0301"] * 100, ("ch\u00f3", "m\u00e8o")),
    "blanks around": (["cat", " cat ", "dog"] * 100, ("cat", "dog")),
}


@pytest.mark.parametrize("kind", LABELLED)
@pytest.mark.parametrize("name", ["label", "Labels", "class", "target", "fine_label", "Class Name", "labelText"])
def test_labels_of_any_kind_whatever_else_there_is(kind: str, name: str) -> None:
    labels, classes = LABELLED[kind]
    columns = {
        "__index_level_0__": list(range(300)),
        "width": [320, 480, 640] * 100,
        "image": structs(MANY),
        "id": list(range(300)),
        name: labels,
        "split": ["a", "b", "c"] * 100,
    }
    found = read(parquet(columns, row_group_size=128))
    assert found.classes == classes
    assert len(found) == 300
    assert not any("column" in note for note in found.notes), "it is no guess"


def test_a_label_that_is_no_whole_number_or_empty_leaves_its_row_out() -> None:
    labels = [0.0, 1.0] * 4 + [0.5, float("nan"), float("inf"), None]
    found = read(parquet({"img": structs([*PICTURES, *MANY[:4]]), "label": labels}))
    assert len(found) == 8
    assert "Its label is 0.5, no whole number." in found.notes[0]
    texts = ["a", "b"] * 4 + ["", "  ", None, "x" * 9_999]
    assert len(read(parquet({"img": structs([*PICTURES, *MANY[:4]]), "label": texts}))) == 8


def test_truth_values_can_be_numbers_of_names() -> None:
    features = {"label": label("no", "yes")}
    assert read(parquet({"img": structs(PICTURES), "label": [False, True] * 4}, features)).classes == ("no", "yes")
    found = read(parquet({"img": structs(PICTURES), "label": ["b", "a"] * 4}, features))
    assert found.classes == ("a", "b"), "texts speak for themselves"


def test_a_named_class_in_both_forms_of_unicode_is_one() -> None:
    names = label("m\u00e8o", "cho\u0301", "me\u0300o")
    found = read(parquet({"img": structs(MANY[:12]), "label": [0, 1, 2] * 4}, {"label": names}))
    assert found.counts().sum(1).tolist() == [8, 4]
    assert "is left out" not in " ".join(found.notes)


def test_a_guess_is_said() -> None:
    found = read(parquet({"image": structs(PICTURES), "width": [3, 4] * 4, "animal": ["cat", "dog"] * 4}))
    assert found.classes == ("cat", "dog")
    assert found.notes == ("The classes are read from the column “animal”.",)
    truth = read(parquet({"image": structs(PICTURES), "width": [3, 4] * 4, "smiles": [True, False] * 4}))
    assert truth.notes == ("The classes are read from the column “smiles”.",)


def test_the_columns_can_be_named() -> None:
    columns = {"image": structs(PICTURES), "other": [small(n) for n in range(8)], "label": LABELS, "width": [3, 4] * 4}
    data = parquet(columns)
    assert read_parquet(data, "x", silent, label="width").classes == ("3", "4")
    other = read_parquet(data, "x", silent, image="other", label="label")
    assert other.side == 4
    assert read_parquet(data, "x", silent, image="gone", label="gone").digest == read(data).digest


def test_the_same_labels_by_other_names_are_no_second_label() -> None:
    columns = {"img": structs(PICTURES), "label": LABELS, "label_text": ["no", "yes"] * 4}
    assert read(parquet(columns)).second is None
    assert read(parquet({**columns, "label_text": ["x", "x", "y", "y"] * 2})).second is not None


def test_all_labels_out_of_range() -> None:
    features = {"label": label("a", "b")}
    assert "no picture that can be read" in refusal(parquet({"img": structs(PICTURES), "label": [5] * 8}, features))


def test_a_file_without_what_is_needed() -> None:
    assert "no column of pictures" in refusal(parquet({"text": ["a"], "label": [0]}))
    assert "no column of pictures" in refusal(parquet({"img": pa.array([{"path": "a"}]), "label": [0]}))
    assert "no column of labels" in refusal(parquet({"img": structs(PICTURES), "boxes": [[1.0]] * 8}))
    assert "“labels” of the Parquet file holds several labels of a picture" in refusal(
        parquet({"img": structs(PICTURES), "labels": [[1, 2]] * 8})
    )
    assert "no column of labels" in refusal(parquet({"img": structs(PICTURES), "__index_level_0__": LABELS}))
    assert "one class only" in refusal(parquet({"img": structs(PICTURES), "label": [0] * 8}))
    assert "“b” has 1 picture; at least 3" in refusal(
        parquet({"img": structs(PICTURES), "label": [0] * 7 + [1]}, {"label": label("a", "b")})
    )
    assert "has no rows" in refusal(
        parquet({"img": structs([]), "label": pa.array([], pa.int64())}, {"label": label("a", "b")})
    )
    assert "has a dot" in refusal(parquet({"img.x": structs(PICTURES), "label": LABELS}))
    twice = pa.Table.from_arrays([structs(PICTURES), pa.array(LABELS), pa.array(LABELS)], ["img", "label", "label"])
    file = io.BytesIO()
    pq.write_table(twice, file)
    assert "two columns of one name" in refusal(file.getvalue())


def test_no_parquet_file_at_all() -> None:
    assert "empty (0 bytes)" in refusal(b"")
    for data in (b"PAR1", b"PAR1" + bytes(100) + b"PAR1", picture(), zipped(folders(3)), bytes(1_000)):
        assert "not a Parquet file" in refusal(data)
    assert "at most 64 MB" in refusal(bytes(65 * 2**20))


def test_too_many_classes_and_rows() -> None:
    names = label(*(f"c{number}" for number in range(201)))
    assert "201 classes" in refusal(parquet({"img": structs(PICTURES), "label": LABELS}, {"label": names}))
    few = structs([picture(n, (2, 2)) for n in range(603)])
    assert "201 classes" in refusal(parquet({"img": few, "label": [n // 3 for n in range(603)]}))
    many = pa.DictionaryArray.from_arrays(pa.array(np.zeros(100_000, np.int32)), pa.array([PICTURES[0]]))
    column = pa.StructArray.from_arrays([many], ["bytes"])
    data = parquet({"img": column, "label": np.zeros(100_000, np.int64)}, store_schema=False)
    assert "100,000 pictures are too many" in refusal(data)


def test_one_large_value_that_thousands_of_rows_point_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is copied for a few rows at a time, and not for long."""
    monkeypatch.setattr(parquet_module, "MOST_BYTES", 2**30)
    many = pa.DictionaryArray.from_arrays(pa.array(np.zeros(1_000, np.int32)), pa.array([bytes(21 * 2**20)]))
    column = pa.StructArray.from_arrays([many], ["bytes"])
    data = parquet({"img": column, "label": np.arange(1_000) % 2}, store_schema=False, compression="zstd")
    assert len(data) < 100_000
    before = pa.total_allocated_bytes()
    tracemalloc.start()
    assert "more than 1 GB together" in refusal(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * 2**20
    assert pa.total_allocated_bytes() - before < 200 * 2**20


def test_columns_that_unpack_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_checks, "MAX_UNPACKED", 2 * 2**20)
    pictures = structs([bytes([number]) * 2**20 for number in range(3)])
    data = parquet({"img": pictures, "label": [0] * 3}, compression="zstd", use_dictionary=False)
    assert len(data) < 2**16
    assert "unpacks to 3 MB; at most 2 MB" in refusal(data)


def test_pages_that_unpack_to_more_than_the_file_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the description at the end is honest to begin with; here it is made to say little."""
    monkeypatch.setattr(parquet_checks, "MAX_UNPACKED", 2 * 2**20)
    data = parquet({"img": structs([bytes(3 * 2**20)] * 3), "label": [0] * 3}, compression="zstd")
    honest = pq.ParquetFile(io.BytesIO(data)).metadata.row_group(0).column(0).total_uncompressed_size
    told, small = _number(honest), _number(64)
    end = int.from_bytes(data[-8:-4], "little")
    description = data[-8 - end : -8].replace(told, small)
    lying = data[: -8 - end] + description + len(description).to_bytes(4, "little") + b"PAR1"
    assert pq.ParquetFile(io.BytesIO(lying)).metadata.row_group(0).column(0).total_uncompressed_size == 64
    assert "unpacks to 3 MB; at most 2 MB" in refusal(lying)


def _number(value: int) -> bytes:
    """As Thrift writes it."""
    value, found = value << 1, bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def test_a_description_that_is_too_long_or_too_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    data = parquet({"img": structs(PICTURES), "label": LABELS, **{f"c{number}": LABELS for number in range(20)}})
    monkeypatch.setattr(parquet_checks, "MOST_COLUMNS", 10)
    assert "more than 10 columns" in refusal(data)
    monkeypatch.setattr(parquet_checks, "MAX_DESCRIPTION", 100)
    assert "says more of itself" in refusal(data)


def test_a_picture_that_is_a_bomb_itself() -> None:
    header = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header)) + b"\0\0\0\0IDAT"
    )
    found = read(parquet({"img": structs([*PICTURES, bomb]), "label": [*LABELS, 0]}))
    assert len(found) == 8
    assert "megapixels" in found.notes[0]


def test_a_truncated_file() -> None:
    data = parquet({"img": structs(PICTURES), "label": LABELS})
    for end in range(4, len(data), 211):
        assert "not a Parquet file" in refusal(data[:end])


def test_damaged_pages() -> None:
    data = bytearray(parquet({"img": structs(PICTURES), "label": LABELS}, compression="zstd"))
    data[4:60] = bytes(56)
    assert "damaged" in refusal(bytes(data))


def test_it_tells_how_far_it_is_and_stops_when_asked() -> None:
    data = parquet({"img": structs(PICTURES * 60), "label": LABELS * 60})
    said: list[str] = []
    read_parquet(data, "x", lambda _, text: said.append(text))
    assert "picture 257 of 480" in said

    def stop(fraction: float, _: str) -> None:
        if fraction > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        read_parquet(data, "x", stop)


@examples(60, fixed=False)
@given(st.data())
def test_no_bytes_raise_anything_but_a_sentence(data: st.DataObject) -> None:
    good = bytearray(parquet({"img": structs(PICTURES), "label": LABELS}, {"label": label("a", "b")}))
    for _ in range(data.draw(st.integers(1, 4))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    with suppress(UserError):  # anything else fails the test
        assert len(read(bytes(good)).classes) >= 2


def test_cifar10_if_it_is_there() -> None:
    path = Path(__file__).parents[5] / "shared/data/cifar10-test.parquet"
    if not path.is_file():
        pytest.skip("shared/data/cifar10-test.parquet is not on this machine")
    rows = next(pq.ParquetFile(path).iter_batches(batch_size=300))
    file = io.BytesIO()
    pq.write_table(pa.Table.from_batches([rows]), file)
    found = read(file.getvalue())
    assert found.classes[:3] == ("airplane", "automobile", "bird")
    assert len(found) == 300
    assert found.side == 32


NO_FILES: dict[str, tuple[Any, str]] = {
    "lists": (pa.array([[1, 2]] * 8, pa.list_(pa.uint8())), "holds lists of numbers"),
    "large lists": (pa.array([[1, 2]] * 8, pa.large_list(pa.uint8())), "holds lists of numbers"),
    "lists of one size": (pa.array([[0.5, 1.0]] * 8, pa.list_(pa.float32(), 2)), "holds lists of numbers"),
    "lists of lists": (pa.array([[[1, 2]]] * 8), "holds lists of numbers"),
    "lists of structs": (pa.array([[{"bytes": b"x"}]] * 8), "holds lists of pictures"),
    "lists of texts": (pa.array([["x"]] * 8), "holds lists:"),
    "texts": (pa.array(["http://x/y.jpg"] * 8), "holds texts"),
    "texts in a dictionary": (pa.array(["x"] * 8).dictionary_encode(), "holds texts"),
    "paths alone": (pa.array([{"path": "a"}] * 8), "holds structs without files"),
    "numbers": (pa.array([1.5] * 8), "holds values of the type double"),
    "nothing": (pa.nulls(8), "holds values of the type null"),
}


@pytest.mark.parametrize("kind", NO_FILES)
@pytest.mark.parametrize("name", ["image", "Pixel_Values", "jpg"])
def test_what_a_column_holds_in_place_of_files_is_said(kind: str, name: str) -> None:
    column, said = NO_FILES[kind]
    sentence = refusal(parquet({name: column, "label": LABELS}))
    assert f"“{name}” {said}" in sentence


def test_a_column_for_each_pixel_is_said() -> None:
    columns = {f"pixel{number}": pa.array([number] * 8, pa.uint8()) for number in range(120)}
    assert "but 120 columns of numbers" in refusal(parquet(columns))


@pytest.mark.parametrize("other", ["md5", "image_hash", "thumbnail", "uuid"])
@pytest.mark.parametrize("name", ["jpg", "png", "image_bytes", "Pixel-Values", "full"])
def test_the_column_of_pictures_among_others_of_bytes(name: str, other: str) -> None:
    found = read(parquet({other: [bytes(16)] * 8, name: PICTURES, "label": LABELS}))
    assert len(found) == 8


@pytest.mark.parametrize("kind", [pa.list_(pa.int64()), pa.large_list(pa.int64()), pa.list_(pa.int64(), 2)], ids=str)
def test_several_labels_in_any_kind_of_list(kind: pa.DataType) -> None:
    columns = {"img": structs(PICTURES), "labels": pa.array([[1, 2]] * 8, kind)}
    assert "holds several labels of a picture" in refusal(parquet(columns))


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (pa.array([[1]] * 8), "holds several labels"),
        (pa.array([{"a": 1}] * 8), "holds values of the type struct"),
        (pa.nulls(8), "holds values of the type null"),
        (pa.array([1, 2] * 4, pa.date32()), "holds values of the type date32"),
    ],
    ids=["list", "struct", "null", "date"],
)
@pytest.mark.parametrize("name", ["label", "Labels", "class"])
@pytest.mark.parametrize("other", ["width", "image_id", "x"])
def test_no_other_column_takes_the_place_of_labels_that_are_none(
    name: str, column: pa.Array, said: str, other: str
) -> None:
    sentence = refusal(parquet({"img": structs(PICTURES), name: column, other: [1, 2] * 4}))
    assert f"“{name}” of the Parquet file {said}" in sentence


@pytest.mark.parametrize("other", ["width", "image_id", "x"])
def test_a_lone_column_that_is_not_called_a_label_is_named(other: str) -> None:
    found = read(parquet({"img": structs(PICTURES), other: [1, 2] * 4}))
    assert any(f"read from the column “{other}”" in note for note in found.notes)


def test_pictures_that_are_called_a_target_are_no_labels() -> None:
    found = read(parquet({"image": structs(PICTURES), "target": structs(PICTURES), "species": ["a", "b"] * 4}))
    assert found.classes == ("a", "b")
