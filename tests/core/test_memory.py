"""Memory read from control groups that a test has made, and from the ones this process is in."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest

from core import memory

GB = 10**9
NO_LIMIT_V1 = 9223372036854771712  # what version 1 writes where there is none


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "own_groups"


def group(folder: Path, version: int, limit: object, used: int, droppable: int = 0) -> None:
    """A control group as the kernel shows it."""
    folder.mkdir(parents=True, exist_ok=True)
    first, second, name = {
        1: ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
        2: ("memory.max", "memory.current", "inactive_file"),
    }[version]
    (folder / first).write_text(f"{limit}\n")
    (folder / second).write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon 1\n{name} {droppable}\nslab 2\n")


def test_a_limit_of_version_2(tmp_path: Path, own: Path) -> None:
    own.write_text("0::/app\n")
    group(tmp_path / "app", 2, 2 * GB, GB)
    assert memory.limits(tmp_path, own) == [(2 * GB, GB)]
    seen = memory.measure(tmp_path, own)
    assert seen.total == min(2 * GB, psutil.virtual_memory().total)
    assert seen.free <= GB


def test_files_that_can_be_dropped_are_not_missed(tmp_path: Path, own: Path) -> None:
    own.write_text("0::/app\n")
    group(tmp_path / "app", 2, 2 * GB, 2 * GB, droppable=GB // 2)
    assert memory.limits(tmp_path, own) == [(2 * GB, GB // 2)]


def test_max_is_no_limit(tmp_path: Path, own: Path) -> None:
    own.write_text("0::/app\n")
    group(tmp_path / "app", 2, "max", GB)
    assert memory.limits(tmp_path, own) == []
    assert memory.measure(tmp_path, own).total == psutil.virtual_memory().total


def test_a_limit_above_bounds_what_is_below(tmp_path: Path, own: Path) -> None:
    own.write_text("0::/class/app\n")
    group(tmp_path / "class" / "app", 2, "max", GB)
    group(tmp_path / "class", 2, 3 * GB, 2 * GB)
    assert memory.limits(tmp_path, own) == [(3 * GB, GB)]


def test_a_limit_of_version_1(tmp_path: Path, own: Path) -> None:
    own.write_text("5:cpu,cpuacct:/elsewhere\n4:memory:/app\n0::/\n")
    group(tmp_path / "memory" / "app", 1, GB, GB // 4, droppable=GB // 8)
    group(tmp_path / "memory", 1, NO_LIMIT_V1, 5 * GB)
    group(tmp_path / "cpu,cpuacct" / "elsewhere", 1, 1, 1)
    assert min(memory.limits(tmp_path, own)) == (GB, GB - GB // 4 + GB // 8)
    assert memory.measure(tmp_path, own).total == min(GB, psutil.virtual_memory().total)


def test_a_container_that_sees_only_the_top_of_its_path(tmp_path: Path, own: Path) -> None:
    own.write_text("4:memory:/docker/0123\n")
    group(tmp_path / "memory", 1, GB, 0)
    assert memory.limits(tmp_path, own) == [(GB, GB)]


def test_more_used_than_allowed_leaves_nothing_and_not_less(tmp_path: Path, own: Path) -> None:
    own.write_text("0::/\n")
    group(tmp_path, 2, GB, 2 * GB)
    assert memory.measure(tmp_path, own).free == 0


@pytest.mark.parametrize("text", ["", "nonsense", "0::/gone\n", "4:memory:/gone\n"])
def test_no_groups_and_strange_ones_are_no_limit(tmp_path: Path, own: Path, text: str) -> None:
    own.write_text(text)
    assert memory.limits(tmp_path, own) == []
    assert memory.limits(tmp_path, tmp_path / "no such file") == []


def test_this_process_and_machine() -> None:
    seen = memory.measure()
    assert 0 < seen.resident < seen.total
    assert 0 <= seen.free <= psutil.virtual_memory().total
    held = bytearray(os.urandom(1024)) * (200 * 1024)  # 200 MB that are written to
    assert memory.measure().resident - seen.resident > 150 * 2**20
    del held


def test_a_badge_does_not_look_at_every_rerun(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []
    clock = [1000.0]
    monkeypatch.setattr(memory, "_last", None)
    monkeypatch.setattr(memory, "measure", lambda: looks.append(clock[0]) or memory.Memory(len(looks), 2, 1))
    monkeypatch.setattr("core.memory.time.monotonic", lambda: clock[0])
    assert [memory.recent().resident for _ in range(3)] == [1, 1, 1]
    clock[0] += memory.STALE_S / 2
    assert memory.recent().resident == 1
    clock[0] += memory.STALE_S
    assert memory.recent().resident == 2
