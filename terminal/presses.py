"""Actions of the keys and of the sheet: which are commands as they stand, and why one opens nothing now."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from terminal.bench.called import called_action
from terminal.bench.commands import (
    Accept,
    Clean,
    Command,
    Danger,
    ParcelDone,
    ReadLesson,
    Reprint,
    SignOut,
    Undo,
    Unidentified,
)
from terminal.bench.outcome import Outcome, refused
from terminal.bench.state import State

DIRECT: Mapping[str, Callable[[], Command]] = {
    "undo": Undo,
    "clean": Clean,
    "accept": Accept,
    "lock": SignOut,
    "break": lambda: SignOut("break"),
    "reprint": Reprint,
    "parcel_done": ParcelDone,
    "unidentified": Unidentified,
    "danger": Danger,
    "lesson": ReadLesson,
}
"""Actions that are commands as they stand; the others open a menu."""


def nothing_opens(action: str, state: State) -> Outcome:
    """The refusal of an action that has no menu where the bench stands."""
    if state.operator is None:
        return refused("sign-in-first", action, called=called_action(action))
    item = state.item
    if item is not None and action == "audit":
        name = called_action(action)
        return refused("item-open", action, called=name, lpn=item.lpn, title=item.title, other="audit")
    if state.audit is not None:
        return refused("audit-open", action, lpn=state.audit.item.lpn)
    if item is not None and action in ("work", "clear_recall"):
        return refused("work-none" if action == "work" else "recall-none", action, lpn=item.lpn)
    return refused("no-item", action)
