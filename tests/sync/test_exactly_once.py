"""Whatever is lost on the way, each event is in the folder exactly once: all kinds of losses in any order."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from terminal.bench.wire import Draft, Recorded, Row
from terminal.store.connection import read
from terminal.store.station_file import StationFile
from terminal.sync.folder import FolderSink
from terminal.sync.round import sync_once
from terminal.sync.sink import SinkUnavailable, Status

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
Loss = Literal["none", "request", "answer", "process"]


class PowerCut(BaseException):
    """The end of the process at this very point: nobody catches it, nothing is noted."""


class Lossy(FolderSink):
    """A folder sink on a bad line: what is sent, or the answer to it, gets lost, or the process dies in between."""

    loss: Loss = "none"

    def send(self, batch: Sequence[Recorded]) -> Sequence[Status]:
        """Lose what the test says."""
        if self.loss == "request":
            raise SinkUnavailable("lost on the way there")
        statuses = super().send(batch)
        if self.loss == "answer":
            raise SinkUnavailable("lost on the way back")
        if self.loss == "process":
            raise PowerCut
        return statuses


class Shift(RuleBasedStateMachine):
    """A station that commits, crashes and syncs, and a reader that acknowledges when it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="exactly-once-"))
        self.now = AT
        self.committed: list[str] = []
        self.waits = False
        self.file = self.open()

    def open(self) -> StationFile:
        """The station file as a fresh process opens it."""
        return StationFile.open(self.folder / "data", "ST01", ["folder"])

    def sink(self, loss: Loss = "none") -> Lossy:
        """A fresh sink: nothing is remembered in memory."""
        made = Lossy("folder", self.folder / "outbox", "ack_file" if self.waits else "at_once")
        made.loss = loss
        return made

    @initialize(waits=st.booleans())
    def configure(self, waits: bool) -> None:
        """Acknowledge at once or by file."""
        self.waits = waits

    @rule(events=st.integers(1, 5), rest=st.booleans())
    def commit(self, events: int, rest: bool) -> None:
        """An item is finished."""
        lpn = f"L{len(self.committed)}"
        drafts = [Draft("inspected", 1, self.now, lpn, None, None, {"n": number}) for number in range(events)]
        made = self.file.journal.append(drafts, [Row("item", {"lpn": lpn})], {"at": lpn} if rest else None)
        self.committed += [event.id for event in made]

    @rule()
    def crash(self) -> None:
        """The machine goes off: what lies on the disk is opened, with its log, and the rest is forgotten."""
        before, self.folder = self.folder, Path(tempfile.mkdtemp(prefix="exactly-once-"))
        shutil.rmtree(self.folder)
        shutil.copytree(before, self.folder)
        self.file.close()
        shutil.rmtree(before)
        self.file = self.open()

    @rule(loss=st.sampled_from(("none", "request", "answer", "process")), force=st.booleans())
    def sync(self, loss: Loss, force: bool) -> None:
        """One round, with or without a loss."""
        try:
            sync_once(self.file, self.sink(loss), self.now, jitter=lambda: 0.5, force=force)
        except PowerCut:
            self.crash()

    @rule(seconds=st.integers(0, 400))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.now += timedelta(seconds=seconds)

    @rule(which=st.integers(0, 5), part=st.booleans())
    @precondition(lambda self: self.waits)
    def acknowledge(self, which: int, part: bool) -> None:
        """The reader answers one of the files, all of it or only its first event."""
        files = sorted((self.folder / "outbox").glob("*.ndjson"))
        if files:
            path = files[which % len(files)]
            first = json.loads(path.read_bytes().splitlines()[0])["id"]
            path.with_name(f"{path.name}.ack").write_text(json.dumps({first: "stored"}) if part else "")
            sync_once(self.file, self.sink(), self.now)

    @invariant()
    def nothing_is_twice_or_foreign(self) -> None:
        """At every moment the folder holds committed events only, each once, in the order of the journal."""
        received = self.received()
        assert received == self.committed[: len(received)]

    @invariant()
    def the_counts_are_true(self) -> None:
        """What is pending and what the folder holds never leave an event out."""
        pending = self.file.outbox.state("folder").pending
        assert pending >= len(self.committed) - len(self.received())

    def received(self) -> list[str]:
        """The ids in the folder, file by file."""
        files = sorted((self.folder / "outbox").glob("*.ndjson"))
        return [json.loads(line)["id"] for path in files for line in path.read_bytes().splitlines()]

    def teardown(self) -> None:
        """With the faults gone, everything arrives."""
        self.crash()
        sync_once(self.file, self.sink(), self.now, force=True)
        for path in (self.folder / "outbox").glob("*.ndjson"):
            path.with_name(f"{path.name}.ack").write_text("")
        result = sync_once(self.file, self.sink(), self.now, force=True)
        assert (result.pending, result.error) == (0, None)
        assert Counter(self.received()) == Counter(self.committed)
        assert self.received() == self.committed
        assert read(self.file.db, "select id from event order by seq") == [(one,) for one in self.committed]
        assert self.file.verify() == []
        self.file.close()
        shutil.rmtree(self.folder)


TestExactlyOnce = Shift.TestCase
TestExactlyOnce.settings = settings(
    max_examples=40, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
