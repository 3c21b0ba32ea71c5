"""One device a process, chosen in a fixed order, named for the badge, held by one at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
import torch

from core import device
from core.device import DeviceInfo, best, describe, synchronize

Pretend = Callable[..., None]


@pytest.fixture
def pretend(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pretend]:
    """Make torch believe in devices this machine may not have; whatever was chosen is forgotten before and after."""

    def machine(*, cuda: bool, mps: bool) -> None:
        monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
        best.cache_clear()

    yield machine
    monkeypatch.undo()
    best.cache_clear()


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"),
    [(True, True, "cuda"), (True, False, "cuda"), (False, True, "mps"), (False, False, "cpu")],
)
def test_cuda_comes_before_mps_and_mps_before_the_cpu(pretend: Pretend, cuda: bool, mps: bool, expected: str) -> None:
    pretend(cuda=cuda, mps=mps)
    assert best() == torch.device(expected)


def test_the_choice_holds_for_the_life_of_the_process(pretend: Pretend, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(cuda=False, mps=False)
    assert best().type == "cpu"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)  # a driver that wakes up late
    assert best().type == "cpu"


def test_this_machine_has_a_device_that_computes() -> None:
    assert best().type in {"cuda", "mps", "cpu"}
    assert best() is best()
    x = torch.arange(6.0, device=best()).reshape(2, 3)
    synchronize(best())
    assert (x @ x.T).cpu().tolist() == [[5.0, 14.0], [14.0, 50.0]]


def test_this_machine_is_described_as_what_it_is() -> None:
    info = describe()
    assert info.kind == best().type
    assert info.name.strip()
    assert (info.memory_gb is not None) == (info.kind == "cuda")


def test_a_gpu_is_described_by_its_maker(pretend: Pretend, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(cuda=True, mps=False)
    card = SimpleNamespace(name="NVIDIA H100", total_memory=85_899_345_920)  # 80 GiB
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: card)
    assert describe() == DeviceInfo("cuda", "NVIDIA H100", pytest.approx(85.9, abs=0.01))


def test_a_mac_is_described(pretend: Pretend) -> None:
    pretend(cuda=False, mps=True)
    assert describe() == DeviceInfo("mps", "Apple GPU", None)


@pytest.mark.parametrize(("threads", "name"), [(1, "CPU, 1 thread"), (2, "CPU, 2 threads")])
def test_a_cpu_is_described_by_its_threads(
    pretend: Pretend, monkeypatch: pytest.MonkeyPatch, threads: int, name: str
) -> None:
    pretend(cuda=False, mps=False)
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    assert describe() == DeviceInfo("cpu", name, None)


@pytest.mark.parametrize("kind", ["cuda", "mps", "cpu"])
def test_the_clock_waits_for_the_device_it_measures_and_no_other(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[str] = []
    monkeypatch.setattr(torch.cuda, "synchronize", lambda _: waited.append("cuda"))
    monkeypatch.setattr(torch.mps, "synchronize", lambda: waited.append("mps"))
    synchronize(torch.device(kind))
    assert waited == ([] if kind == "cpu" else [kind])


def test_one_at_a_time_and_a_helper_may_hold_it_again() -> None:
    def try_it() -> bool:
        """Whether another thread gets the device."""
        got: list[bool] = []

        def other() -> None:
            got.append(device.exclusive.acquire(blocking=False))
            if got[0]:
                device.exclusive.release()

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        return got[0]

    with device.exclusive:
        assert device.exclusive.acquire(blocking=False)
        assert not try_it()
        device.exclusive.release()
        assert not try_it()  # the helper is done, its caller is not
    assert try_it()


@pytest.mark.parametrize("libc", [None, object()], ids=["no libc", "a libc without malloc_trim"])
def test_memory_is_given_back_where_the_c_library_can(libc: object, monkeypatch: pytest.MonkeyPatch) -> None:
    device.give_back_memory()  # whatever this machine has
    monkeypatch.setattr(device, "_LIBC", libc)
    device.give_back_memory()
