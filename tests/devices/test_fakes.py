"""The shipped fakes behave like what they stand for."""

from __future__ import annotations

import os
import select
import socket
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from devices.fakes import Cable, FakeLedger, FakeScanner, PrinterSink, ScriptedClock
from devices.spool import Job, JobState


def test_a_cable_is_a_path_that_can_be_opened_pulled_and_opened_again(tmp_path: Path) -> None:
    """Behind one link stands another device each time, as with `/dev/serial/by-id`."""
    with Cable(tmp_path, "line") as cable:
        first = os.open(cable.path, os.O_RDWR | os.O_NOCTTY)
        cable.send(b"\x00\r\x11\xff")
        assert os.read(first, 10) == b"\x00\r\x11\xff"
        os.write(first, b"\x06")
        assert cable.receive(1) == b"\x06"
        assert cable.receive(1, timeout=0) == b""
        cable.unplug()
        cable.unplug()
        assert not cable.plugged
        with pytest.raises(RuntimeError, match="unplugged"):
            cable.fileno()
        assert not cable.path.is_symlink()
        with pytest.raises(RuntimeError, match="unplugged"):
            cable.send(b"x")
        cable.replug()
        cable.replug()
        second = os.open(cable.path, os.O_RDWR | os.O_NOCTTY)
        cable.send(b"back")
        assert os.read(second, 10) == b"back"
        assert cable.times_plugged == 2
        os.close(first)
        os.close(second)
    assert list(tmp_path.iterdir()) == []


def test_a_cable_without_a_folder_makes_one_and_takes_it_away() -> None:
    """For a demo that has no place of its own."""
    with FakeScanner() as gun:
        folder = gun.path.parent
        assert gun.path.is_symlink()
    assert not folder.exists()


def test_sending_more_than_the_line_holds_to_nobody_ends_in_an_error(tmp_path: Path) -> None:
    """It would block for ever otherwise."""
    with Cable(tmp_path) as cable, pytest.raises(TimeoutError, match="does anything read it"):
        cable.send(b"x" * 1_000_000, timeout=0.05)


def test_a_sink_can_be_looked_at_without_a_job() -> None:
    """A connection without a byte is no label."""
    with PrinterSink() as sink:
        socket.create_connection((sink.host, sink.port)).close()
        with socket.create_connection((sink.host, sink.port)) as sender:
            sender.sendall(b"^XA^XZ")
            sender.shutdown(socket.SHUT_WR)
            assert sender.recv(1) == b""
        assert sink.wait_for(1)
        assert sink.jobs == [b"^XA^XZ"]
        assert not sink.wait_for(2, timeout=0)


def test_a_sink_overhears_questions_about_its_state() -> None:
    """It has none to tell, and a question is no label."""
    with PrinterSink() as sink:
        for data in (b"~HQES\r\n~HS\r\n", b"~HQES\r\n~HS\r\n^XA^XZ"):
            with socket.create_connection((sink.host, sink.port)) as sender:
                sender.sendall(data)
                sender.shutdown(socket.SHUT_WR)
                assert sender.recv(1) == b""
        assert sink.wait_for(1)
        assert (sink.jobs, sink.torn) == ([b"^XA^XZ"], [])


def test_a_sink_closes_while_a_sender_hangs_on() -> None:
    """And the sender is told by the end of the connection."""
    sink = PrinterSink()
    with socket.create_connection((sink.host, sink.port)) as sender:
        sender.sendall(b"^XA")
        sink.close()
        readable, _, _ = select.select([sender], [], [], 20)
        assert readable


def test_a_ledger_fails_as_often_as_it_was_told() -> None:
    """With or without a state to fail on."""
    ledger = FakeLedger(Job("a", "A"))
    ledger.fail(1)
    with pytest.raises(OSError, match="full"):
        ledger.waiting()
    ledger.fail(1, on=JobState.SENT)
    ledger.mark("a", JobState.SENDING, "", "zebra")
    with pytest.raises(OSError, match="full"):
        ledger.mark("a", JobState.SENT, "", "zebra")
    assert ledger.state("a") is JobState.SENDING
    assert [job.id for job in ledger.interrupted()] == ["a"]
    assert ledger.history == [("a", JobState.SENDING, "")]
    assert ledger.printers == {"a": "zebra"}
    assert ledger.interrupted() == [Job("a", "A", printer="zebra")]


def test_a_scripted_clock_moves_only_when_it_is_moved() -> None:
    """Time is part of the script."""
    clock = ScriptedClock(5.0)
    assert (clock(), clock()) == (5.0, 5.0)
    clock.advance(1.5)
    assert clock() == 6.5


def test_a_sink_keeps_what_came_of_a_job_that_the_sender_broke_off(eventually: Callable[..., None]) -> None:
    """Half a label is no label."""
    with PrinterSink() as sink:
        with socket.create_connection((sink.host, sink.port)) as sender:
            sender.sendall(b"^XA^FD")
            sender.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        eventually(lambda: sink.torn)
        assert sink.jobs == []
