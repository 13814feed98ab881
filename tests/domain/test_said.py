"""What the domain says to people: every word of it in the language of whoever listens, and nothing else changed."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain import deviceids, recalls
from terminal.domain.checklist import MEASURES, answer, measure, observe
from terminal.domain.codes import Patterns, read
from terminal.domain.evidence import wanted
from terminal.domain.facts import parse
from terminal.domain.gtin import check_digit
from terminal.domain.lettercode import OwnKind, check_problem, lpn, make
from terminal.domain.recalls import Goods, Notice, Range
from terminal.domain.rulebook import explain, load_rulebook
from terminal.domain.schemes import LOCATIONS
from terminal.domain.speech import _, speaking
from terminal.domain.suggest import hint

ON = date(2026, 11, 23)


def texts(folder: str) -> dict[str, str]:
    """The shipped TOML files of a folder, by name."""
    found = files("terminal.data").joinpath(folder).iterdir()
    return {each.name: each.read_text("utf-8") for each in found if each.name.endswith(".toml")}


BOOK = load_rulebook(texts("schemes"), ("eu.toml", texts("policies")["eu.toml"]), texts("channels"))
PHONE = BOOK.schemes["phone"]


class Zeds:
    """A language in which each letter of each word is a z; what is put into a sentence keeps its own letters."""

    def gettext(self, message: str, /) -> str:
        """The sentence with its fields as they are."""
        parts = string.Formatter().parse(message)
        return "".join(
            re.sub("[A-Za-z]", "z", text) + (f"{{{field}}}" if field is not None else "")
            for text, field, _spec, _conversion in parts
        )

    def ngettext(self, one: str, many: str, n: int, /) -> str:
        """The form that goes with the number."""
        return self.gettext(one if n == 1 else many)


def in_zeds(say: Callable[[], str]) -> str:
    """What is said while somebody listens who speaks that language."""
    with speaking(Zeds()):
        return say()


def refusal(ask: Callable[[], object]) -> Callable[[], str]:
    """Says the sentence with which something is refused."""

    def say() -> str:
        try:
            ask()
        except ValueError as refused:
            return str(refused)
        return ""

    return say


def unreadable(raw: str, aim: str | None = None) -> Callable[[], str]:
    """Says why a scan can't be read."""
    return lambda: "; ".join(read(raw, Patterns(), aim).problems)


def own_words(text: str) -> list[str]:
    """The words in a text that are of two letters or more and none of that language."""
    return [word for word in re.findall("[A-Za-z]{2,}", text) if set(word.lower()) != {"z"}]


GTIN = "0952123456788" + check_digit("0952123456788")
NOTICE = Notice("26-1", gtins=("4006381333931",), lots=(Range("7", "9"),))
MEANT = Goods(gtin="4006381333931")
ASKED = {word for each in PHONE.questions for word in own_words(each.id)}
OFFERED = {word for code in PHONE.offers for word in own_words(code)}
PLACES = {word for place in LOCATIONS for word in own_words(place)}
MEASURED = {word for name in MEASURES for word in own_words(name)}
SAID: dict[str, tuple[Callable[[], str], set[str]]] = {
    "nothing scanned": (unreadable(""), set()),
    "no data in the symbol": (unreadable("]C1"), set()),
    "no identifier": (unreadable("]~1x"), set()),
    "too long": (unreadable("x" * 1001), set()),
    "too long for a plain code": (unreadable("y" * 400), {"y" * 40, "y" * 400}),
    "no UTF-8": (unreadable("a\ufffd"), set()),
    "a control character": (unreadable("ab\x07c"), {"x07"}),
    "a dummy": (unreadable("UNKNOWN"), {"UNKNOWN"}),
    "a dummy serial": (unreadable(f"(01){GTIN}(21)000000"), set()),
    "a wrong IMEI": (unreadable("490154203237517"), set()),
    "a wrong GTIN": (unreadable("4006381333930"), set()),
    "zeros": (unreadable("0000000000000"), set()),
    "as a GS1 message": (unreadable("0195212345678800"), set()),
    "an in-store number": (unreadable("2012345000001"[:12] + check_digit("201234500000")), set()),
    "a format of ISO 15434": (unreadable("[)>\x1e07\x1dx\x1e\x04"), set()),
    "no serial in the envelope": (unreadable("[)>\x1e06\x1dQ5\x1e\x04"), set()),
    "our own letter": (lambda: str(check_problem(lpn("BBBB", 1)[:-1] + "X")), set()),
    "part of a composite": (unreadable("x", "]e1"), {"e1"}),
    "an add-on": (unreadable("12", "]E1"), set()),
    "not as announced": (unreadable("123456789012", "]E0"), {"E0"}),
    "no brackets": (unreadable("(01x"), set()),
    "no identifier in the message": (unreadable("88123456", "]C1"), set()),
    "no value": (unreadable("10", "]C1"), set()),
    "no digits": (unreadable("1726AB01", "]C1"), {"USE", "BY", "or", "EXPIRY", "AB"}),
    "no day": (unreadable("17261399", "]C1"), {"YYMMDD"}),
    "a value that is too long": (unreadable("10" + "x" * 21, "]C1"), {"BATCH", "LOT", "x" * 21}),
    "twice": (unreadable("10A\x1d10B", "]C1"), set()),
    "not together": (unreadable(f"01{GTIN}3712", "]C1"), set()),
    "one to be scanned too": (unreadable("10LOT", "]C1"), {"LOT"}),
    "a link without a key": (
        unreadable("https://id.example/22/01/1234567890123"),
        {"https", "id", "example", "GTIN"},
    ),
    "a coupon": (unreadable("81101", "]C1"), {"company", "prefix"}),
    "a number that is none": (refusal(lambda: deviceids.number_of("N/A")), set()),
    "another number": (
        lambda: "; ".join(
            deviceids.doubts(
                {
                    "serial_mismatch": True,
                    "imei": "1",
                    "swap_suspect": "possible",
                    "status_check": "flagged",
                }
            )
        ),
        set(),
    ),
    "a notice": (lambda: recalls.judge(MEANT, (NOTICE,))[0].why, set()),
    "a lot in a notice": (
        lambda: recalls.judge(Goods(gtin=MEANT.gtin, lot="8"), (NOTICE,))[0].why,
        set(),
    ),
    "a recall": (lambda: str(recalls.doubt({"recalled": "possible", "recall_ref": "26-1"})), set()),
    "a hit": (lambda: str(recalls.doubt({"recalled": "hit", "recall_ref": "26-1"})), set()),
    "no question": (refusal(lambda: answer(PHONE, "colour", "yes", {})), {"colour", "phone"} | ASKED),
    "no such answer": (refusal(lambda: answer(PHONE, "lock", "torn", {})), {"lock", "torn", "yes", "no"}),
    "a defect first": (refusal(lambda: answer(PHONE, "marks", "found", {})), {"marks", "found"}),
    "no such defect": (refusal(lambda: observe(PHONE, {}, "SCR-LX")), {"SCR", "LX", "LT"}),
    "nothing like it": (refusal(lambda: observe(PHONE, {}, "?")), {"phone"} | OFFERED),
    "no such place": (refusal(lambda: observe(PHONE, {}, "SCR-LT", "bakc")), {"bakc", "back"} | PLACES),
    "too many": (refusal(lambda: observe(PHONE, {}, "SCR-LT", "", 100)), set()),
    "nothing to measure": (refusal(lambda: measure(PHONE, {}, "hue", "1")), {"hue"} | MEASURED),
    "not a number": (refusal(lambda: measure(PHONE, {}, "missing_other", "x")), {"missing", "other"}),
    "out of range": (refusal(lambda: measure(PHONE, {}, "missing_other", "100")), {"missing", "other"}),
    "a photo": (
        lambda: " ".join(wanted(PHONE, parse({"observations": [{"defect": "GLS-CR"}]}), None, {})),
        {"GLS", "CR"},
    ),
    "a photo for a channel": (
        lambda: " ".join(wanted(PHONE, {}, "export", {"export": "Customs asks."})),
        {"export"},
    ),
}
"""What is said -> how, and the words in it that stay as they are: codes, and what was scanned or typed."""


@pytest.mark.parametrize("name", SAID)
def test_a_sentence_is_in_the_language_of_whoever_listens(name: str) -> None:
    """Nothing of it is English but codes and what was put in; outside of the language it is English again."""
    say, kept = SAID[name]
    english = say()
    said = in_zeds(say)
    assert english
    assert said != english == say()
    assert set(own_words(said)) <= kept


PHONE_FACTS: dict[str, object] = {
    "category": "phone",
    "reference_price": 500,
    "currency": "EUR",
    "packaging": "opened_damaged",
    "function": "not_tested",
    "battery_health": 70,
    "missing_other": 2,
    "missing_essential": 1,
    "lock": "on",
    "observations": [{"defect": "GLS-CR"}],
}
WORDED = {"cap_reasons", "grade_reasons", "penalties", "doubts", "explanation", "not_valued"}
"""What an assessment says in words; all else of it is read by machines."""


@pytest.mark.parametrize(
    "facts",
    [
        PHONE_FACTS,
        {"category": "phone", "reference_price": 0, "currency": "EUR"},
        {"category": "{phone}", "reference_price": 5, "currency": "EUR"},
        {"reference_price": 5},
        {"reference_price": 5, "currency": "PLN", "expired": True, "hygiene": True},
        {
            "category": "shoes",
            "reference_price": 80,
            "currency": "EUR",
            "unused": False,
            "packaging": "sealed",
        },
        {"category": "phone", "function": "fail", "hygiene": True, "seal": "broken", "recalled": "hit"},
    ],
)
def test_a_decision_is_the_same_in_every_language(facts: dict[str, object]) -> None:
    """Only its words differ; figures, ids and what it is stay, and the words are as many."""
    english = explain(BOOK, parse(facts), ON)
    with speaking(Zeds()):
        said = explain(BOOK, parse(facts), ON)
    assert {name for name in said if said[name] != english[name]} <= WORDED
    for name in ("grade_reasons", "explanation"):
        assert said[name] != english[name]
    for name in WORDED - {"explanation"}:
        assert len(said[name]) == len(english[name])  # type: ignore[arg-type]


def test_an_explanation_keeps_nothing_of_english_but_codes() -> None:
    """Channels in capitals and the ids of rules are codes; the rest is in the language of whoever listens."""
    with speaking(Zeds()):
        line = str(explain(BOOK, parse(PHONE_FACTS), ON)["explanation"])
    ids = {rule.id for rule in BOOK.policy.rules}
    plain = re.sub(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+", "", line)
    assert ids & set(re.findall(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+", line))
    assert all(word.isupper() or word in ids for word in own_words(plain))


def test_a_hint_is_in_the_language_of_whoever_reads_it() -> None:
    """At the bench in the operator's; of a config or a file in English, whoever stands at the bench."""
    with speaking(Zeds()):
        assert hint("lok", ("lock", "seal")) == ' - did you mean "lock"?'
        assert hint("lok", ("lock", "seal"), _) == ' - zzz zzz zzzz "lock"?'
        assert hint("x", ("lock", "seal"), _) == " (zzzzz: lock, seal)"


@given(
    st.text(st.characters(codec="utf-8"), max_size=40), st.sampled_from((None, "]C1", "]E0", "]Q1", "]d2"))
)
def test_a_scan_is_read_alike_in_every_language(text: str, aim: str | None) -> None:
    """Readings, their facts and the number of problems stay, whatever the scan holds: braces and per cent too."""
    english = read(text, Patterns(), aim)
    with speaking(Zeds()):
        said = read(text, Patterns(), aim)
    assert said.readings == english.readings
    assert len(said.problems) == len(english.problems)


@pytest.mark.parametrize("kind", [kind for kind in OwnKind if kind is not OwnKind.LPN])
def test_a_wrong_letter_names_the_kind_of_code(kind: OwnKind) -> None:
    """In English by its own word, and in a sentence of its own for other languages."""
    right = make(kind, "BCD")
    wrong = right[:-1] + ("B" if right[-1] != "B" else "C")
    assert f"as a code for {kind}: " in str(check_problem(wrong))
    assert own_words(in_zeds(lambda: str(check_problem(wrong)))) == []
