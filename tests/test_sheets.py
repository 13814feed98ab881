"""The printed sheet of a station: the work in order, in every language, every code readable from paper."""

import re
from dataclasses import replace
from types import MappingProxyType

import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp
from PIL import Image

from devices.learning import CHECK_TEXT
from labels.glyphs import windows_1252
from labels.sheet import PAGES, Section
from labels.sheet_text import drawn, fold, width_mm
from terminal.assembly import make_rules, people, read_rulebook
from terminal.bench.actions import ACTIONS
from terminal.bench.choices import choice_code
from terminal.bench.meanings import Operator, Tote
from terminal.bench.naming import ROLES
from terminal.bench.rules import Rules
from terminal.config import load as load_settings
from terminal.domain.channels import CHANNELS
from terminal.domain.lettercode import OwnKind, make, word_payload
from terminal.domain.speech import LANGUAGES, _, speaking
from terminal.domain.suggest import BadData
from terminal.sheets import (
    CHANNEL_NAMES,
    CHECK,
    CHECK_HINT,
    CHOICES,
    CONTINUED,
    FOOT,
    GOODS,
    HEADINGS,
    sections,
    sheet,
)
from terminal.voices import voice

TRANSLATED = [code for code in LANGUAGES if code != "en"]


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Rules:
    """The rules of a station as shipped."""
    settings = load_settings(None, tmp_path_factory.mktemp("station"), {})
    return make_rules(settings, read_rulebook(settings))


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Operator]:
    """The people as shipped: two operators and a lead."""
    return people(load_settings(None, tmp_path_factory.mktemp("people"), {}))


def read(document: bytes) -> list[list[tuple[str, str]]]:
    """Page by page what a reader sees at 203 dpi in grey: AIM identifier and text of each symbol."""
    code_128 = zxingcpp.barcode_formats_from_str("Code128")
    found = []
    with pypdfium2.PdfDocument(document) as pages:
        for page in pages:
            picture: Image.Image = page.render(scale=203 / 72, grayscale=True).to_pil()
            symbols = zxingcpp.read_barcodes(picture, formats=code_128, try_downscale=False)
            found.append([(one.symbology_identifier, bytes(one.bytes).decode()) for one in symbols])
    return found


def cells(found: tuple[Section, ...]) -> dict[str, tuple[str, str]]:
    """Title and hint of every code of a sheet."""
    return {cell.code: (cell.title, cell.hint) for section in found for cell in section.cells}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_the_sheet_reads_from_paper_in_every_language(
    rules: Rules, crew: dict[str, Operator], language: str, page: str
) -> None:
    """Each exactly once; the check code is a GS1-128 on the first page and everything else is plain."""
    expected = cells(sections(rules, crew, language))
    assert expected.keys() == cells(sections(rules, crew)).keys()
    pages = read(sheet(rules, crew, page, language))
    assert sorted(text for symbols in pages for _, text in symbols) == sorted(expected)
    assert [text for aim, text in pages[0] if aim != "]C0"] == [CHECK_TEXT]
    assert ("]C1", CHECK_TEXT) in pages[0]
    assert {aim for symbols in pages[1:] for aim, _ in symbols} == {"]C0"}


def test_everything_that_can_be_scanned_at_the_bench_stands_on_the_sheet_once(
    rules: Rules, crew: dict[str, Operator]
) -> None:
    """Actions, answers, every defect of every scheme, channels, totes and badges."""
    found = [cell.code for section in sections(rules, crew) for cell in section.cells]
    assert len(found) == len(set(found))
    defects = {code for scheme in rules.book.schemes.values() for code in scheme.defects}
    assert set(found) >= {
        CHECK_TEXT,
        *(make(OwnKind.COMMAND, action.code) for action in ACTIONS if action.code),
        *(choice_code(number) for number in range(1, CHOICES + 1)),
        *(make(OwnKind.DEFECT, word_payload(code)) for code in defects),
        *(make(OwnKind.CHANNEL, word_payload(channel)) for channel in CHANNELS),
        *(tote.code for tote in rules.totes),
    }
    badges = len(crew)
    actions = sum(1 for action in ACTIONS if action.code)
    assert len(found) == 1 + actions + CHOICES + len(defects) + len(CHANNELS) + len(rules.totes) + badges


def test_the_sections_follow_the_work_and_the_leads_page_hangs_apart(
    rules: Rules, crew: dict[str, Operator]
) -> None:
    """The check comes first; a lead's badge and the end of the shift are last, on a page of their own."""
    found = sections(rules, crew)
    assert [section.title for section in found] == list(HEADINGS.values())
    assert found[0].cells[0].elements
    assert [section.title for section in found if section.apart] == [HEADINGS["lead"]]
    assert {cell.title for cell in found[-1].cells} == {"Badge 9001", "shift", "close shift"}
    with pypdfium2.PdfDocument(sheet(rules, crew)) as pages:
        last = pages[len(pages) - 1].get_textpage().get_text_range()
        assert HEADINGS["check"] in pages[0].get_textpage().get_text_range()
    assert HEADINGS["lead"] in last
    assert HEADINGS["channel"] not in last


def test_a_defect_of_few_goods_names_them(rules: Rules, crew: dict[str, Operator]) -> None:
    """One that many schemes offer stands with its code alone."""
    english, german = cells(sections(rules, crew)), cells(sections(rules, crew, "de"))
    weak, scratch = (make(OwnKind.DEFECT, word_payload(code)) for code in ("LCD-DP", "SCR-LT"))
    assert english[weak] == ("dead pixel or burn-in", "LCD-DP: phone, laptop")
    assert german[weak] == ("Pixelfehler oder eingebranntes Bild", "LCD-DP: Telefon, Tablet, Laptop")
    assert english[scratch][1] == german[scratch][1] == "SCR-LT"


def test_totes_and_channels_keep_the_word_that_screen_and_label_say(
    rules: Rules, crew: dict[str, Operator]
) -> None:
    """Below the translated name; a tote that the site named keeps its name."""
    named = Tote("TOTE-0017", "outlet", "Blau 3")
    german = cells(sections(replace(rules, totes=(named, *rules.totes)), crew, "de"))
    assert german["TOTE-0017"] == ("Behälter Blau 3", "Outlet")
    donate = next(tote for tote in rules.totes if tote.channel == "donate")
    assert german[donate.code] == ("Behälter Spende", donate.name)
    assert german[make(OwnKind.CHANNEL, word_payload("donate"))] == ("Spende", "donate")


def test_a_defect_that_the_site_worded_itself_keeps_the_sites_words(
    rules: Rules, crew: dict[str, Operator]
) -> None:
    """Another label for a shipped code, and a code that no language knows."""
    scheme = rules.book.scheme_for("phone")
    defects = dict(scheme.defects)
    defects["LCK"] = replace(defects["LCK"], label="MDM lock")
    defects["OWN-1"] = replace(defects["LCK"], code="OWN-1", label="our own finding")
    own = replace(scheme, defects=MappingProxyType(defects), offers=(*scheme.offers, "OWN-1"))
    book = replace(rules.book, schemes={"phone": own, "general": own})
    said = cells(sections(replace(rules, book=book), crew, "de"))
    assert said[make(OwnKind.DEFECT, word_payload("LCK"))][0] == "MDM lock"
    assert said[make(OwnKind.DEFECT, word_payload("OWN-1"))][0] == "our own finding"
    assert said[make(OwnKind.DEFECT, word_payload("BAT-WK"))][0] == "Akku schwach"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_shipped_language_has_every_word_of_the_sheet(rules: Rules, language: str) -> None:
    """Headings, words, actions, channels, goods and the defects of the shipped schemes; no two say the same."""
    schemes = list(rules.book.schemes.values())
    kinds: dict[str, set[str]] = {
        "heading": set(HEADINGS.values()),
        "word": {CONTINUED, FOOT, CHECK, CHECK_HINT},
        "action": {action.name for action in ACTIONS if action.code},
        "help": {action.help for action in ACTIONS if action.code},
        "channel": {channel.replace("_", " ") for channel in CHANNELS},
        "goods": {scheme.id.replace("_", " ") for scheme in schemes},
        "defect": {defect.label for scheme in schemes for defect in scheme.defects.values()},
    }
    assert set(CHANNEL_NAMES) == kinds["channel"]
    assert set(GOODS) >= kinds["goods"]
    with speaking(voice(language)):
        for kind, words in kinds.items():
            said = [_(word) for word in sorted(words)]
            assert all(word == word.strip() and "  " not in word for word in said)
            assert len(set(said)) == len(said), f"two words of {kind} are the same"
            if kind in ("heading", "word", "help"):
                assert not set(said) & words, f"a {kind} is English"
        assert all(_(role).strip() for role in ROLES)


def test_the_letters_of_every_language_are_printed_and_never_a_question_mark(
    rules: Rules, crew: dict[str, Operator]
) -> None:
    """A Polish heading is drawn and so is no text; a German one is text."""
    assert any(not windows_1252(section.title) for section in sections(rules, crew, "pl"))
    for language in TRANSLATED:
        found = sections(rules, crew, language)
        asked = sum(title.count("?") + hint.count("?") for title, hint in cells(found).values())
        with pypdfium2.PdfDocument(sheet(rules, crew, "A4", language)) as pages:
            text = " ".join(page.get_textpage().get_text_range() for page in pages)
        assert text.count("?") <= asked
        flat = " ".join(text.split())
        for section in found:
            assert (section.title in flat) == windows_1252(section.title)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_that_is_shipped_is_cut(rules: Rules, crew: dict[str, Operator], language: str) -> None:
    """Headings in one line, titles and hints in two, in the narrower columns of the pages and sections."""
    with speaking(voice(language)):
        continued, answer = _(CONTINUED), _(HEADINGS["answer"])
    for section in sections(rules, crew, language):
        assert width_mm(f"{section.title} ({continued})", 5.4) < 186
        answers = section.title == answer
        column = 57.0 if answers else 187.0 if section.cells[0].elements else 89.5
        for cell in section.cells:
            for text, size in ((cell.title, 4.2), (cell.hint, 3.2)):
                for line in fold(text, column, size):
                    assert width_mm(line, size, dots=drawn(text)) <= column + 0.01, text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("de-AT", 'did you mean "de"'),
        ("PL", 'did you mean "pl"'),
        ("xx", "en, de, es, fr, pl"),
        ("", "en, de"),
    ],
)
def test_a_language_that_there_is_not_is_named_with_the_nearest(
    rules: Rules, crew: dict[str, Operator], asked: str, said: str
) -> None:
    """Or with all that there are."""
    with pytest.raises(BadData, match=re.escape(said)):
        sections(rules, crew, asked)
    with pytest.raises(BadData, match=f"no language '{asked}'"):
        sheet(rules, crew, "A4", asked)


def test_the_sheet_is_in_its_own_language_whoever_asks(rules: Rules, crew: dict[str, Operator]) -> None:
    """English is asked for in a German terminal, and the terminal speaks German on."""
    with speaking(voice("de")):
        assert sections(rules, crew, "en") == sections(rules, crew)
        assert _("undo") != "undo"
    assert sections(rules, crew)[0].title == HEADINGS["check"]
