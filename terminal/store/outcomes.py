"""What later happened to goods: imported, corrected, asked for.

A row that is known already changes nothing. Every other word about the same goods stays, and the rule says which of
them counts: at most one row of some goods is current, and it may be one that was put together from several words.
Each word also goes into the journal; one whose event was lost to a crash is written there at the next import.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from terminal.domain import outcome_rule
from terminal.domain.intake import Reject
from terminal.domain.items import from_cents, to_cents
from terminal.domain.outcome_rule import Verdict, Word
from terminal.domain.outcomes import OUTCOME_FIELDS, Outcome, OutcomeMap, OutcomeReader
from terminal.domain.suggest import BadData
from terminal.store.chain import stamp
from terminal.store.connection import Value, read, read_json, run, safe_text, transaction
from terminal.store.importer import Imported, import_rows, in_order, naming
from terminal.store.table import Batch
from terminal.store.tablefile import open_table

_TEXTS = (
    "lpn", "rma", "sku", "gtin", "title", "category", "brand", "grade", "packaging", "channel", "market", "reason",
    "outcome", "currency", "receipt", "part",
)  # fmt: skip
_MONEY = {
    "reference_cents": "reference_price",
    "original_cents": "original_price",
    "proceeds_cents": "proceeds",
    "credit_cents": "credit",
    "costs_cents": "costs",
}
_DAYS = ("decided", "sold")
COLUMNS = (*_TEXTS, *_MONEY, *_DAYS, "overridden", "assumed", "quantity")
_CLOSED = "coalesce(sold, decided, substr(imported, 1, 10))"
"""The day from which an outcome was known."""


class Outcomes:
    """The outcomes of one station file, over one connection. Also where an import puts them."""

    def __init__(
        self,
        db: Database,
        source: str | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`source` is written beside what is put: the name of the file that it came from."""
        self._db = db
        self._source = source
        self._now = now
        self._batch: int | None = None
        self.new = self.corrected = self.known = self.unsettled = self.partial = self.late = 0

    def transaction(self) -> AbstractContextManager[None]:
        """All that is put inside is written, or nothing of it."""
        self._batch = None
        return transaction(self._db)

    def put_outcomes(self, outcomes: Sequence[Outcome]) -> None:
        """Add, or correct what is known of the same goods. Inside a transaction."""
        for outcome in outcomes:
            self._put(outcome)

    def before(self, day: date) -> tuple[Outcome, ...]:
        """Outcomes in force that were closed before a day: sold, else decided, else imported."""
        sql = f"select {', '.join(COLUMNS)} from outcome where current = 1 and {_CLOSED} < ? order by key"
        return tuple(_outcome(row) for row in read(self._db, sql, (day.isoformat(),)))

    def revisions(self, key: str) -> tuple[Outcome, ...]:
        """Everything that was ever said of the same goods, the first first."""
        return tuple(word.outcome for word in self.words(key) if not word.ruling)

    def count(self) -> int:
        """How many outcomes are in force."""
        return int(read(self._db, "select count(*) from outcome where current = 1")[0][0])

    def contradictions(self) -> int:
        """How many goods have words that can't all be true, and wait for a lead."""
        sql = "select count(distinct key) from outcome where state = 'unsettled'"
        return int(read(self._db, sql)[0][0])

    def told_late(self, first: date | None, last: date) -> int:
        """Outcomes in force of a period that were told after it had ended."""
        sql = (
            "select count(*) from outcome where current = 1 and sold between ? and ? "
            "and substr(imported, 1, 10) > ?"
        )
        end = last.isoformat()
        return int(read(self._db, sql, ("" if first is None else first.isoformat(), end, end))[0][0])

    def words(self, key: str) -> list[Word]:
        """What was said of the same goods, and what a lead chose among it, as it came."""
        sql = (
            f"select revision, batch, kind, {', '.join(COLUMNS)} from outcome "
            "where key = ? and kind <> 'counted' order by revision"
        )
        return [
            Word(_outcome(row[3:]), row[0], row[1], row[2] == "ruled")
            for row in read(self._db, sql, (safe_text(key),))
        ]

    def rule(self, key: str, revision: int, by: str, why: str) -> Verdict:
        """Let one word count, as a lead says; inside a transaction. Raises BadData for one that can't."""
        chosen = next((word for word in self.words(key) if word.revision == revision), None)
        if chosen is None or chosen.outcome.part is not None:
            whole = [str(word.revision) for word in self.words(key) if word.outcome.part is None]
            raise BadData(
                [
                    f"{key} has no word {revision} that speaks of the whole amount: {', '.join(whole) or 'none'}"
                ]
            )
        digest = f"ruled {self._next(key)} {chosen.outcome.digest}"
        self._insert(key, digest, chosen.outcome, "ruled", f"word {revision}", by, why)
        return self._settle(key)

    def _put(self, outcome: Outcome) -> None:
        key, digest = safe_text(outcome.key), outcome.digest
        found = read(
            self._db, "select max(revision), max(digest = ?) from outcome where key = ?", (digest, key)
        )
        last, same = found[0]
        if same:
            self.known += 1
            return
        self._insert(key, digest, outcome, "said", self._source)
        if outcome.sold is not None and outcome.sold.isoformat()[:7] < stamp(self._now())[:7]:
            self.late += 1
        if last is None and outcome.part is None:
            self.new += 1
            run(self._db, "update outcome set current = 1 where key = ?", (key,))
            return
        verdict = self._settle(key)
        match verdict.state:
            case outcome_rule.UNSETTLED:
                self.unsettled += 1
            case outcome_rule.PARTIAL:
                self.partial += 1
            case _:
                self.corrected += 1

    def _settle(self, key: str) -> Verdict:
        """Make current what counts by the rule."""
        words = self.words(key)
        verdict = outcome_rule.settle(words)
        run(self._db, "update outcome set current = 0, state = ? where key = ?", (verdict.state, key))
        if verdict.counts is None:
            return verdict
        own = next((word.revision for word in reversed(words) if word.outcome is verdict.counts), None)
        if own is None:
            own = self._next(key)
            digest = f"counted {own} {verdict.counts.digest}"
            told = ", ".join(dict.fromkeys(self._sources(key)))
            self._insert(key, digest, verdict.counts, "counted", told or None)
        where = (verdict.state, key, own)
        run(self._db, "update outcome set current = 1, state = ? where key = ? and revision = ?", where)
        return verdict

    def _insert(
        self,
        key: str,
        digest: str,
        outcome: Outcome,
        kind: str,
        source: str | None,
        by: str | None = None,
        why: str | None = None,
    ) -> None:
        if self._batch is None:
            self._batch = read(self._db, "select coalesce(max(batch), 0) + 1 from outcome")[0][0]
        extra = {
            "key": safe_text(key),
            "revision": self._next(key),
            "current": 0,
            "digest": digest,
            "kind": kind,
            "batch": self._batch,
            "source": source,
            "imported": stamp(self._now()),
            "ruled_by": by,
            "why": None if why is None else safe_text(why),
        }
        names = (*extra, *COLUMNS)
        sql = f"insert into outcome({', '.join(names)}) values ({', '.join('?' * len(names))})"
        run(self._db, sql, (*extra.values(), *_values(outcome)))

    def _next(self, key: str) -> int:
        sql = "select coalesce(max(revision), 0) + 1 from outcome where key = ?"
        return int(read(self._db, sql, (safe_text(key),))[0][0])

    def _sources(self, key: str) -> list[str]:
        sql = "select source from outcome where key = ? and kind = 'said' and source is not null order by revision"
        return [row[0] for row in read(self._db, sql, (key,))]


def import_outcomes(
    path: Path,
    mapping: OutcomeMap,
    sink: Outcomes,
    categories: Collection[str] | None,
    rejects_dir: Path,
    *,
    form: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> Imported:
    """Take in a file of outcomes: good rows in one transaction, bad rows into a file beside.

    `categories` are the known ones (None: any will do). Raises ImportRefused, and nothing was taken in.
    """
    with open_table(path, mapping.marks, OUTCOME_FIELDS, form) as table:
        with naming(path, table):
            reader = OutcomeReader(mapping, table.header, categories)

        def take(batch: Batch) -> list[Outcome | Reject]:
            good = batch.good
            return in_order(batch, reader.read([batch.rows[n] for n in good], [batch.at[n] for n in good]))

        return import_rows(path, table, take, sink.transaction(), sink.put_outcomes, rejects_dir, progress)


def received_days(db: Database) -> tuple[date, ...]:
    """The days (UTC) on which the items of this station were received."""
    sql = "select substr(received_at, 1, 10) from item where status <> 'void' and received_at is not null"
    return tuple(date.fromisoformat(row[0]) for row in read(db, sql))


def reasons_and_defects(db: Database, most: int = -1) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The return reason of each finished item that has one, with the defects that were found.

    The newest items come first; `most` is how many are looked at, -1 all.
    """
    sql = (
        "select lpn, facts from item where status in ('closed', 'held') and facts is not null "
        "order by updated_seq desc limit ?"
    )
    for lpn, text in read(db, sql, (most,)):
        whole = read_json(text, f"The item {lpn}")
        facts = whole.get("facts", whole)
        reason = facts.get("reason")
        if isinstance(reason, str) and reason:
            yield reason, tuple(str(seen["defect"]) for seen in facts.get("observations", ()))


def _values(outcome: Outcome) -> tuple[Value, ...]:
    texts = [getattr(outcome, name) for name in _TEXTS]
    money: list[Decimal | None] = [getattr(outcome, name) for name in _MONEY.values()]
    days: list[date | None] = [getattr(outcome, name) for name in _DAYS]
    return (
        *(None if text is None else safe_text(text) for text in texts),
        *(None if amount is None else to_cents(amount) for amount in money),
        *(None if day is None else day.isoformat() for day in days),
        int(outcome.overridden),
        json.dumps(outcome.assumed),
        outcome.quantity,
    )


def _outcome(row: Sequence[Any]) -> Outcome:
    values = dict(zip(COLUMNS, row, strict=True))
    for column, name in _MONEY.items():
        cents = values.pop(column)
        values[name] = None if cents is None else from_cents(cents)
    for name in _DAYS:
        values[name] = None if values[name] is None else date.fromisoformat(values[name])
    values["overridden"] = bool(values["overridden"])
    values["assumed"] = tuple(read_json(values["assumed"], f"An outcome of {values['category']}"))
    return Outcome(**values)
