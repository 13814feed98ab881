"""Connections to the hub's database for people's commands: with deadlines everywhere, and errors as sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict

from terminal.hub.problem import HubProblem

Connection = psycopg.Connection[tuple[Any, ...]]
DEADLINES = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,  # milliseconds; keepalives alone do not notice data that nobody acknowledges
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
OF_A_STATION = ("host", "port", "dbname", "sslmode", "sslrootcert", "target_session_attrs")
"""What a station's connection string takes over from the one of the person who adds the station."""


def connect(
    dsn: str, *, name: str = "regrade-hub", statement_timeout: int = 600_000, autocommit: bool = False
) -> Connection:
    """A connection that can't wait for ever; `statement_timeout` in milliseconds. Raises HubProblem."""
    try:
        connection = psycopg.connect(
            dsn, autocommit=autocommit, **{"application_name": name, **DEADLINES, **_given(dsn)}
        )
    except psycopg.Error as problem:
        raise HubProblem(explain(problem, dsn)) from problem
    try:
        connection.execute("select set_config('statement_timeout', %s, false)", [str(statement_timeout)])
        if not autocommit:
            connection.commit()
    except psycopg.Error as problem:
        connection.close()
        raise HubProblem(explain(problem, dsn)) from problem
    return connection


@contextmanager
def explained(dsn: str = "") -> Iterator[None]:
    """Errors of the database inside are sentences: HubProblem."""
    try:
        yield
    except psycopg.Error as problem:
        raise HubProblem(explain(problem, dsn)) from problem


def explain(problem: psycopg.Error, dsn: str = "") -> str:
    """A sentence for an error of the database, without any password."""
    where = f"The hub's database ({shown(dsn)})" if dsn else "The hub's database"
    code, words = problem.sqlstate, " ".join(str(problem).split())
    if isinstance(problem, psycopg.ProgrammingError) and code is None:
        plain = re.sub(
            '".*"', "...", words
        )  # libpq quotes the piece that it stumbled over: often the password
        return f"The connection string of the hub can't be read: {plain}."
    if code == "28P01":
        return f"{where} does not take this user's password."
    if code == "3D000":
        return f"{where} does not exist: make it first (createdb), or correct the name."
    if code == "42501":
        return f"{where} does not allow this to the user that asks: {_said(problem)}."
    if code in ("3F000", "42P01", "42883"):
        return f"{where} is no hub yet, or an older one: run `regrade hub init`. ({_said(problem)})"
    if code == "25006":
        return f"{where} takes no changes now: it is a standby, or was set read-only."
    if code == "55P03":
        return f"{where} is busy with something that can't wait: try again in a minute."
    if code == "57014":
        return f"{where} took too long to answer."
    if code is None:
        return f"{where} can't be reached: {words}"
    return f"{where} refused: {_said(problem)} ({code})."


def shown(dsn: str) -> str:
    """A connection string as it may be shown: host, port and database only."""
    try:
        given = conninfo_to_dict(dsn)
    except psycopg.Error:
        return "its connection string can't be read"
    return f"{given.get('host') or 'local'}:{given.get('port') or 5432}/{given.get('dbname') or ''}"


def dsn_for(given: str, role: str, password: str, address: str | None = None) -> str:
    """The connection string of another role at the same database; `address`: HOST[:PORT] as stations see it."""
    kept = {
        key: str(value) for key, value in conninfo_to_dict(given).items() if key in OF_A_STATION and value
    }
    if address:
        kept.pop("hostaddr", None)
        host, _, port = address.rpartition(":") if address.rpartition(":")[2].isdigit() else (address, "", "")
        kept["host"] = host.strip("[]")
        if port:
            kept["port"] = port
    return _uri(role, password, kept)


def _uri(role: str, password: str, kept: Mapping[str, str]) -> str:
    hosts = kept.get("host", "").split(",")
    ports = kept.get("port", "5432").split(",")
    ports = ports if len(ports) == len(hosts) else ports[:1] * len(hosts)
    rest = {key: value for key, value in kept.items() if key not in ("host", "port", "dbname")}
    if any(host.startswith("/") or not host for host in hosts):  # sockets can't stand before the slash
        places = ""
        rest = {
            key: value
            for key, value in {"host": kept.get("host", ""), "port": ",".join(ports)}.items()
            if value
        } | rest
    else:
        places = ",".join(
            f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            for host, port in zip(hosts, ports, strict=True)
        )
    query = f"?{urlencode(rest)}" if rest else ""
    who = f"{quote(role, safe='')}:{quote(password, safe='')}"
    return f"postgresql://{who}@{places}/{quote(kept.get('dbname', ''), safe='')}{query}"


def _given(dsn: str) -> dict[str, Any]:
    """What of our own settings the connection string itself decides."""
    given = conninfo_to_dict(dsn)
    return {key: given[key] for key in ("application_name", *DEADLINES) if key in given}


def _said(problem: psycopg.Error) -> str:
    return (problem.diag.message_primary or str(problem)).rstrip(".")
