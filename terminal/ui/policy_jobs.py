"""What the policy screen lets threads do: check, explain, replay, save. Each gives one value of what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic
from typing import Any

from terminal.edited_file import ChangedMeanwhile, EditedFile
from terminal.policy_answers import Account, Found
from terminal.policy_desk import Desk, Stopped
from terminal.ui.desk_jobs import in_words, start

TELL = 0.2
"""Seconds between two words on how far a backtest is."""


@dataclass(frozen=True, slots=True)
class Failed:
    """What was asked could not be answered."""

    asked: str
    why: str


@dataclass(frozen=True, slots=True)
class Saved:
    """The text is on disk."""

    text: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The text of that edit was not saved, because it is no usable policy."""

    edit: int
    found: Found


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """The text was not saved, because somebody else changed the file."""

    why: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The text is beside the file as its draft."""


@dataclass(frozen=True, slots=True)
class Reread:
    """The text that somebody else saved."""

    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of the text of that edit found."""

    edit: int
    found: Found


@dataclass(frozen=True, slots=True)
class Explained:
    """Where the item would go."""

    account: Account


@dataclass(frozen=True, slots=True)
class Far:
    """How many items of the history were replayed so far."""

    units: int


@dataclass(frozen=True, slots=True)
class Replayed:
    """What replaying the history under the text of that edit changes; None: it was stopped."""

    edit: int
    report: Mapping[str, Any] | None


Told = Failed | Saved | Refused | Meanwhile | Kept | Reread | Checked | Explained | Far | Replayed


class Jobs:
    """Starts threads; `tell` takes what comes of them, from any thread."""

    def __init__(self, desk: Desk, file: EditedFile, tell: Callable[[Told], object]) -> None:
        self._desk, self._file, self._tell = desk, file, tell
        self._items = 0
        self._begun: list[Thread] = []
        """Threads that leave something behind when they are torn away."""

    def check(self, edit: int, text: str, saved: str) -> None:
        """Check the text of an edit."""
        self._run("check", lambda: Checked(edit, self._desk.check(text, saved)))

    def explain(self, text: str, saved: str, named: str) -> None:
        """Find out where an item would go. Of several questions only the last is answered."""
        self._items += 1
        number = self._items
        self._run(
            "item",
            lambda: Explained(self._desk.explain(text, saved, named)),
            lambda: number == self._items,
        )

    def replay(self, edit: int, text: str) -> Event:
        """Replay the station's history until the event is set."""
        stop = Event()
        told = monotonic()

        def progress(units: int) -> None:
            nonlocal told
            if stop.is_set():
                raise Stopped
            if monotonic() - told >= TELL:
                told = monotonic()
                self._tell(Far(units))

        def job() -> Told:
            try:
                return Replayed(edit, self._desk.backtest(text, progress))
            except Stopped:
                return Replayed(edit, None)

        self._begun.append(self._run("backtest", job))
        return stop

    def finish(self, patience: float) -> None:
        """Wait for saves, and for replays that were stopped, each for at most `patience` seconds."""
        for thread in self._begun:
            thread.join(patience)

    def save(self, edit: int, text: str, saved: str, over: bool) -> Thread:
        """Check the text of an edit and save it; `over`: also over what somebody else made of the file."""

        def job() -> Told:
            found = self._desk.check(text, saved)
            if found.problems:
                return Refused(edit, found)
            try:
                self._file.save(text, over=over)
            except ChangedMeanwhile as problem:
                return Meanwhile(in_words(problem))
            return Saved(text)

        thread = self._run("save", job)
        self._begun.append(thread)
        return thread

    def keep(self, text: str) -> None:
        """Keep the text as a draft."""

        def job() -> Told:
            self._file.keep_draft(text)
            return Kept()

        self._run("draft", job)

    def read_theirs(self) -> None:
        """Read what somebody else saved."""
        self._run("reread", lambda: Reread(self._file.read_again()))

    def _run(self, asked: str, job: Callable[[], Told], wanted: Callable[[], bool] = lambda: True) -> Thread:
        def tell(told: Told) -> None:
            if wanted():
                self._tell(told)

        return start(f"policy-{asked}", job, lambda why: Failed(asked, why), tell, self._file.path)
