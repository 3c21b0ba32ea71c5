"""One device a process, chosen in a fixed order, named for the badge, held by one at a time."""

from __future__ import annotations

import platform
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
import torch

from core import device
from core.device import DeviceInfo, PriorityLock, best, describe, synchronize

Pretend = Callable[..., None]
LIMIT = 30.0  # seconds until a test gives up on a thread; nothing here takes that long if it works


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
            got.append(device.device_lock.acquire(blocking=False))
            if got[0]:
                device.device_lock.release()

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        return got[0]

    with device.device_lock:
        assert device.device_lock.acquire(blocking=False)
        assert not try_it()
        device.device_lock.release()
        assert not try_it()  # the helper is done, its caller is not
    assert try_it()


class Person(threading.Thread):
    """A thread that takes its turn, notes its name, and holds the device until it is told to leave."""

    def __init__(self, lock: PriorityLock, name: str, order: list[str], *, long: bool = False) -> None:
        super().__init__(name=name, daemon=True)
        self.lock, self.order, self.long = lock, order, long
        self.has_it, self.leave = threading.Event(), threading.Event()
        self.start()

    def run(self) -> None:
        with self.lock.step() if self.long else self.lock:
            self.order.append(self.name)
            self.has_it.set()
            self.leave.wait(LIMIT)


def stands_in_line(lock: PriorityLock, people: int) -> None:
    """Wait until so many pieces of short work wait."""
    pause = threading.Event()
    for _ in range(int(LIMIT / 0.002)):
        if len(lock._waiting) == people:
            return
        pause.wait(0.002)
    raise AssertionError("nobody came")


def test_short_work_goes_before_long_work_that_came_first() -> None:
    lock, order = PriorityLock(), list[str]()
    first = Person(lock, "first step", order, long=True)
    assert first.has_it.wait(LIMIT)
    long = Person(lock, "next step", order, long=True)
    short = [Person(lock, "picture 1", order)]
    stands_in_line(lock, 1)
    short.append(Person(lock, "picture 2", order))
    stands_in_line(lock, 2)
    for person in (first, *short, long):
        assert person.has_it.wait(LIMIT)
        assert not long.has_it.is_set() or person is long, "the step went before a picture"
        person.leave.set()
    assert order == ["first step", "picture 1", "picture 2", "next step"]


def test_a_picture_gets_in_between_two_steps_of_a_loop_that_never_rests() -> None:
    lock, inside, stop = PriorityLock(), threading.Event(), threading.Event()
    steps = 0

    def training() -> None:
        nonlocal steps
        while not stop.is_set():
            with lock.step():
                steps += 1
                inside.set()

    thread = threading.Thread(target=training, daemon=True)
    thread.start()
    assert inside.wait(LIMIT)
    try:
        for _ in range(50):
            with lock:
                before = steps
                assert steps == before, "two at once"
    finally:
        stop.set()
        thread.join(LIMIT)
    assert not thread.is_alive()


@pytest.mark.parametrize("long", [False, True], ids=["batches of a feature pass", "steps of a training"])
def test_who_takes_it_again_and_again_lets_in_who_waited(long: bool) -> None:
    """One piece at most goes on after somebody came: whoever lets go stands behind those who wait."""
    lock, order = PriorityLock(), list[str]()
    holder = Person(lock, "holder", order)
    assert holder.has_it.wait(LIMIT)

    def greedy() -> None:
        for number in range(3):
            with lock.step() if long else lock:
                order.append(f"piece {number}")

    first = threading.Thread(target=greedy, daemon=True)
    if not long:
        first.start()
        stands_in_line(lock, 1)
    visitor = Person(lock, "visitor", order)
    stands_in_line(lock, 2 - long)
    if long:
        first.start()
    holder.leave.set()
    visitor.leave.set()
    first.join(LIMIT)
    visitor.join(LIMIT)
    assert order.index("visitor") <= 2
    assert sorted(order) == ["holder", "piece 0", "piece 1", "piece 2", "visitor"]


def test_who_holds_it_may_take_it_again_in_either_way_and_lets_go_once_at_the_end() -> None:
    lock, order = PriorityLock(), list[str]()
    with lock:
        other = Person(lock, "other", order)
        stands_in_line(lock, 1)
        with lock.step(), lock, lock.step():
            assert lock.acquire(blocking=False)
            lock.release()
        assert order == []
    other.leave.set()
    other.join(LIMIT)
    with lock.step(), lock:
        order.append("inside")
    assert order == ["other", "inside"]


@pytest.mark.parametrize("long", [False, True])
def test_an_error_inside_gives_it_back(long: bool) -> None:
    lock = PriorityLock()
    with pytest.raises(ZeroDivisionError), lock.step() if long else lock:
        raise ZeroDivisionError
    person = Person(lock, "next", [])
    assert person.has_it.wait(LIMIT)
    person.leave.set()


def test_only_who_holds_it_can_give_it_back() -> None:
    lock = PriorityLock()
    with pytest.raises(RuntimeError, match="only who holds"):
        lock.release()
    person = Person(lock, "holder", [])
    assert person.has_it.wait(LIMIT)
    with pytest.raises(RuntimeError, match="only who holds"):
        lock.release()
    person.leave.set()


def test_who_will_not_wait_does_not_go_before_who_does() -> None:
    lock = PriorityLock()
    holder = Person(lock, "holder", [])
    assert holder.has_it.wait(LIMIT)
    waiting = Person(lock, "waiting", [])
    stands_in_line(lock, 1)
    assert not lock.acquire(blocking=False)
    holder.leave.set()
    assert waiting.has_it.wait(LIMIT)
    waiting.leave.set()
    waiting.join(LIMIT)
    assert lock.acquire(blocking=False)
    lock.release()


def test_a_wait_that_is_broken_off_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    lock, order = PriorityLock(), list[str]()
    holder = Person(lock, "holder", order)
    assert holder.has_it.wait(LIMIT)
    waits = lock._free.wait_for

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(lock._free, "wait_for", interrupted)
    with pytest.raises(KeyboardInterrupt):
        lock.acquire()
    monkeypatch.setattr(lock._free, "wait_for", waits)
    assert not lock._waiting
    step = Person(lock, "step", order, long=True)
    holder.leave.set()
    assert step.has_it.wait(LIMIT)
    step.leave.set()


def test_memory_is_given_back_once_and_whole_where_the_c_library_can(monkeypatch: pytest.MonkeyPatch) -> None:
    device.give_back_memory()  # whatever this machine has
    kept = list[int]()  # bytes at the top that each call leaves
    monkeypatch.setattr(device, "_LIBC", SimpleNamespace(malloc_trim=kept.append))
    device.give_back_memory()
    assert kept == [0]
    for libc in (None, object()):  # none, and one without malloc_trim
        monkeypatch.setattr(device, "_LIBC", libc)
        device.give_back_memory()
    assert kept == [0]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="malloc_trim is glibc's")
def test_the_c_library_of_this_machine_can() -> None:
    assert callable(device._LIBC.malloc_trim)
