"""Other languages: what is said goes through the catalogue, what is written down stays as it is."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from terminal.bench.actions import ACTIONS
from terminal.bench.audit_events import Audited, Finding
from terminal.bench.audit_wording import both
from terminal.bench.choices import Menu
from terminal.bench.commands import Accept, AddDefect, Answer, Clean, Hold, ParcelDone, Scanned, Undo
from terminal.bench.evolve import STEPS
from terminal.bench.meanings import Known, OwnItem, Tote
from terminal.bench.menus import open_menu, standing
from terminal.bench.naming import (
    CHANNEL_NAMES,
    CHANNEL_WORDS,
    PLACES,
    ROLES,
    channel_name,
    channel_word,
    place_name,
    role_name,
)
from terminal.bench.outcome import Verdict
from terminal.bench.scanning import option_of, option_words
from terminal.bench.scene import Demo
from terminal.bench.shipped_words import ANSWERS, QUESTIONS, REASONS
from terminal.bench.view import Level, View
from terminal.bench.wording import said_text
from terminal.domain.channels import CHANNELS
from terminal.domain.crew import ROLES as KNOWN_ROLES
from terminal.domain.schemes import LOCATIONS
from terminal.domain.speech import speaking

CONFIG = Path(__file__).parents[2] / "config.toml"
MARK = "~"


@dataclass(frozen=True)
class Marking:
    """A language in which every sentence begins with a mark."""

    def gettext(self, message: str, /) -> str:
        """The sentence, marked."""
        return f"{MARK}{message}"

    def ngettext(self, one: str, many: str, n: int, /) -> str:
        """The form for a number, marked."""
        return f"{MARK}{one if n == 1 else many}"


MARKING = Marking()


def said(view: View) -> list[str]:
    """What a view says in words of the bench's own."""
    return [
        view.word,
        view.line,
        *(fact.label for fact in view.facts if "/" not in fact.label),
        *(choice.label for choice in view.choices if choice.label not in ("A", "B", "C", "D")),
        *(row.channel for row in view.channels),
        *view.hints,
        *([view.last.text] if view.last.text else []),
        *([view.last.undo] if view.last.undo else []),
    ]


def all_marked(bench: Any, outcome: Any) -> None:
    """Nothing on the screen was said past the catalogue."""
    for text in said(bench.view(outcome, Demo(("1001",), ("R1",)))):
        assert MARK in text, text


@pytest.mark.parametrize("good", [True, False])
def test_a_whole_item_is_said_in_the_language_of_the_moment(bench: Any, a_line: Any, good: bool) -> None:
    """From the badge to the tote, good goods and bad ones; steps to undo stay English in the state."""
    with speaking(MARKING):
        all_marked(bench, bench.sign_in())
        all_marked(bench, bench.receive(a_line()))
        outcome = bench.item(a_line())
        all_marked(bench, outcome)
        if not good:
            all_marked(bench, bench.must(AddDefect("SCR-DP", "front")))
        all_marked(bench, bench.must(Clean()))
        if bench.state.item.decided is None:
            all_marked(bench, bench.must(Accept()))
        while bench.state.item.unproven:
            all_marked(bench, bench.label())
        all_marked(bench, bench.tote())
        assert {moment.step for moment in bench.state.history} <= set(STEPS.values())
        undone = bench.must(Undo())
        all_marked(bench, undone)
    assert undone.verdict.args["step"] == "the tote"


def titles(menu: Menu) -> list[str]:
    """The titles of a menu and of those behind it, and their entries."""
    found = [menu.title, *([menu.prompt] if menu.prompt else [])]
    for entry in menu.entries:
        if len(entry.label) > 1:
            found.append(entry.label)
        if isinstance(entry.does, Menu):
            found += titles(entry.does)
    return found


def test_every_menu_is_said_in_the_language_of_the_moment(inspecting: Any) -> None:
    """Behind every action, and what the bench asks by itself."""
    with speaking(MARKING):
        found = [open_menu(action.id, inspecting.state, inspecting.rules) for action in ACTIONS]
        menus = [menu for menu in (*found, standing(inspecting.state, inspecting.rules)) if menu is not None]
        assert len(menus) > 6
        own = inspecting.rules.recipients
        for text in (text for menu in menus for text in titles(menu) if text not in own):
            assert MARK in text, text


def test_what_several_things_are_called_is_looked_up_and_not_written_down(a_line: Any) -> None:
    """The entries that a scan may mean: said in words, compared and journalled as they are."""
    tote = Tote("T-01", "outlet", "T1")
    with speaking(MARKING):
        assert [option_of(one).label for one in (tote, OwnItem("L1"))] == ["tote T1", "item L1"]
        assert option_words(option_of(tote)) == "~tote T1"
    assert option_words(option_of(tote)) == "tote T1"
    assert option_words(option_of(OwnItem("L1", title="Tin"))) == "item L1 Tin"
    product = Known(None, "CUP-1", None, None, "Cup")
    assert option_words(option_of(product)) == "CUP-1 Cup"


def test_a_word_of_the_bench_in_a_refusal_is_said_and_its_trace_is_english(inspecting: Any) -> None:
    """The refusal that is written down reads the same in every language."""
    with speaking(MARKING):
        outcome = inspecting.do(ParcelDone())
        assert said_text(outcome.verdict).startswith("~~parcel done is not for now")
    assert outcome.events[0].given == "parcel done"


def test_a_label_keeps_the_words_of_a_reason_and_the_screen_looks_them_up(inspecting: Any) -> None:
    """A label is for the goods, not for who stands at the bench."""
    with speaking(MARKING):
        outcome = inspecting.must(Hold("other"))
    words = inspecting.rules.hold_reasons["other"]
    assert outcome.verdict.args["reason"] == f"~{words}"
    assert {row.values["tag"] for row in inspecting.written if row.table == "label_job"}
    assert all(MARK not in row.values["tag"] for row in inspecting.written if row.table == "label_job")


def test_names_that_are_known_are_looked_up_and_others_stay() -> None:
    """Every channel, role and place has a word; what a site invented is shown as it is."""
    assert set(CHANNEL_WORDS) == set(CHANNEL_NAMES) == set(CHANNELS)
    assert set(ROLES) == set(KNOWN_ROLES)
    assert set(PLACES) == set(LOCATIONS)
    with speaking(MARKING):
        assert (channel_word("off_price"), channel_name("off_price")) == ("~OFF PRICE", "~off_price")
        assert (channel_word("by_raft"), channel_name("by_raft")) == ("BY RAFT", "by_raft")
        assert (role_name("lead"), role_name("cook")) == ("~lead", "cook")
        assert (place_name("back"), place_name("inside")) == ("~back", "inside")


@pytest.mark.parametrize(
    ("what", "value", "words"),
    [
        ("works", "yes", "~{what}: {value}"),
        ("SCR-DP", "front x2", "~SCR-DP: ~front x2"),
        ("weight_g", "350", "~~weight_g: 350"),
        ("own-question", "own answer", "~own-question: own answer"),
    ],
)
def test_an_observation_is_said_in_words_where_it_has_some(what: str, value: str, words: str) -> None:
    """Shipped questions, answers and places; a site's own stay."""
    with speaking(MARKING):
        text = said_text(Verdict(Level.OK, "inspected", {"what": what, "value": value}))
    assert text == words.format(what=f"~{what}", value=f"~{value}")


def test_what_an_audit_saw_is_looked_up_piece_by_piece() -> None:
    """A question as a sentence; a defect and its place each by itself."""
    findings = (Finding("Does it work?", "yes", "no"), Finding("Deep scratch back", "-", "x1"))
    saved = Audited(
        "L1", "a", "B", "outlet", "A", "restock", "random", "9001", findings, "1001", "home", "Tin"
    )
    with speaking(MARKING):
        texts = [fact.text for fact in both(saved)]
    assert (
        "~{what}: first {first}, audit {saw}".format(what="~Does it work?", first="~yes", saw="~no") in texts
    )
    assert any("~Deep scratch ~back" in text for text in texts)


def test_the_words_of_the_shipped_settings_and_checklists_are_marked(rules: Any) -> None:
    """What the shipped files say is in the catalogue's list, and nothing more than that."""
    reasons = tomllib.loads(CONFIG.read_text("utf-8"))["reasons"]
    assert set(REASONS) == {words for kind in reasons.values() for words in kind.values()}
    questions = [one for scheme in rules.book.schemes.values() for one in scheme.questions]
    assert {one.id for one in questions} | {"weight_g"} == set(QUESTIONS)
    assert {choice.value for one in questions for choice in one.choices} == set(ANSWERS)


def test_an_answer_to_a_question_is_said_in_words(inspecting: Any) -> None:
    """The last line after the first answer of the checklist."""
    menu = standing(inspecting.state, inspecting.rules)
    assert menu is not None
    answer = next(entry.does for entry in menu.entries if isinstance(entry.does, Answer))
    with speaking(MARKING):
        outcome = inspecting.do(answer)
        if outcome.verdict.code == "inspected":
            assert said_text(outcome.verdict).count(MARK) == 3
        assert MARK in said_text(outcome.verdict)


def test_a_refusal_before_the_badge_names_what_was_scanned(bench: Any) -> None:
    """Foreign text is put in as it is."""
    with speaking(MARKING):
        outcome = bench.do(Scanned("undo", ()))
        assert said_text(outcome.verdict) == "~Scan your badge first, then once more: undo."
