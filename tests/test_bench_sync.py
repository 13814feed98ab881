"""The end of a shift at the bench: everything is sent first, and nothing is closed over somebody's head."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from terminal import bench_sync, shifts
from terminal.assembly import assemble
from terminal.bench.given import Given, Press, Scan, Typed
from terminal.bench.meanings import Operator
from terminal.bench.wire import Recorded
from terminal.config import load
from terminal.console import Context
from terminal.domain.speech import Said, retold, speaking
from terminal.floor_port import FloorPort
from terminal.lookup import badge_code
from terminal.settings import Settings
from terminal.shift_cli import shift
from terminal.store.station_file import StationFile
from terminal.sync.result import Result
from terminal.sync.sentences import in_a_row
from terminal.sync.sink import SinkUnavailable, Status, Verdict
from terminal.sync.worker import PULL
from terminal.sync_watch import SyncWatch
from terminal.ui.port import DeviceLine

DEADLINE = 20.0
BADGE = badge_code(Operator("9001", "lead"))


class Gate:
    """A sink that lets nothing through until it is opened."""

    name = "folder"

    def __init__(self) -> None:
        self.open = threading.Event()
        self.why = "The lorry has not come"
        self.kinds: list[str] = []

    def send(self, batch: Sequence[Recorded]) -> Sequence[Status]:
        """Refuse for now, or take everything."""
        if not self.open.is_set():
            raise SinkUnavailable(self.why)
        self.kinds += [event.kind for event in batch]
        return [Status(event.seq, Verdict.STORED) for event in batch]


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """The only sink there is."""
    made = Gate()
    for module in (bench_sync, shifts, __import__("terminal.floor_port", fromlist=["x"])):
        monkeypatch.setattr(module, "make_sinks", lambda settings: (made,))
    return made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The shipped settings."""
    return load(None, tmp_path / "data", {})


class Floor:
    """A bench whose presses of its own are handled when the test asks for it."""

    def __init__(self, settings: Settings) -> None:
        self.port = FloorPort(settings, embedded=False)
        self.due: list[Given] = []
        self.port.start_scanners(self.due.append)

    def say(self, given: Given) -> Any:
        """Handle an input of a person."""
        return self.port.handle(given)

    @property
    def sync(self) -> DeviceLine:
        """The sync's line."""
        return self.port.devices()[-1]

    def until(self, condition: Callable[[], object]) -> None:
        """Wait until something holds."""
        end = time.monotonic() + DEADLINE
        while not condition():
            assert time.monotonic() < end, (self.sync, self.due, self.port.view().line)
            time.sleep(0.01)

    def shift(self) -> int | None:
        """The number of the open shift."""
        return self.port._whole.station.state.shift


@pytest.fixture
def floor(settings: Settings, gate: Gate) -> Iterator[Floor]:
    """A bench with a lead signed in and a sink that is shut."""
    made = Floor(settings)
    made.say(Scan(BADGE))
    yield made
    gate.open.set()
    made.port.close()


def closed_with(settings: Settings) -> dict[str, Any] | None:
    """What the event of the last closed shift says of the sinks."""
    with StationFile.open(settings.data, settings.station.id) as file:
        found = [event.body for event in file.journal.events() if event.kind == "shift_closed"]
    return dict(found[-1]["pending"]) if found else None


def test_a_shift_closes_by_itself_once_everything_is_sent(
    floor: Floor, gate: Gate, settings: Settings
) -> None:
    """The bench asks and shows how far it is; when the sink takes everything it closes, and says the last word."""
    view = floor.say(Press("shift_close"))
    assert "not sent yet. Close the shift all the same?" in view.line
    assert floor.shift() == 1
    floor.until(lambda: "The lorry has not come." in floor.sync.notice)
    assert floor.due == []
    gate.open.set()
    floor.port._sync._worker.wake(force=True)
    floor.until(lambda: floor.due)
    assert floor.say(floor.due.pop()).line == "Shift 1 is closed."
    assert floor.shift() is None
    assert closed_with(settings) == {"folder": 0}
    floor.until(lambda: "All 4 events are at the warehouse (folder)." in floor.sync.notice)
    assert floor.sync.state == "ok"
    assert gate.kinds[-1] == "shift_closed"
    floor.say(Scan(BADGE))
    floor.until(lambda: "warehouse" not in floor.sync.notice)


def test_a_shift_is_closed_over_waiting_events_only_by_a_word_and_that_is_written_down(
    floor: Floor, settings: Settings
) -> None:
    """One is the answer to the bench's question; the event has how many waited, for each sink."""
    waiting = floor.port._sync.pending()["folder"]
    floor.say(Press("shift_close"))
    view = floor.say(Typed("1"))
    assert floor.shift() is None
    assert f"{waiting} events still wait for folder" in view.line
    assert closed_with(settings) == {"folder": waiting}
    floor.until(lambda: "are not at folder: The lorry has not come." in floor.sync.notice)
    assert floor.sync.state == "warn"


class Starred:
    """A language whose sentences begin with a star."""

    def gettext(self, message: str, /) -> str:
        """The sentence, known by its star."""
        return f"*{message}"

    def ngettext(self, one: str, many: str, n: int, /) -> str:
        """The same, with the form for a number."""
        return f"*{one if n == 1 else many}"


def test_why_a_sink_fails_is_said_in_the_language_of_whoever_looks(floor: Floor, gate: Gate) -> None:
    """Also after a round that only read the reason back from the disk; the disk and other readers have English."""
    gate.why = Said("The lorry to {place} has not come", place="Halle")
    worker = floor.port._sync._worker
    floor.say(Press("shift_close"))
    with speaking(Starred()):
        floor.until(lambda: "folder: *The lorry to Halle has not come. What" in floor.sync.notice)
        worker._report(Result("folder", 0, 0, 0, 9, str(gate.why)))
        assert "folder: *The lorry to Halle has not come. What" in floor.sync.notice
        floor.say(Typed("1"))
        floor.until(
            lambda: "are not at folder: *The lorry to Halle has not come.  *What" in floor.sync.notice
        )
    assert "are not at folder: The lorry to Halle has not come.  What" in floor.sync.notice


def test_what_is_done_beside_the_sinks_is_said_in_the_language_of_whoever_looks(
    floor: Floor, gate: Gate
) -> None:
    """A pull that was refused twice: each sentence by itself."""
    gate.open.set()
    sync = floor.port._sync
    sync._worker.wake(force=True)
    floor.until(
        lambda: (
            sync._watch.seen
            and (last := sync._worker.results.get("folder")) is not None
            and (last.error, last.pending) == (None, 0)
        )
    )
    assert sync._worker.stop(), "a round of its own could take this result's place"
    why = in_a_row(Said("{what} is too old.", what="p.toml"), Said("{what} is not signed.", what="o.toml"))
    sync._worker._report(Result(PULL, 0, 0, 0, 0, why))
    with speaking(Starred()):
        assert "*p.toml is too old. *o.toml is not signed." in floor.sync.notice
    assert floor.sync.notice == "p.toml is too old. o.toml is not signed."


def test_what_an_ended_journal_owes_is_said_in_that_language_through_a_rest_too(
    floor: Floor, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rounds of a rest read the reason back from the disk, where it is English."""
    gate.open.set()
    sync = floor.port._sync
    sync._ended_owe = True
    why = Said("The lorry to {place} has not come.", place="Halle")
    for error in (why, str(why), str(why)):
        owed = [Result("folder", 0, 0, 0, 3, error)]
        monkeypatch.setattr("terminal.bench_sync.push_segments", lambda *_, owed=owed, **more: owed)
        told = sync._beside(floor.port._whole.file)
        assert told is not None
        assert told.error == f"3 events of an earlier journal wait for folder: {why}"
        with speaking(Starred()):
            assert "*The lorry to Halle has not come." in retold(told.error)


def test_an_input_meanwhile_keeps_the_shift_open(floor: Floor, gate: Gate) -> None:
    """The press that is on its way then does nothing."""
    floor.say(Press("shift_close"))
    gate.open.set()
    floor.port._sync._worker.wake(force=True)
    floor.until(lambda: floor.due)
    floor.say(Press("blind"))
    before = floor.port.view()
    assert floor.say(floor.due.pop()) == before
    assert floor.shift() == 1


def test_the_line_shows_what_waits_and_the_bench_never_waits_for_it(floor: Floor) -> None:
    """Count and age from memory."""
    floor.until(lambda: floor.sync.waiting == 2)
    assert floor.sync.text.startswith("2 · ")
    floor.until(lambda: any(one.text == "2 wait" for one in floor.port.shift_report()))


def test_items_are_sent_at_once_after_as_many_as_the_site_says(settings: Settings, gate: Gate) -> None:
    """Not before."""
    whole = assemble(
        settings.model_copy(update={"sync": settings.sync.model_copy(update={"after_items": 2})})
    )
    try:
        sync = bench_sync.BenchSync(whole.settings, whole.file)
        woken: list[bool] = []
        sync._worker.wake = lambda *, force=False: woken.append(force)  # type: ignore[method-assign]
        sync.after(["placed"], False)
        assert woken == []
        sync.after(["decided", "placed"], False)
        assert woken == [False]
        sync.after(["placed"], False)
        assert woken == [False]
    finally:
        whole.close()


def test_trouble_is_counted_from_when_it_began_and_forgotten_when_it_is_over(settings: Settings) -> None:
    """By a clock that nobody sets."""
    now = [100.0]
    with StationFile.open(settings.data, settings.station.id, ["folder"]) as file:
        watch = SyncWatch(lambda: file, clock=lambda: now[0])
        from datetime import UTC, datetime

        from terminal.bench.wire import Draft

        file.journal.append(
            [Draft("signed_in", 1, datetime.now(UTC), None, "1001", None, {"operator": "1001"})]
        )
        file.outbox.postpone("folder", 1, 0, "It is down.")
        assert [one.troubled for one in watch.look(file)] == [0.0]
        now[0] = 141.0
        (seen,) = watch.look(file)
        assert (seen.troubled, seen.error, seen.pending) == (41.0, "It is down.", 1)
        assert seen.oldest_at is not None
        file.outbox.postpone("folder", 0, 0, None)  # type: ignore[arg-type]
        assert [one.troubled for one in watch.look(file)] == [0.0]
        now[0] = 150.0
        file.outbox.postpone("folder", 1, 0, "It is down again.")
        assert [one.troubled for one in watch.look(file)] == [0.0]


def test_a_watch_outlives_a_file_that_cannot_be_opened(settings: Settings) -> None:
    """It looks again, and ends when it is told to."""
    from terminal.store.errors import StoreUnavailable

    tries: list[int] = []
    looked = threading.Event()

    def open_file() -> StationFile:
        tries.append(1)
        if len(tries) == 1:
            raise StoreUnavailable("not now")
        return StationFile.open(settings.data, settings.station.id, ["folder"])

    watch = SyncWatch(open_file, looked.set, every=0.01)
    watch.start()
    assert looked.wait(DEADLINE)
    assert watch.stop()
    assert watch.seen[0].name == "folder"
    assert len(tries) == 2
    looked.clear()
    watch.start()
    assert looked.wait(DEADLINE), "one that was stopped can begin again"
    assert watch.stop()


@pytest.fixture
def signed_in(settings: Settings) -> Settings:
    """A station on which a shift is open."""
    whole = assemble(settings)
    whole.station.handle(Scan(BADGE))
    whole.close()
    return settings


def close(settings: Settings, *args: str) -> Any:
    """`regrade shift close`."""
    return CliRunner().invoke(shift, ["close", "--by", "9001", *args], obj=Context(None, settings.data))


def test_the_command_sends_first_and_then_closes(signed_in: Settings) -> None:
    """Its JSON says that nothing waits, the event of the closing included."""
    done = close(signed_in)
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["shift"], told["sync_pending"]) == (1, {"folder": 0})
    assert told["sync"] == "All 4 events are at the warehouse (folder)."
    assert "sending 2 events" in done.stderr


def test_the_command_wants_the_word_while_events_wait(signed_in: Settings, gate: Gate) -> None:
    """Without it the shift stays open and the sentence says where they wait, and why; with it they are counted."""
    refused = close(signed_in)
    assert refused.exit_code == 1
    assert "2 events are not at folder: The lorry has not come." in refused.stderr
    assert "--pending-ok" in refused.stderr
    assert closed_with(signed_in) is None
    done = close(signed_in, "--pending-ok")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["sync_pending"] == {"folder": 4}
    assert closed_with(signed_in) == {"folder": 2}


def test_nothing_is_sent_for_a_shift_that_cannot_be_closed(settings: Settings, gate: Gate) -> None:
    """None is open."""
    gate.open.set()
    refused = close(settings)
    assert refused.exit_code == 1
    assert "No shift is open" in refused.stderr
    assert gate.kinds == []
