"""What is said to people can be said in every language: nothing is left out, in the code or in a catalogue."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import devices.said
from terminal.domain.speech import ENGLISH, LANGUAGES, N_, Said, _, n_, retold, speaking, told_by
from terminal.domain.suggest import BadData
from terminal.voices import voice

ROOT = Path(__file__).resolve().parent.parent
LOOKED_UP = {"_", "n_", "N_", "Said"}
ROOMS: dict[str, set[str]] = {
    "terminal/backtest_words.py": set(),
    "terminal/bench/approval.py": set(),
    "terminal/bench/arriving.py": set(),
    "terminal/bench/audit_wording.py": set(),
    "terminal/bench/auditing.py": {"item {}"},
    "terminal/bench/choices.py": set(),
    "terminal/bench/decide.py": set(),
    "terminal/bench/evolve.py": set(),
    "terminal/bench/finishing.py": set(),
    "terminal/bench/found_words.py": set(),
    "terminal/bench/hints.py": set(),
    "terminal/bench/holding.py": set(),
    "terminal/bench/identifying.py": {"no code"},
    "terminal/bench/inspecting.py": {"all good"},
    "terminal/bench/menus.py": set(),
    "terminal/bench/messages.py": set(),
    "terminal/bench/naming.py": set(),
    "terminal/bench/people.py": {"shift close", "shift open"},
    "terminal/bench/receiving.py": {"parcel done"},
    "terminal/bench/scanning.py": {"defect {}", "item {} {}", "return {}", "tote {}"},
    "terminal/bench/shift_sheet.py": set(),
    "terminal/bench/shift_words.py": set(),
    "terminal/bench/shipped_words.py": set(),
    "terminal/bench/stocking.py": {"{} units for {}"},
    "terminal/bench/tasks.py": set(),
    "terminal/bench/waiting.py": set(),
    "terminal/bench/wording.py": set(),
    "terminal/bench/working.py": set(),
    "terminal/kpi_words.py": set(),
    "terminal/reports/backtest_pdf.py": set(),
    "terminal/reports/certificate_pdf.py": set(),
    "terminal/reports/chart.py": set(),
    "terminal/reports/codes.py": set(),
    "terminal/reports/esg_pdf.py": {"{} (CN {})"},
    "terminal/reports/esg_sums.py": set(),
    "terminal/reports/kpi_pdf.py": set(),
    "terminal/reports/page.py": set(),
    "terminal/reports/shift_pdf.py": set(),
    "terminal/approvals.py": set(),
    "terminal/bench_devices.py": set(),
    "terminal/bench_sync.py": set(),
    "terminal/presses.py": set(),
    "terminal/sheets.py": set(),
    "terminal/shelf.py": set(),
    "terminal/sync_said.py": {" What waits is kept here."},
    "terminal/ui/screens/drawing.py": set(),
    "terminal/ui/screens/help.py": set(),
    "terminal/ui/screens/history.py": set(),
    "terminal/ui/screens/page.py": set(),
    "terminal/ui/screens/pages.py": set(),
    "terminal/ui/screens/palette.py": set(),
    "terminal/ui/screens/shift.py": set(),
    "terminal/ui/widgets/band.py": set(),
    "terminal/ui/widgets/body.py": set(),
    "terminal/ui/widgets/choices.py": set(),
    "terminal/ui/widgets/notices.py": set(),
    "terminal/ui/widgets/side.py": set(),
    "terminal/ui/widgets/status.py": set(),
    "terminal/ui/widgets/tables.py": set(),
    "terminal/ui/words.py": set(),
    "terminal/domain/checklist.py": set(),
    "terminal/domain/codes.py": {"no barcode"},
    "terminal/domain/deviceids.py": {
        "14 digits, an IMEI has 15: the check digit is missing or a spreadsheet took a leading zero; "
        "export the column as text",
        "IMEI check digit: expected {}, got {}",
        "a type allocation code has 8 digits (got {}): of fewer than 7 too many zeros are lost",
        "a type allocation code of nothing but zeros: nobody's number",
        "imei {}",
        "meid {}",
        "result of a check",
        "serial {}",
        "{} digits, an IMEI has 15: export the column as text",
        "{} is no IMEI: expected 15 digits",
    },
    "terminal/domain/disposition.py": set(),
    "terminal/domain/evidence.py": {
        "kind: expected {}, got {}",
        "photo: {}",
        "sha256: expected 64 digits, 0-9 and a-f, got {}",
        "subjects: expected a list of texts, got {}",
        "taken_at: expected a time with its zone, got {}",
        "taken_by: expected the id of an operator, got {}",
    },
    "terminal/domain/explanation.py": set(),
    "terminal/domain/grading.py": {
        'observations: unknown defect "{}"{}',
        'observations: unknown location "{}"{}',
    },
    "terminal/domain/gs1.py": set(),
    "terminal/domain/gs1_checks.py": set(),
    "terminal/domain/gs1_coupons.py": {
        "additional purchase rule",
        "company prefix",
        "do not multiply flag",
        "first purchase",
        "length of the {}",
        "offer code",
        "optional field",
        "save value",
        "save value applies to",
        "save value code",
        "second company prefix",
        "second purchase",
        "serial number",
        "store coupon flag",
        "third company prefix",
        "third purchase",
        "{} family code",
        "{} requirement code",
    },
    "terminal/domain/gs1_dates.py": set(),
    "terminal/domain/gs1_elements.py": set(),
    "terminal/domain/gs1_link.py": set(),
    "terminal/domain/gtin.py": set(),
    "terminal/domain/lettercode.py": {
        "LPN prefix {}: expected exactly {} letters of {}",
        "a station needs a name before it can give out LPNs",
        "an LPN is made from a station prefix and a number, by lpn()",
        "no letter to read a number from",
        "{} does not fit in {} letters: 0 to {} do",
        "{} is not one of our letters: {}",
        "{} payload {}: expected 1 to {} letters of {}",
    },
    "terminal/domain/recalls.py": {"serial numbers"},
    "terminal/domain/rulebook.py": {'"{}" is not a grade{}'},
    "terminal/domain/suggest.py": set(),
}
"""File whose sentences people read -> texts in it that look like sentences and are none, or need no translation."""
WORDY = re.compile(
    r"[A-Za-z]{2,}[.,:;?!]? +[a-z{(]|^[A-Z]{2,}( [A-Z+]{2,})+[?!]*$|^[A-Z]{3,}[?!]$|[a-z]{2,}[.?!]$"
)


def docstrings(tree: ast.AST) -> set[int]:
    """Constants that stand for themselves: docstrings, and the words under fields."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def looked_up(tree: ast.AST) -> set[int]:
    """Constants inside a call that looks them up."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    asked = (node for node in calls if isinstance(node.func, ast.Name) and node.func.id in LOOKED_UP)
    return {id(inner) for node in asked for argument in node.args for inner in ast.walk(argument)}


def left_out(source: str) -> Iterator[str]:
    """Texts that read like something said, and are not looked up."""
    tree = ast.parse(source)
    known = docstrings(tree) | looked_up(tree)
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and id(node) not in known:
            text = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
            )
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in known | inside
        ):
            text = node.value
        else:
            continue
        if WORDY.search(text):
            yield text


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_says_nothing_that_can_not_be_translated(room: str) -> None:
    """Every sentence of it goes through the catalogue; what is let off is really there."""
    found = set(left_out((ROOT / room).read_text("utf-8")))
    assert found == ROOMS[room]


def test_the_search_finds_sentences() -> None:
    """A sentence as a text and in braces, a word for the banner; not a key, a docstring or what is looked up."""
    source = (
        '"""A docstring here."""\n'
        'a = f"Return {name}: {left} to come."\n'
        'b = "Scan the tote."\n'
        'c = "HOLD IT?"\n'
        'd = ["event_key", "utf-8", _("Scan it."), N_("NO ITEM"), n_("one item", "{n} items", 2)]\n'
    )
    assert sorted(left_out(source)) == ["HOLD IT?", "Return {}: {} to come.", "Scan the tote."]


def test_the_catalogues_are_whole() -> None:
    """Every sentence in every language, its braces kept, nothing guessed, nothing stale, compiled."""
    done = subprocess.run(
        [sys.executable, "tools/words.py", "check"], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_whoever_listens_hears_one_language() -> None:
    """Inside, and English again outside; an empty word stays empty; what nobody translated stays as it is."""
    word = N_("Closed.")
    with speaking(voice("de")):
        inside = _(word)
        with speaking(voice("pl")):
            assert _(word) not in (word, inside)
        assert _(word) == inside != word
        assert _("") == ""
        assert _("Nobody ever translated this.") == "Nobody ever translated this."
    assert _(word) == word
    assert [n_("{n} item", "{n} items", n) for n in (0, 1, 2)] == ["{n} items", "{n} item", "{n} items"]
    with speaking(ENGLISH):
        assert _(word) == word


class Marked:
    """A language in which every sentence stands in brackets."""

    def gettext(self, message: str, /) -> str:
        """The sentence."""
        return f"<{message}>"

    def ngettext(self, one: str, many: str, n: int, /) -> str:
        """The form that goes with a number."""
        return f"<{one if n == 1 else many}>"


@pytest.mark.parametrize("kind", [Said, devices.said.Said])
def test_a_sentence_made_elsewhere_is_retold(kind: type[Said] | type[devices.said.Said]) -> None:
    """With its values, and sentences inside it; words of the outside stay, and English is what it is by itself."""
    why = kind("Closed.")
    text = kind("{sink} fell silent. {why}", sink="Closed.", why=why)
    assert text == "Closed. fell silent. Closed."
    with speaking(Marked()):
        assert retold(text) == "<Closed. fell silent. <Closed.>>"
        assert retold("Closed.") == "<Closed.>"
        assert retold("") == ""
    assert retold(text) == text
    for teller in (told_by, devices.said.told_by):
        assert teller(ValueError(text)) is text
        assert teller(ValueError()) == ""
        assert teller(OSError(2, "gone")) == "[Errno 2] gone"


def test_a_language_that_there_is_not_is_said_with_a_guess() -> None:
    """The sentence names the ones that there are."""
    catalogues = {path.name for path in (ROOT / "terminal" / "data" / "locale").iterdir()}
    assert {"en", *catalogues} == set(LANGUAGES)
    assert voice("en") is ENGLISH
    with pytest.raises(BadData, match='did you mean "de"'):
        voice("de_DE")
    with pytest.raises(BadData, match="en, de, es, fr, pl"):
        voice("zz")
