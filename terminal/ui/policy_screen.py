"""How the policy screen looks: the text and a panel, one above the other or side by side, between head and keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input

from terminal.domain.speech import N_, _
from terminal.policy_answers import Account, Found
from terminal.ui.literal import content
from terminal.ui.policy_area import PolicyArea
from terminal.ui.policy_history import backtest_lines
from terminal.ui.policy_text import check_lines, help_lines, item_lines, status
from terminal.ui.themes import KEY, MUTED, STRONG, WARN
from terminal.ui.widgets.panel import Panel, spread, wrap
from terminal.ui.widgets.sheet import Sheet

# TRANSLATORS: the first row of the screen on which a policy is written, capitals; at most 10 letters
TITLE = N_("POLICY")
TABS = {
    # TRANSLATORS: tab of the policy screen, capitals: what is wrong; the words of its three tabs 24 letters at most
    "problems": ("F2", N_("PROBLEMS")),
    # TRANSLATORS: tab of the policy screen, capitals: where an item would go
    "item": ("F3", N_("ITEM")),
    # TRANSLATORS: tab of the policy screen, capitals: history replayed under a policy
    "backtest": ("F4", N_("BACKTEST")),
}
STATES = {
    # TRANSLATORS: of a file that is not there yet
    "new": N_("new"),
    # TRANSLATORS: of a file that holds what is shown
    "saved": N_("saved"),
    # TRANSLATORS: of a text that is not in its file yet
    "not saved": N_("not saved"),
}
# TRANSLATORS: keys of the policy screen; keys stay as they are, with two spaces between them; at most 78 letters
KEYS = N_("F1 help  F2 problem  F3 item  F4 backtest  F6 panel  ^S save  ^Z undo  ^Q quit")
NOTHING_YET = {
    "item": N_("Type an LPN or the name of a file of facts below, then Enter."),
    "backtest": N_("Nothing was replayed yet. F4 replays the station's history under this text."),
}
# TRANSLATORS: before a field to type into; at most 22 letters
ASK = N_("LPN, or file of facts:")


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that is on the screen beside the text."""

    name: str
    state: str
    """One of STATES."""
    tab: str
    """problems, item, backtest or help."""
    said: tuple[str, str] = ("", "")
    """What was said last, and in which style."""
    found: Found | None = None
    """What the last check found; None before the first."""
    checked: bool = False
    """It is of the text as it stands."""
    current: int | None = None
    """Number of the problem that the cursor was put on."""
    account: Account | None = None
    report: Mapping[str, Any] | None = None
    fresh: bool = True
    """The report is of the text as it stands."""
    why: str = ""
    """Why the tab has nothing to show."""


class PolicyScreen(Screen[None]):
    """Paints what it is given, and knows nothing of what keys mean."""

    AUTO_FOCUS = "#text"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - as Textual declares it

    def __init__(self, area: PolicyArea, shown: Shown) -> None:
        super().__init__()
        self.area = area
        self.sheet = Sheet("sheet")
        self.entry = Input(id="item", compact=True)
        self._ask = Horizontal(id="ask")
        self._panels = {name: Panel(name) for name in ("head", "tabs", "ask-what", "said", "keys")}
        self._shown = shown
        self._filled = False
        """There is something to paint on: a thread may answer before, and while the program ends."""

    def compose(self) -> ComposeResult:
        """Every part there will ever be."""
        panels = self._panels
        yield panels["head"]
        with Container(id="middle"):
            yield self.area
            with Vertical(id="aside"):
                yield panels["tabs"]
                yield self.sheet
                with self._ask:
                    yield panels["ask-what"]
                    yield self.entry
        yield panels["said"]
        yield panels["keys"]

    def on_mount(self) -> None:
        """Paint before Textual does."""
        self._filled = True
        self.paint(self._shown)

    def on_unmount(self) -> None:
        """Paint no more."""
        self._filled = False

    def on_resize(self) -> None:
        """Paint for the new size, once every part has its own."""
        self.call_after_refresh(self._paint)

    def paint(self, shown: Shown) -> None:
        """Show this; a panel that shows the same tab as before stays where it was moved to."""
        turned = shown.tab != self._shown.tab
        self._shown = shown
        self._paint(turned)

    def paint_head(self, shown: Shown) -> None:
        """Show the state of the text, and nothing else anew."""
        self._shown = shown
        if self._filled:
            style = WARN if shown.state == "not saved" else MUTED
            parts = [
                content(_(TITLE), MUTED),
                content(shown.name, STRONG),
                content(_(STATES[shown.state]), style),
            ]
            width = max(1, self.size.width - 2)
            self._panels["head"].show(
                [spread(Content("  ").join(parts), status(shown.found if shown.checked else None), width)]
            )

    def _paint(self, turned: bool = False) -> None:
        if not self._filled or not self.size.width:
            return
        shown = self._shown
        self.paint_head(shown)
        self._panels["keys"].show([content(_(KEYS), MUTED).truncate(self.size.width - 2)])
        self._panels["ask-what"].show([content(_(ASK), MUTED)])
        self._ask.display = shown.tab == "item"
        lines, place = self._lines(max(20, self.sheet.size.width))
        self.sheet.show(lines, keep=not turned)
        if shown.tab == "problems" and shown.current is not None:
            self.sheet.reveal(*place)
        text, style = shown.said
        said = wrap(text, max(20, self.size.width - 2), 2)
        self._panels["said"].show([line.stylize(style) if style else line for line in said])

    @on(Sheet.Moved)
    def _paint_tabs(self) -> None:
        first, last, whole = self.sheet.in_sight
        names = [
            content(f"{key} {_(name)}", KEY if tab == self._shown.tab else MUTED)
            for tab, (key, name) in TABS.items()
        ]
        # TRANSLATORS: rows that are in sight: "1-12 of 60"; at most 5 letters beside the numbers
        sight = _("{first}-{last} of {whole}").format(first=first, last=last, whole=whole)
        more = content(sight if last - first + 1 < whole else "", MUTED)
        width = max(1, self.sheet.size.width)
        self._panels["tabs"].show([spread(Content("  ").join(names), more, width)])

    def _lines(self, width: int) -> tuple[list[Content], tuple[int, int]]:
        """The lines of the panel, and which of them are the current problem."""
        shown, nowhere = self._shown, (0, 0)
        if shown.tab == "help":
            return help_lines(width), nowhere
        if shown.tab == "problems":
            return check_lines(shown.found, shown.current, width)
        if shown.why:
            return [line.stylize(WARN) for line in wrap(shown.why, width, 9)], nowhere
        if shown.tab == "item" and shown.account is not None:
            return item_lines(shown.account, width), nowhere
        if shown.tab == "backtest" and shown.report is not None:
            return backtest_lines(shown.report, shown.fresh, width), nowhere
        return [line.stylize(MUTED) for line in wrap(_(NOTHING_YET[shown.tab]), width, 3)], nowhere
