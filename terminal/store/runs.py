"""Runs out of the journal: events column by column, put together by SQLite in an eighth of the time.

What is no run - a gap, a broken chain, a quote in a head - is read event by event, where what is wrong shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from terminal.store.chain import Run

RUN = """
select count(*), min(seq), max(seq), max('' in (item, operator, policy)), group_concat(prev, ' '),
  group_concat(id, ' '), group_concat(kind, ' '), group_concat(v, ' '), group_concat(at, ' '),
  group_concat(ifnull(item, ''), ' '), group_concat(ifnull(operator, ''), ' '),
  group_concat(ifnull(policy, ''), ' '), group_concat(body, char(10)), group_concat(hash, ' ')
from (select * from event where seq > ? order by seq limit ?)
"""
"""Empty texts and nulls look alike in it, so it tells where there is an empty one."""
RUN_COLUMNS = ("ids", "kinds", "vs", "ats", "items", "operators", "policies", "bodies", "hashes")
EVENT = 640
"""Bytes of an event in a run, as a rule: so many are read at once as may fit."""


def read_run(
    read: Callable[[str, Sequence[Any]], list[Any]],
    station: str,
    after: int,
    limit: int,
    max_bytes: int | None,
) -> Run | None:
    """At most `limit` events above `after`, of at most `max_bytes` together; `read` asks the journal.

    None where there is none, where the first alone is too large, and where they are no run.
    """
    if not station.isascii():
        return None
    if max_bytes is None:
        return _run(read(RUN, (after, limit))[0], station)
    run = _run(read(RUN, (after, max(1, min(limit, max_bytes // EVENT))))[0], station)
    while run is not None and run.size > max_bytes:
        if run.count == 1:
            return None
        run = _run(read(RUN, (after, max(1, run.count * max_bytes // run.size)))[0], station)
    return run


def _run(row: Sequence[Any], station: str) -> Run | None:
    """What SQLite put together, where it can be taken apart again."""
    count, first, last, blank, prevs, *texts = row
    columns = dict(zip(RUN_COLUMNS, texts, strict=True))
    if not count or last - first != count - 1 or blank or None in texts:
        return None
    heads = "".join(text for name, text in columns.items() if name != "bodies")
    plain = heads.isascii() and heads.isprintable() and '"' not in heads and "\\" not in heads
    whole = all(text.count("\n" if name == "bodies" else " ") == count - 1 for name, text in columns.items())
    start, _, after_it = prevs.partition(" ")
    if not plain or not whole:
        return None
    if count > 1 and after_it != columns["hashes"].rpartition(" ")[0]:
        return None
    return Run(station, first, count, start, columns)
