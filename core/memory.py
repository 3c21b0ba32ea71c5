"""How much memory this process holds, and how much can be had: the machine's, or what its control group allows.

A container's limit stands in the files of its control group, not in what the machine says of itself
(https://docs.kernel.org/admin-guide/cgroup-v2.html, https://docs.kernel.org/admin-guide/cgroup-v1/memory.html).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

CGROUPS = Path("/sys/fs/cgroup")
OWN_GROUPS = Path("/proc/self/cgroup")
STALE_S = 5.0
_FILES = {  # version -> file of the limit, file of the use, and the line of memory.stat that can be dropped at once
    1: ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    2: ("memory.max", "memory.current", "inactive_file"),
}


@dataclass(frozen=True)
class Memory:
    """Bytes, as they were a moment ago.

    Attributes:
        resident: what this process holds.
        total: what there is for this process and its neighbours: the machine's, or the least limit on its groups.
        free: what can still be taken without anybody being ended for it; never below 0.
    """

    resident: int
    total: int
    free: int


def _number(file: Path) -> int | None:
    """What a file says; None for "max" and where there is none."""
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _droppable(group: Path, name: str) -> int:
    """Bytes of files read before that the kernel gives up first; counted as used, but nobody misses them."""
    try:
        lines = (group / "memory.stat").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.split()[0] == name)
    except (OSError, ValueError, IndexError, StopIteration):
        return 0


def _groups(cgroups: Path, own_groups: Path) -> Iterator[tuple[int, Path]]:
    """(version, folder) of every group that bounds this process: its own and all above. Some need not exist.

    In a container the path may be the host's, of which only the top is mounted.
    """
    try:
        lines = own_groups.read_text(encoding="utf-8").splitlines()
    except OSError:  # no Linux
        return
    for line in lines:
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0":
            version, top = 2, cgroups
        elif "memory" in controllers.split(","):
            version, top = 1, cgroups / "memory"
        else:
            continue
        own = top / path.lstrip("/")
        yield version, own
        yield from ((version, folder) for folder in own.parents if folder == top or top in folder.parents)


def limits(cgroups: Path = CGROUPS, own_groups: Path = OWN_GROUPS) -> list[tuple[int, int]]:
    """The limits on this process's memory, where it has any.

    Args:
        cgroups: where control groups are mounted, of version 1 or 2.
        own_groups: the file that says which of them this process is in.

    Returns:
        (limit, what can still be taken) in bytes, of each group that has a limit.
    """
    found = []
    for version, group in _groups(cgroups, own_groups):
        of_limit, of_use, of_droppable = _FILES[version]
        limit, used = _number(group / of_limit), _number(group / of_use)
        if limit is not None and used is not None:
            found.append((limit, max(limit - used + _droppable(group, of_droppable), 0)))
    return found


def measure(cgroups: Path = CGROUPS, own_groups: Path = OWN_GROUPS) -> Memory:
    """Look now, about 0.5 ms; arguments as for `limits`."""
    machine, bounds = psutil.virtual_memory(), limits(cgroups, own_groups)
    return Memory(
        psutil.Process().memory_info().rss,
        min(machine.total, *(limit for limit, _ in bounds)) if bounds else machine.total,
        min(machine.available, *(left for _, left in bounds)) if bounds else machine.available,
    )


_last: tuple[float, Memory] | None = None


def recent() -> Memory:
    """As `measure`, but at most `STALE_S` old: what a badge shows at every rerun of every visitor."""
    global _last
    last, now = _last, time.monotonic()
    if last is None or now - last[0] > STALE_S:
        _last = last = (now, measure())
    return last[1]
