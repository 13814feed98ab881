"""A run says the same as its events one by one: the same answer, the same rows, whatever is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from terminal.bench.wire import Draft
from terminal.hub.install import connect
from terminal.store.station_file import StationFile

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
ROWS = (
    "select station, epoch, seq, event_id, kind, v, at, item, operator, policy, body::text, prev, hash "
    "from hub.event order by seq",
    "select station, reason, detail, head, body, prev, hash from hub.reject order by digest",
    "select station, sha256, kind, item from hub.photo_wanted order by sha256",
    "select events, last_seq, last_hash, first_at, last_at, rejects from hub.journal",
)
SEPARATED = ("ids", "kinds", "vs", "ats", "items", "operators", "policies", "hashes")


@pytest.fixture
def admin(hub_dsn: str, station_dsn: Callable[[str], str]) -> Iterator[psycopg.Connection[Any]]:
    """The owner's connection to a hub that knows ST01."""
    station_dsn("ST01")
    with connect(hub_dsn) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[StationFile]:
    """A station file with eight events, one of which names a photo."""
    with StationFile.open(tmp_path, "ST01", ["hub"]) as file:
        bodies: list[tuple[str, dict[str, Any]]] = [("inspected", {"note": "Gerät"})] * 6
        bodies.append(("photo_kept", {"kind": "item", "sha256": "ab" * 32}))
        bodies.append(("inspected", {"note": 'a "quoted" \\ word\n'}))
        file.journal.append(
            [
                Draft(kind, 1, AT, "BCDF", "1001", None if kind == "inspected" else "p", body)
                for kind, body in bodies
            ]
        )
        yield file


def singly(run: Mapping[str, Any], epoch: str) -> list[list[str]]:
    """The events of a run as texts, put together in Python."""
    columns = [
        run[name].split("\n" if name == "bodies" else " ") for name in (*SEPARATED[:-1], "bodies", "hashes")
    ]
    prev, found = run["prev"], []
    for number, (one, kind, v, at, item, operator, policy, body, digest) in enumerate(
        zip(*columns, strict=False)
    ):
        may = ",".join(f'"{each}"' if each else "null" for each in (item, operator, policy))
        head = f'["{run["station"]}","{epoch}",{run["first"] + number},"{one}","{kind}",{v},"{at}",{may}]'
        found.append([head, body, prev, digest])
        prev = digest
    return found


def run_of(file: StationFile, after: int = 0, count: int = 8) -> dict[str, Any]:
    """A run as a station sends it."""
    run = file.journal.run(after, count)
    assert run is not None
    return {"station": run.station, "first": run.first, "count": run.count, "prev": run.prev, **run.columns}


def answer_to(admin: psycopg.Connection[Any], epoch: str, **more: Any) -> dict[str, Any]:
    """What the hub answers to a request."""
    request = json.dumps({"v": 1, "epoch": epoch, **more})
    with admin.transaction():
        row = admin.execute("select hub.ingest_as('ST01', %s)", [request]).fetchone()
    assert row is not None
    return dict(row[0])


def ask(admin: psycopg.Connection[Any], epoch: str, **more: Any) -> tuple[Any, ...]:
    """Statuses, details and what the hub has after a request; or the code of its refusal."""
    try:
        answer = answer_to(admin, epoch, **more)
    except psycopg.Error as error:
        return (error.sqlstate,)
    statuses, *rest = (answer[name] for name in ("statuses", "details", "have"))
    # A run that is stored has one word for all its events.
    return ["stored"] * more["run"]["count"] if statuses == "stored" else statuses, *rest


def both(admin: psycopg.Connection[Any], epoch: str, run: dict[str, Any]) -> tuple[Any, Any]:
    """Answer and rows where a run comes as its events one by one, and where it comes as it is."""
    found = []
    for request in ({"events": singly(run, epoch)}, {"run": run}):
        with admin.transaction(force_rollback=True):
            answer = ask(admin, epoch, **request)
            found.append((answer, [admin.execute(query.encode()).fetchall() for query in ROWS]))
    return found[0], found[1]


def test_a_run_that_is_stored_is_answered_by_one_word_and_any_other_event_by_event(
    admin: psycopg.Connection[Any], journal: StationFile
) -> None:
    """That word stands for all of it, so it is never said of a part."""
    epoch = journal.identity.epoch
    first, whole = run_of(journal, 0, 3), run_of(journal)
    assert answer_to(admin, epoch, run=first)["statuses"] == "stored"
    assert answer_to(admin, epoch, run=whole)["statuses"] == ["duplicate"] * 3 + ["stored"] * 5
    assert answer_to(admin, epoch, run=whole)["statuses"] == ["duplicate"] * 8
    assert answer_to(admin, epoch, events=singly(whole, epoch))["statuses"] == ["duplicate"] * 8


def test_a_plain_run_is_stored_and_a_second_time_it_is_there(
    admin: psycopg.Connection[Any], journal: StationFile
) -> None:
    """Events, keys, the photo that one of them names, and how far the journal has come."""
    epoch, run = journal.identity.epoch, run_of(journal)
    one, other = both(admin, epoch, run)
    assert one == other
    assert other[0][0] == ["stored"] * 8
    assert [len(rows) for rows in other[1]] == [8, 0, 1, 1]
    assert ask(admin, epoch, run=run)[0] == ["stored"] * 8
    assert ask(admin, epoch, run=run)[0] == ["duplicate"] * 8
    assert ask(admin, epoch, run=run_of(journal, 3, 2))[0] == ["duplicate"] * 2


@pytest.mark.parametrize(
    ("first", "then"), [((0, 5), (3, 5)), ((4, 4), (0, 4)), ((4, 2), (0, 8)), ((6, 2), (2, 3))]
)
def test_what_is_there_already_and_gaps_make_no_difference(
    admin: psycopg.Connection[Any], journal: StationFile, first: tuple[int, int], then: tuple[int, int]
) -> None:
    """Overlaps, gaps that are closed, gaps that are left."""
    epoch = journal.identity.epoch
    assert set(ask(admin, epoch, run=run_of(journal, *first))[0]) == {"stored"}
    one, other = both(admin, epoch, run_of(journal, *then))
    assert one == other
    assert set(other[0][0]) <= {"stored", "duplicate"}


HOSTILE = st.sampled_from(
    ["", "x", "0", "-1", "BCDF", '"', "\\", "ST02", "null", "2026-11-23T08:00:00.000Z", "0" * 64, "AB" * 32, "{}",
     "5F0C1A52-7A0E-4C52-9D39-0D6F7F4F5A11", "Zoë", "{", '{"n":1}']
)  # fmt: skip


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(column=st.sampled_from([*SEPARATED, "bodies"]), place=st.integers(0, 7), value=HOSTILE)
@example(column="items", place=0, value='x","y')
@example(column="kinds", place=2, value='x",1,"y')
def test_one_value_that_is_wrong_is_refused_in_the_same_way(
    admin: psycopg.Connection[Any], journal: StationFile, column: str, place: int, value: str
) -> None:
    """The event that is to blame is, its neighbours are judged as they would be alone."""
    epoch, run = journal.identity.epoch, run_of(journal)
    between = "\n" if column == "bodies" else " "
    values = run[column].split(between)
    changed = values[place] != value
    values[place] = value
    one, other = both(admin, epoch, {**run, column: between.join(values)})
    assert one == other
    assert (other[0][0] == ["stored"] * 8) is not changed


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"station": "ST02"}, ["forbidden"] * 8),
        ({"prev": "x"}, ["invalid", *["stored"] * 7]),
        ({"prev": "AB" * 32}, ["invalid", *["stored"] * 7]),
        ({"prev": "ab" * 32}, ["invalid", *["stored"] * 7]),
        ({"first": 2}, ["invalid"] * 8),
    ],
)
def test_what_holds_for_all_of_it_is_judged_too(
    admin: psycopg.Connection[Any], journal: StationFile, change: dict[str, Any], answer: list[str]
) -> None:
    """Another station's run, a wrong beginning, numbers that are not those under the hashes."""
    one, other = both(admin, journal.identity.epoch, run_of(journal) | change)
    assert one == other
    assert other[0][0] == answer


@pytest.mark.parametrize(
    "run",
    [
        [], "x", 7, {}, {"first": 0}, {"first": 1.5}, {"first": "1"}, {"count": 0}, {"count": 7}, {"count": 9},
        {"count": 20_000}, {"count": 10**30}, {"first": 10**30}, {"ids": None}, {"bodies": []}, {"prev": 3},
        {"hashes": ""}, {"hashes": " ".join(["0" * 64] * 9)}, {"station": None},
    ],
)  # fmt: skip
def test_what_is_no_run_is_refused_as_a_whole(
    admin: psycopg.Connection[Any], journal: StationFile, run: Any
) -> None:
    """By the code for batches that can't be read; nothing is stored."""
    whole = run_of(journal) | run if isinstance(run, dict) and run else run
    assert ask(admin, journal.identity.epoch, run=whole) == ("RG003",)
    assert ask(admin, journal.identity.epoch, run=run_of(journal), events=[[]]) == ("RG003",)
    assert admin.execute("select count(*) from hub.event").fetchone() == (0,)
