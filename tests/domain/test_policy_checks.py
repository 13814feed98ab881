"""What is found in a policy before any item comes: contradictions, dead ends, rules without an example."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain import policy_items
from terminal.domain.cells import Cell, Match, Row, read_cell, read_row
from terminal.domain.channels import TERMINAL
from terminal.domain.facts import REGISTRY, FactValue
from terminal.domain.policy import BadPolicy, Policy, larger_without_exit, load_policy, unhit, without_exit
from terminal.domain.policy_checks import TRIPLES_UP_TO
from terminal.domain.policy_items import escape, values_of

HEAD = 'schema = 1\nname = "test"\nversion = "2026-11-23"\n'


def rule(name: str, when: str, *lines: str) -> str:
    """A rule as TOML."""
    return "\n".join([f'[[rule]]\nid = "{name}"\nbecause = "Because."\nwhen = {when}', *lines, ""])


def stop(name: str, when: str, *only: str, more: str = "") -> str:
    """A stop rule that leaves some channels."""
    words = ", ".join(f'"{each}"' for each in (*only, "quarantine"))
    return rule(name, when, 'kind = "stop"', f"only = [{words}]", *([more] if more else []))


def policy(*rules: str) -> Policy:
    """A policy of these rules."""
    return load_policy(HEAD + "".join(rules), "p.toml")


def refused(*rules: str) -> tuple[str, ...]:
    """What is said of rules that are refused."""
    with pytest.raises(BadPolicy) as caught:
        policy(*rules)
    return caught.value.problems


BAN = rule("ban", '{ battery_health = "< 50" }', 'kind = "stop"', 'forbid = ["outlet", "donate"]')


def test_a_preference_for_what_is_always_forbidden_is_refused() -> None:
    """A preference for a channel that another rule forbids wherever it holds is refused, with line and rule."""
    narrow = '{ battery_health = "< 20", hygiene = true }'
    assert refused(BAN, rule("x", narrow, "bonus = { outlet = 3 }")) == (
        'p.toml:14: rule "x": it prefers outlet, which "ban" always forbids where it holds',
    )
    assert "it prefers donate" in refused(BAN, rule("x", narrow, 'kind = "prefer"', 'suggest = "donate"'))[0]
    two = '[{ battery_health = "< 20" }, { unused = false }]'
    other = rule("other", "{ unused = false }", 'forbid = "outlet"')
    assert '"ban" and "other" always forbids' in refused(BAN, other, rule("x", two, 'suggest = "outlet"'))[0]


@pytest.mark.parametrize(
    "preferring",
    [
        rule("x", '{ battery_health = "< 60" }', 'suggest = "outlet"'),
        rule("x", '[{ battery_health = "< 20" }, { unused = false }]', 'suggest = "outlet"'),
        rule("x", '{ battery_health = "< 20" }', 'suggest = "recycle"'),
    ],
)
def test_a_preference_that_may_matter_is_kept(preferring: str) -> None:
    """A preference that is forbidden only for some items is kept."""
    assert len(policy(BAN, preferring).rules) == 2


def test_a_ban_that_lasts_shorter_or_asks_more_contradicts_nothing() -> None:
    """A ban that lasts shorter than the preference, or has a condition of its own, contradicts nothing."""
    wish = rule("x", '{ battery_health = "< 20" }', 'suggest = "outlet"')
    assert policy(BAN + "until = 2027-01-01\n", wish)
    assert policy(BAN + 'expr = "weight_g > 5"\n', wish)
    same = rule("x", '{ battery_health = "< 20" }', 'suggest = "outlet"', 'expr = "weight_g > 5"')
    assert "always forbids" in refused(BAN + 'expr = "weight_g > 5"\n', same)[0]


def test_money_that_undoes_other_money_is_refused() -> None:
    """Two rules of the same condition, one taking what the other adds, are refused; a discount on it is not."""
    one = rule("one", "{ hygiene = true }", "bonus = { outlet = 3 }")
    assert refused(one, rule("two", "{ hygiene = true }", "bonus = { outlet = -3.00 }")) == (
        'p.toml:13: rule "two": it undoes what "one" adds to outlet on the same condition',
    )
    assert policy(one, rule("two", "{ hygiene = true }", "bonus = { outlet = -1 }"))
    assert policy(one, rule("two", "{ hygiene = false }", "bonus = { outlet = -3 }"))


def test_two_stop_rules_that_name_different_ways_out_of_one_condition_are_refused() -> None:
    """Two stop rules, one inside the other, that leave different channels contradict each other."""
    wide, narrow = '{ battery_health = "< 50" }', '{ battery_health = "< 20" }'
    found = refused(stop("a", wide, "recycle"), stop("b", narrow, "donate"))
    assert found[0].startswith('p.toml:15: rule "b": together with "a"')
    assert "together" in refused(stop("a", narrow, "recycle"), stop("b", wide, "donate"))[0]
    assert policy(stop("a", wide, "recycle", "donate"), stop("b", narrow, "donate"))
    assert policy(stop("a", wide, "recycle"), stop("b", narrow))
    assert policy(stop("a", wide, "recycle"), stop("b", "{ hygiene = true }", "donate"))


def test_a_policy_that_forbids_everything_for_every_item_is_refused() -> None:
    """A policy under which no item could ever leave quarantine is refused, whatever the kinds of its rules."""
    always = rule("x", "[{ hygiene = true }, { hygiene = false }]", 'only = ["quarantine"]')
    assert refused(always) == (
        'p.toml:4: rule "x": with nothing else it forbids every channel for every item, so all goods would end in '
        "quarantine; leave one channel open somewhere",
    )
    below = stop("a", '{ battery_health = "< 50" }')
    found = refused(below, stop("b", '{ battery_health = ">= 50" }', more="from = 2027-01-01"))
    assert found[0].startswith(
        'p.toml:10: rule "b": with a it forbids every channel for every item from 2027-01-01 on'
    )
    later = stop("b", '{ battery_health = ">= 50" }', more="until = 2025-12-31")
    assert "for every item, so" in refused(below, later)[0]


def test_a_policy_that_leaves_one_item_a_way_out_is_kept() -> None:
    """A policy that leaves some item a way out is kept: quarantine takes the others."""
    below = stop("a", '{ battery_health = "< 50" }')
    assert policy(below, stop("b", '{ battery_health = "> 50" }'))
    assert policy(below, stop("b", '{ battery_health = ">= 50" }', "recycle"))
    assert policy(below, stop("b", '{ battery_health = ">= 50" }', more='expr = "weight_g > 5"'))
    assert policy(
        below + "until = 2026-01-01\n", stop("b", '{ battery_health = ">= 50" }', more="from = 2026-01-02")
    )


def test_three_rules_that_leave_only_quarantine_together_are_found() -> None:
    """Three rules that leave only quarantine together are found, unless no item fits all or two explain it."""
    a = stop("a", "{ hygiene = true }", "recycle", "donate")
    b = stop("b", "{ unused = false }", "donate", "outlet")
    c = stop("c", "{ wardrobing = true }", "outlet", "recycle")
    assert without_exit(policy(a, b, c)) == (("a", "b", "c"),)
    never = stop("c", "{ hygiene = false }", "outlet", "recycle")
    assert without_exit(policy(a, b, never)) == ()
    pair = stop("d", "{ seal = 'broken' }", "export")
    assert without_exit(policy(a, b, pair)) == (("a", "d"), ("b", "d"))
    rows = "[{ hygiene = true, unused = true }, { seal = 'broken', wardrobing = false }]"
    crossed = stop("a", rows, "recycle", "donate")
    assert without_exit(policy(crossed, b, c)) == ()


def test_rules_of_different_times_never_meet() -> None:
    """Rules of different times never meet."""
    old = stop("a", "{ hygiene = true }", "recycle", more="until = 2026-01-01")
    new = stop("b", "{ unused = false }", "donate", more="from = 2026-01-02")
    assert without_exit(policy(old, new)) == ()
    assert without_exit(policy(old, new.replace("2026-01-02", "2026-01-01"))) == (("a", "b"),)


def four() -> Iterator[str]:
    """Four rules of which only all together leave nothing."""
    ways = ("recycle", "donate", "outlet", "export")
    facts = ("hygiene", "unused", "wardrobing", "cold_chain")
    for number, fact in enumerate(facts):
        yield stop(f"r{number}", f"{{ {fact} = true }}", *(each for each in ways if each != ways[number]))


def test_larger_sets_are_found_where_all_items_can_be_tried() -> None:
    """Four rules that leave only quarantine together are found by trying every item that rules can tell apart."""
    found = policy(*four())
    assert without_exit(found) == ()
    assert larger_without_exit(found, ()) == ((("r0", "r1", "r2", "r3"),), True)
    assert larger_without_exit(found, (("r0", "r1", "r2", "r3"),)) == ((), True)
    dead = policy(
        *four(),
        stop("dead", "{ seal = 'broken' }"),
        stop("also", "{ eee = true }", "recycle", "donate", "outlet"),
    )
    assert larger_without_exit(dead, without_exit(dead)) == (
        (("r0", "r1", "r2", "r3"), ("r0", "r1", "r2", "also")),
        True,
    )


def test_what_two_rules_explain_is_not_told_again_with_more() -> None:
    """What two rules explain is not told again with more of them."""
    pair = stop("p", "{ eee = true }", "recycle"), stop("q", "{ test_record = true }", "donate")
    found = policy(*pair, *four())
    told = without_exit(found)
    assert ("p", "q") in told
    more, complete = larger_without_exit(found, told)
    assert (more, complete) == ((("r0", "r1", "r2", "r3"),), True)


def test_too_many_items_are_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are too many items to try, nothing is tried and that is said."""
    monkeypatch.setattr(policy_items, "MOST", 15)
    assert larger_without_exit(policy(*four()), ()) == ((), False)


def test_very_many_stop_rules_are_looked_at_in_pairs() -> None:
    """Beyond a number of stop rules three together are not looked at."""
    many = [
        stop(f"m{number}", f"{{ brand = 'b{number}' }}", "landfill", "outlet")
        for number in range(TRIPLES_UP_TO)
    ]
    a = stop("a", "{ hygiene = true }", "recycle", "donate")
    b = stop("b", "{ unused = false }", "donate", "outlet")
    c = stop("c", "{ wardrobing = true }", "outlet", "recycle")
    assert ("a", "b", "c") not in without_exit(policy(*many, a, b, c))


def test_rules_that_no_example_hits_are_named() -> None:
    """Rules that no example hits are named."""
    example = '[[test]]\nname = "t"\ngiven = { hygiene = true }\nexpect = { hits = ["a"] }\n'
    assert unhit(policy(stop("a", "{ hygiene = true }", "recycle"), BAN, example)) == ("ban",)


@pytest.mark.parametrize(
    ("name", "raw", "values"),
    [
        ("hygiene", [True], (True, False)),
        ("seal", ["broken"], ("broken", "intact")),
        ("seal", ["broken", ["intact", "missing"]], ("broken", "intact", "missing")),
        ("brand", ["Acme"], ("Acme", "\0other")),
        ("category", ["phone"], ("phone", "\0other")),
        ("battery_health", ["< 80"], (0, 79, 80, 81)),
        ("battery_health", ["< 80.5"], (0, 79, 80, 81, 82)),
        ("battery_health", [">= 100"], (0, 99, 100)),
        ("reference_price", ["0.01..5"], ("0", "0.01", "0.02", "4.99", "5", "5.01")),
    ],
)
def test_one_value_stands_for_all_that_conditions_treat_alike(
    name: str, raw: list[object], values: tuple[object, ...]
) -> None:
    """One value stands for all that conditions treat alike; bounds have their neighbours."""
    found = values_of(name, [read_cell(REGISTRY[name], each) for each in raw])
    expected = tuple(
        Decimal(each) if isinstance(each, str) and each[0].isdigit() else each for each in values
    )
    assert found == expected


ROWS = st.lists(
    st.fixed_dictionaries(
        {"hygiene": st.booleans()},
        optional={
            "seal": st.sampled_from(["broken", ["intact", "missing"], {"not": "missing"}]),
            "battery_health": st.sampled_from(["< 50", ">= 50", "10..90", "> 99"]),
            "unused": st.booleans(),
        },
    ).flatmap(
        lambda cells: st.permutations(list(cells)).map(
            lambda names: {each: cells[each] for each in names[:2]}
        )
    ),
    max_size=6,
)


@settings(deadline=None, max_examples=100)
@given(ROWS)
def test_an_item_that_fits_no_condition_is_found_if_there_is_one(raw: list[dict[str, object]]) -> None:
    """The search for an item that fits no condition agrees with trying all items one by one."""
    rows: list[Row] = [read_row(each)[0] for each in raw]
    cells: dict[str, list[Cell]] = {}
    for row in rows:
        for name, cell in row.cells:
            cells.setdefault(name, []).append(cell)
    items: list[dict[str, FactValue]] = [
        dict(zip(cells, values, strict=True))
        for values in product(*(values_of(name, found) for name, found in cells.items()))
    ]
    assert escape(rows) is any(all(row.match(item) is Match.NO for row in rows) for item in items)


def test_a_search_that_takes_too_long_ends_on_the_safe_side(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that takes too long supposes that there is a way out, so that no usable policy is refused."""
    monkeypatch.setattr(policy_items, "MOST", 1)
    rows = [read_row({"hygiene": True})[0], read_row({"hygiene": False})[0]]
    assert escape(rows)
    assert policy(stop("a", "{ hygiene = true }"), stop("b", "{ hygiene = false }"))


def test_a_rule_may_last_until_the_end_of_all_days() -> None:
    """A rule may last until the end of all days."""
    kept = policy(stop("a", "{ hygiene = true }", "recycle", more="until = 9999-12-31"))
    assert set(kept.rules[0].forbid) == set(TERMINAL) - {"recycle"}
