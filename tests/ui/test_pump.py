"""The thread between screen and station."""

from __future__ import annotations

import threading
from queue import Queue
from typing import Any

import pytest

from terminal.bench.given import Scan
from terminal.bench.view import Fact, Level
from terminal.domain.suggest import BadData
from terminal.ui.pump import Answered, Opened, OpenFailed, Pump, Reported, cannot_start, sentence

WAIT = 10.0


@pytest.fixture
def told() -> Queue[Any]:
    """What the pump told, in order."""
    return Queue()


def test_inputs_are_answered_one_at_a_time_and_in_order(views: Any, station: Any, told: Queue[Any]) -> None:
    """Whoever submits, the station never gets a second input before it has answered the first."""
    inside = threading.Lock()

    def answer(given: Any) -> Any:
        assert inside.acquire(blocking=False)
        inside.release()
        return views.ready

    at = station(views.ready, answer=answer)
    pump = Pump(lambda: at, told.put)
    pump.start()

    def submit(name: str) -> None:
        for number in range(100):
            pump.submit(Scan(f"{name}{number:03}"))

    threads = [threading.Thread(target=submit, args=(name,)) for name in "ABC"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pump.stop(WAIT)
    assert isinstance(told.get_nowait(), Opened)
    answered = [told.get_nowait() for _ in range(told.qsize())]
    assert [one.given for one in answered] == at.given
    assert len(at.given) == 300
    for name in "ABC":
        mine = [scan.text for scan in at.given if scan.text[0] == name]
        assert mine == sorted(mine)


def test_everything_happens_in_the_pumps_thread(views: Any, station: Any, told: Queue[Any]) -> None:
    """The station is opened, used and closed in one thread: its database connection belongs to it."""
    where: list[int] = []

    def answer(given: Any) -> Any:
        where.append(threading.get_ident())
        return views.ready

    def close() -> None:
        where.append(threading.get_ident())

    at = station(views.ready, answer=answer)
    at.close = close

    def open_port() -> Any:
        where.append(threading.get_ident())
        return at

    pump = Pump(open_port, told.put)
    pump.submit(Scan("BEFORE"))
    pump.start()
    assert pump.stop(WAIT)
    assert at.given == [Scan("BEFORE")]
    assert len(where) == 3
    assert len(set(where)) == 1
    assert where[0] != threading.get_ident()


def test_an_exception_becomes_a_view_and_the_next_input_is_answered(
    views: Any, station: Any, told: Queue[Any]
) -> None:
    """The view says that it may be stored all the same; what stood on the bench stays there."""

    def answer(given: Any) -> Any:
        if given.text == "BAD":
            raise BadData(["the journal is full: make room on the disk"])
        return views.inspecting

    at = station(views.inspecting, answer=answer)
    pump = Pump(lambda: at, told.put)
    pump.start()
    pump.submit(Scan("BAD"))
    pump.submit(Scan("GOOD"))
    assert pump.stop(WAIT)
    told.get_nowait()
    bad, good = told.get_nowait(), told.get_nowait()
    assert isinstance(bad, Answered)
    assert (bad.view.level, bad.view.sound, bad.view.state) == (Level.STOP, Level.STOP, "inspecting")
    assert "the journal is full: make room on the disk" in bad.view.line
    assert bad.view.choices == views.inspecting.choices
    assert good.view == views.inspecting


def test_a_station_that_cannot_be_opened_is_told_and_nothing_else(told: Queue[Any]) -> None:
    """The reason is a sentence; inputs that were submitted lead to nothing."""

    def fail() -> Any:
        raise BadData(["no such folder: /data", "create it or give another with --data"])

    pump = Pump(fail, told.put)
    pump.submit(Scan("EARLY"))
    pump.start()
    assert pump.stop(WAIT)
    assert told.get_nowait() == OpenFailed("no such folder: /data\ncreate it or give another with --data")
    assert told.empty()
    view = cannot_start("no such folder: /data\ncreate it or give another with --data")
    assert view.line == "no such folder: /data"
    assert view.facts == (Fact("", "create it or give another with --data"),)


def test_a_report_comes_in_its_turn(views: Any, station: Any, told: Queue[Any]) -> None:
    """The shift is counted after what was submitted before; a failure to count is a line of the report."""
    at = station(views.ready)
    pump = Pump(lambda: at, told.put)
    pump.submit(Scan("A"))
    pump.ask_report()
    pump.start()
    assert pump.stop(WAIT)
    assert [type(told.get_nowait()) for _ in range(3)] == [Opened, Answered, Reported]

    at.shift_report = lambda: 1 / 0
    pump = Pump(lambda: at, told.put)
    pump.ask_report()
    pump.start()
    assert pump.stop(WAIT)
    told.get_nowait()
    (fact,) = told.get_nowait().facts
    assert fact.warn
    assert "ZeroDivisionError" in fact.text


def test_a_station_that_fails_to_close_does_not_hang_the_end(
    views: Any, station: Any, told: Queue[Any]
) -> None:
    """The pump ends all the same."""
    at = station(views.ready)
    at.close = lambda: 1 / 0
    pump = Pump(lambda: at, told.put)
    pump.start()
    assert pump.stop(WAIT)
    assert isinstance(told.get_nowait(), Opened)


def test_waiting_counts_what_is_not_answered(views: Any, station: Any, told: Queue[Any]) -> None:
    """The input at work counts too."""
    release, started = threading.Event(), threading.Event()

    def answer(given: Any) -> Any:
        started.set()
        assert release.wait(WAIT)
        return views.ready

    pump = Pump(lambda: station(views.ready, answer=answer), told.put)
    for text in "ABC":
        pump.submit(Scan(text))
    assert pump.waiting == 3
    pump.start()
    assert started.wait(WAIT)
    assert not pump.stop(0.01)
    release.set()
    assert pump.stop(WAIT)


def test_a_pump_that_never_started_can_be_stopped(views: Any, station: Any, told: Queue[Any]) -> None:
    """A screen that fails before its first painting leaves nothing behind."""
    assert Pump(lambda: station(views.ready), told.put).stop(0)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (BadData(["said well"]), "said well"),
        (OSError(28, "No space left on device", "station.db"), "No space left on device: station.db"),
        (OSError(5, "Input/output error"), "Input/output error"),
        (
            KeyError("seq"),
            "the bench failed in its own working (KeyError: 'seq'). If it comes back, call your lead",
        ),
        (
            RuntimeError(),
            "the bench failed in its own working (RuntimeError). If it comes back, call your lead",
        ),
        (
            OSError("odd"),
            "the bench failed in its own working (OSError: odd). If it comes back, call your lead",
        ),
    ],
)
def test_errors_are_told_in_sentences(error: Exception, text: str) -> None:
    """Our own errors speak for themselves, the system's say what and where, others that it is not the operator."""
    assert sentence(error) == text
