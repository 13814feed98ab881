"""Publishing: a file for the stations, checked by the stations' own loaders, signed, and put into the hub in parts.

Versions count up for each kind over all audiences. Nothing is ever taken back: an older content that is to hold
again is published again, under a new version.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from terminal.arriving import TABLES, check
from terminal.domain.suggest import BadData
from terminal.hub.connecting import Connection, explained
from terminal.hub.problem import HubProblem
from terminal.hub.signing import sign, signed_text
from terminal.offers import LONGEST_NAME, PART, parts_of
from terminal.settings import Settings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def publish(
    connection: Connection,
    settings: Settings,
    kind: str,
    path: Path,
    *,
    audience: str = "*",
    key: Ed25519PrivateKey | None = None,
    after: int = 0,
    by: str | None = None,
) -> dict[str, Any]:
    """Publish a file: {"kind", "version", "audience", "name", "hash", "bytes", "parts", "key", "already"}.

    The same content as the newest version for the same audience stays that version (`already`). `audience` is all
    (*) or stations with commas between; the new version is above `after`, which a restored hub needs. Raises
    BadData with everything that a station would not take, HubProblem, OSError.
    """
    check(settings, kind, path)
    if key is None and kind not in TABLES:
        raise BadData([f"stations take {kind} only with a signature: give --key FILE (see hub key make)"])
    if not path.name.isprintable() or len(path.name) > LONGEST_NAME:
        raise BadData(
            [f"{path.name[:40]!a}: give the file a name of up to {LONGEST_NAME} printable characters"]
        )
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    with explained(), connection.transaction():
        # Two leads at once get two versions, one after the other.
        connection.execute("select pg_advisory_xact_lock(hashtext('regrade publish'), hashtext(%s))", [kind])
        audience = _audience(connection, audience)
        newest = _newest(connection, kind, audience)
        if newest is not None and newest["hash"] == digest and newest["version"] > after:
            return {**newest, "already": True}
        version = max(after, _highest(connection, kind)) + 1
        signature, name = (None, None)
        if key is not None:
            signature, name = sign(key, signed_text(kind, version, audience, digest))
        parts = parts_of(len(content))
        connection.execute(
            "insert into hub.publication (kind, version, audience, name, hash, bytes, parts, signature, key_id, "
            "by_whom) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [kind, version, audience, path.name, digest, len(content), parts, signature, name, by],
        )
        for part in range(parts):
            connection.execute(
                "insert into hub.publication_part (kind, version, part, content) values (%s, %s, %s, %s)",
                [kind, version, part, content[part * PART : (part + 1) * PART]],
            )
    published = {"kind": kind, "version": version, "audience": audience, "name": path.name, "hash": digest}
    return {**published, "bytes": len(content), "parts": parts, "key": name, "already": False}


def publications(connection: Connection, kind: str | None = None) -> list[dict[str, Any]]:
    """What was published, by kind, newest first. Raises HubProblem."""
    with explained(), connection.transaction():
        rows = connection.execute(
            "select kind, version, audience, name, hash, bytes, parts, key_id, at, by_whom from hub.publication "
            "where %(kind)s::text is null or kind = %(kind)s order by kind, version desc",
            {"kind": kind},
        ).fetchall()
    names = ("kind", "version", "audience", "name", "hash", "bytes", "parts", "key", "at", "by")
    listed = [dict(zip(names, row, strict=True)) for row in rows]
    return [{**one, "at": one["at"].isoformat(timespec="seconds")} for one in listed]


def _audience(connection: Connection, asked: str) -> str:
    """The stations in one order and spelling. Raises HubProblem for one that the hub does not know."""
    if asked.strip() == "*":
        return "*"
    wanted = sorted({one.strip() for one in asked.split(",") if one.strip()})
    known = {row[0] for row in connection.execute("select station from hub.station where active").fetchall()}
    if not wanted or (strange := [one for one in wanted if one not in known]):
        told = ", ".join(strange)[:200] if wanted else asked
        raise HubProblem(
            f"No station {told!r} at this hub: an audience is * for all, or known stations with commas between."
        )
    return ",".join(wanted)


def _newest(connection: Connection, kind: str, audience: str) -> dict[str, Any] | None:
    row = connection.execute(
        "select version, name, hash, bytes, parts, key_id from hub.publication where kind = %s and audience = %s "
        "order by version desc limit 1",
        [kind, audience],
    ).fetchone()
    if row is None:
        return None
    version, name, digest, size, parts, key = row
    found = {"kind": kind, "version": version, "audience": audience, "name": name, "hash": digest}
    return {**found, "bytes": size, "parts": parts, "key": key}


def _highest(connection: Connection, kind: str) -> int:
    """The newest version over all audiences; 0 where there is none."""
    row = connection.execute(
        "select coalesce(max(version), 0) from hub.publication where kind = %s", [kind]
    ).fetchone()
    return int(row[0]) if row is not None else 0
