"""The thread between screen and station."""

from __future__ import annotations

import threading
from queue import Queue

import pytest

from terminal.bench.given import Scan
from terminal.bench.view import Fact, Level
from terminal.domain.suggest import BadData
from terminal.ui.pump import Answered, Opened, OpenFailed, Pump, Reported, cannot_start, sentence

WAIT = 10.0


@pytest.fixture
def told() -> Queue:
    """What the pump told, in order."""
    return Queue()


def test_inputs_are_answered_one_at_a_time_and_in_order(views, station, told):
    """Whoever submits, the station never gets a second input before it has answered the first."""
    inside = threading.Lock()

    def answer(given):
        assert inside.acquire(blocking=False)
        inside.release()
        return views.ready

    at = station(views.ready, answer=answer)
    pump = Pump(lambda: at, told.put)
    pump.start()
    threads = [
        threading.Thread(target=lambda name=name: [pump.submit(Scan(f"{name}{n:03}")) for n in range(100)])
        for name in "ABC"
    ]
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


def test_everything_happens_in_the_pumps_thread(views, station, told):
    """The station is opened, used and closed in one thread: its database connection belongs to it."""
    where = []
    at = station(views.ready, answer=lambda given: where.append(threading.get_ident()) or views.ready)
    close = at.close
    at.close = lambda: (where.append(threading.get_ident()), close())

    def open_port():
        where.append(threading.get_ident())
        return at

    pump = Pump(open_port, told.put)
    pump.submit(Scan("BEFORE"))
    pump.start()
    assert pump.stop(WAIT)
    assert at.closed
    assert at.given == [Scan("BEFORE")]
    assert len(where) == 3
    assert len(set(where)) == 1
    assert where[0] != threading.get_ident()


def test_an_exception_becomes_a_view_and_the_next_input_is_answered(views, station, told):
    """The view says that it may be stored all the same; what stood on the bench stays there."""

    def answer(given):
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


def test_a_station_that_cannot_be_opened_is_told_and_nothing_else(told):
    """The reason is a sentence; inputs that were submitted lead to nothing."""

    def fail():
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


def test_a_report_comes_in_its_turn(views, station, told):
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


def test_a_station_that_fails_to_close_does_not_hang_the_end(views, station, told):
    """The pump ends all the same."""
    at = station(views.ready)
    at.close = lambda: 1 / 0
    pump = Pump(lambda: at, told.put)
    pump.start()
    assert pump.stop(WAIT)


def test_waiting_counts_what_is_not_answered(views, station, told):
    """The input at work counts too."""
    release, started = threading.Event(), threading.Event()

    def answer(given):
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


def test_a_pump_that_never_started_can_be_stopped(told):
    """A screen that fails before its first painting leaves nothing behind."""
    assert Pump(lambda: None, told.put).stop(0)


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
def test_errors_are_told_in_sentences(error, text):
    """Our own errors speak for themselves, the system's say what and where, all others that it is not the operator."""
    assert sentence(error) == text
