"""What stands behind `!` in a line of a replay: words of commands, their arguments, and how they are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from terminal.bench.commands import (
    Accept,
    AddDefect,
    Answer,
    Blind,
    Clean,
    ClearRecall,
    Command,
    Danger,
    DropAudit,
    FinishWork,
    GiveUpWork,
    Hold,
    Measure,
    ParcelDone,
    ReadLesson,
    Reprint,
    Scanned,
    SetDisposition,
    SetGrade,
    SettleAudit,
    SignOut,
    Times,
    Undo,
    Unidentified,
)
from terminal.bench.meanings import Badge, Operator
from terminal.bench.outcome import Outcome, refused, visible
from terminal.domain.suggest import did_you_mean

OTHERS = ("badge", "pin", "applied", "tote", "audit", "shift-close", "expect")
"""Commands that are no single command of the bench."""


def read_command(word: str, rest: list[str], text: str, people: Mapping[str, Operator]) -> Command | Outcome:
    """The command of a line, or why there is none; `text` is the line as it may be written down."""
    if word == "badge" and rest:
        return Scanned(rest[0], (Badge(rest[0], people.get(rest[0])),))
    makers = COMMANDS.get(word)
    if makers is None:
        near = did_you_mean(word, [*COMMANDS, *OTHERS])
        hint = f' Did you mean "!{near}"?' if near else ""
        why = f"!{visible(word)} is no command of a replay.{hint}"
        return refused("bad-answer", text, problem=why)
    low, high, make, form = makers
    if not low <= len(rest) <= high:
        return refused("bad-answer", text, problem=f"Expected {form}")
    try:
        return make(rest)
    except ValueError as problem:
        return refused("bad-answer", text, problem=f"{problem}. Expected {form}")


def _defect(rest: list[str]) -> Command:
    code, *more = rest
    location = next((one for one in more if not one.isdigit()), None)
    count = next((one for one in more if one.isdigit()), "1")
    return AddDefect(code.upper(), location, _whole(count))


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise ValueError(f"{visible(text)} is no whole number")
    return int(text)


def _which(text: str) -> str:
    if text not in ("first", "audit"):
        raise ValueError(f"{visible(text)} is neither the first decision nor the audit's")
    return text


COMMANDS: Mapping[str, tuple[int, int, Callable[[list[str]], Command], str]] = {
    "answer": (2, 2, lambda rest: Answer(rest[0], rest[1]), "!answer QUESTION VALUE"),
    "defect": (1, 3, _defect, "!defect CODE [LOCATION] [COUNT]"),
    "measure": (2, 2, lambda rest: Measure(rest[0], rest[1]), "!measure NAME VALUE"),
    "weigh": (1, 1, lambda rest: Measure("weight_g", rest[0]), "!weigh GRAMS"),
    "times": (1, 1, lambda rest: Times(_whole(rest[0])), "!times COUNT"),
    "clean": (0, 0, lambda rest: Clean(), "!clean"),
    "accept": (0, 0, lambda rest: Accept(), "!accept"),
    "grade": (2, 2, lambda rest: SetGrade(rest[0], rest[1]), "!grade GRADE REASON"),
    "dispose": (2, 2, lambda rest: SetDisposition(rest[0], rest[1]), "!dispose CHANNEL REASON"),
    "work": (1, 9, lambda rest: FinishWork(rest[0], " ".join(rest[1:])), "!work STEP [NOTE]"),
    "no-work": (2, 2, lambda rest: GiveUpWork(rest[0], rest[1]), "!no-work STEP REASON"),
    "danger": (0, 0, lambda rest: Danger(), "!danger"),
    "clear-recall": (1, 1, lambda rest: ClearRecall(rest[0]), "!clear-recall REASON"),
    "hold": (1, 1, lambda rest: Hold(rest[0]), "!hold REASON"),
    "undo": (0, 0, lambda rest: Undo(), "!undo"),
    "audit-holds": (1, 1, lambda rest: SettleAudit(_which(rest[0])), "!audit-holds first|audit"),
    "audit-drop": (0, 0, lambda rest: DropAudit(), "!audit-drop"),
    "lesson": (0, 0, lambda rest: ReadLesson(), "!lesson"),
    "badge-out": (0, 0, lambda rest: SignOut(), "!badge-out"),
    "break": (0, 0, lambda rest: SignOut("break"), "!break"),
    "parcel-done": (0, 0, lambda rest: ParcelDone(), "!parcel-done"),
    "blind": (
        1,
        2,
        lambda rest: Blind(rest[0], rest[1] if len(rest) > 1 else None),
        "!blind REASON [NUMBER]",
    ),
    "no-code": (0, 0, lambda rest: Unidentified(), "!no-code"),
    "reprint": (0, 0, lambda rest: Reprint(), "!reprint"),
}
"""Word -> fewest and most arguments, what it makes, and how it is written."""
