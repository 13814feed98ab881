"""The one list of what an operator can ask for: keys, footer, help, palette and command codes come from it."""

from __future__ import annotations

from dataclasses import dataclass

from terminal.domain.speech import N_


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
    Action(
        "help", N_("help"), N_("What the bench waits for now, and every key."), "HELP", "f1", "h", screen=True
    ),
    Action("undo", N_("undo"), N_("Take back the last step, also after printing."), "UNDO", "f2", "u"),
    Action("hold", N_("hold"), N_("Put this item in quarantine, with a reason."), "HOLD", "f3", "q"),
    Action(
        "reprint", N_("reprint"), N_("Print this item's label again, marked as a copy."), "PRINT", "f4", "p"
    ),
    Action(
        "clean",
        N_("all good"),
        N_("Nothing (else) is wrong: every open question gets its good answer."),
        "GOOD",
        "f5",
        "g",
    ),
    Action(
        "history", N_("history"), N_("The last items, and what happened to them."), "", "f6", "l", screen=True
    ),
    Action(
        "shift", N_("shift"), N_("This shift's figures, and closing it."), "SHIFT", "f7", "s", screen=True
    ),
    Action(
        "label", N_("label"), N_("How this item's label is printed."), "", "", "v", optional=True, screen=True
    ),
    Action("lock", N_("lock"), N_("Sign out; an open item stays open."), "EXIT", "f8", "x"),
    Action(
        "palette", N_("all"), N_("Everything that can be asked for, by letter."), "", "f9", "", screen=True
    ),
    Action("accept", N_("accept"), N_("Take what is proposed."), "OK", "enter", "a"),
    Action("times", N_("times"), N_("The same finding holds for several identical units."), "COUNT", "", "t"),
    Action("defect", N_("defect"), N_("Add a defect that was seen."), "DEFECT", "", "d"),
    Action("regrade", N_("regrade"), N_("Set another grade, with a reason."), "REGRD", "", "r"),
    Action("reroute", N_("reroute"), N_("Choose another channel, with a reason."), "ROUTE", "", "c"),
    Action(
        "work",
        N_("work"),
        N_("Do a piece of work on this item: clean, wipe, mend."),
        "",
        "",
        "f",
        optional=True,
    ),
    Action(
        "photo", N_("photo"), N_("Take a picture of this item as proof."), "PIC", "insert", "i", optional=True
    ),
    Action(
        "danger",
        N_("battery!"),
        N_("The battery is swollen, leaking or hot: stop work, isolate it, hold it at once."),
        "STOP",
        "f12",
        "j",
        optional=True,
    ),
    Action(
        "clear_recall",
        N_("no recall"),
        N_("A lead compared it with the recall notice: it is not meant."),
        "",
        "",
        "0",
        optional=True,
    ),
    Action(
        "value",
        N_("value"),
        N_("What each channel would bring for this item, term by term."),
        "",
        "",
        "y",
        screen=True,
        optional=True,
    ),
    Action("weigh", N_("weigh"), N_("Enter the weight in grams."), "SCLE", "", "w"),
    Action(
        "doubts",
        N_("labels?"),
        N_("Labels of which nobody knows whether they came out of the printer."),
        "DOUBT",
        "",
        "m",
        optional=True,
    ),
    Action(
        "printer",
        N_("printer 2"),
        N_("The other printer takes over from now on."),
        "PRNEXT",
        "f11",
        "o",
        optional=True,
    ),
    Action(
        "parcel_done",
        N_("parcel done"),
        N_("Nothing more is in this parcel; what is missing is short."),
        "DONE",
        "",
        "e",
    ),
    Action("blind", N_("blind"), N_("Receive a parcel without a usable number."), "BLIND", "", "b"),
    Action(
        "unidentified",
        N_("no code"),
        N_("An item that no code identifies: it gets a label and is held."),
        "NOCODE",
        "",
        "n",
    ),
    Action(
        "audit",
        N_("audit"),
        N_("Grade a finished item once more without seeing how it was graded; a lead does."),
        "CHECK",
        "",
        "9",
        optional=True,
    ),
    Action(
        "lesson",
        N_("lesson read"),
        N_("You have read what an audit saw otherwise than you."),
        "LESSON",
        "",
        "1",
        optional=True,
    ),
    Action(
        "break",
        N_("break"),
        N_("Begin a break: the bench is free meanwhile, and your badge ends it."),
        "REST",
        "",
        "2",
        optional=True,
    ),
    Action(
        "tote_close",
        N_("close tote"),
        N_("Seal a tote: nothing more goes into it."),
        "TOTEC",
        "",
        "3",
        optional=True,
    ),
    Action(
        "tote_out",
        N_("tote out"),
        N_("Hand a tote over with what is in it: its label is printed, its code is free again."),
        "TOTEX",
        "",
        "4",
        optional=True,
    ),
    Action("shift_close", N_("close shift"), N_("Close the shift and sign out."), "CLOSE", "", "z"),
)
"""In the order of footer and help."""

BY_ID = {action.id: action for action in ACTIONS}


def by_code(payload: str) -> Action | None:
    """The action whose command barcode holds `payload`, or None."""
    return next((action for action in ACTIONS if action.code and action.code == payload), None)
