"""What the printer says of itself reaches the bench in the language of whoever stands there."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from devices.fakes import PrinterSink, Zebra
from devices.jobs import SpoolStatus
from devices.printerhealth import health
from devices.zplstatus import conditions, host_status
from labels.design import NoDesign
from labels.said import Said
from terminal import station as stations
from terminal.bench.given import Press, Scan
from terminal.bench.meanings import Operator
from terminal.config import load
from terminal.domain.items import ManifestLine, Product
from terminal.domain.speech import Voice, speaking
from terminal.floor_port import FloorPort
from terminal.lookup import badge_code
from terminal.store.connection import read
from terminal.ui.pump import sentence

WELL = b"\x02030,0,0,1245,000,0,0,0,000,0,0,0\x03\r\n\x02001,0,0,0,1,2,6,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"
BADGE = badge_code(Operator("1001", "operator"))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Callable[[str, int], FloorPort]]:
    """Opens benches with a printer at an address, and closes them again."""
    made: list[FloorPort] = []

    def open_(host: str, port: int) -> FloorPort:
        site = tmp_path / "site.toml"
        site.write_text(
            f'[labels]\nprinter = "zebra"\n[printers.zebra]\nkind = "tcp"\nhost = "{host}"\nport = {port}\n'
            "[demo]\nmanifest_hints = false\n",
            "utf-8",
        )
        made.append(FloorPort(load(site, tmp_path / "data", {}), embedded=False))
        return made[-1]

    yield open_
    for one in made:
        one.close()


def printer_line(port: FloorPort, start: str = "", state: str = "lost") -> str:
    """What the row of devices says of the printer, once it is in this state and says what it should begin with."""
    deadline, pause = time.monotonic() + 20, threading.Event()
    while True:
        line = next(one for one in port.devices() if one.name == "PRINTER")
        if line.state == state and line.text.startswith(start):
            return line.text
        assert time.monotonic() < deadline, line
        pause.wait(0.01)


def test_the_row_of_devices_says_it_in_the_language_of_its_reader(
    bench: Callable[[str, int], FloorPort], brackets: Voice
) -> None:
    """The same state, read by two people; addresses stay as they are."""
    with Zebra(["head-open"]) as zebra:
        port = bench(zebra.host, zebra.port)
        assert printer_line(port) == "The print head is open: close it."
        with speaking(brackets):
            assert printer_line(port) == "<<The print head is open: close it.>>"


def test_what_should_be_seen_to_soon_is_a_warning(
    bench: Callable[[str, int], FloorPort], brackets: Voice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A printer that is well and low on labels is a warning; one that is well and silent is none."""
    low = of_cautions(b"ERRORS: 0 00000000 00000000 WARNINGS: 1 00000000 00000008")
    with Zebra() as zebra:
        port = bench(zebra.host, zebra.port)
        for detail, state, text in ((low, "warn", f"<<{low}>>"), ("", "ok", "")):
            monkeypatch.setattr(
                port._whole.spool, "status", lambda said=detail: SpoolStatus("ok", detail=said)
            )
            with speaking(brackets):
                (line,) = (one for one in port.devices() if one.name == "PRINTER")
            assert (line.state, line.text) == (state, text)
            assert next(look for look in port._check() if look.subject == "printer").level == state


def of_cautions(reply: bytes) -> str:
    """What a printer that is well says beside that."""
    found = health(host_status(WELL), conditions(reply))
    assert found.ok
    assert found.text == "The labels run low: have a roll ready."
    return found.text


def test_the_check_before_a_shift_says_it_in_the_language_of_who_signs_in(
    bench: Callable[[str, int], FloorPort], monkeypatch: pytest.MonkeyPatch, brackets: Voice
) -> None:
    """With the reason inside the reason."""
    with PrinterSink(refuse=True) as sink:
        port = bench(sink.host, sink.port)
        assert printer_line(port).startswith(f"The printer at {sink.host}:{sink.port} can't be reached: it ")
        monkeypatch.setattr(stations, "voice", lambda language: brackets)
        line = port.handle(Scan(BADGE)).last.text
        assert (
            f"<The printer at {sink.host}:{sink.port} can't be reached: <it refused the connection>. " in line
        )


def test_a_label_that_waits_is_kept_in_english_and_told_in_the_language_of_its_reader(
    bench: Callable[[str, int], FloorPort], brackets: Voice
) -> None:
    """The list of labels on disk speaks no language but English."""
    with Zebra() as zebra:
        port = bench(zebra.host, zebra.port)
        to_inspection(port)
        zebra.fail("head-open")
        port.handle(Press("clean"))
        assert printer_line(port, "1 wait: ") == "1 wait: The print head is open: close it."
        with speaking(brackets):
            assert printer_line(port, "<1 wait: ") == "<1 wait: <<The print head is open: close it.>>>"
        details = read(port._whole.file.db, "select detail from label_job")
        assert details[0][0] == "The print head is open: close it."


def test_a_label_that_can_not_be_drawn_is_a_warning_in_the_row_of_devices(
    bench: Callable[[str, int], FloorPort], brackets: Voice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody would look for a label that never comes."""

    def refuse(*given: object) -> dict[str, bytes]:
        raise NoDesign(Said("no label design for the channel {channel}", channel="'{x}'"))

    with Zebra() as zebra:
        port = bench(zebra.host, zebra.port)
        monkeypatch.setattr(port._whole.spool, "_render", refuse)
        to_inspection(port)
        port.handle(Press("clean"))
        line = printer_line(port, "The label ", "warn")
        with speaking(brackets):
            told = printer_line(port, "<The label ", "warn")
    assert line.endswith(" can't be drawn: no label design for the channel '{x}'")
    assert told.endswith(" can't be drawn: <no label design for the channel '{x}'>>")


def to_inspection(port: FloorPort) -> None:
    """Badge, return, item."""
    catalogue = port._whole.file.catalogue
    catalogue.put_manifest([ManifestLine("RMA1001", 1, "CUP-1", None, "Cup", "home", 1, currency="EUR")])
    catalogue.put_products([Product("CUP-1", None, "Cup", "home", Decimal("19.90"), "EUR")])
    for given in (Scan(BADGE), Scan("RMA1001"), Scan("CUP-1")):
        port.handle(given)


def test_labels_that_wait_are_counted_in_front_of_the_reason(brackets: Voice) -> None:
    """The number takes its form, the reason its language."""
    from devices.said import Said as Told
    from terminal.floor_port import _lost

    why = Told("{printer} failed on {label}: {why}", printer="zebra", label="LPN-1", why="{odd}")
    assert _lost(2, why) == "2 wait: zebra failed on LPN-1: {odd}"
    with speaking(brackets):
        assert _lost(2, why) == "<2 wait: <zebra failed on LPN-1: {odd}>>"
        assert _lost(0, why) == "<zebra failed on LPN-1: {odd}>"


def test_a_label_that_can_not_be_drawn_is_told_on_its_page_in_the_language_of_its_reader(
    brackets: Voice,
) -> None:
    """What `labels` raises is a sentence for people."""
    problem = NoDesign(Said("no label design for the channel {channel}", channel="'{x}'"))
    with speaking(brackets):
        assert sentence(problem) == "<no label design for the channel '{x}'>"
