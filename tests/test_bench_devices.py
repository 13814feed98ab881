"""The whole station with its devices: simulated, on real ptys and ports, each doing what devices do."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from devices.fakes import Cable, FakeScanner, Fault, Zebra
from devices.fakes.scale import FakeScale
from devices.feedback import Feedback
from devices.learning import CHECK_TEXT
from terminal.bench.given import Press, Scan, Typed, Weighed
from terminal.bench.meanings import Operator
from terminal.bench.view import Level, View
from terminal.config import load
from terminal.config_source import ConfigErrors
from terminal.domain.items import ManifestLine, Product
from terminal.domain.suggest import BadData
from terminal.equipment import feedback_of, label_designs, label_stock, scale_settings
from terminal.floor_port import FloorPort
from terminal.lookup import badge_code

BADGE = badge_code(Operator("1001", "operator"))


def opened(tmp_path: Path, config: str) -> FloorPort:
    """A bench on this config, with one return of five cups of 300 g."""
    site = tmp_path / "site.toml"
    site.write_text(config, "utf-8")
    port = FloorPort(load(site, tmp_path / "data", {}), embedded=False)
    line = ManifestLine("RMA1001", 1, "CUP-1", None, "Kubek żółty", "home", 5, currency="EUR")
    port._whole.file.catalogue.put_manifest([line])
    cup = Product("CUP-1", None, "Kubek żółty", "home", Decimal("19.90"), "EUR", weight_g=300)
    port._whole.file.catalogue.put_products([cup])
    return port


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Callable[[str], FloorPort]]:
    """Opens benches and closes them again."""
    made: list[FloorPort] = []

    def open_(config: str = "") -> FloorPort:
        made.append(opened(tmp_path, config))
        return made[-1]

    yield open_
    for port in made:
        port.close()


def until(holds: Callable[[], Any], timeout: float = 15.0) -> Any:
    """Wait for something another thread does; gives what it was."""
    deadline = time.monotonic() + timeout
    pause = threading.Event()
    while not (found := holds()):
        assert time.monotonic() < deadline, "waited in vain"
        pause.wait(0.01)
    return found


def open_ptys() -> int:
    """Descriptors that are ends of serial lines; the station's own files come and go beside them."""
    found = 0
    for descriptor in os.listdir("/proc/self/fd"):
        with suppress(OSError):
            found += os.readlink(f"/proc/self/fd/{descriptor}").startswith(("/dev/pts/", "/dev/ptmx"))
    return found


def to_inspection(port: FloorPort) -> View:
    """Badge, return, item."""
    view = port.view()
    for code in (BADGE, "RMA1001", "CUP-1"):
        view = port.handle(Scan(code, "gun"))
    return view


def test_a_scanner_is_told_what_became_of_its_scan(tmp_path: Path, bench: Callable[[str], FloorPort]) -> None:
    """Once the scan is on disk or refused; one that types has no ear."""
    with FakeScanner(tmp_path, "gun") as gun:
        port = bench(f'[scanners.gun]\nurl = "{gun.path}"\nfeedback = "honeywell"')
        heard: list[Any] = []
        port.start_scanners(heard.append)
        until(lambda: port.devices()[0].state == "ok" and not port._scanners._states["gun"].detail)
        until(lambda: port._scanners._states["gun"].state == "ok")
        gun.scan(BADGE)
        scan = until(lambda: heard)[0]
        port.handle(scan)
        assert gun.receive(2) == b"\x1b7"
        port.handle(Scan("XX-NOTHING", "gun"))
        assert gun.receive(2) == b"\x1b8"
        port.handle(Scan("YY-NOTHING", "keyboard"))
        assert gun.receive(1, timeout=0.2) == b""


def test_a_load_on_the_scale_reaches_the_open_item(tmp_path: Path, bench: Callable[[str], FloorPort]) -> None:
    """Through the scale's own protocol, and a strange weight is a doubt on the screen."""
    with FakeScale(tmp_path, "scale") as scale:
        port = bench(f'[scales.pan]\nurl = "{scale.path}"')
        to_inspection(port)
        loads: list[Any] = []
        port.start_scanners(loads.append)
        until(lambda: any(line.name == "SCALE" and line.state == "ok" for line in port.devices()))
        scale.put(80)
        load = until(lambda: loads)[0]
        assert (load, type(load)) == (Weighed(80, "pan"), Weighed)
        port.handle(load)
        view = port.handle(Press("clean"))
        assert any("empty or swapped" in fact.text for fact in view.facts)


def test_one_trigger_over_two_roads_counts_once(bench: Callable[[str], FloorPort]) -> None:
    """The second road is told, so that somebody switches it off; a long pull is just counted once."""
    port = bench("")
    port.handle(Scan(BADGE, "gun"))
    port.handle(Scan("RMA1001", "gun"))
    view = port.handle(Scan("RMA1001", "keyboard"))
    assert (view.level, view.word) == (Level.WARN, "TWICE")
    assert {"gun", "keyboard"} <= set(view.line.replace(":", "").split())
    port.handle(Scan("CUP-1", "gun"))
    view = port.handle(Scan("CUP-1", "gun"))
    assert "read twice" in view.last.text


def test_the_check_code_says_what_is_wrong_with_the_scanner(bench: Callable[[str], FloorPort]) -> None:
    """Before anybody has signed in: well, or what to set."""
    port = bench("")
    assert "well" in port.handle(Scan(CHECK_TEXT, "gun", "]C1")).last.text
    view = port.handle(Scan(CHECK_TEXT.replace("\x1d", ""), "gun", "]C1"))
    assert (view.level, view.word) == (Level.STOP, "SCANNER")


def test_paper_out_in_a_label_is_asked_for_and_the_second_printer_takes_over(
    tmp_path: Path, bench: Callable[[str], FloorPort]
) -> None:
    """The label in doubt is never sent again by itself; what waits goes to the other printer at a key."""
    with Zebra((Fault.parse("paper-out@1"),)) as zebra:
        port = bench(
            f'[printers.sim]\nkind = "tcp"\nhost = "127.0.0.1"\nport = {zebra.port}\n'
            '[printers.spare]\nkind = "folder"\npath = "spare"\n'
            '[labels]\nprinter = "sim"\nsecond = "spare"'
        )
        to_inspection(port)
        port.handle(Press("clean"))
        until(lambda: port._whole.spool.status().in_doubt)
        view = port.view()
        assert (view.level, view.word) == (Level.WARN, "LABEL THERE?")
        assert port.devices()[1].state == "warn"
        assert port.handle(Press("printer")).last.text.startswith("spare prints")
        port.handle(Press("doubts"))
        port.handle(Typed("1"))
        port.handle(Typed("2"))
        until(lambda: list((tmp_path / "data" / "spare").glob("*-2.pdf")))
        assert not list((tmp_path / "data" / "spare").glob("*[!2].pdf"))
        until(lambda: not port._whole.spool.status().in_doubt)
        assert port.handle(Press("doubts")).last.text == "No label is in doubt."
        assert port.view().word != "LABEL THERE?"


def test_a_bench_with_one_printer_says_so(bench: Callable[[str], FloorPort]) -> None:
    """The key is refused with what to do; nobody signed in is told that first."""
    port = bench("")
    assert port.handle(Press("printer")).word == "SIGN IN"
    port.handle(Scan(BADGE))
    assert port.handle(Press("printer")).word == "ONE PRINTER"


def test_the_label_of_the_item_is_drawn_for_the_screen(bench: Callable[[str], FloorPort]) -> None:
    """From the layout that is printed; without one it says so."""
    port = bench("")
    assert port.drawing("label", 60) == ("No label was asked for yet.",)
    to_inspection(port)
    port.handle(Press("clean"))
    drawn = port.drawing("label", 60)
    assert max(map(len, drawn)) <= 60
    assert any("żółty" in line for line in drawn)


def test_a_sites_design_is_used_and_a_wrong_one_is_told_with_its_line(tmp_path: Path) -> None:
    """Proven when the bench opens, not when a label is wanted."""
    site = tmp_path / "site.toml"
    site.write_text(
        '[labels.outlet]\nlike = "retag"\nsize = "4x6in"\nchannels = ["outlet"]\n'
        'fields = [{ id = "sku", text = "SOLD AS {sku}" }]\n',
        "utf-8",
    )
    settings = load(site, tmp_path, {})
    design = label_designs(settings).choose(label_stock(settings).name, "outlet", 203)
    assert any("SOLD AS" in str(field) for field in design.fields)
    site.write_text(site.read_text("utf-8").replace("{sku}", "{skuu}"), "utf-8")
    with pytest.raises(BadData, match=r"site\.toml:5: labels\.outlet.*sku") as told:
        label_designs(load(site, tmp_path, {}))
    assert "did you mean" in str(told.value).lower()


def test_a_scale_pattern_without_a_value_is_told_before_the_bench_opens(tmp_path: Path) -> None:
    """In words, with the scale it belongs to."""
    site = tmp_path / "site.toml"
    site.write_text('[scales.pan]\nurl = "/dev/pan"\nprotocol = "pattern"\npattern = "[0-9]+"\n', "utf-8")
    with pytest.raises(BadData, match="value"):
        scale_settings(load(site, tmp_path, {}).scales["pan"])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[scanners.gun]\nurl = "/dev/x"\nfeedback = "zebar"', "zebra"),
        ('[labels]\nsecond = "spair"', "no such printer"),
        ('[feedback.own]\ngood = "€"\nbad = ""', "at most 32 bytes"),
    ],
)
def test_names_that_nobody_has_are_told(tmp_path: Path, text: str, why: str) -> None:
    """With what was probably meant."""
    site = tmp_path / "site.toml"
    site.write_text(text, "utf-8")
    with pytest.raises(ConfigErrors, match=why):
        load(site, tmp_path, {})


def test_a_pulled_scanner_comes_back_under_a_running_bench(
    tmp_path: Path, bench: Callable[[str], FloorPort]
) -> None:
    """Scans that were read are there once each, in order, and nothing is left running afterwards."""
    with Cable(tmp_path, "gun") as cable:
        port = bench(f'[scanners.gun]\nurl = "{cable.path}"')
        heard: list[Any] = []
        threads, ptys = threading.active_count(), open_ptys()
        port.start_scanners(heard.append)
        sent = []
        for number in range(int(os.environ.get("REGRADE_CYCLES", "3"))):
            until(lambda: port._scanners._states.get("gun") and port._scanners._states["gun"].state == "ok")
            sent.append(f"CODE-{number}")
            cable.send(f"CODE-{number}\rHALF".encode())
            until(lambda: len(heard) == len(sent))
            port.handle(heard[-1])
            cable.unplug()
            until(lambda: port._scanners._states["gun"].state == "lost")
            cable.replug()
        assert [scan.text for scan in heard] == sent
        port._scanners.stop()
        assert threading.active_count() == threads
        assert open_ptys() == ptys


def test_the_shipped_feedback_tells_good_from_bad_and_the_default_sends_nothing(tmp_path: Path) -> None:
    """A scanner that is not set up for feedback must not be sent any."""
    site = tmp_path / "site.toml"
    site.write_text('[scanners.gun]\nurl = "/dev/gun"\n', "utf-8")
    settings = load(site, tmp_path, {})
    assert feedback_of(settings, settings.scanners["gun"]) == Feedback()
    for name in settings.feedback:
        told = feedback_of(settings, settings.scanners["gun"].model_copy(update={"feedback": name}))
        assert told.good
        assert told.bad
        assert told.good != told.bad
