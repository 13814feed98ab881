"""The line that is typed by hand: characters, Backspace, Esc, and Enter that gives it away."""

from __future__ import annotations

LONGEST = 200
"""Characters that are kept; nobody types more, and a stuck key must not fill the screen."""


class TypedLine:
    """What stands on the typed line now."""

    def __init__(self) -> None:
        self.text = ""

    def take(self, key: str, character: str | None) -> str | None:
        """Take one key; gives the finished line on Enter, else None."""
        if key in ("enter", "ctrl+j", "ctrl+m"):
            line, self.text = self.text, ""
            return line
        if key == "backspace":
            self.text = self.text[:-1]
        elif key == "escape":
            self.text = ""
        elif character is not None and character.isprintable() and _is_plain(key):
            self.text = (self.text + character)[:LONGEST]
        return None


def _is_plain(key: str) -> bool:
    """Say whether a key is held together with none but Shift: Alt and Ctrl ask for something else."""
    return "+" not in key or key.startswith("shift+")
