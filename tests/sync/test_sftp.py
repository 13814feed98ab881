"""The SFTP sink against a real SFTP server on loopback: files, answers, and everything that goes wrong between."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from terminal.bench.wire import Recorded
from terminal.sync.batch import line
from terminal.sync.drop import file_name
from terminal.sync.sftp import SftpSink
from terminal.sync.sink import Place, SinkUnavailable

asyncssh = pytest.importorskip("asyncssh")

Fill = Callable[..., tuple[Recorded, ...]]
DEADLINE = 20.0


class Server:
    """An SFTP server over a folder, in a thread of its own. `write` is asked before each piece that is written."""

    def __init__(self, root: Path, port: int = 0) -> None:
        self.root = root
        self.host_key = asyncssh.generate_private_key("ssh-ed25519")
        self.allowed = asyncssh.generate_private_key("ssh-ed25519")
        self.write: Callable[[Any, int], None] = lambda connection, offset: None
        self.port = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._up = threading.Event()
        self._thread.start()
        assert self._up.wait(DEADLINE)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        outer = self

        class Files(asyncssh.SFTPServer):  # type: ignore[misc, name-defined]
            def __init__(self, channel: Any) -> None:
                self._channel = channel
                super().__init__(channel, chroot=os.fsencode(outer.root))

            def write(self, handle: Any, offset: int, data: bytes) -> Any:
                outer.write(self._channel.get_connection(), offset)
                return super().write(handle, offset, data)

        class Login(asyncssh.SSHServer):  # type: ignore[misc, name-defined]
            def begin_auth(self, username: str) -> bool:
                return True

            def public_key_auth_supported(self) -> bool:
                return True

            def validate_public_key(self, username: str, key: Any) -> bool:
                return username == "returns" and bool(
                    key.public_data == outer.allowed.convert_to_public().public_data
                )

        async def serve() -> None:
            server = await asyncssh.create_server(
                Login, "127.0.0.1", self.port, server_host_keys=[self.host_key], sftp_factory=Files
            )
            self.port = server.sockets[0].getsockname()[1]
            self._up.set()

        self._loop.run_until_complete(serve())
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def stop(self) -> None:
        """End the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(DEADLINE)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server with the folder `in`, a key that may log in, and known_hosts beside it."""
    (tmp_path / "root" / "in").mkdir(parents=True)
    made = Server(tmp_path / "root")
    made.allowed.write_private_key(str(tmp_path / "key"))
    known(tmp_path, made.port, made.host_key)
    yield made
    made.stop()


def known(folder: Path, port: int, key: Any) -> None:
    """Write known_hosts as ssh-keyscan does."""
    public = key.export_public_key().decode("ascii")
    (folder / "known").write_text(f"[127.0.0.1]:{port} {public}", "ascii")


def sink(folder: Path, server: Server, acknowledge: Any = "at_once", **more: Any) -> SftpSink:
    """The sink of that server; anything that a test wants otherwise by name."""
    given: dict[str, Any] = {
        "user": "returns",
        "key": folder / "key",
        "path": "/in",
        "port": server.port,
    } | more
    extra = {
        name: given[name]
        for name in ("formats", "manifest", "photos", "call_seconds", "connect_seconds")
        if name in given
    }
    return SftpSink(
        "carrier", "127.0.0.1", given["port"], given["user"], given["key"], folder / "known", given["path"],
        acknowledge, **extra,
    )  # fmt: skip


def names(server: Server) -> list[str]:
    """What lies in the folder, hidden files too."""
    return sorted(
        str(path.relative_to(server.root / "in"))
        for path in (server.root / "in").rglob("*")
        if path.is_file()
    )


def test_a_batch_lies_there_whole_and_is_not_sent_twice(tmp_path: Path, server: Server, fill: Fill) -> None:
    """The same bytes as in a folder, under the same name; the second time it is a duplicate."""
    batch = fill(300)
    made = sink(tmp_path, server)
    assert {status.verdict.value for status in made.send(batch)} == {"stored"}
    name = file_name(Place("ST01", batch[0].epoch, 1, 300))
    assert names(server) == [name]
    assert (server.root / "in" / name).read_bytes() == b"".join(line(event) for event in batch)
    assert {status.verdict.value for status in made.send(batch)} == {"duplicate"}


def test_csv_manifest_and_photos_go_with_it(tmp_path: Path, server: Server, fill: Fill) -> None:
    """As in a folder; the folder of the photos is made, also the second time."""
    import hashlib

    picture = b"picture" * 1000
    digest = hashlib.sha256(picture).hexdigest()
    made = sink(
        tmp_path, server, formats=("ndjson", "csv"), manifest=True, photos=lambda one, kind: ("jpg", picture)
    )
    for number in range(2):
        batch = fill(1, sha256=digest, kind="jpeg")
        photo = tuple(_as_photo(event) for event in batch)
        assert [status.verdict.value for status in made.send(photo)] == ["stored"], number
    assert (server.root / "in" / "photos" / f"{digest}.jpg").read_bytes() == picture
    assert [name.rpartition(".")[2] for name in names(server)].count("json") == 2


def _as_photo(event: Recorded) -> Recorded:
    from dataclasses import replace

    return replace(event, kind="photo_kept")


def test_the_answer_is_read_back(tmp_path: Path, server: Server, fill: Fill) -> None:
    """Waiting until it lies there, then what it says."""
    batch = fill(2)
    made = sink(tmp_path, server, "ack_file")
    place = Place("ST01", batch[0].epoch, 1, 2)
    assert {status.verdict.value for status in made.send(batch)} == {"waiting"}
    assert {status.verdict.value for status in made.collect(place, lambda: batch)} == {"waiting"}
    answer = server.root / "in" / f"{file_name(place)}.ack"
    answer.write_text(f'{{"{batch[0].id}": "stored", "{batch[1].id}": "invalid"}}')
    assert [status.verdict.value for status in made.collect(place, lambda: batch)] == ["stored", "invalid"]


def test_a_server_with_another_key_gets_nothing(tmp_path: Path, server: Server, fill: Fill) -> None:
    """Neither one whose key was changed nor one that is not in the file: no key is taken on sight."""
    known(tmp_path, server.port, asyncssh.generate_private_key("ssh-ed25519"))
    with pytest.raises(SinkUnavailable, match=r"did not show the key that .*known has for it"):
        sink(tmp_path, server).send(fill(1))
    (tmp_path / "known").write_text("")
    with pytest.raises(SinkUnavailable, match="did not show the key"):
        sink(tmp_path, server).send(fill(1))
    assert names(server) == []


def test_a_key_that_the_server_does_not_take_is_named(tmp_path: Path, server: Server, fill: Fill) -> None:
    """With what to do; so is a user that it does not know."""
    other = tmp_path / "other"
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(str(other))
    with pytest.raises(SinkUnavailable, match=r"refused this station's key \(.*other\)"):
        sink(tmp_path, server, key=other).send(fill(1))
    with pytest.raises(SinkUnavailable, match="refused this station's key"):
        sink(tmp_path, server, user="root").send(fill(1))


@pytest.mark.parametrize(
    ("content", "told"), [(None, "is not there: the sink carrier needs it"), ("x", "no private key")]
)
def test_a_key_file_that_cannot_be_used_is_named(
    tmp_path: Path, server: Server, fill: Fill, content: str | None, told: str
) -> None:
    """Missing, or something else."""
    path = tmp_path / "spoilt"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SinkUnavailable, match=told):
        sink(tmp_path, server, key=path).send(fill(1))


def test_a_full_disk_on_the_far_side_leaves_no_half_file(tmp_path: Path, server: Server, fill: Fill) -> None:
    """Nothing counts as stored; when there is room again, the same batch goes through."""
    batch = fill(400)

    def full(connection: Any, offset: int) -> None:
        if offset >= 64 * 1024:
            raise OSError(28, "No space left on device")

    server.write = full
    made = sink(tmp_path, server)
    with pytest.raises(SinkUnavailable, match=r"no room for .* on the server"):
        made.send(batch)
    assert names(server) == []
    server.write = lambda connection, offset: None
    assert {status.verdict.value for status in made.send(batch)} == {"stored"}


def test_a_connection_that_is_cut_in_the_middle_of_a_file_is_tried_again(
    tmp_path: Path, server: Server, fill: Fill
) -> None:
    """What was half written has not the batch's name; the next round writes it anew."""
    batch = fill(400)

    def cut(connection: Any, offset: int) -> None:
        if offset >= 64 * 1024:
            connection.abort()

    server.write = cut
    made = sink(tmp_path, server)
    with pytest.raises(SinkUnavailable, match=r"was cut\. What was on its way is sent again"):
        made.send(batch)
    assert all(name.endswith(".part") for name in names(server))
    server.write = lambda connection, offset: None
    assert {status.verdict.value for status in made.send(batch)} == {"stored"}
    assert names(server) == [file_name(Place("ST01", batch[0].epoch, 1, 400))]


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path, server: Server, fill: Fill) -> None:
    """A wrong path must not become a folder that nobody looks into."""
    with pytest.raises(SinkUnavailable, match=r"folder ./out. is not on returns@127\.0\.0\.1"):
        sink(tmp_path, server, path="/out").send(fill(1))


def test_a_server_that_is_down_or_says_nothing_is_left_after_a_while(
    tmp_path: Path, server: Server, fill: Fill
) -> None:
    """Each with a sentence; no call waits for ever."""
    batch = fill(1)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        known(tmp_path, mute.getsockname()[1], server.host_key)
        with pytest.raises(SinkUnavailable, match=r"returns@127\.0\.0\.1"):
            sink(tmp_path, server, port=mute.getsockname()[1], connect_seconds=0.3).send(batch)
        port = mute.getsockname()[1]
    with pytest.raises(SinkUnavailable, match="can't be reached"):
        sink(tmp_path, server, port=port).send(batch)


def test_another_content_under_that_name_is_a_conflict(tmp_path: Path, server: Server, fill: Fill) -> None:
    """And stays as it is."""
    batch = fill(1)
    path = server.root / "in" / file_name(Place("ST01", batch[0].epoch, 1, 1))
    path.write_bytes(b"something else\n")
    assert [status.verdict.value for status in sink(tmp_path, server).send(batch)] == ["conflict_seq"]
    assert path.read_bytes() == b"something else\n"
