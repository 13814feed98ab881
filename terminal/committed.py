"""What is committed: the journal of a bench, the state that it says, and what follows outside of it.

The state moves only after the journal has the events; a commit that fails leaves it as it was, and is a refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from terminal.bench.codec import encode
from terminal.bench.events import Event
from terminal.bench.evolve import evolve
from terminal.bench.label_events import LabelApplied, LabelFound, LabelsQueued
from terminal.bench.label_rows import job_id
from terminal.bench.outcome import Outcome, Verdict
from terminal.bench.rows import rows
from terminal.bench.shift_events import SignedIn
from terminal.bench.state import State
from terminal.bench.stock_events import ToteHandedOver
from terminal.bench.view import Level
from terminal.bench.wire import Draft, Recorded, Row, draft
from terminal.domain.speech import told_by
from terminal.folding import fold_journal, fold_more, merge
from terminal.store.errors import CommitUnknown, StoredAfterAll, StoreError
from terminal.store.journal import Journal


class Committed:
    """One journal and its fold. `labels_queued` and `label_applied` hear of labels that were committed."""

    def __init__(
        self, journal: Journal, labels_queued: Callable[[], None], label_applied: Callable[[str], None]
    ) -> None:
        self._journal = journal
        self._labels_queued = labels_queued
        self._label_applied = label_applied
        self.state = fold_journal(journal)
        self.last: tuple[Recorded, ...] = ()
        """What was written since somebody last emptied this."""

    def append(self, outcome: Outcome, at: datetime, key: str | None, book: str) -> Outcome:
        """Write the events of an outcome and fold them; a commit that fails turns it into a refusal.

        `key` marks the events for a replay, `book` is the hash of the rules under which they were decided.
        """
        if not outcome.events:
            return outcome
        state = self.state
        drafts: list[Draft] = []
        changed: list[Row] = []
        rest: State | None = None
        for event in outcome.events:
            after = evolve(state, event, at)
            drafts.append(_draft(event, at, after.operator or state.operator, book, key))
            changed.extend(rows(event, state, after, at))
            rest = after.at_rest() if isinstance(event, SignedIn) else rest
            state = after
        if rest is not None and state != rest:
            rest = None
        try:
            self.last = self._journal.append(
                drafts, merge(changed), encode(rest) if rest is not None else None
            )
        except StoredAfterAll as late:
            self.state = fold_more(self.state, late.recorded)
            return Outcome((), Verdict(Level.WARN, "store-unknown", {"problem": told_by(late)}))
        except CommitUnknown as doubt:
            return Outcome((), Verdict(Level.STOP, "store-unknown", {"problem": told_by(doubt)}))
        except StoreError as problem:
            return Outcome((), Verdict(Level.STOP, "store-failed", {"problem": told_by(problem)}))
        self.state = state
        self._affect(outcome.events)
        return outcome

    def _affect(self, events: Sequence[Event]) -> None:
        """What follows from committed events outside of the journal."""
        if any(isinstance(event, LabelsQueued | ToteHandedOver) for event in events):
            self._labels_queued()
        for event in events:
            if isinstance(event, LabelFound):
                self._label_applied(job_id(event.lpn, event.copy))
            if isinstance(event, LabelsQueued):
                for label in event.labels:
                    self._label_applied(job_id(label.lpn, label.copy - 1))
            if isinstance(event, LabelApplied) and self.state.item is not None:
                self._label_applied(job_id(event.label, self.state.item.labels.get(event.label, 1)))


def _draft(event: Event, at: datetime, who: str | None, book: str, key: str | None) -> Draft:
    made = draft(event, at, who, book)
    if key is not None:
        made.body["key"] = key
    return made
