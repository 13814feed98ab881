"""The stations of a company at its hub: added with a login of their own, revoked, listed.

A password or token is shown once and kept nowhere in clear; whoever lost it asks for a new one.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from difflib import get_close_matches
from typing import Any

from terminal.hub import roles
from terminal.hub.connecting import Connection, dsn_for, explained
from terminal.hub.problem import HubProblem

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
"""What a station may be called, as in the station's own settings."""


def add(
    connection: Connection,
    station: str,
    *,
    renew: bool = False,
    token: bool = False,
    certificate: str | None = None,
    address: str | None = None,
    note: str | None = None,
) -> dict[str, Any]:
    """A new station: {"station", "dsn"} and with `token` also {"token"} for HTTPS. Raises HubProblem.

    `renew` gives a known station a new password (and token) and takes a revoked one back. `certificate` is the
    SHA-256 fingerprint of the station's certificate, hex. `address` is where stations reach the server.
    """
    if not NAME.fullmatch(station):
        raise HubProblem(
            f"A station can't be called {station!r}: 1 to 32 letters, digits, '.', '_' or '-', "
            "with a letter or digit first."
        )
    pinned = _fingerprint(certificate)
    with explained(), connection.transaction():
        names = roles.names_of(connection)
        if names is None:
            raise HubProblem("This database is no hub yet: run `regrade hub init`.")
        connection.execute("lock table hub.station in share row exclusive mode")
        known = connection.execute(
            "select role, active from hub.station where station = %s", [station]
        ).fetchone()
        if known is not None and not renew:
            state = "is known at this hub already" if known[1] else "was revoked"
            raise HubProblem(
                f"The station {station} {state}. To give it a new password, add it with --renew."
            )
        role, password = roles.add_login(connection, names, "station", known[0] if known else None)
        secret = secrets.token_urlsafe(32) if token else None
        connection.execute(
            "insert into hub.station (station, role, token_hash, certificate, note) values (%s, %s, %s, %s, %s) "
            "on conflict (station) do update set role = excluded.role, active = true, revoked_at = null, "
            "token_hash = excluded.token_hash, "
            "certificate = coalesce(excluded.certificate, hub.station.certificate), "
            "note = coalesce(excluded.note, hub.station.note)",
            [station, role, _digest(secret), pinned, note],
        )
    answer = {"station": station, "dsn": dsn_for(connection.info.dsn, role, password, address)}
    return answer | ({"token": secret} if secret else {})


def revoke(connection: Connection, station: str) -> dict[str, Any]:
    """The station can do nothing any more, at once; what it sent stays. Raises HubProblem."""
    with explained(), connection.transaction():
        row = connection.execute(
            "update hub.station set active = false, revoked_at = coalesce(revoked_at, now()), token_hash = null "
            "where station = %s returning role, revoked_at",
            [station],
        ).fetchone()
        if row is None:
            every = [one for (one,) in connection.execute("select station from hub.station").fetchall()]
            close = get_close_matches(station, every, 1)
            hint = f" Did you mean {close[0]}?" if close else ""
            raise HubProblem(f"There is no station {station} at this hub.{hint}")
        if row[0]:
            roles.close_login(connection, row[0])
    if row[0]:
        with explained(), connection.transaction():
            roles.cut_off(connection, row[0])
    return {"station": station, "revoked_at": row[1].isoformat()}


def listed(connection: Connection) -> list[dict[str, Any]]:
    """Every station, by name: whether it is active, how it may speak, when it was added and revoked."""
    with explained(), connection.transaction():
        rows = connection.execute(
            "select station, active, role, token_hash is not null, certificate, added_at, revoked_at, note "
            "from hub.station order by station"
        ).fetchall()
    return [
        {
            "station": station, "active": active, "role": role, "token": token, "certificate": certificate,
            "added_at": added.isoformat(), "revoked_at": gone.isoformat() if gone else None, "note": note,
        }
        for station, active, role, token, certificate, added, gone, note in rows
    ]  # fmt: skip


def _digest(token: str | None) -> str | None:
    return hashlib.sha256(token.encode()).hexdigest() if token else None


def _fingerprint(text: str | None) -> str | None:
    if text is None:
        return None
    plain = text.replace(":", "").strip().lower()
    if not re.fullmatch(r"[0-9a-f]{64}", plain):
        raise HubProblem(f"{text!r} is no SHA-256 fingerprint of a certificate: 64 hex digits.")
    return plain
