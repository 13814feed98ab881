"""Scheme files: what they may say, and how every mistake is refused with its place."""

from collections.abc import Mapping
from importlib.resources import files

import pytest

from terminal.domain.checklist import clean, next_question, observe
from terminal.domain.crosswalk import crosswalk
from terminal.domain.facts import CATEGORIES, parse
from terminal.domain.grading import grade
from terminal.domain.scheme_file import BadSchemes, canonical, load_schemes
from terminal.domain.schemes import Repair, Scale, Scheme
from terminal.domain.suggesting import suggest

SHIPPED = {
    each.name: each.read_text("utf-8")
    for each in files("terminal.data").joinpath("schemes").iterdir()
    if each.name.endswith(".toml")
}
BASE = """
schema = 1
[defect]
CRK = { label = "crack", severity = "critical", at = "front", minutes = 5, part = "glass" }
TAG = { label = "tag", severity = "minor" }
[[question]]
id = "sealed"
prompt = "SEALED?"
text = "Sealed?"
facts = ["packaging"]
yes = { packaging = "sealed" }
no = { packaging = "opened_complete" }
good = "no"
[[question]]
id = "unused"
prompt = "UNUSED?"
text = "Unused?"
yes = { unused = true }
no = { unused = false, defect = "TAG" }
good = "yes"
[[question]]
id = "complete"
prompt = "COMPLETE?"
text = "Complete?"
yes = {}
no = { missing_other = 1 }
good = "yes"
[[question]]
id = "battery_health"
prompt = "BATTERY %"
text = "Battery?"
kind = "number"
[[scheme]]
id = "general"
version = "1"
categories = ["general", "bikes"]
questions = ["sealed", "unused", "complete"]
"""


def load(text: str) -> Mapping[str, Scheme]:
    """The schemes of one text."""
    return load_schemes({"s.toml": text})


def refused(*changes: tuple[str, str], more: str = "") -> tuple[str, ...]:
    """What is said of the small file above after these changes."""
    text = BASE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    with pytest.raises(BadSchemes) as caught:
        load(text + more)
    return caught.value.problems


def test_a_small_file_is_a_whole_scheme() -> None:
    """A small file is a whole scheme."""
    found = load(BASE)
    assert set(found) == {"general", "bikes"}
    scheme = found["bikes"]
    assert scheme is found["general"]
    assert scheme.defects["CRK"].repair == Repair(5, "glass")
    assert scheme.defects["TAG"].repair is None
    assert scheme.defects["TAG"].location == "hidden"
    assert (scheme.battery, scheme.fault, scheme.caps, scheme.has_function) == (None, None, (), False)
    sealed = scheme.question("sealed")
    assert sealed is not None
    assert [choice.value for choice in sealed.choices] == ["yes", "no"]
    assert scheme.question("seeled") is None


def test_files_are_read_as_one_and_a_site_may_add_its_own() -> None:
    """Files are read as one and a site may add its own."""
    own = """
schema = 1
[[scheme]]
id = "bikes"
version = "1"
categories = ["bikes"]
questions = ["sealed", "marks", "complete", "unused"]
"""
    found = load_schemes({**SHIPPED, "bikes.toml": own})
    assert found["bikes"].question("marks") is not None
    assert set(found) == {*CATEGORIES, "bikes"}


BIKES = """
schema = 1

[defect]
RST = { label = "rust", severity = "minor", at = "side", minutes = 6 }
FRM = { label = "frame bent or cracked", severity = "critical", at = "front", axis = "function", photo = true }

[[check]]
id = "brakes"
label = "brakes"
passes = "each wheel stops within one turn"

[[question]]
id = "gears"
prompt = "GEARS OK?"
text = "Every gear holds under load?"
yes = {}
no = { defect = "RST" }
good = "yes"

[[reason]]
id = "rust"
words = ["rust", "rost"]
likely = { RST = 70 }
source = "own returns of 2025"

[[market]]
id = "bikeshop"
name = "Second-hand bikes"
categories = ["bikes"]
grades = { A0 = "new", A = "as new", B = "good", C = "to be mended", D = "for parts" }
source = "its seller guide"

[[scheme]]
id = "bikes"
version = "1"
categories = ["bikes", "scooters"]
function = true
gives = { hygiene = false, has_battery = false }
questions = ["sealed", "works", "gears", "marks", "complete", "missing", "unused"]
checks = ["brakes"]
offers = ["SCR-LT", "RST", "FRM"]
fault = { minutes = 25, part = "small" }
scale = { A = 95 }
evidence = { D = "the frame number is on it" }
"""


def test_a_site_adds_a_category_with_its_own_words_in_one_file() -> None:
    """Defects, questions, tests, points, reasons and markets of its own beside all that is shipped."""
    found = load_schemes({**SHIPPED, "bikes.toml": BIKES})
    bikes = found["bikes"]
    works = bikes.question("works")
    assert works is not None
    assert works.text == "Does it switch on and pass every test: brakes?"
    assert [each.id for each in bikes.checks] == ["brakes"]
    start = parse({"category": "bikes", "unused": True})
    facts, answered = clean(bikes, start)
    assert (grade(bikes, facts).grade, next_question(bikes, facts, answered)) == ("A", None)
    assert {"works", "gears", "marks"} <= set(answered)
    bent = grade(bikes, observe(bikes, facts, "FRM"))
    assert bent.grade == "D"
    rusty = grade(bikes, observe(bikes, facts, "RST"))
    assert (rusty.grade, str(rusty.score)) == ("B", "92.5")
    assert suggest(bikes, "Rost am Rahmen") == ("RST", "SCR-LT", "FRM")
    assert crosswalk(rusty, False, "bikes", bikes.markets) == (
        *(("eBay", "3000 Used"), ("Second-hand bikes", "good")),
    )
    assert dict(bikes.evidence) == {"D": "the frame number is on it"}
    assert bikes.defects["FRM"].photo
    assert "RST" not in found["phone"].offers
    assert found["phone"].question("works") != works


def test_the_new_category_does_not_change_what_is_shipped() -> None:
    """The same phone gets the same grade with and without the file of the site."""
    phone = parse({"packaging": "opened_complete", "function": "pass", "battery_health": 84})
    one, other = load_schemes(SHIPPED)["phone"], load_schemes({**SHIPPED, "bikes.toml": BIKES})["phone"]
    assert grade(one, phone) == grade(other, phone)
    assert [each.id for each in one.questions] == [each.id for each in other.questions]


def test_a_scheme_of_a_site_may_lack_points_tests_reasons_and_markets() -> None:
    """Then the usual points count, and nothing is suggested or translated."""
    scheme = load(BASE)["general"]
    assert scheme.scale == Scale()
    assert (scheme.checks, scheme.reasons, scheme.markets, dict(scheme.evidence)) == ((), (), (), {})
    assert suggest(scheme, "battery") == scheme.offers
    assert crosswalk(grade(scheme, parse({})), False, "bikes", scheme.markets) == ()


@pytest.mark.parametrize(
    "category", ["phone", "laptop", "small_appliance", "audio", "earphones", "toys", "general"]
)
def test_what_has_a_function_names_the_tests_of_it(category: str) -> None:
    """Each says what is seen when it is passed, and the question lists the essential ones."""
    scheme = load_schemes(SHIPPED)[category]
    works = scheme.question("works")
    assert works is not None
    assert scheme.checks
    for check in scheme.checks:
        assert len(check.passes) > 10
        assert (check.label in works.text) is check.essential


def test_the_shipped_schemes_grade_every_category_of_the_registry() -> None:
    """The shipped schemes grade every category of the registry."""
    found = load_schemes(SHIPPED)
    assert set(found) == set(CATEGORIES)
    for scheme in found.values():
        assert set(scheme.offers) <= set(scheme.defects)
        assert any(question.marks for question in scheme.questions)
        assert len({*scheme.offers}) == len(scheme.offers)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("schema = 1", "schema = 2", "s.toml:2: schema must be a whole number from 1 to 1 (got 2)"),
        ("schema = 1", "schema = 1\ndefekt = 1", 'unknown key "defekt" - did you mean "defect"?'),
        ('severity = "minor"', 'severity = "miner"', 'severity cannot be "miner" - did you mean "minor"?'),
        ('label = "tag", ', "", "label is missing"),
        (
            'severity = "minor"',
            'severity = "minor", at = "bakc"',
            'at cannot be "bakc" - did you mean "back"?',
        ),
        (
            'severity = "minor"',
            'severity = "minor", sets = { lokc = "on" }',
            'unknown fact "lokc" - did you mean "lock"?',
        ),
        (
            'severity = "minor"',
            'severity = "minor", sets = { lock = "no" }',
            'TAG: sets: "no" is not a lock (known: off, on)',
        ),
        (
            'severity = "minor"',
            'severity = "minor", sets = { unused = false }',
            "a defect sets a choice, or a yes/no to true",
        ),
        ('severity = "minor"', 'severity = "minor", adds = "parts"', 'adds cannot be "parts"'),
        ('severity = "minor"', 'severity = "minor", colour = "red"', 'unknown key "colour"'),
        ('prompt = "SEALED?"', 'prompt = "SEALED OR NOT?"', "prompt has 14 characters, the banner shows 12"),
        ('good = "no"', 'good = "nope"', 'question "sealed": good cannot be "nope" - did you mean "no"?'),
        (
            'facts = ["packaging"]',
            'facts = ["pakaging"]',
            '"pakaging" is not a fact - did you mean "packaging"?',
        ),
        (
            'packaging = "sealed" }',
            'packaging = "seeled" }',
            '"seeled" is not a packaging - did you mean "sealed"?',
        ),
        ('defect = "TAG"', 'defect = "TGA"', '"TGA" is not a defect - did you mean "TAG"?'),
        ('id = "unused"', 'id = "sealed"', 'there are two questions "sealed"; give one another name'),
        ('id = "battery_health"', 'id = "battery"', "has the id of a fact that is a number"),
        ('id = "battery_health"', 'id = "unused"\nname = "b"', "has the id of a fact that is a number"),
        ('prompt = "BATTERY %"', 'prompt = "BATTERY %"\ngate = ["E"]', '"E" is not a grade'),
        (
            'prompt = "BATTERY %"',
            'prompt = "B"\nask_when = { has_batery = true }',
            'unknown field "has_batery" - did you mean',
        ),
        (
            'prompt = "BATTERY %"',
            'prompt = "B"\nask_unless = 3',
            "ask_unless: a condition is a table of facts",
        ),
        ('kind = "number"', 'kind = "choice"', "choices must be a list of 2 to 9 tables"),
        (
            'kind = "number"',
            'kind = "choice"\nchoices = [{ value = "a", label = "A" }]',
            "choices must be a list of 2 to 9",
        ),
        (
            'kind = "number"',
            'kind = "choice"\nchoices = [{ value = "a", label = "A" }, { value = "a", label = "B" }]\ngood = "a"',
            "two choices have the same value",
        ),
        (
            'questions = ["sealed", "unused"',
            'questions = ["unused", "sealed"',
            'the first question must be "sealed"',
        ),
        ('questions = ["sealed", "unused", ', 'questions = ["sealed", ', 'the question "unused" is missing'),
        ('questions = ["sealed"', 'questions = ["sealed", "sealed"', "two questions have the same id"),
        (
            'questions = ["sealed"',
            'questions = ["sealed", "seeled"',
            '"seeled" is not a question - did you mean "sealed"?',
        ),
        (
            'questions = ["sealed"',
            'function = true\nquestions = ["sealed"',
            'the question "works" is missing',
        ),
        (
            'questions = ["sealed"',
            'gives = { has_battery = true }\nquestions = ["sealed"',
            'the question "battery_health" is missing',
        ),
        ('categories = ["general", "bikes"]', "categories = []", "categories is missing"),
        ('severity = "critical"', 'severity = "major"', "no defect is critical"),
        (
            'id = "general"',
            'id = "general"\ncaps = 3',
            "caps must be a list of tables { when, grade, because }",
        ),
        ('id = "general"', 'id = "general"\ncaps = [{ grade = "B", because = "x" }]', "when is missing"),
        (
            'id = "general"',
            'id = "general"\ncaps = [{ when = { unused = false }, grade = "E", because = "x" }]',
            'grade cannot be "E"',
        ),
        (
            'id = "general"',
            'id = "general"\nfault = { minutes = 5, pert = "x" }',
            'unknown key "pert" - did you mean "part"?',
        ),
        ('"general", "bikes"]', '"bikes"]', 'no scheme has the category "general"'),
    ],
)
def test_each_mistake_is_refused_with_what_would_do(old: str, new: str, said: str) -> None:
    """Each mistake is refused with what would do."""
    found = refused((old, new))
    assert any(said in each for each in found), found


def test_all_mistakes_of_all_files_are_said_at_once() -> None:
    """All mistakes of all files are said at once."""
    with pytest.raises(BadSchemes) as caught:
        load_schemes(
            {"a.toml": "= 1", "b.toml": BASE.replace('"CRK"', "").replace('good = "no"', 'good = "on"')}
        )
    assert caught.value.problems[0].startswith("a.toml: not readable as TOML")
    assert any(each.startswith("b.toml:13: ") for each in caught.value.problems)


def test_a_category_and_a_defect_stand_once() -> None:
    """A category and a defect stand once."""
    again = BASE.replace('"bikes"', '"cars"').replace("[[question]]", "[[unread]]")
    with pytest.raises(BadSchemes) as caught:
        load_schemes(
            {"a.toml": BASE, "b.toml": BASE[BASE.index("[[scheme]]") :].replace("id", "schema = 1\nid", 0)}
        )
    assert any('category "general" has a scheme already' in each for each in caught.value.problems)
    with pytest.raises(BadSchemes) as twice:
        load_schemes({"a.toml": BASE, "b.toml": again})
    assert any("CRK is defined twice" in each for each in twice.value.problems)


def test_caps_and_repairs_are_read() -> None:
    """Caps and repairs are read."""
    text = BASE.replace(
        'id = "general"',
        'id = "general"\nbattery = { minutes = 9, part = "cell" }\n'
        'caps = [{ when = { unused = false }, grade = "B", because = "worn" }]',
    )
    scheme = load(text)["general"]
    assert scheme.battery == Repair(9, "cell")
    assert [(cap.grade, cap.because) for cap in scheme.caps] == [("B", "worn")]


def test_canonical_content_ignores_layout_and_file_names() -> None:
    """Canonical content ignores layout and file names."""
    assert canonical({"a.toml": "x = 1 # one"}) == canonical({"b.toml": "\nx=1"})
    assert canonical({"a.toml": "x = 1"}) != canonical({"a.toml": "x = 2"})
