"""Every word that the screen itself says. What the workflow says comes finished in a view."""

from __future__ import annotations

from terminal.domain.speech import N_

# TRANSLATORS: the name of this program, in the first row: what the bench is for.
PRODUCT = N_("RETURNS")
STEPS = (N_("RECEIVE"), N_("INSPECT"), N_("GRADE"), N_("DISPOSE+LABEL"))

# TRANSLATORS: the first row, each before its value: bench B07, op 1001, shift 03:12 (hours), done 57, queue 3.
BENCH = N_("bench")
OPERATOR = N_("op")
SHIFT_TIME = N_("shift")
DONE = N_("done")
# TRANSLATORS: how many events have not left the station yet.
QUEUE = N_("queue")
WHO = N_("op {operator}   bench {station}")
# TRANSLATORS: items that were finished in the shift.
DONE_COUNT = N_("done {count}")
DEVICES = (
    N_("SCANNER"),
    N_("SCALE"),
    N_("PRINTER"),
    N_("SAVED"),
    N_("SYNC"),
    N_("HOLDS"),
    N_("STATION"),
)
"""What stands in the row of devices; it is looked up there."""
# TRANSLATORS: how a device is: fine, to be looked at, not to be reached, not there.
STATES = {"ok": N_("ok"), "warn": N_("warn"), "lost": N_("lost"), "off": N_("off")}

STARTING = N_("STARTING")
STARTING_LINE = N_("Opening the station file. What is scanned now waits.")
CANNOT_START = N_("CAN'T START")
CANNOT_START_KEY = N_("Press any key to leave. Put this right, then start the bench again.")
NOT_SURE = N_("SCAN AGAIN")
NOT_SURE_LINE = N_("Not sure that this was stored, so give it again: {reason}")
INSIDE = N_("the bench failed in its own working ({kind}). If it comes back, call your lead")

BLURRED = N_("CLICK HERE")
BLURRED_LINE = N_("CLICK THIS WINDOW - scans go elsewhere")
TOO_SMALL = N_("window too small, scans are still stored")
TOO_SMALL_SIZE = N_("needs {width}x{height}, has {now_width}x{now_height}")
WORKING = N_("working, {waiting} more waiting")

NUMBER_HINT = N_("Number and Enter, or scan the code.")
MENU_HINT = N_("Number and Enter, or scan the code. Esc closes this.")
TYPE_HINT = N_("No barcode? Type it, then Enter.")
OR_SCAN = N_("or scan")
REST = N_("... F1 shows the rest")

LAST_ITEMS = N_("LAST ITEMS")
NO_ITEMS = N_("nothing yet")
VALUES = N_("VALUE OF EACH WAY")
VALUES_NOTE = N_("what forbids it")
# TRANSLATORS: heads of columns; "to" is the way that an item took.
COLUMNS = (N_("value"), N_("grade"), N_("to"))

HELP = N_("HELP")
HELP_NOW = N_("NOW")
HELP_KEYS = N_("KEYS")
HELP_ALWAYS = N_("ALWAYS")
HELP_LINES = (
    (N_("scan"), N_("A scan means the same on every screen and comes back to the bench.")),
    ("1-9", N_("Type a number, then Enter: takes that choice. A code may be typed too.")),
    (N_("Enter"), N_("Alone: takes what is marked with >.")),
    (N_("Esc"), N_("Clears what was typed; on any other screen, back to the bench.")),
)
HISTORY = N_("HISTORY")
DRAWN = {"label": N_("LABEL"), "value": N_("WHAT EACH CHANNEL BRINGS")}
DRAWING = N_("It is being drawn ...")
HISTORY_EMPTY = N_("No item was finished in this shift.")
SHIFT = N_("SHIFT")
SHIFT_WAIT = N_("Counting ...")
PALETTE = N_("EVERYTHING")
PALETTE_LINE = N_("Press a letter.")
PALETTE_UNDO = "{key} {letter}"
PALETTE_UNKNOWN = N_("{letter} stands for nothing here.")
SAFE_SCAN = N_("A scan goes to the bench and is not lost.")
BACK = N_("Esc bench")
MORE = N_("Up/Down more")

QUIT = N_("quit")
QUIT_HELP = N_("Close this program. What was confirmed is stored.")
QUIT_AGAIN = N_("An item is open and stays open. {letter} again closes this program.")

CRASHED = N_("The bench's screen failed ({kind}). What was confirmed is stored: start the bench again.")
