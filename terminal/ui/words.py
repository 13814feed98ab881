"""Every word that the screen itself says. What the workflow says comes finished in a view."""

from __future__ import annotations

PRODUCT = "RETURNS"
STEPS = ("RECEIVE", "INSPECT", "GRADE", "DISPOSE+LABEL")

STARTING = "STARTING"
STARTING_LINE = "Opening the station file. What is scanned now waits."
CANNOT_START = "CAN'T START"
CANNOT_START_KEY = "Press any key to leave. Put this right, then start the bench again."
NOT_SURE = "SCAN AGAIN"
NOT_SURE_LINE = "Not sure that this was stored, so give it again: {reason}"
INSIDE = "the bench failed in its own working ({kind}). If it comes back, call your lead"

BLURRED = "CLICK HERE"
BLURRED_LINE = "CLICK THIS WINDOW - scans go elsewhere"
TOO_SMALL = "window too small, scans are still stored"
TOO_SMALL_SIZE = "needs {width}x{height}, has {now_width}x{now_height}"
WORKING = "working, {waiting} more waiting"

NUMBER_HINT = "Number and Enter, or scan the code."
MENU_HINT = "Number and Enter, or scan the code. Esc closes this."
TYPE_HINT = "No barcode? Type it, then Enter."
OR_SCAN = "or scan"
REST = "... F1 shows the rest"

LAST_ITEMS = "LAST ITEMS"
NO_ITEMS = "nothing yet"
VALUES = "VALUE OF EACH WAY"
VALUES_NOTE = "what forbids it"
COLUMNS = ("value", "grade", "to")

HELP = "HELP"
HELP_NOW = "NOW"
HELP_KEYS = "KEYS"
HELP_ALWAYS = "ALWAYS"
HELP_LINES = (
    ("scan", "A scan means the same on every screen and comes back to the bench."),
    ("1-9", "Type a number, then Enter: takes that choice. A code may be typed too."),
    ("Enter", "Alone: takes what is marked with >."),
    ("Esc", "Clears what was typed; on any other screen, back to the bench."),
)
HISTORY = "HISTORY"
DRAWN = {"label": "LABEL", "value": "WHAT EACH CHANNEL BRINGS"}
DRAWING = "It is being drawn ..."
HISTORY_EMPTY = "No item was finished in this shift."
SHIFT = "SHIFT"
SHIFT_WAIT = "Counting ..."
PALETTE = "EVERYTHING"
PALETTE_LINE = "Press a letter."
PALETTE_UNDO = "{key} {letter}"
PALETTE_UNKNOWN = "{letter} stands for nothing here."
SAFE_SCAN = "A scan goes to the bench and is not lost."
BACK = "Esc bench"
MORE = "Up/Down more"

QUIT = "quit"
QUIT_HELP = "Close this program. What was confirmed is stored."
QUIT_AGAIN = "An item is open and stays open. {letter} again closes this program."

CRASHED = "The bench's screen failed ({kind}). What was confirmed is stored: start the bench again."
