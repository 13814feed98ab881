"""Capture jobs: what a repository said that it would work on, kept over restarts, and what came of it.

A job answers for a whole document. Its errors name events, if at all, by their ids in a text; what can't be laid at
anybody's door puts the document in doubt, and it is sent again in halves until the one to blame stands alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from terminal.store.whole_file import whole_file
from terminal.sync.sink import Place, Status, Verdict
from terminal.sync.trust import clean

MOST = 4 * 1024 * 1024
"""Bytes of a file of jobs; a larger one is none."""
KEPT = 500
"""Ranges in doubt that are kept."""
DUPLICATE = ("duplicate", "already exist", "already captured")


@dataclass(frozen=True, slots=True)
class Job:
    """A document that was handed over: the events of ours in it, where to ask, and since when (s since 1970)."""

    first: int
    last: int
    path: str
    since: float


class Jobs:
    """The open jobs by the batch that they are of. With `file` they outlive the program."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._open: dict[str, tuple[Job, ...]] = {}
        self._doubt: list[tuple[str, int, int]] = []
        self._read()

    def of(self, place: Place) -> tuple[Job, ...]:
        """The jobs of a batch; none where nobody remembers it."""
        return self._open.get(_key(place), ())

    def put(self, place: Place, jobs: Sequence[Job]) -> None:
        """Keep the jobs of a batch; an empty sequence forgets them."""
        self._open.pop(_key(place), None)
        if jobs:
            self._open[_key(place)] = tuple(jobs)
        self._write()

    def doubt(self, epoch: str, first: int, last: int) -> None:
        """Remember that a document of these events failed and nobody knows by which."""
        known = (epoch, first, last)
        self._doubt = [*(one for one in self._doubt if one != known), known][-KEPT:]
        self._write()

    def doubted(self, epoch: str, first: int, last: int) -> bool:
        """Whether a document of just these events failed so."""
        return (epoch, first, last) in self._doubt

    def _read(self) -> None:
        """Take up what an earlier run left. A file that can't be read is as none: what it held goes again."""
        if self._file is None:
            return
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            if self._file.stat().st_size > MOST:
                return
            kept = json.loads(self._file.read_bytes())
            jobs = {key: tuple(Job(**one) for one in many) for key, many in kept["jobs"].items()}
            self._doubt = [(str(who), int(low), int(high)) for who, low, high in kept["doubt"]]
            self._open = jobs

    def _write(self) -> None:
        if self._file is None:
            return
        jobs = {key: [asdict(job) for job in many] for key, many in self._open.items()}
        text = json.dumps({"jobs": jobs, "doubt": self._doubt}, separators=(",", ":"))
        with whole_file(self._file, "w", encoding="ascii") as file:
            file.write(text)


def outcome(told: Any, seqs: Sequence[int], owners: Mapping[str, Sequence[int]]) -> list[Status] | None:
    """What a finished job means for each event of ours; None where a failure is nobody's.

    `owners` says whose each EPCIS event id is. Where the repository does not say that it kept the rest (behaviour
    `proceed`), the rest goes again.
    """
    if not isinstance(told, dict):
        return [Status(seq, Verdict.RETRY, "the repository said nothing that can be read") for seq in seqs]
    errors = told.get("errors")
    errors = errors if isinstance(errors, list) else []
    failed = told.get("success") is False
    verdicts: dict[int, Status] = {}
    nobody = failed and not errors
    for error in errors:
        text = json.dumps(error)
        blamed = [seq for event_id, of in owners.items() if event_id in text for seq in of]
        nobody = nobody or not blamed
        why = _why(error)
        for seq in blamed:
            doubled = any(word in text.lower() for word in DUPLICATE)
            verdict = Verdict.DUPLICATE if doubled else Verdict.INVALID
            if verdicts.get(seq) is None or verdict is Verdict.INVALID:
                verdicts[seq] = Status(seq, verdict, "" if doubled else why)
    if nobody and len(seqs) > 1:
        return None
    if nobody:
        why = _why(errors[0]) if errors else "the repository refuses it and does not say why"
        return [Status(seqs[0], Verdict.INVALID, why)]
    kept = not failed or told.get("captureErrorBehaviour") == "proceed"
    rest = Verdict.STORED if kept else Verdict.RETRY
    why = "" if kept else "the repository took nothing of a document in which another event was refused"
    return [verdicts.get(seq, Status(seq, rest, why)) for seq in seqs]


def _why(error: Any) -> str:
    """The reason in a problem document (RFC 9457), for people."""
    if not isinstance(error, dict):
        return clean(str(error))
    said = [str(error[name]) for name in ("title", "detail") if isinstance(error.get(name), str)]
    return clean(": ".join(dict.fromkeys(said)) or str(error.get("type") or "refused"))


def _key(place: Place) -> str:
    return f"{place.epoch}/{place.first}-{place.last}"
