"""A shift's report on paper: read back from the page, and looked at as a picture."""

from dataclasses import replace
from io import BytesIO

import pypdfium2
import pytest

from terminal.domain.shift_report import (
    Difference,
    HoldFigures,
    Labels,
    OperatorFigures,
    ShiftReport,
    SinkFigures,
    ToteFigures,
    Units,
)
from terminal.reports.page import MARGIN
from terminal.reports.shift_pdf import write

LONG = "Zażółć gęślą jaźń Überweisungsträgerin Ñandú ".strip() + " " + "x" * 120
SIGNED = {"by": "9001", "approved_by": "9002", "at": "2026-11-23T22:00:00Z", "seq": 9_812, "hash": "ab" * 32}


def a_report(holds: int = 60) -> ShiftReport:
    """A report with something in every group, and names that are far too long."""
    return ShiftReport(
        "01",
        7,
        "2026-11-23T14:00:00.000Z",
        "1001",
        "2026-11-23T22:00:00.000Z",
        "9001",
        12,
        9_811,
        "cd" * 32,
        Units(1_204, 3, 1_190, 17, 0, 9),
        {"A": 700, "B": 490},
        {"restock": 700, "outlet": 490},
        {"expected": 1_204},
        210,
        4,
        Labels(1_300, 1_190, 17, 2, 0, 9, 82, 1_298, 0, 2),
        tuple(ToteFigures(f"TOTE-{number}", "outlet", "closed", 3, 1, 9, 8) for number in range(20)),
        tuple(
            HoldFigures(f"LPN{number}", LONG, "other", "", 9, "9001", "2026-11-20", True)
            for number in range(holds)
        ),
        holds,
        holds,
        {"seen-worse": 9},
        {"the tote": 3},
        {"unknown-code": 11},
        5,
        {"no-camera": 2},
        (OperatorFigures("1001", "operator", LONG, "", "", 450, 2, 45, 700),),
        2,
        1,
        (SinkFigures("hub", 12, 1, "refused"),),
        (Difference("labels-unproven", 0, 2),),
        "printer-fault",
    )


@pytest.fixture(scope="module")
def pages() -> list[tuple[str, "pypdfium2.PdfPage"]]:
    """The pages of a long report with their text."""
    contents = {"TOTE-1": [f"FRLOBBB{number:03}" for number in range(300)]}
    document = pypdfium2.PdfDocument(write(a_report(), "z", SIGNED, contents))
    return [(page.get_textpage().get_text_range(), page) for page in document]


def test_everything_that_was_counted_stands_on_the_pages(pages: list[tuple[str, object]]) -> None:
    """Number, who signed it, the journal's head, differences, every hold and every unit in the totes."""
    text = "\n".join(found for found, _ in pages)
    for wanted in (
        "Z report 7", "2026-11-23T22:00:00Z by 9001, approved by 9002", "cd" * 32, "ab" * 32, "9,812",
        "2 units lie in a tote without a label", "printer-fault", "1,190", "LPN59", "FRLOBBB299", "UNKNOWN",
    ):  # fmt: skip
        assert wanted in text.replace("\r\n", "\n"), wanted
    assert len(pages) > 2
    for number, (found, _) in enumerate(pages, 1):
        assert found.rstrip().endswith(str(number))


def test_nothing_is_drawn_outside_of_the_page(pages: list[tuple[str, "pypdfium2.PdfPage"]]) -> None:
    """The margins of every page are white, and its middle is not; what differs is red."""
    red = 0
    for _, page in pages:
        picture = page.render(scale=1).to_pil().convert("RGB")
        width, height = picture.size
        edge = int(MARGIN) - 4
        for box in ((0, 0, edge, height), (width - edge, 0, width, height), (0, 0, width, edge - 12)):
            assert picture.crop(box).convert("L").getextrema() == (255, 255)
        assert picture.convert("L").getextrema()[0] < 128
        red += sum(count for count, (r, g, b) in picture.getcolors(1 << 20) if r > 150 and g < 60 and b < 60)
    assert red > 50


def test_the_same_report_gives_the_same_bytes() -> None:
    """So that a Z report can be compared with the one in the file."""
    assert write(a_report(3), "z", SIGNED) == write(a_report(3), "z", SIGNED)
    text = pypdfium2.PdfDocument(BytesIO(write(a_report(0), "x")))[0].get_textpage().get_text_range()
    assert "X report of shift 7" in text
    assert "Signed" not in text


def test_without_a_shift_nobody_opened_one() -> None:
    """Between two shifts an X report can be made too."""
    text = pypdfium2.PdfDocument(BytesIO(write(ShiftReport("01", 0), "x")))[0].get_textpage().get_text_range()
    assert "shift opened -" in " ".join(text.split())
    assert " by " not in text


def test_names_keep_their_accents_when_they_are_copied_out() -> None:
    """Those of people and goods, whatever language they are in."""
    letters = "ąćęłńóśźż ĄĆĘŁŃÓŚŹŻ äöüß éèêëçàùœæ ñ¿¡áíú €"
    operators = (OperatorFigures("1001", "operator", letters, "", "", 450, 2, 45, 700),)
    document = pypdfium2.PdfDocument(write(replace(a_report(1), operators=operators), "x"))
    text = " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
    assert letters in text
    assert "Zażółć gęślą jaźń Überweisungsträgerin Ñandú" in text


def test_every_unit_of_a_full_tote_is_named() -> None:
    """However many there are."""
    lpns = [f"FRLOBBB{number:05}" for number in range(1200)]
    document = pypdfium2.PdfDocument(write(a_report(0), "z", SIGNED, {"TOTE-1": lpns}))
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    assert set(lpns) <= set(text.split())
