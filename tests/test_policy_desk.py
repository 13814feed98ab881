"""What a manager is told while a policy is written: its mistakes by line, what it changes, where items go."""

import json
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal.cli import main
from terminal.config import load
from terminal.domain.speech import Voice, speaking
from terminal.domain.suggest import BadData
from terminal.policy_answers import Changes, Problem
from terminal.policy_desk import Desk, Stopped
from terminal.settings import Settings
from terminal.ui.desk_jobs import in_words
from terminal.voices import voice

HEAD = 'schema = 1\nname = "own"\nversion = "2026-03-01"\n'
DONATE = (
    '[[rule]]\nid = "toys-given"\nkind = "stop"\nbecause = "Toys are given away."\nshort = "toys"\n'
    'when = { category = "toys" }\nonly = ["donate", "recycle", "quarantine"]\n'
)
NO_GIFTS = (
    '[[rule]]\nid = "no-gifts"\nkind = "plain"\nbecause = "Nothing is given away."\nshort = "no gifts"\n'
    'when = { category = ["toys", "home"] }\nforbid = ["donate"]\n'
)
TEST = '[[test]]\nname = "a toy"\ngiven = { category = "toys" }\nexpect = { hits = ["toys-given"] }\n'
OWN = HEAD + DONATE + TEST
TOY = {"category": "toys", "reference_price": "30", "packaging": "sealed"}
MANIFEST = "rma,sku,title,category,quantity,unit_price,currency\nRMA7001,CUP-1,Cup,home,3,19.90,EUR\n"
SCRIPT = "@2026-03-02T10:00:00Z\n!badge 1001\nRMA7001\nCUP-1\n!clean\n!applied\n!tote\n"


@pytest.fixture
def station(tmp_path: Path) -> Settings:
    """A station on defaults that has no file yet."""
    return load(None, tmp_path / "data", {})


@pytest.fixture
def worked(station: Settings, tmp_path: Path) -> Settings:
    """The same after one cup went through."""
    (tmp_path / "manifest.csv").write_text(MANIFEST, "utf-8")
    for words, script in (
        (["import", "manifest", str(tmp_path / "manifest.csv")], None),
        (["replay", "-"], SCRIPT),
    ):
        done = CliRunner().invoke(main, ["--data", str(station.data), *words], input=script)
        assert done.exit_code == 0, done.output
    return station


def lpn_of(station: Settings) -> str:
    """The LPN of the cup."""
    with sqlite3.connect(station.data / "station.db") as db:
        return str(db.execute("select lpn from item").fetchone()[0])


def test_a_sound_text_is_told_by_its_size_and_hash(station: Settings) -> None:
    """Nothing differs from itself, and rules that leave only quarantine are named."""
    stuck = (
        HEAD
        + DONATE
        + DONATE.replace("toys-given", "stuck")
        .replace('"donate", "recycle", ', "")
        .replace('"toys"', '"home"')
    )
    found = Desk(station, "own.toml").check(stuck, stuck)
    assert (found.problems, found.rules, found.tests, len(found.hash)) == ((), 2, 0, 64)
    assert found.changes == Changes()
    assert not found.changes
    assert found.only_quarantine == ("stuck",)


def test_a_change_is_told_by_the_ids_of_its_rules(station: Settings) -> None:
    """Added, removed, altered, and what is no rule; layout and remarks are no change."""
    desk = Desk(station, "own.toml")
    same = desk.check("# a remark\n" + OWN, OWN)
    assert same.changes == Changes()
    more = desk.check(OWN + NO_GIFTS, OWN)
    assert more.changes == Changes(added=("no-gifts",))
    assert more.changes
    less = desk.check(HEAD + NO_GIFTS, OWN)
    assert less.changes == Changes(added=("no-gifts",), removed=("toys-given",), other=("tests",))
    other = OWN.replace("away", "to charity").replace('"own"', '"ours"').replace("03-01", "03-02")
    assert desk.check(other, OWN).changes == Changes(
        altered=("toys-given",), other=("name", "version", "tests")
    )
    turned = desk.check(HEAD + NO_GIFTS + DONATE + TEST, HEAD + DONATE + NO_GIFTS + TEST)
    assert turned.changes == Changes(other=("order of the rules",))
    assert desk.check(OWN, "nothing of a policy").changes is None


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (OWN.replace('"toys" }\nonly', '"tosy" }\nonly'), 9, 'did you mean "toys"?'),
        (OWN + "x", 15, "not readable as TOML"),
        (OWN.replace('hits = ["toys-given"]', 'misses = ["toys-given"]'), 11, 'rule "toys-given" holds'),
        (OWN + "a = " + "[" * 5000, None, "deep in one another"),
        (HEAD + f"n = {'9' * 5000}\n" + DONATE, None, "not readable as TOML"),
        ("", None, "no [[rule]] in it"),
        (HEAD, None, "no [[rule]] in it"),
    ],
    ids=["typo", "no TOML", "failing test", "deep", "long number", "empty", "no rule"],
)
def test_what_is_wrong_is_told_with_its_line(
    station: Settings, text: str, line: int | None, says: str
) -> None:
    """Whatever the text is, the answer is a list of problems."""
    found = Desk(station, "own.toml").check(text, OWN)
    match = [each for each in found.problems if says in each.sentence]
    assert match, found
    assert match[0].line == line
    assert not match[0].sentence.startswith("own.toml")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, len(OWN)), junk=st.text(max_size=8))
def test_no_text_makes_the_check_fail(station: Settings, cut: int, junk: str) -> None:
    """Whatever is typed anywhere, there is an answer: problems, or the size of a policy."""
    found = _DESKS.setdefault("any", Desk(station, "own.toml")).check(OWN[:cut] + junk + OWN[cut:], OWN)
    assert found.problems or found.rules


_DESKS: dict[str, Desk] = {}


def test_a_text_full_of_mistakes_is_told_by_the_first_of_them(station: Settings) -> None:
    """A hundred, and how many more there are: nobody reads them all, and a screen has to draw them."""
    found = Desk(station, "own.toml").check(OWN + DONATE * 250, OWN)
    assert len(found.problems) == 101
    assert found.problems[-1] == Problem(None, "... and 150 more")


def test_files_that_belong_to_the_policy_are_told_when_they_are_wrong(tmp_path: Path) -> None:
    """A mistake in the schemes is a problem without a line, named with its file."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "schemes.toml").write_text("x = ")
    (tmp_path / "config.toml").write_text(f'[schemes]\nfolder = "{tmp_path / "own"}"\n')
    found = Desk(load(tmp_path / "config.toml", tmp_path, {}), "own.toml").check(OWN, OWN)
    assert [each for each in found.problems if each.line is None and "schemes.toml" in each.sentence]


def test_a_policy_in_force_that_can_not_be_read_can_be_mended(tmp_path: Path) -> None:
    """Check and explanation work without it, and a new file begins with its text."""
    (tmp_path / "force.toml").write_text("broken")
    (tmp_path / "config.toml").write_text(f'[policy]\nfile = "{tmp_path / "force.toml"}"\n')
    desk = Desk(load(tmp_path / "config.toml", tmp_path, {}), "force.toml", facts=json.dumps(TOY))
    assert desk.in_force() == ("force.toml", "broken")
    assert desk.check(OWN, "broken").problems == ()
    account = desk.explain(OWN, "broken")
    assert account.old is None
    assert account.new.way("restock") is not None


def test_answers_are_in_the_language_of_the_context_and_mistakes_in_that_of_policies(
    station: Settings, brackets: Voice
) -> None:
    """Line and word of a mistake are English, as the words are that a policy is written in."""
    desk = Desk(station, "own.toml", facts=json.dumps(TOY))
    with speaking(brackets):
        found = desk.check(OWN.replace('"stop"', '"stpo"') + DONATE * 250, OWN)
        account = desk.explain(OWN, OWN)
        with pytest.raises(BadData, match=r"^<Put the text right first: 1 problem, see F2>$"):
            desk.explain(OWN + "x", OWN)
        with pytest.raises(BadData) as unknown:
            desk.explain(OWN, OWN, "BCDEFGHKLN")
        assert in_words(unknown.value).startswith('<"BCDEFGHKLN" is no item of this station')
    *mistakes, rest = found.problems
    assert any('did you mean "stop"?' in each.sentence for each in mistakes)
    assert not any("<" in each.sentence for each in mistakes)
    assert rest.sentence.startswith("<... and ")
    assert account.title == "<facts as typed>"
    assert "<" in account.new.explanation


def test_an_item_is_shown_under_the_text_and_under_the_saved_one(station: Settings) -> None:
    """Channels with money and standing, each block with its rule and why, and both policies side by side."""
    desk = Desk(station, "own.toml", facts=json.dumps(TOY), on=date(2026, 3, 2))
    saved = HEAD + NO_GIFTS
    account = desk.explain(OWN, saved)
    assert account.on == date(2026, 3, 2)
    assert account.old is not None
    blocked = account.new.way("restock")
    assert blocked is not None
    assert (blocked.state, blocked.why) == ("blocked", (("toys-given", "Toys are given away."),))
    given_away = account.old.way("donate")
    assert given_away is not None
    assert given_away.why == (("no-gifts", "Nothing is given away."),)
    assert account.new.disposition in ("donate", "recycle")
    assert account.old.disposition == "restock"
    assert account.new.ways[0].state == "chosen"
    assert float(str(account.old.ways[0].value)) > 0
    assert account.old.explanation.startswith("RESTOCK")
    assert account.new.way("no such channel") is None


def test_an_item_that_goes_nowhere_is_in_quarantine_and_asks_for_what_is_not_known(station: Settings) -> None:
    """Quarantine is a way like the others, and the facts that would free the item are named."""
    need = DONATE.replace('category = "toys"', 'seal = "broken"').replace('"donate", "recycle", ', "")
    account = Desk(station, "own.toml", facts='{"category": "toys"}').explain(HEAD + need, OWN)
    assert account.new.disposition == "quarantine"
    assert account.new.ways[0].channel == "quarantine"
    assert "seal" in account.new.asks


def test_an_item_can_be_looked_at_while_a_test_in_the_text_fails(station: Settings) -> None:
    """Only a text that can't be read has to be put right first."""
    desk = Desk(station, "own.toml", facts=json.dumps(TOY))
    assert desk.explain(OWN.replace("hits", "misses"), OWN).new.way("restock") is not None
    with pytest.raises(BadData, match="Put the text right first: 1 problem, see F2"):
        desk.explain(OWN + "x", OWN)


def test_an_item_is_named_by_file_json_or_lpn(worked: Settings, tmp_path: Path) -> None:
    """An item of the station is decided on the day and under the grade that it was decided by."""
    desk = Desk(worked, "own.toml", today=lambda: date(2026, 5, 1))
    (tmp_path / "toy.json").write_text(json.dumps(TOY))
    assert (desk.explain(OWN, OWN, str(tmp_path / "toy.json")).title) == "toy.json"
    assert desk.explain(OWN, OWN, json.dumps(TOY)).on == date(2026, 5, 1)
    lpn = lpn_of(worked)
    cup = desk.explain(OWN, HEAD + NO_GIFTS, f" {lpn.lower()} ")
    assert cup.title == f"{lpn}  Cup"
    assert cup.on == date(2026, 3, 2)
    assert cup.new.grade
    assert cup.old is not None
    assert [way.channel for way in cup.old.ways if way.state == "blocked"] == ["donate"]
    for named, says in ((" ", "No item yet"), ("NONE", '"NONE" is no item'), ("{", "no JSON")):
        with pytest.raises(BadData, match=says):
            desk.explain(OWN, OWN, named)


def test_without_a_station_file_no_lpn_is_known_and_none_is_made(station: Settings) -> None:
    """Looking for an item leaves the data folder as it is."""
    with pytest.raises(BadData, match="is no item of this station"):
        Desk(station, "own.toml").explain(OWN, OWN, "BCDEFGHKLN")
    assert not station.data.exists()


def test_the_history_is_replayed_in_a_process_of_its_own(worked: Settings) -> None:
    """The report is that of `policy backtest`; a mistake in the text is told; a stop ends it."""
    desk = Desk(worked, "own.toml")
    seen: list[int] = []
    report = desk.backtest(HEAD + NO_GIFTS, seen.append)
    assert (report["units"], report["policy"]["name"]) == (1, "own")
    assert seen
    with pytest.raises(BadData, match=r"own\.toml: not readable as TOML"):
        desk.backtest(OWN + "x", seen.append)

    def stop(units: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        desk.backtest(OWN, stop)


def test_a_station_without_history_says_so(station: Settings) -> None:
    """There is a sentence, and no file is made."""
    with pytest.raises(BadData, match="nothing was decided yet"):
        Desk(station, "own.toml").backtest(OWN, lambda units: None)
    assert not (station.data / "station.db").exists()


def test_why_there_is_no_replay_is_said_in_the_language_of_the_reader(
    worked: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other process speaks to nobody: what it says crosses over with what it is made of."""

    def told(settings: Settings) -> str:
        with pytest.raises(BadData) as failed:
            Desk(settings, "own.toml").backtest(OWN, lambda units: None)
        with speaking(voice("de")):
            return in_words(failed.value)

    empty = tmp_path / "empty"
    assert told(load(None, empty, {})).startswith(f"In {empty} gibt es keine Stationsdatei")
    monkeypatch.setattr("terminal.policy_replay._CODE", "pass")
    assert told(worked).startswith("Das Nachrechnen endete ohne Antwort")
    monkeypatch.undo()
    (worked.data / "station.db").write_bytes(b"no database" * 1000)
    assert "ist keine Stationsdatei" in told(worked)


def test_another_backtest_can_be_given(station: Settings) -> None:
    """It gets the file's name, the text and somebody to tell of progress."""
    asked: list[tuple[str, str]] = []

    def replay(name: str, text: str, progress: Callable[[int], None]) -> dict[str, Any]:
        asked.append((name, text))
        return {"units": 0}

    assert Desk(station, "own.toml", backtest=replay).backtest(OWN, lambda units: None) == {"units": 0}
    assert asked == [("own.toml", OWN)]


def test_a_problem_keeps_its_text_whatever_the_name_of_the_file(station: Settings) -> None:
    """A name with a colon or a digit is not taken for a line."""
    found = Desk(station, "a:7: b.toml").check(HEAD, OWN)
    assert found.problems == (Problem(None, "no [[rule]] in it"),)
