"""The cache: what is in it, and that it goes on where it was stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from core.errors import UserError
from core.models.nanodet import STRIDES
from core.models.recipe import cache, teacher
from core.models.recipe.photographs import coco_numbers
from core.models.recipe.shards import View, all_views, load_views, shards
from tests.core.models.recipe.conftest import Place

KEYS = {"labelled/000000000025.png", "plain/a.png", "plain/000000002007_jpg.jpg", "packed.zip/train/b.png"}


def same(one: View, other: View) -> bool:
    told = [(v.key, v.number, v.flip, v.size, v.file_size) for v in (one, other)]
    return told[0] == told[1] and all(map(torch.equal, one.maps, other.maps))


def test_every_photograph_that_is_not_held_out_is_there_in_two_views(done: Place) -> None:
    views = list(all_views(done.root / "cache"))
    assert {view.key for view in views} == KEYS
    assert not any(coco_numbers(view.key) & {397, 9} for view in views)
    assert len({view.name for view in views}) == len(views) == 2 * len(KEYS)
    for one, other in zip(views[::2], views[1::2], strict=True):
        assert one.key == other.key
        assert one.flip != other.flip
    for view in views:
        assert view.file_size == ((100, 80) if view.key.startswith("plain") else (72, 96))
        assert min(view.size) in (64, 96)
        padded = [-(-side // 32) * 32 for side in view.size]
        for stride, level in zip(STRIDES, view.maps, strict=True):
            assert level.shape == (124, padded[0] // stride, padded[1] // stride)
            assert level.dtype == torch.float16


def test_a_stopped_run_goes_on_and_ends_with_the_same(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "PER_SHARD", 1)
    assert place.cache("whole") == 0
    real, calls = teacher.maps, 0

    def stopping(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 6:  # in the middle of the third shard
            raise KeyboardInterrupt
        return real(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(teacher, "maps", stopping)
        with pytest.raises(KeyboardInterrupt):
            place.cache("stopped")
    with pytest.raises(UserError, match="lacks 2 of 4 shards"):
        shards(place.root / "stopped")
    written = {path: path.stat().st_mtime_ns for path in (place.root / "stopped").glob("*.safetensors")}
    assert len(written) == 2
    assert place.cache("stopped") == 0
    assert {path: path.stat().st_mtime_ns for path in written} == written
    views = [list(all_views(place.root / name)) for name in ("whole", "stopped")]
    assert all(map(same, *views))


def test_a_broken_shard_is_never_half_read_and_made_anew(place: Place) -> None:
    assert place.cache() == 0
    path = place.root / "cache" / "0000.safetensors"
    before, content = list(load_views(path)), path.read_bytes()
    for broken in (content[: len(content) // 2], b"", content[:3]):
        path.unlink()  # what was read of it is still mapped
        path.write_bytes(broken)
        with pytest.raises(UserError, match="broken"):
            list(load_views(path))
        assert place.cache() == 0
        assert path.read_bytes() == content
    (place.root / "cache" / "0000.safetensors.part").write_bytes(content[:100])  # a run that was killed left it
    assert place.cache() == 0
    assert all(map(same, before, all_views(place.root / "cache")))


def test_other_options_do_not_go_on_with_it(place: Place, refused: Callable[[int], str]) -> None:
    assert place.cache() == 0
    assert "other photographs or options" in refused(place.cache("cache", "--seed", "1"))


def test_a_photograph_that_cannot_be_read_is_named(place: Place, refused: Callable[[int], str]) -> None:
    (place.root / "plain" / "a.png").write_bytes(b"no picture")
    assert "plain/a.png cannot be read as a picture" in refused(place.cache())


def test_a_picture_cut_short_is_named(place: Place, refused: Callable[[int], str]) -> None:
    path = place.root / "plain" / "a.png"
    path.write_bytes(path.read_bytes()[:-400])
    assert "plain/a.png cannot be read as a picture" in refused(place.cache())


def test_no_cache_is_no_cache(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no cache"):
        shards(tmp_path)
