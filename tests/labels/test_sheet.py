"""The command sheet: every cell reads, nothing over the edge, what does not fit is named."""

import random
from collections.abc import Callable

import pytest
from PIL import Image, ImageChops, ImageOps

from labels.sheet import MODULE_MM, PAGES, BadSheet, Cell, Section, write

RenderPdf = Callable[[bytes, int], list[Image.Image]]
PageTexts = Callable[[bytes], list[str]]
PageSizes = Callable[[bytes], list[tuple[float, float]]]
Read = Callable[[Image.Image], list[str]]

GS1 = (("10", "AB-c/1"), ("21", "0123456789"))
SPOKEN = "10AB-c/1\x1d210123456789"

LETTERS = "BCDEFGHIJKLNOPRSTUVX"


def _cells(count: int, length: int, seed: int) -> list[Cell]:
    dice = random.Random(seed)
    codes = {"".join(dice.choices(LETTERS, k=length)) for _ in range(count * 2)}
    return [Cell(code, f"Does {code.lower()}", "and says so") for code in sorted(codes)[:count]]


@pytest.mark.parametrize("page", PAGES)
def test_every_cell_reads_from_the_printed_page(render_pdf: RenderPdf, read_codes: Read, page: str) -> None:
    """Short codes in three columns, long ones in two, over several pages."""
    sections = [
        Section("Commands", _cells(14, 5, 1)),
        Section("Totes", _cells(15, 10, 2)),
        Section("Numbers", [Cell("9901", "Ninety-nine"), Cell("a>b_^~", "Signs", "hint")]),
    ]
    pages = render_pdf(write("Command sheet", sections, page), 200)
    read = sorted(code for picture in pages for code in read_codes(picture))
    assert read == sorted(cell.code for section in sections for cell in section.cells)
    assert len(pages) > 1


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_near_the_edge_whatever_the_texts(
    render_pdf: RenderPdf, page_sizes: PageSizes, page: str
) -> None:
    """8 mm of white all around, the size of the page as named."""
    cells = [Cell(cell.code, "W" * 300, "M" * 300) for cell in _cells(30, 11, 3)]
    document = write("W" * 300, [Section("W" * 300, cells)], page)
    for picture in render_pdf(document, 100):
        white = round(8 / 25.4 * 100)
        left, top, right, bottom = ImageOps.invert(picture).getbbox() or (0, 0, 0, 0)
        assert min(left, top, picture.width - right, picture.height - bottom) >= white
    for width, height in page_sizes(document):
        assert (width * 25.4 / 72, height * 25.4 / 72) == pytest.approx(PAGES[page], abs=0.1)


def test_pages_are_numbered_and_a_section_that_runs_over_says_so(page_texts: PageTexts) -> None:
    """The heading comes again on every page."""
    texts = page_texts(write("Sheet", [Section("Totes", _cells(30, 10, 5))]))
    assert len(texts) == 3
    for number, text in enumerate(texts, start=1):
        assert f"{number} / 3" in text
        assert "Totes" in text
        assert ("Totes (continued)" in text) == (number > 1)


def test_title_code_and_hint_are_printed_as_text(page_texts: PageTexts) -> None:
    """What a person types if the scanner is broken."""
    cell = Cell("CNDB", "Undo <b>", "takes back \u202e the last")
    (text,) = page_texts(write("Bench 1", [Section("Commands", [cell])]))
    for said in ("Bench 1", "Commands", "CNDB", "Undo <b>", "takes back ? the last", "1 / 1"):
        assert said in text


def test_modules_are_wide_enough_for_any_scanner(render_pdf: RenderPdf) -> None:
    """At least half a millimetre, measured in the picture."""
    assert MODULE_MM >= 0.5
    (picture,) = render_pdf(write("One", [Section("", [Cell("B", "Only")])]), 600)
    rows = picture.point([0] * 128 + [255] * 128)
    runs: list[int] = []
    for y in range(0, rows.height, 20):
        dots = rows.crop((0, y, rows.width, y + 1)).tobytes()
        runs += [len(run) for run in dots.split(b"\xff") if run]
    narrow = [run for run in runs if 11 <= run <= 13]
    assert len(narrow) > 20


def test_a_code_that_does_not_fit_is_named_with_its_cell() -> None:
    """Widths in mm; nothing is printed smaller."""
    with pytest.raises(
        BadSheet, match=r"the code 'BBBBBBBBBBBBBBBB' of 'Too long' under 'Totes' needs 117\.3 mm"
    ):
        write("Sheet", [Section("Totes", [Cell("B", "Fine"), Cell("B" * 16, "Too long")])])


@pytest.mark.parametrize("code", ["", "ä", "tab\t", "x" * 41])
def test_a_code_that_is_no_barcode_is_named_with_its_cell(code: str) -> None:
    """Empty, not ASCII, control characters, far too long."""
    with pytest.raises(BadSheet, match="the code of 'Undo' under 'Commands'"):
        write("Sheet", [Section("Commands", [Cell(code, "Undo")])])


def test_a_sheet_without_codes_or_of_an_unknown_page_is_refused() -> None:
    """An empty section alone is no sheet; `a4` is a slip."""
    with pytest.raises(BadSheet, match="no codes"):
        write("Sheet", [Section("Commands", [])])
    with pytest.raises(BadSheet, match="Did you mean A4"):
        write("Sheet", [Section("Commands", [Cell("B", "Undo")])], "a4")


def test_a_section_without_cells_leaves_no_heading(page_texts: PageTexts) -> None:
    """Nothing to scan, nothing to read."""
    document = write("Sheet", [Section("Void", []), Section("Commands", [Cell("B", "Undo")])])
    (text,) = page_texts(document)
    assert "Void" not in text
    assert "Commands" in text


def test_the_same_sheet_gives_the_same_bytes() -> None:
    """A sheet can be compared with the one on the wall."""
    sections = [Section("Commands", _cells(5, 5, 7))]
    assert write("Sheet", sections) == write("Sheet", sections)


@pytest.mark.parametrize("page", PAGES)
def test_a_gs1_code_has_a_line_of_its_own(
    render_pdf: RenderPdf, read_codes: Read, page_texts: PageTexts, page: str
) -> None:
    """Its elements stand below in brackets; codes beside it keep their columns."""
    wide = (("10", "ABCDEFGHIJKLMNOP"), ("21", "0123456789"))
    cell = Cell("10ABCDEFGHIJKLMNOP\x1d210123456789", "Check", elements=wide)
    document = write("Sheet", [Section("First", [cell]), Section("Commands", [Cell("CNDB", "Undo")])], page)
    (picture,) = render_pdf(document, 203)
    shown = "(10)ABCDEFGHIJKLMNOP(21)0123456789"
    assert read_codes(picture) == [shown, "CNDB"]
    assert shown in page_texts(document)[0]


def test_a_gs1_code_that_is_wrong_or_too_long_is_named_with_its_cell() -> None:
    """What it says must be what its elements say, and it must fit the page."""
    with pytest.raises(
        BadSheet, match=r"of 'Check' under 'First' can't be printed: .*not what a scanner says"
    ):
        write("Sheet", [Section("First", [Cell(SPOKEN + "0", "Check", elements=GS1)])])
    long = (("10", "A" * 17), ("21", "b" * 18))
    text = "\x1d".join(identifier + value for identifier, value in long)
    with pytest.raises(BadSheet, match=r"of 'Check' under 'First' needs .* the page has 192\.0 mm"):
        write("Sheet", [Section("First", [Cell(text, "Check", elements=long)])])


def test_a_section_apart_begins_a_page_and_a_short_one_is_not_torn(page_texts: PageTexts) -> None:
    """What would run over goes to the next page whole, and nothing says that it continues."""
    ten, six = _cells(10, 10, 8), _cells(6, 10, 9)
    texts = page_texts(
        write("Sheet", [Section("Long", ten), Section("Short", six), Section("Apart", six[:1], apart=True)])
    )
    assert ["Long" in text for text in texts] == [True, False, False]
    assert ["Short" in text for text in texts] == [False, True, False]
    assert ["Apart" in text for text in texts] == [False, False, True]
    assert "continued" not in " ".join(texts)


def test_the_words_of_the_sheet_are_the_callers(page_texts: PageTexts) -> None:
    """Foot on every page, and what follows a heading that comes again."""
    texts = page_texts(
        write("Sheet", [Section("T", _cells(30, 10, 5))], continued="suite", foot="Tenir droit.")
    )
    assert all("Tenir droit." in text for text in texts)
    assert "T (suite)" in texts[1]


@pytest.mark.parametrize("letters", ["Zażółć gęślą jaźń", "Επιστροφές", "возвраты", "退货台", "مرتجع"])
def test_letters_that_the_fonts_lack_are_drawn_and_never_a_question_mark(
    render_pdf: RenderPdf, read_codes: Read, page_texts: PageTexts, letters: str
) -> None:
    """The whole line, wherever it stands: black on white, or white on the black of a heading."""
    plain = write("B 1", [Section("C", [Cell("CNDB", "U", "V")])], foot="W")
    for title, heading, name, hint, foot in (
        (letters, "C", "U", "V", "W"),
        ("B 1", letters, "U", "V", "W"),
        ("B 1", "C", letters, "V", "W"),
        ("B 1", "C", "U", letters, "W"),
        ("B 1", "C", "U", "V", letters),
    ):
        document = write(title, [Section(heading, [Cell("CNDB", name, hint)])], foot=foot)
        (text,) = page_texts(document)
        assert "?" not in text
        assert "CNDB" in text
        (picture,), (usual,) = render_pdf(document, 100), render_pdf(plain, 100)
        assert ImageChops.difference(picture, usual).getbbox() is not None
        assert read_codes(render_pdf(document, 203)[0]) == ["CNDB"]


def test_a_drawn_title_of_two_lines_stays_inside_its_cell(render_pdf: RenderPdf) -> None:
    """Bars and the edges of the cell keep their white, and the second line is drawn like the first."""
    cell = Cell("BBBBBBBBBB", "noszone na okazję metka przypięta z powrotem " * 4, "Łódź " * 60)
    (picture,) = render_pdf(write("Sheet", [Section("", [cell])]), 203)
    (bare,) = render_pdf(write("Sheet", [Section("", [Cell("BBBBBBBBBB", "")])]), 203)
    changed = ImageChops.difference(picture, bare).getbbox()
    assert changed is not None
    mm = 203 / 25.4
    left, top, right, bottom = (edge / mm for edge in changed)
    assert left > 9 + 1
    assert right < 9 + 94.5 - 1
    assert top > 22 + 0.5
    assert bottom < 22 + 38 - 0.3
    bars = (9 * mm, 34.2 * mm, 103 * mm, 47.8 * mm)
    assert ImageChops.difference(picture.crop(bars), bare.crop(bars)).getbbox() is None
