"""Printers say that a label was taken only when it was, and tell "not sent" from "in doubt"."""

from __future__ import annotations

import os
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.fakes import Cable, PrinterSink
from devices.printer import FolderPrinter, InDoubt, NotSent, Printer, SerialPrinter, TcpPrinter, Unprintable

LABEL = b"^XA^FO20,20^FDLPN^FS^XZ\n" * 40
BOTH = {"zpl": LABEL, "pdf": b"%PDF-1.4 ..."}


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[Cable]:
    """A serial line."""
    with Cable(tmp_path, "printer") as one:
        yield one


def test_a_folder_gets_every_document_whole_and_nothing_else(tmp_path: Path) -> None:
    """No temporary file is left, and the same job again replaces its files."""
    printer = FolderPrinter(tmp_path / "new" / "labels")
    printer.send("BCDEFG-2", {"zpl": b"old", "pdf": b"old"})
    printer.send("BCDEFG-2", BOTH)
    files = {path.name: path.read_bytes() for path in (tmp_path / "new" / "labels").iterdir()}
    assert files == {"BCDEFG-2.zpl": LABEL, "BCDEFG-2.pdf": b"%PDF-1.4 ..."}


def test_a_folder_writes_only_the_formats_it_was_made_for(tmp_path: Path) -> None:
    """The other document is nobody's business here."""
    FolderPrinter(tmp_path, ("pdf",)).send("BCD", BOTH)
    assert [path.name for path in tmp_path.iterdir()] == ["BCD.pdf"]


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../evil", "/etc/passwd", "a/b", "a\x00b", "a b", "ü", "-rf", ".x", "x" * 200]
)
def test_a_name_that_is_no_plain_file_name_is_never_written(name: str, tmp_path: Path) -> None:
    """Names come from data that strangers print."""
    with pytest.raises(Unprintable, match="can't be a file name"):
        FolderPrinter(tmp_path / "labels").send(name, BOTH)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("documents", [{}, {"zpl": b""}, {"pdf": b"x"}, {"zpl": b"x", "pdf": b""}])
def test_a_missing_document_can_never_be_printed(documents: dict[str, bytes], tmp_path: Path) -> None:
    """Trying again would not help."""
    with pytest.raises(Unprintable, match="needs the label as"):
        FolderPrinter(tmp_path).send("BCD", documents)


def test_a_folder_that_can_not_be_written_is_not_sent_and_leaves_nothing(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    place = tmp_path / "labels"
    place.write_text("in the way")
    with pytest.raises(NotSent, match="can't be written"):
        FolderPrinter(place).send("BCD", BOTH)
    place.unlink()
    place.mkdir()
    (place / "BCD.pdf").mkdir()
    with pytest.raises(NotSent, match="has room"):
        FolderPrinter(place).send("BCD", BOTH)
    assert sorted(path.name for path in place.iterdir() if path.suffix == ".part") == []


def test_a_link_in_place_of_the_temporary_file_is_not_followed(tmp_path: Path) -> None:
    """A label must not overwrite a file elsewhere."""
    victim = tmp_path / "victim"
    victim.write_text("precious")
    labels = tmp_path / "labels"
    labels.mkdir()
    (labels / ".BCD.zpl.part").symlink_to(victim)
    with pytest.raises(NotSent):
        FolderPrinter(labels, ("zpl",)).send("BCD", BOTH)
    assert victim.read_text() == "precious"
    FolderPrinter(labels, ("zpl",)).send("BCD", BOTH)
    assert stat.S_ISREG(os.lstat(labels / "BCD.zpl").st_mode)


def test_a_job_over_tcp_arrives_byte_for_byte(tmp_path: Path) -> None:
    """One connection a job."""
    with PrinterSink() as sink:
        printer = TcpPrinter(sink.host, sink.port, status="off")
        printer.send("one", BOTH)
        printer.send("two", {"zpl": LABEL * 2000})
        assert sink.wait_for(2)
        assert sink.jobs == [LABEL, LABEL * 2000]
        assert sink.torn == []


def test_a_refused_connection_is_not_sent() -> None:
    """Nothing left this machine."""
    with PrinterSink(refuse=True) as sink, pytest.raises(NotSent, match="it refused the connection"):
        TcpPrinter(sink.host, sink.port, status="off").send("one", BOTH)


def test_an_address_that_answers_nothing_is_not_sent() -> None:
    """A full backlog takes no connection, as a printer that is switched off takes none."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        address = server.getsockname()
        crowd = []
        try:
            for _ in range(8):
                one = socket.socket()
                one.setblocking(False)
                one.connect_ex(address)
                crowd.append(one)
            with pytest.raises(NotSent, match="no answer in time"):
                TcpPrinter("127.0.0.1", address[1], connect_timeout=0.2).send("one", BOTH)
        finally:
            for one in crowd:
                one.close()


def test_a_host_name_that_can_not_be_is_not_sent() -> None:
    """Names that break the resolver's own rules raise something else than OSError."""
    with pytest.raises(NotSent, match="can't be reached"):
        TcpPrinter("x" * 80 + ".local").send("one", BOTH)


@pytest.mark.parametrize("after", [1, 64, 500, len(LABEL) - 1, len(LABEL)])
def test_a_reset_in_the_middle_is_in_doubt(after: int) -> None:
    """Even after the last byte: the printer said nothing of having it all."""
    with PrinterSink(reset_after=after) as sink:
        with pytest.raises(InDoubt, match="it closed the connection"):
            TcpPrinter(sink.host, sink.port, status="off").send("one", BOTH)
        assert sink.jobs == []


@pytest.mark.parametrize("size", [1, 20_000])
def test_a_printer_that_never_reads_is_in_doubt_in_the_end(size: int) -> None:
    """The kernel would take a small label for it and call it sent."""
    with PrinterSink(never_read=True) as sink, pytest.raises(InDoubt, match="no answer in time"):
        TcpPrinter(sink.host, sink.port, write_timeout=0.2, status="off").send("one", {"zpl": LABEL * size})


def test_a_printer_that_talks_and_never_closes_is_in_doubt_unless_that_is_its_way() -> None:
    """Some print servers keep the connection; then the scan of the label is all the proof there is."""
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def babble() -> None:
            connection, _ = server.accept()
            with connection:
                connection.settimeout(20)
                while not done.is_set():
                    try:
                        connection.sendall(b"ready\r\n" * 1000)
                    except OSError:
                        return

        printer = threading.Thread(target=babble)
        printer.start()
        host, port = server.getsockname()
        try:
            with pytest.raises(InDoubt):
                TcpPrinter(host, port, write_timeout=0.2, status="off").send("one", BOTH)
        finally:
            done.set()
            printer.join()
    with PrinterSink() as sink:
        TcpPrinter(sink.host, sink.port, await_close=False, status="off").send("one", BOTH)
        assert sink.wait_for(1)


def test_a_port_number_that_does_not_exist_is_refused_at_once() -> None:
    """A wrong configuration is found when it is read."""
    with pytest.raises(ValueError, match="between 1 and 65535"):
        TcpPrinter("printer", 91000)


def test_a_job_over_a_serial_line_arrives_byte_for_byte(cable: Cable) -> None:
    """The port is opened for the job and given back."""
    received: list[bytes] = []
    drain = threading.Thread(target=lambda: received.append(cable.receive(len(LABEL) * 20)))
    drain.start()
    SerialPrinter(str(cable.path), write_timeout=20, status="off").send("one", {"zpl": LABEL * 20})
    drain.join()
    assert received == [LABEL * 20]
    SerialPrinter(str(cable.path), status="off").send("two", {"zpl": b"^XA^XZ"})
    assert cable.receive(6) == b"^XA^XZ"


def test_a_serial_printer_that_takes_nothing_is_in_doubt_in_the_end(cable: Cable) -> None:
    """A write would block for ever without a time-out."""
    with pytest.raises(InDoubt, match="stopped taking bytes, after"):
        SerialPrinter(str(cable.path), write_timeout=0.2, status="off").send("one", {"zpl": LABEL * 200})


def test_a_serial_printer_whose_buffer_does_not_empty_is_in_doubt_and_forgets_it() -> None:
    """On a loop nobody takes the bytes away, as under a flow control that never lets go."""
    with pytest.raises(InDoubt, match="did not empty"):
        SerialPrinter("loop://", baudrate=4_000_000, write_timeout=0.1, status="off").send("one", BOTH)


def test_a_missing_serial_printer_is_not_sent(cable: Cable) -> None:
    """Its path is gone with the cable."""
    cable.unplug()
    with pytest.raises(NotSent, match="There is no device"):
        SerialPrinter(str(cable.path), status="off").send("one", BOTH)


def test_only_a_folder_may_be_sent_the_same_job_twice(tmp_path: Path) -> None:
    """Twice on paper is two labels."""
    printers: list[Printer] = [FolderPrinter(tmp_path), TcpPrinter("printer"), SerialPrinter("/dev/ttyS0")]
    assert [printer.repeatable for printer in printers] == [True, False, False]
    assert [printer.name for printer in printers] == [f"folder {tmp_path}", "printer:9100", "/dev/ttyS0"]
