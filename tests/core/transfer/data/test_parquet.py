"""Parquet files in the image layout: what they give, and what each kind of bad one is told."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.jobs import Cancelled
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


def test_all_labels_out_of_range() -> None:
    features = {"label": label("a", "b")}
    assert "no picture that can be read" in refusal(parquet({"img": structs(PICTURES), "label": [5] * 8}, features))


def test_a_file_without_what_is_needed() -> None:
    assert "no column of pictures" in refusal(parquet({"text": ["a"], "label": [0]}))
    assert "no column of pictures" in refusal(parquet({"img": pa.array([{"path": "a"}]), "label": [0]}))
    assert "no column of whole numbers" in refusal(parquet({"img": structs(PICTURES), "label": ["a"] * 8}))
    assert "one class only" in refusal(parquet({"img": structs(PICTURES), "label": [0] * 8}))
    assert "“b” has 1 picture and 3" in refusal(
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
    assert "64 are the most" in refusal(bytes(65 * 2**20))


def test_too_many_classes_and_rows() -> None:
    names = label(*(f"c{number}" for number in range(201)))
    assert "201 classes" in refusal(parquet({"img": structs(PICTURES), "label": LABELS}, {"label": names}))
    few = structs([picture(n, (2, 2)) for n in range(603)])
    assert "201 classes" in refusal(parquet({"img": few, "label": [n // 3 for n in range(603)]}))
    many = pa.DictionaryArray.from_arrays(pa.array(np.zeros(100_000, np.int32)), pa.array([PICTURES[0]]))
    column = pa.StructArray.from_arrays([many], ["bytes"])
    data = parquet({"img": column, "label": np.zeros(100_000, np.int64)}, store_schema=False)
    assert "100,000 pictures are too many" in refusal(data)


def test_one_large_value_that_thousands_of_rows_point_to() -> None:
    """It is refused row by row, and never copied."""
    many = pa.DictionaryArray.from_arrays(pa.array(np.zeros(1_000, np.int32)), pa.array([bytes(21 * 2**20)]))
    column = pa.StructArray.from_arrays([many], ["bytes"])
    data = parquet({"img": column, "label": np.arange(1_000) % 2}, store_schema=False, compression="zstd")
    assert len(data) < 100_000
    before = pa.total_allocated_bytes()
    tracemalloc.start()
    assert "no picture that can be read" in refusal(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * 2**20
    assert pa.total_allocated_bytes() - before < 100 * 2**20


def test_columns_that_unpack_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_checks, "MAX_UNPACKED", 2 * 2**20)
    pictures = structs([bytes([number]) * 2**20 for number in range(3)])
    data = parquet({"img": pictures, "label": [0] * 3}, compression="zstd", use_dictionary=False)
    assert len(data) < 2**16
    assert "unpacks to 3 MB and 2 are the most" in refusal(data)


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
    assert "unpacks to 3 MB and 2 are the most" in refusal(lying)


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
