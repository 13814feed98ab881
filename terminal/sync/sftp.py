"""The SFTP sink: the files of a drop on a server that is known by its key.

asyncssh runs in an event loop of this module's own, one for each round, in the thread that sends. The server's key
must stand in the `known_hosts` file: the key that a stranger shows first is never taken. A file is sent under a
hidden name and renamed; what lies there is read back by its size before its events count as stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from terminal.bench.wire import Recorded
from terminal.domain.speech import Said
from terminal.sync.drop import Acknowledge, Drop
from terminal.sync.drop_files import PhotoSource
from terminal.sync.sentences import failure_of
from terminal.sync.sftp_shelf import SftpShelf
from terminal.sync.sink import Place, SinkUnavailable, Status

if TYPE_CHECKING:
    import asyncssh

T = TypeVar("T")
CONNECT_SECONDS = 10.0
CALL_SECONDS = 30.0
"""The longest that one call to the server may last; a file goes in calls of its own."""
KEEPALIVE_SECONDS = 10


class SftpSink:
    """Puts batches into the folder `path` of a server, where it must be."""

    def __init__(
        self,
        name: str,
        host: str,
        port: int,
        user: str,
        key_file: Path | str,
        known_hosts: Path | str,
        path: str,
        acknowledge: Acknowledge = "at_once",
        formats: Sequence[str] = ("ndjson",),
        manifest: bool = False,
        photos: PhotoSource | None = None,
        *,
        connect_seconds: float = CONNECT_SECONDS,
        call_seconds: float = CALL_SECONDS,
    ) -> None:
        """Nothing is opened here. Raises ValueError for a way to acknowledge, or a format, that there is not."""
        self._drop = Drop(acknowledge, formats, manifest, photos)
        self.name = name
        self._host = host
        self._port = port
        self._user = user
        self._key_file = Path(key_file)
        self._known_hosts = Path(known_hosts)
        self._path = path
        self._connect_seconds = connect_seconds
        self._call_seconds = call_seconds

    def send(self, batch: Sequence[Recorded]) -> Sequence[Status]:
        """Put a batch down, unless it lies there. Raises SinkUnavailable."""
        return self._served(lambda shelf: self._drop.put(shelf, batch))

    def collect(self, place: Place, events: Callable[[], Sequence[Recorded]]) -> Sequence[Status]:
        """What was answered to the file of these events. Raises SinkUnavailable."""
        return self._served(lambda shelf: self._drop.answer(shelf, place, events))

    def _served(self, work: Callable[[SftpShelf], T]) -> T:
        """Do something with the server's folder over a connection of its own, and every failure as a sentence."""
        import asyncssh

        loop = asyncio.new_event_loop()
        where = f"{self._user}@{self._host}:{self._port}"
        try:
            connection = loop.run_until_complete(self._connected(asyncssh))
            try:
                starting = asyncio.wait_for(connection.start_sftp_client(), self._call_seconds)
                client = loop.run_until_complete(starting)
                return work(SftpShelf(loop, client, self._path, where, self._call_seconds))
            finally:
                connection.abort()
                with suppress(Exception):
                    loop.run_until_complete(asyncio.wait_for(connection.wait_closed(), self._call_seconds))
        except SinkUnavailable:
            raise
        except Exception as problem:
            raise SinkUnavailable(self._sentence(problem, where)) from problem
        finally:
            _end(loop)

    async def _connected(self, ssh: Any) -> asyncssh.SSHClientConnection:
        """A connection to the server that the known keys belong to."""
        known = self._known_hosts.read_bytes()
        ssh.import_known_hosts(
            known.decode("utf-8", "replace")
        )  # one that can't be read is told before any network
        key = ssh.read_private_key(str(self._key_file))
        connecting = ssh.connect(
            self._host,
            self._port,
            username=self._user,
            client_keys=[key],
            known_hosts=known,
            agent_path=None,
            config=None,
            password_auth=False,
            kbdint_auth=False,
            connect_timeout=self._connect_seconds,
            login_timeout=self._connect_seconds,
            keepalive_interval=KEEPALIVE_SECONDS,
            keepalive_count_max=2,
        )
        connection: asyncssh.SSHClientConnection = await asyncio.wait_for(
            connecting, 2 * self._connect_seconds
        )
        return connection

    def _sentence(self, problem: Exception, where: str) -> str:
        """What went wrong with the server, and what to do about it."""
        import asyncssh

        match problem:
            case asyncssh.HostKeyNotVerifiable():
                return Said(
                    "{who} did not show the key that {file} has for it, so nothing was sent. Ask who runs that "
                    "server whether its key was changed, and put the new one into the file; if it was not "
                    "changed, somebody stands in between.",
                    who=where,
                    file=self._known_hosts,
                )
            case asyncssh.PermissionDenied():
                return Said(
                    "{who} refused this station's key ({file}). Have its public half added for that user on the "
                    "server.",
                    who=where,
                    file=self._key_file,
                )
            case asyncssh.KeyImportError() | asyncssh.KeyEncryptionError():
                return Said(
                    "{file} is no private key that can be used: {why}.", file=self._key_file, why=str(problem)
                )
            case FileNotFoundError() if problem.filename is not None:
                return Said(
                    "{file} is not there: the sink {sink} needs it. See [sync.sinks.{sink}].",
                    file=problem.filename,
                    sink=self.name,
                )
            case TimeoutError():
                return Said(
                    "{who} did not answer in time. Is it reached by this network? It is tried again.",
                    who=where,
                )
            case asyncssh.ConnectionLost() | asyncssh.SFTPConnectionLost() | asyncssh.SFTPNoConnection():
                return Said("The connection to {who} was cut. What was on its way is sent again.", who=where)
            case asyncssh.Error():
                why = problem.reason or type(problem).__name__
                return Said("{who} ended the connection: {why}. It is tried again.", who=where, why=why)
            case OSError():
                why = problem.strerror or str(problem)
                return Said("{who} can't be reached ({why}). It is tried again.", who=where, why=why)
            case ValueError():
                return Said(
                    "{file} holds no keys of hosts that can be read: {why}.",
                    file=self._known_hosts,
                    why=str(problem),
                )
        return f"{where}: {failure_of(problem)}"


def _end(loop: asyncio.AbstractEventLoop) -> None:
    """Let what the connection left in the loop come to its end, and close it."""
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
