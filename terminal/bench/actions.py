"""The one list of what an operator can ask for: keys, footer, help, palette and command codes come from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """Something an operator can ask for by key, by letter in the palette, or by scanning a barcode."""

    id: str
    name: str
    """One or two words for the footer."""
    help: str
    """One sentence for help, palette and sheet."""
    code: str
    """Payload of the command barcode: at most 6 letters of the layout-proof alphabet; empty: no barcode."""
    key: str = ""
    """Default key in Textual's spelling; empty: reached through the palette."""
    letter: str = ""
    """Letter inside the palette."""
    optional: bool = False
    """True for what is rarely there to be done: its key and letter are shown only when it is."""
    screen: bool = False
    """True for what only the screen does (help, history, palette); it never reaches the workflow."""


ACTIONS: tuple[Action, ...] = (
    Action("help", "help", "What the bench waits for now, and every key.", "HELP", "f1", "h", screen=True),
    Action("undo", "undo", "Take back the last step, also after printing.", "UNDO", "f2", "u"),
    Action("hold", "hold", "Put this item in quarantine, with a reason.", "HOLD", "f3", "q"),
    Action("reprint", "reprint", "Print this item's label again, marked as a copy.", "PRINT", "f4", "p"),
    Action(
        "clean",
        "all good",
        "Nothing (else) is wrong: every open question gets its good answer.",
        "GOOD",
        "f5",
        "g",
    ),
    Action("history", "history", "The last items, and what happened to them.", "", "f6", "l", screen=True),
    Action("shift", "shift", "This shift's figures, and closing it.", "SHIFT", "f7", "s", screen=True),
    Action("label", "label", "How this item's label is printed.", "", "", "v", optional=True, screen=True),
    Action("lock", "lock", "Sign out; an open item stays open.", "EXIT", "f8", "x"),
    Action("palette", "all", "Everything that can be asked for, by letter.", "", "f9", "", screen=True),
    Action("accept", "accept", "Take what is proposed.", "OK", "enter", "a"),
    Action("times", "times", "The same finding holds for several identical units.", "COUNT", "", "t"),
    Action("defect", "defect", "Add a defect that was seen.", "DEFECT", "", "d"),
    Action("regrade", "regrade", "Set another grade, with a reason.", "REGRD", "", "r"),
    Action("reroute", "reroute", "Choose another channel, with a reason.", "ROUTE", "", "c"),
    Action("work", "work", "Do a piece of work on this item: clean, wipe, mend.", "", "", "f", optional=True),
    Action("photo", "photo", "Take a picture of this item as proof.", "PIC", "insert", "i", optional=True),
    Action(
        "danger",
        "battery!",
        "The battery is swollen, leaking or hot: stop work, isolate it, hold it at once.",
        "STOP",
        "f12",
        "j",
        optional=True,
    ),
    Action(
        "clear_recall",
        "no recall",
        "A lead compared it with the recall notice: it is not meant.",
        "",
        "",
        "0",
        optional=True,
    ),
    Action(
        "value",
        "value",
        "What each channel would bring for this item, term by term.",
        "",
        "",
        "y",
        screen=True,
        optional=True,
    ),
    Action("weigh", "weigh", "Enter the weight in grams.", "SCLE", "", "w"),
    Action(
        "doubts",
        "labels?",
        "Labels of which nobody knows whether they came out of the printer.",
        "DOUBT",
        "",
        "m",
        optional=True,
    ),
    Action(
        "printer",
        "printer 2",
        "The other printer takes over from now on.",
        "PRNEXT",
        "f11",
        "o",
        optional=True,
    ),
    Action(
        "parcel_done",
        "parcel done",
        "Nothing more is in this parcel; what is missing is short.",
        "DONE",
        "",
        "e",
    ),
    Action("blind", "blind", "Receive a parcel without a usable number.", "BLIND", "", "b"),
    Action(
        "unidentified",
        "no code",
        "An item that no code identifies: it gets a label and is held.",
        "NOCODE",
        "",
        "n",
    ),
    Action(
        "audit",
        "audit",
        "Grade a finished item once more without seeing how it was graded; a lead does.",
        "CHECK",
        "",
        "9",
        optional=True,
    ),
    Action(
        "lesson",
        "lesson read",
        "You have read what an audit saw otherwise than you.",
        "LESSON",
        "",
        "1",
        optional=True,
    ),
    Action(
        "break",
        "break",
        "Begin a break: the bench is free meanwhile, and your badge ends it.",
        "REST",
        "",
        "2",
        optional=True,
    ),
    Action(
        "tote_close", "close tote", "Seal a tote: nothing more goes into it.", "TOTEC", "", "3", optional=True
    ),
    Action(
        "tote_out",
        "tote out",
        "Hand a tote over with what is in it: its label is printed, its code is free again.",
        "TOTEX",
        "",
        "4",
        optional=True,
    ),
    Action("shift_close", "close shift", "Close the shift and sign out.", "CLOSE", "", "z"),
)
"""In the order of footer and help."""

BY_ID = {action.id: action for action in ACTIONS}


def by_code(payload: str) -> Action | None:
    """The action whose command barcode holds `payload`, or None."""
    return next((action for action in ACTIONS if action.code and action.code == payload), None)
