"""HTTPS from a station: one request at a time, with a deadline on everything and a sentence for every failure.

Nothing of an answer is trusted: it is read up to a limit, never followed to another place, and never unpacked.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from terminal.domain.speech import Said
from terminal.sync.reply import Reply
from terminal.sync.sentences import in_a_row
from terminal.sync.sink import SinkUnavailable
from terminal.sync.trust import Trust, clean, distrust, said, tls_error_in

if TYPE_CHECKING:
    import httpx

CONNECT, READ, WRITE = 4.0, 30.0, 15.0
"""Seconds of silence after which a connection, an answer and a request are given up."""
DEADLINE = 90.0
"""Seconds for a whole answer, however steadily it drips."""
MAX_ANSWER = 8 * 1024 * 1024
"""Bytes of an answer that are read at most."""


class WebClient:
    """Speaks with one address. The connection is kept between requests, and made anew when it broke."""

    def __init__(
        self,
        url: str,
        trust: Trust | None = None,
        *,
        proxy: str | None = None,
        connect: float = CONNECT,
        read: float = READ,
        write: float = WRITE,
        deadline: float = DEADLINE,
    ) -> None:
        self._url = url
        self._trust = trust or Trust()
        self._proxy = proxy
        self._timeouts = (connect, read, write)
        self._deadline = deadline
        self._client: httpx.Client | None = None
        self._line: socket.socket | None = None

    @property
    def where(self) -> str:
        """Host and port, as people may see it: without a password or a query."""
        parts = urlsplit(self._url)
        host = parts.hostname or "?"
        return f"{host}:{parts.port}" if parts.port else host

    def close(self) -> None:
        """End the connection."""
        client, self._client = self._client, None
        if client is not None:
            client.close()
        self._keep_line(None)

    def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
        limit: int = MAX_ANSWER,
    ) -> Reply:
        """Send a request and read its answer. Raises SinkUnavailable: what became of it is unknown then."""
        import httpx

        client = self._open()
        sent = {"accept": "application/json", "accept-encoding": "identity", **headers}
        late = threading.Event()
        timer = threading.Timer(self._deadline, self._cut, (late,))
        timer.daemon = True
        timer.start()
        try:
            with client.stream(
                method,
                self._url + path,
                headers=sent,
                content=content,
                params=params,
                extensions={"trace": self._trace},
            ) as answer:
                body = self._read(answer, limit)
                if late.is_set():
                    raise SinkUnavailable(self._said_late())
                return Reply(answer.status_code, dict(answer.headers), body)
        except httpx.TimeoutException as error:
            raise SinkUnavailable(self._too_late(error)) from error
        except httpx.InvalidURL as error:
            raise SinkUnavailable(
                Said("{who} is no address that can be asked: {why}.", who=self.where, why=clean(str(error)))
            ) from error
        except httpx.HTTPError as error:
            if late.is_set():
                raise SinkUnavailable(self._said_late()) from error
            raise SinkUnavailable(self._broken(error)) from error
        finally:
            timer.cancel()

    def _said_late(self) -> str:
        return Said(
            "{who} took longer than {seconds} s over its answer.",
            who=self.where,
            seconds=f"{self._deadline:g}",
        )

    def _trace(self, event: str, told: Mapping[str, Any]) -> None:
        """Keep hold of a connection's socket when it is made."""
        if event == "connection.connect_tcp.complete":
            made = told["return_value"].get_extra_info("socket")
            self._keep_line(socket.socket(fileno=os.dup(made.fileno())))

    def _keep_line(self, line: socket.socket | None) -> None:
        before, self._line = self._line, line
        if before is not None:
            before.close()

    def _cut(self, late: threading.Event) -> None:
        """End the connection from outside: one byte now and then keeps every timeout of a read away."""
        late.set()
        line = self._line
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _open(self) -> httpx.Client:
        import httpx

        if self._client is None:
            _check_address(self._url)
            connect, read, write = self._timeouts
            self._client = httpx.Client(
                verify=self._trust.context() if self._url.lower().startswith("https:") else False,
                timeout=httpx.Timeout(connect=connect, read=read, write=write, pool=connect),
                limits=httpx.Limits(max_connections=1, keepalive_expiry=60),
                follow_redirects=False,
                trust_env=False,
                proxy=self._proxy,
                headers={"user-agent": "regrade"},
            )
        return self._client

    def _read(self, answer: httpx.Response, limit: int) -> bytes:
        if answer.is_redirect:
            raise SinkUnavailable(
                Said(
                    "{who} sends on to {target}, and that is not followed. Configure the right address.",
                    who=self.where,
                    target=clean(answer.headers.get("location", "elsewhere")),
                )
            )
        if answer.headers.get("content-encoding", "identity").lower() != "identity":
            raise SinkUnavailable(Said("{who} answered packed, which was not asked for.", who=self.where))
        pieces, size = [], 0
        for piece in answer.iter_raw():
            size += len(piece)
            if size > limit:
                raise SinkUnavailable(
                    Said(
                        "{who} answered with more than {most} bytes; the rest was not read.",
                        who=self.where,
                        most=limit,
                    )
                )
            pieces.append(piece)
        return b"".join(pieces)

    def _too_late(self, error: httpx.TimeoutException) -> str:
        import httpx

        connect, read, write = self._timeouts
        if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
            return Said(
                "{who} could not be reached within {seconds} s. Is it on, and the network up?",
                who=self.where,
                seconds=f"{connect:g}",
            )
        if isinstance(error, httpx.WriteTimeout):
            return Said(
                "{who} took nothing for {seconds} s while the request was sent.",
                who=self.where,
                seconds=f"{write:g}",
            )
        return Said(
            "{who} said nothing for {seconds} s; whether it got the request is unknown.",
            who=self.where,
            seconds=f"{read:g}",
        )

    def _broken(self, error: Exception) -> str:
        found = tls_error_in(error)
        if found is not None:
            return distrust(self.where, found)
        refused = _chain_has(error, ConnectionRefusedError)
        if refused:
            return Said(
                "Nothing answers at {who}: the connection was refused. Is the service running?",
                who=self.where,
            )
        import httpx

        if self._trust.cert and isinstance(error, httpx.RemoteProtocolError | httpx.ReadError):
            ended = Said("{who} ended the connection without an answer.", who=self.where)
            return in_a_row(ended, self._trust.doubt())
        text = clean(said(error))
        if "name" in text.lower() and ("resolution" in text.lower() or "not known" in text.lower()):
            return Said(
                "The name {who} is not known here. Is it spelled right, and the network up?", who=self.where
            )
        return Said("The connection with {who} broke: {why}.", who=self.where, why=text)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its name or number."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _check_address(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        told = Said("The address should look like https://host/path, it is {url}.", url=repr(clean(url)))
        raise SinkUnavailable(told)
    if parts.username or parts.password:
        raise SinkUnavailable(
            Said("The address of {who} holds a password; that belongs into `token`.", who=parts.hostname)
        )
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise SinkUnavailable(
            Said(
                "The address of {who} begins with http: what is sent could be read on the way. Use https.",
                who=parts.hostname,
            )
        )


def _chain_has(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None:
        if isinstance(error, kind) or "connection refused" in str(error).lower():
            return True
        error = error.__cause__ or error.__context__
    return False
