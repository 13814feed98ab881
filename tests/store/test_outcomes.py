"""Outcomes in the station file: once each, corrections beside what they correct, asked for by day."""

from __future__ import annotations

import csv
import sqlite3
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal.domain.facts import CATEGORIES
from terminal.domain.outcomes import Outcome, OutcomeMap
from terminal.store.connection import run
from terminal.store.importer import Imported, ImportRefused
from terminal.store.outcomes import Outcomes, import_outcomes, reasons_and_defects, received_days
from terminal.store.station_file import StationFile
from terminal.store.tables import OUTCOMES, WORDS

D = Decimal
ROW = "lpn,category,grade,channel,reference_price,proceeds,decided,sold\n"


@pytest.fixture
def shelf(station: StationFile) -> Outcomes:
    """Outcomes of the station, at a fixed time."""
    return Outcomes(station.db, "in.csv", lambda: datetime(2026, 11, 23, 8, tzinfo=UTC))


def take(tmp_path: Path, shelf: Outcomes, content: str, name: str = "in.csv") -> Imported:
    """Import a file with this content."""
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    return import_outcomes(path, OutcomeMap(), shelf, CATEGORIES, tmp_path / "rejects")


def put(shelf: Outcomes, *outcomes: Outcome) -> None:
    """Put in one transaction."""
    with shelf.transaction():
        shelf.put_outcomes(outcomes)


def test_good_rows_go_in_and_bad_rows_beside(tmp_path: Path, shelf: Outcomes) -> None:
    """With line, column, value and reason."""
    done = take(
        tmp_path,
        shelf,
        ROW
        + "BCDF,phone,B,marketplace,500,354.38,2026-11-01,2026-11-15\n"
        + "BCDG,phone,E,marketplace,500,354.38,,\n"
        + "BCDH,phone,A,outlet,500\n"
        + "BCDJ,home,A,outlet,50,=1+1,,\n",
    )
    assert (done.imported, done.rejected) == (1, 3)
    assert done.rejects_file is not None
    with done.rejects_file.open(newline="", encoding="utf-8") as file:
        rejects = list(csv.DictReader(file))
    assert [(row["line"], row["column"], row["value"]) for row in rejects] == [
        ("3", "grade", "E"),
        ("4", "", "BCDH,phone,A,outlet,500"),
        ("5", "proceeds", "'=1+1"),
    ]
    assert shelf.before(date(2026, 12, 1))[0].proceeds == D("354.38")


def test_the_same_file_again_changes_nothing(tmp_path: Path, shelf: Outcomes) -> None:
    """By LPN and as a free row, twice in the file and once more."""
    content = ROW + "BCDF,phone,B,outlet,500,300,,\n" + ",home,A,outlet,50,30,,\n" * 2
    take(tmp_path, shelf, content)
    assert (shelf.new, shelf.known, shelf.count()) == (2, 1, 2)
    take(tmp_path, shelf, content)
    assert (shelf.new, shelf.corrected, shelf.known, shelf.count()) == (2, 0, 4, 2)


def test_a_correction_replaces_and_both_stay_visible(tmp_path: Path, shelf: Outcomes) -> None:
    """And the old file does not bring the old row back."""
    old, new = (ROW + f"BCDF,phone,B,outlet,500,{price},,\n" for price in (300, 310))
    take(tmp_path, shelf, old)
    take(tmp_path, shelf, new, "later.csv")
    take(tmp_path, shelf, old)
    assert (shelf.new, shelf.corrected, shelf.known) == (1, 1, 1)
    assert [one.proceeds for one in shelf.revisions("lpn BCDF")] == [300, 310]
    assert [one.proceeds for one in shelf.before(date(2026, 12, 1))] == [310]


def test_a_file_that_does_not_fit_is_refused_whole(tmp_path: Path, shelf: Outcomes) -> None:
    """No column says what came of the goods."""
    with pytest.raises(ImportRefused, match="no column for outcome, proceeds or credit"):
        take(tmp_path, shelf, "lpn,grade\nBCDF,A\n")
    with pytest.raises(ImportRefused, match="is there twice"):
        take(tmp_path, shelf, "proceeds,proceeds\n1,2\n")
    assert shelf.count() == 0


def test_json_is_read_as_well(tmp_path: Path, shelf: Outcomes) -> None:
    """With numbers as they are written."""
    done = take(tmp_path, shelf, '[{"sku": "S", "rma": "R", "proceeds": 12.30}]', "in.json")
    assert (done.imported, done.rejected) == (1, 0)
    assert shelf.revisions('rma ["R", "sku S"]')[0].proceeds == D("12.30")


def test_outcomes_are_asked_for_by_the_day_they_were_known(shelf: Outcomes) -> None:
    """Sold, else decided, else imported; that very day is not before."""
    put(
        shelf,
        Outcome("phone", "sold", lpn="A", proceeds=D(1), decided=date(2026, 11, 1), sold=date(2026, 11, 20)),
        Outcome("phone", "donated", lpn="B", decided=date(2026, 11, 10)),
        Outcome("phone", "sold", lpn="C", proceeds=D(1)),
    )
    known = {day: [one.lpn for one in shelf.before(date(2026, 11, day))] for day in (10, 11, 20, 21, 23, 24)}
    assert known == {10: [], 11: ["B"], 20: ["B"], 21: ["A", "B"], 23: ["A", "B"], 24: ["A", "B", "C"]}


def test_a_row_that_fails_leaves_nothing_behind(shelf: Outcomes, raw: sqlite3.Connection) -> None:
    """All of a file or nothing of it."""
    good, bad = Outcome("phone", "donated", lpn="A"), Outcome("phone", "donated", lpn="B")
    raw.execute(
        "create trigger no_b before insert on outcome when new.lpn = 'B' begin select raise(abort, 'no'); end"
    )
    with pytest.raises(Exception, match="no"):
        put(shelf, good, bad)
    assert shelf.count() == 0


def test_parts_shares_and_receipts_are_kept_as_they_were_told(shelf: Outcomes) -> None:
    """Beside what was put together from them, which no file said."""
    first = Outcome("phone", "sold", lpn="A", proceeds=D(4), part="payment", receipt="P1")
    second = Outcome("phone", "sold", lpn="A", proceeds=D(6), part="payment", receipt="P2")
    put(shelf, first, second, first)
    assert (shelf.partial, shelf.known, shelf.count()) == (2, 1, 1)
    assert shelf.revisions("lpn A") == (first, second)
    assert [(one.proceeds, one.receipt) for one in shelf.before(date(2026, 12, 1))] == [(D(10), "P1, P2")]
    put(shelf, Outcome("phone", "donated", rma="R", sku="S", quantity=2, receipt="G1"))
    assert shelf.revisions('share ["R", "sku S", "G1"]')[0].quantity == 2


def test_outcomes_of_an_older_file_keep_their_order() -> None:
    """A correction that stood before still counts, and the journal is not told of it again."""
    old = sqlite3.connect(":memory:")
    old.executescript(OUTCOMES)
    row = (
        "insert into outcome(key, revision, current, digest, category, outcome, imported) "
        "values ('k', ?, ?, ?, 'x', 'sold', '')"
    )
    old.executemany(row, [(1, 0, "a"), (2, 1, "b")])
    old.executescript(WORDS)
    found = old.execute("select batch, written, kind, state, current from outcome order by revision")
    assert found.fetchall() == [(1, 1, "said", "settled", 0), (2, 1, "said", "settled", 1)]
    old.close()


def test_only_one_revision_is_ever_in_force(shelf: Outcomes, raw: sqlite3.Connection) -> None:
    """The file itself refuses a second one."""
    put(shelf, Outcome("phone", "donated", lpn="A", sold=date(2026, 11, 1)))
    put(shelf, Outcome("phone", "recycled", lpn="A", sold=date(2026, 11, 2)))
    with pytest.raises(sqlite3.IntegrityError):
        raw.execute("update outcome set current = 1 where revision = 1")


TEXT = st.none() | st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
AMOUNT = st.none() | st.decimals(0, 10_000, places=2)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.builds(
        Outcome, st.sampled_from(["phone", "home"]), st.sampled_from(["sold", "donated"]), lpn=TEXT, rma=TEXT,
        sku=TEXT, title=TEXT, brand=TEXT, reason=TEXT, grade=st.sampled_from([None, "A0", "D"]),
        reference_price=AMOUNT, proceeds=AMOUNT, costs=st.none() | st.decimals(-100, 100, places=2),
        sold=st.none() | st.dates(date(1990, 1, 1), date(2100, 1, 1)), overridden=st.booleans(),
        assumed=st.just(()) | st.just(("category", "currency")),
    )
)  # fmt: skip
def test_an_outcome_comes_back_as_it_was_put(shelf: Outcomes, outcome: Outcome) -> None:
    """Whatever its texts are."""
    put(shelf, outcome)
    assert outcome in shelf.revisions(outcome.key)


def test_half_surrogate_pairs_do_not_stop_an_import(shelf: Outcomes) -> None:
    """They become the replacement character."""
    put(shelf, Outcome("phone", "donated", lpn="A", title="\ud800 phone"))
    assert shelf.revisions("lpn A")[0].title == "\ufffd phone"


def test_days_and_reasons_of_the_station_are_read(station: StationFile) -> None:
    """Items that were void count for nothing, open ones have no defects yet."""
    insert = "insert into item(lpn, status, received_at, facts) values (?, ?, ?, ?)"
    seen = '{"reason": "defective", "observations": [{"defect": "GLS-CR", "location": "screen", "count": 1}]}'
    for values in (
        ("A", "closed", "2026-11-02T08:00:00.000Z", seen),
        ("B", "void", "2026-11-03T08:00:00.000Z", seen),
        ("C", "open", "2026-11-04T08:00:00.000Z", seen),
        ("D", "held", None, '{"facts": {"reason": "too small"}, "answered": [], "assumed": []}'),
        ("E", "closed", None, "{}"),
        ("F", "closed", None, None),
    ):
        run(station.db, insert, values)
    assert sorted(received_days(station.db)) == [date(2026, 11, 2), date(2026, 11, 4)]
    assert sorted(reasons_and_defects(station.db)) == [("defective", ("GLS-CR",)), ("too small", ())]
    assert len(list(reasons_and_defects(station.db, 1))) <= 1
