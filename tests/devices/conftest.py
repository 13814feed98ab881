"""What the device tests share: waiting for a state, and a place where callbacks leave what they got."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest


class Inbox:
    """Keeps what a callback was given, in order, and lets a test wait for it."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self._changed = threading.Condition()

    def __call__(self, item: Any) -> None:
        """Take one value, from any thread."""
        with self._changed:
            self.items.append(item)
            self._changed.notify_all()

    def wait_for(self, found: Callable[[list[Any]], bool], timeout: float = 20.0) -> list[Any]:
        """Wait until what came satisfies `found`, and give it."""
        with self._changed:
            if not self._changed.wait_for(lambda: found(self.items), timeout):
                raise AssertionError(f"not so within {timeout} s; came: {self.items}")
            return list(self.items)

    def wait_for_count(self, count: int, timeout: float = 20.0) -> list[Any]:
        """Wait until so many values came, and give them."""
        return self.wait_for(lambda items: len(items) >= count, timeout)


@pytest.fixture
def inbox() -> Callable[[], Inbox]:
    """Make inboxes."""
    return Inbox


@pytest.fixture
def eventually() -> Callable[..., None]:
    """Wait until something holds that tells nobody when it does."""

    def wait(holds: Callable[[], bool], timeout: float = 20.0) -> None:
        deadline = time.monotonic() + timeout
        tick = threading.Event()
        while not holds():
            assert time.monotonic() < deadline, f"not so within {timeout} s"
            tick.wait(0.005)

    return wait


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """Every test ends with the threads it began with."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 20
    while left := set(threading.enumerate()) - before:
        assert time.monotonic() < deadline, f"threads left running: {left}"
        left.pop().join(0.1)
