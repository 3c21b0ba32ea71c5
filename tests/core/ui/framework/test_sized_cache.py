"""A cache holds what fits and lets the oldest go."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import Enum

import numpy as np
import torch

from core.ui.framework.sized_cache import SizedCache, bytes_of


def cache(megabytes: float = 10, most: int = 100) -> SizedCache[str, bytes]:
    """Entries weigh as many megabytes as they have bytes."""
    return SizedCache(megabytes, lambda thing: len(thing) * 1_000_000, most)


def test_it_is_a_dictionary_whose_newest_comes_last() -> None:
    things = cache()
    things["a"], things["b"] = b"1", b"22"
    assert list(things.items()) == [("a", b"1"), ("b", b"22")]
    things["a"] = b"333"
    assert list(things) == ["b", "a"]
    assert (things["a"], things.get("c"), "b" in things, len(things), things.bytes) == (
        b"333",
        None,
        True,
        2,
        5_000_000,
    )
    del things["a"]
    assert things.pop("b") == b"22"
    assert not things


def test_the_oldest_go_until_the_rest_fits() -> None:
    things = cache(megabytes=10)
    for name in "abc":
        things[name] = b"123"
    assert things.evicted == ()
    things["d"] = b"1234567"
    assert list(things) == ["c", "d"]
    assert things.evicted == ("a", "b")
    things["d"] = b"1"
    assert things.evicted == (), "the last one that came pushed nobody out"


def test_one_that_is_too_large_stays_alone() -> None:
    things = cache(megabytes=2)
    things["a"] = b"1"
    things["b"] = b"12345"
    assert list(things) == ["b"]


def test_a_number_is_a_bound_as_well() -> None:
    things = cache(most=2)
    for name in "abc":
        things[name] = b""
    assert list(things) == ["b", "c"]


def test_replacing_does_not_count_twice() -> None:
    things = cache(megabytes=4)
    things["a"] = b"1"
    for _ in range(5):
        things["b"] = b"333"
    assert list(things) == ["a", "b"]


def test_it_may_be_walked_while_another_thread_fills_it() -> None:
    things = cache(most=20)
    stop = threading.Event()

    def fill() -> None:
        number = 0
        while not stop.is_set():
            things[str(number)] = b""
            number += 1

    thread = threading.Thread(target=fill, daemon=True)
    thread.start()
    try:
        for _ in range(2_000):
            assert len(list(things)) <= 20
    finally:
        stop.set()
        thread.join(30)


def test_clear_lets_go_of_all() -> None:
    things = cache(most=1)
    things["a"], things["b"] = b"1", b"2"
    things.clear()
    assert (len(things), things.bytes, things.evicted) == (0, 0, ())


class Kind(Enum):
    ONE = "one"


@dataclass
class Result:
    values: object
    more: object = ()
    kind: Kind = Kind.ONE


def test_arrays_tensors_and_texts_are_weighed_wherever_they_are_and_each_once() -> None:
    values = np.zeros(10, np.float32)
    assert bytes_of(values) == 40
    assert bytes_of(Result(values, (values, Result(values)))) == 40
    assert bytes_of(Result(values, {"weights": torch.zeros(3), "text": ["abc"]})) == 40 + 12 + 3
    assert bytes_of(Result(None, (1, 2.0, True))) == 0
