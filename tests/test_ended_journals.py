"""Journals that came to an end by a restore: what they owe is sent, what they say still counts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from terminal import bench_sync, restoring, syncing
from terminal.backups import backup
from terminal.bench.arriving_events import Ruled
from terminal.bench.events import Event
from terminal.bench.shift_events import SignedIn
from terminal.bench.wire import Recorded, draft
from terminal.bench.work_events import PhotoKept
from terminal.bench_sync import BenchSync
from terminal.cameras import photo_store
from terminal.config import load
from terminal.domain.rulings import Claim, Ruling
from terminal.restoring import restore
from terminal.segments import owed, push_segments
from terminal.settings import Settings
from terminal.store.arrivals import Arrivals
from terminal.store.ended import segment_folders
from terminal.store.station_file import NAME, StationFile
from terminal.sync.epcis_context import shift_of
from terminal.sync.sink import SinkUnavailable, Status, Verdict
from terminal.syncing import push

DEADLINE = 20.0
AT = datetime(2026, 11, 23, 6, tzinfo=UTC)
HERE = SignedIn("1001", "operator")


class Gate:
    """A sink that takes nothing until it is opened."""

    name = "folder"

    def __init__(self) -> None:
        self.open = threading.Event()
        self.tries = 0
        self.got: list[Recorded] = []

    def send(self, batch: Sequence[Recorded]) -> Sequence[Status]:
        """Refuse for now, or take everything."""
        self.tries += 1
        if not self.open.is_set():
            raise SinkUnavailable("The lorry has not come.")
        self.got += batch
        return [Status(event.seq, Verdict.STORED) for event in batch]

    def places(self, epoch: str) -> list[int]:
        """The numbers that came of one journal, in their order."""
        return [event.seq for event in self.got if event.epoch == epoch]


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """The only sink there is."""
    made = Gate()
    for module in (bench_sync, restoring, syncing):
        monkeypatch.setattr(module, "make_sinks", lambda settings: (made,))
    return made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The shipped settings."""
    return load(None, tmp_path / "data", {})


def happens(settings: Settings, *events: Event) -> str:
    """Put events into the journal; the epoch that they are of."""
    with StationFile.open(settings.data, settings.station.id, ["folder"]) as file:
        file.journal.append([draft(event, AT, None, None) for event in events])
        return file.identity.epoch


def restored(settings: Settings, copy: Path, count: int) -> None:
    """Restore over a file in which so many events wait."""
    backup(settings, copy)
    restore(settings, copy, f"{count} events")


def rests(settings: Settings, until_ms: int) -> None:
    """Let the only ended journal rest until a time (ms since 1970); it failed at the restore."""
    with StationFile.open(segment_folders(settings.data)[0], settings.station.id, ["folder"]) as ended:
        ended.outbox.postpone("folder", 1, until_ms, "It is down.")


def until(condition: Callable[[], object]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def bench(settings: Settings) -> Iterator[Callable[..., BenchSync]]:
    """Begins the sync of a bench, as an open bench has it."""
    begun: list[tuple[BenchSync, StationFile]] = []

    def begin(also: Callable[[StationFile], object] = lambda file: None) -> BenchSync:
        file = StationFile.open(settings.data, settings.station.id, ["folder"])
        made = BenchSync(settings, file, also)
        begun.append((made, file))
        made.start()
        return made

    yield begin
    for made, file in begun:
        made.stop()
        file.close()


def test_an_open_bench_sends_what_an_ended_journal_owes(
    settings: Settings, gate: Gate, bench: Callable[..., BenchSync], tmp_path: Path
) -> None:
    """Under its own epoch and numbers, once the sink takes anything; until then the bench says that it waits."""
    old = happens(settings, HERE, HERE, HERE)
    restored(settings, tmp_path / "b", 3)
    new = happens(settings, HERE)
    sync = bench()
    until(lambda: "3 events of an earlier journal wait for folder" in str(sync._worker.results.get("pull")))
    assert owed(settings.data, settings.station.id, ["folder"]) == {"folder": 3}
    gate.open.set()
    rests(settings, 0)

    def came() -> bool:
        sync._worker.wake(force=True)
        return gate.places(old) == [1, 2, 3] and gate.places(new) == [1]

    until(came)
    until(lambda: not sync._ended_owe)
    assert owed(settings.data, settings.station.id, ["folder"]) == {"folder": 0}


def test_a_pull_that_fails_holds_no_ended_journal_up(
    settings: Settings, gate: Gate, bench: Callable[..., BenchSync], tmp_path: Path
) -> None:
    """They are two things that only share a thread."""
    old = happens(settings, HERE)
    restored(settings, tmp_path / "b", 1)
    rests(settings, 0)
    gate.open.set()

    def fails(file: StationFile) -> None:
        raise SinkUnavailable("The hub is away.")

    bench(fails)
    until(lambda: gate.places(old) == [1])


def test_a_bench_waits_for_the_end_of_a_rest_and_a_command_does_not(
    settings: Settings, gate: Gate, tmp_path: Path
) -> None:
    """The schedule of an ended journal is on disk as any other."""
    happens(settings, HERE)
    restored(settings, tmp_path / "b", 1)
    rests(settings, int(datetime.now(UTC).timestamp() * 1000) + 300_000)
    tries, station = gate.tries, settings.station.id
    (resting,) = push_segments(settings.data, station, (gate,), force=False)
    assert (gate.tries, resting.pending, resting.error) == (tries, 1, "It is down.")
    assert push_segments(settings.data, station, (gate,), stopped=lambda: True) == []
    gate.open.set()
    (done,) = push_segments(settings.data, station, (gate,))
    assert (done.acknowledged, done.pending, done.error) == (1, 0, None)


def test_an_ended_journal_that_cannot_be_read_is_told_and_holds_nothing_up(
    settings: Settings, gate: Gate, tmp_path: Path
) -> None:
    """What is new is sent all the same, and the row of the sink says which folder to look at."""
    happens(settings, HERE)
    restored(settings, tmp_path / "b", 1)
    new = happens(settings, HERE, HERE)
    (folder,) = segment_folders(settings.data)
    (folder / NAME).write_bytes(b"spoilt" * 2_000)
    gate.open.set()
    (row,) = push(settings)
    assert gate.places(new) == [1, 2]
    assert (row["acknowledged"], row["pending"]) == (2, 0)
    assert f"The journal that ended in {folder} can't be read" in row["warning"]


def test_all_ended_journals_count_in_what_a_restore_sent(
    settings: Settings, gate: Gate, tmp_path: Path
) -> None:
    """Two restores while the sink is away leave two of them."""
    first = happens(settings, HERE, HERE)
    restored(settings, tmp_path / "one", 2)
    second = happens(settings, HERE)
    backup(settings, tmp_path / "two")
    gate.open.set()
    told = restore(settings, tmp_path / "two", "1 events")
    assert told["sent"] == {"folder": 3}
    assert (gate.places(first), gate.places(second)) == ([1, 2], [1])


def test_an_event_is_told_to_partners_by_the_shift_of_its_own_journal(
    settings: Settings, gate: Gate, tmp_path: Path
) -> None:
    """The journal that is written now has other events under the same numbers."""
    old = happens(settings, HERE, HERE, HERE)
    restored(settings, tmp_path / "b", 3)
    new = happens(settings, HERE, HERE, HERE)
    data, station = settings.data, settings.station.id
    for folder, epoch in ((segment_folders(data)[0], old), (data, new)):
        with StationFile.open(folder, station) as file:
            last = list(file.journal.events())[-1]
        assert [(event.epoch, event.seq) for event in shift_of(data, last)] == [(epoch, 1), (epoch, 2)]


def test_a_ruling_that_an_ended_journal_wrote_down_is_not_written_down_again(
    settings: Settings, gate: Gate, tmp_path: Path
) -> None:
    """Else an item that was let go since would go back into quarantine; a second restore forgets nothing either."""
    station = settings.station.id
    claims = (Claim(station, "AAAX"), Claim(station, "BBBX"))
    happens(settings, Ruled("AAAX", "c-1", "hold", "serial", "SN-7", "9001"))
    with StationFile.open(settings.data, station) as file:
        arrivals = Arrivals(file.catalogue.db)
        with arrivals.transaction():
            arrivals.put_rulings([Ruling("c-1", "serial", "SN-7", None, claims, "9001", "then")], station, 1)
        assert [one.lpn for one in arrivals.to_write_down()] == ["BBBX"]
    for number in (1, 2):
        restored(settings, tmp_path / str(number), 1)
        happens(settings, HERE)
        with StationFile.open(settings.data, station) as file:
            arrivals = Arrivals(file.catalogue.db)
            assert [one.lpn for one in arrivals.to_write_down()] == ["BBBX"]
            assert arrivals.ruling_on("AAAX") is not None


def test_a_backup_has_the_photos_of_ended_journals_too(
    settings: Settings, gate: Gate, tmp_path: Path
) -> None:
    """The new journal does not speak of them."""
    picture = tmp_path / "x.png"
    Image.new("RGB", (20, 20), "red").save(picture)
    kept = photo_store(settings).put(picture.read_bytes())
    happens(settings, PhotoKept("AAAX", kept.sha256, "png"))
    restored(settings, tmp_path / "one", 1)
    told = backup(settings, tmp_path / "two", tmp_path / "photos")
    assert (told["photos"], told["photos_copied"], told["photos_missing"]) == (1, 1, [])
