"""When a policy's text is checked, without a screen: one check at a time, the newest text last."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from terminal.policy_answers import Found, Problem
from terminal.ui import policy_check
from terminal.ui.policy_check import LiveCheck


class Clock:
    """Keeps what is to be called later, and what was begun."""

    def __init__(self) -> None:
        self.due: list[Callable[[], None]] = []
        self.begun: list[int] = []
        self.drawn = 0
        self.check = LiveCheck(lambda _, call: self.due.append(call), self.begun.append, self.draw)

    def draw(self) -> None:
        """Count it."""
        self.drawn += 1

    def ring(self) -> None:
        """Call what was to be called later."""
        due, self.due = self.due, []
        for call in due:
            call()


def test_a_text_that_changed_while_another_check_failed_is_checked_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A failure does not leave the newest text unchecked until somebody types again."""
    monkeypatch.setattr(policy_check, "PAUSE", 0.0)
    clock = Clock()
    clock.check.start()
    clock.check.changed()
    clock.ring()
    assert (clock.begun, clock.check.running) == ([0], True)
    clock.check.done()
    assert (clock.begun, clock.check.running) == ([0, 1], True)
    clock.check.done()
    assert (clock.begun, clock.check.running) == ([0, 1], False)


def test_what_is_known_of_a_newer_text_is_not_replaced_by_an_older_one() -> None:
    """Answers may come in any order; the current problem is kept while the problems are the same."""
    check = Clock().check
    check.changed()
    assert not check.up_to_date
    newer = Found((Problem(3, "one"), Problem(None, "two")))
    assert check.take(1, newer)
    assert not check.take(0, Found(()))
    assert (check.found, check.up_to_date) == (newer, True)
    assert [check.next_line() for _ in range(3)] == [3, None, 3]
    assert check.take(1, Found((Problem(3, "one"), Problem(None, "two"))))
    assert check.current == 0
    assert check.take(1, Found(()))
    assert check.next_line() is None
