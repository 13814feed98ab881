"""What the operator sees and can choose, in every phase."""

import string
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from terminal.bench.actions import ACTIONS, by_code
from terminal.bench.choices import CHOICES, Entry, Menu, Pick, choice_code
from terminal.bench.commands import (
    Accept,
    AddDefect,
    Answer,
    Clean,
    Hold,
    Measure,
    Scanned,
    SetDisposition,
    SetGrade,
    SignOut,
    Times,
    Unidentified,
)
from terminal.bench.given import Idle, Press, Scan, Typed
from terminal.bench.meanings import Known, Return
from terminal.bench.menus import open_menu, reroute_to, standing
from terminal.bench.messages import sentence
from terminal.bench.naming import channel_word, money
from terminal.bench.outcome import Outcome, visible
from terminal.bench.parcel_events import Expected
from terminal.bench.scene import Demo, Said, Scene
from terminal.bench.view import Level
from terminal.bench.wording import available, view
from terminal.domain.channels import CHANNELS
from terminal.domain.items import Product
from terminal.domain.lettercode import ALPHABET

BANNER = set(string.ascii_uppercase + string.digits + " .,:-+/?!%'")
ROOT = Path(__file__).resolve().parents[2]


def shown(bench, outcome: Outcome | None = None, **scene):
    """The view after an outcome; checks what every view must keep to."""
    said = Said(outcome.verdict, bench.at) if outcome is not None else None
    made = view(
        bench.state, bench.rules, Scene(said=said, standing=standing(bench.state, bench.rules), **scene)
    )
    assert 0 < len(made.word) <= 14
    assert set(made.word) <= BANNER
    assert made.line
    return made


def phases(bench, a_line):
    """The bench in one phase after the other."""
    yield "signed out"
    bench.sign_in()
    yield "ready"
    bench.receive(a_line(quantity=2, reason="leaks"))
    yield "parcel"
    bench.item(a_line(quantity=2, reason="leaks"))
    yield "inspecting"
    bench.with_rules(auto_accept=False)
    bench.must(AddDefect("SCR-DP"))
    bench.must(Clean())
    yield "proposed"
    bench.must(Accept())
    yield "decided"
    bench.label()
    yield "labelled"
    bench.tote()
    yield "parcel"
    bench.item(a_line(quantity=2))
    bench.must(Hold("other"))
    yield "parcel"


def test_every_phase_has_its_words_hints_and_actions(bench, a_line):
    """State names, steps and demo hints go together, and nothing is shown that can't be drawn."""
    demo = Demo(("XBBDLCE",), ("RMA1", "RMA2"))
    for name in phases(bench, a_line):
        plain = shown(bench)
        helped = shown(bench, demo=demo)
        assert plain.state == name
        assert plain.hints == ()
        assert helped.hints
        assert set(helped.actions) <= {action.id for action in ACTIONS}
        assert helped.operator == ("" if name == "signed out" else "1001 Ada")


def test_a_demo_without_anything_to_type_gives_no_hint(bench, a_line):
    """Everything received: nothing is made up."""
    nothing = Demo((), ())
    names = {name: shown(bench, demo=nothing).hints for name in phases(bench, a_line)}
    assert names["signed out"] == names["ready"] == ()
    assert names["parcel"] == ()


def test_the_proposal_shows_its_reasons_and_the_value_of_every_channel(bench, a_line):
    """Best value first, forbidden ones with their rule, the chosen one marked."""
    for name in phases(bench, a_line):
        if name == "proposed":
            made = shown(bench)
            labels = [fact.label for fact in made.facts]
            assert {"ITEM", "WORTH", "BECAUSE", "FOUND"} <= set(labels)
            assert sum(row.chosen for row in made.channels) == 1
            assert any(row.forbidden and row.note for row in made.channels)
            assert [choice.mark for choice in made.choices].count("proposed") == 1
            assert made.choices[0].code


def test_a_refusal_shows_what_the_bench_still_waits_for(inspecting, a_line):
    """The band is red, and the first fact repeats the open question."""
    outcome = inspecting.do(Scanned("nonsense", ()))
    made = shown(inspecting, outcome)
    assert (made.level, made.sound, made.facts[0].label) == (Level.STOP, Level.STOP, "NOW")


def test_a_finished_item_turns_the_band_green(inspecting):
    """The tote's sentence stands under the next thing to do."""
    inspecting.must(Clean())
    inspecting.label()
    made = shown(inspecting, inspecting.tote())
    assert (made.level, made.recent[0].grade) == (Level.OK, "A")
    assert "tote" in made.line
    assert shown(inspecting).level is Level.ASK


def test_a_lost_printer_is_said_at_the_label(inspecting):
    """Work goes on: the tote is asked for instead of the label."""
    inspecting.must(Clean())
    made = shown(inspecting, printer_lost=True, demo=Demo(("X",), ()))
    assert made.level is Level.WARN
    assert "tote" in made.line
    assert "Type T-" in made.hints[0]


def test_trouble_has_its_own_banner(ready, a_line):
    """No price, a wrong item, and an item without a code are yellow and wait for Enter."""
    one = a_line(unit_price=None, currency=None)
    ready.receive(one)
    ready.item(one)
    ready.must(Clean())
    made = shown(ready)
    assert (made.word, made.level) == ("NO VALUE", Level.WARN)
    assert any(fact.warn for fact in made.facts)
    ready.must(Accept())
    ready.must(Unidentified())
    assert shown(ready).word == "HOLD IT?"
    assert any(fact.label == "ARRIVED" for fact in shown(ready).facts)


def test_a_count_stands_in_the_band(inspecting):
    """Twelve units, two labels to scan back."""
    inspecting.must(Times(12))
    assert "x12" in shown(inspecting).line
    inspecting.must(Clean())
    assert "(2 labels)" in shown(inspecting).line
    inspecting.label()
    inspecting.label()
    inspecting.tote()
    assert shown(inspecting).recent[0].title.endswith("x12")


def test_a_grade_set_by_hand_says_so(inspecting):
    """Without penalties the reason is the hand."""
    inspecting.must(Answer("sealed", "yes"))
    inspecting.must(SetGrade("B", "other"))
    inspecting.do(Accept())
    why = next(fact for fact in shown(inspecting).facts if fact.label == "WHY B")
    assert why.text


def test_a_blind_parcel_counts_what_came(ready):
    """Nothing is expected of it."""
    from terminal.bench.commands import Blind

    ready.must(Blind("no-label"))
    assert (shown(ready).word, "0 so far" in shown(ready).line) == ("SCAN ITEM", True)


def test_a_question_of_meaning_is_shown_as_choices(ready, a_line):
    """Each option is a numbered line that picks it."""
    lines = (Expected(a_line(), 12),)
    ready.must(Scanned("1Z", (Return("C1", "rma", None, lines, 0), Return("C2", "rma", None, lines, 0))))
    made = shown(ready)
    assert (made.word, [choice.label for choice in made.choices]) == (
        "WHICH ONE?",
        ["return C1", "return C2"],
    )
    menu = standing(ready.state, ready.rules)
    assert [entry.does for entry in menu.entries] == [Pick(0), Pick(1)]


def walk_menu(menu: Menu, depth: int = 0):
    """Every entry of a menu and of the menus behind it."""
    assert depth < 4
    for entry in menu.entries:
        assert entry.label
        yield entry
        if isinstance(entry.does, Menu):
            yield from walk_menu(entry.does, depth + 1)


def test_every_menu_leads_to_commands_that_never_raise(bench, a_line):
    """Each entry, chosen in the phase in which it is offered, gives a verdict with words."""
    for _ in phases(bench, a_line):
        for action in ACTIONS:
            menu = open_menu(action.id, bench.state, bench.rules)
            if menu is None:
                continue
            for entry in walk_menu(menu):
                if not isinstance(entry.does, Menu):
                    trial = replace(bench, log=[])
                    outcome = trial.do(entry.does)
                    assert sentence(outcome.verdict.code, outcome.verdict.args)
            assert shown(bench, menu=menu).menu == menu.title


def test_prompts_read_numbers_and_nothing_else(inspecting):
    """A count is digits; grams are left to the checklist to judge; an empty line is no number."""
    times = open_menu("times", inspecting.state, inspecting.rules)
    weigh = open_menu("weigh", inspecting.state, inspecting.rules)
    assert times.reads("12") == Times(12)
    assert times.reads("twelve") is None
    assert times.reads("1234567") is None
    assert weigh.reads("182") == Measure("weight_g", "182")
    assert weigh.reads("") is None
    assert shown(inspecting, menu=times).word == "HOW MUCH?"


def test_a_number_question_reads_what_is_typed(ready, a_line):
    """The battery's percentage is typed, not chosen."""
    one = a_line(sku="PHN-1", category="phone", quantity=1)
    ready.receive(one)
    ready.item(one)
    ready.must(Clean())
    menu = standing(ready.state, ready.rules)
    assert menu.prompt
    assert menu.reads("84") == Answer("battery_health", "84")
    ready.must(Answer("battery_health", "84"))
    assert any("battery 84 %" in fact.text for fact in shown(ready).facts)
    assert menu.reads("") is None


def test_defects_are_added_until_somebody_says_that_is_all(inspecting):
    """`found` can only be said once something was found."""
    while True:
        menu = standing(inspecting.state, inspecting.rules)
        labels = [entry.label for entry in menu.entries]
        if "add a defect" in labels:
            break
        first = next(
            entry.does
            for entry in menu.entries
            if isinstance(entry.does, Answer) and entry.does.value == "no"
        )
        inspecting.must(first)
    before = len(labels)
    inspecting.must(AddDefect("SCR-LT"))
    menu = standing(inspecting.state, inspecting.rules)
    assert menu is None or len(menu.entries) >= before


def test_a_channel_is_chosen_with_a_reason(inspecting):
    """The reasons of the site stand behind each channel."""
    menu = reroute_to("outlet", inspecting.rules)
    assert menu.entries[0].does == SetDisposition("outlet", "seen-worse")
    inspecting.must(SignOut())
    assert open_menu("undo", inspecting.state, inspecting.rules) is None


def test_actions_that_would_do_nothing_are_known(bench, a_line):
    """Without a shift there is none to close; with an item open it stays."""
    assert not available("shift_close", bench.state)
    bench.sign_in()
    assert available("shift_close", bench.state)
    assert available("blind", bench.state)
    bench.receive(a_line(quantity=1))
    assert not available("blind", bench.state)
    assert available("parcel_done", bench.state)


def test_choice_codes_are_ours_and_end(bench):
    """Ninety-nine choices have a barcode."""
    assert len({choice_code(number) for number in range(1, CHOICES + 1)}) == CHOICES
    assert choice_code(CHOICES + 1) == ""


def test_action_codes_are_layout_proof_and_unique():
    """A command barcode reads the same on every keyboard."""
    codes = [action.code for action in ACTIONS if action.code]
    assert len(set(codes)) == len(codes)
    assert all(set(code) <= set(ALPHABET) and len(code) <= 6 for code in codes)
    for field in ("id", "key", "letter"):
        values = [getattr(action, field) for action in ACTIONS if getattr(action, field)]
        assert len(set(values)) == len(values)
    assert by_code("UNDO").id == "undo"
    assert by_code("NOSUCH") is None


@pytest.mark.parametrize("channel", CHANNELS)
def test_channel_names_fit_the_banner(channel):
    """Fourteen capitals at most."""
    assert set(channel_word(channel)) <= BANNER
    assert len(channel_word(channel)) <= 14


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("3.10", "EUR", "€3.10"),
        ("-0.26", "GBP", "-£0.26"),
        ("5.00", "PLN", "PLN 5.00"),
        (None, "EUR", "-"),
        ("1.00", None, " 1.00"),
    ],
)
def test_money_is_shown_with_its_sign(amount, currency, text):
    """The minus stands before the currency."""
    assert money(amount, currency) == text


def test_foreign_text_is_cut_and_made_visible():
    """No control character leaves the core in a refusal."""
    assert visible("a\x1b[2Jb") == "a?[2Jb"
    assert len(visible("A" * 10_000)) == 60


def test_a_near_word_is_offered():
    """Did-you-mean stands behind the unknown word."""
    text = sentence("unknown-reason", {"given": "othr", "near": "other", "known": "other"})
    assert 'Did you mean "other"?' in text


def test_what_is_given_compares_by_value():
    """Inputs are values: a queue of them can be compared in a test."""
    assert (Scan("A"), Typed("1"), Press("undo"), Idle()) == (Scan("A"), Typed("1"), Press("undo"), Idle())
    assert Entry("a", Accept()) == Entry("a", Accept())


def test_the_undo_of_the_last_line_names_the_step(inspecting):
    """`F2 undo` says what it would take back."""
    assert shown(inspecting).last.undo == "starting the item"
    inspecting.at += timedelta(minutes=1)
    assert shown(inspecting, inspecting.must(Clean())).last.text


def test_a_product_with_neither_sku_nor_price_is_shown(ready, a_line):
    """A GTIN stands in for the SKU."""
    one = a_line(sku=None, gtin="4006381333931", quantity=1)
    ready.receive(one)
    known = Known(Product(None, "4006381333931", "Pen", "general"), None, "04006381333931", None, "Pen")
    ready.do(Scanned("4006381333931", (known,)))
    assert ready.state.item.gtin == "04006381333931"
    assert ready.state.item.line == 1
    assert "04006381333931" in shown(ready).facts[0].text


def test_right_after_a_tote_several_state_names_fit(ready, a_line):
    """A complete parcel is ready for the next one; nobody signed in is just that."""
    one = a_line(quantity=1)
    ready.receive(one)
    assert ready.state.names() == {"parcel"}
    ready.item(one)
    ready.must(Hold("other"))
    assert ready.state.names() == {"parcel", "ready", "quarantine"}
    ready.must(SignOut())
    assert ready.state.names() == {"signed out"}


def test_a_checklist_with_nothing_to_ask_shows_no_menu(inspecting):
    """Facts that came from elsewhere can settle an item before it is proposed."""
    item = inspecting.state.item
    inspecting.state = replace(
        inspecting.state, item=replace(item, facts={**item.facts, "packaging": "sealed"})
    )
    assert standing(inspecting.state, inspecting.rules) is None
    assert shown(inspecting).word == "INSPECT"


def test_an_item_without_a_price_shows_none(parcel):
    """No NEW line for what nobody knows the price of."""
    parcel.must(Unidentified())
    bare = replace(parcel.state.item, proposal=None)
    parcel.state = replace(parcel.state, item=bare)
    assert [fact.label for fact in shown(parcel).facts] == ["ITEM", "ARRIVED"]


def test_the_only_open_channel_has_no_runner_up(inspecting):
    """The worth stands alone."""
    inspecting.must(Clean())
    item = inspecting.state.item
    alone = replace(item.proposal, runner_up=None)
    inspecting.state = replace(inspecting.state, item=replace(item, proposal=alone))
    worth = next(fact for fact in shown(inspecting).facts if fact.label == "WORTH")
    assert "next" not in worth.text


def test_a_doubtful_proposal_says_why_it_waits(inspecting):
    """The doubt stands in the band and among the facts."""
    inspecting.with_rules(auto_accept=False)
    inspecting.must(Clean())
    item = inspecting.state.item
    doubtful = replace(item.proposal, doubts=("lock not known",))
    inspecting.state = replace(inspecting.state, item=replace(item, proposal=doubtful))
    made = shown(inspecting)
    assert "lock not known" in made.line
    assert made.facts[1].warn


def test_what_was_answered_stands_below_the_question(inspecting):
    """The operator sees what was said so far."""
    inspecting.must(AddDefect("SCR-DP"))
    assert next(fact for fact in shown(inspecting).facts if fact.label == "FOUND").text
