"""Headers of pages: their sizes are those that the library's own description of an honest file adds up to."""

from __future__ import annotations

import io
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.transfer.data import parquet_pages
from core.transfer.data.parquet_pages import unpacked
from tests.core.transfer.data.made import parquet, picture, structs
from tests.examples import examples

COLUMNS = {
    "img": structs([picture(number % 7) for number in range(300)]),
    "label": [number % 3 for number in range(300)],
}


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"compression": "zstd", "row_group_size": 70},
        {"compression": "none", "use_dictionary": False, "data_page_size": 4_000},
        {"data_page_version": "2.0", "write_page_checksum": True, "write_page_index": True, "compression": "gzip"},
    ],
)
def test_pages_add_up_to_what_an_honest_file_says(options: dict[str, Any]) -> None:
    data = parquet(COLUMNS, **options)
    metadata = pq.ParquetFile(io.BytesIO(data)).metadata
    for group in range(metadata.num_row_groups):
        for number in range(metadata.num_columns):
            chunk = metadata.row_group(group).column(number)
            start = chunk.dictionary_page_offset if chunk.has_dictionary_page else chunk.data_page_offset
            stop = start + chunk.total_compressed_size
            # the description counts headers as well
            pages = unpacked(data, start, stop)
            assert 0 < pages.largest <= pages.total
            headers = chunk.total_uncompressed_size - pages.total
            assert 0 < headers < 20_000
            assert headers < 300 * chunk.num_values


def test_what_are_no_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    data = parquet(COLUMNS)
    for start in (0, 1, len(data) - 30, len(data) + 5):
        with pytest.raises(ValueError, match=r"a header|unknown|cut off|number|list|deep|pages"):
            unpacked(data, start, start + 100)
    monkeypatch.setattr(parquet_pages, "MOST_PAGES", 1)
    with pytest.raises(ValueError, match="too many pages"):
        unpacked(data, 4, len(data))


def test_nested_without_end() -> None:
    with pytest.raises(ValueError, match="too deep"):
        unpacked(b"\x1c" * 10_000, 0, 10)


@examples(200, fixed=False)
@given(st.binary(min_size=1, max_size=80))
def test_any_bytes_are_sizes_or_an_error(data: bytes) -> None:
    try:
        pages = unpacked(data, 0, len(data))
    except ValueError:
        return
    assert 0 <= pages.largest <= pages.total
