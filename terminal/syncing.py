"""Sinks from settings, and one push to each of them.

What a kind of sink needs is imported when one of that kind is made, so that a bench without it starts as quickly.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from terminal.config import data_path
from terminal.domain.speech import Said
from terminal.domain.suggest import BadData, did_you_mean
from terminal.segments import late, push_segments
from terminal.settings import Settings
from terminal.store.station_file import StationFile
from terminal.sync import folder
from terminal.sync.drop_files import PhotoSource
from terminal.sync.result import Result
from terminal.sync.round import sync_once
from terminal.sync.sentences import failure_of
from terminal.sync.sink import Sink
from terminal.sync_settings import HUB, AnySink, EpcisSink, FolderSink, OwnSink, SftpSink, WebhookSink

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from terminal.sync.hub import HubTransport
    from terminal.sync.photos import PhotoSender

GROUP = "regrade.sinks"
"""The entry point group in which a site's own package names its sinks."""


def make_sinks(settings: Settings) -> tuple[Sink, ...]:
    """Every sink that config names. One that can't be made is there all the same, and says why when it is used."""
    return tuple(make_sink(settings, name, own) for name, own in settings.sync.sinks.items())


def make_sink(settings: Settings, name: str, own: AnySink) -> Sink:
    """The sink of one table of the settings, or one in its place that gives the reason why it can't be made."""
    try:
        return MAKERS[own.kind](settings, name, own)
    except (
        Exception
    ) as problem:  # a file that is missing, a package of the site that fails: others must go on
        return NotMade(name, Said("The sink {sink} can't be used: {why}", sink=name, why=failure_of(problem)))


def make_hub(settings: Settings, deadline: float | None = None) -> HubTransport | None:
    """The way to the hub; None where the settings name no hub. Raises BadData where the address is none.

    `deadline`: seconds that one request may take, where the usual ones are not enough.
    """
    address = settings.sync.dsn
    if not address:
        return None
    if address.startswith(("http://", "https://")):
        from terminal.sync import web
        from terminal.sync.http import HttpTransport

        own = settings.sync.hub
        ca, cert, key = (_file(settings, path) for path in (own.ca_file, own.cert_file, own.key_file))
        token = own.token.get_secret_value()
        return HttpTransport(address, token, ca, cert, key or cert, deadline=deadline or web.DEADLINE)
    from terminal.sync.postgres import DEADLINE, PostgresTransport

    return PostgresTransport(address, deadline=deadline or DEADLINE)


def make_photo_sender(settings: Settings, stopped: Callable[[], bool] = lambda: False) -> PhotoSender | None:
    """What sends photos to the hub; None where the settings name no hub."""
    if not settings.sync.dsn:
        return None
    from terminal.drops import kept_photo
    from terminal.sync.photos import DEADLINE, PhotoSender

    def connect() -> HubTransport:
        transport = make_hub(settings, DEADLINE)
        assert transport is not None  # the address does not go away
        return transport

    return PhotoSender(connect, kept_photo(settings), stopped=stopped)


class NotMade:
    """Stands for a sink that can't be made: its events wait, and the reason is shown."""

    def __init__(self, name: str, why: str) -> None:
        self.name = name
        self._why = why

    def send(self, batch: object) -> Any:
        """Raises SinkUnavailable."""
        from terminal.sync.sink import SinkUnavailable

        raise SinkUnavailable(self._why)


def push(settings: Settings, only: str | None = None) -> Iterator[dict[str, Any]]:
    """Push what is due to each sink (or to `only`) and give what came of it. A rest after failures is cut short.

    Raises BadData for a sink that config does not have.
    """
    open_for(settings, only).close()
    sinks = [sink for sink in make_sinks(settings) if only in (None, sink.name)]
    ended = late(push_segments(settings.data, settings.station.id, sinks))
    running = [_Push(settings, sink) for sink in sinks]
    for one in running:
        one.join()
        if one.problem is not None:
            raise one.problem
        if one.result is not None:
            row = told(one.result) | one.photos
            if one.result.sink in ended:
                row.setdefault("warning", ended[one.result.sink])
            yield row


class _Push(threading.Thread):
    """The push to one sink. Each has a thread, so that one that hangs does not keep the others waiting."""

    def __init__(self, settings: Settings, sink: Sink) -> None:
        super().__init__(name=f"push {sink.name}", daemon=True)
        self._settings = settings
        self._sink = sink
        self.result: Result | None = None
        self.photos: dict[str, Any] = {}
        """What came of the photos, for the row of the hub: nothing where there was nothing to do."""
        self.problem: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            with open_for(self._settings, self._sink.name) as file:
                self.result = sync_once(file, self._sink, datetime.now(UTC), force=True)
                if self._sink.name == HUB and self.result.error is None:
                    self.photos = _send_photos(self._settings, file)
        except Exception as problem:
            self.problem = problem


def told(result: Result) -> dict[str, Any]:
    """The outcome of a round as a row of JSON; `error` and `warning` only where there is one."""
    row: dict[str, Any] = {
        "sink": result.sink,
        "sent": result.sent,
        "acknowledged": result.acknowledged,
        "refused": result.refused,
        "pending": result.pending,
    }
    row |= {"error": result.error} if result.error else {}
    return row | ({"warning": result.warning} if result.warning else {})


def _send_photos(settings: Settings, file: StationFile) -> dict[str, Any]:
    """The photos after the events: {"photos": the outcome}, or nothing where there was nothing to do."""
    sender = make_photo_sender(settings)
    row = {} if sender is None else told(sender.send(file))
    row.pop("sink", None)
    return {"photos": row} if any(row.values()) else {}


def open_for(settings: Settings, only: str | None) -> StationFile:
    """The station file, when there is a sink `only` (or none is asked for). Raises BadData, StoreUnavailable."""
    names = list(settings.sync.sinks)
    if only is not None and only not in names:
        near = did_you_mean(only, names)
        hint = f' - did you mean "{near}"?' if near else f" (there are: {', '.join(names) or 'none'})"
        raise BadData([f'no sink "{only}" in [sync.sinks]{hint}'])
    return StationFile.open(settings.data, settings.station.id, names)


def _file(settings: Settings, path: str) -> Path | None:
    """A file of the settings; None where the setting is empty."""
    return data_path(settings, path) if path else None


def _folder(settings: Settings, name: str, own: Any) -> Sink:
    assert isinstance(own, FolderSink)
    path = data_path(settings, own.path)
    return folder.FolderSink(
        name, path, own.acknowledge, own.format, own.manifest, _photos(settings, own.manifest)
    )


def _hub(settings: Settings, name: str, own: Any) -> Sink:
    from terminal.sync.hub import HubSink

    transport = make_hub(settings)
    assert transport is not None  # there is a sink "hub" only where there is an address
    return HubSink(name, transport)


def _sftp(settings: Settings, name: str, own: Any) -> Sink:
    from terminal.sync.sftp import SftpSink as Made

    assert isinstance(own, SftpSink)
    return Made(
        name,
        own.host,
        own.port,
        own.user,
        data_path(settings, own.key_file),
        data_path(settings, own.known_hosts),
        own.path,
        own.acknowledge,
        own.format,
        own.manifest,
        _photos(settings, own.manifest),
    )


def _photos(settings: Settings, wanted: bool) -> PhotoSource | None:
    """Where a drop with manifests finds its photos."""
    if not wanted:
        return None
    from terminal.drops import photo_source

    return photo_source(settings)


def _webhook(settings: Settings, name: str, own: Any) -> Sink:
    from terminal.sync.webhook import WebhookSink as Made

    assert isinstance(own, WebhookSink)
    return Made(name, own.url, own.secret.get_secret_value())


def _epcis(settings: Settings, name: str, own: Any) -> Sink:
    from terminal.sync.capture import CaptureSink

    assert isinstance(own, EpcisSink)
    token = own.token.get_secret_value()
    if own.token_env:
        token = os.environ.get(own.token_env, "")
        if not token:
            raise BadData([f"the variable {own.token_env}, which should hold its token, is not set"])
    return CaptureSink(name, own.url, token=token, location=own.location, site=own.site, data=settings.data)


def _own(settings: Settings, name: str, own: Any) -> Sink:
    """A sink of the site: its entry point is called with the name, its options and the data folder."""
    assert isinstance(own, OwnSink)
    known = {entry.name: entry for entry in _entries()}
    if own.entry not in known:
        near = did_you_mean(own.entry, known)
        hint = f' - did you mean "{near}"?' if near else f" (there are: {', '.join(known) or 'none'})"
        raise BadData([f'no installed package has an entry point "{own.entry}" in the group {GROUP}{hint}'])
    made = known[own.entry].load()(name, dict(own.options), settings.data)
    if getattr(made, "name", None) != name or not callable(getattr(made, "send", None)):
        raise BadData(
            [f'the entry point "{own.entry}" gave something without the name "{name}" or without send']
        )
    sink: Sink = made
    return sink


def _entries() -> Iterable[EntryPoint]:
    """The sinks of packages that are installed beside this one."""
    from importlib.metadata import entry_points  # slow, and few sites have one

    return entry_points(group=GROUP)


MAKERS: Mapping[str, Callable[[Settings, str, Any], Sink]] = {
    "folder": _folder,
    HUB: _hub,
    "sftp": _sftp,
    "epcis": _epcis,
    "webhook": _webhook,
    "own": _own,
}
"""Kind -> what makes a sink of it."""
