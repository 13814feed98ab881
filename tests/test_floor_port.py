"""The station behind the screen: demo, devices, shift figures, and the last push when the bench is left."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from terminal import floor_port
from terminal.bench.given import Press, Scan, Typed
from terminal.bench.meanings import Operator
from terminal.bench.rules import Look
from terminal.bench_devices import as_scan
from terminal.config import load
from terminal.domain.speech import Said, _, speaking
from terminal.floor_port import FloorPort, screen_settings
from terminal.lookup import badge_code, tote_code
from terminal.voices import voice


def test_a_newcomer_gets_a_whole_item_through_and_its_events_are_pushed(tmp_path: Path) -> None:
    """What the hints say to type leads through an item; leaving the bench pushes what is due."""
    port = FloorPort(load(None, tmp_path, {}), embedded=True)
    view = port.view()
    badge = badge_code(Operator("1001", "operator"))
    assert badge in view.hints[0]
    view = port.handle(Scan(badge))
    rma = view.hints[0].split("Type ")[1].split(" ")[0]
    view = port.handle(Scan(rma))
    code = view.hints[0].split("Type ")[1].split(" ")[0]
    port.handle(Scan(code))
    view = port.handle(Press("clean"))
    lpn = view.hints[0].split("Type ")[1].split(" ")[0]
    view = port.handle(Scan(lpn))
    tote = view.hints[0].split("Type ")[1].split(" ")[0]
    view = port.handle(Scan(tote))
    assert (view.done, view.recent[0].lpn) == (1, lpn)
    assert tote == tote_code(view.recent[0].channel.lower())
    assert [line.name for line in port.devices()] == ["SCANNER", "PRINTER", "SAVED", "SYNC"]
    labels = [fact.label for fact in port.shift_report()]
    assert {"closed", "A", "RESTOCK", "refused scans"} <= set(labels)
    port.close()
    sent = [
        json.loads(line)["kind"]
        for path in sorted((tmp_path / "outbox").glob("*.ndjson"))
        for line in path.read_text("utf-8").splitlines()
    ]
    assert sent[-1] == "placed"


def test_a_site_without_demo_starts_empty(tmp_path: Path) -> None:
    """No demo returns and no hints where the site has its own config."""
    port = FloorPort(load(None, tmp_path, {}), embedded=False)
    assert port.view().hints == ()
    port.close()


@pytest.mark.parametrize("part", ["Renewal", "BenchSync"])
def test_a_bench_that_can_not_begin_lets_go_of_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """So that the next one opens."""

    def broken(*given: object) -> object:
        raise OSError("no thread")

    settings = load(None, tmp_path, {})
    with monkeypatch.context() as patch:
        patch.setattr(floor_port, part, broken)
        with pytest.raises(OSError, match="no thread"):
            FloorPort(settings, embedded=False)
    FloorPort(settings, embedded=False).close()


def test_a_last_push_that_breaks_lets_go_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What went wrong is said, and the next bench opens."""

    def broken(*given: object, **more: object) -> object:
        raise RuntimeError("the sink broke")

    settings = load(None, tmp_path, {})
    port = FloorPort(settings, embedded=False)
    with monkeypatch.context() as patch:
        patch.setattr(floor_port, "sync_once", broken)
        with pytest.raises(RuntimeError, match="the sink broke"):
            port.close()
    FloorPort(settings, embedded=False).close()


def test_settings_and_scans_are_handed_on(tmp_path: Path) -> None:
    """The wedge's gap is in seconds, and a scan with a problem carries its sentence."""
    from devices.problems import Problem
    from devices.scanner import ScanRead

    chosen = screen_settings(load(None, tmp_path, {}))
    assert (chosen.wedge.gap, chosen.idle_minutes) == (0.05, 10)
    good = ScanRead("4711", "]C0", "gun", 0.0, None, "4711")
    bad = ScanRead("", None, "gun", 0.0, Problem.NOISE, "?", "line noise")
    assert (as_scan(good).text, as_scan(good).aim, as_scan(good).problem) == ("4711", "]C0", None)
    assert (as_scan(bad).text, as_scan(bad).problem) == ("?", "line noise")


def test_a_shift_that_begins_is_looked_at_first(tmp_path: Path) -> None:
    """What scanner, printer, sync, clock and disk are like stands in the journal with the shift's opening."""
    port = FloorPort(load(None, tmp_path, {}), embedded=True)
    try:
        port.handle(Scan(badge_code(Operator("1001", "operator"))))
        opened = next(one for one in port._whole.file.journal.events() if one.kind == "shift_opened")
        assert {"scanner", "printer", "sync", "clock", "disk"} <= set(opened.body["check"])
        assert set(opened.body["check"].values()) <= {"ok", "warn", "bad"}
    finally:
        port.close()


def test_what_is_looked_at_is_said_to_whoever_signs_in(tmp_path: Path) -> None:
    """In that person's language, on a bench that speaks another."""
    site = tmp_path / "site.toml"
    site.write_text('[[operators]]\nid = "1001"\nlanguage = "pl"\n[demo]\nmanifest_hints = false\n', "utf-8")
    port = FloorPort(load(site, tmp_path / "data", {}), embedded=False)
    station = port._whole.station
    heard: list[str] = []

    def look() -> tuple[Look, ...]:
        heard.append(_("lost"))
        return (Look("scanner", "warn", Said("{count} wait: {why}", count=1, why=_("lost"))),)

    station.check_shift = look
    try:
        shown = port.handle(Scan(badge_code(Operator("1001", "operator"))))
        assert shown.language == "pl"
        with speaking(voice("pl")):
            assert heard == [_("lost")] != ["lost"]
            assert heard[0] in f"{shown.line} {shown.last}"
    finally:
        port.close()


def test_what_waits_too_long_is_shown_on_the_bench(tmp_path: Path) -> None:
    """From the day after it was due, until somebody decides or another day is set."""
    site = tmp_path / "site.toml"
    site.write_text("[holds]\ndue_days = 0\n", "utf-8")
    port = FloorPort(load(site, tmp_path / "data", {}), embedded=True)
    try:
        port.handle(Scan(badge_code(Operator("1001", "operator"))))
        assert [line.name for line in port.devices()][-1] == "SYNC"
        station = port._whole.station
        lpn = port.view().hints[0].split("Type ")[1].split(" ")[0]
        port.handle(Scan(lpn))
        port.handle(Scan(port.view().hints[0].split("Type ")[1].split(" ")[0]))
        station.clock = lambda: datetime.now(UTC) - timedelta(days=3)
        port.handle(Press("hold"))
        port.handle(Typed(str(list(station.rules.hold_reasons).index("other") + 1)))
        late = port.devices()[-1]
        assert (late.name, late.state, late.text) == ("HOLDS", "warn", "1 overdue: F7")
    finally:
        port.close()


def test_the_screen_and_what_the_station_draws_are_in_the_stations_language(tmp_path: Path) -> None:
    """As `screen.language` says, from the first screen on."""
    site = tmp_path / "site.toml"
    site.write_text('[screen]\nlanguage = "de"\n[demo]\nmanifest_hints = false\n', "utf-8")
    settings = load(site, tmp_path / "data", {})
    assert screen_settings(settings).language == "de"
    port = FloorPort(settings, embedded=False)
    try:
        assert port.view().language == "de"
        with speaking(voice("de")):
            assert port.drawing("label", 40) == (_("No label was asked for yet."),)
        with speaking(voice("pl")):
            in_german = port.drawing("label", 40)
        assert in_german == port.drawing("label", 40)
    finally:
        port.close()
