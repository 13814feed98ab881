"""The shift's book over a real station: X and Z, numbers, differences that want a reason, CSV."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner

from terminal.assembly import Assembly, assemble
from terminal.bench.codec import encode
from terminal.bench.given import Press, Scan, Typed
from terminal.bench.wire import Draft
from terminal.config import load
from terminal.csv_export import export_csv, safe
from terminal.domain.items import ManifestLine
from terminal.domain.suggest import BadData
from terminal.export_cli import export
from terminal.lookup import badge_code, tote_code
from terminal.settings import Settings
from terminal.shift_book import ShiftBook
from terminal.shift_cli import shift
from terminal.shifts import end_shift, open_shift, report
from terminal.store.connection import run, transaction

START = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)


class Ticking:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        """Now: every look is a second later."""
        self.at += timedelta(seconds=1)
        return self.at


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Shipped settings over an empty folder."""
    return load(None, tmp_path, {})


@pytest.fixture
def clock() -> Ticking:
    """The clock of the station."""
    return Ticking()


@pytest.fixture
def whole(settings: Settings, clock: Ticking) -> Iterator[Assembly]:
    """A station with a return of five cups, one of which has a title like a formula."""
    made = assemble(settings, clock)
    price = Decimal("19.90")
    line = ManifestLine("RMA1", 1, "CUP-1", None, "=cup", "home", 5, unit_price=price, currency="EUR")
    made.file.catalogue.put_manifest([line])
    yield made
    made.close()


def sign_in(whole: Assembly, who: str) -> None:
    """Scan a badge."""
    whole.station.handle(Scan(badge_code(whole.people[who])))


def place(whole: Assembly) -> str:
    """Bring one cup through; gives its LPN."""
    station = whole.station
    for given in (Scan("RMA1"), Scan("CUP-1"), Press("clean"), Typed("")):
        station.take(given)
    item = station.state.item
    assert item is not None
    assert item.decided is not None
    station.take(Scan(item.lpn))
    assert station.take(Scan(tote_code(item.decided.disposition))).verdict.code == "placed"
    return item.lpn


def close_up(whole: Assembly, reason: str = "") -> str:
    """Close the open parcel and the shift; gives the verdict's code."""
    whole.station.take(Press("parcel_done"))
    return whole.station.end_shift(reason, pending_ok=True).verdict.code


def test_an_x_report_can_be_asked_for_again_and_changes_only_with_the_work(whole: Assembly) -> None:
    """Counting goes on from where it was, and is what a fresh count of the whole journal is."""
    sign_in(whole, "1001")
    lpn = place(whole)
    first = whole.shift.report()
    assert (first.items.closed, first.shift, first.opened_by) == (1, 1, "1001")
    again = whole.shift.report()
    assert (again.items, again.labels.asked, again.last) == (first.items, first.labels.asked, first.last)
    place(whole)
    grown = whole.shift.report()
    assert grown.items.closed == 2
    fresh = ShiftBook(whole.file).report()
    assert (fresh.items, fresh.totes, fresh.head) == (grown.items, grown.totes, grown.head)
    assert lpn in whole.shift.contents()[tote_code("repackage")] + whole.shift.contents().get(
        tote_code("outlet"), []
    )


def test_nothing_is_reported_where_no_shift_was(whole: Assembly) -> None:
    """Neither X nor Z, each with its sentence."""
    with pytest.raises(BadData, match="No shift was ever opened"):
        whole.shift.report()
    with pytest.raises(BadData, match="No shift was ever closed"):
        whole.shift.closed()
    sign_in(whole, "1001")
    with pytest.raises(BadData, match="Shift 1 is still open"):
        whole.shift.closed()
    with pytest.raises(BadData, match="There is no Z report 4 here"):
        whole.shift.closed(4)


def test_z_reports_are_numbered_and_stay_as_they_were_signed(whole: Assembly, clock: Ticking) -> None:
    """The second shift changes nothing in the first one's, nor does midnight or a clock that is set back."""
    sign_in(whole, "1001")
    place(whole)
    whole.spool.drain(10)
    sign_in(whole, "9001")
    assert close_up(whole) == "shift-closed"
    one = whole.shift.closed(1)
    assert (one.report.items.closed, one.report.closed_by, one.report.short) == (1, "9001", 4)
    assert one.event.body["report"] == {**encode(one.report)}
    assert one.event.hash == whole.file.journal.head().hash
    clock.at += timedelta(hours=9)
    sign_in(whole, "1002")
    whole.station.take(Scan("RMA1"))
    clock.at -= timedelta(hours=3)
    place(whole)
    sign_in(whole, "9001")
    assert close_up(whole) == "shift-closed"
    two = whole.shift.closed()
    assert (two.report.shift, two.report.items.closed, two.report.clock_back) == (2, 1, 1)
    assert whole.shift.closed(1) == one
    assert set(whole.shift.closed(1).contents) == set(one.contents)


def test_counts_that_differ_want_a_reason_from_the_menu(whole: Assembly) -> None:
    """A tote whose count was spoilt: the bench asks why, the reason closes the shift and stands in the Z report."""
    sign_in(whole, "9001")
    place(whole)
    whole.station.take(Press("parcel_done"))
    with transaction(whole.file.db):
        run(whole.file.db, "update tote set units = units + 2")
    assert whole.station.take(Press("shift_close")).verdict.code == "shift-differs"
    assert whole.station.view().menu
    assert whole.station.state.shift == 1
    assert whole.station.take(Typed("1")).verdict.code == "shift-closed"
    made = whole.shift.closed().report
    assert made.reason == next(iter(whole.station.rules.difference_reasons))
    assert [(one.what, one.expected, one.found) for one in made.differences] == [("tote-items", 3, 1)]


def test_the_reason_is_kept_while_events_are_sent(whole: Assembly) -> None:
    """The word for what waits, or the press that comes when nothing waits any more, asks for no second reason."""
    sign_in(whole, "9001")
    place(whole)
    whole.station.take(Press("parcel_done"))
    with transaction(whole.file.db):
        run(whole.file.db, "update tote set units = units + 2")
    whole.station.pending = lambda: {"hub": 5}
    assert whole.station.take(Press("shift_close")).verdict.code == "shift-differs"
    assert whole.station.take(Typed("2")).verdict.code == "shift-pending"
    assert whole.station.closing
    whole.station.pending = lambda: {"hub": 0}
    assert whole.station.take(Press("shift_close")).verdict.code == "shift-closed"
    assert whole.shift.closed().report.reason == list(whole.station.rules.difference_reasons)[1]


def test_nobody_signed_in_closes_nothing(whole: Assembly) -> None:
    """There is nobody to sign it; without a shift the bench says so."""
    assert whole.station.end_shift().verdict.code == "sign-in-first"
    open_shift(whole, "9001")
    assert whole.station.end_shift().verdict.code == "sign-in-first"


def test_from_the_command_line_a_difference_names_the_reasons(whole: Assembly) -> None:
    """The shift stays open until --reason says why."""
    sign_in(whole, "9001")
    place(whole)
    whole.station.take(Press("parcel_done"))
    whole.station.take(Press("lock"))
    with transaction(whole.file.db):
        run(whole.file.db, "update tote set units = units + 2")
    with pytest.raises(BadData, match=r"counts do not agree(.|\n)*--reason .*other"):
        end_shift(whole, "9001", pending_ok=True)
    assert end_shift(whole, "9001", pending_ok=True, reason="counted-again")["totals"]["differences"] == 1


def test_a_shift_closed_by_an_older_version_is_counted_from_its_events(whole: Assembly) -> None:
    """Its event has totals only."""
    sign_in(whole, "1001")
    place(whole)
    at = datetime(2026, 11, 23, 23, tzinfo=UTC)
    body = {"number": 1, "by": "9001", "totals": {"items_closed": 1}}
    whole.file.journal.append([Draft("shift_closed", 1, at, None, None, None, body)], [])
    with transaction(whole.file.db):
        run(whole.file.db, "update shift set closed_at = 'then', closed_by = '9001'")
    made = whole.shift.closed().report
    assert (made.items.closed, made.closed_by, made.shift) == (1, "", 1)


@pytest.fixture
def asked(settings: Settings) -> Callable[..., str]:
    """Runs `regrade shift` or `regrade export` over the folder."""

    class Over:
        """What a command gets."""

        def __init__(self) -> None:
            self.settings = settings

    def command(*words: str) -> str:
        group = {"shift": shift, "export": export}[words[0]]
        done = CliRunner().invoke(group, words[1:], obj=Over())
        assert done.exit_code == 0, done.output
        return done.output

    return command


def test_the_command_prints_json_and_writes_pdf(
    whole: Assembly, asked: Callable[..., str], tmp_path: Path
) -> None:
    """X of an open shift, Z of a closed one by its number, both on paper too."""
    sign_in(whole, "9001")
    lpn = place(whole)
    x = json.loads(asked("shift", "report", "--x"))
    assert (x["report"], x["items"]["closed"], x["totals"]["items_closed"], x["signed"]) == ("x", 1, 1, None)
    assert [lpn] in x["contents"].values()
    assert close_up(whole) == "shift-closed"
    z = json.loads(asked("shift", "report", "--z", "--number", "1"))
    assert (z["report"], z["shift"], z["signed"]["by"], z["closed_by"]) == ("z", 1, "9001", "9001")
    paper = tmp_path / "z.pdf"
    told = json.loads(asked("shift", "report", "--z", "--pdf", str(paper)))
    assert told == {"report": "z", "shift": 1, "pdf": str(paper)}
    assert json.loads(asked("shift", "report", "--z", "--json", "--pdf", str(paper))) == z
    text = pypdfium2.PdfDocument(paper)[0].get_textpage().get_text_range()
    assert "Z report 1" in text
    assert z["head"] in text
    with pytest.raises(BadData, match="--number belongs to --z"):
        report(whole.settings, "x", 1)


def test_the_csv_has_every_item_and_event_and_no_formula(
    whole: Assembly, asked: Callable[..., str], tmp_path: Path
) -> None:
    """A title that begins like a formula gets an apostrophe; numbers stay numbers; the events are the journal's."""
    sign_in(whole, "1001")
    lpn = place(whole)
    told = json.loads(asked("export", "csv", "--out", str(tmp_path / "csv")))
    events = whole.file.journal.head().seq
    assert told == {"items": 1, "events": events, "out": str(tmp_path / "csv")}
    with (tmp_path / "csv" / "items.csv").open(encoding="utf-8", newline="") as source:
        (item,) = list(csv.DictReader(source))
    assert (item["lpn"], item["title"], item["status"], item["line"]) == (lpn, "'=cup", "closed", "1")
    with (tmp_path / "csv" / "events.csv").open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    assert [int(row["seq"]) for row in rows] == list(range(1, events + 1))
    assert all(json.loads(row["body"]) is not None for row in rows)
    assert rows[-1]["hash"] == whole.file.journal.head().hash
    assert sorted(path.name for path in (tmp_path / "csv").iterdir()) == ["events.csv", "items.csv"]


def test_a_table_that_can_not_be_written_leaves_nothing(whole: Assembly, tmp_path: Path) -> None:
    """A folder stands where the file should go: the part file is gone again."""
    (tmp_path / "csv" / "events.csv").mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        export_csv(whole.settings, tmp_path / "csv")
    assert [path.name for path in (tmp_path / "csv").iterdir()] == ["events.csv"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx"])
def test_what_begins_like_a_formula_is_text(text: str) -> None:
    """And a number, a harmless text and nothing stay what they are."""
    assert safe(text) == f"'{text}"
    assert (safe(-1), safe("a=1"), safe(None)) == (-1, "a=1", "")
