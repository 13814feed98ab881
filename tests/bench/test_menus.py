"""What is offered can be taken: each entry of each menu, through the checklists of every kind of goods."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from terminal.bench.actions import ACTIONS
from terminal.bench.choices import Entry, Menu, Pick
from terminal.bench.commands import (
    Accept,
    AddDefect,
    Answer,
    Blind,
    Clean,
    FinishWork,
    GiveUpWork,
    Hold,
    Measure,
    Scanned,
    SetDisposition,
    SetGrade,
    Times,
)
from terminal.bench.decide import decide
from terminal.bench.meanings import Known, Operator, Tote
from terminal.bench.menus import channel_menu, open_menu, standing
from terminal.bench.messages import sentence
from terminal.bench.outcome import Outcome
from terminal.bench.rules import Now
from terminal.bench.state import Phase
from terminal.domain.channels import CHANNELS, QUARANTINE
from terminal.domain.facts import CATEGORIES
from terminal.domain.items import Product

COMMANDS = (
    Accept, AddDefect, Answer, Blind, FinishWork, GiveUpWork, Hold, Measure, SetDisposition, SetGrade, Times,
)  # fmt: skip
LEAD = Operator("9001", "lead")


def entries(menu: Menu, depth: int = 0) -> Iterator[Entry]:
    """Every entry that is a command, behind however many menus."""
    assert depth < 4, menu.title
    assert menu.title
    reads = menu.reads or menu.takes
    assert menu.entries or reads is not None, f"{menu.title}: nothing to choose and nothing to type"
    assert bool(menu.prompt) == (reads is not None)
    for entry in menu.entries:
        assert entry.label
        if isinstance(entry.does, Menu):
            yield from entries(entry.does, depth + 1)
        else:
            assert isinstance(entry.does, (*COMMANDS, Pick))
            yield entry


def chosen(bench: Any, entry: Entry) -> Outcome:
    """What choosing an entry would do now; the bench stays where it is."""
    outcome = decide(bench.state, entry.does, bench.rules, Now(bench.at, bench.printer_lost))  # type: ignore[arg-type]
    assert sentence(outcome.verdict.code, outcome.verdict.args)
    return outcome


def open_item(bench: Any, a_line: Callable[..., Any], category: str) -> Any:
    """A lead with an item of a category under inspection."""
    bench.sign_in(LEAD)
    product = Product("GOODS", None, "Goods", category, Decimal("49.90"), "EUR", 300)
    bench.receive(a_line(sku="GOODS", category=category))
    bench.do(Scanned("GOODS", (Known(product, "GOODS", None, None, "Goods"),)))
    assert bench.state.phase is Phase.INSPECTING
    return bench


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("which", [0, 1, -1], ids=["first", "second", "last"])
def test_every_answer_that_a_checklist_offers_is_taken(
    drive: Callable[[], Any], a_line: Callable[..., Any], category: str, which: int
) -> None:
    """Question by question to the proposal: nothing that stands on the screen is refused when it is chosen."""
    bench = open_item(drive(), a_line, category)
    for _ in range(20):
        menu = standing(bench.state, bench.rules)
        if bench.state.phase is not Phase.INSPECTING:
            break
        assert menu is not None, "the bench inspects and asks nothing"
        if menu.reads is not None:
            command = menu.reads("84")
            assert isinstance(command, Answer)
            assert menu.reads("") is None
            bench.must(command)
            continue
        offered = list(entries(menu))
        for entry in offered:
            assert not chosen(bench, entry).refused, entry
        answers = [entry.does for entry in offered if isinstance(entry.does, Answer)]
        bench.must(answers[min(which, len(answers) - 1)])
    assert bench.state.phase in (Phase.PROPOSED, Phase.DECIDED)


def phases(bench: Any, a_line: Callable[..., Any]) -> Iterator[Phase]:
    """A lead's bench in one phase after the other, with every proposal confirmed by hand."""
    bench.with_rules(auto_accept=False)
    bench.sign_in(LEAD)
    yield bench.state.phase
    bench.receive(a_line(quantity=1))
    yield bench.state.phase
    bench.item(a_line())
    yield bench.state.phase
    bench.must(Clean())
    yield bench.state.phase
    bench.must(Accept())
    yield bench.state.phase
    bench.label()
    yield bench.state.phase
    bench.tote()
    yield bench.state.phase


def may_be_refused(action: str, phase: Phase, code: str) -> bool:
    """Refusals that an entry may meet: work whose time is over, and channels before any rule was asked."""
    match code:
        case "already-decided":
            return phase in (Phase.DECIDED, Phase.LABELLED)
        case "channel-forbidden":
            return action == "reroute" and phase is Phase.INSPECTING
        case "parcel-not-done":
            return action == "blind"
        case "item-open":
            return action == "blind" and phase not in (Phase.READY, Phase.PARCEL)
    return False


def test_every_entry_of_every_menu_in_every_phase_does_something(
    bench: Any, a_line: Callable[..., Any]
) -> None:
    """It never raises, and is refused only where its time is over."""
    seen: set[tuple[str, Phase]] = set()
    for phase in phases(bench, a_line):
        for action in ACTIONS:
            menu = open_menu(action.id, bench.state, bench.rules)
            if menu is None:
                continue
            seen.add((action.id, phase))
            for entry in entries(menu):
                outcome = chosen(bench, entry)
                assert not outcome.refused or may_be_refused(action.id, phase, outcome.verdict.code), (
                    action.id,
                    phase,
                    entry,
                    outcome.verdict,
                )
    on_items = {Phase.INSPECTING, Phase.PROPOSED, Phase.DECIDED, Phase.LABELLED}
    everywhere = on_items | {Phase.READY, Phase.PARCEL}
    of_items = ("hold", "times", "weigh", "defect", "regrade", "reroute")
    free = {("audit", phase) for phase in (Phase.READY, Phase.PARCEL)}
    free |= {(action, phase) for action in ("tote_close", "tote_out") for phase in everywhere}
    assert seen == free | {("blind", phase) for phase in everywhere} | {
        (action, phase) for action in of_items for phase in on_items
    }


def test_the_bench_asks_by_itself_only_while_it_inspects_or_proposes(
    bench: Any, a_line: Callable[..., Any]
) -> None:
    """Everywhere else it waits for a scan, and a number typed there is a code."""
    asks = {phase: standing(bench.state, bench.rules) for phase in phases(bench, a_line)}
    assert {phase for phase, menu in asks.items() if menu is not None} == {Phase.INSPECTING, Phase.PROPOSED}


def test_nothing_of_a_checklist_is_chosen_ahead(inspecting: Any) -> None:
    """A question has no answer that Enter alone takes."""
    menu = standing(inspecting.state, inspecting.rules)
    assert menu is not None
    assert not any(entry.selected or entry.mark for entry in menu.entries)
    assert inspecting.do(Accept()).events == ()


def test_the_proposed_grade_is_the_one_that_enter_takes(inspecting: Any) -> None:
    """One entry is marked and accepts; the others ask for a reason."""
    inspecting.with_rules(auto_accept=False)
    inspecting.must(Clean())
    menu = standing(inspecting.state, inspecting.rules)
    assert menu is not None
    assert [entry.does for entry in menu.entries if entry.selected] == [Accept()]
    assert [entry.label for entry in menu.entries] == ["A", "B", "C", "D"]
    reasons = [entry.does for entry in menu.entries if not entry.selected]
    assert all(isinstance(does, Menu) and len(does.entries) == 2 for does in reasons)


def test_channels_are_offered_by_value_without_what_is_forbidden(inspecting: Any) -> None:
    """Best first, then the ones without a value, quarantine last and with the reasons of a hold."""
    inspecting.with_rules(auto_accept=False)
    inspecting.must(Clean())
    item = inspecting.state.item
    menu = channel_menu(item, inspecting.rules)
    labels = [entry.label for entry in menu.entries]
    values = [Decimal(entry.detail) for entry in menu.entries if entry.detail]
    assert item.proposal.forbidden
    assert set(labels) == set(CHANNELS) - set(item.proposal.forbidden)
    assert values == sorted(values, reverse=True)
    assert labels[-1] == QUARANTINE
    last = menu.entries[-1].does
    assert isinstance(last, Menu)
    assert [entry.does for entry in last.entries] == [Hold(code) for code in inspecting.rules.hold_reasons]


def test_the_usual_place_of_a_defect_comes_first(inspecting: Any) -> None:
    """A defect that is a fact needs no place; any other asks where, with its own place as number one."""
    menu = open_menu("defect", inspecting.state, inspecting.rules)
    assert menu is not None
    scheme = inspecting.rules.book.scheme_for("home")
    assert [entry.detail for entry in menu.entries] == list(scheme.offers)
    for entry in menu.entries:
        defect = scheme.defects[entry.detail]
        if defect.severity == "fact":
            assert entry.does == AddDefect(defect.code)
        else:
            assert isinstance(entry.does, Menu)
            assert entry.does.entries[0].does == AddDefect(defect.code, defect.location)


def test_a_picked_option_is_one_of_the_asked(ready: Any) -> None:
    """As many entries as options, each with its place."""
    totes = tuple(Tote(f"T{number}", "outlet", f"T{number}") for number in range(3))
    ready.must(Blind("other"))
    ready.must(Scanned("T", totes))
    menu = standing(ready.state, ready.rules)
    assert menu is not None
    assert [entry.does for entry in menu.entries] == [Pick(0), Pick(1), Pick(2)]
    assert len(list(entries(menu))) == len(ready.state.asked.options)


@pytest.mark.parametrize(
    ("text", "command"),
    [("1", Times(1)), ("12", Times(12)), ("007", Times(7)), ("999999", Times(999_999)), ("", None), ("-1", None),
     ("1000000", None), ("²", None), ("١٢", None), ("1 2", None)],
)  # fmt: skip
def test_a_count_is_up_to_six_plain_digits(inspecting: Any, text: str, command: object) -> None:
    """Anything else is no count, so that a scanned code is never taken for one."""
    menu = open_menu("times", inspecting.state, inspecting.rules)
    assert menu is not None
    assert menu.reads is not None
    assert menu.reads(text) == command


def test_menus_of_a_big_site_go_past_the_barcodes(inspecting: Any) -> None:
    """Over ninety-nine reasons are still all numbered; only their barcodes end."""
    reasons = {f"reason-{number}": f"Reason {number}" for number in range(120)}
    menu = open_menu("hold", inspecting.state, replace(inspecting.rules, hold_reasons=reasons))
    assert menu is not None
    assert len(menu.entries) == 120
