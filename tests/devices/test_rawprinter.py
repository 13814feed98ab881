"""A ZPL printer is asked before and after each label, and is never sent the same label twice."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from devices.fakes import Cable, PrinterSink, Zebra
from devices.printer import InDoubt, NotSent, SerialPrinter, TcpPrinter, UsbPrinter
from devices.printerhealth import FaultCode
from devices.rawprinter import RawPrinter, Status
from devices.zplstatus import PREFLIGHT

LABEL = b"^XA^FO20,20^FDLPN^FS^FO9,99^GB90,3,3^FS^PQ1^XZ"
SOON = 0.05


def over_tcp(zebra: Zebra, status: Status = "auto", **options: float) -> TcpPrinter:
    """Make a printer with little patience."""
    return TcpPrinter(
        zebra.host,
        zebra.port,
        write_timeout=options.get("write_timeout", 2.0),
        status=status,
        answer_timeout=options.get("answer_timeout", SOON),
        total_timeout=options.get("total_timeout", 20.0),
        mute_for=options.get("mute_for", 300.0),
    )


def send(printer: RawPrinter, label: bytes = LABEL) -> None:
    """Send a label."""
    printer.send("LPN", {"zpl": label})


@contextmanager
def answering(*answers: bytes, after: bytes = b"~HS\r\n") -> Iterator[tuple[tuple[str, int], bytearray]]:
    """Run a printer that gives the next answer each time it reads `after`, and hangs up after the last."""
    heard = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def run() -> None:
            connection, _ = server.accept()
            place = 0
            with connection, suppress(OSError):
                connection.settimeout(20)
                for answer in answers:
                    while (found := heard.find(after, place)) < 0:
                        data = connection.recv(65536)
                        if not data:
                            return
                        heard.extend(data)
                    place = found + len(after)
                    connection.sendall(answer)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield server.getsockname(), heard
        finally:
            thread.join()


WELL = b"\x02030,0,0,1245,000,0,0,0,000,0,0,0\x03\r\n\x02001,0,0,0,1,2,6,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"
BUSY = WELL.replace(b",1245,000,", b",1245,001,")


def test_a_label_is_sent_between_two_questions_and_is_out_when_sending_returns() -> None:
    """The bytes of the questions are no part of it."""
    with Zebra() as zebra:
        printer = over_tcp(zebra)
        for number in range(1, 4):
            send(printer)
            assert zebra.wait_for(number, timeout=0)
        assert zebra.labels == [LABEL] * 3
        assert zebra.commands == ["HQES", "HS"] * 6


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("paper-out", "load a roll"),
        ("head-open", "close it"),
        ("ribbon-out", "out of ribbon"),
        ("pause", "pause key"),
        ("wrong-language", "ZPL mode"),
    ],
)
@pytest.mark.parametrize("status", ["auto", "always"])
def test_a_printer_with_a_fault_is_sent_nothing(kind: str, word: str, status: Status) -> None:
    """The label waits here and not in the printer, and goes out once the fault is mended."""
    with Zebra([kind]) as zebra:
        printer = over_tcp(zebra, status)
        assert word in printer.look().text
        with pytest.raises(NotSent, match=word):
            send(printer)
        zebra.mend()
        assert (zebra.labels, zebra.lost) == ([], [])
        send(printer)
        assert printer.look().ok
        assert zebra.labels == [LABEL]


def test_a_printer_that_answered_before_and_is_silent_is_sent_nothing() -> None:
    """Silence is what some printers say when they are open or empty."""
    with Zebra() as zebra:
        printer = over_tcp(zebra)
        assert printer.look().ok
        zebra.fail("silent")
        found = printer.look()
        assert (found.known, found.faults) == (False, (FaultCode.SILENT,))
        with pytest.raises(NotSent, match="does not answer, though it did before"):
            send(printer)
        zebra.mend()
        send(printer)
        assert zebra.labels == [LABEL]


def test_a_printer_that_never_answered_is_sent_to_and_not_asked_again_for_a_while() -> None:
    """It is a printer without status; the questions it overhears cost time."""
    with Zebra(["silent"]) as zebra:
        printer = over_tcp(zebra)
        send(printer)
        assert zebra.wait_for(1)
        send(printer)
        assert zebra.wait_for(2)
        assert not printer.look().known
        assert zebra.commands == ["HQES", "HS"]
        zebra.mend()
        again = over_tcp(zebra, mute_for=0)
        zebra.fail("silent")
        send(again)
        send(again)
        assert zebra.wait_for(4)
        assert zebra.commands == ["HQES", "HS"] * 3


def test_a_printer_that_answers_late_is_known_to_answer_from_then_on() -> None:
    """The answer to the question before the label comes while its end is waited for."""
    with answering(WELL, after=LABEL) as (address, heard):
        printer = TcpPrinter(*address, answer_timeout=SOON)
        send(printer)
        assert heard == PREFLIGHT + LABEL
    with answering(b"", b"") as (address, _):
        printer.host, printer.port = address
        assert printer.look().faults == (FaultCode.SILENT,)


def test_always_prints_nothing_on_a_printer_without_status() -> None:
    """For a site that wants to know."""
    with Zebra(["silent"]) as zebra:
        with pytest.raises(NotSent, match="Is it set to ZPL mode"):
            send(over_tcp(zebra, "always"))
        assert zebra.labels == []


def test_off_sends_the_label_and_asks_nothing() -> None:
    """Exactly the bytes of the label, whatever the printer would have said."""
    with Zebra(["paper-out"]) as zebra:
        printer = over_tcp(zebra, "off")
        send(printer)
        assert not printer.look().known
        assert zebra.commands == []
        zebra.mend()
        assert zebra.wait_for(1)


@pytest.mark.parametrize("kind", ["paper-out", "head-open", "ribbon-out", "pause"])
def test_a_fault_that_comes_with_the_label_leaves_doubt_and_no_second_label(kind: str) -> None:
    """The printer prints what it holds by itself; the next label finds the fault before it leaves."""
    with Zebra([f"{kind}@1"]) as zebra:
        printer = over_tcp(zebra)
        with pytest.raises(InDoubt, match="Look whether label LPN came out"):
            send(printer)
        with pytest.raises(NotSent):
            send(printer)
        zebra.mend()
        assert zebra.wait_for(1)
        assert zebra.labels == [LABEL]


@pytest.mark.parametrize("where", ["1", "9", "before", "after"])
@pytest.mark.parametrize("silent", [False, True])
def test_a_reset_after_the_first_byte_is_in_doubt(where: str, silent: bool) -> None:
    """Nobody can tell the one before from the one after it was printed."""
    with Zebra([f"reset@1:{where}", *(["silent"] if silent else [])]) as zebra:
        with pytest.raises(InDoubt, match="it closed the connection"):
            send(over_tcp(zebra))
        assert zebra.wait_for(int(where == "after"))
        assert len(zebra.labels) == int(where == "after")


def test_a_reset_before_the_first_byte_is_not_sent() -> None:
    """The connection broke at the question."""
    with PrinterSink(reset_after=3) as sink, pytest.raises(NotSent, match="before anything was sent"):
        send(TcpPrinter(sink.host, sink.port))
    with answering(b"") as (address, _), pytest.raises(NotSent, match="it closed the connection"):
        TcpPrinter(*address, status="always").look()


def test_a_printer_that_falls_silent_with_the_label_is_in_doubt() -> None:
    """It said nothing of having it."""
    with answering(WELL, b"", b"") as (address, _), pytest.raises(InDoubt, match="fell silent"):
        send(TcpPrinter(*address, write_timeout=0.2))


def test_a_printer_that_takes_a_label_and_never_prints_it_is_in_doubt() -> None:
    """It answers, and its buffer does not empty."""
    with (
        answering(WELL, *[BUSY] * 200) as (address, _),
        pytest.raises(InDoubt, match="took the label and does not print it"),
    ):
        send(TcpPrinter(*address, write_timeout=0.1))


def test_a_job_has_an_end_though_the_printer_goes_on_moving() -> None:
    """Every answer counts down, and none comes to zero in time."""
    many = [WELL.replace(b",1245,000,", b",1245,%03d," % left) for left in range(400, 1, -1)]
    with answering(WELL, *many) as (address, _), pytest.raises(InDoubt, match=r"more than 0\.3 s"):
        send(TcpPrinter(*address, write_timeout=5.0, total_timeout=0.3))


def test_a_printer_that_is_busy_is_waited_for() -> None:
    """A label takes its time; a full buffer and a label that comes in are no faults of it."""
    taking = BUSY.replace(b",001,0,0,0,", b",001,1,0,1,")
    with answering(WELL, taking, BUSY, WELL) as (address, heard):
        send(TcpPrinter(*address))
    assert heard == PREFLIGHT + LABEL + PREFLIGHT * 3


def test_a_slow_printer_is_given_time_as_long_as_it_moves() -> None:
    """More time in all than it may be quiet."""
    with Zebra() as zebra:
        printer = over_tcp(zebra)
        send(printer)
        zebra.fail("slow@2:4000")
        send(printer, LABEL * 8)
        assert zebra.labels == [LABEL] * 9


def test_a_printer_that_never_reads_is_in_doubt_or_was_not_sent_to() -> None:
    """The kernel takes bytes for it; whether a label is among them depends on whether it ever answered."""
    with Zebra(["never-read"]) as zebra:
        with pytest.raises(InDoubt, match="no answer in time"):
            send(over_tcp(zebra, write_timeout=0.2))
        with pytest.raises(NotSent):
            send(over_tcp(zebra, "always"))
        assert zebra.labels == []


def test_one_connection_at_a_time_also_from_two_threads() -> None:
    """A question waits for the label in hand."""
    with Zebra() as zebra:
        printer = over_tcp(zebra, answer_timeout=5.0)
        looks: list[bool] = []
        asking = threading.Thread(target=lambda: looks.extend(printer.look().ok for _ in range(20)))
        asking.start()
        for _ in range(20):
            send(printer)
        asking.join()
        assert looks == [True] * 20
        assert zebra.labels == [LABEL] * 20


def test_a_printer_says_what_it_is() -> None:
    """For whoever sets the station up; nothing for a printer that is no ZPL printer."""
    with Zebra(model="ZT410-300dpi", dots_per_mm=12) as zebra:
        printer = over_tcp(zebra)
        found = printer.identify()
        assert found is not None
        assert (found.model, found.dpi) == ("ZT410-300dpi", 300)
        zebra.fail("wrong-language")
        assert printer.identify() is None
    with pytest.raises(NotSent, match="can't be reached"):
        printer.identify()
    with pytest.raises(NotSent, match="can't be reached"):
        printer.look()


@pytest.mark.parametrize("kind", ["serial", "usb"])
def test_a_printer_on_a_line_or_a_device_is_asked_too(kind: str, tmp_path: Path) -> None:
    """The same steps on every link."""
    with Cable(tmp_path, "lp0") as cable, Zebra(cable=cable) as zebra:
        printer: RawPrinter
        if kind == "serial":
            printer = SerialPrinter(str(cable.path), answer_timeout=1.0, write_timeout=5.0)
        else:
            printer = UsbPrinter(cable.path, answer_timeout=1.0, write_timeout=5.0)
        send(printer)
        assert zebra.labels == [LABEL]
        assert zebra.commands == ["HQES", "HS"] * 2
        who = printer.identify()
        assert who is not None
        zebra.fail("paper-out")
        with pytest.raises(NotSent, match="load a roll"):
            send(printer)
        zebra.mend()
        zebra.fail("head-open@2")
        with pytest.raises(InDoubt, match="close it"):
            send(printer)
        cable.unplug()
        with pytest.raises(NotSent, match="There is no device"):
            send(printer)


def test_a_usb_printer_without_status_is_sent_the_label(tmp_path: Path) -> None:
    """On a device that takes bytes and says nothing."""
    with Cable(tmp_path, "lp0") as cable:
        printer = UsbPrinter(cable.path, answer_timeout=SOON)
        send(printer)
        assert cable.receive(len(PREFLIGHT + LABEL)) == PREFLIGHT + LABEL
        UsbPrinter(cable.path, status="off").send("LPN", {"zpl": LABEL})
        assert cable.receive(len(LABEL)) == LABEL


def test_a_usb_printer_that_takes_nothing_more_is_in_doubt_and_never_blocks(tmp_path: Path) -> None:
    """As such a device does when the printer is out of paper."""
    with Cable(tmp_path, "lp0") as cable:
        printer = UsbPrinter(cable.path, status="off", write_timeout=0.2)
        with pytest.raises(InDoubt, match="no answer in time, after"):
            send(printer, LABEL * 4000)


def test_a_usb_printer_that_is_pulled_is_told_from_one_that_never_was(tmp_path: Path) -> None:
    """Before the first byte and after."""
    with Cable(tmp_path, "lp0") as cable:
        printer = UsbPrinter(cable.path, status="off", write_timeout=20.0)
        caught: list[BaseException] = []

        def run() -> None:
            try:
                send(printer, LABEL * 4000)
            except InDoubt as error:
                caught.append(error)

        sending = threading.Thread(target=run)
        sending.start()
        assert cable.receive(1) == b"^"
        cable.unplug()
        sending.join()
        assert "unplugged" in str(caught[0])
        with pytest.raises(NotSent, match="There is no device"):
            send(printer)


def test_a_file_is_no_usb_printer(tmp_path: Path) -> None:
    """A wrong path must not overwrite something."""
    file = tmp_path / "precious"
    file.write_text("data")
    with pytest.raises(NotSent, match="not a printer's device"):
        send(UsbPrinter(file))
    assert file.read_text() == "data"
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotSent, match="not a printer's device"):
        send(UsbPrinter(tmp_path / "pipe"))


def test_a_status_that_there_is_not_is_refused() -> None:
    """A wrong configuration is found when it is read."""
    with pytest.raises(ValueError, match="auto, always or off"):
        TcpPrinter("printer", status="sometimes")  # type: ignore[arg-type]
