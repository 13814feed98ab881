"""`regrade hub serve`: the hub over HTTPS."""

from __future__ import annotations

from pathlib import Path

import click

from terminal.console import fail, plainly

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option(
    "--dsn",
    envvar=["REGRADE_HUB_SERVICE_DSN", "REGRADE_HUB_ADMIN_DSN"],
    show_envvar=True,
    required=True,
    help="postgresql://... of the service's own login (`regrade hub role add service`).",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8377, show_default=True, help="0: any free one."
)
@click.option(
    "--cert", type=FILE, help="The server's certificate, with those between it and its authority (PEM)."
)
@click.option("--key", type=FILE, help="Its private key (PEM), where it is not in the same file.")
@click.option(
    "--client-ca", type=FILE, help="Authority of stations' certificates (PEM): they need no token then."
)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes.")
@click.option(
    "--connections",
    type=click.IntRange(1, 100),
    default=8,
    show_default=True,
    help="Of each, to the database.",
)
@click.option(
    "--insecure-plain", is_flag=True, help="Listen beyond this machine without TLS: a proxy does it."
)
@plainly
def serve(
    dsn: str,
    host: str,
    port: int,
    cert: Path | None,
    key: Path | None,
    client_ca: Path | None,
    workers: int,
    connections: int,
    insecure_plain: bool,
) -> None:
    """Take events from stations over HTTPS, and give them what is published.

    Stations show a token or a certificate. /health says whether the database answers, /openapi.json what there is.
    """
    from terminal.hub.running import CantServe, Listen, run
    from terminal.hub.tls import BadTls

    try:
        run(dsn, Listen(host, port, cert, key, client_ca, insecure_plain), workers, connections)
    except (BadTls, CantServe) as problem:
        fail(str(problem))
