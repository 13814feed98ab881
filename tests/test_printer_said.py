"""What the printer says of itself reaches the bench in the language of whoever stands there."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from devices.fakes import PrinterSink, Zebra
from labels.design import NoDesign
from labels.said import Said
from terminal import station as stations
from terminal.bench.given import Press, Scan
from terminal.bench.meanings import Operator
from terminal.config import load
from terminal.domain.items import ManifestLine, Product
from terminal.domain.speech import speaking
from terminal.floor_port import FloorPort
from terminal.lookup import badge_code
from terminal.store.connection import read
from terminal.ui.pump import sentence

BADGE = badge_code(Operator("1001", "operator"))


class Marked:
    """A language in which every sentence stands in brackets."""

    def gettext(self, message: str, /) -> str:
        """The sentence."""
        return f"<{message}>"

    def ngettext(self, one: str, many: str, n: int, /) -> str:
        """The form that goes with a number."""
        return f"<{one if n == 1 else many}>"


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


def printer_line(port: FloorPort, start: str = "") -> str:
    """What the row of devices says of the printer, once it is lost and says what it should begin with."""
    deadline, pause = time.monotonic() + 20, threading.Event()
    while True:
        line = next(one for one in port.devices() if one.name == "PRINTER")
        if line.state == "lost" and line.text.startswith(start):
            return line.text
        assert time.monotonic() < deadline, line
        pause.wait(0.01)


def test_the_row_of_devices_says_it_in_the_language_of_its_reader(
    bench: Callable[[str, int], FloorPort],
) -> None:
    """The same state, read by two people; addresses stay as they are."""
    with Zebra(["head-open"]) as zebra:
        port = bench(zebra.host, zebra.port)
        assert printer_line(port) == "The print head is open: close it."
        with speaking(Marked()):
            assert printer_line(port) == "<<The print head is open: close it.>>"


def test_the_check_before_a_shift_says_it_in_the_language_of_who_signs_in(
    bench: Callable[[str, int], FloorPort], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the reason inside the reason."""
    with PrinterSink(refuse=True) as sink:
        port = bench(sink.host, sink.port)
        assert printer_line(port).startswith(f"The printer at {sink.host}:{sink.port} can't be reached: it ")
        monkeypatch.setattr(stations, "voice", lambda language: Marked())
        line = port.handle(Scan(BADGE)).last.text
        assert (
            f"<The printer at {sink.host}:{sink.port} can't be reached: <it refused the connection>. " in line
        )


def test_a_label_that_waits_is_kept_in_english_and_told_in_the_language_of_its_reader(
    bench: Callable[[str, int], FloorPort],
) -> None:
    """The list of labels on disk speaks no language but English."""
    with Zebra() as zebra:
        port = bench(zebra.host, zebra.port)
        catalogue = port._whole.file.catalogue
        catalogue.put_manifest([ManifestLine("RMA1001", 1, "CUP-1", None, "Cup", "home", 1, currency="EUR")])
        catalogue.put_products([Product("CUP-1", None, "Cup", "home", Decimal("19.90"), "EUR")])
        for given in (Scan(BADGE), Scan("RMA1001"), Scan("CUP-1")):
            port.handle(given)
        zebra.fail("head-open")
        port.handle(Press("clean"))
        assert printer_line(port, "1 wait: ") == "1 wait: The print head is open: close it."
        with speaking(Marked()):
            assert printer_line(port, "<1 wait: ") == "<1 wait: <<The print head is open: close it.>>>"
        details = read(port._whole.file.db, "select detail from label_job")
        assert details[0][0] == "The print head is open: close it."


def test_labels_that_wait_are_counted_in_front_of_the_reason() -> None:
    """The number takes its form, the reason its language."""
    from devices.said import Said as Told
    from terminal.floor_port import _lost

    why = Told("{printer} failed on {label}: {why}", printer="zebra", label="LPN-1", why="{odd}")
    assert _lost(2, why) == "2 wait: zebra failed on LPN-1: {odd}"
    with speaking(Marked()):
        assert _lost(2, why) == "<2 wait: <zebra failed on LPN-1: {odd}>>"
        assert _lost(0, why) == "<zebra failed on LPN-1: {odd}>"


def test_a_label_that_can_not_be_drawn_is_told_on_its_page_in_the_language_of_its_reader() -> None:
    """What `labels` raises is a sentence for people."""
    problem = NoDesign(Said("no label design for the channel {channel}", channel="'{x}'"))
    with speaking(Marked()):
        assert sentence(problem) == "<no label design for the channel '{x}'>"
