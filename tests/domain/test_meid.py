"""MEIDs in both spellings."""

from hypothesis import given
from hypothesis import strategies as st

from terminal.domain import codes
from terminal.domain.codes import Kind, Patterns
from terminal.domain.meid import check_digit, meid_of

MEIDS = st.builds(
    lambda maker, serial: f"{maker:08X}{serial:06X}",
    st.integers(0xA0000000, 0xFFFFFFFF),
    st.integers(0, 0xFFFFFF),
)


def test_a_published_number_reads_the_same_in_both_spellings() -> None:
    """The example of S.R0048-A: AF 01 23 45 0A BC DE, check digit C."""
    assert check_digit("AF0123450ABCDE") == "C"
    assert meid_of("AF0123450ABCDEC") == "AF0123450ABCDE"
    assert meid_of("293608736500703710") == "AF0123450ABCDE"


@given(MEIDS)
def test_every_number_reads_back_and_one_wrong_digit_is_seen(meid: str) -> None:
    """With and without its check digit, in small letters, in decimal digits."""
    decimal = f"{int(meid[:8], 16):010}{int(meid[8:], 16):08}"
    assert [meid_of(text) for text in (meid, meid.lower(), meid + check_digit(meid), decimal)] == [meid] * 4
    other = "0123456789ABCDEF"[(int(check_digit(meid), 16) + 1) % 16]
    assert meid_of(meid + other) is None


def test_other_numbers_are_none() -> None:
    """IMEIs, a maker below A0, too large parts, wrong lengths and letters."""
    for text in (
        "490154203237518",
        "268435455900000000",
        "429496729600000000",
        "293608736516777216",
        "AF0123450ABCD",
        "AF0123450ABCDG",
        "",
    ):
        assert meid_of(text) is None


def test_a_scan_of_one_says_so() -> None:
    """The number without its check digit, and the plain text beside it for the site's own lists."""
    for text in ("AF0123450ABCDEC", "293608736500703710"):
        kinds = [(one.kind, one.value) for one in codes.read(text, Patterns()).readings]
        assert kinds == [(Kind.MEID, "AF0123450ABCDE"), (Kind.TEXT, text)]
