"""The commands `regrade hub publish`, `hub publications` and `hub key make`: what comes down to the stations."""

from __future__ import annotations

from pathlib import Path

import click

from terminal.console import Context, plainly, put, talk
from terminal.hub_cli import DSN

SOURCE = click.Path(path_type=Path, dir_okay=False, exists=True)
TARGET = click.Path(path_type=Path, dir_okay=False)


@click.command("publish")
@click.argument("kind")
@click.argument("file", type=SOURCE)
@DSN
@click.option("--key", type=SOURCE, help="Private key that signs it (hub key make).")
@click.option(
    "--audience", default="*", show_default=True, help="Stations with commas between, or * for all."
)
@click.option("--after", type=click.IntRange(0), default=0, help="Number it above this version.")
@click.option("--by", help="Who publishes it, for the list.")
@click.pass_obj
@plainly
def publish(
    context: Context,
    kind: str,
    file: Path,
    dsn: str,
    key: Path | None,
    audience: str,
    after: int,
    by: str | None,
) -> None:
    """Publish FILE to the stations as policy, operators, rates, manifest, catalogue, recalls or rulings.

    It is checked by the loaders of the stations first, with the settings of this machine. To withdraw a version,
    publish the older file again.
    """
    from terminal.hub.connecting import connect
    from terminal.hub.publish import publish as put_out
    from terminal.hub.signing import load_key

    private = load_key(key) if key is not None else None
    with connect(dsn) as connection:
        done = put_out(
            connection, context.settings, kind, file, audience=audience, key=private, after=after, by=by
        )
    if done["already"]:
        talk(f"{file.name} is already version {done['version']} of {kind}: nothing was published.")
    put(done)


@click.command("publications")
@click.argument("kind", required=False)
@DSN
@plainly
def publications(kind: str | None, dsn: str) -> None:
    """List what was published, newest first, one JSON object a line."""
    from terminal.hub.connecting import connect
    from terminal.hub.publish import publications as listed

    with connect(dsn) as connection:
        for one in listed(connection, kind):
            put(one)


@click.group("key")
def key() -> None:
    """Keys that sign what is published."""


@key.command("make")
@click.argument("file", type=TARGET)
@plainly
def make(file: Path) -> None:
    """Write a new private key into FILE and print the public key, to stand under trusted_keys of [sync.hub]."""
    from terminal.hub.signing import make_key

    public = make_key(file)
    talk(f"Keep {file} where only publishers get it. Every station gets the public key as trusted_keys.")
    put({"file": str(file), "public_key": public})
