"""Outcomes at the lead's desk: what was told late, in parts or in two ways, and a lead's choice between words.

Every word is written into the journal after it is in the table; what a crash kept from it is written the next time.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

from terminal.bench.outcome_events import OutcomeRuled, OutcomesTold
from terminal.bench.wire import draft
from terminal.domain.outcome_rule import STATES
from terminal.domain.suggest import BadData, hint
from terminal.own_file import open_file
from terminal.settings import Settings
from terminal.store.connection import read, run, transaction
from terminal.store.outcomes import COLUMNS, Outcomes
from terminal.store.station_file import StationFile

AT_ONCE = 250
"""Words that one event tells of."""
MOST = 1000
"""Goods that a list names."""
TOLD: Final = ("key", "revision", "state", *(name for name in COLUMNS if name != "assumed"))
_SHOWN: Final = (
    "key", "revision", "kind", "state", "counts", "lpn", "rma", "sku", "gtin", "quantity", "outcome", "part",
    "channel", "proceeds", "credit", "costs", "currency", "receipt", "sold", "source", "imported", "ruled_by",
    "why", "late",
)  # fmt: skip
_KINDS: Final = ("lpn ", "rma ", "share ", "row ")
_ASKED: Final = {"all": "state <> 'settled' or late = 1", "late": "late = 1"} | {
    state: f"state = '{state}'" for state in STATES
}
"""What a list can be of."""


def write_down(file: StationFile, now: datetime) -> int:
    """Write into the journal what was told and is not there yet; gives how many words.

    Raises StoreError; what was not marked is then written again, and told twice is no other than told once.
    """
    db, count = file.journal.db, 0
    names = ", ".join((*TOLD, "kind", "source", "ruled_by", "why"))
    page = (
        f"select {names} from outcome where written = 0 and kind <> 'counted' order by key, revision limit ?"
    )
    while rows := read(db, page, (AT_ONCE,)):
        said = [row for row in rows if row[-4] == "said"]
        drafts = [
            draft(OutcomesTold(source, TOLD, [list(row[: len(TOLD)]) for row in group]), now, None, None)
            for source, group in groupby(
                sorted(said, key=lambda row: row[-3] or ""), lambda row: row[-3] or ""
            )
        ]
        drafts += [
            draft(OutcomeRuled(row[0], row[1], source, by, why), now, by, None)
            for row in rows
            if row[-4] == "ruled"
            for source, by, why in [row[-3:]]
        ]
        file.journal.append(drafts)
        with transaction(db):
            for row in rows:
                run(db, "update outcome set written = 1 where key = ? and revision = ?", row[:2])
        count += len(rows)
    return count


def list_outcomes(settings: Settings, which: str = "all", most: int = MOST) -> list[dict[str, Any]]:
    """Goods of which something was told late, in parts or in two ways, newest first, each with all its words.

    `which` is all, late, or a state. Raises BadData for another, StoreError.
    """
    if which not in _ASKED:
        raise BadData([f'"{which[:40]}" is nothing to list by{hint(which[:40], _ASKED)}'])
    with open_file(settings) as file:
        sql = (
            f"select key from v_outcomes where {_ASKED[which]} group by key "
            "order by max(imported) desc, key limit ?"
        )
        return [_goods(file.db, key) for (key,) in read(file.db, sql, (most,))]


def show_outcome(settings: Settings, goods: str) -> dict[str, Any]:
    """Everything that was told of some goods, an LPN or the key of a list. Raises BadData, StoreError."""
    with open_file(settings) as file:
        return _goods(file.db, _key(goods))


def rule_outcome(
    settings: Settings, goods: str, revision: int, by: str, why: str, now: datetime | None = None
) -> dict[str, Any]:
    """Let one word about some goods count, and give what is known of them then. Raises BadData, StoreError."""
    if not why.strip() or len(why) > 200:
        raise BadData(["A choice needs a reason of 1 to 200 characters."])
    key, at = _key(goods), now or datetime.now(UTC)
    with open_file(settings) as file:
        known = _goods(file.db, key)
        if len(known["words"]) < 2:
            raise BadData([f"There is only one word about {key}: nothing is to be chosen."])
        outcomes = Outcomes(file.db, now=lambda: at)
        with outcomes.transaction():
            outcomes.rule(key, revision, by, why.strip())
        write_down(file, at)
        return _goods(file.db, key)


def _goods(db: Any, key: str) -> dict[str, Any]:
    rows = read(db, f"select {', '.join(_SHOWN)} from v_outcomes where key = ? order by revision", (key,))
    if not rows:
        raise BadData([f"Nobody has told what came of {key[:100]}."])
    words = [dict(zip(_SHOWN, row, strict=True)) for row in rows]
    counts = next((word for word in words if word["counts"]), None)
    return {
        "key": key,
        "state": words[-1]["state"],
        "counts": None if counts is None else _told(counts),
        "words": [_told(word) for word in words if word["kind"] != "counted"],
    }


def _told(word: dict[str, Any]) -> dict[str, Any]:
    """A word without what it leaves open."""
    left_out = ("key", "state", "counts")
    told = {name: value for name, value in word.items() if value is not None and name not in left_out}
    return told | {"late": bool(word["late"])}


def _key(goods: str) -> str:
    return goods if goods.startswith(_KINDS) else f"lpn {goods}"
