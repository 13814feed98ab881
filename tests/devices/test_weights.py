"""Lines of scales: every reply of MT-SICS, continuous output by a pattern, and whatever else a line may bring."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.weights import (
    MAX_LINE,
    SENTENCES,
    UNITS,
    Answer,
    Fault,
    MtSics,
    Weight,
    WeightPattern,
    WeightProblem,
    measure,
    problem,
)

MARKS = r"(?:(?P<stable>ST)|(?P<unstable>US)|(?P<overload>OL)|(?P<underload>UL)),(?:GS|NT),"
INDICATOR = MARKS + r"(?P<value>[-+ .,\d]+)(?P<unit>[a-z]*)"
"""The shape that the indicators of many makers send."""


@pytest.mark.parametrize(
    ("line", "grams", "text", "stable"),
    [
        ("S S     182.4 g", 182, "182.4 g", True),
        ("S D     182.5 g", 183, "182.5 g", False),
        ("S S    0.1825 kg", 183, "0.1825 kg", True),
        ("S S    0,1825 kg", 183, "0,1825 kg", True),
        ("S S    182499 mg", 182, "182499 mg", True),
        ("S S       1.5 lb", 680, "1.5 lb", True),
        ("S S       3.5 oz", 99, "3.5 oz", True),
        ("S S  0.000182 t", 182, "0.000182 t", True),
        ("S S  12:07.50 lb:oz", 5656, "12:07.50 lb:oz", True),
        ("S S       0.0 g", 0, "0.0 g", True),
        ("S S      -0.4 g", 0, "-0.4 g", True),
        ("S S      182. g", 182, "182. g", True),
        ("S S        .5 KG", 500, ".5 KG", True),
        ("S S 182g", 182, "182 g", True),
        ("SIR D 182.4 g ", 182, "182.4 g", False),
    ],
)
def test_a_weight_is_read_to_the_gram(line: str, grams: int, text: str, stable: bool) -> None:
    """Rounded half up, and kept as the scale gave it beside."""
    assert MtSics().parse(line) == Weight(grams, text, stable)
    assert MtSics().parse(line.encode()) == Weight(grams, text, stable)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("S I", Fault.NOT_READY),
        ("SI I", Fault.NOT_READY),
        ("S +", Fault.OVERLOAD),
        ("S -", Fault.UNDERLOAD),
        ("S L", Fault.SCALE_ERROR),
        ("ES", Fault.SCALE_ERROR),
        ("ET", Fault.SCALE_ERROR),
        ("EL", Fault.SCALE_ERROR),
        ("S S Error 10b", Fault.SCALE_ERROR),
        ("S D     -12.0 g", Fault.NEGATIVE),
        ("S S      -0.5 g", Fault.NEGATIVE),
        ("S S     182.4 ct", Fault.UNIT_UNKNOWN),
        ("S S     182.4 Mg", Fault.UNIT_UNKNOWN),
        ("S S     182.4", Fault.UNIT_UNKNOWN),
        ("", Fault.UNREADABLE),
        ("S", Fault.UNREADABLE),
        ("S S", Fault.UNREADABLE),
        ("182.4 g", Fault.UNREADABLE),
        ("S     182.4 g", Fault.UNREADABLE),
        ("S S 18S S     182.4 g", Fault.UNREADABLE),
        ("S S     182.4 gS S     182.4 g", Fault.UNREADABLE),
        ("S S 1.182.4 g", Fault.UNREADABLE),
        ("S S . g", Fault.UNREADABLE),
        ("S S nan g", Fault.UNREADABLE),
        ("S S 1e5 g", Fault.UNREADABLE),
        ("S S 1234567890123 g", Fault.UNREADABLE),
        ("S S 12:16.00 lb:oz", Fault.UNREADABLE),
        ("S S 12.5 lb:oz", Fault.UNREADABLE),
        ("S S -1:00.0 lb:oz", Fault.NEGATIVE),
        ("S S \u0661\u0668\u0662 g", Fault.UNREADABLE),
        ("S S 182\x1b[2J g", Fault.UNREADABLE),
        ("S S 182 g" + " " * MAX_LINE, Fault.UNREADABLE),
        ("XYZ A", Fault.UNREADABLE),
    ],
)
def test_what_is_no_weight_is_a_problem_with_a_sentence(line: str, kind: Fault) -> None:
    """Never zero, never the last weight, never a guess."""
    found = MtSics().parse(line)
    assert isinstance(found, WeightProblem)
    assert found.kind is kind
    assert found.why.endswith(".")
    assert "{" not in found.why
    assert found.shown.isprintable()


@pytest.mark.parametrize(
    ("line", "command", "done"),
    [
        ("Z A", "Z", True),
        ("Z I", "Z", False),
        ("Z +", "Z", False),
        ("ZI S", "ZI", True),
        ("T S     100.0 g", "T", True),
        ("T -", "T", False),
        ("TI D 3 g", "TI", True),
        ('I4 A "FAKE-0001"', "I4", True),
        ("SI", "SI", True),
        ("SIR", "SIR", True),
    ],
)
def test_a_tare_or_a_zero_is_no_load(line: str, command: str, done: bool) -> None:
    """`T S 100.0 g` is what was tared away."""
    assert MtSics().parse(line) == Answer(command, done, line)


def test_a_negative_weight_says_how_far_below_zero_it_is() -> None:
    """A drifted zero and a forgotten tare are told apart by it."""
    found = MtSics().parse("S S     -12.0 g")
    assert isinstance(found, WeightProblem)
    assert found.grams == -12
    assert "tare" in found.why


def test_a_value_without_a_unit_has_the_unit_of_the_settings() -> None:
    """Some scales are too modest to name it."""
    assert MtSics("kg").parse("S S 0.182") == Weight(182, "0.182 kg", True)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("ST,GS,+  182.4g", Weight(182, "+  182.4 g", True)),
        ("US,NT,+0000.5kg", Weight(500, "+0000.5 kg", False)),
        (b"ST,GS, 0000,5lb", Weight(227, "0000,5 lb", True)),
        ("  ST,GS,+182.4g  ", Weight(182, "+182.4 g", True)),
        ("ST,GS,+182.4", Weight(182, "+182.4 g", True)),
        ("OL,GS,+9999.9g", Fault.OVERLOAD),
        ("UL,GS,-9999.9g", Fault.UNDERLOAD),
        ("ST,GS,-  182.4g", Fault.NEGATIVE),
        ("ST,GS,+182.4ct", Fault.UNIT_UNKNOWN),
        ("T,GS,+182.4g", Fault.UNREADABLE),
        ("ST,GS,+1.8.2g", Fault.UNREADABLE),
        ("ST,GS,+182.4gST,GS,+182.4g", Fault.UNREADABLE),
        ("ST,GS,+\u0661\u0668\u0662g", Fault.UNREADABLE),
        ("", Fault.UNREADABLE),
    ],
)
def test_a_pattern_reads_continuous_output(line: str | bytes, found: Weight | Fault) -> None:
    """A line fits as a whole or not at all."""
    read = WeightPattern(INDICATOR, "g").parse(line)
    assert (read.kind if isinstance(read, WeightProblem) else read) == found


def test_a_pattern_without_a_mark_of_rest_never_calls_a_weight_stable() -> None:
    """Nobody said so; only readings that agree can show it."""
    pattern = WeightPattern(r"(?P<value>[\d.]+) (?P<unit>\w+)")
    assert not pattern.marks_stability
    assert pattern.parse("182.4 g") == Weight(182, "182.4 g", False)


@pytest.mark.parametrize(
    ("text", "stable"),
    [("182.4 g", True), ("182.4 g M", False)],
)
def test_a_pattern_may_mark_unrest_alone(text: str, stable: bool) -> None:
    """Then a weight without the mark rests."""
    pattern = WeightPattern(r"(?P<value>[\d.]+) (?P<unit>\w+)(?P<unstable> M)?")
    assert pattern.parse(text) == Weight(182, "182.4 g", stable)


@pytest.mark.parametrize(
    ("pattern", "unit", "said"),
    [
        ("(", "g", "no regular expression"),
        ("(?u)(?P<value>x)", "g", "no regular expression"),
        ("(?P<value>x){99999999999999999999}", "g", "no regular expression"),
        (r"[\d.]+", "g", r"\(\?P<value>"),
        (r"(?P<value>\d+)(?P<stabel>S)", "g", "Did you mean stable"),
        (r"(?P<value>\d+)(?P<xyzzy>S)", "g", "known are value, unit"),
        (r"(?P<value>\d+)", "", "give the unit"),
    ],
)
def test_a_pattern_that_can_not_work_is_refused_in_words(pattern: str, unit: str, said: str) -> None:
    """Before the shift, and not by every line of it."""
    with pytest.raises(ValueError, match=said):
        WeightPattern(pattern, unit)


def test_every_fault_has_a_sentence() -> None:
    """An operator reads it."""
    for kind in Fault:
        assert problem(kind, "x", unit="ct", error="10b").why
    assert set(SENTENCES) == set(Fault)


@settings(max_examples=100)
@given(line=st.one_of(st.binary(max_size=200), st.text(max_size=200), st.from_regex(r"S [SDI+-] .{0,20}")))
def test_no_line_raises_and_nothing_that_is_shown_does_harm(line: str | bytes) -> None:
    """The other end of the cable may be anything."""
    for found in (MtSics("g").parse(line), WeightPattern(r"(?P<value>.*?)(?P<unit>\D*)", "g").parse(line)):
        if isinstance(found, Weight):
            assert found.grams >= 0
            assert found.text.isprintable()
        elif isinstance(found, WeightProblem):
            assert found.why.isprintable()
            assert found.shown.isprintable()
        else:
            assert found.text.isprintable()


@settings(max_examples=100)
@given(value=st.text(max_size=200), unit=st.text(max_size=200))
def test_no_value_and_no_unit_raises(value: str, unit: str) -> None:
    """Not even outside of a line."""
    assert isinstance(measure(value, unit, True), Weight | WeightProblem)


@settings(max_examples=100)
@given(
    digits=st.integers(0, 10**9),
    places=st.integers(0, 5),
    unit=st.sampled_from(sorted(UNITS)),
    mark=st.sampled_from("SD"),
    point=st.sampled_from(".,"),
    sign=st.sampled_from(["", "-"]),
)
def test_a_weight_that_is_written_is_the_weight_that_is_read(
    digits: int, places: int, unit: str, mark: str, point: str, sign: str
) -> None:
    """In every unit and with every number of decimals, to the gram that exact arithmetic gives."""
    value = Decimal(digits).scaleb(-places)
    written = f"{sign}{value:f}".replace(".", point)
    with localcontext(prec=60):
        exact = value * UNITS[unit] * (-1 if sign else 1)
        grams = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    with localcontext(prec=2):
        found = MtSics().parse(f"S {mark} {written:>10} {unit}")
    if grams < 0:
        assert isinstance(found, WeightProblem)
        assert (found.kind, found.grams) == (Fault.NEGATIVE, grams)
    else:
        assert found == Weight(grams, f"{written} {unit}", mark == "S")
