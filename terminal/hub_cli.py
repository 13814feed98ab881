"""The group `regrade hub`: the database made and kept, stations and logins added and revoked, how things stand.

The hub's other commands live in modules of their own and are imported when they are called: nothing here slows the
bench down.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal

import click

from terminal.console import plainly, put, talk

ELSEWHERE = {
    "serve": "terminal.hub_serve_cli",
    "publish": "terminal.hub_publish_cli",
    "publications": "terminal.hub_publish_cli",
    "key": "terminal.hub_publish_cli",
    "project": "terminal.hub_people_cli",
    "kpi": "terminal.hub_people_cli",
    "photo": "terminal.hub_people_cli",
    "rejects": "terminal.hub_rejects_cli",
    "conflict": "terminal.hub_people_cli",
    "export": "terminal.hub_people_cli",
}
"""Commands that are defined in another module, each under its own name."""
DSN = click.option(
    "--dsn",
    envvar="REGRADE_HUB_ADMIN_DSN",
    required=True,
    help="The hub's database, as one who may administer it. Default: REGRADE_HUB_ADMIN_DSN.",
)
ADDRESS = click.option(
    "--address", metavar="HOST[:PORT]", help="Where the server is found, if not as in --dsn."
)


class _Lazy(click.Group):
    """A group some of whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command that is here."""
        return sorted(
            {*super().list_commands(ctx), *(name for name, where in ELSEWHERE.items() if find_spec(where))}
        )

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, wherever it is."""
        where = ELSEWHERE.get(cmd_name)
        if where is None or not find_spec(where):
            return super().get_command(ctx, cmd_name)
        found = vars(import_module(where)).values()
        return next((one for one in found if isinstance(one, click.Command) and one.name == cmd_name), None)


@click.group(cls=_Lazy)
def hub() -> None:
    """The warehouse's database: made, kept, and asked."""


@hub.command()
@DSN
@plainly
def init(dsn: str) -> None:
    """Make a database a hub, or bring it up to date. May be run again at any time."""
    from terminal.hub.install import init as install

    made = install(dsn)
    put(made)
    if not made["closed"]:
        talk(
            "Stations can still call PostgreSQL's own functions (large objects, advisory locks, DO blocks): "
            "only a superuser may close them. Run this command once as one."
        )


@hub.group()
def station() -> None:
    """Stations that may send to this hub."""


@station.command("add")
@click.argument("name", metavar="STATION")
@DSN
@click.option("--renew", is_flag=True, help="A known or revoked station gets a new password.")
@click.option("--token", is_flag=True, help="Also a token for `hub serve` (HTTPS).")
@click.option("--certificate", metavar="SHA256", help="Fingerprint of the station's certificate, pinned.")
@click.option("--note", help="Kept with the station.")
@ADDRESS
@plainly
def add(
    name: str,
    dsn: str,
    renew: bool,
    token: bool,
    certificate: str | None,
    note: str | None,
    address: str | None,
) -> None:
    """Let a station in: prints what it connects with. Shown once."""
    from terminal.hub import stations
    from terminal.hub.connecting import connect

    with connect(dsn) as connection:
        put(
            stations.add(
                connection,
                name,
                renew=renew,
                token=token,
                certificate=certificate,
                address=address,
                note=note,
            )
        )


@station.command("revoke")
@click.argument("name", metavar="STATION")
@DSN
@plainly
def revoke(name: str, dsn: str) -> None:
    """Shut a station out, at once. What it sent stays."""
    from terminal.hub import stations
    from terminal.hub.connecting import connect

    with connect(dsn) as connection:
        put(stations.revoke(connection, name))


@station.command("list")
@DSN
@plainly
def list_(dsn: str) -> None:
    """Every station that was ever let in."""
    from terminal.hub import stations
    from terminal.hub.connecting import connect

    with connect(dsn) as connection:
        put({"stations": stations.listed(connection)})


@hub.group()
def role() -> None:
    """Logins for the HTTPS service and for people's tools."""


@role.command("add")
@click.argument("kind", type=click.Choice(["service", "reader"]))
@click.argument("name", required=False)
@DSN
@ADDRESS
@plainly
def role_add(kind: Literal["service", "reader"], name: str | None, dsn: str, address: str | None) -> None:
    """A login that may ingest for stations (service) or only read (reader). Again: a new password."""
    from terminal.hub import roles
    from terminal.hub.connecting import connect

    with connect(dsn) as connection:
        put(roles.add(connection, kind, name, address))


@hub.command()
@DSN
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@plainly
def status(dsn: str, as_json: bool) -> None:
    """Every station: what it sent, how far behind it is, what needs a look."""
    from terminal.hub.connecting import connect
    from terminal.hub.status import status as asked

    with connect(dsn) as connection:
        found = asked(connection)
    if as_json:
        put(found)
    else:
        _draw(found)


def _draw(found: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"{len(found['stations'])} journals, schema {found['schema']}")
    for name in ("Station", "Events", "Waiting", "Behind", "Seen", "Clock", "Refused", "Photos", "Conflicts"):
        table.add_column(name, justify="left" if name == "Station" else "right", overflow="fold")
    for one in found["stations"]:
        texts = (
            one["station"] if one["active"] else f"{one['station']} (revoked)",
            str(one["events"]),
            _told(one["waiting"]),
            _span(one["lag_seconds"]),
            _span(one["unseen_seconds"], " ago"),
            "-" if one["offset_ms"] is None else f"{-one['offset_ms'] / 1000:+.1f} s",
            str(one["rejects"]) + (f" + {one['rejects_counted']}" if one["rejects_counted"] else ""),
            _told(one["photos_wanted"] or None),
            str(one["conflicts"]),
        )
        table.add_row(*map(Text, texts))
    console = Console()
    console.print(table)
    for one in found["stations"]:
        for sentence in one["attention"]:
            console.print(Text(f"{one['station']}: {sentence}"))
    if found["schema"] < found["program_schema"]:
        talk("The database is older than this program: run `regrade hub init`.")


def _told(value: object) -> str:
    return "-" if value is None else str(value)


def _span(seconds: float | None, after: str = "") -> str:
    """A time that has passed, in the largest unit that fits; "-" where it is unknown."""
    if seconds is None:
        return "-"
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}{after}"
    return f"{seconds:.0f} s{after}"
