"""Making a database a hub and bringing it up to date: roles, numbered steps, functions, months, rights.

Steps are applied once each and never edited once released; functions, months and rights are put as they must be at
every run. All of it happens under one advisory lock, so that several may run it at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from psycopg import sql

from terminal.hub import roles
from terminal.hub.connecting import Connection, connect, explained, shown
from terminal.hub.problem import HubProblem

SCHEMA = Path(__file__).parent / "schema"
LOCK = 0x7265_6772_6164_65
"""The advisory lock of everything that changes the schema."""
OLDEST_SERVER = 150_000


def steps() -> list[tuple[int, str, Path]]:
    """The numbered steps that this program knows: (number, name, file)."""
    found = sorted(SCHEMA.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    return [(int(path.stem[:4]), path.stem[5:], path) for path in found]


def init(dsn: str) -> dict[str, Any]:
    """Make this database a hub, or bring it up to date; again it changes nothing. Raises HubProblem.

    Gives {"database", "schema", "applied": [names of steps], "partitions": months made,
    "closed": whether PostgreSQL's own functions are closed to stations too, for which it takes a superuser}.
    """
    with connect(dsn, name="regrade-hub-init", autocommit=True) as connection, explained(dsn):
        _check_server(connection)
        connection.execute("select pg_advisory_lock(%s)", [LOCK])
        try:
            with connection.transaction():
                names = roles.names_of(connection) or roles.make(connection)
            applied = _apply_steps(connection, names)
            with connection.transaction():
                _as(connection, names)
                for path in sorted(set(SCHEMA.glob("*.sql")) - {path for _, _, path in steps()}):
                    connection.execute(path.read_bytes())
                made = _months(connection)
            with connection.transaction():
                closed = roles.settle(connection, names)
        finally:
            connection.execute("select pg_advisory_unlock(%s)", [LOCK])
        return {
            "database": shown(dsn),
            "schema": steps()[-1][0],
            "applied": applied,
            "partitions": made,
            "closed": closed,
        }


def ensure_partitions(connection: Connection) -> int:
    """Make the months around today that are missing; gives how many. Needs the rights of the owner."""
    with connection.transaction():
        return _months(connection)


def version_of(connection: Connection) -> int:
    """The newest step that this database has; 0 where it is no hub."""
    if connection.execute("select to_regclass('hub.migration')").fetchone() == (None,):
        return 0
    row = connection.execute("select coalesce(max(number), 0) from hub.migration").fetchone()
    return int(row[0]) if row else 0


def _apply_steps(connection: Connection, names: roles.Names) -> list[str]:
    known = steps()
    have = version_of(connection)
    if have > known[-1][0]:
        raise HubProblem(
            f"This database was set up by a newer version of this program (step {have}; this one knows "
            f"{known[-1][0]}). Bring this program up to date."
        )
    applied = []
    for number, name, path in known:
        if number <= have:
            continue
        with connection.transaction():
            _as(connection, names)
            connection.execute(path.read_bytes())
            connection.execute("insert into hub.migration (number, name) values (%s, %s)", [number, name])
        applied.append(f"{number:04d}_{name}")
    return applied


def _as(connection: Connection, names: roles.Names) -> None:
    """What follows in this transaction is made by, and belongs to, the owner."""
    connection.execute(sql.SQL("set local role {}").format(sql.Identifier(names.owner)))
    connection.execute("set local search_path = pg_catalog, pg_temp")


def _months(connection: Connection) -> int:
    connection.execute("set local lock_timeout = '10s'")
    row = connection.execute("select hub.ensure_partitions()").fetchone()
    return int(row[0]) if row else 0


def _check_server(connection: Connection) -> None:
    if connection.info.server_version < OLDEST_SERVER:
        raise HubProblem(
            f"The hub needs PostgreSQL 15 or newer, this server is {connection.info.server_version // 10_000}."
        )
    row = connection.execute("show server_encoding").fetchone()
    if row != ("UTF8",):
        raise HubProblem(
            f"The hub's database must be in UTF8, this one is in {row[0] if row else 'nothing'}: "
            "make another (createdb -E UTF8 -T template0)."
        )
