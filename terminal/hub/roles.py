"""Who may do what in the hub's database: an owner that nobody can log in as; groups for stations, service, readers.

Roles belong to the whole server, so the groups of a database carry a random tag in their names. Nothing is left to
PUBLIC: a login that is in no group can't even connect.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Any, Literal

from psycopg import sql

from terminal.hub.connecting import Connection, dsn_for, explained
from terminal.hub.problem import HubProblem

Kind = Literal["station", "service", "reader"]
PROJECTED = ("item", "rollup_day", "fold", "claim", "conflict")
"""Tables that are worked out from the events; the service may keep them."""
SERVICE = ("ingest_as(text, jsonb)", "station_of_token(text)", "station_of_certificate(text, text)")
LIMITS: dict[Kind, dict[str, str]] = {
    "station": {"statement_timeout": "60s", "idle_in_transaction_session_timeout": "60s"},
    "service": {"statement_timeout": "60s", "idle_in_transaction_session_timeout": "60s"},
    "reader": {"statement_timeout": "10min", "default_transaction_read_only": "on"},
}
CONNECTIONS: dict[Kind, int] = {"station": 8, "service": 64, "reader": 16}
CLOSED = (
    "pg_advisory_lock", "pg_advisory_lock_shared", "pg_advisory_xact_lock", "pg_advisory_xact_lock_shared",
    "pg_try_advisory_lock", "pg_try_advisory_lock_shared", "pg_try_advisory_xact_lock",
    "pg_try_advisory_xact_lock_shared", "pg_notify",
    "lo_creat", "lo_create", "lo_from_bytea", "lo_open", "lo_put", "lo_unlink", "lo_truncate", "lo_truncate64",
    "lo_import", "lo_export", "lowrite", "loread", "lo_get",
)  # fmt: skip
"""Functions of PostgreSQL that anybody may call: a station could hold up others or keep data of its own by them."""


@dataclass(frozen=True, slots=True)
class Names:
    """The roles of one hub."""

    owner: str
    station: str
    service: str
    reader: str


def names_of(connection: Connection) -> Names | None:
    """The roles of the hub in this database; None where there is none yet. Raises HubProblem."""
    row = connection.execute(
        "select pg_get_userbyid(nspowner) from pg_namespace where nspname = 'hub'"
    ).fetchone()
    if row is None:
        return None
    tag = re.fullmatch(r"(regrade_[0-9a-f]{8})_owner", str(row[0]))
    if tag is None:
        raise HubProblem(
            f"The schema hub of this database belongs to {row[0]}, and not to a hub's own role: it is something "
            "else's, or was restored without its roles (restore them first: pg_dumpall --roles-only)."
        )
    return _named(tag[1])


def make(connection: Connection) -> Names:
    """The roles of a new hub and its empty schema."""
    names = _named(f"regrade_{secrets.token_hex(4)}")
    for name in (names.owner, names.station, names.service, names.reader):
        connection.execute(sql.SQL("create role {} nologin").format(sql.Identifier(name)))
    owner = sql.Identifier(names.owner)
    connection.execute(sql.SQL("grant {} to current_user").format(owner))
    connection.execute(sql.SQL("create schema hub authorization {}").format(owner))
    return names


def settle(connection: Connection, names: Names) -> bool:
    """Give and take all rights as they must be; the same again changes nothing.

    False: PostgreSQL's own functions and languages stay open to all, since only a superuser may close them.
    """
    (database,) = _one(connection, "select current_database()")
    ids = {key: sql.Identifier(getattr(names, key)) for key in Names.__slots__}
    ids["database"] = sql.Identifier(database)
    for line in (
        "revoke all on database {database} from public",
        "revoke all on schema public from public",
        "revoke all on schema hub from public",
        "revoke all on all tables in schema hub from public, {station}, {service}, {reader}",
        "revoke all on all functions in schema hub from public, {station}, {service}, {reader}",
        "grant connect on database {database} to {station}, {service}, {reader}",
        "grant usage on schema hub to {station}, {service}, {reader}",
        "grant execute on function hub.ingest(jsonb) to {station}",
        *(f"grant execute on function hub.{one} to {{service}}" for one in SERVICE),
        *(f"grant select on hub.{one} to {{reader}}" for one in _readable(connection)),
        *(
            f"grant select, insert, update, delete on hub.{one} to {{service}}"
            for one in _projected(connection)
        ),
        "grant select on hub.event, hub.journal, hub.migration to {service}",
        "grant usage on language plpgsql to {owner}",
        "grant usage on language sql to {owner}",
        "revoke usage on language plpgsql from public",
        "revoke usage on language sql from public",
    ):
        connection.execute(sql.SQL(line).format(**ids))
    for (signature,) in connection.execute(
        "select oid::regprocedure::text from pg_proc where pronamespace = 'pg_catalog'::regnamespace "
        "and proname = any(%s) and pg_has_role(proowner, 'usage')",
        [list(CLOSED)],
    ).fetchall():
        function = sql.SQL(signature)
        connection.execute(sql.SQL("revoke execute on function {} from public").format(function))
        connection.execute(
            sql.SQL("grant execute on function {} to {}, {}").format(function, ids["owner"], ids["service"])
        )
    row = connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()
    return row == (True,)


def add_login(connection: Connection, names: Names, kind: Kind, name: str | None = None) -> tuple[str, str]:
    """A login of a group, with limits. Gives (role, password); a login that exists gets a new password."""
    role = name or f"{names.owner.removesuffix('owner')}{kind}_{secrets.token_hex(4)}"
    password = secrets.token_urlsafe(24)
    identifier = sql.Identifier(role)
    if not connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone():
        connection.execute(sql.SQL("create role {}").format(identifier))
    elif not connection.execute(
        "select 1 from pg_auth_members where member = %s::regrole and roleid = %s::regrole",
        [_quoted(role), _quoted(getattr(names, kind))],
    ).fetchone():
        raise HubProblem(
            f"The server has a role {role} already, and it is no {kind} of this hub: choose another name."
        )
    connection.execute(
        sql.SQL(
            "alter role {} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls "
            "connection limit {} password {}"
        ).format(identifier, CONNECTIONS[kind], _scrambled(connection, role, password))
    )
    connection.execute(sql.SQL("grant {} to {}").format(sql.Identifier(getattr(names, kind)), identifier))
    for setting, value in LIMITS[kind].items():
        connection.execute(
            sql.SQL("alter role {} set {} = {}").format(identifier, sql.Identifier(setting), value)
        )
    return role, password


def close_login(connection: Connection, role: str) -> None:
    """The role can't log in any more. Its connections still stand: see `cut_off`."""
    connection.execute(sql.SQL("alter role {} nologin password null").format(sql.Identifier(role)))


def cut_off(connection: Connection, role: str) -> None:
    """End the connections of a role; asked once it can't log in any more, or it would be back at once."""
    connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = %s", [role])


def add(
    connection: Connection,
    kind: Literal["service", "reader"],
    name: str | None = None,
    address: str | None = None,
) -> dict[str, Any]:
    """A login for the HTTPS service or for people's tools: {"role", "dsn"}. Raises HubProblem."""
    with explained(), connection.transaction():
        names = names_of(connection)
        if names is None:
            raise HubProblem("This database is no hub yet: run `regrade hub init`.")
        role, password = add_login(connection, names, kind, name)
    return {"role": role, "dsn": dsn_for(connection.info.dsn, role, password, address)}


def _named(tag: str) -> Names:
    return Names(*(f"{tag}_{kind}" for kind in Names.__slots__))


def _scrambled(connection: Connection, role: str, password: str) -> str:
    """The password as the server keeps it, so that it is in no log of statements."""
    return connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()


def _readable(connection: Connection) -> list[str]:
    """What readers may see: all but keys, tokens, photos and the content of publications."""
    hidden = ["station", "publication_part", "fold", "photo"]
    rows = connection.execute(
        "select quote_ident(relname) from pg_class where relnamespace = 'hub'::regnamespace "
        "and relkind in ('r', 'p', 'v', 'm') and not relispartition and relname <> all(%s) order by 1",
        [hidden],
    )
    return [name for (name,) in rows]


def _projected(connection: Connection) -> list[str]:
    return [one for one in PROJECTED if _one(connection, "select to_regclass(%s)", [f"hub.{one}"])[0]]


def _quoted(role: str) -> str:
    return '"' + role.replace('"', '""') + '"'


def _one(connection: Connection, query: str, values: list[Any] | None = None) -> tuple[Any, ...]:
    row = connection.execute(query, values).fetchone()
    assert row is not None
    return tuple(row)
