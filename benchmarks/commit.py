"""What one item's commit costs: three events, the item's row, the outbox, against plain SQLite.

Both write the same bytes into the same tables and indexes with the same pragmas; the plain side has the hashes and
ids made beforehand, no triggers, and one outbox row per event, which the journal's cursor makes needless. The two
are taken in turn, so that what else happens on the disk happens to both. Prints one JSON object; times in ms.

    python benchmarks/commit.py [--items 2000] [--folder DIR]
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from terminal.bench.wire import Draft, Row
from terminal.store import connection
from terminal.store.journal import INSERT
from terminal.store.station_file import StationFile
from terminal.store.tables import TRIGGERS

FACTS = json.dumps({"answered": ["opened", "complete"], "facts": {f"fact_{n}": "unknown" for n in range(20)}})
DECISION = {
    "score": "81.0",
    "grade": "B",
    "grade_reasons": ["surface: light scratches on the back, 2 of them"],
    "values": dict.fromkeys(("restock", "outlet", "refurbish", "off_price", "donate", "recycle"), "12.40"),
    "forbidden": {"restock": ["opened-is-not-new"], "refurbish": ["costs-more-than-it-brings"]},
    "explanation": "outlet brings 12.40, off_price 3.10; restock is forbidden: it was opened",
}


def measure(work: Callable[[int], None], number: int) -> float:
    begun = time.perf_counter()
    work(number)
    return (time.perf_counter() - begun) * 1000


def drafts(number: int, at: datetime) -> list[Draft]:
    lpn = f"BC{number:08d}"
    kinds = ("item_identified", "inspected", "proposed")
    return [
        Draft(kind, 1, at, lpn, "1001", "9f3c" * 16, {"lpn": lpn, "place": place, **DECISION})
        for place, kind in enumerate(kinds)
    ]


def item_row(number: int) -> Row:
    return Row(
        "item",
        {
            "lpn": f"BC{number:08d}",
            "rma": f"C{number // 3}",
            "line": number % 3,
            "sku": "22556",
            "title": "Plasters in a tin, circus parade",
            "category": "home",
            "status": "closed",
            "grade": "B",
            "disposition": "outlet",
            "value_cents": 1240,
            "received_at": "2026-11-23T08:00:00.000Z",
            "facts": FACTS,
            "decision": json.dumps(DECISION),
        },
    )


class Plain:
    """The same writes without anything of ours around them."""

    def __init__(self, folder: Path, events: list[tuple[object, ...]]) -> None:
        StationFile.open(folder, "BENCH", ["hub"]).close()
        self.db = connection.open_database(folder / "station.db").conn
        for name in TRIGGERS:
            self.db.execute(f"drop trigger {name}")
        self.db.execute(
            "create table owed(sink text, seq integer, state text, primary key(sink, seq)) without rowid"
        )
        self._events = events

    def commit(self, number: int) -> None:
        """One item in one transaction."""
        row = dict(item_row(number).values)
        self.db.execute("begin immediate")
        events = self._events[number * 3 : number * 3 + 3]
        self.db.executemany(INSERT, events)
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        changes = ", ".join(f"{name} = excluded.{name}" for name in row)
        sql = f"insert into item({names}) values ({marks}) on conflict(lpn) do update set {changes}"
        self.db.execute(sql, tuple(row.values()))
        self.db.executemany(
            "insert into owed values ('hub', ?, 'pending')", [(event[0],) for event in events]
        )
        self.db.execute("commit")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=2000)
    parser.add_argument("--folder", type=Path, default=None, help="on the disk to measure")
    options = parser.parse_args()
    at = datetime(2026, 11, 23, 8, tzinfo=UTC)
    with tempfile.TemporaryDirectory(dir=options.folder) as made:
        model = StationFile.open(Path(made) / "model", "BENCH", ["hub"])
        for number in range(options.items):
            model.journal.append(drafts(number, at))
        columns = "seq, id, kind, v, at, item, operator, policy, body, prev, hash"
        events = connection.read(model.db, f"select {columns} from event order by seq")
        model.close()
        plain = Plain(Path(made) / "plain", events)
        ours = StationFile.open(Path(made) / "ours", "BENCH", ["hub"])

        def append(number: int) -> None:
            ours.journal.append(drafts(number, at), [item_row(number)])

        taken: dict[str, list[float]] = {"ours": [], "plain": []}
        for number in range(options.items):
            taken["plain"].append(measure(plain.commit, number))
            taken["ours"].append(measure(append, number))
        assert ours.journal.head().seq == options.items * 3
        ours.close()
        plain.db.close()
    figures = {name: statistics.quantiles(times, n=100) for name, times in taken.items()}
    print(
        json.dumps(
            {
                "items": options.items,
                "p50": round(figures["ours"][49], 3),
                "p99": round(figures["ours"][98], 3),
                "plain_p50": round(figures["plain"][49], 3),
                "plain_p99": round(figures["plain"][98], 3),
                "ratio": round(figures["ours"][49] / figures["plain"][49], 2),
                "ratio_p99": round(figures["ours"][98] / figures["plain"][98], 2),
            }
        )
    )


if __name__ == "__main__":
    main()
