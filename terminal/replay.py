"""The same bench without a screen: one input a line, from a file, through the same station and journal.

A line is what a scanner would send, or a key's meaning behind `!`, or a clock mark behind `@`. Each line's events
carry a key made of its number and text, so that a killed replay that is taken up knows whether the line it is
asked for was committed already: a replay loses nothing and doubles nothing.

`!badge ID` names somebody whose PIN counts as given: whoever runs a replay could set one. A badge that is scanned
is only a badge, and `!pin DIGITS` types the PIN that the bench asks for then.

`!audit LPN` opens the audit of a finished item: answers, `!clean`, `!grade` and `!accept` are the auditor's then.
`!audit-holds first|audit` says what follows where both differ, `!audit-drop` leaves it, `!lesson` has read one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from terminal.bench.commands import OpenAudit
from terminal.bench.given import Scan, Typed
from terminal.bench.meanings import Operator, OwnItem
from terminal.bench.messages import sentence
from terminal.bench.outcome import Outcome, refused, visible
from terminal.bench.state import Phase
from terminal.domain.suggest import did_you_mean
from terminal.replay_commands import read_command
from terminal.station import Station

ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|[trn\\])")
NAMED = {"t": "\t", "r": "\r", "n": "\n", "\\": "\\"}
MOVE = re.compile(r"([+-]\d+(?:\.\d+)?)(ms|s|m|h|d)?")
UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, None: 1.0}


class ReplayFailed(Exception):
    """An expectation did not hold, or the file can't be replayed. The text names the line."""


class Clock:
    """The real time until a line sets another; from then on it stands still between marks."""

    def __init__(self) -> None:
        self._at: datetime | None = None

    def __call__(self) -> datetime:
        """Now, in UTC."""
        return self._at if self._at is not None else datetime.now(UTC)

    def mark(self, text: str) -> None:
        """Set (`2026-11-23T08:00:00Z`) or move (`+90s`) the clock. Raises ValueError naming what is expected."""
        moved = MOVE.fullmatch(text)
        try:
            if moved is not None:
                self._at = self() + timedelta(seconds=float(moved[1]) * UNITS[moved[2]])
                return
            at = datetime.fromisoformat(text)
        except (ValueError, OverflowError):
            raise ValueError(f"@{text} is no time: expected @2026-11-23T08:00:00Z or @+90s") from None
        self._at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


@dataclass
class Tally:
    """What a replay has come to: refusals with their line, and finished items by LPN."""

    lines: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)
    status: dict[str, str] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        """The last line of a replay's output."""
        held = sum(status == "held" for status in self.status.values())
        return {
            "summary": {
                "lines": self.lines,
                "refused": self.refused,
                "items": len(self.status) - held,
                "held": held,
            }
        }


@dataclass
class Replay:
    """A run of lines over a station. `record` gives the JSON record of an LPN as the station file has it."""

    station: Station
    clock: Clock
    people: Mapping[str, Operator]
    record: Callable[[str], dict[str, Any]]
    tally: Tally = field(default_factory=Tally)
    _pending: tuple[str, ...] = ()

    def run(
        self, lines: Iterable[str], start: int = 1, ack: Callable[[int], None] = lambda number: None
    ) -> Iterator[dict[str, Any]]:
        """Replay `lines`, the first counted as 1, from line `start` on; clock marks before it still apply.

        Yields one record for each closed or held item, in order. A record waits for the line after it, so that an
        undo right behind a tote doesn't leave two records of one item. Raises ReplayFailed where `!expect` fails.
        """
        done_key = self._done_key() if start > 1 else None
        if start > 1:
            self._pending = self._last_finished()
        for number, line in enumerate(lines, 1):
            text = line.rstrip("\r\n")
            self.tally.lines = number
            if number < start:
                if text.startswith("@"):
                    self._mark(number, text)
                continue
            if text.strip() and not text.startswith("#"):
                if text.strip() != "!undo":
                    yield from self._flush()
                key = line_key(number, _unsaid(text))
                if key != done_key or text.strip() == "!applied":
                    self._line(number, text, key)
            ack(number)
        yield from self._flush()

    def _flush(self) -> Iterator[dict[str, Any]]:
        for lpn in self._pending:
            record = self.record(lpn)
            if record["status"] in ("closed", "held"):
                self.tally.status[lpn] = record["status"]
                yield record
        self._pending = ()

    def _line(self, number: int, text: str, key: str) -> None:
        if text.startswith("@"):
            self._mark(number, text)
            return
        if text.startswith("!expect"):
            self._expect(number, text)
            return
        word = text.split()[0]
        for outcome in self._outcomes(text, key):
            if any(event.kind == "signed_in" for event in self.station.last):
                named = self.station.state.operator if word == "!badge" else None
                self.station.vouched = self.people.get(named or "")
            for event in self.station.last:
                if event.kind in ("placed", "held"):
                    self._pending = (*self._pending, *event.body["lpns"])
                elif event.kind == "undone":
                    back = set(event.body["lpns"])
                    self._pending = tuple(lpn for lpn in self._pending if lpn not in back)
            if outcome.refused:
                why = sentence(outcome.verdict.code, outcome.verdict.args)
                self.tally.refused.append(
                    {
                        "line": number,
                        "input": visible(_unsaid(text)),
                        "code": outcome.verdict.code,
                        "why": why,
                    }
                )

    def _outcomes(self, text: str, key: str) -> Iterator[Outcome]:
        """What the station makes of one line: several outcomes where one line stands for several scans."""
        station = self.station
        if not text.startswith("!"):
            yield station.take(Scan(unescape(text), source="replay"), key)
            return
        word, *rest = text[1:].split() or [""]
        if word == "applied":
            item = station.state.item
            for lpn in item.unproven or item.prove[:1] if item is not None else ():
                yield station.take(Scan(lpn, source="replay"), key)
            if item is None or not item.prove:
                yield station.commit(refused("no-item", "!applied"), key)
        elif word == "pin":
            asked = station.asks_approval
            nothing = refused("bad-answer", "!pin", problem="No PIN is asked for")
            yield station.take(Typed(" ".join(rest)), key) if asked else station.commit(nothing, key)
        elif word == "tote":
            yield self._tote(rest, key)
        elif word == "audit" and len(rest) == 1:
            lpn = rest[0].upper()
            yield station.run(OpenAudit(station.reader.shelf.item(lpn) or OwnItem(lpn)), key)
        elif word == "shift-close":
            yield station.end_shift(rest[0] if rest else "", pending_ok=True, key=key)
        else:
            command = read_command(word, rest, _unsaid(text), self.people)
            yield station.commit(command, key) if isinstance(command, Outcome) else station.run(command, key)

    def _tote(self, rest: list[str], key: str) -> Outcome:
        item, rules = self.station.state.item, self.station.rules
        decided = item.decided if item is not None else None
        if not rest and decided is None:
            return self.station.commit(refused("item-first", "!tote"), key)
        wanted = rest[0] if rest else decided.disposition if decided is not None else ""
        tote = rules.tote_of(wanted)
        return self.station.take(Scan(tote.code if tote is not None else wanted, source="replay"), key)

    def _mark(self, number: int, text: str) -> None:
        try:
            self.clock.mark(text[1:].strip())
        except ValueError as problem:
            self.tally.refused.append(
                {"line": number, "input": visible(text), "code": "bad-clock", "why": str(problem)}
            )

    def _expect(self, number: int, text: str) -> None:
        words = text.split(maxsplit=2)
        names = {phase.value for phase in Phase}
        wanted = plain_name(words[2]) if len(words) == 3 and words[1] == "state" else ""
        if wanted not in names:
            near = did_you_mean(wanted, names)
            hint = f' (did you mean "{near}"?)' if near else ""
            raise ReplayFailed(f"line {number}: {visible(text)}: expected `!expect state NAME`{hint}")
        here = self.station.state.names()
        if wanted not in here:
            raise ReplayFailed(
                f"line {number}: expected the bench in state {wanted}, it is in {' / '.join(sorted(here))}"
            )

    def _done_key(self) -> str | None:
        last = self.station.journal.last()
        return last.body.get("key") if last is not None else None

    def _last_finished(self) -> tuple[str, ...]:
        """Units of the last step, if it finished them: their record may not have been printed."""
        last = self.station.journal.last()
        if last is None or last.kind not in ("placed", "held"):
            return ()
        return tuple(last.body["lpns"])


def line_key(number: int, text: str) -> str:
    """What marks the events of a line: its number and a digest of its text."""
    return f"{number}:{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:12]}"


def _unsaid(text: str) -> str:
    """A line as it may be written down: without a PIN, of which even a digest would tell."""
    return "!pin" if text.casefold().split()[:1] == ["!pin"] else text


def unescape(text: str) -> str:
    r"""Text with `\x1d`, `\t`, `\r`, `\n` and `\\` put in as the characters they stand for."""
    return ESCAPE.sub(lambda found: NAMED.get(found[1]) or chr(int(found[1][1:], 16)), text)


def plain_name(text: str) -> str:
    """A state's name as it is compared: words with single spaces, in small letters."""
    return " ".join(re.split(r"[\s_-]+", text.strip().lower()))
