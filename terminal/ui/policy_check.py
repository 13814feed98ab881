"""When the text of a policy is checked: once nobody typed for a moment, one check at a time, the newest text last.

Pasted text comes as one change a key, so a change costs next to nothing here.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from terminal.policy_answers import Found

PAUSE = 0.4
"""Seconds without a change after which the text is checked."""
SOON = 0.02
"""Seconds within which more changes are likely to come."""


class LiveCheck:
    """Which text was checked, what was found, and which of the problems is the current one.

    `later` calls something after so many seconds, `begin` checks the text of an edit in a thread, and `draw` shows
    that the text changed.
    """

    def __init__(
        self,
        later: Callable[[float, Callable[[], None]], object],
        begin: Callable[[int], object],
        draw: Callable[[], None],
    ) -> None:
        self._later, self._begin, self._draw = later, begin, draw
        self.edit = 0
        """Number of the last change of the text."""
        self.found: Found | None = None
        """What the last check said, of the text after the change `_found_edit`."""
        self._found_edit = -1
        self.current: int | None = None
        self.running = self._due = False
        self._edited_at = 0.0
        self._settling = False
        """A timer runs since the first change, to see when the last one was."""

    @property
    def up_to_date(self) -> bool:
        """Whether `found` is of the text as it stands."""
        return self._found_edit == self.edit

    def changed(self) -> None:
        """Check once nothing was typed for a moment."""
        self.edit += 1
        self._edited_at = monotonic()
        if not self._settling:
            self._settling = True
            self._later(PAUSE, self._settle)
            self._later(SOON, self._draw)

    def start(self) -> None:
        """Check now, or as soon as the check that runs is done."""
        if self.running:
            self._due = True
        else:
            self.running, self._due = True, False
            self._begin(self.edit)

    def take(self, edit: int, found: Found) -> bool:
        """Keep what was found; False where something is known of a newer text."""
        if edit < self._found_edit:
            return False
        if self.found != found:
            self.current = None
        self.found, self._found_edit = found, edit
        return True

    def done(self) -> None:
        """A check has ended, well or not: begin the one that is due."""
        self.running = False
        if self._due:
            self.start()

    def next_line(self) -> int | None:
        """Go to the next problem, behind the last one to the first; the line that it is in, where it is in one."""
        if self.found is None or not self.found.problems:
            return None
        problems = self.found.problems
        self.current = 0 if self.current is None else (self.current + 1) % len(problems)
        return problems[self.current].line

    def _settle(self) -> None:
        left = self._edited_at + PAUSE - monotonic()
        if left > SOON:
            self._later(left, self._settle)
        else:
            self._settling = False
            self.start()
            self._draw()
