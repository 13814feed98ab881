"""Every report in every language: nothing leaves the page, no line lies on another, and no word is forgotten."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from click.testing import CliRunner
from reportlab.lib.pagesizes import A4

from terminal.assembly import data_texts, read_rulebook
from terminal.config import load
from terminal.console import Context
from terminal.domain.backtest_report import Ask, Fired, Masses, Money, Move, Report, Unread
from terminal.domain.backtest_tally import Changed
from terminal.domain.scheme_file import load_schemes
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
from terminal.domain.speech import LANGUAGES, speaking
from terminal.esg import Gathered, gather, read_layouts, tell
from terminal.history import run_history
from terminal.kpi_report import kpi_report
from terminal.report_cli import report as report_group
from terminal.reports import (
    backtest_pdf,
    certificate_pdf,
    chart,
    esg_pdf,
    kpi_pdf,
    locale_forms,
    page,
    shift_pdf,
)
from terminal.reports.locale_forms import written_in
from terminal.reports.page import MARGIN
from terminal.reports.typefaces import PLAIN
from terminal.settings import Settings

HEADINGS = (
    "unit,cat,orig_price,mass_kg,initiated,received,decided,put_away,sold,final,channel,proceeds,credit,inbound,"
    "labour_min,parts,pack,outbound,fees,disposal,holds,reroutes"
)
ENDS = (
    ("restock", "2026-03-12", "1340.00", "0"),
    ("return_to_vendor", "", "0", "165.00"),
    ("energy_recovery", "", "0", "0"),
    ("recycle", "", "3.15", "0"),
    ("landfill", "", "0", "0"),
    ("quarantine", "", "0", "0"),
)
WORD = re.compile(r"[^\W\d_]{2,}")
DATE, MOMENT = "2026-11-23", "2026-11-23T08:00:00.000Z"
LONG_NAME = "Überweisungsträgerin Ñandú Zażółć gęślą jaźń"
Write = Callable[[], bytes]


class Brackets:
    """A language of which every sentence stands in brackets."""

    def gettext(self, message: str, /) -> str:
        """The sentence."""
        return f"⟦{message}⟧"

    def ngettext(self, one: str, many: str, n: int, /) -> str:
        """Its form."""
        return f"⟦{one if n == 1 else many}⟧"


class Wordy:
    """A language whose words are half as long again as English ones."""

    def gettext(self, message: str, /) -> str:
        """The sentence; names in braces stay."""
        return re.sub(
            r"(?<![{\w])[a-zA-Z]+(?![}\w])", lambda word: word[0] + word[0][len(word[0]) // 2 :], message
        )

    def ngettext(self, one: str, many: str, n: int, /) -> str:
        """Its form."""
        return self.gettext(one if n == 1 else many)


@dataclass(frozen=True)
class Site:
    """What the reports are of."""

    settings: Settings
    gathered: Gathered
    device: Mapping[str, Any]
    shift: ShiftReport
    backtest: Report

    def writers(self) -> dict[str, Write]:
        """Report -> what writes it in the language of the context."""
        signed = {"by": "9001", "approved_by": "9002", "at": MOMENT, "seq": 9_812, "hash": "ab" * 32}
        totes = {"TOTE-1": [f"FRLOBBB{number:03}" for number in range(300)]}
        return {
            "kpi": lambda: kpi_pdf.write(kpi_report(self.settings, date(2026, 1, 1), date(2026, 12, 31))),
            "esg": lambda: esg_pdf.write(tell(self.gathered, None, {"U99": "WB-1"})),
            "certificate": lambda: certificate_pdf.write(self.device),
            "x": lambda: shift_pdf.write(self.shift, "x"),
            "z": lambda: shift_pdf.write(self.shift, "z", signed, totes),
            "backtest": lambda: backtest_pdf.write(self.backtest),
        }


REPORTS = ("backtest", "certificate", "esg", "kpi", "x", "z")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A station with a past, a certified device, a shift and a backtest."""
    folder = tmp_path_factory.mktemp("languages")
    settings: Settings = load(None, folder / "data", {})
    rows = [HEADINGS]
    for number in range(60):
        channel, sold, income, credit = ENDS[number % 6]
        final = "" if channel == "quarantine" else f"2026-03-{12 + number % 18:02}"
        mass = "" if number == 2 else "1234.567"
        rows.append(
            f"U{number:02},{'phone' if number % 2 else 'apparel'},1500.00,{mass},2026-03-01,2026-03-04,2026-03-05,,"
            f"{sold and final},{final},{channel},{income},{credit},3.50,14,0,0.35,0,0,0,{number % 2},0"
        )
    table = folder / "past.csv"
    table.write_text("\n".join(rows) + "\n", "utf-8")
    run_history(settings, table, None)
    return Site(settings, gather(settings), _device(settings), _shift(), _backtest(settings))


def _device(settings: Settings) -> dict[str, Any]:
    scheme = load_schemes(data_texts(settings, "schemes", settings.schemes.folder))["phone"]
    checks = [{"test": one.label, "passes": one.passes, "tool": one.tool or None} for one in scheme.checks]
    person = {
        "name": LONG_NAME, "title": None, "date": DATE, "location": None, "contact": None, "signature": None,
    }  # fmt: skip
    wiped = dict.fromkeys(
        ("manufacturer", "model", "serial", "imei", "property_no", "media_type", "media_source", "media_serial",
         "method", "tool", "tool_version", "verification", "destination", "ref")
    )  # fmt: skip
    done = {"step": "clean", "minutes": 12, "part": None, "note": "0815", "by": "9001", "at": MOMENT}
    seen = {"what": "battery_health", "value": 91, "how": "measured", "by": "9001", "at": MOMENT}
    return {
        "certificate": "FRLOBBB001", "station": "01", "grade": "A", "channel": "refurbish",
        "device": {
            "title": LONG_NAME, "category": "phone", "sku": None, "gtin": None, "serial": "X5", "imei": None,
        },
        "tests": {
            "result": "pass", "by": None, "at": None, "scheme": "phone 3", "checks": checks, "battery_health": 91,
        },
        "observations": [seen], "work": [done],
        "sanitisation": [{**wiped, "action": "purge", "sanitiser": person, "verifier": person}] * 2,
        "finished": {"by": "9001", "at": MOMENT},
        "journal": {"seq": 12_345, "event": "0197", "at": MOMENT, "hash": "cd" * 32},
    }  # fmt: skip


def _shift() -> ShiftReport:
    return ShiftReport(
        "01", 7, MOMENT, "1001", MOMENT, "9001", 12, 9_811, "cd" * 32, Units(1_204, 3, 1_190, 17, 0, 9),
        {"A": 700}, {"restock": 700}, {"expected": 1_204}, 210, 4,
        Labels(1_300, 1_190, 17, 2, 0, 9, 82, 1_298, 0, 2),
        tuple(ToteFigures(f"TOTE-{number}", "outlet", "closed", 3, 1, 9, 8) for number in range(20)),
        tuple(HoldFigures(f"LPN{number}", LONG_NAME, "other", "", 9, "9001", DATE, True) for number in range(40)),
        40, 40, {"seen-worse": 9}, {"the tote": 3}, {"unknown-code": 11}, 5, {"no-camera": 2},
        (OperatorFigures("1001", "operator", LONG_NAME, "", "", 450, 2, 45, 700),), 2, 1,
        (SinkFigures("hub", 12, 1, "refused"),), (Difference("labels-unproven", 0, 2),), "printer-fault",
    )  # fmt: skip


def _backtest(settings: Settings) -> Report:
    policy = read_rulebook(settings).policy
    names = ("reuse", "refurbish", "recycle", "energy_recovery", "landfill", "fate_unknown", "held")
    channels = ("restock", "return_to_vendor", "energy_recovery", None)
    moves = tuple(Move(old, new, 1_234, 1_234_567) for old in channels for new in channels)
    most = tuple(
        Changed(f"U{number:02}", "phone", "A", "outlet", "return_to_vendor", None, -123_456, "EUR")
        for number in range(9)
    )
    return Report(
        policy, policy, "0123", DATE, None, 12_345, (Unread("000", 2, "U77", "000"),), 9_876, 1_234, moves,
        (Money("EUR", 1_234, 3, Decimal("12345.67"), Decimal("23456.78"), Decimal(-5), Decimal("9999.99")),),
        Decimal("0.20"), tuple(Masses(name, 1_234_567, 0, 12) for name in names),
        (("scale", Decimal("0.8")), ("assumed", Decimal("0.2"))), ((Fired("111", 0),), (Fired("222", 1_234),)),
        (1, 2), (3, 4), 1_234, 5, (6, 7), (Ask("333", 1, 2),), most, 0,
    )  # fmt: skip


def boxes(pdf: bytes) -> Iterator[tuple[float, list[tuple[float, float, float, float]]]]:
    """For each page its width and where its pieces of text lie."""
    document = pypdfium2.PdfDocument(pdf)
    for sheet in document:
        shown = sheet.get_textpage()
        yield sheet.get_width(), [shown.get_rect(number) for number in range(shown.count_rects())]


def text_of(pdf: bytes) -> str:
    """Its words, whatever white space is between them."""
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(sheet.get_textpage().get_text_range() for sheet in document).split())


def lies_well(pdf: bytes) -> None:
    """Every piece of text is within the margins and on no other one."""
    for width, found in boxes(pdf):
        assert found
        for place, (left, bottom, right, top) in enumerate(found):
            assert MARGIN - 1 <= left <= right <= width - MARGIN + 1
            assert MARGIN - 2 * page.LEADING - 3 <= bottom <= top <= A4[1] - MARGIN + 1
            for left2, bottom2, right2, top2 in found[place + 1 :]:
                wide, high = min(right, right2) - max(left, left2), min(top, top2) - max(bottom, bottom2)
                assert wide <= 1 or high <= 1, ((left, bottom, right, top), (left2, bottom2, right2, top2))


def test_a_line_on_another_one_is_found() -> None:
    """As is one that begins outside of the margin."""
    sheet = page.Page("A title", "foot")
    sheet.sentence("One line.")
    lies_well(sheet.finish())
    for down, left in ((4.0, MARGIN), (page.LEADING, MARGIN - 4)):
        sheet = page.Page("A title", "foot")
        sheet.sentence("One line.")
        sheet.down(down)
        sheet.draw(left, "Another line.", PLAIN, page.SIZE)
        with pytest.raises(AssertionError):
            lies_well(sheet.finish())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", REPORTS)
def test_nothing_leaves_the_page_or_lies_on_other_words(site: Site, name: str, language: str) -> None:
    """As it is translated, and with words half as long again, which wrap in their column."""
    with written_in(language):
        lies_well(site.writers()[name]())
        with speaking(Wordy()):
            lies_well(site.writers()[name]())


def written(monkeypatch: pytest.MonkeyPatch, write: Write) -> list[str]:
    """The texts that a report is made of, before they are wrapped."""
    texts: list[str] = []

    def listen(text: str, *rest: Any) -> Iterator[str]:
        texts.append(text)
        return wrapped(text, *rest)

    wrapped = page.wrapped
    monkeypatch.setattr(page, "wrapped", listen)
    monkeypatch.setattr(chart, "wrapped", listen)
    with written_in("de"), speaking(Brackets()):
        write()
    return texts


def bare(text: str) -> str:
    """What stands in no brackets."""
    while (shorter := re.sub("⟦[^⟦⟧]*⟧", "", text)) != text:
        text = shorter
    return text


@pytest.mark.parametrize("name", REPORTS)
def test_every_word_of_a_report_is_looked_up(site: Site, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left outside of brackets is data: names, codes, numbers, units of measure."""
    known = {"LPN", "SKU", "GTIN", "IMEI", "EUR", "CN", "kg", "UTC", "apparel", "phone", "TOTE", "WB"}
    known |= set(WORD.findall(LONG_NAME)) | {
        "FRLOBBB",
        "cd" * 32,
        "ab" * 32,
        "measured",
        "clean",
        "battery",
        "health",
    }
    if name == "esg":
        known |= {
            word for layout in read_layouts() for one in layout.groups for word in WORD.findall(one.code)
        }
        known |= {
            word for layout in read_layouts() for one in layout.groups for row in one.rows
            for word in WORD.findall(row.code)
        }  # fmt: skip
    if name == "backtest":
        known |= set(
            WORD.findall(f"{site.backtest.new.name} {site.backtest.new.version} {site.backtest.new.hash}")
        )
    if name in ("x", "z"):
        known |= set(WORD.findall("printer-fault hub other seen-worse no-camera"))
    texts = written(monkeypatch, site.writers()[name])
    assert len(texts) > 30
    left = {text: set(WORD.findall(bare(text))) - known for text in texts}
    assert {text: words for text, words in left.items() if words} == {}


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("en", ("12,345.60", "12.34%", "2026-11-23", MOMENT, "1.5")),
        ("de", ("12.345,60", "12,34 %", "23.11.2026", "23.11.2026, 08:00:00 UTC", "1,5")),
        ("es", ("12.345,60", "12,34 %", "23 nov 2026", "23 nov 2026, 8:00:00 UTC", "1,5")),
        ("fr", ("12 345,60", "12,34 %", "23 nov. 2026", "23 nov. 2026, 08:00:00 UTC", "1,5")),
        ("pl", ("12 345,60", "12,34%", "23 lis 2026", "23 lis 2026, 08:00:00 UTC", "1,5")),
    ],
)
def test_a_language_has_its_own_forms(language: str, wanted: tuple[str, ...]) -> None:
    """Of amounts, ratios, days and moments; a line never breaks between thousands."""
    with written_in(language):
        amount = locale_forms.money(Decimal("12345.60"))
        said = (
            amount,
            locale_forms.percent(0.12344),
            locale_forms.day(date(2026, 11, 23)),
            locale_forms.moment(MOMENT),
            locale_forms.short(1.5),
        )
        assert locale_forms.day("never") == locale_forms.moment("never") == "never"
        assert list(page.wrapped(amount, 1000.0)) == [page.clean(amount)]
        assert " " not in page.clean(amount)
    assert tuple(" ".join(text.split()) for text in said) == wanted


@pytest.mark.parametrize("value", [0.125, 2.675, -0.001, 1234.5, 0.0, 99.995])
def test_digits_are_the_same_in_every_language(value: float) -> None:
    """However a language rounds."""
    digits = []
    for language in LANGUAGES:
        with written_in(language):
            digits.append(re.sub(r"[^\d-]", "", locale_forms.number(value, 2) + locale_forms.percent(value)))
    assert len(set(digits)) == 1, digits


def test_the_language_of_a_report_is_that_of_the_config_or_of_the_option(site: Site, tmp_path: Path) -> None:
    """And what is printed beside it as JSON stays English."""
    config = tmp_path / "config.toml"
    config.write_text('[screen]\nlanguage = "de"\n', "utf-8")
    context = Context(config, site.settings.data)
    made = {}
    for language in (None, "en", "fr"):
        pdf = tmp_path / f"{language}.pdf"
        more = [] if language is None else ["--language", language]
        done = CliRunner().invoke(report_group, ["esg", "--json", "--pdf", str(pdf), *more], obj=context)
        assert done.exit_code == 0, done.output
        assert '"Assumed: a mass was given, and nobody said who weighed it."' in done.stdout
        made[language] = text_of(pdf.read_bytes())
    kilograms = site.gathered.groups[0].grams
    assert kilograms > 1_000_000
    assert re.search(r"[0-9]\.[0-9]{3},[0-9]{3} kg", made[None])
    assert re.search(r"[0-9],[0-9]{3}\.[0-9]{3} kg", made["en"])
    assert re.search(r"[0-9] [0-9]{3},[0-9]{3} kg", made["fr"])
    refused = CliRunner().invoke(
        report_group, ["esg", "--pdf", str(tmp_path / "no.pdf"), "--language", "xx"], obj=context
    )
    assert refused.exit_code == 2


def test_only_reports_in_another_language_load_babel() -> None:
    """The bench and its figures start without it, and an English page is made without it."""
    code = (
        "import sys, terminal.kpis, terminal.kpi_words, terminal.shift_book, terminal.backtest_words\n"
        "from terminal.reports import locale_forms as forms\n"
        "said = [forms.money(1234.5), forms.percent(0.5), forms.day('2026-11-23'), forms.short(2.0)]\n"
        "print(said, sorted({'babel', 'reportlab'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['1,234.50', '50.00%', '2026-11-23', '2'] []"
