"""What a command or an action is called in a sentence: the short name that its key has on the screen."""

from __future__ import annotations

from terminal.bench.actions import BY_ID
from terminal.bench.commands import (
    Accept,
    AddDefect,
    Blind,
    Clean,
    ClearRecall,
    CloseShift,
    Command,
    Danger,
    DropAudit,
    FinishWork,
    GiveUpWork,
    Hold,
    KeepPhoto,
    Measure,
    OpenAudit,
    ParcelDone,
    ReadLesson,
    Reprint,
    SetDisposition,
    SetGrade,
    SettleAudit,
    SettleLabel,
    Times,
    Undo,
    Unidentified,
    Weigh,
)
from terminal.bench.stock_commands import AssignHold, CloseTote, HandOverTote, OpenTote
from terminal.domain.speech import N_, _

ACTION_OF: dict[type, str] = {
    Accept: "accept",
    AddDefect: "defect",
    AssignHold: "hold",
    Blind: "blind",
    Clean: "clean",
    ClearRecall: "clear_recall",
    CloseShift: "shift_close",
    CloseTote: "tote_close",
    Danger: "danger",
    DropAudit: "audit",
    FinishWork: "work",
    GiveUpWork: "work",
    HandOverTote: "tote_out",
    Hold: "hold",
    KeepPhoto: "photo",
    Measure: "weigh",
    OpenAudit: "audit",
    ParcelDone: "parcel_done",
    ReadLesson: "lesson",
    Reprint: "reprint",
    SetDisposition: "reroute",
    SetGrade: "regrade",
    SettleAudit: "audit",
    SettleLabel: "doubts",
    Times: "times",
    Undo: "undo",
    Unidentified: "unidentified",
    Weigh: "weigh",
}
"""Command -> the action by which a person asks for it."""
OTHERS: dict[type, str] = {OpenTote: N_("open tote")}
"""Commands without an action of their own."""
ANSWERED = N_("the answer")
"""Any other command: it answers what the bench asks."""


def called(command: Command) -> str:
    """What a person calls a command, in the language that is spoken now."""
    action = ACTION_OF.get(type(command))
    return called_action(action) if action is not None else _(OTHERS.get(type(command), ANSWERED))


def called_action(action: str) -> str:
    """The short name of an action; one that there is not stays as it is."""
    return _(BY_ID[action].name) if action in BY_ID else action
