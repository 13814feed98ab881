"""Settings of where committed events go: the sinks of a site, and the hub, a sink like them once it is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, PrivateAttr, SecretStr

from terminal.setting_table import Table
from terminal.setting_types import Host, Name, NeededPath, PathText, between, one_line
from terminal.sync_setting_types import (
    EnvironmentName,
    Gln,
    HubAddress,
    Option,
    PublicKey,
    WebAddress,
    WebhookSecret,
)

HUB = "hub"
"""The name of the hub among the sinks."""


def _with_ndjson(given: tuple[str, ...]) -> tuple[str, ...]:
    """Formats of a drop. Raises ValueError where the one is missing that hashes are taken over."""
    if "ndjson" not in given:
        raise ValueError('expected "ndjson", and "csv" beside it if it is wanted')
    return given


DropFormats = Annotated[tuple[Literal["ndjson", "csv"], ...], AfterValidator(_with_ndjson)]


class FileSink(Table):
    """What a sink of files does with a batch, wherever its folder is."""

    acknowledge: Literal["at_once", "ack_file"] = "at_once"
    """When a written batch counts as received."""
    format: DropFormats = ("ndjson",)
    """What each batch is written as; NDJSON is always there, because it is what hashes are taken over."""
    manifest: bool = False
    """A file with counts and hashes is written last, and the photos that the batch names are put beside it."""


class FolderSink(FileSink):
    """Files of events in a folder."""

    kind: Literal["folder"]
    path: NeededPath
    """Folder, relative to the data folder; no other sink's."""


class SftpSink(FileSink):
    """The same files on an SFTP server."""

    kind: Literal["sftp"]
    host: Host
    """Name or address."""
    port: Annotated[int, between(1, 65_535)] = 22
    """Port."""
    user: Annotated[str, one_line(64, 1)]
    """Who logs in."""
    key_file: NeededPath
    """Private key of that user, relative to the data folder."""
    known_hosts: NeededPath
    """The server's keys as ssh-keyscan writes them; a server with another key is not talked to."""
    path: NeededPath
    """Folder on the server."""


class EpcisSink(Table):
    """A repository that takes EPCIS 2.0 documents."""

    kind: Literal["epcis"]
    url: WebAddress
    """Its capture address."""
    token: SecretStr = SecretStr("")
    """Sent as bearer token; empty: none."""
    token_env: EnvironmentName = ""
    """The variable of the environment that holds the token; stands instead of `token` unless it is empty."""
    location: Gln = ""
    """GLN of the bench: where events happen; empty: a name made from the station's id."""
    site: Gln = ""
    """GLN of the place where items are after their event; empty: as `location`."""


class WebhookSink(Table):
    """An address that takes signed batches."""

    kind: Literal["webhook"]
    url: WebAddress
    """Where batches are posted."""
    secret: WebhookSecret
    """What they are signed with."""


class OwnSink(Table):
    """A sink that a site brings along as a Python package."""

    kind: Literal["own"]
    entry: Name
    """Its name in the entry point group regrade.sinks."""
    options: Mapping[Name, Option] = {}
    """What it is told."""


class HubSink(Table):
    """The hub as a sink: it is never written, it stands for [sync.hub]."""

    kind: Literal["hub"] = "hub"


Sink = Annotated[FolderSink | SftpSink | EpcisSink | WebhookSink | OwnSink, Field(discriminator="kind")]


AnySink = FolderSink | SftpSink | EpcisSink | WebhookSink | OwnSink | HubSink


class Hub(Table):
    """The hub of the company: where events go and what comes down."""

    dsn: HubAddress
    """postgresql://... or https://...; empty: no hub. REGRADE_HUB_DSN stands instead of it."""
    token: SecretStr
    """Of this station, for https."""
    ca_file: PathText
    """Certificates that the hub's is checked against; empty: those of the system."""
    cert_file: PathText
    """Certificate of this station; empty: none."""
    key_file: PathText
    """Its private key; empty: it stands in `cert_file`."""
    trusted_keys: tuple[PublicKey, ...]
    """Public keys that may sign what the hub publishes."""
    pull: tuple[Literal["policy", "operators", "rates", "manifest", "catalogue", "recalls", "rulings"], ...]
    """What is taken from the hub."""


class Sync(Table):
    """How committed events leave the station."""

    every_seconds: Annotated[int, between(1, 86_400, "seconds")]
    """How often what is due is pushed."""
    after_items: Annotated[int, between(1, 10_000, "items")]
    """Items placed after which it is pushed before that time is over."""
    hub: Hub
    named: Annotated[Mapping[Name, Sink], Field(alias="sinks")]
    """By name."""
    _given_dsn: SecretStr | None = PrivateAttr(default=None)

    @property
    def dsn(self) -> str:
        """The hub's address, of the environment or of the file, with its password; empty: no hub."""
        return (self._given_dsn or self.hub.dsn).get_secret_value()

    @property
    def sinks(self) -> Mapping[str, AnySink]:
        """Every sink by its name; the hub is one of them, under "hub", when its address is known."""
        return {**self.named, HUB: HubSink()} if self.dsn else self.named
