"""Where the text of the policy screen lies: in its file, in the draft beside it, or in the editor only.

Writing takes as long as a disk does, so it happens in threads; what comes of it is told in one line, which may
offer what a key does next.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Protocol

from terminal.domain.speech import _, n_
from terminal.domain.suggest import BadData
from terminal.edited_file import EditedFile, Opened
from terminal.ui.desk_jobs import in_words
from terminal.ui.desk_numbers import whole
from terminal.ui.policy_area import PolicyArea
from terminal.ui.policy_jobs import Jobs, Kept, Meanwhile, Refused, Reread, Saved
from terminal.ui.themes import GOOD, MUTED, STOP, WARN

Told = Saved | Refused | Meanwhile | Reread | Kept
"""What comes of a thread here."""


class Say(Protocol):
    """Shows a line in a style, and what the keys `save`, `take` and `leave` do while it is there."""

    def __call__(self, text: str, style: str = "", **offers: Callable[[], None]) -> None:
        """Show it in place of the one before."""


class Saving:
    """Knows what the file holds, and brings the text there and back. `edit` gives the number of the last change."""

    def __init__(
        self, file: EditedFile, area: PolicyArea, jobs: Jobs, edit: Callable[[], int], say: Say
    ) -> None:
        self._file, self._area, self._jobs = file, area, jobs
        self._edit, self._say = edit, say
        self.saved = area.value
        """The text that the file is known to hold; of a new file, what the editor began with."""
        self._put_in = self.saved
        """The text that was last put in as a whole: what was said of that stays."""
        self._saver: Thread | None = None

    @property
    def unsaved(self) -> bool:
        """Whether the text is not what the file is known to hold."""
        return self._area.value != self.saved

    @property
    def typed(self) -> bool:
        """Whether the text was changed by hand since it was last put in."""
        return self._area.value != self._put_in

    @property
    def state(self) -> str:
        """One of the states that the screen names."""
        return "not saved" if self.unsaved else "saved" if self._file.on_disk else "new"

    @property
    def busy(self) -> bool:
        """Whether the text is being saved."""
        return self._saver is not None

    def begin(self, opened: Opened) -> None:
        """Say what there is beside the file, or that there is none yet."""
        if (text := opened.draft) is not None:
            draft = _("{draft} holds text that was never saved. F5 takes it in. Esc lets it be.")
            name = self._file.draft_path.name
            self._say(draft.format(draft=name), WARN, take=lambda: self._take_draft(text))
        elif opened.new:
            new = _("{name} does not exist yet. This is the policy in force; Ctrl+S makes the file.")
            self._say(new.format(name=self._file.path.name), MUTED)

    def save(self, over: bool = False) -> None:
        """Check the text and save it; `over`: also over what somebody else made of the file."""
        if self._saver is None:
            self._say(_("Saving ..."), MUTED)
            self._saver = self._jobs.save(self._edit(), self._area.value, self.saved, over)

    def put(self, text: str) -> bool:
        """Put a whole text into the editor; False, and why, where that can't be."""
        try:
            self._area.take(text)
        except BadData as problem:
            self._say(in_words(problem), STOP)
            return False
        self._put_in = self._area.value
        return True

    def keep(self) -> Path | None:
        """Keep what was not saved as a draft, once no thread writes any more; gives where. Raises OSError."""
        if not self.unsaved:
            return None
        self._file.keep_draft(self._area.value)
        return self._file.draft_path

    def take(self, told: Told) -> None:
        """Say what came of a thread, and what can be done now."""
        if isinstance(told, Saved | Refused | Meanwhile):
            self._saver = None
        name, draft = self._file.path.name, self._file.draft_path.name
        match told:
            case Saved(text):
                self.saved = text
                self._say(_("{name} is saved.").format(name=name), GOOD)
            case Refused(_edit, found):
                self._say(_refusal(len(found.problems), draft), STOP, save=self._keep_beside)
            case Meanwhile(why):
                theirs = _(
                    "Not saved: {why}. Ctrl+S again writes over that, F5 brings it into the editor, Esc waits."
                )
                self._say(
                    theirs.format(why=why),
                    STOP,
                    save=lambda: self.save(over=True),
                    take=self._jobs.read_theirs,
                )
            case Reread(text):
                if self.put(text):
                    self.saved = self._put_in
                    self._say(_("This is what is on disk now. Ctrl+Z brings yours back."), GOOD)
            case Kept():
                self._say(_("Kept as {draft}. {name} is as it was.").format(draft=draft, name=name), WARN)

    def fail(self, asked: str, why: str) -> None:
        """Say why a thread could not do what was asked."""
        if asked == "save":
            self._saver = None
        self._say(_("Not saved: {why}").format(why=why), STOP)

    def _take_draft(self, text: str) -> None:
        if self.put(text):
            self._file.take_draft()
            self._say(_("The draft is in the editor. Ctrl+Z brings the file's text back."), GOOD)

    def _keep_beside(self) -> None:
        self._jobs.keep(self._area.value)


def _refusal(problems: int, draft: str) -> str:
    words = n_(
        "Not saved, it can't be used: {count} problem, see F2. Ctrl+S again keeps the text as {draft}.",
        "Not saved, it can't be used: {count} problems, see F2. Ctrl+S again keeps the text as {draft}.",
        problems,
    )
    return words.format(count=whole(problems), draft=draft)
