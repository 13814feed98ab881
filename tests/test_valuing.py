"""The value page: what each channel would bring for the item on the bench, as the decision sees it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest

from terminal.bench.commands import Answer, Clean, Scanned
from terminal.bench.decide import decide
from terminal.bench.evolve import fold
from terminal.bench.meanings import Badge, Known, Operator, Return
from terminal.bench.parcel_events import Expected
from terminal.bench.rules import Now, Rules
from terminal.bench.state import State
from terminal.domain.items import ManifestLine, Product
from terminal.domain.rulebook import load_rulebook
from terminal.domain.speech import Voice, speaking
from terminal.domain.valuation import TERMS as KNOWN_TERMS
from terminal.valuing import NO_ITEM, TERMS, value_lines

AT = datetime(2026, 11, 23, 6, tzinfo=UTC)
DAY = date(2026, 11, 23)


def texts(kind: str) -> dict[str, str]:
    """The shipped files of one kind."""
    folder = files("terminal.data") / kind
    return {one.name: one.read_text("utf-8") for one in folder.iterdir() if one.name.endswith(".toml")}


@pytest.fixture(scope="module")
def rules() -> Rules:
    """The shipped rules."""
    book = load_rulebook(texts("schemes"), ("eu.toml", texts("policies")["eu.toml"]), texts("channels"))
    other = {"other": "Other"}
    return Rules("01", "BBBC", book, (), other, other, other, auto_accept=False)


@pytest.fixture(scope="module")
def phone(rules: Rules) -> Callable[..., State]:
    """A bench with a phone on it, after some commands."""

    def made(*commands: Any) -> State:
        state = State()
        line = ManifestLine("C1", 1, "P-1", None, "Phone", "phone", 1)
        product = Product("P-1", None, "Phone", "phone", Decimal("500.00"), "EUR", 180)
        operator = Operator("1001", "lead")
        start = (
            Scanned("1001", (Badge("1001", operator),)),
            Scanned("C1", (Return("C1", "rma", None, (Expected(line, 1),), 0),)),
            Scanned("P-1", (Known(product, "P-1", None, None, "Phone"),)),
        )
        for command in (*start, *commands):
            outcome = decide(state, command, rules, Now(AT))
            state = fold(state, [(event, AT) for event in outcome.events])
        return state

    return made


def test_without_an_item_there_is_nothing_to_value(rules: Rules) -> None:
    """A sentence says so."""
    assert value_lines(State(), rules, DAY, 76) == (NO_ITEM,)


@pytest.mark.parametrize("columns", [76, 116])
def test_the_page_shows_the_figures_of_the_decision(
    rules: Rules, phone: Callable[..., State], columns: int
) -> None:
    """Every open channel with its value, the best one marked, all of it within the width."""
    state = phone(Answer("sealed", "yes"), Clean())
    assert state.item is not None
    assert state.item.proposal is not None
    lines = value_lines(state, rules, DAY, columns)
    assert all(len(line) <= columns for line in lines)
    page = "\n".join(lines)
    for amount in state.item.proposal.values.values():
        assert amount.removeprefix("-") in page
    chosen = [line for line in lines if line.startswith(">")]
    assert len(chosen) == 1
    assert "sale " in chosen[0]
    assert "€500.00" in lines[1]


def test_what_is_forbidden_is_shown_with_its_reason(rules: Rules, phone: Callable[..., State]) -> None:
    """Data that was not wiped keeps a used phone from being sold."""
    lines = value_lines(phone(Answer("sealed", "no")), rules, DAY, 100)
    assert any(line.startswith("x MARKETPLACE") and "no purge record" in line for line in lines)
    assert any(line.startswith("! ") for line in lines)


def test_the_page_is_said_in_the_language_of_the_bench(
    rules: Rules, phone: Callable[..., State], brackets: Voice
) -> None:
    """Its words are looked up, terms and reasons too; titles and amounts stay."""
    assert set(TERMS) == set(KNOWN_TERMS)

    with speaking(brackets):
        assert value_lines(State(), rules, DAY, 76) == (f"<{NO_ITEM}>",)
        title, grade, *rest = value_lines(phone(Answer("sealed", "no")), rules, DAY, 100)
    assert title.endswith("  Phone")
    assert grade.startswith("<grade ")
    assert grade.endswith("<new €500.00>")
    page = "\n".join(rest)
    assert "<sale> " in page
    assert "<no purge record>" in page
