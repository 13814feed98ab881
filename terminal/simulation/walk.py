"""A seeded random walk over the real station: scans, keys, typed lines, faults and restarts.

The seed draws everything, the rates of each fault included, so that some walks are calm and some are storms. What
must hold is checked after every input; the walk's trace says how to get there again.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from terminal.bench.actions import ACTIONS
from terminal.bench.commands import KeepPhoto
from terminal.bench.given import Given, Idle, Press, Scan, Typed
from terminal.bench.meanings import Operator
from terminal.bench.messages import sentence
from terminal.bench.outcome import Outcome
from terminal.bench.rules import Rules
from terminal.bench.wire import Draft, Recorded, Row
from terminal.domain.codes import Patterns
from terminal.domain.lettercode import OwnKind, make, word_payload
from terminal.folding import fold_journal
from terminal.lookup import Reader, badge_code
from terminal.shelf import FileShelf
from terminal.simulation.legal import faults
from terminal.station import Station
from terminal.store.connection import read
from terminal.store.errors import StoreUnavailable
from terminal.store.journal import Journal
from terminal.store.station_file import NAME, StationFile
from terminal.store.verify import projection_dump
from terminal.verifying import differences, refold

NOISE = (
    "",
    "X",
    "4006381333930",
    "\x11\x10",
    "A" * 10_000,
    "]E0123456789012",
    "not a code",
    "^XA^FDx^XZ",
    "\ufffd",
)


class WalkFailed(AssertionError):
    """Something that must hold did not; the text has seed, step and what was given."""


@dataclass(frozen=True, slots=True)
class World:
    """What all walks share: a prepared data folder to copy, and what can be scanned in it."""

    template: Path
    station: str
    rules: Rules
    people: dict[str, Operator]
    patterns: Patterns
    returns: tuple[str, ...]
    products: tuple[str, ...]
    fitted: Rules | None = None
    """The rules of a bench that works on items and has a camera; half of the walks use them."""


@dataclass
class FaultyJournal(Journal):
    """A journal whose disk fails when the walk says so: before anything is written, as a full disk does."""

    inner: Journal
    fails: Callable[[], bool]

    def __getattr__(self, name: str) -> Any:
        """Everything but appending is the real journal's."""
        return getattr(self.inner, name)

    def append(
        self, drafts: Sequence[Draft], rows: Sequence[Row] = (), rest: Any = None
    ) -> tuple[Recorded, ...]:
        """Append, or fail with nothing stored."""
        if self.fails():
            raise StoreUnavailable("The disk is full.", "full")
        return self.inner.append(drafts, rows, rest)


@dataclass
class Walk:
    """One walk. `run` raises WalkFailed with the way to it."""

    world: World
    seed: int
    steps: int = 40
    trace: list[str] = field(default_factory=list)

    def run(self) -> int:
        """Walk to the end and check what was left behind. Gives the number of events written."""
        chance = random.Random(self.seed)
        self.chance = chance
        self.fail_rate = chance.choice((0.0, 0.0, 0.05, 0.2))
        self.restart_rate = chance.choice((0.0, 0.02, 0.1))
        self.lost_rate = chance.choice((0.0, 0.1, 0.5))
        self.wild = chance.choice((0.05, 0.2, 0.6))
        self.lost = False
        fitted = chance.random() < 0.5
        self.rules = self.world.fitted if fitted and self.world.fitted is not None else self.world.rules
        self.now = datetime(2026, 11, 23, 6, tzinfo=UTC)
        with _folder() as folder:
            shutil.copy(self.world.template / NAME, folder / NAME)
            self._open(folder)
            try:
                for step in range(self.steps):
                    self._step(step, folder)
                return self._finish()
            finally:
                self.file.close()

    def _open(self, folder: Path) -> None:
        self.file = StationFile.open(folder, self.world.station, ("folder",))
        reader = Reader(self.world.patterns, self.world.people, self.rules, FileShelf(self.file.catalogue))
        journal = FaultyJournal(self.file.journal, lambda: self.chance.random() < self.fail_rate)
        self.station = Station(
            journal,
            reader,
            lambda: self.now,
            printer_lost=lambda: self.lost,
            take_photo=self._photo if self.rules.camera else None,
        )

    def _photo(self) -> KeepPhoto:
        """A picture, now and then a camera that does not answer."""
        if self.chance.random() < 0.3:
            raise OSError("the camera does not answer")
        return KeepPhoto(f"{self.chance.randrange(1 << 32):064x}", "jpeg")

    def _step(self, step: int, folder: Path) -> None:
        chance = self.chance
        self.now += timedelta(seconds=chance.choice((0.1234567, 1, 5, 60, 3600, -2)))
        self.lost = chance.random() < self.lost_rate
        if chance.random() < self.restart_rate:
            self.trace.append("restart")
            before = self.station.state.at_rest()
            self.file.close()
            self._open(folder)
            self._must(self.station.state.at_rest() == before, step, "a restart changed the state")
        given = next(self._inputs())
        self.trace.append(repr(given)[:80])
        before = self.station.state
        outcome = self.station.take(given)
        self._check(step, before, outcome)

    def _check(self, step: int, before: Any, outcome: Outcome) -> None:
        verdict = outcome.verdict
        words = sentence(verdict.code, verdict.args)
        self._must(bool(words.strip()), step, "an input got no words")
        self._must(verdict.code != "input-failed", step, f"an input failed inside: {words}")
        if verdict.code in ("store-failed", "store-unknown"):
            self._must(self.station.state == before, step, "the state moved although nothing was stored")
        if outcome.refused and outcome.events:
            after = self.station.state
            self._must(
                (after.item, after.parcel) == (before.item, before.parcel), step, "a refusal changed work"
            )
        for fault in faults(self.station.state):
            self._must(False, step, fault)
        view = self.station.view()
        self._must(bool(view.word) and bool(view.line), step, "the screen has nothing to say")
        self._must(len(view.word) <= 14, step, f"the banner word {view.word!r} is too long")

    def _finish(self) -> int:
        folded = fold_journal(self.file.journal)
        self._must(
            folded.at_rest() == self.station.state.at_rest(), self.steps, "the fold is not the live state"
        )
        for difference in differences(refold(self.file.journal), projection_dump(self.file.db)):
            self._must(False, self.steps, difference)
        for wrong in _disagreements(self.file):
            self._must(False, self.steps, wrong)
        for finding in self.file.verify(deep=False):
            self._must(False, self.steps, finding.sentence)
        return self.file.journal.head().seq

    def _must(self, holds: bool, step: int, what: str) -> None:
        if not holds:
            way = "\n  ".join(self.trace[-12:])
            raise WalkFailed(f"seed {self.seed}, step {step}: {what}\n  {way}")

    def _inputs(self) -> Iterator[Given]:
        """Mostly what a person would do next, sometimes anything at all."""
        chance = self.chance
        while True:
            if chance.random() < self.wild:
                yield self._anything()
            else:
                yield self._sensible()

    def _anything(self) -> Given:
        chance, rules = self.chance, self.world.rules
        codes = [badge_code(one) for one in self.world.people.values()]
        codes += [tote.code for tote in rules.totes] + [*self.world.returns, *self.world.products, *NOISE]
        codes += [make(OwnKind.COMMAND, one.code) for one in ACTIONS if one.code]
        codes += [make(OwnKind.DEFECT, word_payload("SCR-DP")), make(OwnKind.CHANNEL, word_payload("outlet"))]
        codes += [lpn for one in self.station.state.recent for lpn in one.lpns[:1]]
        if chance.random() < 0.03:
            return Idle()
        return chance.choice(
            (
                Scan(chance.choice(codes)),
                Scan(chance.choice(codes), problem="line noise" if chance.random() < 0.2 else None),
                Typed(chance.choice(("", "1", "2", "3", "9", "12", "84", *codes))),
                Press(chance.choice([one.id for one in ACTIONS])),
            )
        )

    def _sensible(self) -> Given:
        """What the bench waits for."""
        chance, state = self.chance, self.station.state
        item = state.item
        if state.operator is None:
            return Scan(badge_code(chance.choice(list(self.world.people.values()))))
        if chance.random() < 0.08:
            return Press("undo")
        if item is not None and item.todo is not None and item.todo.steps[0] == "photo":
            return chance.choice((Press("photo"), Typed("1")))
        if self.station.asks():
            return Typed(chance.choice(("1", "1", "2", "3", "84", "")))
        if item is None:
            due = [line.expected.line for line in state.parcel.lines if line.missing] if state.parcel else []
            if state.parcel is None or not due:
                return Scan(chance.choice(self.world.returns))
            line = chance.choice(due)
            return Scan(line.gtin or line.sku or line.serial or "")
        if item.decided is not None and item.unproven:
            return chance.choice((Scan(item.unproven[0]), Scan(item.unproven[0]), Press("times")))
        if item.decided is not None:
            tote = self.world.rules.tote_of(item.decided.disposition)
            return Scan(tote.code if tote is not None else "")
        return chance.choice(
            (Press("clean"), Typed("1"), Typed("2"), Press("undo"), Press("defect"), Typed(""))
        )


AGREEMENTS = {
    "a parcel counts other units than it has items": (
        "select parcel from parcel p where status <> 'void' and received <> "
        "(select count(*) from item i where i.parcel = p.parcel and i.status <> 'void')"
    ),
    "an undone parcel has items": (
        "select p.parcel from parcel p join item i using (parcel) where p.status = 'void' and i.status <> 'void'"
    ),
    "a tote counts other units than lie in it": (
        "select tote from tote t where units <> (select count(*) from item i where i.tote = t.tote)"
    ),
    "a closed item has no tote or no label": (
        "select lpn from item i where status = 'closed' and "
        "(tote is null or not exists (select 1 from label_job l where l.lpn = i.lpn and l.wanted = 1))"
    ),
    "a held item has no reason or no label": (
        "select lpn from item i where status = 'held' and "
        "(hold_reason is null or not exists (select 1 from label_job l where l.lpn = i.lpn and l.wanted = 1))"
    ),
    "more than one label of an item is wanted": (
        "select lpn from label_job where wanted = 1 group by lpn having count(*) > 1"
    ),
}
"""What the rows must say of each other: a fold that is wrong in the same way twice would not show otherwise."""


def _disagreements(file: StationFile) -> Iterator[str]:
    for what, sql in AGREEMENTS.items():
        for (key,) in read(file.db, sql):
            yield f"{what}: {key}"


@contextmanager
def _folder() -> Iterator[Path]:
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="walk-", dir=shared if shared.is_dir() else None) as name:
        yield Path(name)
