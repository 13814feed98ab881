"""A slip in any name of a scheme file is refused with file, line, what was written and what was meant."""

import pytest

from terminal.domain.scheme_file import BadSchemes, load_schemes

WHOLE = """schema = 1

[defect]
CRK = { label = "crack", severity = "critical", at = "front", minutes = 5, part = "glass", photo = true }
WEAK = { label = "weak", severity = "major", axis = "function", cap = "C", sets = { hazard = "other" } }
GONE = { label = "gone", severity = "fact", adds = "missing_other" }

[[question]]
id = "sealed"
prompt = "SEALED?"
text = "Sealed?"
facts = ["packaging"]
yes = { packaging = "sealed" }
no = { packaging = "opened_complete" }
good = "no"

[[question]]
id = "works"
prompt = "WORKS?"
text = "Does it pass {checks}?"
kind = "choice"
choices = [
  { value = "yes", label = "Yes", function = "pass" },
  { value = "no", label = "No", defect = "CRK", function = "fail" },
]
good = "yes"
ask_unless = { hazard = "damaged_battery" }
gate = ["A", "D"]
even_sealed = false

[[question]]
id = "unused"
prompt = "UNUSED?"
text = "Unused?"
yes = { unused = true }
no = { unused = false }
good = "yes"
ask_when = { category = "phone" }

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

[[check]]
id = "starts"
label = "starts"
passes = "it starts"
power = true

[[reason]]
id = "battery"
words = ["akku"]
likely = { WEAK = 40, CRK = 10 }
source = "[A]"

[[market]]
id = "bay"
name = "Bay"
categories = ["phone"]
grades = { A0 = "new", A = "open", B = "used", C = "used", D = "parts" }
source = "its help pages"

[[market]]
id = "lab"
name = "Lab"
function = { A = "0", B = "1", C = "2", D = "3" }
cosmetic = { A = "A", B = "B", C = "C", D = "D" }
grades = { A0 = "new", D = "stopped" }
source = "its paper"

[[scheme]]
id = "general"
version = "1"
categories = ["general", "phone"]
function = true
gives = { has_battery = true, hygiene = false }
questions = ["sealed", "works", "unused", "complete", "battery_health"]
checks = ["starts"]
offers = ["CRK", "WEAK"]
caps = [{ when = { unused = false }, grade = "B", because = "worn" }]
battery = { minutes = 5, part = "cell" }
scale = { A = 92, opened_damaged = 8, battery = [[90, 0], [80, 8], [0, 18]] }
evidence = { D = "a claim", donate = "a receipt" }
"""


def refused(old: str, new: str) -> tuple[tuple[str, ...], int]:
    """What is said of the whole file with `old` written as `new`, and the line where that stands."""
    assert WHOLE.count(old) >= 1, old
    text = WHOLE.replace(old, new, 1)
    line = WHOLE[: WHOLE.index(old)].count("\n") + 1
    with pytest.raises(BadSchemes) as caught:
        load_schemes({"own.toml": text})
    return caught.value.problems, line


def test_the_file_without_a_slip_is_a_scheme() -> None:
    """The file without a slip is a scheme."""
    scheme = load_schemes({"own.toml": WHOLE})["phone"]
    assert scheme.questions[1].text == "Does it pass starts?"


TYPOS = [
    # before, as typed, what is said of it
    ("label = ", "lable = ", 'CRK: unknown key "lable" - did you mean "label"?'),
    ("severity = ", "severty = ", 'unknown key "severty" - did you mean "severity"?'),
    ('"critical"', '"critcal"', 'severity cannot be "critcal" - did you mean "critical"?'),
    ('at = "front"', 'at = "fornt"', 'at cannot be "fornt" - did you mean "front"?'),
    ("minutes = 5, part", "minuets = 5, part", 'unknown key "minuets" - did you mean "minutes"?'),
    ('part = "glass"', 'prat = "glass"', 'unknown key "prat" - did you mean "part"?'),
    ("photo = true", "foto = true", 'unknown key "foto" - did you mean "photo"?'),
    ('axis = "function"', 'axis = "funktion"', 'axis cannot be "funktion" - did you mean "function"?'),
    ("sets = { hazard", "set = { hazard", 'unknown key "set" - did you mean "sets"?'),
    ("{ hazard = ", "{ hasard = ", 'unknown fact "hasard" - did you mean "hazard"?'),
    ('"other" }', '"othre" }', '"othre" is not a hazard - did you mean "other"?'),
    ('severity = "fact"', 'severity = "fat"', 'GONE: severity cannot be "fat" - did you mean "fact"?'),
    ('label = "gone"', 'name = "gone"', "GONE: label is missing, write a text"),
    ('adds = "missing_other"', 'adds = "mising_other"', 'did you mean "missing_other"?'),
    ("prompt = ", "promt = ", 'question "sealed": unknown key "promt" - did you mean "prompt"?'),
    ('"packaging"]', '"packageing"]', '"packageing" is not a fact - did you mean "packaging"?'),
    ('packaging = "sealed"', 'packaging = "saeled"', '"saeled" is not a packaging - did you mean "sealed"?'),
    ('good = "no"', 'good = "nо"', 'good cannot be "nо"'),
    ('kind = "choice"', 'kind = "choise"', 'kind cannot be "choise" - did you mean "choice"?'),
    ('function = "pass"', 'funktion = "pass"', 'unknown fact "funktion" - did you mean "function"?'),
    ('function = "fail"', 'function = "failed"', '"failed" is not a function - did you mean "fail"?'),
    ('defect = "CRK"', 'defect = "CKR"', '"CKR" is not a defect - did you mean "CRK"?'),
    ("ask_unless", "ask_unles", 'unknown key "ask_unles" - did you mean "ask_unless"?'),
    ('"damaged_battery"', '"damaged_batery"', 'did you mean "damaged_battery"?'),
    ('gate = ["A", "D"]', 'gate = ["A", "E"]', 'gate: "E" is not a grade'),
    ("even_sealed = ", "even_seeled = ", 'unknown key "even_seeled" - did you mean "even_sealed"?'),
    ("{ category = ", "{ catgory = ", 'ask_when: unknown field "catgory" - did you mean "category"?'),
    ('passes = "it', 'pases = "it', 'check "starts": unknown key "pases" - did you mean "passes"?'),
    ("power = true", "powre = true", 'unknown key "powre" - did you mean "power"?'),
    ("{ WEAK = 40", "{ WAEK = 40", 'reason "battery": likely: "WAEK" is not a defect - did you mean "WEAK"?'),
    ("likely = ", "likly = ", 'unknown key "likly" - did you mean "likely"?'),
    ("words = ", "wrods = ", 'unknown key "wrods" - did you mean "words"?'),
    ('categories = ["phone"]', 'categories = ["phnoe"]', '"phnoe" is not a category - did you mean "phone"?'),
    ("grades = { A0", "grade = { A0", 'market "bay": unknown key "grade" - did you mean "grades"?'),
    ("cosmetic = { A", "cosmetics = { A", 'unknown key "cosmetics" - did you mean "cosmetic"?'),
    ('"sealed", "works"', '"sealed", "wroks"', '"wroks" is not a question - did you mean "works"?'),
    ('checks = ["starts"]', 'checks = ["strats"]', '"strats" is not a test - did you mean "starts"?'),
    ('offers = ["CRK"', 'offers = ["CRX"', 'offers: "CRX" is not a defect - did you mean "CRK"?'),
    ("{ has_battery", "{ has_batery", 'gives: unknown fact "has_batery" - did you mean "has_battery"?'),
    (
        "{ unused = false }, grade",
        "{ unusd = false }, grade",
        'unknown field "unusd" - did you mean "unused"?',
    ),
    ("because = ", "becuase = ", 'unknown key "becuase" - did you mean "because"?'),
    ("opened_damaged = 8", "opened_damage = 8", 'did you mean "opened_damaged"?'),
    ("donate = ", "donnate = ", 'evidence: unknown key "donnate" - did you mean "donate"?'),
    ("evidence = ", "evidense = ", 'unknown key "evidense" - did you mean "evidence"?'),
    ("[[scheme]]", "[[sheme]]", 'unknown key "sheme" - did you mean "scheme"?'),
    ("[[market]]", "[[markt]]", 'unknown key "markt" - did you mean "market"?'),
]


@pytest.mark.parametrize(("old", "new", "said"), TYPOS, ids=[new for _, new, _ in TYPOS])
def test_each_typo_is_told_with_its_line_and_the_right_word(old: str, new: str, said: str) -> None:
    """Each typo is told with its line and the right word."""
    problems, line = refused(old, new)
    assert any(each.startswith(f"own.toml:{line}: ") and said in each for each in problems), problems


WRONG = [
    # a value that cannot stand, what is said
    ("schema = 1", "schema = 9", "schema must be a whole number from 1 to 1 (got 9)"),
    ('label = "gone"', "label = 5", "defect: GONE: label must be a text (got 5)"),
    ("minutes = 5, part", "minutes = -5, part", "minutes must be a whole number from 0 to 600 (got -5)"),
    ("photo = true", 'photo = "yes"', "photo must be true or false (got 'yes')"),
    ("WEAK = 40", "WEAK = 400", "likely: WEAK must be a whole number from 1 to 100 (got 400)"),
    ("WEAK = 40", "WEAK = 95", "the chances are 105 % together, at most 100"),
    ('words = ["akku"]', "words = []", "words must be a list of words or short phrases"),
    ('words = ["akku"]', 'words = ["..."]', "words must be a list of words or short phrases"),
    (
        "scale = { A = 92",
        "scale = { A = 70",
        "A must take more points than B, and B more than C (got 70, 78, 55)",
    ),
    (
        "opened_damaged = 8",
        "opened_damaged = 12",
        "must not fall from opened_complete, opened_damaged, missing",
    ),
    ("[[90, 0], [80, 8], [0, 18]]", "[[80, 0], [90, 8], [0, 18]]", "battery must be bands"),
    ("[[90, 0], [80, 8], [0, 18]]", "[[90, 8], [80, 0], [0, 18]]", "battery must be bands"),
    ("[[90, 0], [80, 8], [0, 18]]", "[[90, 0], [80, 8]]", "battery must be bands"),
    ("[[90, 0], [80, 8], [0, 18]]", "[[0, 18]]", "battery must be bands"),
    ("[[90, 0], [80, 8], [0, 18]]", "[[190, 0], [0, 18]]", "battery must be bands"),
    ("[[90, 0], [80, 8], [0, 18]]", "[[90, 0], [0, 180]]", "battery must be bands"),
    ("[[90, 0], [80, 8], [0, 18]]", "[[90, 0], [80], [0, 18]]", "battery must be bands"),
    ("[[90, 0], [80, 8], [0, 18]]", '[[90, "0"], [0, 18]]', "battery must be bands"),
    ("[[90, 0], [80, 8], [0, 18]]", "18", "battery must be bands"),
    ('D = "a claim"', "D = 4", "evidence: D must be a text (got 4)"),
    ('offers = ["CRK"', 'offers = ["CRK", "CRK"', "offers: CRK stands there twice"),
    ('checks = ["starts"]', "checks = []", 'the question "works" names the tests and the scheme has none'),
    ("power = true", "essential = false", 'the question "works" names the tests and the scheme has none'),
    ('A = "open", ', "", "grades: A is missing, write a text"),
    ('C = "2", ', "", "function: C is missing, write a text"),
    ('grades = { A0 = "new", D = "stopped" }', "", "grades: A0 is missing, write a text"),
    ('A0 = "new", D', 'A0 = "new", B = "x", D', 'grades: unknown key "B"'),
]


@pytest.mark.parametrize(
    ("old", "new", "said"), WRONG, ids=[f"{new} {n}" for n, (_, new, _) in enumerate(WRONG)]
)
def test_each_wrong_value_is_refused_with_what_would_do(old: str, new: str, said: str) -> None:
    """Each wrong value is refused with what would do."""
    problems, _ = refused(old, new)
    assert any(each.startswith("own.toml:") and said in each for each in problems), problems


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ('[[check]]\nid = "starts"\nlabel = "x"\npasses = "y"', 'there are two tests "starts"'),
        ('[[reason]]\nid = "battery"\nwords = ["b"]\nsource = "s"', 'there are two reasons "battery"'),
        (
            '[[market]]\nid = "bay"\nname = "Bay"\ncategories = ["phone"]\nsource = "s"\n'
            'grades = { A0 = "a", A = "b", B = "c", C = "d", D = "e" }',
            'another entry of this market is for the category "phone"',
        ),
        (
            '[[market]]\nid = "lab"\nname = "Lab"\nsource = "s"\n'
            'grades = { A0 = "a", A = "b", B = "c", C = "d", D = "e" }',
            "another entry of this market is for all other goods",
        ),
    ],
)
def test_what_must_stand_once_is_refused_in_a_second_file(block: str, said: str) -> None:
    """What must stand once is refused in a second file, at its place there."""
    with pytest.raises(BadSchemes) as caught:
        load_schemes({"own.toml": WHOLE, "more.toml": "schema = 1\n\n" + block})
    assert any(each.startswith("more.toml:") and said in each for each in caught.value.problems)


def test_many_mistakes_are_said_at_once() -> None:
    """A person repairs a file in one go."""
    text = WHOLE
    for old, new, _ in TYPOS[:4]:
        text = text.replace(old, new, 1)
    with pytest.raises(BadSchemes) as caught:
        load_schemes({"own.toml": text})
    said = "\n".join(caught.value.problems)
    assert all(word in said for word in ("lable", "severty", "fornt"))
