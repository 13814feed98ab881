"""PostgreSQL as a way to the hub: one function over one connection, with a deadline on every call.

A far side that confirms bytes may never answer: when the time is over the connection is cut from beside.
"""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from terminal.domain.speech import Said
from terminal.sync.hub_trouble import explain, unreadable
from terminal.sync.sink import SinkUnavailable

if TYPE_CHECKING:
    import psycopg

CONNECT = 3
"""Seconds to wait for a connection, for each host of the address."""
UNHEARD_MS = 4000
"""Milliseconds after which sent bytes that nobody confirms end the connection."""
DEADLINE = 30.0
"""Seconds that one call may take altogether; the hub itself gives up after two thirds of that."""


class PostgresTransport:
    """Calls `hub.ingest` over one connection, which is kept until `close`. For one thread."""

    runs = True

    def __init__(self, dsn: str, *, deadline: float = DEADLINE) -> None:
        self._dsn = dsn
        self._deadline = deadline
        self._connection: psycopg.Connection[Any] | None = None

    def exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        """Hand a request over and give the answer. Raises SinkUnavailable or BatchRefused."""
        import psycopg  # only where there is a hub

        text = json.dumps(request, separators=(",", ":"))
        late = False
        try:
            connection = self._connected()
            with _cut_after(connection, self._deadline) as cut:
                try:
                    row = connection.execute("select hub.ingest(%s)", (text,)).fetchone()
                finally:
                    late = cut.is_set()
        except psycopg.Error as error:
            self.close()
            if late:
                raise SinkUnavailable(
                    Said(
                        "The hub did not answer within {seconds} s. What was sent goes again.",
                        seconds=f"{self._deadline:g}",
                    )
                ) from error
            raise explain(error, self._dsn) from error
        answer = row[0] if row else None
        if not isinstance(answer, dict):
            raise SinkUnavailable(unreadable(Said("no object")))
        return answer

    def close(self) -> None:
        """Let go of the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):
                connection.close()

    def _connected(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = self._connect()
        return self._connection

    def _connect(self) -> psycopg.Connection[Any]:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict

        given = conninfo_to_dict(self._dsn)
        own: dict[str, Any] = {
            "connect_timeout": CONNECT,
            "tcp_user_timeout": UNHEARD_MS,
            "keepalives": 1,
            "keepalives_idle": 10,
            "keepalives_interval": 3,
            "keepalives_count": 3,
            "application_name": "regrade",
        }
        wanted = {name: value for name, value in own.items() if name not in given}
        if "options" not in given:
            wanted["options"] = f"-c statement_timeout={int(self._deadline * 2000 / 3)}"
        try:
            return psycopg.connect(self._dsn, autocommit=True, **wanted)
        except psycopg.OperationalError as error:
            if "options" not in wanted or "unsupported startup parameter" not in str(error):
                raise
            del wanted["options"]  # a connection pooler in between, which does not pass them on
            return psycopg.connect(self._dsn, autocommit=True, **wanted)


@contextmanager
def _cut_after(connection: psycopg.Connection[Any], seconds: float) -> Iterator[threading.Event]:
    """End the connection when a call takes too long: a far side that confirms bytes may never answer.

    The event is set where it came to that.
    """
    late = threading.Event()
    spare = socket.socket(fileno=os.dup(connection.fileno()))

    def cut() -> None:
        late.set()
        with suppress(OSError):
            spare.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
        timer.join()
        spare.close()
