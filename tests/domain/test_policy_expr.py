"""Conditions over several facts: what they may say, what is refused, and what they say of an item."""

import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.cells import Match
from terminal.domain.facts import FactValue, parse, with_facts
from terminal.domain.policy import BadPolicy, Policy, apply, load_policy
from terminal.domain.policy_expr import LONGEST, Expression, read_expression

D = Decimal
ON = date(2026, 11, 23)
THIN = "original_price - reference_price < 0.15 * original_price"


def read(text: str) -> Expression:
    """A condition without mistakes."""
    found, wrong = read_expression(text)
    assert wrong == ()
    assert found is not None
    return found


def policy(kind: str, effect: str, expr: str = THIN, when: str = "{ hygiene = false }") -> Policy:
    """A policy of one rule with a condition."""
    text = f'schema = 1\nname = "t"\nversion = "2026-11-23"\n[[rule]]\nid = "x"\nkind = "{kind}"\nbecause = "B."\n'
    return load_policy(f"{text}when = {when}\nexpr = {expr!r}\n{effect}\n", "p.toml")


def money(original: str, reference: str) -> dict[str, FactValue]:
    """Two prices."""
    return {"original_price": D(original), "reference_price": D(reference)}


def test_money_is_compared_to_the_cent_and_beyond() -> None:
    """Money is compared as decimals: 1.50 is not below 0.15 of 10.00, 1.4999 is."""
    thin = read(THIN)
    assert thin.match(money("10.00", "8.50")) is Match.NO
    assert thin.match(money("10.00", "8.5001")) is Match.YES
    assert read("reference_price * 3 == 0.3").match({"reference_price": D("0.1")}) is Match.YES
    big = {"original_price": D("999999999.99"), "reference_price": D("999999999.98")}
    assert read("original_price - reference_price == 0.01").match(big) is Match.YES


@settings(deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_condition_says_what_the_same_sum_in_cents_says(original: int, reference: int) -> None:
    """A condition says what the same sum in whole numbers says."""
    facts = money(str(D(original) / 100), str(D(reference) / 100))
    assert (read(THIN).match(facts) is Match.YES) is ((original - reference) * 100 < 15 * original)


@pytest.mark.parametrize(
    ("text", "facts", "found"),
    [
        ("hygiene", {"hygiene": True}, Match.YES),
        ("not hygiene", {"hygiene": True}, Match.NO),
        ("category in ['phone', 'tablet']", {"category": "tablet"}, Match.YES),
        ("category not in ['phone']", {"category": "phone"}, Match.NO),
        ("category == 'bikes' or brand == 'Acme'", {"category": "phone", "brand": "Acme"}, None),
        ("weight_g > expected_weight_g + 30", {"weight_g": 231, "expected_weight_g": 200}, Match.YES),
        ("-weight_g < 0", {"weight_g": 1}, Match.YES),
        ("weight_g % 2 == 0", {"weight_g": 3}, Match.NO),
        ("reference_price / weight_g > 1", {"reference_price": D(3), "weight_g": 0}, Match.UNKNOWN),
        ("reference_price / weight_g > 1", {"reference_price": D(3), "weight_g": 2}, Match.YES),
        ("reference_price > 1", {"reference_price": "dear"}, Match.UNKNOWN),
        ("hygiene or unused", {"hygiene": True}, Match.UNKNOWN),
        ("hygiene == unused", {"hygiene": False, "unused": False}, Match.YES),
    ],
)
def test_what_a_condition_says(text: str, facts: dict[str, FactValue], found: Match | None) -> None:
    """What a condition says; a fact that is missing or cannot be computed with makes it unknown."""
    if found is None:
        assert read_expression(text)[0] is None
        condition, wrong = read_expression(text, ("bikes", "phone"))
        assert wrong == ()
        assert condition is not None
        assert condition.match(facts) is Match.YES
    else:
        assert read(text).match(facts) is found


def test_the_facts_that_a_condition_names_are_known() -> None:
    """The facts that a condition names are known, each once, and a rule has those of its cells too."""
    assert read("hygiene and (weight_g > 3 or weight_g == 1)").facts == ("hygiene", "weight_g")
    assert policy("stop", 'forbid = "outlet"').rules[0].facts == (
        "hygiene",
        "original_price",
        "reference_price",
    )
    assert read(THIN) == read(THIN)
    assert read(THIN).missing(money("1", "1")) == ()


REFUSED = [
    ("categry == 'x'", 'unknown fact "categry" - did you mean "category"?'),
    ("categry == 1 and category > 3", 'unknown fact "categry"'),
    ("category == 'phnoe'", '"phnoe" is not a category - did you mean "phone"?'),
    ("'phnoe' == category", '"phnoe" is not a category - did you mean "phone"?'),
    ("category in ['phone', 'tabelt']", '"tabelt" is not a category - did you mean "tablet"?'),
    ("operator_size != 'larg'", '"larg" is not an operator_size - did you mean "large"?'),
    ("category in 'phone'", 'after in stands a list, write category in ["phone", "tablet"]'),
    ("category in [1]", "cannot compare category, which is a word with a number 1"),
    ("category > 3", "a word, a number or yes/no stands where another is expected"),
    ("category < brand", "< and > compare numbers (got category, which is a word)"),
    ("battery_health == hygiene", "cannot compare battery_health, which is a number with hygiene"),
    ("hygiene == 'yes'", "cannot compare hygiene, which is yes or no with a word yes"),
    ("hygiene and weight_g", "and, or, not stand between conditions (got weight_g, which is a number)"),
    ("not weight_g", "and, or, not stand between conditions (got weight_g, which is a number)"),
    ("reference_price", "must be a comparison that holds or does not"),
    ("1 < 2", "names no fact, so it is always the same"),
    ("1 / 0 == weight_g", "division by zero"),
    ("weight_g < 1e999999 * 1e999999", "arithmetic error"),
    ("weight_g < nan", "NaN is not a number to compare with"),
    ("weight_g < inf", "Infinity is not a number to compare with"),
    ("expired == null", "null is not allowed: a fact that is not known makes a rule undecided by itself"),
    ("hygiene ? unused : expired", "a choice with ? and : is not allowed: write two rules"),
    ("expiry < d'2026-01-01'", "expiry cannot stand in a condition; use a fact that follows from it"),
    ("observations == []", "observations cannot stand in a condition"),
    ("category.length == 3", "only comparing"),
    ("category[0] == 'a'", "only comparing"),
    ("weight_g // 3 == 1", "only comparing"),
    ("weight_g & 1 == 1", "only comparing"),
    ("category in {'phone'}", "only comparing"),
    ("category == 'phone", "cannot be read near"),
    ("weight_g >", "cannot be read at its end"),
    ("1 < weight_g < 5", "cannot be read near '< 5'"),
    ("brand =~ '(a+)+$'", '"=~" is not allowed'),
    ("'aaaa!' =~~ '(a+)+$'", '"=~~" is not allowed'),
    ("brand !~ 'x'", '"!~" is not allowed'),
    ("brand !~~ 'x'", '"!~~" is not allowed'),
    ("9 ** 9 ** 9 > weight_g", '"**" is not allowed'),
    ("[x for x in [1, 2]] == [1]", '"for" is not allowed'),
    ("$now > 1", '"$" is not allowed'),
    ("weight_g > `1`", '"`" is not allowed'),
    ("weight_g > " + "1" * LONGEST, "311 characters, at most 300"),
    ("", "expr must be a condition"),
    (3, "expr must be a condition"),
]


@pytest.mark.parametrize(("text", "said"), REFUSED, ids=[str(text)[:30] for text, _ in REFUSED])
def test_what_could_hang_never_hold_or_be_misread_is_refused(text: object, said: str) -> None:
    """What could hang, never hold or be misread is refused with a sentence."""
    found, wrong = read_expression(text)
    assert found is None
    assert said in wrong[0][1]


def test_a_condition_must_hold_beside_the_cells() -> None:
    """A condition must hold beside the cells of its rule, and a false cell spares it."""
    house = policy("plain", 'forbid = "outlet"')
    thin, thick = money("10", "9"), money("10", "2")
    assert apply(house, with_facts(parse({"hygiene": False}), thin), ON).hits == ("x",)
    assert apply(house, with_facts(parse({"hygiene": False}), thick), ON).hits == ()
    assert apply(house, with_facts(parse({"hygiene": True}), thin), ON).hits == ()
    assert apply(house, thin, ON).hits == ()


def test_a_stop_rule_whose_condition_is_unknown_forbids_and_asks() -> None:
    """A stop rule whose condition is unknown forbids and asks for the facts it names; other rules do nothing."""
    law = policy("stop", 'forbid = "outlet"')
    found = apply(law, parse({"hygiene": False, "original_price": 5}), ON)
    assert (found.asks, set(found.forbidden)) == (("reference_price",), {"outlet"})
    assert apply(law, {}, ON).asks == ("hygiene", "original_price", "reference_price")
    assert apply(law, with_facts({}, money("10", "9")), ON).asks == ("hygiene",)
    assert apply(law, with_facts({}, money("10", "1")), ON).asks == ()
    assert apply(law, parse({"hygiene": True}), ON).asks == ()
    for kind, effect in (("plain", 'forbid = "outlet"'), ("prefer", 'suggest = "outlet"')):
        house = apply(policy(kind, effect), parse({"hygiene": False}), ON)
        assert (house.forbidden, house.hits, house.suggested, house.asks) == ({}, (), (), ())


def test_a_condition_that_cannot_be_computed_asks_for_all_that_it_names() -> None:
    """A condition that cannot be computed asks for all that it names, and a stop rule forbids."""
    law = policy("stop", 'forbid = "outlet"', "original_price / reference_price > 2")
    found = apply(law, with_facts(parse({"hygiene": False}), money("10", "0")), ON)
    assert dict(found.unsure) == {"x": ("original_price", "reference_price")}
    assert set(found.forbidden) == {"outlet"}


def test_a_mistake_in_a_condition_is_told_with_its_line() -> None:
    """A mistake in a condition is told with file, line and rule."""
    with pytest.raises(BadPolicy, match=r'^p.toml:9: rule "x": expr: unknown fact "orignal_price"'):
        policy("plain", 'forbid = "outlet"', "orignal_price > 1")


@settings(deadline=None)
@given(st.text("()[]{}<>=!~*+-/%&|?:.,$'\" 019anhygiereforwt", max_size=40))
def test_no_text_does_anything_but_read_or_be_refused(text: str) -> None:
    """No text does anything but read or be refused with a sentence."""
    found, wrong = read_expression(text)
    assert (found is None) is bool(wrong)


def test_the_library_is_not_imported_before_a_policy_has_a_condition() -> None:
    """Start-up is spared the library that only conditions need."""
    code = "import sys, terminal.domain.rulebook; print('rule_engine' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "False"
