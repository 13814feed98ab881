"""Suggestions: the likeliest defects first, every other one still there."""

from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.grading import Scheme, load_schemes
from terminal.domain.reasons import NO_FAULT
from terminal.domain.schemes import Reason
from terminal.domain.suggesting import chances, counted, fold, suggest, understood

SCHEMES: Mapping[str, Scheme] = load_schemes(
    {
        each.name: each.read_text("utf-8")
        for each in files("terminal.data").joinpath("schemes").iterdir()
        if each.name.endswith(".toml")
    }
)
PHONE = SCHEMES["phone"]
REASONS = PHONE.reasons


def ids(text: str) -> list[str]:
    """Which reasons are understood from a text."""
    return [each.id for each in understood(REASONS, text)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Battery drains too fast", "battery"),
        ("Akku hält nicht lange", "battery"),
        ("La batería no dura", "battery"),
        ("BATTERIE FAIBLE", "battery"),
        ("lädt nicht mehr", "charging"),
        ("Bildschirm gesprungen", "screen"),
        ("wyswietlacz pekniety", "screen"),
        ("does not work", "defective"),
        ("Funktioniert leider nicht... geht nicht an", "defective"),
        ("ne fonctionne pas", "defective"),
        ("nie dziala", "defective"),
        ("nie działa", "defective"),
        ("leaks", "leaks"),
        ("arrived damaged", "damaged"),
        ("Display zerkratzt", "scratched"),
        ("does not fit", "size"),
        ("Passt nicht, zu klein", "size"),
        ("trop petit", "size"),
        ("APPAREL_TOO_SMALL", "size"),
        ("changed my mind", "changed_mind"),
        ("ordered too many", "changed_mind"),
        ("other colour expected", "wrong_item"),
        ("SWITCHEROO", "wrong_item"),
        ("Zubehör fehlt", "missing_parts"),
        ("fake!!!", "counterfeit"),
        ("MHD abgelaufen", "expired"),
        ("przeterminowane", "expired"),
        ("gets HOT and smokes", "unsafe"),
        ("riecht nach Rauch", "smell"),
        ("iCloud locked", "account"),
    ],
)
def test_a_reason_is_understood_in_the_words_of_its_language(text: str, reason: str) -> None:
    """A reason is understood in the words of its language, whatever the case and the accents."""
    assert reason in ids(text)


@pytest.mark.parametrize("text", ["", "  ", "?!", "xyzzy", "42", "\u202e\x00", "as agreed", "電池が弱い"])
def test_a_text_that_names_nothing_known_is_not_understood(text: str) -> None:
    """Then the scheme's own order stands."""
    assert ids(text) == []
    assert suggest(PHONE, text) == PHONE.offers
    assert chances(PHONE, text) == {}


@pytest.mark.parametrize("reason", [None, 7, True])
def test_no_reason_keeps_the_order_of_the_scheme(reason: object) -> None:
    """No reason keeps the order of the scheme."""
    assert suggest(PHONE, reason) == PHONE.offers


def test_short_words_stand_alone_and_long_ones_inside_others() -> None:
    """So that "hot" is not found in "photo", and "display" is in "Handydisplaybruch"."""
    assert "unsafe" not in ids("the photo shows it")
    assert "screen" in ids("Handydisplaybruch")
    assert "battery" in ids("akkuproblem")
    assert "size" not in ids("fit does not")


def test_the_likeliest_defect_has_the_first_key() -> None:
    """The likeliest defect has the first key."""
    assert suggest(PHONE, "battery dies")[:2] == ("BAT-WK", "BAT-SW")
    assert suggest(PHONE, "screen is broken")[:3] == ("FUN-FL", "GLS-CR", "LCD-DP")
    assert suggest(SCHEMES["apparel"], "the zip is broken")[:2] == ("ZIP", "SEW")
    assert suggest(SCHEMES["food"], "expired")[0] == "EXP"


def test_what_was_really_found_moves_the_order_slowly() -> None:
    """Twenty returns weigh as much as the prior; codes that nobody expected come forward too."""
    few = {"battery": {"BTN-ST": 3}}
    many = {"battery": {"BTN-ST": 60, NO_FAULT: 10}}
    assert suggest(PHONE, "battery", few)[0] == "BAT-WK"
    assert suggest(PHONE, "battery", few).index("BTN-ST") < PHONE.offers.index("BTN-ST")
    assert suggest(PHONE, "battery", many)[0] == "BTN-ST"
    assert suggest(PHONE, "battery", {"size": {"BTN-ST": 60}}) == suggest(PHONE, "battery")


def test_the_chances_are_those_of_the_worked_example() -> None:
    """Counts 18, 9, 7, 4, 2 and priors .40 .20 .15 .10 .15 with a strength of 20."""
    likely = (("BAT-WK", 20), ("LCD-DP", 15), ("BTN-ST", 10), ("FUN-FL", 15))
    scheme = replace(PHONE, reasons=(Reason("r", (("back",),), likely),))
    counts = {"r": {NO_FAULT: 18, "BAT-WK": 9, "LCD-DP": 7, "BTN-ST": 4, "FUN-FL": 2}}
    found = chances(scheme, "sent back", counts)
    assert [round(found[name], 4) for name in (NO_FAULT, "BAT-WK", "LCD-DP", "BTN-ST", "FUN-FL")] == [
        *(0.4333, 0.2167, 0.1667, 0.1, 0.0833),
    ]


def test_two_reasons_in_one_sentence_count_alike() -> None:
    """Two reasons in one sentence count alike."""
    found = chances(PHONE, "battery weak, charger missing")
    assert round(sum(found.values()), 9) == 1
    assert found["BAT-WK"] == pytest.approx((0.40 + 0.20 + 0) / 3)


def test_words_are_folded() -> None:
    """Words are folded."""
    assert fold("Ladegerät_GRÖSSE  Łódź's") == ("ladegerat", "grosse", "lodz", "s")


def test_every_code_of_every_shipped_reason_is_offered_somewhere() -> None:
    """A suggestion that no scheme offers would order nothing."""
    offered = {code for scheme in SCHEMES.values() for code in scheme.offers}
    for reason in REASONS:
        assert {code for code, _ in reason.likely} <= offered, reason.id
    assert len(REASONS) >= 20


WORDS = st.sampled_from([" ".join(phrase) for reason in REASONS for phrase in reason.phrases])
COUNTS = st.dictionaries(
    st.sampled_from([each.id for each in REASONS]),
    st.dictionaries(st.sampled_from([*sorted(PHONE.defects), NO_FAULT]), st.integers(0, 500), max_size=5),
    max_size=4,
)


@settings(deadline=None)
@given(st.sampled_from(sorted(SCHEMES)), st.lists(WORDS | st.text(max_size=30), max_size=4), COUNTS)
def test_a_suggestion_is_the_offers_in_another_order(
    category: str, words: list[str], counts: Mapping[str, Mapping[str, int]]
) -> None:
    """Whatever is written and was learned: nothing is lost, nothing added, nothing twice."""
    scheme = SCHEMES[category]
    found = suggest(scheme, " ".join(words), counts)
    assert sorted(found) == sorted(scheme.offers)


@settings(deadline=None)
@given(WORDS, st.text(max_size=20))
def test_every_word_of_the_data_is_understood_inside_a_sentence(word: str, before: str) -> None:
    """Every word of the data is understood inside a sentence."""
    assert set(ids(word)) <= set(ids(f"{before} {word}."))
    assert ids(word)


def test_a_history_is_counted_by_the_reasons_that_are_understood() -> None:
    """Two defects of one item are half a one each; no defect counts too; other words are left out."""
    history = (
        ("battery drains", ("BAT-WK", "SCR-LT")),
        ("Akku schwach", ()),
        ("zzz", ("GLS-CR",)),
    )
    assert counted(REASONS, history) == {"battery": {"BAT-WK": 0.5, "SCR-LT": 0.5, NO_FAULT: 1.0}}


def test_what_was_found_here_comes_first() -> None:
    """Enough of it outweighs what is usual."""
    learned = counted(REASONS, (("battery drains", ("LDI-TR",)),) * 500)
    assert suggest(PHONE, "battery drains", learned)[0] == "LDI-TR"
