"""What printers say of themselves can be said in any language: every sentence in it, and no word of the outside."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.fakes import FakeLedger, FakePrinter, PrinterSink, Zebra
from devices.jobs import Job
from devices.port import failure_text
from devices.printer import (
    FolderPrinter,
    InDoubt,
    NotSent,
    PrintError,
    QueuePrinter,
    TcpPrinter,
    Unprintable,
    UsbPrinter,
)
from devices.printerhealth import FaultCode, health, of_faults
from devices.printerlinks import SerialLink, trouble
from devices.queueprinter import read_queue
from devices.rawprinter import RawPrinter
from devices.said import Said
from devices.spool import Spool, SpoolStatus
from devices.zplstatus import conditions, host_status

LABEL = {"zpl": b"^XA^FDLPN^FS^XZ"}
WELL = b"\x02030,0,0,1245,000,0,0,0,000,0,0,0\x03\r\n\x02001,0,0,0,1,2,6,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"


def why_not(
    printer: RawPrinter | QueuePrinter | FolderPrinter, name: str = "LPN", kind: type = NotSent
) -> str:
    """Why a label was not printed, as an error told it."""
    with pytest.raises(kind) as caught:
        printer.send(name, LABEL)
    assert isinstance(caught.value, PrintError)
    assert str(caught.value) == caught.value.why
    return caught.value.why


@pytest.mark.parametrize("code", FaultCode)
def test_a_fault_is_said_as_one_sentence(code: FaultCode, in_brackets: Callable[[str], str]) -> None:
    """Each of them, alone."""
    text = of_faults([code]).text
    assert in_brackets(text) == f"<<{text}>>"


def test_several_faults_and_cautions_are_each_a_sentence_of_its_own(
    in_brackets: Callable[[str], str],
) -> None:
    """They stand behind one another in English as in any language."""
    text = of_faults([FaultCode.HEAD_OPEN, FaultCode.PAPER_OUT]).text
    assert text == "The printer is out of labels: load a roll. The print head is open: close it."
    assert (
        in_brackets(text)
        == "<<The printer is out of labels: load a roll.> <The print head is open: close it.>>"
    )
    unknown = health(None, conditions(b"ERRORS: 1 80000000 00000001 WARNINGS: 0 00000000 00000000")).text
    assert "<The printer reports an error (0x8000000000000000).>" in in_brackets(unknown)
    warned = health(
        host_status(WELL), conditions(b"ERRORS: 0 00000000 00000000 WARNINGS: 1 00000000 0000000A")
    )
    assert in_brackets(warned.text) == (
        "<<The print head wants to be cleaned.> <The labels run low: have a roll ready.>>"
    )


def test_a_printer_that_can_not_be_reached_keeps_its_reason_and_its_address(
    in_brackets: Callable[[str], str],
) -> None:
    """The reason is a sentence in the sentence."""
    with PrinterSink(refuse=True) as sink:
        text = why_not(TcpPrinter(sink.host, sink.port))
        assert in_brackets(text) == (
            f"<The printer at {sink.host}:{sink.port} can't be reached: <it refused the connection>. "
            "Check its power, its cable and its address.>"
        )


def test_a_line_that_breaks_keeps_its_reason_in_doubt_and_out_of_it(
    in_brackets: Callable[[str], str],
) -> None:
    """Before the first byte of a label, and after it."""
    with PrinterSink(reset_after=3) as sink:
        text = why_not(TcpPrinter(sink.host, sink.port))
        assert in_brackets(text) == (
            f"<The printer at {sink.host}:{sink.port} broke off: <it closed the connection>, "
            "before anything was sent.>"
        )
    with Zebra(["reset@1:9"]) as zebra:
        text = in_brackets(why_not(TcpPrinter(zebra.host, zebra.port), "{LPN}", InDoubt))
        assert text.startswith(
            f"<The printer at {zebra.host}:{zebra.port} broke off: <it closed the connection>"
        )
        assert text.endswith("bytes of {LPN} had left. Look whether the label came out.>")


def test_a_fault_after_the_label_is_one_sentence_in_another(in_brackets: Callable[[str], str]) -> None:
    """What is wrong, and where to look."""
    with Zebra(["paper-out@1"]) as zebra:
        text = why_not(TcpPrinter(zebra.host, zebra.port, answer_timeout=0.05), kind=InDoubt)
        assert in_brackets(text) == (
            "<<<The printer is out of labels: load a roll.>> Look whether label LPN came out.>"
        )


@pytest.mark.parametrize(
    ("error", "inside"),
    [
        (FileNotFoundError(errno.ENOENT, "gone"), "<There is no device at {port}."),
        (PermissionError(errno.EACCES, "no"), "<No permission to open {port}. "),
        (OSError(errno.EBUSY, "busy"), "<Another program is using {port}. Close it.>"),
        (OSError(errno.EIO, "input/output error"), "<The connection to {port} broke."),
        (ConnectionRefusedError(errno.ECONNREFUSED, "no"), "<Nothing answers at {port}."),
        (ValueError("a bad {parity}"), "<{port} does not work: a bad {parity}>"),
        (OSError(Said("it is odd")), "<{port} does not work: <it is odd>>"),
    ],
)
def test_a_port_with_braces_in_its_name_is_told_as_it_is(
    error: BaseException, inside: str, in_brackets: Callable[[str], str]
) -> None:
    """A failure is a sentence, and the port's name no part of it."""
    assert inside.replace("{port}", "/dev/{0}") in in_brackets(failure_text("/dev/{0}", error))


def test_the_group_is_the_one_of_the_device(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, in_brackets: Callable[[str], str]
) -> None:
    """A USB printer's device is mostly another group's than a serial port."""

    def refuse(*given: object, **more: object) -> int:
        raise PermissionError(errno.EACCES, "no")

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        text = why_not(UsbPrinter(tmp_path / "lp0"))
    assert in_brackets(
        text
    ) == f"<No permission to open {tmp_path}/lp0. Add this user to the group that owns the " + (
        "device (often lp).>"
    )
    assert "(often dialout)" in failure_text("/dev/x", PermissionError(errno.EACCES, "no"))


def test_a_file_in_place_of_a_device_is_told_with_its_reason(
    tmp_path: Path, in_brackets: Callable[[str], str]
) -> None:
    """Number and words as the system would have given them."""
    file = tmp_path / "file"
    file.write_text("x")
    text = why_not(UsbPrinter(file))
    assert text == f"{file} does not work: [Errno 19] it is not a printer's device"
    assert in_brackets(text) == f"<{file} does not work: <[Errno 19] it is not a printer's device>>"


def test_words_of_the_system_stay_and_our_own_are_said(in_brackets: Callable[[str], str]) -> None:
    """An error of the outside has no translation here."""
    assert in_brackets(trouble(OSError(errno.EHOSTUNREACH, "No route to host"))) == "<No route to host>"
    assert not hasattr(trouble(OSError(errno.EHOSTUNREACH, "No route to host")), "template")
    assert in_brackets(trouble(TimeoutError("timed out"))) == "<no answer in time>"
    link = SerialLink.__new__(SerialLink)
    link._port = type("Full", (), {"out_waiting": 1})()
    with pytest.raises(TimeoutError) as caught:
        link.finish(0)
    assert in_brackets(trouble(caught.value)) == "<its buffer did not empty in 0 s>"


def test_a_folder_that_can_not_be_written_is_told_with_its_name(
    tmp_path: Path, in_brackets: Callable[[str], str]
) -> None:
    """Whatever stands in that name."""
    (tmp_path / "{in} the way").write_text("a file")
    folder = tmp_path / "{in} the way"
    text = in_brackets(why_not(FolderPrinter(folder, ("zpl",))))
    assert text.startswith(f"<The label LPN can't be written to {folder}: ")
    assert text.endswith("Check that the folder exists, may be written and has room.>")


def test_a_label_that_no_printer_takes_is_told_with_what_is_wrong_with_it(
    tmp_path: Path, in_brackets: Callable[[str], str]
) -> None:
    """A name that is no file's, and a document that is not there."""
    text = why_not(FolderPrinter(tmp_path, ("zpl",)), "../{0}", Unprintable)
    assert in_brackets(text).startswith("<'../{0}' can't be <a file name>: only A-Z, ")
    text = why_not(FolderPrinter(tmp_path, ("pdf",), name="{1}"), "LPN", Unprintable)
    assert in_brackets(text) == "<{1} needs the label as pdf, but got zpl.>"


def test_a_queue_tells_what_the_print_system_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, in_brackets: Callable[[str], str]
) -> None:
    """A queue that is stopped, one that takes nothing, and no print system at all."""
    well = "printer zebra is idle.  enabled since Mon\n"
    assert in_brackets(read_queue(f"{well}zebra not accepting requests\n", "zebra").text) == (
        "<The print queue zebra takes no jobs: run cupsaccept zebra.>"
    )
    assert in_brackets(read_queue("printer zebra disabled since Mon\n", "zebra").text) == (
        "<The print queue zebra is stopped: run cupsenable zebra.>"
    )
    monkeypatch.setenv("PATH", str(tmp_path))
    assert in_brackets(why_not(QueuePrinter("zebra"))) == (
        "<The command lpstat is missing. Install the client of CUPS.>"
    )
    queue = QueuePrinter("zebra")
    assert in_brackets(queue._refusal("")) == (
        "<The print system can't be reached: <no answer>. Is cupsd running?>"
    )
    assert in_brackets(queue._refusal("lp: {odd}")) == (
        "<The print system can't be reached: lp: {odd}. Is cupsd running?>"
    )


@pytest.fixture
def run() -> Iterator[Callable[..., Spool]]:
    """Start spools, and stop them at the end."""
    spools: list[Spool] = []

    def start(printer: Any, ledger: Any, told: Callable[[SpoolStatus], None]) -> Spool:
        spools.append(Spool(printer, ledger, lambda job, at: LABEL, told, look_every=None))
        spools[-1].start()
        return spools[-1]

    yield start
    for spool in spools:
        assert spool.stop(20)


def test_the_spool_hands_on_what_an_error_is_made_of(
    run: Callable[..., Spool], inbox: Callable[[], Any], in_brackets: Callable[[str], str]
) -> None:
    """A ledger that can't be used, and a printer that fails in its own way."""
    told = inbox()

    class Broken(FakeLedger):
        def waiting(self) -> list[Job]:
            raise OSError(Said("the disk of {station} is full", station="{1}"))

    class Odd(FakePrinter):
        def send(self, name: str, documents: object) -> None:
            raise RuntimeError

    run(FakePrinter(), Broken(), told)
    text = told.wait_for(lambda items: any(one.state == "lost" for one in items))[-1].detail
    assert in_brackets(text) == "<The list of labels to print can't be used: <the disk of {1} is full>>"
    other = inbox()
    run(Odd(), FakeLedger(Job("j", "LPN-1")), other)
    text = other.wait_for(lambda items: any(one.state == "lost" for one in items))[-1].detail
    assert in_brackets(text) == "<fake printer failed on LPN-1: RuntimeError>"
