"""Policies: what a file may say, what is refused, and what a policy says of an item."""

from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.channels import CHANNELS, RANKS, TERMINAL
from terminal.domain.facts import REGISTRY, FactValue, Kind, parse, with_facts
from terminal.domain.policy import BadPolicy, Policy, apply, check_policy, load_policy, without_exit

ON = date(2026, 11, 23)
EU, US = (
    load_policy(files("terminal.data").joinpath("policies", name).read_text("utf-8"), name)
    for name in ("eu.toml", "us.toml")
)
HEAD = 'schema = 1\nname = "test"\nversion = "2026-11-23"\n'
HYGIENE = """
[[rule]]
id = "hygiene-broken-seal"
kind = "stop"
because = "No."
when = { hygiene = true, seal = ["broken", "missing"] }
forbid = ["outlet", "marketplace"]
"""


def policy(rules: str) -> Policy:
    """A policy of these rules."""
    return load_policy(HEAD + rules, "p.toml")


def problems(text: str) -> tuple[str, ...]:
    """What is said of a text that is refused."""
    with pytest.raises(BadPolicy) as caught:
        load_policy(text, "p.toml")
    return caught.value.problems


def refused(rules: str) -> tuple[str, ...]:
    """What is said of rules that are refused."""
    return problems(HEAD + rules)


def rule(**lines: str) -> str:
    """A rule as TOML; an empty line leaves a key out."""
    body = {
        "id": '"x"',
        "because": '"Because."',
        "when": "{ hygiene = true }",
        "forbid": '["outlet"]',
        **lines,
    }
    return "[[rule]]\n" + "".join(f"{key} = {value}\n" for key, value in body.items() if value)


def test_the_three_mistakes_of_a_manager_are_refused_with_what_was_meant() -> None:
    """The three mistakes of a manager are refused with what was meant."""
    text = HYGIENE.replace("hygiene = true", "hygeine = true")
    assert refused(text) == (
        'p.toml:9: rule "hygiene-broken-seal": unknown field "hygeine" - did you mean "hygiene"?',
    )
    assert refused(rule(when='{ category = ["phnoe"] }'))[0].endswith(
        'rule "x": "phnoe" is not a category - did you mean "phone"?'
    )
    assert refused(rule(when='{ battery_health = "under 80" }')) == (
        """p.toml:7: rule "x": battery_health is a number, write "< 80", ">= 30" or "0..29" (got 'under 80')""",
    )


def test_every_mistake_of_a_file_is_said_at_once() -> None:
    """Every mistake of a file is said at once."""
    found = refused(rule(when="{ hygeine = true }", forbid='["outlte"]') + rule(id='"y"', kind='"stopp"'))
    assert len(found) == 3
    assert any("hygeine" in each for each in found)
    assert any('"outlte" is not a channel - did you mean "outlet"?' in each for each in found)
    assert any('kind cannot be "stopp" - did you mean "stop"?' in each for each in found)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (rule(because=""), "because is missing"),
        (rule(becuase='"x"'), 'unknown key "becuase" - did you mean "because"?'),
        (rule(when=""), "when is missing"),
        (rule(when="[]"), "when is missing"),
        (rule(when="[{ hygiene = true }, 3]"), "a condition is a table of facts"),
        (rule(when='{ hygiene = "maybe" }'), "hygiene is yes or no"),
        (rule(when="{ expiry = 2026-01-01 }"), "expiry cannot stand in a condition"),
        (rule(expr='"a > b"'), 'expr: unknown fact "a"'),
        (rule(forbid='["quarantine"]'), "quarantine is where an item waits and cannot be forbidden"),
        (rule(only='["outlet"]'), "write forbid or only, not both"),
        (rule(**{"from": '"soon"'}), "from must be a date, write 2026-07-19 without quotes"),
        (rule(**{"from": "2026-07-19", "until": "2026-07-18"}), "from 2026-07-19 is after until 2026-07-18"),
        (rule(suggest='"outlet"'), "it forbids and prefers outlet"),
        (rule(kind='"stop"', forbid=""), "a stop rule must forbid something"),
        (rule(kind='"prefer"'), "a prefer rule has suggest or bonus, and forbids nothing"),
        (rule(kind='"prefer"', forbid=""), "a prefer rule has suggest or bonus, and forbids nothing"),
        (rule(forbid=""), "it does nothing: write forbid, only, suggest or bonus"),
        (rule(forbid="", bonus="{ outlte = 1 }"), 'unknown key "outlte" - did you mean "outlet"?'),
        (rule(forbid="", bonus='{ outlet = "much" }'), "outlet must be a number"),
        (rule() + rule(when="{ unused = false }"), "there is another rule of this id"),
        ("", "no [[rule]] in it"),
        (rule() + "[[test]]\nname = 't'\n", "expect is empty"),
        (
            rule() + "[[test]]\nname = 't'\ngiven = { hygeine = true }\nexpect = { hits = ['x'] }\n",
            'unknown fact "hygeine"',
        ),
        (rule() + "[[test]]\nname = 't'\nexpect = { hits = ['y'] }\n", 'hits: "y" is not a rule'),
        (rule() + "[[test]]\nname = 't'\nexpect = { forbiden = ['outlet'] }\n", 'unknown key "forbiden"'),
    ],
)
def test_a_rule_that_could_not_do_what_was_meant_is_refused(rules: str, said: str) -> None:
    """A rule that could not do what was meant is refused."""
    assert any(said in each for each in refused(rules)), refused(rules)


def test_a_file_that_is_no_policy_is_refused() -> None:
    """A file that is no policy is refused."""
    assert "not readable as TOML" in problems("= 1")[0]
    assert any("schema is missing" in each for each in problems(rule()))
    assert any('unknown key "rules" - did you mean "rule"?' in each for each in refused(rule() + "[rules]\n"))


def test_an_example_without_a_day_needs_a_version_that_is_a_date() -> None:
    """An example without a day needs a version that is a date."""
    text = HEAD.replace("2026-11-23", "v3") + rule() + "[[test]]\nname = 't'\nexpect = { hits = ['x'] }\n"
    assert any("write on = 2026-07-19" in each for each in problems(text))


def test_a_rule_that_an_earlier_one_makes_pointless_is_refused() -> None:
    """A rule that an earlier one makes pointless is refused."""
    wide = rule(kind='"stop"', forbid='["outlet", "donate"]')
    narrow = rule(id='"y"', when='{ hygiene = true, seal = "broken" }')
    assert refused(wide + narrow) == (
        'p.toml:10: rule "y": it can never add anything: "x" holds wherever it does and forbids the same',
    )


@pytest.mark.parametrize(
    "later",
    [
        rule(id='"y"', forbid='["restock"]'),
        rule(id='"y"', when="{ unused = false }"),
        rule(id='"y"', suggest='"recycle"'),
        rule(id='"y"', forbid="", bonus="{ donate = 1 }"),
    ],
)
def test_a_rule_that_adds_something_is_kept(later: str) -> None:
    """A rule that adds something is kept."""
    assert len(policy(rule(kind='"stop"') + later).rules) == 2


@pytest.mark.parametrize(
    ("first", "second", "shadowed"),
    [
        ({"from": "2026-01-01"}, {"from": "2027-01-01"}, True),
        ({"from": "2027-01-01"}, {"from": "2026-01-01"}, False),
        ({"from": "2026-01-01"}, {}, False),
        ({"until": "2027-01-01"}, {"until": "2026-01-01"}, True),
        ({"until": "2026-01-01"}, {"until": "2027-01-01"}, False),
        ({"until": "2026-01-01"}, {}, False),
        ({}, {"from": "2026-01-01", "until": "2027-01-01"}, True),
    ],
)
def test_only_a_rule_that_lasts_as_long_makes_another_pointless(
    first: dict[str, str], second: dict[str, str], shadowed: bool
) -> None:
    """Only a rule that lasts as long makes another pointless."""
    text = HEAD + rule(kind='"stop"', **first) + rule(id='"y"', **second)
    if shadowed:
        assert "it can never add anything" in problems(text)[0]
    else:
        assert len(load_policy(text, "p.toml").rules) == 2


def test_a_house_rule_makes_no_stop_rule_pointless() -> None:
    """A house rule makes no stop rule pointless."""
    assert len(policy(rule() + rule(id='"y"', kind='"stop"')).rules) == 2


def test_examples_are_tried_at_load_and_every_miss_is_named() -> None:
    """Examples are tried at load and every miss is named."""
    example = """
[[test]]
name = "all wrong"
given = { hygiene = false, packaging = "sealed" }
expect = { forbidden = ["outlet"], hits = ["hygiene-broken-seal"], asks = ["seal"], suggested = ["donate"] }
[[test]]
name = "not allowed"
given = { hygiene = true }
expect = { allowed = ["outlet"] }
"""
    found = refused(HYGIENE + example)
    assert found == (
        'p.toml:12: test "all wrong": outlet is not forbidden',
        'p.toml:12: test "all wrong": rule "hygiene-broken-seal" does not hold',
        'p.toml:12: test "all wrong": seal is not asked for',
        'p.toml:12: test "all wrong": donate is not suggested',
        'p.toml:16: test "not allowed": outlet is forbidden by hygiene-broken-seal',
    )
    untried = load_policy(HEAD + HYGIENE + example, "p.toml", tests=False)
    assert check_policy(untried) == found


HOUSE = rule(forbid="", bonus="{ donate = 1, recycle = 1.5 }") + rule(
    id='"y"', when="{ unused = false }", forbid='"restock"'
)
EXAMPLE = """
[[test]]
name = "t"
[test.given]
hygiene = true
[test.expect]
stops = ["x", "y"]
misses = ["hygiene-broken-seal"]
unsure = ["y"]
forbids = { x = ["donate"] }
leaves = { hygiene-broken-seal = ["recycle", "export", "off_price", "return_to_vendor", "donate"] }
bonus = { donate = 2, recycle = 1.50 }
"""


def test_every_kind_of_expectation_can_fail() -> None:
    """Every kind of expectation can fail, and says what was found instead."""
    assert refused(HYGIENE + HOUSE + EXAMPLE.replace('"x", "y"', '"x"')) == (
        'p.toml:22: test "t": rule "x" is no stop rule',
        'p.toml:22: test "t": rule "hygiene-broken-seal" is undecided, for want of seal',
        'p.toml:22: test "t": rule "y" is not undecided',
        'p.toml:22: test "t": rule "x" forbids nothing; it differs in donate',
        'p.toml:22: test "t": rule "hygiene-broken-seal" forbids outlet, marketplace; it differs in '
        "energy_recovery, landfill, parts_harvest, refurbish, remanufacture, repackage, restock",
        'p.toml:22: test "t": donate is worth 1 more, not 2',
    )
    missed = refused(
        HYGIENE + HOUSE + '[[test]]\nname = "t"\ngiven = { hygiene = true }\nexpect = { misses = ["x"] }\n'
    )
    assert missed == ('p.toml:21: test "t": rule "x" holds',)


def test_expectations_that_exclude_one_another_are_refused() -> None:
    """Expectations that exclude one another are refused."""
    assert refused(HYGIENE + HOUSE + EXAMPLE) == ('p.toml:27: test "t": y cannot be in stops and in unsure',)


def test_a_stop_rule_without_its_fact_forbids_and_asks() -> None:
    """A stop rule without its fact forbids and asks."""
    found = apply(policy(HYGIENE), parse({"hygiene": True}), ON)
    assert dict(found.forbidden) == {
        "outlet": ("hygiene-broken-seal",),
        "marketplace": ("hygiene-broken-seal",),
    }
    assert found.hits == ()
    assert dict(found.unsure) == {"hygiene-broken-seal": ("seal",)}
    assert found.asks == ("seal",)


def test_any_other_rule_without_its_fact_does_nothing() -> None:
    """Any other rule without its fact does nothing."""
    house = policy(
        HYGIENE.replace('kind = "stop"\n', "") + rule(kind='"prefer"', forbid="", suggest='"donate"')
    )
    found = apply(house, {}, ON)
    assert (dict(found.forbidden), found.hits, found.asks, found.suggested) == ({}, (), (), ())


def test_only_forbids_every_other_end() -> None:
    """Only forbids every other end."""
    found = apply(policy(rule(forbid="", only='["recycle", "quarantine"]')), parse({"hygiene": True}), ON)
    assert set(found.forbidden) == set(TERMINAL) - {"recycle"}


def test_one_of_several_conditions_is_enough_and_only_undecided_ones_ask() -> None:
    """One of several conditions is enough and only undecided ones ask."""
    rules = policy(rule(kind='"stop"', when='[{ hygiene = true, seal = "broken" }, { unused = false }]'))
    assert apply(rules, parse({"hygiene": False, "unused": False}), ON).hits == ("x",)
    assert apply(rules, parse({"hygiene": False}), ON).asks == ("unused",)
    assert apply(rules, parse({"hygiene": False, "unused": True}), ON).forbidden == {}


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2026, 7, 18), False),
        (date(2026, 7, 19), True),
        (date(2026, 7, 20), True),
        (date(2026, 7, 21), False),
    ],
)
def test_a_rule_holds_from_its_first_to_its_last_day(day: date, holds: bool) -> None:
    """A rule holds from its first to its last day."""
    dated = policy(rule(**{"from": "2026-07-19", "until": "2026-07-20"}))
    assert bool(apply(dated, parse({"hygiene": True}), day).hits) is holds


def test_bonuses_and_suggestions_of_several_rules_are_gathered() -> None:
    """Bonuses and suggestions of several rules are gathered."""
    rules = policy(
        rule(kind='"prefer"', forbid="", suggest='["donate", "outlet"]', bonus="{ donate = 1.50 }")
        + rule(id='"y"', forbid="", suggest='"donate"', bonus="{ donate = -0.25, restock = 2 }")
    )
    found = apply(rules, parse({"hygiene": True}), ON)
    assert found.suggested == ("donate", "outlet")
    assert dict(found.bonus) == {"donate": Decimal("1.25"), "restock": Decimal(2)}


def test_the_hash_follows_the_content_not_the_layout() -> None:
    """The hash follows the content not the layout."""
    one = policy(rule())
    assert len(one.hash) == 64
    assert policy("# a remark\n\n" + rule()).hash == one.hash
    assert policy(rule(because='"Other."')).hash != one.hash


def test_a_policy_may_be_checked_against_the_categories_of_a_site() -> None:
    """A policy may be checked against the categories of a site."""
    text = HEAD + rule(when='{ category = "bikes" }')
    assert load_policy(text, "p.toml", ("bikes", "general")).rules[0].id == "x"
    assert '"bikes" is not a category' in problems(text)[0]


def test_rules_that_leave_only_quarantine_are_found_alone_and_in_pairs() -> None:
    """Rules that leave only quarantine are found alone and in pairs."""
    keep_recycle = rule(id='"a"', kind='"stop"', forbid="", only='["recycle"]')
    keep_donate = rule(id='"b"', kind='"stop"', when="{ unused = false }", forbid="", only='["donate"]')
    never_both = rule(id='"c"', kind='"stop"', when="{ hygiene = false }", forbid="", only='["outlet"]')
    nothing = rule(id='"d"', kind='"stop"', when='{ seal = "broken" }', forbid="", only='["quarantine"]')
    assert without_exit(policy(keep_recycle + keep_donate + never_both + nothing)) == (
        ("d",),
        ("a", "b"),
        ("b", "c"),
    )
    assert without_exit(policy(keep_recycle)) == ()


def test_quarantine_is_the_one_place_without_a_rank() -> None:
    """Quarantine is the one place without a rank."""
    assert CHANNELS[-1] == "quarantine"
    assert "quarantine" not in RANKS
    ladder = ("restock", "refurbish", "recycle", "energy_recovery", "landfill")
    assert [RANKS[each] for each in ladder] == [1, 2, 3, 4, 5]


def _values(name: str) -> st.SearchStrategy[FactValue]:
    spec = REGISTRY[name]
    if spec.kind is Kind.CHOICE:
        return st.sampled_from(spec.values)
    return st.booleans() if spec.kind is Kind.YES_NO else st.integers(0, 100)


def _used(policy: Policy) -> list[str]:
    return sorted({name for rule in policy.rules for name in rule.facts})


def _items(policy: Policy) -> st.SearchStrategy[dict[str, FactValue]]:
    return st.fixed_dictionaries({}, optional={name: _values(name) for name in _used(policy)})


@pytest.mark.parametrize("shipped", [EU, US], ids=["eu", "us"])
@settings(deadline=None)
@given(data=st.data())
def test_an_unknown_fact_forbids_at_least_what_its_worst_value_would(
    shipped: Policy, data: st.DataObject
) -> None:
    """For stop rules: whatever value a fact turns out to have, nothing is forbidden by law that was not before."""
    stops = {each.id for each in shipped.rules if each.kind == "stop"}
    name = data.draw(st.sampled_from(_used(shipped)))
    facts = {key: value for key, value in data.draw(_items(shipped)).items() if key != name}
    unknown = apply(shipped, facts, ON).forbidden
    known = apply(shipped, with_facts(facts, {name: data.draw(_values(name))}), ON).forbidden
    for channel, ids in known.items():
        assert set(ids) & stops <= set(unknown.get(channel, ()))


@pytest.mark.parametrize("shipped", [EU, US], ids=["eu", "us"])
@settings(deadline=None)
@given(data=st.data())
def test_quarantine_is_never_forbidden(shipped: Policy, data: st.DataObject) -> None:
    """Quarantine is never forbidden."""
    assert "quarantine" not in apply(shipped, data.draw(_items(shipped)), ON).forbidden
