"""A client's connection to the HTTPS service: who is at the other end, and how long a request may take to begin.

uvicorn keeps a client's certificate to itself, and waits for ever for a request that has begun; both are mended
here. A body has deadlines of its own, where it is read.
"""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from terminal.hub.tls import peer_of

PEER = "peer"
"""Where a request finds the `Peer` in its state; missing where no certificate was shown."""
HEAD_SECONDS = 20.0
"""How long the head of a request may take to arrive: from the connection on, then from its first byte on."""


class HttpProtocol(H11Protocol):
    """HTTP/1.1 whose requests carry the client's certificate in their state, and whose heads come in time."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Keep who is at the other end, for every request of this connection."""
        super().connection_made(transport)
        tls = transport.get_extra_info("ssl_object")
        der = tls.getpeercert(binary_form=True) if tls is not None else None
        peer = peer_of(tls.getpeercert() or {}, der) if tls is not None and der else None
        if peer is not None:
            self.app_state = {**self.app_state, PEER: peer}
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._end_watch()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """Between two requests uvicorn's own limit holds until the first byte; this one holds from there on."""
        if self.conn.their_state is not h11.IDLE:
            self._end_watch()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _end_watch(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if self.conn.their_state is h11.IDLE:
            self.logger.info("a connection was closed: no request came within %g s", HEAD_SECONDS)
            self.transport.close()
