"""A station's login can do one thing: hand in its own events. Everything else is tried against the live server."""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from terminal.hub import roles
from terminal.hub.connecting import connect
from terminal.hub.install import init
from terminal.hub.stations import add, revoke
from terminal.simulating.hub import LocalPostgres

AT = "2026-11-23T08:00:00.000Z"
OTHER = "33333333-3333-4333-8333-333333333333"
ATTEMPTS: dict[str, str] = {
    "reads events": "select * from hub.event",
    "reads how far journals are": "select * from hub.journal",
    "reads one month": "select * from hub.event_default",
    "reads stations and token hashes": "select * from hub.station",
    "reads journals": "select * from hub.journal",
    "reads what was refused": "table hub.reject",
    "reads publications past the function": "select * from hub.publication",
    "reads parts of publications": "select * from hub.publication_part",
    "copies events out": "copy hub.event to stdout",
    "copies events in": "copy hub.event from stdin",
    "inserts an event": "insert into hub.event (station) values ('ST01')",
    "inserts another station's event": f"insert into hub.event (station, epoch, seq) values ('ST02', '{OTHER}', 1)",
    "updates events": "update hub.event set operator = 'x'",
    "deletes events": "delete from hub.event",
    "truncates events": "truncate hub.event",
    "locks the events": "begin; lock table hub.event in access exclusive mode",
    "takes itself for another station": "update hub.station set role = session_user where station = 'ST02'",
    "publishes": "insert into hub.publication (kind, version) values ('policy', 99)",
    "ingests for another station": "select hub.ingest_as('ST02', '{\"v\": 1}')",
    "looks up a token": "select hub.station_of_token('x')",
    "looks up a certificate": "select hub.station_of_certificate('x', 'y')",
    "calls the inner function": "select hub.take('ST02', '{\"v\": 1}')",
    "calls the row function": "select hub.take_one('ST02', null, '[]')",
    "calls the batch function": "select hub.take_all('ST02', null, '[]', 1, 1)",
    "writes of another journal": "select hub.note('ST02', null, 0, null, null, null, 0, '{}', 0)",
    "writes refusals": "select hub.keep_reject('ST02', null, '[]', 'x', 'y')",
    "asks for another station's news": "select hub.ask('ST02', '{\"known\": {\"policy\": 0}}')",
    "makes months": "select hub.ensure_partitions()",
    "makes a temporary table": "create temp table mine (a int)",
    "makes a temporary table by select": "select 1 as a into temporary mine",
    "makes a temporary function": "create function pg_temp.sha256(bytea) returns bytea language sql as 'select $1'",
    "makes a temporary view": "create temp view event as select 1",
    "makes a table in public": "create table public.mine (a int)",
    "makes a table in hub": "create table hub.mine (a int)",
    "makes a function in hub": "create function hub.now() returns text language sql as 'select 1::text'",
    "makes a schema of its own name": "create schema authorization current_user",
    "makes a schema": "create schema mine",
    "replaces the function": "create or replace function hub.ingest(batch jsonb) returns jsonb language sql "
    "as 'select batch'",
    "alters the function": "alter function hub.ingest(jsonb) security invoker",
    "takes the pin off the search path": "alter function hub.ingest(jsonb) reset search_path",
    "drops the function": "drop function hub.ingest(jsonb)",
    "grants itself a table": "grant select on hub.event to current_user",
    "becomes the owner": "set role {owner}",
    "becomes the service": "set role {service}",
    "becomes the reader": "set role {reader}",
    "becomes the superuser": "set role postgres",
    "logs on as another": "set session authorization postgres",
    "gives itself a group": "grant {service} to {me}",
    "makes a login": "create role mine login",
    "lifts its own limits": "alter role {me} superuser",
    "runs a block": "do $$ begin perform 1; end $$",
    "keeps a large object": "select lo_from_bytea(0, 'x')",
    "makes a large object": "select lo_create(0)",
    "holds the lock of the schema": "select pg_advisory_lock(1)",
    "holds a lock for a transaction": "select pg_advisory_xact_lock(1)",
    "reads a file": "select pg_read_file('PG_VERSION')",
    "lists a folder": "select pg_ls_dir('.')",
    "runs a program": "copy (select 1) to program 'true'",
    "writes a file": "copy (select 1) to '/tmp/regrade-station'",
    "reads passwords": "select * from pg_authid",
    "switches triggers off": "set session_replication_role = replica",
    "alters the server": "alter system set fsync = off",
    "alters the database": "alter database {database} set search_path = 'x'",
    "drops the database": "drop database {database}",
    "ends others' connections": "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'postgres'",
    "loads an extension": "create extension dblink schema public",
    "loads a library": "load 'dblink'",
    "notifies": "select pg_notify('x', 'y')",
    "comments on the function": "comment on function hub.ingest(jsonb) is 'x'",
    "watches the tables": "create publication mine for all tables",
    "makes an event trigger": "create event trigger mine on ddl_command_end execute function hub.ingest()",
}


@pytest.fixture(scope="module")
def hub(postgres: LocalPostgres) -> Iterator[str]:
    """A hub with two stations' events in it, shared by the attempts since none of them may change it."""
    name = f"rights_{secrets.token_hex(6)}"
    with psycopg.connect(postgres.dsn(), autocommit=True) as admin:
        admin.execute(f"create database {name}".encode())
    init(postgres.dsn(name))
    yield postgres.dsn(name)
    with psycopg.connect(postgres.dsn(), autocommit=True) as admin:
        admin.execute(f"drop database {name} with (force)".encode())


@pytest.fixture(scope="module")
def admin(hub: str, stations: dict[str, str]) -> Iterator[psycopg.Connection[Any]]:
    """The superuser's connection, for looking whether anything changed."""
    with connect(hub, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def names(admin: psycopg.Connection[Any]) -> roles.Names:
    """The groups of this hub, which an attempt may try to become."""
    found = roles.names_of(admin)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def stations(hub: str) -> dict[str, str]:
    """Connection strings of ST01 and ST02, both of which have events at the hub."""
    found = {}
    with connect(hub) as connection:
        for station in ("ST01", "ST02"):
            found[station] = add(connection, station)["dsn"]
    for station, dsn in found.items():
        with psycopg.connect(dsn) as connection:
            assert _ingest(connection, [_event(station, 1)])["statuses"] == ["stored"]
    return found


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_station_is_refused(
    attempt: str, admin: psycopg.Connection[Any], names: roles.Names, stations: dict[str, str]
) -> None:
    """Each attempt ends in an error of the server for want of a right, and changes no row."""
    before = _rows(admin)
    with psycopg.connect(stations["ST01"], autocommit=True) as connection:
        statement = ATTEMPTS[attempt].replace("{owner}", names.owner).replace("{service}", names.service)
        statement = statement.replace("{reader}", names.reader).replace("{me}", connection.info.user)
        statement = statement.replace("{database}", connection.info.dbname)
        with pytest.raises(psycopg.Error) as refused:
            _run(connection, statement)
    assert refused.value.sqlstate in {"42501", "0LP01", "42P01", "42883", "58P01"}, refused.value
    if refused.value.sqlstate != "42501":
        assert attempt in {"loads a library", "gives itself a group", "makes an event trigger"}, refused.value
    assert _rows(admin) == before


@pytest.mark.parametrize(
    "trick",
    [
        "set search_path = hub, public",
        "set search_path = pg_temp, hub, pg_catalog",
        "set standard_conforming_strings = off",
        "set timezone = 'Pacific/Kiritimati'",
        "set datestyle = 'SQL, DMY'",
        "set bytea_output = 'escape'",
        "set intervalstyle = 'iso_8601'",
        "set transform_null_equals = on",
        "set default_transaction_isolation = 'serializable'",
        "set application_name = 'ST02'",
        "set enable_indexscan = off",
    ],
)
def test_settings_of_the_session_do_not_bend_the_function(
    trick: str, hub: str, stations: dict[str, str]
) -> None:
    """Own events are stored as ever, and another station's are refused as ever."""
    epoch = str(uuid.uuid4())
    with psycopg.connect(stations["ST01"], autocommit=True) as connection:
        connection.execute(trick.encode())
        own, others = _event("ST01", 1, epoch), _event("ST02", 1, epoch)
        assert _ingest(connection, [own, others], epoch)["statuses"] == ["stored", "forbidden"]
    with connect(hub) as admin:
        row = admin.execute(
            "select station, hub.stamp(at), encode(hash, 'hex') from hub.event where epoch = %s", [epoch]
        ).fetchall()
    assert row == [("ST01", AT, own[3])]


def test_a_station_of_another_database_is_shut_out(
    hub: str, stations: dict[str, str], station_dsn: Callable[[str], str]
) -> None:
    """Logins belong to the whole server; each opens its own database only."""
    there = psycopg.conninfo.conninfo_to_dict(hub)["dbname"]
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(psycopg.conninfo.make_conninfo(station_dsn("ST01"), dbname=there))


def test_a_revoked_station_is_cut_off_at_once(hub_dsn: str, station_dsn: Callable[[str], str]) -> None:
    """The connection that stands is ended, and no new one is had; what was sent stays."""
    with psycopg.connect(station_dsn("ST09"), autocommit=True) as connection:
        assert _ingest(connection, [_event("ST09", 1)])["statuses"] == ["stored"]
        with connect(hub_dsn) as admin:
            revoke(admin, "ST09")
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(station_dsn("ST09"))
    with connect(hub_dsn) as admin:
        assert admin.execute("select count(*) from hub.event").fetchone() == (1,)


def test_an_inactive_station_gets_its_own_error_code(hub_dsn: str, station_dsn: Callable[[str], str]) -> None:
    """RG001, should its connection outlive the revocation."""
    dsn = station_dsn("ST08")
    with connect(hub_dsn) as admin:
        admin.execute("update hub.station set active = false")
    with psycopg.connect(dsn) as connection, pytest.raises(psycopg.Error) as refused:
        _ingest(connection, [])
    assert refused.value.sqlstate == "RG001"


def test_a_reader_reads_and_changes_nothing(hub: str, stations: dict[str, str]) -> None:
    """Events and views are open to tools; tokens are not, and no row can be changed."""
    with connect(hub) as admin:
        dsn = roles.add(admin, "reader")["dsn"]
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute("select count(*) from hub.event where station = 'ST02'").fetchone()
        assert row is not None
        assert row[0] >= 1
        connection.execute("set default_transaction_read_only = off")
        for statement in ("select * from hub.station", "delete from hub.event", "select hub.ingest('{}')"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())


def test_the_service_ingests_for_stations_and_reads_no_tokens(hub: str, stations: dict[str, str]) -> None:
    """It finds a station by its token and hands in for it."""
    with connect(hub) as admin:
        token = add(admin, "ST03", token=True)["token"]
        dsn = roles.add(admin, "service")["dsn"]
    with psycopg.connect(dsn, autocommit=True) as connection:
        assert connection.execute("select hub.station_of_token(%s)", [token]).fetchone() == ("ST03",)
        assert connection.execute("select hub.station_of_token('wrong')").fetchone() == (None,)
        batch = _batch([_event("ST03", 1)], OTHER)
        answer = connection.execute("select hub.ingest_as('ST03', %s)", [batch]).fetchone()
        assert answer is not None
        assert answer[0]["statuses"] == ["stored"]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select * from hub.station")


def _event(station: str, seq: int, epoch: str = OTHER) -> list[str]:
    head = json.dumps(
        [station, epoch, seq, str(uuid.uuid4()), "inspected", 1, AT, None, None, None], separators=(",", ":")
    )
    prev = "0" * 64
    digest = hashlib.sha256(f"{prev}{head[:-1]},{{}}]".encode()).hexdigest()
    return [head, "{}", prev, digest]


def _batch(events: list[list[str]], epoch: str) -> str:
    return json.dumps({"v": 1, "sent_at": AT, "epoch": epoch, "events": events})


def _ingest(
    connection: psycopg.Connection[Any], events: list[list[str]], epoch: str = OTHER
) -> dict[str, Any]:
    row = connection.execute("select hub.ingest(%s)", [_batch(events, epoch)]).fetchone()
    assert row is not None
    answer: dict[str, Any] = row[0]
    return answer


def _run(connection: psycopg.Connection[Any], statement: str) -> None:
    if statement.startswith("copy") and "std" in statement:
        with connection.cursor().copy(statement.encode()):
            pass
    else:
        connection.execute(statement.encode())


def _rows(admin: psycopg.Connection[Any]) -> list[tuple[Any, ...]]:
    return admin.execute(
        "select 'event', station || hash::text from hub.event union all "
        "select 'station', station || role || active from hub.station union all "
        "select 'publication', kind from hub.publication union all select 'reject', station from hub.reject "
        "order by 1, 2"
    ).fetchall()
