"""The HTTPS service as processes: where it listens, and what it refuses to do without TLS."""

from __future__ import annotations

import logging
import socket
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from uvicorn.supervisors import Multiprocess

from terminal.hub.http_protocol import HttpProtocol
from terminal.hub.serve import make_app
from terminal.hub.tls import ServerTls
from terminal.sync.web import is_loopback

BACKLOG = 1024
"""Connections that may wait to be taken."""
HEADERS = 32 * 1024
"""Bytes of a request's head at most."""


class CantServe(Exception):
    """The service can't or must not listen as it was told. The text is a sentence."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the service listens, and how it proves who it is."""

    host: str = "127.0.0.1"
    port: int = 8377
    cert: Path | None = None
    key: Path | None = None
    client_ca: Path | None = None
    plain: bool = False
    """Without TLS beyond this machine as well."""

    def tls(self) -> ServerTls | None:
        """TLS settings, tried out. None: plain HTTP. Raises CantServe or BadTls."""
        if self.cert is None:
            if self.key is not None or self.client_ca is not None:
                raise CantServe(
                    "--key and --client-ca mean nothing without --cert, the server's certificate."
                )
            if not is_loopback(self.host) and not self.plain:
                raise CantServe(
                    f"Listening at {self.host} without TLS would show every token on the way. Give --cert and "
                    "--key, or, where a proxy in front does TLS, --insecure-plain."
                )
            return None
        tls = ServerTls(self.cert, self.key, self.client_ca)
        tls.context()
        return tls


def make_config(
    dsn: str, listen: Listen, workers: int = 1, connections: int = 8, *, log: bool = True
) -> uvicorn.Config:
    """How uvicorn runs the service. Raises CantServe or BadTls."""
    return uvicorn.Config(
        partial(_app_of_a_process, dsn, connections, log),
        factory=True,
        host=listen.host,
        port=listen.port,
        http=HttpProtocol,
        ws="none",
        lifespan="on",
        backlog=BACKLOG,
        workers=workers,
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=20,
        h11_max_incomplete_event_size=HEADERS,
        ssl_context_factory=listen.tls(),
    )


def run(dsn: str, listen: Listen, workers: int = 1, connections: int = 8) -> None:
    """Serve until a signal ends it. Raises CantServe or BadTls before it listens."""
    config = make_config(dsn, listen, workers, connections)
    with _socket(listen) as bound:
        host, port = bound.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        print(
            f"The hub is at {'https' if config.is_ssl else 'http'}://{shown}:{port}",
            file=sys.stderr,
            flush=True,
        )
        if workers > 1:
            Multiprocess(config, [bound]).run()
        else:
            uvicorn.Server(config).run([bound])


def _app_of_a_process(dsn: str, connections: int, log: bool) -> Starlette:
    """What each process builds for itself, its log included."""
    if log:
        _start_log()
    return make_app(dsn, connections=connections)


def _start_log() -> None:
    """Lines to stderr: one a request, and what goes wrong."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    for name in ("uvicorn.error", "psycopg.pool"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _socket(listen: Listen) -> socket.socket:
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            listen.host, listen.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as problem:
        raise CantServe(f"{listen.host} is no address of this machine: {problem.strerror}.") from problem
    bound = socket.socket(family, kind, proto)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(
            BACKLOG
        )  # from here on nobody is turned away: who comes before a process is up waits for it
    except OSError as problem:
        bound.close()
        raise CantServe(
            f"{listen.host} port {listen.port} can't be listened at: {problem.strerror}. Is the service running "
            "already?"
        ) from problem
    bound.set_inheritable(True)
    return bound
