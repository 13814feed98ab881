"""The service's connections to the hub's database, and its three questions to it.

Whatever psycopg raises becomes one of two: `Unavailable`, come again, or `Refused`, with the hub's own reason.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout, TooManyRequests

log = logging.getLogger("regrade.serve")
WAIT = 5.0
"""Seconds that a request waits for a connection at most."""
SECONDS = 30
"""Seconds that a statement may take."""
QUEUE = 200
"""Requests that may wait for a connection at the same time."""


class Unavailable(Exception):
    """The database can't answer now. The text is a sentence that may be shown to a client."""


class Refused(Exception):
    """The hub refuses the request. `code` is its SQLSTATE (RG001 and up; 22xxx: not the right kind of value)."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class Database:
    """A pool of connections of the service's role. Nothing is connected before `open`."""

    def __init__(self, dsn: str, size: int = 8) -> None:
        self._pool = ConnectionPool(
            dsn,
            kwargs={
                "autocommit": True,
                "connect_timeout": 3,
                "keepalives_idle": 10,
                "keepalives_interval": 5,
                "keepalives_count": 3,
                "tcp_user_timeout": 8000,
                "application_name": "regrade-serve",
                "options": f"-c statement_timeout={SECONDS}s -c lock_timeout={SECONDS // 2}s",
            },
            min_size=1,
            max_size=size,
            open=False,
            check=ConnectionPool.check_connection,
            timeout=WAIT,
            max_waiting=QUEUE,
            reconnect_timeout=8,
            name="regrade-serve",
        )

    def open(self) -> None:
        """Begin to connect, without waiting for it: a service may start before its database."""
        self._pool.open(wait=False)

    def close(self) -> None:
        """End all connections."""
        self._pool.close(timeout=2)

    def alive(self) -> None:
        """Ask for nothing at all. Raises Unavailable."""
        with self._connection(2.0) as connection:
            connection.execute("select 1")

    def station_of_token(self, token: str) -> str | None:
        """The active station whose token this is. Raises Unavailable."""
        with self._connection() as connection:
            return _text(connection.execute("select hub.station_of_token(%s)", (token,)).fetchone())

    def station_of_certificate(self, name: str, fingerprint: str) -> str | None:
        """The active station of that name, unless another certificate is pinned for it. Raises Unavailable."""
        with self._connection() as connection:
            found = connection.execute("select hub.station_of_certificate(%s, %s)", (name, fingerprint))
            return _text(found.fetchone())

    def ingest(self, station: str, batch: Mapping[str, Any]) -> dict[str, Any]:
        """The hub's answer to a request of a station. Raises Unavailable or Refused."""
        text = json.dumps(batch)
        with self._connection() as connection:
            row = connection.execute("select hub.ingest_as(%s, %s::jsonb)", (station, text)).fetchone()
        answer = row[0] if row else None
        if not isinstance(answer, dict):
            raise Unavailable("The hub's database gave no answer.")
        return answer

    @contextmanager
    def _connection(self, wait: float = WAIT) -> Iterator[psycopg.Connection]:
        try:
            with self._pool.connection(wait) as connection:
                yield connection
        except (PoolTimeout, TooManyRequests) as problem:
            raise Unavailable("The hub's database does not answer, or is too busy.") from problem
        except psycopg.Error as problem:
            found = _sorted(problem)
            if isinstance(found, Unavailable):
                log.warning("the database: %s %s", problem.sqlstate or "-", ascii(str(problem))[1:300])
            raise found from problem


def _text(row: tuple[Any, ...] | None) -> str | None:
    found = row[0] if row else None
    return found if isinstance(found, str) else None


def _sorted(problem: psycopg.Error) -> Unavailable | Refused:
    """What an error of the database means for a client, who is told its text only where the hub wrote it."""
    code = problem.sqlstate or ""
    if code.startswith("RG"):
        return Refused(code, (problem.diag.message_primary or "The hub refuses the request.").strip())
    if code.startswith("22"):
        said = problem.diag.message_primary or "a value of a wrong kind"
        return Refused(code, f"The hub's database can't read the request: {said}.")
    if code in ("42883", "42P01", "3F000"):
        return Unavailable("The hub's database is not ready for this service: run `regrade hub init` on it.")
    if code == "42501":
        return Unavailable(
            "The service's role may not do this: give it a login made by `regrade hub role add service`."
        )
    if code in ("57014", "55P03"):
        return Unavailable("The hub's database took too long over the request.")
    if code == "25006":
        return Unavailable("The hub's database is read-only at the moment.")
    if code and code[:2] not in ("08", "53", "57"):
        return Unavailable(
            f"The hub's database met an error of its own ({code}); the service's log says more."
        )
    return Unavailable("The connection with the hub's database was lost, or it can't take anything now.")
