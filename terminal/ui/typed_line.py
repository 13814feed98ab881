"""The line that is typed by hand: characters, Backspace, Esc, and Enter that gives it away."""

from __future__ import annotations

LONGEST = 200
"""Characters that are kept; nobody types more, and a stuck key must not fill the screen."""


class TypedLine:
    """What stands on the typed line now."""

    def __init__(self) -> None:
        self.text = ""
        self.pace: float | None = None
        """Seconds between the keys of the last finished line, on average; None for Enter alone."""
        self._began: float | None = None
        self._keys = 0

    def take(self, key: str, character: str | None, at: float = 0.0) -> str | None:
        """Take one key that was read `at` (seconds); gives the finished line on Enter, else None."""
        if not self.text:
            self._began, self._keys = None, 0
        if key in ("enter", "ctrl+j", "ctrl+m"):
            line, self.text = self.text, ""
            self.pace = None if self._began is None else (at - self._began) / self._keys
            return line
        self._began = at if self._began is None else self._began
        self._keys += 1
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
