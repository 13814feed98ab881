"""The gate's timer: what is held comes out in time, and never before keys that were read earlier."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual import events

from devices.wedge import WedgeSettings
from terminal.bench.given import Scan
from terminal.ui.gate import LATE, MOST_SKIPS, Gate


class Loop:
    """A clock, timers and a queue that a test moves by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.timers: list[tuple[float, Callable[[], None]]] = []
        self.queue: list[Callable[[], None]] = []
        self.out: list[object] = []
        self.more = False
        self.gate = Gate(
            WedgeSettings(),
            self.out.append,
            lambda stroke: self.out.append(stroke.key),
            lambda delay, call: self.timers.append((self.now + delay, call)),
            self.queue.append,
            lambda: self.more,
            lambda: self.now,
        )

    def key(self, name: str, at: float | None = None) -> None:
        """Read a key."""
        event = events.Key(name, name if len(name) == 1 else "\r" if name == "enter" else None)
        event.time = self.now if at is None else at
        self.gate.take(event)

    def fire(self) -> None:
        """Let the next timer come."""
        _, call = self.timers.pop(0)
        call()

    def run_queue(self) -> None:
        """Let what is queued have its turn."""
        while self.queue:
            self.queue.pop(0)()


@pytest.fixture
def loop() -> Loop:
    """A loop with a gate."""
    return Loop()


def test_a_single_key_comes_out_after_the_gap(loop: Loop) -> None:
    """One timer for what is held; when it fires, the key is typing."""
    loop.key("7")
    assert loop.out == []
    assert len(loop.timers) == 1
    loop.now = loop.timers[0][0]
    loop.fire()
    loop.run_queue()
    assert loop.out == ["7"]
    assert loop.timers == []


def test_function_keys_and_enter_pass_at_once(loop: Loop) -> None:
    """A key without character is not held."""
    loop.key("f2")
    loop.key("enter")
    assert loop.out == ["f2", "enter"]
    assert loop.timers == []


def test_keys_in_the_queue_come_before_the_timer(loop: Loop) -> None:
    """What was read before the timer fired belongs to the burst, though it is handled after."""
    for at, name in enumerate("123456"):
        loop.key(name, 100 + at / 1000)
    loop.now = loop.timers[0][0]
    loop.fire()
    assert loop.out == []
    loop.key("enter", 100.006)
    loop.run_queue()
    assert loop.out == [Scan("123456")]


def test_a_late_timer_waits_for_the_keys_it_overtook(loop: Loop) -> None:
    """After a stall the timer runs first; it gives the keys a moment, but not for ever."""
    loop.key("1")
    due = loop.timers[0][0]
    for _ in range(MOST_SKIPS):
        loop.now = due + 2.0
        loop.fire()
        assert loop.queue == []
        assert len(loop.timers) == 1
        due = loop.timers[0][0]
    loop.now = due + 2.0
    loop.fire()
    loop.run_queue()
    assert loop.out == ["1"]


def test_the_timer_waits_for_keys_that_are_on_their_way(loop: Loop) -> None:
    """As long as the terminal has more to read, what is held is not given out."""
    loop.key("4")
    loop.more = True
    loop.now = loop.timers[0][0]
    loop.fire()
    assert loop.queue == []
    loop.more = False
    for at, name in enumerate("00638"):
        loop.key(name, 100.001 + at / 1000)
    loop.key("enter", 100.007)
    assert loop.out == [Scan("400638")]


def test_a_stall_between_the_keys_of_a_scan_leaves_it_whole(loop: Loop) -> None:
    """Keys carry the time at which they were read, so a stall of two seconds is no gap."""
    loop.key("4", 100.000)
    loop.now = 102.0
    loop.fire()
    for at, name in enumerate("00638"):
        loop.key(name, 100.001 + at / 1000)
    loop.key("enter", 100.007)
    loop.now += LATE
    loop.fire()
    loop.run_queue()
    assert loop.out == [Scan("400638")]


def test_a_key_held_after_the_timer_gets_a_timer_of_its_own(loop: Loop) -> None:
    """The timer for an earlier key does not give out a later one too soon."""
    loop.key("1")
    loop.now += 0.040
    loop.key("2")
    loop.now = loop.timers[0][0]
    loop.fire()
    loop.run_queue()
    assert loop.out == []
    assert len(loop.timers) == 1
    loop.now = loop.timers[0][0]
    loop.fire()
    loop.run_queue()
    assert loop.out == ["1", "2"]


def test_each_pasted_line_is_a_scan(loop: Loop) -> None:
    """Empty lines are nothing."""
    loop.gate.paste("A1\r\n\r\nB2\nC3")
    assert loop.out == [Scan("A1"), Scan("B2"), Scan("C3")]
