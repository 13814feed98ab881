"""Events into the file and out again: numbers, hashes, rows, states at rest, and what an error at COMMIT means."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal.bench.events import Inspected
from terminal.bench.wire import Draft, Row, draft, revive
from terminal.store.connection import open_database, read, run
from terminal.store.driver import sqlite3
from terminal.store.errors import CommitUnknown, StoredAfterAll, StoreRefused, StoreUnavailable
from terminal.store.journal import KEPT, Head, Journal
from terminal.store.station_file import StationFile

MakeDraft = Callable[..., Draft]


def item(station: StationFile, lpn: str, *columns: str) -> list[tuple[Any, ...]]:
    """Columns of one item, if it is there."""
    return read(station.db, f"select {', '.join(columns)} from item where lpn = ?", (lpn,))


def test_an_empty_journal_has_a_head_before_the_first_event(station: StationFile) -> None:
    """Number 0 and a hash of zeros."""
    assert station.journal.head() == Head(0, "0" * 64)
    assert station.journal.last() is None
    assert list(station.journal.events()) == []
    assert station.journal.rest() is None


def test_what_append_returns_is_what_the_journal_reads(station: StationFile, make_draft: MakeDraft) -> None:
    """From any place in it."""
    first = station.journal.append([make_draft(n=1), make_draft("held", None, note="ü\n\U0001f600")])
    second = station.journal.append([make_draft(n=3)])
    assert list(station.journal.events()) == [*first, *second]
    assert list(station.journal.events(after=2)) == list(second)
    assert station.journal.last() == second[0]
    assert station.journal.head() == Head(3, second[0].hash)


def test_numbers_are_gapless_ids_rise_and_each_event_names_the_one_before(
    station: StationFile, make_draft: MakeDraft
) -> None:
    """Over appends of any size."""
    for size in (1, 3, 2):
        station.journal.append([make_draft(n=n) for n in range(size)])
    events = list(station.journal.events())
    assert [event.seq for event in events] == [1, 2, 3, 4, 5, 6]
    assert [event.id for event in events] == sorted({event.id for event in events})
    assert all(later.prev == earlier.hash for earlier, later in pairwise(events))
    assert {(event.station, event.epoch) for event in events} == {("ST01", station.identity.epoch)}


def test_the_hash_is_taken_over_every_field(station: StationFile, make_draft: MakeDraft) -> None:
    """Written out here once more, so that another program can compute it from this test."""
    (event,) = station.journal.append([make_draft(b="ü", a=[1, None, {"y": True, "x": "\ud800"}])])
    body = '{"a":[1,null,{"x":"\\ud800","y":true}],"b":"\\u00fc"}'
    text = (
        "0" * 64 + f'["ST01","{event.epoch}",1,"{event.id}","inspected",1,"2026-11-23T08:00:00.123Z",'
        f'"BCDF","1001","9f3c",{body}]'
    )
    assert event.hash == hashlib.sha256(text.encode("ascii")).hexdigest()
    assert read(station.db, "select body from event") == [(body,)]


def test_times_are_kept_in_utc_to_the_millisecond(station: StationFile, make_draft: MakeDraft) -> None:
    """Whatever zone they came in; what is returned is cut as well."""
    berlin = datetime(2026, 11, 23, 9, 0, 0, 999999, tzinfo=timezone(timedelta(hours=1)))
    (event,) = station.journal.append([make_draft(at=berlin)])
    assert event.at == datetime(2026, 11, 23, 8, 0, 0, 999000, tzinfo=UTC)
    assert read(station.db, "select at from event") == [("2026-11-23T08:00:00.999Z",)]
    assert station.journal.last() == event


def test_a_time_without_a_zone_is_refused(station: StationFile, make_draft: MakeDraft) -> None:
    """Nobody could say when it was."""
    with pytest.raises(ValueError, match="has a zone"):
        station.journal.append([make_draft(at=datetime(2026, 11, 23))])
    assert station.journal.head().seq == 0


def test_an_event_of_the_bench_comes_back_as_it_was(station: StationFile, make_draft: MakeDraft) -> None:
    """Through draft, file and revival."""
    event = Inspected("BCDF", "defect", "SCR-DP", "back 2", {"surface": "C"}, ("opened",))
    station.journal.append([draft(event, make_draft().at, "1001", None)])
    (recorded,) = station.journal.events()
    assert revive(recorded.kind, recorded.body) == event
    assert (recorded.item, recorded.operator, recorded.policy) == ("BCDF", "1001", None)


def test_nothing_to_write_writes_nothing(station: StationFile) -> None:
    """Rows without an event could not be made again from the journal."""
    assert station.journal.append([]) == ()
    with pytest.raises(ValueError, match="rows without events"):
        station.journal.append([], [Row("tote", {"tote": "T1"})])


def test_events_are_read_in_pages_while_others_are_appended(
    station: StationFile, make_draft: MakeDraft
) -> None:
    """No reader holds up a writer."""
    station.journal.append([make_draft(n=n) for n in range(700)])
    reading = station.journal.events()
    seen = [next(reading).seq]
    station.journal.append([make_draft(n=700)])
    seen += [event.seq for event in reading]
    assert seen == list(range(1, 702))


def test_rows_set_exactly_the_columns_that_they_give(station: StationFile, make_draft: MakeDraft) -> None:
    """The others keep what they hold; the number of the event is stamped."""
    station.journal.append([make_draft()], [Row("item", {"lpn": "BCDF", "sku": "22556", "grade": "B"})])
    station.journal.append([make_draft()], [Row("item", {"lpn": "BCDF", "grade": "C", "tote": "T1"})])
    assert item(station, "BCDF", "sku", "grade", "tote", "status", "updated_seq") == [
        ("22556", "C", "T1", "open", 2)
    ]
    station.journal.append([make_draft()], [Row("item", {"lpn": "BCDF"})])
    assert item(station, "BCDF", "sku", "grade", "updated_seq") == [("22556", "C", 3)]


def test_units_of_a_tote_are_added(station: StationFile, make_draft: MakeDraft) -> None:
    """Also negative ones, of an undo."""
    for units in (3, 1, -2):
        station.journal.append(
            [make_draft()], [Row("tote", {"tote": "T1", "channel": "outlet", "units": units})]
        )
    assert read(station.db, "select units from tote") == [(2,)]


def test_a_label_job_keeps_the_number_of_the_event_that_queued_it(
    station: StationFile, make_draft: MakeDraft
) -> None:
    """Later changes do not move it into another shift."""
    station.journal.append([make_draft()], [Row("label_job", {"job": "BCDF-1", "lpn": "BCDF", "copy": 1})])
    station.journal.append([make_draft()], [Row("label_job", {"job": "BCDF-1", "wanted": 0})])
    assert read(station.db, "select lpn, wanted, state, queued_seq from label_job") == [
        ("BCDF", 0, "queued", 1)
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (Row("event", {"seq": 1}), "'event' is no table that the journal writes"),
        (Row("items", {"lpn": "BCDF"}), "did you mean item"),
        (Row("item", {"lpn": "BCDF", "grades": "A"}), r"no column of item .* did you mean grade\?"),
        (Row("item", {"lpn": "BCDF", "grade = 'A' --": "A"}), "no column of item"),
        (Row("item", {"grade": "A"}), "names its lpn, got only grade"),
        (Row("tote", {}), "got only nothing"),
        (Row("item", {"lpn": "BCDF", "score": 81.5}), r"item.score takes text, .* got float 81.5"),  # type: ignore[dict-item]
        (Row("item", {"lpn": "BCDF", "closed_at": datetime(2026, 1, 1)}), "got datetime"),  # type: ignore[dict-item]
    ],
)
def test_a_row_that_is_not_ours_is_refused_and_its_events_with_it(
    station: StationFile, make_draft: MakeDraft, row: Row, words: str
) -> None:
    """Table, column and type, with a near name where there is one."""
    with pytest.raises(ValueError, match=words):
        station.journal.append([make_draft()], [row])
    assert station.journal.head().seq == 0


def test_a_row_that_breaks_the_schema_is_refused_and_its_events_with_it(
    station: StationFile, make_draft: MakeDraft
) -> None:
    """And with it the rows before; the next append is as if nothing was."""
    rows = [Row("tote", {"tote": "T1", "units": 1}), Row("item", {"lpn": "BCDF", "status": "lost"})]
    with pytest.raises(StoreRefused, match="status"):
        station.journal.append([make_draft()], rows)
    assert station.journal.head().seq == 0
    assert read(station.db, "select * from tote") == []
    assert station.journal.append([make_draft()])[0].seq == 1


def test_text_that_has_no_utf8_does_not_stop_the_bench(station: StationFile, make_draft: MakeDraft) -> None:
    """The journal keeps it as it came, the projection shows a replacement character."""
    broken = "half \ud83d pair"
    (event,) = station.journal.append(
        [make_draft(title=broken)], [Row("item", {"lpn": "BCDF", "title": broken})]
    )
    assert station.journal.last() == event
    assert item(station, "BCDF", "title") == [("half � pair",)]


def test_the_newest_state_at_rest_is_given_and_few_are_kept(
    station: StationFile, make_draft: MakeDraft
) -> None:
    """One may be taken without a new event, too."""
    for number in range(KEPT + 3):
        station.journal.append([make_draft(), make_draft()], rest={"n": number})
    station.journal.append([make_draft()])
    assert station.journal.rest() == (2 * (KEPT + 3), {"n": KEPT + 2})
    assert read(station.db, "select count(*) from rest") == [(KEPT,)]
    station.journal.append([], rest={"n": "again"})
    assert station.journal.rest() == (2 * (KEPT + 3) + 1, {"n": "again"})


def test_a_state_at_rest_that_is_damaged_is_passed_over(station: StationFile, make_draft: MakeDraft) -> None:
    """It only saves time: an older one, or the whole journal, gives the same."""
    station.journal.append([make_draft()], rest={"n": 1})
    station.journal.append([make_draft()], rest={"n": 2})
    run(station.db, "pragma ignore_check_constraints = on")
    run(station.db, "update rest set body = '{' where seq = 2")
    assert station.journal.rest() == (1, {"n": 1})
    run(station.db, "update rest set body = '{'")
    assert station.journal.rest() is None


def test_events_of_an_item_are_its_own_and_those_of_its_leader(
    station: StationFile, make_draft: MakeDraft
) -> None:
    """In the order of the journal."""
    made = station.journal.append([make_draft(item=lpn) for lpn in ("BCDF", "BCDG", "BCDH", "BCDF", None)])
    assert station.journal.of_item("BCDF") == [made[0].id, made[3].id]
    assert station.journal.of_item("BCDG", "BCDF") == [made[0].id, made[1].id, made[3].id]


@given(
    bodies=st.lists(
        st.dictionaries(
            st.text(max_size=5),
            st.recursive(
                st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(max_size=20),
                lambda inner: (
                    st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
                ),
                max_leaves=6,
            ),
            max_size=4,
        ),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_body_comes_back_as_it_was(
    station: StationFile, make_draft: MakeDraft, bodies: list[dict[str, Any]]
) -> None:
    """Whole numbers beyond 64 bits, half surrogate pairs, empty keys."""
    made = station.journal.append([replace(make_draft(), body=body) for body in bodies])
    assert [event.body for event in station.journal.events(made[0].seq - 1)] == bodies


def test_threads_that_append_at_once_take_turns(station: StationFile, make_draft: MakeDraft) -> None:
    """What was appended together stays together."""

    def work(name: str) -> None:
        for number in range(25):
            station.journal.append([make_draft(by=name, n=number), make_draft(by=name, n=number)])

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    events = list(station.journal.events())
    assert len(events) == 200
    assert all(one.body == other.body for one, other in zip(events[::2], events[1::2], strict=True))
    assert station.verify() == []


def test_two_programs_that_append_at_once_make_one_chain(station: StationFile, make_draft: MakeDraft) -> None:
    """Each reads the head inside its own transaction."""
    with StationFile.open(station.data_dir, "ST01") as other:
        for number in range(10):
            (station if number % 2 else other).journal.append([make_draft(n=number)])
        assert [event.body["n"] for event in station.journal.events()] == list(range(10))
    assert station.verify() == []


# -- a full disk


def test_a_full_disk_is_told_in_words_and_leaves_nothing_half(
    station: StationFile, make_draft: MakeDraft
) -> None:
    """With room made, the same journal goes on."""
    pages = read(station.db, "pragma page_count")[0][0]
    run(station.db, f"pragma max_page_count = {pages + 8}")
    acked = 0

    def append_until_full() -> None:
        nonlocal acked
        for number in range(1000):
            rows = [
                Row("item", {"lpn": f"L{number}", "title": "x" * 900}),
                Row("tote", {"tote": "T", "units": 1}),
            ]
            station.journal.append([make_draft(text="y" * 900), make_draft(text="z" * 900)], rows)
            acked += 1

    with pytest.raises(StoreUnavailable, match="database or disk is full") as caught:
        append_until_full()
    assert caught.value.cause == "full"
    assert "Make room" in str(caught.value)
    assert 0 < acked < 1000
    assert station.journal.head().seq == acked * 2
    assert read(station.db, "select count(*) from item") == [(acked,)]
    assert read(station.db, "select units from tote") == [(acked,)]
    assert station.verify() == []

    run(station.db, "pragma max_page_count = 1000000")
    (event,) = station.journal.append([make_draft()])
    assert event.seq == acked * 2 + 1
    assert station.verify() == []


# -- an error at COMMIT


class Failing:
    """A connection whose next COMMIT reports an input/output error, before or after it was made."""

    def __init__(self, real: Any, stored: bool) -> None:
        self._real = real
        self._stored = stored

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def execute(self, sql: str, *values: Any) -> Any:
        """Anything but COMMIT as it is."""
        if sql != "commit":
            return self._real.execute(sql, *values)
        if self._stored:
            self._real.execute(sql)
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = 10 | 4 << 8
        error.sqlite_errorname = "SQLITE_IOERR_FSYNC"
        raise error


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """A journal whose connection may be made to fail; the file around it is closed."""
    StationFile.open(tmp_path, "ST01").close()
    made = Journal(open_database(tmp_path / "station.db"))
    yield made
    made.close()


def fail_next_commit(journal: Journal, *, stored: bool) -> None:
    """Let the next COMMIT of a journal report an error."""
    journal.db.conn = Failing(journal.db.conn, stored)  # type: ignore[assignment]


def test_a_commit_that_failed_and_is_not_in_the_file_is_told_as_not_saved(
    journal: Journal, make_draft: MakeDraft
) -> None:
    """The journal goes on over a new connection."""
    journal.append([make_draft(n=1)])
    fail_next_commit(journal, stored=False)
    with pytest.raises(StoreUnavailable, match="input/output error") as caught:
        journal.append([make_draft(n=2)])
    assert not isinstance(caught.value, CommitUnknown)
    assert journal.append([make_draft(n=3)])[0].seq == 2
    assert [event.body["n"] for event in journal.events()] == [1, 3]


def test_a_commit_that_failed_but_is_in_the_file_counts_as_saved(
    journal: Journal, make_draft: MakeDraft
) -> None:
    """An error of the disk is not the same as not stored."""
    fail_next_commit(journal, stored=True)
    made = journal.append([make_draft(n=1), make_draft(n=2)])
    assert list(journal.events()) == list(made)
    assert journal.append([make_draft(n=3)])[0].seq == 3


@pytest.mark.parametrize("stored", [True, False])
def test_a_commit_that_can_not_be_asked_for_is_unknown_until_it_can(
    journal: Journal, make_draft: MakeDraft, monkeypatch: pytest.MonkeyPatch, stored: bool
) -> None:
    """Then it is told before anything new is written."""

    def gone(path: Path) -> None:
        raise StoreUnavailable(f"{path} can't be opened.", "cannot_open")

    fail_next_commit(journal, stored=stored)
    with monkeypatch.context() as patch:
        patch.setattr("terminal.store.journal.open_database", gone)
        with pytest.raises(CommitUnknown, match="not known whether the last step was saved") as caught:
            journal.append([make_draft(n=1)])
        with pytest.raises(CommitUnknown):
            journal.append([make_draft(n=2)])
    assert [event.body["n"] for event in caught.value.recorded] == [1]
    if stored:
        with pytest.raises(StoredAfterAll) as late:
            journal.append([make_draft(n=2)])
        assert late.value.recorded == caught.value.recorded
    journal.append([make_draft(n=2)])
    assert [event.body["n"] for event in journal.events()] == ([1, 2] if stored else [2])
    assert journal.resolve() == ()


def test_a_tail_that_is_gone_is_not_written_over(station: StationFile, make_draft: MakeDraft) -> None:
    """Its numbers may be known elsewhere; reading goes on."""
    station.journal.append([make_draft(n=n) for n in range(4)])
    run(station.db, "drop trigger event_no_delete")
    run(station.db, "delete from event where seq > 2")
    with pytest.raises(StoreUnavailable, match="ends at 2 and should end at 4"):
        station.journal.append([make_draft(n=9)])
    assert [event.seq for event in station.journal.events()] == [1, 2]


def test_an_event_that_is_no_json_any_more_is_told_with_its_number(
    station: StationFile, make_draft: MakeDraft
) -> None:
    """Or whose time is none."""
    station.journal.append([make_draft(n=1), make_draft(n=2)])
    run(station.db, "drop trigger event_no_update")
    run(station.db, "update event set at = 'yesterday' where seq = 2")
    with pytest.raises(StoreUnavailable, match=r"Event 2 in .* can't be read"):
        list(station.journal.events())


def test_bodies_are_stored_in_one_spelling(station: StationFile, make_draft: MakeDraft) -> None:
    """The one that is hashed; NaN has none."""
    station.journal.append([make_draft(b=1, a=2)])
    text = read(station.db, "select body from event")[0][0]
    assert text == json.dumps({"a": 2, "b": 1}, separators=(",", ":"))
    with pytest.raises(ValueError, match="JSON"):
        station.journal.append([make_draft(x=float("nan"))])
