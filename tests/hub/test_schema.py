"""The hub's schema: made, made again, made by several at once, and fit to be spread over machines."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from terminal.hub import install
from terminal.hub.connecting import connect
from terminal.hub.install import ensure_partitions, init, steps
from terminal.hub.problem import HubProblem

REFERENCE = {"station", "migration", "publication", "publication_part"}
"""Small tables that are the same on every node; all others that name a station are spread by it."""


@pytest.fixture
def admin(hub_dsn: str) -> Iterator[psycopg.Connection[Any]]:
    """The superuser at a fresh hub."""
    with connect(hub_dsn, autocommit=True) as connection:
        yield connection


def test_init_again_changes_nothing(bare_dsn: str) -> None:
    """The second run applies no step and makes no month."""
    first = init(bare_dsn)
    assert first["applied"][0] == "0001_hub"
    assert first["partitions"] == 5
    again = init(bare_dsn)
    assert (again["applied"], again["partitions"], again["schema"]) == ([], 0, first["schema"])


def test_three_at_once_all_succeed(bare_dsn: str) -> None:
    """One makes it, the others find it made."""
    told: list[Any] = []
    barrier = threading.Barrier(3)

    def run() -> None:
        barrier.wait(30)
        try:
            told.append(init(bare_dsn)["applied"])
        except Exception as problem:
            told.append(problem)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert sorted(map(len, told)) == [0, 0, len(steps())], told


def test_a_newer_database_is_left_alone_with_a_sentence(hub_dsn: str, admin: psycopg.Connection[Any]) -> None:
    """An older program must not put its own functions over newer ones."""
    admin.execute("insert into hub.migration (number, name) values (9999, 'later')")
    with pytest.raises(HubProblem, match="newer version of this program"):
        init(hub_dsn)


def test_a_step_that_fails_leaves_nothing_of_itself(
    hub_dsn: str, admin: psycopg.Connection[Any], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step and its record are one transaction."""
    bad = tmp_path / "9000_bad.sql"
    bad.write_text("create table hub.half (station text); select nonsense;")
    known = steps()
    monkeypatch.setattr(install, "steps", lambda: [*known, (9000, "bad", bad)])
    with pytest.raises(HubProblem, match="nonsense"):
        init(hub_dsn)
    assert admin.execute("select to_regclass('hub.half')").fetchone() == (None,)
    assert admin.execute("select max(number) from hub.migration").fetchone() == (known[-1][0],)


def test_a_schema_hub_that_is_something_elses_is_not_touched(bare_dsn: str) -> None:
    """It belongs to another role: a sentence, and nothing made."""
    with connect(bare_dsn, autocommit=True) as connection:
        connection.execute("create schema hub")
    with pytest.raises(HubProblem, match="belongs to postgres"):
        init(bare_dsn)


def test_an_ordinary_administrator_can_make_a_hub(bare_dsn: str) -> None:
    """No superuser is needed: one who may make roles and owns the database is enough."""
    with connect(bare_dsn, autocommit=True) as connection:
        name = connection.info.dbname
        role = f"{name}_dba"
        connection.execute(f"create role {role} login createrole password 'p'".encode())
        connection.execute(f"alter database {name} owner to {role}".encode())
        connection.execute(f"alter schema public owner to {role}".encode())
    dsn = psycopg.conninfo.make_conninfo(bare_dsn, user=role, password="p")
    assert init(dsn)["applied"]
    assert init(dsn)["applied"] == []
    with connect(bare_dsn, autocommit=True) as connection:
        owner = connection.execute(
            "select nspowner::regrole::text from pg_namespace where nspname = 'hub'"
        ).fetchone()
        assert owner is not None
        for one in ("station", "service", "reader"):
            group = owner[0].replace("owner", one)
            connection.execute(f"drop owned by {group}".encode())
        connection.execute(f"drop owned by {owner[0]}, {role} cascade".encode())


def test_every_key_of_a_table_with_stations_holds_the_station(admin: psycopg.Connection[Any]) -> None:
    """So that each table can be spread by station with its keys as they are."""
    keys = admin.execute(
        """
        select t.relname, i.indexrelid::regclass::text,
               array(select a.attname::text from unnest(i.indkey) k join pg_attribute a
                       on a.attrelid = t.oid and a.attnum = k)
          from pg_index i join pg_class t on t.oid = i.indrelid
         where t.relnamespace = 'hub'::regnamespace and i.indisunique
           and exists (select from pg_attribute a where a.attrelid = t.oid and a.attname = 'station')
        """
    ).fetchall()
    spread = [(table, key, columns) for table, key, columns in keys if table not in REFERENCE]
    assert {"event", "journal", "reject"} <= {table for table, _, _ in spread}
    assert [one for one in spread if "station" not in one[2]] == []


def test_every_table_with_stations_has_a_key(admin: psycopg.Connection[Any]) -> None:
    """Rows can be named, and a shard be moved while it is written."""
    without = admin.execute(
        """
        select relname from pg_class t
         where relnamespace = 'hub'::regnamespace and relkind in ('r', 'p')
           and not exists (select from pg_index where indrelid = t.oid and indisprimary)
        """
    ).fetchall()
    assert without == []


def test_there_is_no_sequence_and_no_identity(admin: psycopg.Connection[Any]) -> None:
    """A number that all stations share would have to be given out by one machine."""
    found = admin.execute(
        """
        select relname from pg_class where relnamespace = 'hub'::regnamespace and relkind = 'S'
        union all
        select a.attname from pg_attribute a join pg_class t on t.oid = a.attrelid
         where t.relnamespace = 'hub'::regnamespace and a.attidentity <> ''
        union all
        select adbin::text from pg_attrdef d join pg_class t on t.oid = d.adrelid
         where t.relnamespace = 'hub'::regnamespace and pg_get_expr(d.adbin, d.adrelid) like '%nextval%'
        """
    ).fetchall()
    assert found == []


def test_no_row_of_a_station_hangs_on_another_stations_row(admin: psycopg.Connection[Any]) -> None:
    """A key between two tables that are spread would have to hold the station; there is none at all."""
    found = admin.execute(
        """
        select c.conname, c.conrelid::regclass::text from pg_constraint c join pg_class t on t.oid = c.conrelid
         where t.relnamespace = 'hub'::regnamespace and c.contype = 'f' and t.relname <> all(%s)
        """,
        [list(REFERENCE)],
    ).fetchall()
    assert found == []


def test_the_functions_that_others_may_call_are_pinned(admin: psycopg.Connection[Any]) -> None:
    """Each that runs with the owner's rights names its own search path, and the owner is no login."""
    found = admin.execute(
        """
        select p.proname, p.proconfig::text, r.rolcanlogin, r.rolsuper
          from pg_proc p join pg_roles r on r.oid = p.proowner
         where p.pronamespace = 'hub'::regnamespace and p.prosecdef
        """
    ).fetchall()
    assert {"ingest", "ingest_as", "station_of_token"} <= {name for name, _, _, _ in found}
    for name, config, login, power in found:
        assert "search_path=pg_catalog, pg_temp" in (config or ""), name
        assert (login, power) == (False, False), name


def test_times_are_found_by_a_brin_in_every_month(admin: psycopg.Connection[Any]) -> None:
    """It has been inherited by the default partition and by each month."""
    found = admin.execute(
        """
        select t.relname, bool_or(m.amname = 'brin')
          from pg_class t join pg_index i on i.indrelid = t.oid join pg_class x on x.oid = i.indexrelid
          join pg_am m on m.oid = x.relam
         where t.relispartition and t.relnamespace = 'hub'::regnamespace and t.relname like 'event%'
         group by 1
        """
    ).fetchall()
    assert len(found) == 6
    assert all(brin for _, brin in found)


def test_a_month_made_late_takes_its_rows_out_of_the_default(admin: psycopg.Connection[Any]) -> None:
    """They are found where they belong, and none is lost."""
    admin.execute("drop table hub.event_" + _month(admin))
    admin.execute(
        """
        insert into hub.event (station, epoch, seq, event_id, kind, v, at, body, prev, hash, received_at)
        select 'ST01', gen_random_uuid(), n, gen_random_uuid(), 'x', 1, at, '{}', '', '', now()
          from generate_series(1, 5) n, (values (now()), (timestamptz '1999-01-01')) as t(at)
        """
    )
    assert admin.execute("select count(*) from hub.event_default").fetchone() == (10,)
    assert ensure_partitions(admin) == 1
    assert admin.execute("select count(*) from hub.event_default").fetchone() == (5,)
    assert admin.execute("select count(*) from hub.event").fetchone() == (10,)
    assert ensure_partitions(admin) == 0


def test_a_database_that_is_not_there_is_said_without_the_password() -> None:
    """Who reads the sentence over a shoulder learns nothing."""
    with pytest.raises(HubProblem, match="can't be reached") as told:
        connect("postgresql://someone:geheim@127.0.0.1:1/hub")
    assert "geheim" not in str(told.value)


def _month(admin: psycopg.Connection[Any]) -> str:
    row = admin.execute("select to_char(now() at time zone 'UTC', 'YYYY_MM')").fetchone()
    assert row is not None
    return str(row[0])
