"""The policy screen: a text, what is wrong with it, and what it would do to an item and to the station's history.

Whatever takes time or touches a disk runs in a thread and comes back as one message. A question is a line above the
keys that offers what a key does next; whatever replaces the line takes the offer back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input

from terminal.domain.speech import N_, _, n_
from terminal.edited_file import EditedFile, Opened
from terminal.policy_answers import Account, Found
from terminal.policy_desk import Desk
from terminal.ui.desk_app import DeskApp, Heard
from terminal.ui.desk_numbers import whole
from terminal.ui.policy_area import PolicyArea
from terminal.ui.policy_check import LiveCheck
from terminal.ui.policy_jobs import (
    Checked,
    Explained,
    Failed,
    Far,
    Jobs,
    Kept,
    Meanwhile,
    Refused,
    Replayed,
    Reread,
    Saved,
)
from terminal.ui.policy_saving import Saving
from terminal.ui.policy_screen import PolicyScreen, Shown
from terminal.ui.themes import MUTED, STOP, WARN
from terminal.ui.widgets.sheet import Sheet

PATIENCE = 5.0
"""Seconds that a save or a stopped replay gets at the end."""


class PolicyApp(DeskApp, inherit_bindings=False):
    """Edits one policy file. `opened` is what the file held when it was opened."""

    TITLE = "POLICY"
    FAILED = N_("The policy screen failed ({kind}).")
    CSS_PATH = "policy.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", priority=True),
        Binding("f2", "problems", priority=True),
        Binding("f3", "item", priority=True),
        Binding("f4", "backtest", priority=True),
        Binding("f5", "take", priority=True),
        Binding("f6", "turn", priority=True),
        Binding("ctrl+s,f8", "save", priority=True),
        Binding("ctrl+q,f9", "leave", priority=True),
        Binding("escape", "stop", priority=True),
    ]

    def __init__(self, desk: Desk, file: EditedFile, opened: Opened, theme: str = "auto") -> None:
        super().__init__(theme)
        self._desk, self._file, self._opened = desk, file, opened
        self._jobs = Jobs(desk, file, lambda told: self.post_message(Heard(told)))
        self.area = PolicyArea(opened.text, "text")
        self._saving = Saving(file, self.area, self._jobs, lambda: self._check.edit, self._say)
        self._check = LiveCheck(
            self.set_timer,
            lambda edit: self._jobs.check(edit, self.area.value, self._saving.saved),
            self._draw_head,
        )
        self.tab = "problems"
        self.account: Account | None = None
        self.report: Replayed | None = None
        self._replaying: Event | None = None
        self._offers: Mapping[str, Callable[[], None]] = {}
        self._why: dict[str, str] = {}
        """Why there is no item or no backtest to show."""
        self._said: tuple[str, str] = ("", "")
        self._left = False
        self._page = PolicyScreen(self.area, self._shown())

    @property
    def checked(self) -> bool:
        """Whether the text as it stands was checked."""
        return self._check.up_to_date

    def get_default_screen(self) -> Screen[None]:
        """Give the one screen."""
        return self._page

    def on_mount(self) -> None:
        """Begin with a check, and with the draft if there is one."""
        self.take_signals()
        self._saving.begin(self._opened)
        self._check.start()
        if self._desk.facts is not None:
            self._explain()
        self._draw()

    def on_unmount(self) -> None:
        """Let no backtest run for nobody."""
        if self._replaying is not None:
            self._replaying.set()

    def keep_unsaved(self) -> Path | None:
        """Keep what was neither saved nor given up as a draft, after the end; gives where. Raises OSError."""
        if self._replaying is not None:
            self._replaying.set()
        self._jobs.finish(PATIENCE)
        return None if self._left else self._saving.keep()

    # -- the text and its check

    @on(PolicyArea.Changed)
    def _changed(self) -> None:
        self._check.changed()
        if self._said[0] and self._saving.typed:
            self._say("")

    def action_problems(self) -> None:
        """Show what is wrong; where that is shown already, go to the next problem."""
        if self.tab == "problems":
            self._next_problem()
        self._show("problems")

    @on(Sheet.Entered)
    def _next_problem(self) -> None:
        if self.tab != "problems":
            return
        line = self._check.next_line()
        if line is not None:
            self.area.go_to(line)
            self.area.focus()
        self._draw()

    # -- item

    def action_item(self) -> None:
        """Show where an item would go; where that is shown already, or no item is known, ask for one."""
        ask = self.tab == "item" or not (self._desk.facts or self._page.entry.value)
        self._show("item")
        if ask:
            self._page.entry.focus()
        else:
            self._explain()

    @on(Input.Submitted, "#item")
    def _explain(self) -> None:
        self._jobs.explain(self.area.value, self._saving.saved, self._page.entry.value)

    # -- backtest

    def action_backtest(self) -> None:
        """Show the backtest of this very text, or begin one; where it is shown already, begin anew."""
        running = self._replaying is not None
        fresh = self.report is not None and self.report.edit == self._check.edit
        begin = not running and (not fresh or self.tab == "backtest")
        self._show("backtest")
        if begin:
            self.area.call_later(self._replay)

    def _replay(self) -> None:
        if self._replaying is not None:
            return
        self._why.pop("backtest", None)
        self._say(_("Replaying the history. Esc stops it."), MUTED)
        self._replaying = self._jobs.replay(self._check.edit, self.area.value)

    # -- saving

    def action_save(self) -> None:
        """Save behind every key that came before."""
        self.area.call_later(self._use, "save", self._saving.save)

    # -- questions, leaving, the panel

    def action_take(self) -> None:
        """Take what the line above the keys offers."""
        self._use("take", lambda: self._say(_("Nothing is offered now."), MUTED))

    def action_leave(self) -> None:
        """Leave behind every key that came before; with unsaved text only when asked once more."""
        self.area.call_later(self._use, "leave", self._leave)

    def _leave(self, anyway: bool = False) -> None:
        if self._saving.busy:
            self._say(_("The text is being saved: leave again in a moment."), WARN)
        elif self._saving.unsaved and not anyway:
            self._say(
                _("Not saved. Ctrl+Q again leaves without it, Ctrl+S saves, Esc goes on."),
                WARN,
                leave=lambda: self._leave(True),
            )
        else:
            self._left = True
            self.exit(return_code=0)

    def action_turn(self) -> None:
        """Give the keys to the panel, or back to the text."""
        if not self.area.has_focus:
            self.area.focus()
        else:
            self._page.sheet.focus()

    def action_help(self) -> None:
        """Show what every key does."""
        self._show("help")

    def action_stop(self) -> None:
        """Stop a backtest that runs; else leave a question, and the panel for the text."""
        if self._replaying is not None and not self._replaying.is_set():
            self._replaying.set()
            self._say(_("Stopping the backtest ..."), MUTED)
            return
        self._say("")
        self.area.focus()

    def _use(self, key: str, otherwise: Callable[[], None]) -> None:
        """Do what the last line offers for a key, or what the key does by itself."""
        offered = self._offers.get(key, otherwise)
        self._offers = {}
        offered()

    def _say(self, text: str, style: str = "", **offers: Callable[[], None]) -> None:
        self._said, self._offers = (text, style), offers
        self._draw()

    def _show(self, tab: str) -> None:
        self.tab = tab
        self._draw()

    def on_heard(self, message: Heard) -> None:
        """Show what a thread has to tell."""
        match message.told:
            case Checked() as told:
                self._take_check(told)
            case Explained(account):
                self.account = account
                self._why.pop("item", None)
            case Far(units):
                if self._replaying is not None and not self._replaying.is_set():
                    far = n_(
                        "Replaying the history: {count} unit so far. Esc stops it.",
                        "Replaying the history: {count} units so far. Esc stops it.",
                        units,
                    )
                    self._say(far.format(count=whole(units)), MUTED)
            case Replayed() as told:
                stopped = told.report is None
                self._replaying = None
                self.report = self.report if stopped else told
                self._say(_("The backtest was stopped.") if stopped else _("The backtest is done."), MUTED)
            case Failed(asked, why):
                self._take_failure(asked, why)
            case Saved() as told:
                self._saving.take(told)
                self._check.start()
            case Refused() as told:
                self._take_refused(told)
                self._saving.take(told)
            case Meanwhile() | Reread() | Kept() as told:
                self._saving.take(told)
        self._draw()

    def _take_check(self, told: Checked) -> None:
        self._take_found(told.edit, told.found)
        if self.checked and self.tab == "item" and (self.account is not None or "item" in self._why):
            self._explain()
        self._check.done()

    def _take_found(self, edit: int, found: Found) -> None:
        if self._check.take(edit, found):
            self.area.mark({problem.line for problem in found.problems if problem.line is not None})

    def _take_refused(self, told: Refused) -> None:
        """Show what is wrong with the text that was not saved, and go to the first of it next."""
        if told.edit == self._check.edit:
            self._take_found(told.edit, told.found)
            self._check.current = 0
        self.tab = "problems"

    def _take_failure(self, asked: str, why: str) -> None:
        if asked == "check":
            self._check.done()
            self._say(_("The text can't be checked: {why}").format(why=why), STOP)
        elif asked == "item":
            self.account, self._why["item"] = None, why
        elif asked == "backtest":
            self._replaying, self._why["backtest"] = None, why
            self._say(_("There is no backtest."), WARN)
        else:
            self._saving.fail(asked, why)

    # -- drawing

    def _draw(self) -> None:
        self._page.paint(self._shown())

    def _draw_head(self) -> None:
        self._page.paint_head(self._shown())

    def _shown(self) -> Shown:
        report = self.report
        return Shown(
            name=self._file.path.name,
            state=self._saving.state,
            tab=self.tab,
            said=self._said,
            found=self._check.found,
            checked=self.checked,
            current=self._check.current,
            account=self.account,
            report=None if report is None else report.report,
            fresh=report is not None and report.edit == self._check.edit,
            why=self._why.get(self.tab, ""),
        )


def edit(desk: Desk, file: EditedFile, theme: str = "auto") -> tuple[int, Path | None]:
    """Edit a file on this terminal until it is left; gives the exit status and where unsaved text was kept.

    The screen speaks the language of the context. Raises BadData and OSError for a file that can't be read, before
    anything is shown, and for a draft that can't be kept.
    """
    app = PolicyApp(desk, file, file.open(), theme)
    kept = None
    try:
        app.run(mouse=False)
    finally:
        kept = app.keep_unsaved()
    return (1 if app.return_code is None else app.return_code), kept
