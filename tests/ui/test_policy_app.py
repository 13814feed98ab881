"""The policy screen through its keys: live check, problems, item, backtest, saving, drafts, at both sizes."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from pathlib import Path
from threading import Event
from threading import enumerate as enumerate_threads
from typing import Any

import pytest
from textual import events

from terminal.config import load
from terminal.domain.speech import Voice, speaking
from terminal.edited_file import EditedFile
from terminal.policy_answers import Account, Side, Way
from terminal.policy_desk import Desk
from terminal.reports.locale_forms import written_in
from terminal.ui.policy_app import PolicyApp
from terminal.ui.policy_text import item_lines

DEADLINE = 20.0
SIZES = [(80, 24), (120, 40)]
OWN = (
    'schema = 1\nname = "own"\nversion = "2026-03-01"\n'
    '[[rule]]\nid = "toys-given"\nkind = "stop"\nbecause = "Toys are given away."\nshort = "toys"\n'
    'when = { category = "toys" }\nonly = ["donate", "recycle", "quarantine"]\n'
    '[[test]]\nname = "a toy"\ngiven = { category = "toys" }\nexpect = { hits = ["toys-given"] }\n'
)
TOY = json.dumps({"category": "toys", "reference_price": "30", "packaging": "sealed"})
REPORT: dict[str, Any] = {
    "policy": {"name": "own", "version": "2026-03-01"},
    "against": {"name": "in force", "version": "2026-01-01"},
    "units": 1200,
    "changed": 75,
    "skipped": {
        "units": 2,
        "reasons": [{"reason": "the facts are no JSON", "units": 2, "lpn": "BCDEFGHKLN"}],
    },
    "money": [
        {"currency": "EUR", "compared": 1190, "expected": "-310.50", "low": "-410.00", "high": "-211.00"},
        {"currency": "USD", "compared": 10, "expected": "4.00", "low": "1.00", "high": "7.00"},
    ],
    "caveat": "Only the channel that an item really took was ever observed.",
    "matrix": [
        {"from": "restock", "to": "restock", "units": 1125, "kg": "900.000"},
        {"from": "restock", "to": "donate", "units": 70, "kg": "31.500"},
        {"from": None, "to": "quarantine", "units": 5, "kg": "2.000"},
    ],
    "held": {"newly": 5, "released": 0},
    "rules": {"new": {"fired": {}, "never_fired": ["toys-given", "old-rule"]}},
    "most_changed": [
        {"lpn": "BCDEFGHKLR", "from": "restock", "to": "donate", "delta": "-22.10", "currency": "EUR"},
        {"lpn": "BCDEFGHKLS", "from": "restock", "to": "donate", "delta": None, "currency": None},
    ],
}


async def checked(screen: Any) -> None:
    """Wait until the text as it stands was checked."""
    await screen.until(lambda: screen.app.checked and not screen.app._check.running, "for a check")


async def type_in(screen: Any, text: str) -> None:
    """Type a text, and wait until the editor has it."""
    before = screen.app._check.edit
    for character in text:
        screen.app.post_message(events.Key({"\n": "enter"}.get(character, character), character))
    await screen.until(lambda: screen.app._check.edit >= before + len(text), "for typing")


Script = Callable[[Any], Awaitable[None]]
Run = Callable[..., PolicyApp]


@pytest.fixture
def on_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seen: Any) -> Run:
    """Run a script against a headless screen that edits a file with this text, None: no file."""
    monkeypatch.setattr("terminal.ui.policy_check.PAUSE", 0.05)
    path = tmp_path / "own.toml"

    def run(
        script: Script,
        text: str | None = OWN,
        size: tuple[int, int] = (80, 24),
        facts: str | None = None,
        backtest: Callable[..., Mapping[str, Any]] | None = None,
        theme: str = "bench-256",
    ) -> PolicyApp:
        if text is not None and not path.exists():
            path.write_bytes(text.encode())
        desk = Desk(load(None, tmp_path / "data", {}), path.name, facts=facts, backtest=backtest)
        file = EditedFile(path, lambda: ("force.toml", OWN))
        app = PolicyApp(desk, file, file.open(), theme)

        async def main() -> None:
            async with app.run_test(size=size) as pilot:
                screen = seen(app, pilot)
                screen.path = path
                await checked(screen)
                await script(screen)

        asyncio.run(main())
        return app

    return run


@pytest.mark.parametrize("size", SIZES)
def test_a_sound_file_shows_its_size_and_hash_at_once(on_screen: Run, size: tuple[int, int]) -> None:
    """Head, text with line numbers, panel and keys fill the screen at both sizes, and no line is too wide."""

    async def script(screen: Any) -> None:
        await screen.sees(
            "1 rule, 1 test ok, policy hash", "Means the same as the saved text.", "own.toml  saved"
        )
        assert 'name = "own"' in screen.text
        assert screen.lines[-1].startswith(" F1 help")
        assert len(screen.lines) == size[1]
        assert {len(line) for line in screen.lines} == {size[0]}
        if size[0] >= 110:
            await screen.until(
                lambda: any("schema = 1" in line and "F2 PROBLEMS" in line for line in screen.lines)
            )
        else:
            assert not any("schema = 1" in line and "F2 PROBLEMS" in line for line in screen.lines)

    on_screen(script, size=size)


@pytest.mark.parametrize("size", SIZES)
def test_a_mistake_shows_while_it_is_typed_and_goes_when_it_is_undone(
    on_screen: Run, size: tuple[int, int]
) -> None:
    """The check comes by itself; undo and redo bring text and verdict back and forth."""

    async def script(screen: Any) -> None:
        await type_in(screen, "=")
        await screen.sees("not saved", "1 problem", "not readable as TOML")
        await checked(screen)
        await screen.press("ctrl+z")
        await screen.sees("1 rule, 1 test ok", "own.toml  saved")
        await screen.press("ctrl+y")
        await screen.sees("1 problem")

    on_screen(script, size=size)


def test_a_key_goes_from_problem_to_problem_in_the_text(on_screen: Run) -> None:
    """F2 puts the cursor on the line of each problem in turn and marks it; Enter in the panel does the same."""
    text = OWN.replace('kind = "stop"', 'kind = "stpo"').replace('"donate"', '"donat"')

    async def script(screen: Any) -> None:
        await screen.sees("2 problems", 'did you mean "stop"?')
        rows = []
        for _ in range(3):
            await screen.press("f2")
            rows.append(screen.app.area.cursor_location[0] + 1)
        assert rows == [6, 10, 6]
        assert screen.app.area.has_focus
        await screen.sees(">    6 ")
        await screen.press("f6", "enter")
        await screen.until(lambda: screen.app.area.cursor_location[0] == 9)
        await screen.sees(">   10 ")

    on_screen(script, text)


def test_what_changes_against_the_saved_text_is_listed(on_screen: Run) -> None:
    """A rule that was added, one that is gone, one that says something else."""

    async def script(screen: Any) -> None:
        screen.app.area.take(OWN.replace("away", "to charity"))
        await screen.sees("Against the saved text:", "~ toys-given")
        renamed = OWN.replace("toys-given", "toys-gone")
        screen.app.area.take(renamed)
        await screen.sees("+ toys-gone", "- toys-given", "also tests")

    on_screen(script)


@pytest.mark.parametrize("size", SIZES)
def test_an_item_is_shown_with_what_the_text_makes_different(on_screen: Run, size: tuple[int, int]) -> None:
    """The way under the text, each block with its rule, and a star where the saved policy says otherwise."""

    async def script(screen: Any) -> None:
        await screen.press("f3")
        await screen.sees("facts as typed", "as under the saved policy", "> ", "blocked by toys-given")
        await screen.until(lambda: screen.app.account is not None)
        screen.app.area.take(OWN.replace('"stop"', '"plain"').replace('only = ["donate"', 'only = ["outlet"'))
        await screen.sees("outlet, grade", "* saved:", "EUR chosen")
        assert "Because" in "".join(str(line) for line in screen.app._page.sheet._lines)
        await type_in(screen, "x")
        await screen.sees("Put the text right first")

    on_screen(script, facts=TOY, size=size)


def test_an_lpn_is_asked_for_where_no_item_was_given(on_screen: Run, tmp_path: Path) -> None:
    """F3 puts the keys into the field; what is named there is shown, or why not; Esc goes back to the text."""
    (tmp_path / "toy.json").write_text(TOY)

    async def script(screen: Any) -> None:
        await screen.press("f3")
        await screen.until(lambda: screen.app._page.entry.has_focus)
        screen.app._page.entry.value = "BCDEFGHKLN"
        await screen.press("enter")
        await screen.sees('"BCDEFGHKLN" is no item of this station')
        screen.app._page.entry.value = str(tmp_path / "toy.json")
        await screen.press("enter")
        await screen.sees("toy.json  on ", "blocked by toys-given")
        await screen.press("escape")
        assert screen.app.area.has_focus

    on_screen(script)


@pytest.mark.parametrize("size", SIZES)
def test_a_backtest_shows_progress_and_then_what_would_change(on_screen: Run, size: tuple[int, int]) -> None:
    """Units, money as an interval, ways, rules that never fired; an edit makes the next one begin anew."""
    go_on = Event()
    asked: list[str] = []

    def replay(name: str, text: str, progress: Callable[[int], None]) -> Mapping[str, Any]:
        asked.append(text)
        while not go_on.wait(0.01):
            progress(25_000)
        return REPORT

    async def script(screen: Any) -> None:
        await screen.press("f4")
        await screen.sees("25,000 units so far. Esc stops it.")
        go_on.set()
        await screen.sees("1,200 units replayed, 75 change channel", "against the policy in force: in force")
        await screen.until(lambda: screen.app._replaying is None)
        shown = "\n".join(str(line) for line in screen.app._page.sheet._lines)
        joined = " ".join(shown.split())
        assert "2 units could not be replayed" in joined
        assert "EUR -310.50 (between -410.00 and -211.00) over 1190 units" in joined
        assert "USD +4.00 (between 1.00 and 7.00)" in joined
        assert "70 restock -> donate" in joined
        assert "5 undecided -> quarantine" in joined
        assert "restock -> restock" not in joined
        assert "Rules that never fired (2): toys-given, old-rule" in joined
        assert "BCDEFGHKLS restock -> donate no value" in joined
        await screen.press("f2", "f4")
        await screen.sees("1,200 units replayed")
        assert len(asked) == 1
        await type_in(screen, "#")
        await checked(screen)
        await screen.press("f2", "f4")
        await screen.until(lambda: len(asked) == 2)
        assert asked[1] == "#" + OWN

    on_screen(script, backtest=replay, size=size)


def test_a_backtest_is_stopped_by_esc(on_screen: Run) -> None:
    """It ends, the screen says so, and another can begin."""
    begun: list[int] = []

    def replay(name: str, text: str, progress: Callable[[int], None]) -> Mapping[str, Any]:
        begun.append(len(begun))
        while True:
            Event().wait(0.01)
            progress(1)

    async def script(screen: Any) -> None:
        await screen.press("f4")
        await screen.until(lambda: begun)
        await screen.press("escape")
        await screen.sees("The backtest was stopped.", "Nothing was replayed yet.")
        await screen.press("f4")
        await screen.until(lambda: len(begun) == 2)

    app = on_screen(script, backtest=replay)
    assert app.keep_unsaved() is None
    assert not [thread.name for thread in enumerate_threads() if thread.name == "policy-backtest"]


def test_a_station_without_history_says_so(on_screen: Run) -> None:
    """By the sentence of the real replay."""

    async def script(screen: Any) -> None:
        await screen.press("f4")
        await screen.sees("There is no station file in", "There is no backtest.")

    on_screen(script)


def test_an_empty_history_and_an_unreadable_one_are_told_apart(on_screen: Run) -> None:
    """Nothing decided is no result, and nothing readable is neither."""
    empty = {**REPORT, "units": 0, "changed": 0, "matrix": [], "money": [], "most_changed": []}
    reports = [{**empty, "skipped": {"units": 0, "reasons": []}}, empty]

    async def script(screen: Any) -> None:
        await screen.press("f4")
        await screen.sees("This station has no history yet")
        await screen.press("f4")
        await screen.sees("No item of the history could be replayed")

    on_screen(script, backtest=lambda *_: reports.pop(0))


def test_a_save_writes_the_file_and_the_text_counts_as_saved(on_screen: Run) -> None:
    """Every character that was typed before the key is in it, however fast it came."""

    async def script(screen: Any) -> None:
        for character in "# mine\n":
            screen.app.post_message(events.Key({"\n": "enter"}.get(character, character), character))
        screen.app.post_message(events.Key("ctrl+s", "\x13"))
        await screen.sees("own.toml is saved.", "own.toml  saved", "Means the same as the saved text.")
        assert screen.path.read_text() == "# mine\n" + OWN
        await screen.press("ctrl+q")
        await screen.until(lambda: screen.app.return_code == 0)

    app = on_screen(script)
    assert app.keep_unsaved() is None


def test_a_text_that_does_not_load_is_not_saved_but_kept_beside_when_asked(on_screen: Run) -> None:
    """The file stays, the reason is shown; the same key again keeps a draft, another text takes the offer back."""

    async def script(screen: Any) -> None:
        await type_in(screen, "=")
        await screen.press("ctrl+s")
        await screen.sees("Not saved, it can't be used: 1 problem", ">    1 ")
        await type_in(screen, "=")
        await screen.sees_no_more("it can't be used")
        await screen.press("ctrl+s")
        await screen.sees("Not saved, it can't be used: 1 problem")
        draft = screen.path.with_name("own.toml.draft")
        assert not draft.exists()
        await screen.press("f8")
        await screen.sees("Kept as own.toml.draft. own.toml is as it was.")
        assert draft.read_text() == "==" + OWN
        assert screen.path.read_text() == OWN

    on_screen(script)


def test_a_file_changed_by_somebody_else_is_asked_about(on_screen: Run) -> None:
    """F5 brings theirs in, and undo mine back; Ctrl+S again writes over; Esc leaves both as they are."""

    async def script(screen: Any) -> None:
        await type_in(screen, "# mine\n")
        screen.path.write_text("# theirs\n" + OWN)
        await screen.press("ctrl+s")
        await screen.sees("was changed by somebody else")
        await screen.press("escape")
        await screen.sees_no_more("somebody else")
        await screen.press("ctrl+s")
        await screen.sees("was changed by somebody else")
        await screen.press("f5")
        await screen.sees("This is what is on disk now.", "# theirs", "own.toml  saved")
        await screen.press("ctrl+z")
        await screen.sees("# mine", "not saved")
        screen.path.write_text("# theirs again\n" + OWN)
        await screen.press("ctrl+s")
        await screen.sees("was changed by somebody else")
        await screen.press("ctrl+s")
        await screen.sees("own.toml is saved.")
        assert screen.path.read_text() == "# mine\n" + OWN

    on_screen(script)


def test_what_the_disk_refuses_is_told_and_the_text_stays(
    on_screen: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is a sentence, and a failure of our own is one too."""

    async def script(screen: Any) -> None:
        def full(text: str, over: bool = False) -> None:
            raise OSError(28, "No space left on device", "own.toml")

        monkeypatch.setattr(screen.app._file, "save", full)
        await type_in(screen, "\n")
        await screen.press("ctrl+s")
        await screen.sees("Not saved: own.toml: No space left on device")

        def broken(text: str, saved: str) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(screen.app._desk, "check", broken)
        await screen.press("ctrl+s")
        await screen.sees("Not saved: this failed in its own working (ZeroDivisionError)")
        await type_in(screen, "\n")
        await screen.sees("The text can't be checked: this failed")
        assert screen.app.area.value == "\n\n" + OWN

    on_screen(script)


def test_unsaved_text_is_asked_about_once_before_it_is_given_up(on_screen: Run) -> None:
    """Ctrl+Q asks, Esc goes on, Ctrl+Q twice leaves without a draft."""

    async def script(screen: Any) -> None:
        await type_in(screen, "# mine\n")
        await screen.press("ctrl+q")
        await screen.sees("Not saved. Ctrl+Q again leaves without it")
        await screen.press("escape", "ctrl+q")
        await screen.sees("Not saved. Ctrl+Q again leaves without it")
        assert screen.app.return_code is None
        await screen.press("f9")
        await screen.until(lambda: screen.app.return_code == 0)

    app = on_screen(script)
    assert app.keep_unsaved() is None
    assert app._file.path.read_text() == OWN


def test_text_that_was_torn_away_is_kept_and_offered_next_time(on_screen: Run) -> None:
    """F5 takes the draft in, undo gives the file's text back, and saving it ends the draft."""

    async def typed(screen: Any) -> None:
        await type_in(screen, "# torn away\n")
        screen.app.exit(return_code=143)

    app = on_screen(typed)
    draft = app.keep_unsaved()
    assert draft is not None
    assert draft.read_text() == "# torn away\n" + OWN

    async def offered(screen: Any) -> None:
        await screen.sees("own.toml.draft holds text that was never saved. F5 takes it in.")
        await screen.press("f5")
        await screen.sees("The draft is in the editor.", "# torn away", "not saved")
        await screen.press("ctrl+z")
        await screen.sees_no_more("# torn away")
        await screen.press("ctrl+y", "ctrl+s")
        await screen.sees("own.toml is saved.")
        assert not draft.exists()

    on_screen(offered)

    async def nothing(screen: Any) -> None:
        await screen.press("f5")
        await screen.sees("Nothing is offered now.", "# torn away")

    on_screen(nothing)


def test_a_file_that_does_not_exist_begins_with_the_policy_in_force(on_screen: Run) -> None:
    """It is made by the first save."""

    async def script(screen: Any) -> None:
        await screen.sees("own.toml  new", "own.toml does not exist yet.", 'name = "own"')
        await screen.press("ctrl+s")
        await screen.sees("own.toml is saved.", "own.toml  saved")
        assert screen.path.read_text() == OWN

    on_screen(script, text=None)


HOSTILE = "# \x1b[2J\x1b]0;title\x07 \u202e \x9b31m [bold]x[/] \u2028 \x85 \x0c\ta\rb\n"


@pytest.mark.parametrize("theme", ["bench-256", "bench-16"])
def test_hostile_text_is_shown_harmlessly_and_saved_as_it_is(on_screen: Run, theme: str) -> None:
    """No acting character reaches the screen, markup stays text, and what nobody touched stays byte for byte."""

    async def script(screen: Any) -> None:
        await screen.sees("[bold]x[/]")
        assert not [each for each in screen.text if each != "\n" and not each.isprintable()]
        await screen.press("ctrl+s")
        await screen.sees("Not saved, it can't be used")
        assert screen.path.read_bytes() == (HOSTILE + OWN).encode()
        assert screen.app.area.value == HOSTILE + OWN

    on_screen(script, HOSTILE + OWN, theme=theme)


def test_a_window_of_any_size_is_painted(on_screen: Run) -> None:
    """From one cell to a wall, with every panel in turn; nothing fails and nothing that was typed is lost."""

    async def script(screen: Any) -> None:
        await screen.press("f3")
        await screen.sees("blocked by toys-given")
        for size in ((1, 1), (20, 5), (60, 12), (109, 24), (110, 24), (300, 100)):
            await screen.pilot.resize_terminal(*size)
            await screen.press("f1", "f2", "f4", "f3", "x")
        await screen.until(lambda: screen.app.area.value == "x" * 6 + OWN)
        await screen.pilot.resize_terminal(80, 24)
        await screen.sees("own.toml  not saved", "Put the text right first")

    on_screen(script, facts=TOY, backtest=lambda *_: REPORT)


def test_pasted_lines_stay_lines_whichever_line_end_the_terminal_sends(on_screen: Run) -> None:
    """A line feed is a new line, as Enter is."""

    async def script(screen: Any) -> None:
        for key, character in (("#", "#"), ("ctrl+j", "\n"), ("#", "#"), ("enter", "\r")):
            screen.app.post_message(events.Key(key, character))
        await screen.until(lambda: screen.app.area.value == "#\n#\n" + OWN)

    on_screen(script)


def test_help_lists_the_keys_and_the_panel_moves(on_screen: Run) -> None:
    """F1 shows them; F6 gives the arrows to the panel, and the row above it says what is in sight."""

    async def script(screen: Any) -> None:
        await screen.press("f1")
        await screen.sees("Ctrl+S F8  check and save", "1-6 of 12")
        await screen.press("f6", "pagedown")
        await screen.sees("6-11 of 12")
        await screen.press("end")
        await screen.sees("7-12 of 12", "Ctrl+K     delete to the end of the line")
        await screen.press("up", "up")
        await screen.sees("5-10 of 12")
        await screen.press("home", "f6")
        await screen.sees("1-6 of 12")
        assert screen.app.area.has_focus

    on_screen(script)


def test_every_word_is_in_the_language_in_which_the_screen_is_run(on_screen: Run, brackets: Voice) -> None:
    """Head, tabs, panel, lines and what threads say; what is wrong with the text is told in English."""

    async def script(screen: Any) -> None:
        await screen.sees(
            "<POLICY>  own.toml  <saved>", "<<1 rule>, <1 test> ok, policy hash", "F2 <PROBLEMS>"
        )
        await screen.sees("<Means the same as the saved text.>", "<F1 help")
        await screen.press("f3")
        await screen.sees("<facts as typed>", "<as under the saved policy>", "<blocked by toys-given>")
        await type_in(screen, "=")
        await screen.sees("<Put the text right first: 1 problem, see F2>", "<not saved>")
        await screen.press("f2")
        await screen.sees("<1 problem>", "not readable as TOML: Invalid")
        await screen.press("ctrl+s")
        await screen.sees("<Not saved, it can't be used: 1 problem, see F2.")
        await screen.press("ctrl+z", "f4")
        await screen.sees(
            "<1,200 units replayed, 75 change channel>", "<against the policy in force: in force"
        )
        shown = " ".join("\n".join(str(line) for line in screen.app._page.sheet._lines).split())
        assert "<2 <the facts are no JSON>, as BCDEFGHKLN>" in shown
        assert "<EUR -310.50 (between -410.00 and -211.00) over 1190 units>" in shown
        assert "70 restock -> donate" in shown
        assert "<undecided> -> quarantine" in shown
        await screen.press("f1")
        await screen.sees("<what is wrong; again: to the line of the next problem>")

    with speaking(brackets):
        on_screen(script, facts=TOY, backtest=lambda *_: REPORT)


def test_a_character_that_can_not_be_kept_is_told_in_the_language_of_the_screen(
    on_screen: Run, brackets: Voice
) -> None:
    """By its line and number."""

    async def script(screen: Any) -> None:
        assert not screen.app._saving.put("a\n\U0010d00b")
        await screen.sees("<line 2: the private character U+10D00B can't be kept here")

    with speaking(brackets):
        on_screen(script)


RULE = (("toys-given", "Toys are given away."),)
LIMIT = (("", "takes A; this is B"),)
NEW_WAYS = (
    Way("outlet", "1310.50", "chosen"), Way("export", "12.00", "second"), Way("donate", "0.40", "open"),
    Way("off_price", "15.00", "full"), Way("restock", "20.00", "blocked", RULE), Way("parts", None, "none", LIMIT),
)  # fmt: skip
OLD_WAYS = (
    Way("outlet", "1300.50", "second"), Way("export", "12.00", "blocked", RULE), Way("donate", None, "none", LIMIT),
    Way("off_price", "15.00", "open"), Way("quarantine", None, "chosen"),
)  # fmt: skip


def told_of_ways() -> str:
    """Every way that an item has, under both policies, as one text."""
    new, old = (
        Side(place, "B", "EUR", "", found, asks, ())
        for place, found, asks in (("outlet", NEW_WAYS, ()), ("", OLD_WAYS, ("seal",)))
    )
    lines = item_lines(Account("A toy", date(2026, 3, 2), new, old), 78)
    return re.sub(" +", " ", "\n".join(each.plain for each in lines))


def test_how_each_way_stands_is_said_in_english_as_ever() -> None:
    """With its money; another standing under the saved policy is told beside it."""
    told = told_of_ways()
    for each in (
        "outlet, grade B * saved: undecided, grade B", "* saved: asks seal", "outlet 1310.50 EUR chosen",
        "saved: 1300.50 second", "export 12.00 EUR second", "saved: 12.00 blocked by toys-given",
        "donate 0.40 EUR\n saved: none by takes A; this is B", "off_price 15.00 EUR full", "saved: 15.00 open",
        "restock 20.00 blocked by toys-given\n saved: nothing", "parts - takes A; this is B",
        "* quarantine: only in the saved policy, chosen", "toys-given: Toys are given away.",
    ):  # fmt: skip
        assert each in told, told


def test_how_each_way_stands_is_said_in_the_language_of_the_context(brackets: Voice) -> None:
    """Channels and rules stay as policies write them; money has the language's decimal mark."""
    with speaking(brackets):
        told = told_of_ways()
    for each in (
        "<outlet, grade B> <* saved: <<undecided>, grade B>>", "<* saved: asks seal>", "<EUR chosen>",
        "<saved: <1300.50 second>>", "<saved: <12.00 blocked by toys-given>>", "<saved: nothing>",
        "<saved: <none by takes A; this is B>>", "<* quarantine: only in the saved policy, < chosen>>",
    ):  # fmt: skip
        assert each in told, told
    with written_in("de"):
        assert "1310,50" in told_of_ways()
