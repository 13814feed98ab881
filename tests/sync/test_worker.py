"""One round of a sync, and the thread that makes rounds."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from terminal.bench.wire import Recorded
from terminal.store.connection import run
from terminal.store.errors import StoreUnavailable
from terminal.store.outbox import milliseconds
from terminal.store.station_file import StationFile
from terminal.sync.folder import FolderSink
from terminal.sync.result import Result
from terminal.sync.round import sync_once
from terminal.sync.sink import Sink, SinkUnavailable, Status, Verdict
from terminal.sync.worker import SyncWorker

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
Fill = Callable[..., tuple[Recorded, ...]]
Received = Callable[[], list[dict[str, Any]]]


class Scripted:
    """A sink that does what a test says: a verdict by number, or an exception."""

    name = "folder"

    def __init__(self, **verdicts: str) -> None:
        self.verdicts = {int(seq[1:]): Verdict(word) for seq, word in verdicts.items()}
        self.failure: Exception | None = None
        self.batches: list[list[int]] = []

    def send(self, batch: Sequence[Recorded]) -> Sequence[Status]:
        """Note the batch, then answer as told; stored where nothing was told."""
        self.batches.append([event.seq for event in batch])
        if self.failure is not None:
            raise self.failure
        return [Status(event.seq, self.verdicts.get(event.seq, Verdict.STORED), "why") for event in batch]


def numbers(received: Received) -> list[int]:
    """The numbers of the events in the folder."""
    return [event["seq"] for event in received()]


def test_a_round_sends_everything_and_the_next_one_nothing(
    station: StationFile, fill: Fill, outbox_folder: Path, received: Received
) -> None:
    """Each event once, in order, whatever the number of batches."""
    fill(1203)
    sink = FolderSink("folder", outbox_folder)
    assert sync_once(station, sink, AT) == Result("folder", 1203, 1203, 0, 0)
    assert sync_once(station, sink, AT) == Result("folder", 0, 0, 0, 0)
    fill(2)
    assert sync_once(station, sink, AT) == Result("folder", 2, 2, 0, 0)
    assert numbers(received) == list(range(1, 1206))
    assert [path.name[-17:-7] for path in sorted(outbox_folder.iterdir())] == [
        "0000000500",
        "0000001000",
        "0000001203",
        "0000001205",
    ]


def test_a_sink_that_is_named_later_gets_everything_from_the_start(
    station: StationFile, fill: Fill, tmp_path: Path, outbox_folder: Path
) -> None:
    """Without anybody having kept a row for it."""
    fill(3)
    sync_once(station, FolderSink("folder", outbox_folder), AT)
    assert sync_once(station, FolderSink("second", tmp_path / "second"), AT).acknowledged == 3


def test_large_events_make_smaller_batches(station: StationFile, fill: Fill) -> None:
    """At most 512 KiB of lines."""
    fill(4, text="x" * 200_000)
    sink = Scripted()
    assert sync_once(station, sink, AT).acknowledged == 4
    assert sink.batches == [[1, 2], [3, 4]]


def test_refused_events_are_counted_and_do_not_hold_up_the_others(station: StationFile, fill: Fill) -> None:
    """They are kept with verdict and reason; the next round does not send them again."""
    fill(6)
    sink = Scripted(_2="invalid", _3="conflict_seq", _5="forbidden")
    assert sync_once(station, sink, AT) == Result("folder", 6, 3, 3, 0)
    assert [(span.first, span.last_error) for span in station.outbox.dead_spans("folder")] == [
        (2, "invalid: why"),
        (3, "conflict_seq: why"),
        (5, "forbidden: why"),
    ]
    assert sync_once(station, sink, AT).sent == 0
    station.outbox.revive("folder")
    sink.verdicts.clear()
    assert sync_once(station, sink, AT) == Result("folder", 3, 3, 0, 0)


def test_events_to_be_tried_again_are_when_their_time_has_come(station: StationFile, fill: Fill) -> None:
    """Alone, without those beside them that are stored."""
    fill(4)
    sink = Scripted(_2="retry", _3="retry")
    assert sync_once(station, sink, AT, jitter=lambda: 0.999) == Result("folder", 4, 2, 0, 2)
    assert sync_once(station, sink, AT).sent == 0
    sink.verdicts.clear()
    assert sync_once(station, sink, AT + timedelta(seconds=1)) == Result("folder", 2, 2, 0, 0)
    assert sink.batches == [[1, 2, 3, 4], [2, 3]]


def test_a_sink_that_wants_nothing_now_is_left_alone_for_longer_each_time(
    station: StationFile, fill: Fill
) -> None:
    """All events of a batch answered with retry count as a failure of the sink."""
    fill(600)
    sink = Scripted(**{f"_{seq}": "retry" for seq in range(1, 601)})
    result = sync_once(station, sink, AT, jitter=lambda: 1.0)
    assert (result.sent, result.pending, result.error) == (500, 600, "The sink asked to try again later.")
    assert station.outbox.state("folder").next_at == milliseconds(AT + timedelta(seconds=1))
    sync_once(station, sink, AT + timedelta(seconds=1), jitter=lambda: 1.0)
    assert station.outbox.state("folder").next_at == milliseconds(AT + timedelta(seconds=3))


def test_failures_rest_up_to_five_minutes_and_the_same_batch_goes_again(
    station: StationFile, fill: Fill
) -> None:
    """The batch is cut once, though more events came meanwhile; a success ends the rests."""
    fill(3)
    sink = Scripted()
    sink.failure = SinkUnavailable("no route to the hub")
    now = AT
    rests: list[int] = []
    for _ in range(11):
        result = sync_once(station, sink, now, jitter=lambda: 1.0)
        assert (result.sent, result.pending, result.error) == (0, 3 + len(rests), "no route to the hub")
        rest = station.outbox.state("folder").next_at - milliseconds(now)
        rests.append(rest // 1000)
        assert sync_once(station, sink, now + timedelta(milliseconds=rest - 1)).sent == 0
        now += timedelta(milliseconds=rest)
        fill(1)
    assert rests == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert sink.batches == [[1, 2, 3]] * 11
    sink.failure = None
    assert sync_once(station, sink, now) == Result("folder", 14, 14, 0, 0)
    assert sink.batches[11:] == [[1, 2, 3], list(range(4, 15))]
    state = station.outbox.state("folder")
    assert (state.attempts, state.next_at, state.last_error) == (0, 0, None)


def test_jitter_spreads_a_rest_over_its_whole_length(station: StationFile, fill: Fill) -> None:
    """So that many stations do not come back at the same moment."""
    fill(1)
    sink = Scripted()
    sink.failure = OSError("gone")
    for share, rest in ((0.0, 0), (0.5, 1000), (0.25, 1000)):
        sync_once(station, sink, AT, jitter=iter([share] * 3).__next__, force=True)
        assert station.outbox.state("folder").next_at - milliseconds(AT) == rest


def test_a_person_who_asks_does_not_wait_for_the_end_of_a_rest(station: StationFile, fill: Fill) -> None:
    """`force` tries at once, retries too; without it the reason of the rest is told again."""
    fill(2)
    sink = Scripted(_1="retry")
    sync_once(station, sink, AT, jitter=lambda: 1.0)
    sink.failure = SinkUnavailable("down")
    sync_once(station, sink, AT, jitter=lambda: 1.0, force=True)
    assert sync_once(station, sink, AT) == Result("folder", 0, 0, 0, 1, "down")
    sink.failure = None
    sink.verdicts.clear()
    assert sync_once(station, sink, AT, force=True).acknowledged == 1


@pytest.mark.parametrize("failure", [RuntimeError("a bug in the sink"), KeyError(), OSError(28, "full")])
def test_whatever_a_sink_raises_is_told_and_not_raised(
    station: StationFile, fill: Fill, failure: Exception
) -> None:
    """A sink is somebody else's system."""
    fill(1)
    sink = Scripted()
    sink.failure = failure
    result = sync_once(station, sink, AT)
    assert result.error
    assert result.pending == 1


def test_a_sink_that_can_not_answer_later_and_says_waiting_is_asked_again(
    station: StationFile, fill: Fill
) -> None:
    """Else its events would wait for ever."""
    fill(2)
    sink = Scripted(_1="waiting")
    sync_once(station, sink, AT, jitter=lambda: 0.0)
    assert [span.state for span in station.outbox.open_spans("folder")] == ["retry"]


def test_two_syncs_of_one_sink_do_not_run_at_once(station: StationFile, fill: Fill) -> None:
    """The second one, of whatever program, says so and leaves."""
    fill(2)
    lock = station.sync_lock("folder")
    assert lock.take()
    sink = Scripted()
    result = sync_once(station, sink, AT)
    assert (result.sent, result.pending, result.error) == (
        0,
        2,
        "Another program is syncing this sink right now.",
    )
    assert sink.batches == []
    lock.release()
    assert sync_once(station, sink, AT).acknowledged == 2


def test_answers_by_file_are_collected_in_later_rounds(
    station: StationFile, fill: Fill, outbox_folder: Path, received: Received
) -> None:
    """A file is written once; batches behind it do not wait for its answer; part of an answer is taken."""
    first = fill(3)
    sink = FolderSink("folder", outbox_folder, "ack_file")
    assert sync_once(station, sink, AT) == Result("folder", 3, 0, 0, 3)
    assert sync_once(station, sink, AT) == Result("folder", 0, 0, 0, 3)
    fill(2)
    assert sync_once(station, sink, AT) == Result("folder", 2, 0, 0, 5)
    one, two = sorted(outbox_folder.iterdir())

    two.with_name(f"{two.name}.ack").touch()
    assert sync_once(station, sink, AT) == Result("folder", 0, 2, 0, 3)
    answer = one.with_name(f"{one.name}.ack")
    answer.write_text(json.dumps({first[0].id: "stored", first[1].id: "invalid"}))
    assert sync_once(station, sink, AT) == Result("folder", 0, 1, 1, 1)
    answer.write_text("")
    assert sync_once(station, sink, AT) == Result("folder", 0, 1, 0, 0)
    assert numbers(received) == [1, 2, 3, 4, 5]
    assert station.outbox.state("folder").dead == 1


def test_an_answer_that_can_not_be_read_is_told_and_loses_nothing(
    station: StationFile, fill: Fill, outbox_folder: Path
) -> None:
    """The round ends with the reason; the reader may write the answer again."""
    fill(1)
    sink = FolderSink("folder", outbox_folder, "ack_file")
    sync_once(station, sink, AT)
    (path,) = outbox_folder.iterdir()
    answer = path.with_name(f"{path.name}.ack")
    answer.write_text("{")
    result = sync_once(station, sink, AT)
    assert result.pending == 1
    assert result.error is not None
    assert "neither empty nor JSON" in result.error
    answer.write_text("")
    assert sync_once(station, sink, AT, force=True).acknowledged == 1


def test_a_reader_that_wants_an_event_again_gets_it_alone(
    station: StationFile, fill: Fill, outbox_folder: Path, received: Received
) -> None:
    """In a file of its own, because it asked for it."""
    batch = fill(3)
    sink = FolderSink("folder", outbox_folder, "ack_file")
    sync_once(station, sink, AT)
    (path,) = outbox_folder.iterdir()
    words = zip(batch, ("stored", "retry", "stored"), strict=True)
    told = ", ".join(f'"{event.id}": "{word}"' for event, word in words)
    path.with_name(f"{path.name}.ack").write_text(f"{{{told}}}")
    assert sync_once(station, sink, AT, jitter=lambda: 0.0) == Result("folder", 1, 2, 0, 1)
    assert sorted(numbers(received)) == [1, 2, 2, 3]
    (again,) = (one for one in outbox_folder.glob("*.ndjson") if one != path)
    again.with_name(f"{again.name}.ack").touch()
    assert sync_once(station, sink, AT) == Result("folder", 0, 1, 0, 0)


def test_a_round_can_be_stopped_between_two_batches(station: StationFile, fill: Fill) -> None:
    """What is not sent yet stays pending."""
    fill(1200)
    sink = Scripted()
    result = sync_once(station, sink, AT, stopped=lambda: len(sink.batches) == 1)
    assert (result.sent, result.acknowledged, result.pending) == (500, 500, 700)


def test_a_station_file_that_fails_is_raised_as_that(station: StationFile, fill: Fill) -> None:
    """It is not the sink's fault, and no rest of the sink helps."""
    fill(1)
    run(station.db, "drop table outbox")
    with pytest.raises(StoreUnavailable):
        sync_once(station, Scripted(), AT)


# -- the thread


class Watcher:
    """Waits for results of a worker, with a deadline."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.seen: list[Mapping[str, Result]] = []

    def __call__(self, results: Mapping[str, Result]) -> None:
        """What a screen does: keep it."""
        with self._changed:
            self.seen.append(dict(results))
            self._changed.notify_all()

    def wait_for(self, wanted: Callable[[Result], bool]) -> Result:
        """The first result of the sink that is wanted, seen by now or within ten seconds."""
        with self._changed:
            arrived = self._changed.wait_for(
                lambda: any(wanted(one["folder"]) for one in self.seen if one), 10
            )
            assert arrived, self.seen
            return next(one["folder"] for one in self.seen if one and wanted(one["folder"]))


@pytest.fixture
def reopen(station: StationFile) -> Callable[[], StationFile]:
    """Open the same file again, as the worker does for itself."""
    return lambda: StationFile.open(station.data_dir, "ST01", ["folder"])


def test_the_worker_syncs_when_it_starts_and_when_it_is_woken(
    fill: Fill, reopen: Callable[[], StationFile], outbox_folder: Path, received: Received
) -> None:
    """And ends when it is told to."""
    fill(3)
    watcher = Watcher()
    worker = SyncWorker(reopen, [FolderSink("folder", outbox_folder)], every=600, on_change=watcher)
    worker.start()
    watcher.wait_for(lambda result: result.acknowledged == 3)
    fill(2)
    worker.wake()
    watcher.wait_for(lambda result: result.acknowledged == 2)
    with pytest.raises(RuntimeError, match="started already"):
        worker.start()
    assert worker.stop()
    assert not worker.alive
    assert numbers(received) == [1, 2, 3, 4, 5]
    assert worker.results["folder"].pending == 0


def test_the_worker_does_not_need_to_be_woken(
    fill: Fill, reopen: Callable[[], StationFile], outbox_folder: Path
) -> None:
    """Its timer is its own; no new work is needed for old work to go."""
    watcher = Watcher()
    worker = SyncWorker(reopen, [FolderSink("folder", outbox_folder)], every=0.05, on_change=watcher)
    worker.start()
    watcher.wait_for(lambda result: result.pending == 0)
    fill(2)
    watcher.wait_for(lambda result: result.acknowledged == 2)
    assert worker.stop()


def test_the_worker_tries_again_when_a_rest_is_over(fill: Fill, reopen: Callable[[], StationFile]) -> None:
    """Long before its interval."""
    fill(1)
    sink = Scripted()
    sink.failure = SinkUnavailable("down")
    watcher = Watcher()
    worker = SyncWorker(reopen, [sink], every=600, on_change=watcher, jitter=lambda: 0.1)
    worker.start()
    watcher.wait_for(lambda result: result.error == "down")
    sink.failure = None
    watcher.wait_for(lambda result: result.acknowledged == 1)
    assert worker.stop()


def test_the_worker_can_be_told_not_to_wait_for_the_end_of_a_rest(
    fill: Fill, reopen: Callable[[], StationFile]
) -> None:
    """A person at the bench pulled the cable back in."""
    fill(1)
    sink = Scripted()
    sink.failure = SinkUnavailable("down")
    watcher = Watcher()
    worker = SyncWorker(reopen, [sink], every=600, on_change=watcher, jitter=lambda: 1.0)
    worker.start()
    watcher.wait_for(lambda result: result.error == "down")
    sink.failure = None
    worker.wake(force=True)
    watcher.wait_for(lambda result: result.acknowledged == 1)
    assert worker.stop()


def test_a_file_that_can_not_be_opened_does_not_end_the_worker(
    fill: Fill, reopen: Callable[[], StationFile], outbox_folder: Path
) -> None:
    """It is told, and tried again."""
    fill(2)
    broken = threading.Event()
    broken.set()

    def sometimes() -> StationFile:
        if broken.is_set():
            raise StoreUnavailable("station.db can't be opened.")
        return reopen()

    watcher = Watcher()
    worker = SyncWorker(sometimes, [FolderSink("folder", outbox_folder)], every=600, on_change=watcher)
    worker.start()
    assert watcher.wait_for(lambda result: result.error is not None).error == "station.db can't be opened."
    broken.clear()
    worker.wake()
    watcher.wait_for(lambda result: result.acknowledged == 2)
    assert worker.stop()


def test_a_screen_that_fails_does_not_end_the_worker(
    fill: Fill, reopen: Callable[[], StationFile], outbox_folder: Path
) -> None:
    """The results can still be asked for."""
    fill(1)
    told = threading.Event()

    def fail(results: Mapping[str, Result]) -> None:
        told.set()
        raise RuntimeError("no screen")

    worker = SyncWorker(reopen, [FolderSink("folder", outbox_folder)], every=600, on_change=fail)
    worker.start()
    assert told.wait(10)
    assert worker.alive
    assert worker.stop()
    assert worker.results["folder"].acknowledged == 1


def test_a_sink_that_hangs_does_not_hold_up_the_end(fill: Fill, reopen: Callable[[], StationFile]) -> None:
    """`stop` says that the thread is still there; it ends with the program."""
    fill(1)
    reached, let_go = threading.Event(), threading.Event()

    class Hanging(Scripted):
        def send(self, batch: Sequence[Recorded]) -> Sequence[Status]:
            reached.set()
            let_go.wait(10)
            return super().send(batch)

    worker = SyncWorker(reopen, [Hanging()], every=600)
    worker.start()
    assert reached.wait(10)
    assert not worker.stop(timeout=0.05)
    let_go.set()
    assert worker.stop()


def test_a_worker_that_never_ran_can_be_stopped(reopen: Callable[[], StationFile]) -> None:
    """Closing a bench that failed to open."""
    worker = SyncWorker(reopen, [])
    assert worker.stop()
    assert not worker.alive


class Named(Scripted):
    """A sink under another name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


def test_a_sink_that_hangs_does_not_hold_up_the_others(
    fill: Fill, reopen: Callable[[], StationFile], outbox_folder: Path
) -> None:
    """Each has a thread of its own; rounds of the good one go on while the other one hangs."""
    fill(1)
    reached, let_go = threading.Event(), threading.Event()

    class Hanging(Named):
        def send(self, batch: Sequence[Recorded]) -> Sequence[Status]:
            reached.set()
            let_go.wait(10)
            return super().send(batch)

    watcher = Watcher()
    sinks: list[Sink] = [Hanging("hangs"), FolderSink("folder", outbox_folder)]
    worker = SyncWorker(
        reopen, sinks, every=600, on_change=lambda found: watcher(found) if "folder" in found else None
    )
    worker.start()
    assert reached.wait(10)
    watcher.wait_for(lambda result: result.acknowledged == 1)
    fill(3)
    worker.wake()
    watcher.wait_for(lambda result: result.acknowledged == 3)
    assert "hangs" not in worker.results
    assert worker.alive
    let_go.set()
    assert worker.stop()


def test_what_is_done_beside_the_sinks_is_told_as_pull(
    station: StationFile, fill: Fill, reopen: Callable[[], StationFile], outbox_folder: Path
) -> None:
    """It gets the station file; its failure stops neither itself nor the sinks."""
    fill(1)
    rounds: list[str] = []
    told = threading.Event()

    def pull(file: StationFile) -> None:
        rounds.append(file.identity.station)
        if len(rounds) == 1:
            raise SinkUnavailable("no news from the hub")

    def watch(results: Mapping[str, Result]) -> None:
        pulled = results.get("pull")
        if pulled is not None and pulled.error is None:
            told.set()

    worker = SyncWorker(reopen, [FolderSink("folder", outbox_folder)], every=0.05, on_change=watch, also=pull)
    worker.start()
    assert told.wait(10)
    assert worker.stop()
    assert rounds[:2] == ["ST01", "ST01"]
    assert worker.results["pull"] == Result("pull", 0, 0, 0, 0)


def test_a_failure_of_what_is_done_beside_is_a_sentence(reopen: Callable[[], StationFile]) -> None:
    """As for a sink."""
    told = threading.Event()

    def pull(file: StationFile) -> None:
        raise SinkUnavailable("no news from the hub")

    worker = SyncWorker(reopen, [], every=600, on_change=lambda found: told.set(), also=pull)
    worker.start()
    assert told.wait(10)
    assert worker.stop()
    assert worker.results["pull"].error == "no news from the hub"


def test_the_worker_tries_one_event_again_when_its_time_has_come(
    fill: Fill, reopen: Callable[[], StationFile]
) -> None:
    """Though the sink itself does not rest, and the interval is far from over."""
    fill(2)
    sink = Scripted(_2="retry")
    watcher = Watcher()
    worker = SyncWorker(reopen, [sink], every=600, on_change=watcher, jitter=lambda: 0.4)
    worker.start()
    watcher.wait_for(lambda result: result.acknowledged == 1)
    sink.verdicts.clear()
    watcher.wait_for(lambda result: result.pending == 0)
    assert worker.stop()


def test_a_worker_can_be_started_again(
    fill: Fill, reopen: Callable[[], StationFile], outbox_folder: Path
) -> None:
    """After it was stopped."""
    watcher = Watcher()
    worker = SyncWorker(reopen, [FolderSink("folder", outbox_folder)], every=600, on_change=watcher)
    for count in (1, 2):
        fill(count)
        worker.start()
        watcher.wait_for(lambda result, count=count: result.acknowledged == count)  # type: ignore[misc]
        assert worker.alive
        assert worker.stop()


def test_a_connection_that_a_sink_keeps_is_closed_after_the_round(station: StationFile, fill: Fill) -> None:
    """Whatever the end of the round was."""
    fill(1)
    closed: list[bool] = []

    class Connected(Scripted):
        def close(self) -> None:
            closed.append(True)

    sink = Connected()
    sync_once(station, sink, AT)
    fill(1)
    sink.failure = SinkUnavailable("down")
    sync_once(station, sink, AT)
    assert closed == [True, True]
