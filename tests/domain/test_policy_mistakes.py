"""A table of mistakes that a manager makes in a policy file: each is refused with its line and what was meant."""

import pytest

from terminal.domain.channels import TERMINAL
from terminal.domain.policy import BadPolicy, load_policy

TEXT = """\
schema = 1
name = "House policy"
version = "2026-11-23"

[[rule]]
id = "hygiene-broken-seal"
kind = "stop"
because = "Hygiene goods with a broken seal never go back to a consumer."
law = "policy"
short = "hygiene seal"
when = { hygiene = true, seal = ["broken", "missing"] }
forbid = ["outlet", "marketplace"]

[[rule]]
id = "espr"
kind = "stop"
from = 2026-07-19
until = 2036-07-19
because = "Unsold clothes are not destroyed."
when = [
  { market = "EU", operator_size = "large", category = { not = ["home", "toys"] } },
  { unsold = true, derogation = "none" },
]
only = ["donate", "outlet", "quarantine"]

[[rule]]
id = "weak-battery"
because = "Renewed listings need 80 % battery."
when = [
  { category = ["phone", "tablet"], battery_health = "< 80", weight_g = "100..900", reference_price = ">= 30.50" },
]
forbid = ["marketplace"]
suggest = "refurbish"

[[rule]]
id = "vendor"
kind = "prefer"
because = "The vendor's credit beats a thin margin."
when = { rtv_window = true, function = "fail" }
expr = "original_price > 2 * reference_price and category != 'food'"
bonus = { return_to_vendor = 2.50 }

[[test]]
name = "worn swimwear cannot be resold"
on = 2026-11-23
given = { category = "apparel", hygiene = true, seal = "broken", battery_health = 79, reference_price = 12.50 }
expect = { forbidden = ["outlet"], stops = ["hygiene-broken-seal"], misses = ["vendor"] }

[[test]]
name = "a weak phone"
given = { category = "phone", grade = "B", battery_health = 70, weight_g = 200, reference_price = 40 }
expect = { hits = ["weak-battery"], suggested = ["refurbish"], forbids = { weak-battery = ["marketplace"] } }

[[test]]
name = "a faulty one"
given = { rtv_window = true, function = "fail", original_price = 50, reference_price = 20, category = "home" }
expect = { bonus = { return_to_vendor = 2.50 }, asks = ["hygiene"] }
"""

MISTAKES = [
    # what stands there, what is typed instead, the word in the message, what the message proposes
    # facts
    ("{ hygiene = true, seal", "{ hygeine = true, seal", '"hygeine"', '"hygiene"'),
    ('"missing"] }', '"mising"] }', '"mising" is not a seal', '"missing"'),
    ('battery_health = "<', 'batery_health = "<', '"batery_health"', '"battery_health"'),
    (
        'rtv_window = true, function = "fail" }\nexpr',
        'rtv_windw = true, function = "fail" }\nexpr',
        '"rtv_windw"',
        '"rtv_window"',
    ),
    ("operator_size =", "operater_size =", '"operater_size"', '"operator_size"'),
    ("derogation =", "derrogation =", '"derrogation"', '"derogation"'),
    ('market = "EU"', 'markt = "EU"', '"markt"', '"market"'),
    ('weight_g = "', 'weight = "', '"weight"', '"weight_g"'),
    # values
    ('["phone", "tablet"]', '["phnoe", "tablet"]', '"phnoe" is not a category', '"phone"'),
    ('["phone", "tablet"]', '["phone", "tabelt"]', '"tabelt" is not a category', '"tablet"'),
    ('["home", "toys"]', '["home", "toy"]', '"toy" is not a category', '"toys"'),
    ('function = "fail" }\nexpr', 'function = "fial" }\nexpr', '"fial" is not a function', '"fail"'),
    ('"EU"', '"Eu"', '"Eu" is not a market', '"EU"'),
    ('"large"', '"larg"', '"larg" is not an operator_size', '"large"'),
    (
        "hygiene = true, seal = [",
        'hygiene = "ja", seal = [',
        "(got 'ja')",
        "hygiene is yes or no, write true or false",
    ),
    ("unsold = true", "unsold = 1", "unsold is yes or no", "true or false"),
    ("{ not = [", "{ nto = [", "'nto'", "{ not = [...] }"),
    ('derogation = "none"', "derogation = []", "derogation: an empty list matches nothing", "nothing"),
    # numbers
    ('"< 80"', '"under 80"', "'under 80'", '"< 80"'),
    ('"< 80"', '"80 <"', "'80 <'", 'did you mean "> 80"?'),
    ('"< 80"', '"=< 80"', "'=< 80'", 'did you mean "<= 80"?'),
    ('"< 80"', '"< 80 %"', "'< 80 %'", 'leave the unit out - did you mean "< 80"?'),
    ('"< 80"', '"< 80,5"', "'< 80,5'", 'did you mean "< 80.5"?'),
    ('"< 80"', '"< 180"', "'< 180'", "from 0 to 100 %"),
    ('"< 80"', '"< -1"', "'< -1'", "from 0 to 100 %"),
    ('"< 80"', '"> 100"', "'> 100'", "so nothing fits"),
    ('"< 80"', "true", "got True", '">= 30"'),
    ('"100..900"', '"900..100"', "900 to 100 is no range", 'did you mean "100..900"?'),
    ('"100..900"', '"100-900"', "'100-900'", 'did you mean "100..900"?'),
    ('"100..900"', '"100 to 900"', "'100 to 900'", 'did you mean "100..900"?'),
    ('"100..900"', '"< 2 kg"', "'< 2 kg'", "it counts g, not kg"),
    ('">= 30.50"', '">= -30.50"', "'>= -30.50'", "an amount of money from 0"),
    ('">= 30.50"', '">= 30.50 EUR"', "'>= 30.50 EUR'", 'did you mean ">= 30.50"?'),
    ('">= 30.50"', '"≥ 30.50"', "'≥ 30.50'", 'did you mean ">= 30.50"?'),
    ('">= 30.50"', '"< 0"', "'< 0'", "so nothing fits"),
    ('">= 30.50"', "nan", "NaN", '">= 30"'),
    ('">= 30.50"', "1e999999", "'1E+999999'", "from 0 to 1000000000"),
    ('">= 30.50"', '"> 0.12345678"', "'> 0.12345678'", "at most 6 decimals"),
    ('"< 80"', '"= 80"', "'= 80'", 'did you mean "80"?'),
    # keys
    ('because = "Hyg', 'becuase = "Hyg', '"becuase"', '"because"'),
    ('forbid = ["outlet', 'forbide = ["outlet', '"forbide"', '"forbid"'),
    ("short = ", "shrot = ", '"shrot"', '"short"'),
    ('suggest = "ref', 'sugest = "ref', '"sugest"', '"suggest"'),
    ("expr = ", "exp = ", '"exp"', '"expr"'),
    ("until = ", "untill = ", '"untill"', '"until"'),
    (
        "bonus = { return_to_vendor = 2.50 }\n\n",
        "bonuses = { return_to_vendor = 2.50 }\n\n",
        '"bonuses"',
        '"bonus"',
    ),
    ("version = ", "verison = ", '"verison"', '"version"'),
    ("schema = 1", "schema = 2", "got 2", "from 1 to 1"),
    ('because = "Hyg', 'because = "\\u001b[31mHyg', "control character", "type the text again"),
    ('name = "a weak phone"', 'name = "a \\u202eweak phone"', "control character", "type the text again"),
    (
        "bonus = { return_to_vendor = 2.50 }\n\n",
        "bonus = { return_to_vendor = inf }\n\n",
        "Infinity",
        "from -100000",
    ),
    # kinds
    ('kind = "prefer"', 'kind = "preferr"', '"preferr"', '"prefer"'),
    ('kind = "stop"\nbecause', 'kind = "stopp"\nbecause', '"stopp"', '"stop"'),
    ('kind = "prefer"', 'kind = "stop"', "a stop rule must forbid something", "forbid"),
    ('id = "weak-battery"', 'id = "weak battery"', '"-", "_"', 'did you mean "weak-battery"?'),
    ('id = "vendor"', 'id = "espr"', "another rule of this id", "id"),
    # channels
    ('"outlet", "marketplace"]', '"outlte", "marketplace"]', '"outlte" is not a channel', '"outlet"'),
    (
        '"donate", "outlet", "quarantine"]',
        '"donation", "outlet", "quarantine"]',
        '"donation" is not a channel',
        '"donate"',
    ),
    ('suggest = "refurbish"', 'suggest = "refurb"', '"refurb" is not a channel', '"refurbish"'),
    ('"outlet", "marketplace"]', '"outlet", "quarantine"]', "quarantine", "cannot be forbidden"),
    (
        "{ return_to_vendor = 2.50 }\n\n",
        "{ return_to_vender = 2.50 }\n\n",
        '"return_to_vender"',
        '"return_to_vendor"',
    ),
    ('suggest = "refurbish"', "suggest = []", "suggest is empty", "leave it out"),
    ('forbid = ["outlet", "marketplace"]', "forbid = []", "forbid is empty", "leave it out"),
    ('only = ["donate", "outlet", "quarantine"]', "only = []", "only is empty", "leave it out"),
    # money
    ("{ return_to_vendor = 2.50 }\n\n", "{}\n\n", "bonus is empty", "leave it out"),
    (
        "{ return_to_vendor = 2.50 }\n\n",
        '{ return_to_vendor = "2.50 EUR" }\n\n',
        "'2.50 EUR'",
        "did you mean 2.50?",
    ),
    ("{ return_to_vendor = 2.50 }\n\n", '{ return_to_vendor = "2,50" }\n\n', "'2,50'", "did you mean 2.50?"),
    (
        "{ return_to_vendor = 2.50 }\n\n",
        "{ return_to_vendor = 999999 }\n\n",
        "return_to_vendor",
        "from -100000 to 100000",
    ),
    ("{ return_to_vendor = 2.50 }\n\n", "{ return_to_vendor = 2.123456 }\n\n", "2.123456", "four decimals"),
    (
        "{ return_to_vendor = 2.50 }\n\n",
        "{ return_to_vendor = 0 }\n\n",
        "return_to_vendor of 0",
        "leave it out",
    ),
    # days
    ("from = 2026-07-19", 'from = "2026-07-19"', "'2026-07-19'", "did you mean 2026-07-19?"),
    ("from = 2026-07-19", 'from = "19.07.2026"', "'19.07.2026'", "did you mean 2026-07-19?"),
    ("from = 2026-07-19", 'from = "31.02.2026"', "'31.02.2026'", "no day of the calendar"),
    ("from = 2026-07-19", 'from = "July 2026"', "'July 2026'", "write 2026-07-19 without quotes"),
    ("until = 2036-07-19", "until = 2036-07-19T00:00:00", "until must be a date", "did you mean 2036-07-19?"),
    ("from = 2026-07-19", "from = 2046-07-19", "from 2046-07-19 is after until 2036-07-19", "2036-07-19"),
    ("on = 2026-11-23", 'on = "2026-11-23"', "on must be a date", "did you mean 2026-11-23?"),
    # conditions over several facts
    ("original_price > 2", "orignal_price > 2", '"orignal_price"', '"original_price"'),
    ("category != 'food'", "category != 'fodo'", '"fodo" is not a category', '"food"'),
    ("category != 'food'", "category > 3", "another is expected", "category > 3"),
    ("category != 'food'", "expired = true", "expr: cannot be read near", "= true"),
    ("category != 'food'", "brand =~ '(a+)+$'", '"=~" is not allowed', "comparing with =="),
    ("> 2 * ref", "> 2 ** ref", '"**" is not allowed', "comparing with =="),
    ("category != 'food'", "weight_g > 'heavy'", "stands where another", "number"),
    # conditions as such
    (
        'when = { rtv_window = true, function = "fail" }',
        "when = [{}]",
        "without a fact always holds",
        "hygiene = true",
    ),
    (
        'when = { rtv_window = true, function = "fail" }',
        "when = [{ hygiene = true }, { hygiene = true }]",
        "the same condition stands twice",
        "twice",
    ),
    (
        'when = { rtv_window = true, function = "fail" }',
        "when = 'always'",
        "a condition is a table of facts",
        "hygiene = true",
    ),
    # examples
    ('given = { category = "apparel"', 'given = { categroy = "apparel"', '"categroy"', '"category"'),
    ('seal = "broken", batt', 'seal = "brocken", batt', '"brocken" is not a seal', '"broken"'),
    ("battery_health = 79", "battery_health = 790", "790", "from 0 to 100 %"),
    ("reference_price = 12.50", 'reference_price = "twelve"', "'twelve'", 'write "12.40"'),
    (
        'stops = ["hygiene-broken-seal"]',
        'stops = ["hygeine-broken-seal"]',
        '"hygeine-broken-seal" is not a rule',
        '"hygiene-broken-seal"',
    ),
    ('misses = ["vendor"]', 'misses = ["vendro"]', '"vendro" is not a rule', '"vendor"'),
    ("expect = { hits", "expect = { hit", '"hit"', '"hits"'),
    ("{ weak-battery = [", "{ weak-batery = [", '"weak-batery" is not a rule', '"weak-battery"'),
    ('asks = ["hygiene"]', 'asks = ["hygine"]', '"hygine" is not a fact', '"hygiene"'),
    ("forbidden = [", "forbiden = [", '"forbiden"', '"forbidden"'),
    ('grade = "B"', 'grade = "E"', '"E" is not a grade', "A, B, C, D"),
    ('name = "a faulty one"', 'name = "a weak phone"', "another test of this name", "name"),
    (
        'forbidden = ["outlet"]',
        'forbidden = ["outlet"], allowed = ["outlet"]',
        "outlet cannot be in forbidden and in allowed",
        "allowed",
    ),
]


def problems(text: str) -> tuple[str, ...]:
    """What is said of a text that is refused."""
    with pytest.raises(BadPolicy) as caught:
        load_policy(text, "p.toml")
    return caught.value.problems


def test_a_rule_that_leaves_every_channel_is_refused() -> None:
    """A rule whose `only` names every channel would forbid nothing, so it is refused."""
    every = ", ".join(f'"{each}"' for each in TERMINAL)
    changed = TEXT.replace('only = ["donate", "outlet", "quarantine"]', f"only = [{every}]")
    assert problems(changed) == ('p.toml:24: rule "espr": only names every channel, so nothing is forbidden',)


def test_a_mark_of_the_byte_order_is_passed_over() -> None:
    """A mark of the byte order, as some editors write it, is passed over."""
    assert load_policy(f"\ufeff{TEXT}", "p.toml") == load_policy(TEXT, "p.toml")


def test_the_text_without_a_mistake_is_accepted() -> None:
    """The text without a mistake is accepted, examples and all."""
    assert len(load_policy(TEXT, "p.toml").rules) == 4


def test_there_are_the_three_mistakes_of_a_manager_and_more_than_fifty_others() -> None:
    """There are the three mistakes of a manager and more than fifty others."""
    typed = [new for _, new, _, _ in MISTAKES]
    assert all(any(word in new for new in typed) for word in ("hygeine", "phnoe", "under 80"))
    assert len({(old, new) for old, new, _, _ in MISTAKES}) >= 53


@pytest.mark.parametrize(
    ("old", "new", "word", "meant"), MISTAKES, ids=[new[:30] for _, new, _, _ in MISTAKES]
)
def test_a_mistake_is_refused_with_its_line_and_what_was_meant(
    old: str, new: str, word: str, meant: str
) -> None:
    """A mistake is refused with its line, the word that is wrong, and what was meant."""
    assert old in TEXT
    changed = TEXT.replace(old, new, 1)
    at = next(place for place, letter in enumerate(changed) if TEXT[place] != letter)
    line = changed.count("\n", 0, at) + 1
    found = problems(changed)
    fitting = [each for each in found if word in each and meant in each]
    assert fitting, found
    assert fitting[0].startswith(f"p.toml:{line}: "), (line, found)


@pytest.mark.parametrize("deep", ["x = " + "[" * 9000, "x" + ".x" * 100_000 + " = 1"], ids=["lists", "dots"])
def test_a_text_that_would_keep_the_reader_busy_is_refused(deep: str) -> None:
    """A text nested so deep that reading it would take minutes, or fail, is refused."""
    assert "not readable as TOML" in problems(f"{TEXT}\n{deep}")[0]
