"""Photos on their way to the hub: after their events, both ways, whatever is lost between."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner
from PIL import Image

from terminal.bench.wire import Draft, Recorded
from terminal.bench_sync import BenchSync
from terminal.cli import main
from terminal.config import load
from terminal.drops import kept_photo
from terminal.hub import roles, stations
from terminal.hub.connecting import connect
from terminal.photos import PhotoStore
from terminal.settings import Settings
from terminal.simulating.service import LocalService
from terminal.store.station_file import StationFile
from terminal.sync.http import HttpTransport
from terminal.sync.hub import HubSink, HubTransport
from terminal.sync.photos import MOST, PhotoSender
from terminal.sync.postgres import PostgresTransport
from terminal.sync.result import Result
from terminal.sync.round import sync_once
from terminal.sync.sink import BatchRefused, SinkUnavailable
from terminal.sync.worker import SyncWorker

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
DEADLINE = 20.0
KILLED = """
import os, signal, sys
from pathlib import Path
from terminal.photos import PhotoStore
from terminal.store.station_file import StationFile
from terminal.sync.postgres import PostgresTransport
from terminal.sync.photos import PhotoSender

dsn, data, photos = sys.argv[1:]
class Dies(PostgresTransport):
    count = 0
    def exchange(self, request):
        answer = super().exchange(request)
        self.count += bool(request["photos"])
        if self.count == 4:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer
store = PhotoStore(Path(photos))
with StationFile.open(Path(data), "ST01", ["hub"]) as file:
    PhotoSender(lambda: Dies(dsn), lambda digest: ("image/png", store.get(digest))).send(file)
"""


class Bench:
    """A station with photos in its store and events that name them."""

    def __init__(self, folder: Path) -> None:
        self.file = StationFile.open(folder / "data", "ST01", ["hub"], now=lambda: AT)
        self.store = PhotoStore(folder / "data" / "photos")
        self.settings: Settings = load(None, folder / "data", {"REGRADE_STATION": "ST01"})
        self.reads: list[str] = []

    def take(self, count: int, size: int = 8) -> list[str]:
        """So many photos, each with its event."""
        hashes = []
        for _ in range(count):
            hashes.append(self.store.put(noise(size)).sha256)
            self.name(hashes[-1])
        return hashes

    def name(self, digest: str) -> Recorded:
        """An event that says that there is a photo."""
        body = {"lpn": "BCDF", "sha256": digest, "kind": "png", "subjects": ["channel"]}
        return self.file.journal.append([Draft("photo_kept", 1, AT, "BCDF", "1001", None, body)])[0]

    def content(self, digest: str) -> tuple[str, bytes]:
        """What the store gives."""
        self.reads.append(digest)
        return kept_photo(self.settings)(digest)

    def path(self, digest: str) -> Path:
        """The file of a photo."""
        return self.store.folder / digest[:2] / digest[2:4] / f"{digest}.png"

    def lose(self, digest: str, content: bytes | None = None) -> bytes:
        """A photo is gone, or altered."""
        path = self.path(digest)
        before = path.read_bytes()
        path.unlink()
        if content is not None:
            path.write_bytes(content)
        return before


def noise(size: int) -> bytes:
    """A picture that is no other."""
    import secrets

    out = io.BytesIO()
    Image.frombytes("RGB", (size, size), secrets.token_bytes(3 * size * size)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A station without photos yet."""
    made = Bench(tmp_path)
    yield made
    made.file.close()


@pytest.fixture(params=["postgres", "https"])
def way(
    request: pytest.FixtureRequest, hub_dsn: str, station_dsn: Callable[[str], str]
) -> Iterator[Callable[[], HubTransport]]:
    """Both ways to the hub."""
    dsn = station_dsn("ST01")
    if request.param == "postgres":
        yield lambda: PostgresTransport(dsn)
        return
    with connect(hub_dsn) as connection:
        own = roles.add(connection, "service")["dsn"]
        token = stations.add(connection, "ST01", renew=True, token=True)["token"]
    with LocalService(own) as service:
        yield lambda: HttpTransport(service.url, token)


@pytest.fixture
def at_hub(hub_dsn: str) -> Callable[[], list[str]]:
    """Hashes of the photos that lie at the hub, made again from their content."""

    def read() -> list[str]:
        with psycopg.connect(hub_dsn) as connection:
            rows = connection.execute("select content, bytes, kind from hub.photo").fetchall()
        assert all((len(content), "png") == (size, kind) for content, size, kind in rows)
        return sorted(hashlib.sha256(content).hexdigest() for content, _, _ in rows)

    return read


def send_events(bench: Bench, connect: Callable[[], HubTransport]) -> None:
    """The events alone."""
    assert sync_once(bench.file, HubSink("hub", connect()), datetime.now(UTC), force=True).error is None


def until(condition: Callable[[], object]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_photos_follow_their_events_byte_for_byte_and_once(
    bench: Bench, way: Callable[[], HubTransport], at_hub: Callable[[], list[str]]
) -> None:
    """None before its event; a large one too; the second round asks and has nothing to send."""
    hashes = bench.take(5) + bench.take(1, size=1000)
    sender = PhotoSender(way, bench.content)
    assert sender.send(bench.file) == Result("photos", 0, 0, 0, 0)
    send_events(bench, way)
    assert sender.send(bench.file) == Result("photos", 6, 6, 0, 0)
    assert at_hub() == sorted(hashes)
    bench.reads.clear()
    assert sender.send(bench.file) == Result("photos", 0, 0, 0, 0)
    assert bench.reads == []


def test_more_photos_than_are_asked_for_at_once_all_arrive(
    bench: Bench, way: Callable[[], HubTransport], at_hub: Callable[[], list[str]]
) -> None:
    """The hub names a hundred; those that are gone do not stand before the others."""
    gone = [hashlib.sha256(bytes([number])).hexdigest() for number in range(130)]
    for digest in gone:
        bench.name(digest)
    hashes = bench.take(20)
    send_events(bench, way)
    told = PhotoSender(way, bench.content).send(bench.file)
    assert (told.sent, told.acknowledged, told.refused, told.pending, told.error) == (20, 20, 130, 0, None)
    assert at_hub() == sorted(hashes)


def test_a_photo_that_is_gone_or_altered_is_said_once_and_holds_nobody_up(
    bench: Bench, way: Callable[[], HubTransport], at_hub: Callable[[], list[str]], hub_dsn: str
) -> None:
    """To the person and to the hub. When it is back, it goes when it is asked for again."""
    kept, gone, altered = bench.take(3)
    before = bench.lose(gone)
    bench.lose(altered, noise(4))
    send_events(bench, way)
    times = [AT, AT + timedelta(minutes=1), AT + timedelta(minutes=11), AT + timedelta(days=2)]
    sender = PhotoSender(way, bench.content, now=lambda: times[0])
    told = sender.send(bench.file)
    assert (told.sent, told.acknowledged, told.refused, told.error) == (1, 1, 2, None)
    assert "2 photos can't be sent to the hub" in (told.warning or "")
    assert at_hub() == [kept]
    for warning in (told.warning, None):
        del times[0]
        assert sender.send(bench.file) == Result("photos", 0, 0, 0, 0, warning=warning), (
            "long enough to be read"
        )
    del times[0]
    with psycopg.connect(hub_dsn) as admin:
        notes: dict[str, str] = dict(admin.execute("select sha256, missing from hub.photo_wanted").fetchall())
        assert "altered" in notes[altered]
        assert notes[gone]
        admin.execute("update hub.photo_wanted set missing_at = missing_at - interval '2 days'")
    bench.path(gone).write_bytes(before)
    told = sender.send(bench.file)
    assert (told.acknowledged, told.refused) == (1, 1)
    assert at_hub() == sorted([kept, gone])


def test_a_photo_that_cannot_be_read_now_is_sent_later_and_not_given_up(
    bench: Bench, way: Callable[[], HubTransport], at_hub: Callable[[], list[str]]
) -> None:
    """A disk that fails for a moment loses no proof."""
    bad, good = sorted(bench.take(2))
    send_events(bench, way)
    ill = True

    def content(digest: str) -> tuple[str, bytes]:
        if ill and digest == bad:
            raise OSError(5, "Input/output error")
        return bench.content(digest)

    sender = PhotoSender(way, content)
    told = sender.send(bench.file)
    assert (told.acknowledged, told.refused, told.pending) == (1, 0, 1)
    assert "will be sent later" in (told.error or "")
    assert at_hub() == [good]
    ill = False
    assert sender.send(bench.file).acknowledged == 1
    assert at_hub() == sorted([bad, good])


@pytest.mark.parametrize("lost", ["request", "answer"])
def test_what_is_lost_on_the_way_is_sent_again_and_doubled_nowhere(
    bench: Bench, way: Callable[[], HubTransport], at_hub: Callable[[], list[str]], lost: str
) -> None:
    """The connection ends at the second photo; the next round goes on with what the hub still asks for."""
    hashes = bench.take(4)
    send_events(bench, way)

    class Lossy:
        runs = False

        def __init__(self) -> None:
            self.way, self.count = way(), 0

        def exchange(self, request: dict[str, Any]) -> dict[str, Any]:
            self.count += bool(request["photos"])
            if self.count == 2 and lost == "request":
                raise SinkUnavailable("The line broke.")
            answer = self.way.exchange(request)
            if self.count == 2:
                raise SinkUnavailable("The line broke.")
            return answer

        def close(self) -> None:
            self.way.close()

    told = PhotoSender(Lossy, bench.content).send(bench.file)
    assert (told.acknowledged, told.error) == (1, "The line broke.")
    there = len(at_hub())
    assert there == (1 if lost == "request" else 2)
    told = PhotoSender(way, bench.content).send(bench.file)
    assert (told.sent, told.acknowledged) == (4 - there, 4 - there)
    assert at_hub() == sorted(hashes)


def test_a_line_that_is_cut_within_a_photo_leaves_no_half_one(
    bench: Bench, proxied: tuple[Any, str], at_hub: Callable[[], list[str]]
) -> None:
    """The events are there already and stay so; over a whole line the photos follow."""
    proxy, dsn = proxied
    hashes = bench.take(2, size=400)
    send_events(bench, lambda: PostgresTransport(dsn))
    proxy.fail(cut_up=200_000)
    sender = PhotoSender(lambda: PostgresTransport(dsn), bench.content)
    told = sender.send(bench.file)
    assert told.error is not None
    assert at_hub() == []
    assert bench.file.outbox.state("hub").pending == 0
    proxy.fail()
    assert sender.send(bench.file) == Result("photos", 2, 2, 0, 0)
    assert at_hub() == sorted(hashes)


def test_a_sender_that_is_killed_between_two_photos_loses_and_doubles_none(
    bench: Bench, station_dsn: Callable[[str], str], at_hub: Callable[[], list[str]]
) -> None:
    """SIGKILL after the fourth one: the next process sends the other six."""
    dsn = station_dsn("ST01")
    hashes = bench.take(10)
    send_events(bench, lambda: PostgresTransport(dsn))
    arguments = [dsn, str(bench.file.data_dir), str(bench.store.folder)]
    died = subprocess.run([sys.executable, "-c", KILLED, *arguments], timeout=60)
    assert died.returncode == -9
    assert len(at_hub()) == 4
    told = PhotoSender(lambda: PostgresTransport(dsn), bench.content).send(bench.file)
    assert told == Result("photos", 6, 6, 0, 0)
    assert at_hub() == sorted(hashes)


class Scripted:
    """A hub that says what the test wants."""

    runs = False

    def __init__(self, *answers: dict[str, Any] | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[Any] = []

    def exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        """The next answer."""
        self.requests.append(request["photos"])
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(
    "answer",
    [
        {"wanted": "x"},
        {"wanted": [7]},
        {"wanted": ["../../etc/passwd"]},
        {"wanted": ["a" * 64], "then": {}},
        {"wanted": ["a" * 64], "then": {"photos": []}},
        {"wanted": ["a" * 64], "then": {"photos": [None]}},
        {"wanted": None, "photos": 7},
    ],
)
def test_strange_answers_of_a_hub_end_in_a_sentence_or_in_nothing(
    bench: Bench, answer: dict[str, Any]
) -> None:
    """Never in a file name, nor in an exception."""
    hub = Scripted(answer, answer.get("then", {}))
    told = PhotoSender(lambda: hub, lambda digest: ("image/png", b"x")).send(bench.file)
    assert (told.acknowledged, told.refused) == (0, 0)
    assert (told.error is None) == (answer["wanted"] is None)


def test_a_hub_that_is_older_than_photos_is_sent_none(bench: Bench) -> None:
    """It answers without a word of them."""
    hub = Scripted({"statuses": []})
    assert PhotoSender(lambda: hub, bench.content).send(bench.file) == Result("photos", 0, 0, 0, 0)
    assert hub.requests == [[]]


def test_a_photo_that_is_refused_as_a_whole_or_too_large_is_given_up_and_the_others_go(bench: Bench) -> None:
    """A proxy that lets no large body through, a hub that says invalid, one that does not want it any more."""
    contents = {"a" * 64: b"x", "b" * 64: b"y" * (MOST + 1), "c" * 64: b"z", "d" * 64: b"d", "e" * 64: b"e"}
    hub = Scripted(
        {"wanted": list(contents)},
        BatchRefused("The hub finds the batch too large.", too_large=True),
        {"photos": ["invalid"], "photo_details": {"0": "It has another hash."}},
        {"photos": ["forbidden"]},
        {"photos": ["stored"]},
        {"photos": ["noted"] * 3, "wanted": []},
    )
    told = PhotoSender(lambda: hub, lambda digest: ("image/png", contents[digest])).send(bench.file)
    assert (told.sent, told.acknowledged, told.refused, told.pending) == (3, 1, 3, 0)
    assert "3 photos can't be sent to the hub. The hub finds" in (told.warning or "")
    notes = {one["sha256"][0]: one["missing"] for one in hub.requests[-1]}
    assert notes.keys() == {"a", "b", "c"}
    assert "larger" in notes["b"]
    assert "another hash" in notes["c"]


def test_who_is_told_to_stop_stops_after_the_photo_in_hand(bench: Bench) -> None:
    """The rest is sent at the next start."""
    hub = Scripted({"wanted": ["a" * 64, "b" * 64]}, {"photos": ["stored"]})
    sender = PhotoSender(
        lambda: hub, lambda digest: ("image/png", b"x"), stopped=lambda: len(hub.requests) == 2
    )
    told = sender.send(bench.file)
    assert (told.sent, told.acknowledged, told.error) == (1, 1, None)


def test_only_one_program_sends_photos_at_a_time(bench: Bench) -> None:
    """The second one has nothing to say."""
    lock = bench.file.sync_lock("hub photos")
    assert lock.take()
    assert PhotoSender(Scripted, bench.content).send(bench.file) == Result("photos", 0, 0, 0, 0)
    lock.release()


def test_events_go_while_a_photo_hangs_and_photos_go_as_soon_as_events_went(
    bench: Bench, station_dsn: Callable[[str], str]
) -> None:
    """Each has a thread and a connection of its own."""
    dsn = station_dsn("ST01")
    going, free = threading.Event(), threading.Event()
    rounds: list[int] = []

    def photos(file: StationFile) -> Result:
        rounds.append(file.outbox.state("hub").pending)
        going.set()
        assert free.wait(DEADLINE)
        return Result("photos", 0, 0, 0, 0)

    def reopen() -> StationFile:
        return StationFile.open(bench.file.data_dir, "ST01", ["hub"])

    worker = SyncWorker(reopen, [HubSink("hub", PostgresTransport(dsn))], every=600, photos=photos)
    worker.start()
    try:
        assert going.wait(DEADLINE)
        bench.take(3)
        worker.wake()
        until(lambda: bench.file.outbox.state("hub").pending == 0)
        assert len(rounds) == 1, "the photo hangs still"
        free.set()
        until(lambda: len(rounds) >= 2)
        bench.take(1)
        count = len(rounds)
        worker.wake()
        until(lambda: len(rounds) > count and rounds[-1] == 0)
        assert worker.alive
    finally:
        free.set()
        worker.stop()


def test_the_bench_sends_photos_while_it_is_open_and_says_what_is_gone(
    bench: Bench, station_dsn: Callable[[str], str], at_hub: Callable[[], list[str]]
) -> None:
    """Without a word from anybody; the notice stays for people to read it."""
    environ = {"REGRADE_HUB_DSN": station_dsn("ST01"), "REGRADE_STATION": "ST01"}
    settings = load(None, bench.file.data_dir, environ)
    kept, gone = bench.take(2)
    bench.lose(gone)
    with StationFile.open(settings.data, "ST01", tuple(settings.sync.sinks)) as file:
        sync = BenchSync(settings, file)
        sync.start()
        try:
            until(lambda: at_hub() == [kept])
            until(lambda: "1 photo can't be sent to the hub" in sync.line().notice)
        finally:
            sync.stop()


def test_the_command_sends_photos_after_the_events_and_says_so(
    bench: Bench, station_dsn: Callable[[str], str], at_hub: Callable[[], list[str]]
) -> None:
    """In the row of the hub, and only where there was something to send; what is gone is no failure."""
    first, second = bench.take(2)
    bench.lose(second)
    bench.file.close()
    environ = {"REGRADE_HUB_DSN": station_dsn("ST01"), "REGRADE_STATION": "ST01"}
    arguments = ["--data", str(bench.file.data_dir), "sync", "--sink", "hub"]
    done = CliRunner().invoke(main, arguments, env=environ)
    row = json.loads(done.stdout.splitlines()[0])
    assert (done.exit_code, row["acknowledged"]) == (0, 2)
    assert row["photos"].pop("warning")
    assert row["photos"] == {"sent": 1, "acknowledged": 1, "refused": 1, "pending": 0}
    assert at_hub() == [first]
    again = CliRunner().invoke(main, arguments, env=environ)
    assert "photos" not in json.loads(again.stdout.splitlines()[0])
