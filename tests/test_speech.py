"""What is said to people can be said in every language: nothing is left out, in the code or in a catalogue."""

from __future__ import annotations

import ast
import copy
import gettext
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

import devices.said
import labels.said
from terminal.domain.speech import ENGLISH, LANGUAGES, N_, Said, _, n_, retold, speaking, told_by
from terminal.domain.suggest import BadData
from terminal.voices import voice

ROOT = Path(__file__).resolve().parent.parent
LOOKED_UP = {"_", "n_", "N_", "Said"}
ROOMS: dict[str, set[str]] = {
    "devices/camera.py": {
        "the command of a camera begins with a program",
        "the command of a camera has {} where the picture's file is to stand",
        "the command of a camera holds a NUL character",
        'the command of a camera is a list, such as ["fswebcam", "--no-banner", "{file}"]',
        "the timeout of a camera is more than 0 seconds, got {}",
    },
    "devices/framing.py": {
        "framing needs a terminator (CR, LF, CRLF or TAB) or a suffix: no scan could ever end",
        "max_length and noise_after must be 1 or more",
        "prefix {} contains an end mark: every scan would end at once",
        "terminator {} is none of CR, LF, CRLF, TAB",
    },
    "devices/layouts.py": {
        "keyboard {} has {} and {} keys, expected 48",
    },
    "devices/learning.py": {
        "Nothing came.",
        "Only a part of the check code came. Scan it again; if it stays so, the scanner cuts codes: "
        "clear its length limits and data formatting.",
        "That is not the check code. Scan the one on the command sheet (regrade sheet).",
        "as printed",
        "replaced by {}",
        "{} bytes came that are no text: the baud rate is wrong. Common rates are {}; "
        "the scanner's manual has a barcode that sets one. Check the cable and its ground, too.",
    },
    "devices/pictures.py": set(),
    "devices/portreader.py": {
        "{} {} is started already",
    },
    "devices/problems.py": set(),
    "devices/scale.py": {
        " Did you mean {}?",
        "no scale protocol {}; there are {}.{}",
        "no unit {} of weight; there are {}",
        "poll must be 0 seconds or more, silent_after longer than poll, unstable_after above 0",
        "settle must be 1 or more, tolerance_g 0 or more and less than minimum_g",
    },
    "devices/scanner.py": set(),
    "devices/setup_problems.py": {"as printed"},
    "devices/watchedfolder.py": {
        "the timeout of a camera is 0 seconds or more, got {}",
        "{} is no pattern of file names, such as *.jpg",
    },
    "devices/wedge.py": {
        "a keyboard scanner needs a terminator, and another character as prefix",
        "needs 2 <= min_length <= max_length and a gap over {} s",
        "the prefix of a keyboard scanner is one character, not {}",
    },
    "devices/weights.py": {
        " Did you mean {}?",
        "the scale's pattern has a group named {}; known are {}.{}",
        "the scale's pattern has no group named unit: give the unit in the settings",
        "the scale's pattern {} has no group named value: write (?P<value>...) where the number stands",
        "the scale's pattern {} is no regular expression: {}",
    },
    "devices/folderprinter.py": {"folder {}"},
    "devices/jobs.py": set(),
    "devices/port.py": {
        "Connection refused",
        "reader thread died",
        "returned no data",
        "socket disconnected",
    },
    "devices/portprinters.py": {"port {} of printer {} is not between 1 and 65535"},
    "devices/printerlinks.py": {"it is gone", "returned no data", "timed out"},
    "devices/printing.py": set(),
    "devices/queueprinter.py": {
        " disabled since ",
        "^{} not accepting",
        "invalid destination",
        "is running",
        "no default destination",
        "not accepting",
        "not exist",
        "not found",
        "option of lp",
        "print server",
        "printer {} ",
        "queue {}",
        "request id is (\\S+)",
        "scheduler is not running",
        "unknown option",
        "unsupported document-format",
        "{} can't be the name of a {}: letters, digits, '_', '-', '.' only",
    },
    "devices/rawprinter.py": {"status is auto, always or off; got {}"},
    "devices/spool.py": {
        "Printing was interrupted. Look for the label.",
        "Printing was interrupted; it is printed again.",
        "retry_after needs one wait or more",
        "spool {}",
        "the spool of {} is started already",
    },
    "devices/status.py": set(),
    "devices/printerhealth.py": set(),
    "labels/design.py": {
        "can't be read: {}",
        "no label design for a {} of the size {}; there are designs for {}",
        "{} of the size {} is already for {}",
    },
    "labels/layout.py": {"the DataMatrix is left out: {}"},
    "labels/linear.py": {
        "a bar or gap is wider than four modules",
        "the check value is {}, expected {}",
        "the modules do not end with the stop pattern",
        "the modules must be 1 and 0 and begin with a bar",
        "the symbol for {} says {}: it is not printed",
        "the symbol is empty or does not start in set B or C",
        "value {} in set {} is no printable character",
        "{} is not a character of Code 128",
    },
    "labels/symbols.py": {"QR code"},
    "labels/tag.py": set(),
    "terminal/backtest_words.py": set(),
    "terminal/bench/approval.py": set(),
    "terminal/bench/arriving.py": set(),
    "terminal/bench/audit_wording.py": set(),
    "terminal/bench/auditing.py": {"item {}"},
    "terminal/bench/called.py": set(),
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
    "terminal/floor_port.py": {"the last push to %s failed; what waits is sent at the next start"},
    "terminal/valuing.py": {
        "failed rework",
    },
    "terminal/lookup.py": {
        "badge {}",
        "defect {}",
        "item {}",
        "known {}",
        "return {}",
        "tote {}",
    },
    "terminal/fetched.py": set(),
    "terminal/offers.py": set(),
    "terminal/photos.py": {
        "No photo in {} has a hash that begins with {}.",
        "The photo {} can't be removed: {}. Check the disk.",
        "The photo {} is in the journal and not in {}. Restore it from a backup.",
        "The photos in {} can't be read: {}. Check the disk.",
        "{} is no photo's hash: give at least 6 of its digits, 0-9 and a-f.",
        "{} is no photo's hash: it has 64 digits, 0-9 and a-f.",
        "{} photos begin with {}: give more digits, such as {}.",
        "{}/{} in {} is no photo of this store.",
    },
    "terminal/presses.py": set(),
    "terminal/sheets.py": set(),
    "terminal/shelf.py": set(),
    "terminal/pulling.py": {"%s is taken over from the hub"},
    "terminal/store/errors.py": {"decode to UTF-8"},
    "terminal/store/identity.py": {
        "insert into meta(k, v) values (?, ?) on conflict(k) do nothing",
        "select k, v from meta",
    },
    "terminal/store/locks.py": set(),
    "terminal/store/station_file.py": {"pragma wal_checkpoint(truncate)"},
    "terminal/sync/capture.py": {
        "Bearer {}",
        "nobody knows what became of it",
        "the name of a sink has letters, digits, - and _, got {}",
        "the repository did not finish within {} s",
        "the repository refused a document and did not say which event",
    },
    "terminal/sync/drop.py": {
        "Its content has another hash: it was altered.",
        "This station has no photos to give.",
        "a drop is written as ndjson and csv, got {}",
        "a folder sink acknowledges at_once or by ack_file, got {}",
        "{} is in the folder and holds something else at this place",
        "{} is in the folder and holds this event with another content",
    },
    "terminal/sync/folder.py": set(),
    "terminal/sync/http.py": {"Bearer {}"},
    "terminal/sync/hub.py": {
        'the hub said "{}", which this version does not know',
    },
    "terminal/sync/hub_trouble.py": {
        "Connection refused",
        "certificate has expired",
        "certificate revoked|unknown ca|bad certificate",
        "certificate verify failed",
        "certificate verify failed|self.signed certificate|unable to get local issuer",
        "could not translate host name|Name or service|name resolution|No address associated|resolve",
        'database ".*" does not exist',
        "does not match host name|server certificate for",
        "does not support SSL|SSL is not enabled",
        "password authentication failed|no password supplied|not permitted to log in",
        "read-only|session is not|hot standby",
        r'role ".*" does not exist|no pg_hba\.conf entry|authentication failed',
        "starting up|shutting down|recovery mode|not yet accepting|not accepting connections",
        "timeout|timed out|No route|unreachable",
        "too many (clients|connections)|remaining connection slots",
    },
    "terminal/sync/photos.py": {"hub {}"},
    "terminal/sync/postgres.py": {"select hub.ingest(%s)", "unsupported startup parameter"},
    "terminal/sync/reply.py": set(),
    "terminal/sync/round.py": set(),
    "terminal/sync/sentences.py": set(),
    "terminal/sync/sftp.py": set(),
    "terminal/sync/sftp_shelf.py": {"errno {}", "no space"},
    "terminal/sync/trust.py": set(),
    "terminal/sync/web.py": {"connection refused", "not known"},
    "terminal/sync/webhook.py": set(),
    "terminal/sync/worker.py": {"sync {}", "the sync worker is started already"},
    "terminal/sync_said.py": set(),
    "terminal/syncing.py": {
        " (there are: {})",
        ' - did you mean "{}"?',
        'no installed package has an entry point "{}" in the group {}{}',
        'no sink "{}" in [sync.sinks]{}',
        "push {}",
        'the entry point "{}" gave something without the name "{}" or without send',
        "the variable {}, which should hold its token, is not set",
    },
    "terminal/ui/keys.py": {
        "clears what was typed and goes back",
        "enter can't be the key of {}: it ends a typed line and accepts",
        "has it from the start, give that one another key",
        "is set to it too",
        "may end a scan",
        "moves a long list",
        "takes back a typed character",
        "there is no action {}{}",
        "there is no key {}{}",
        "{} can't be the key of {}: a barcode can hold it. Keys that can: {}",
        "{} can't be the key of {}: it is typed into codes. Keys that can: {}",
        "{} can't be the key of {}: it {}",
        "{} is wanted for {}, but {} {}",
        "{} to {}, {}",
    },
    "terminal/board.py": {
        "The board is at http://{}:{} - Ctrl+C ends it.",
        "exec {}",
    },
    "terminal/kpi_desk.py": set(),
    "terminal/policy_desk.py": {"{}: not readable as TOML: {}"},
    "terminal/policy_replay.py": {
        "import sys; sys.path[:] = {path!r}; from terminal.policy_replay import answer; answer()"
    },
    "terminal/ui/desk_app.py": {"the screen failed"},
    "terminal/ui/desk_jobs.py": set(),
    "terminal/ui/desk_numbers.py": set(),
    "terminal/ui/kpi_app.py": set(),
    "terminal/ui/kpi_jobs.py": set(),
    "terminal/ui/kpi_panels.py": set(),
    "terminal/ui/kpi_plot.py": set(),
    "terminal/ui/kpi_screen.py": set(),
    "terminal/ui/kpi_tables.py": set(),
    "terminal/ui/policy_app.py": set(),
    "terminal/ui/policy_area.py": set(),
    "terminal/ui/policy_check.py": set(),
    "terminal/ui/policy_history.py": set(),
    "terminal/ui/policy_jobs.py": set(),
    "terminal/ui/policy_lines.py": set(),
    "terminal/ui/policy_saving.py": {"not saved"},
    "terminal/ui/policy_screen.py": {"not saved"},
    "terminal/ui/policy_text.py": {"order of the rules"},
    "terminal/ui/gate.py": set(),
    "terminal/ui/pump.py": {
        "an input failed: %r",
        "the page %s could not be drawn",
        "the shift report failed",
        "the station can't be opened",
        "the station did not close cleanly",
    },
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
    "terminal/domain/fact_values.py": {
        '"{}" is not {} {}{}',
        "a defect code is missing (got {})",
        "count goes from 1 to 99 (got {})",
        'currency is three capital letters, write "EUR" (got {})',
        "location is a word (got {})",
        "observation {}: {}",
        'unknown key "{}"{}',
        "write {defect, location, count} (got {})",
        '{} is a date, write "2026-11-23" (got {})',
        "{} is a list of {defect, location, count} (got {})",
        "{} is a text of 1 to 200 characters (got {})",
        "{} is an amount from 0 to {} (got {})",
        '{} is an amount of money, write "12.40" (got {})',
        "{} is one of {} (got {})",
        "{} is yes or no, write true or false (got {})",
    },
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


ALIKE = {"KABEL OK?"}
"""Several words that two languages really have in common."""


@pytest.mark.parametrize(("one", "other"), combinations(LANGUAGES[1:], 2))
def test_no_catalogue_speaks_the_language_of_another(one: str, other: str) -> None:
    """Words in a row are not the same in two languages: a translation that landed in the wrong file would be."""
    messages = [sentences(code) for code in (one, other)]
    same = {
        text
        for english, text in messages[0].items()
        if messages[1].get(english) == text != english and re.search(r"[^\W\d]{3,} [^\W\d]", text)
    }
    assert same <= ALIKE


def sentences(code: str) -> dict[str, str]:
    """English -> what a catalogue makes of it; sentences with several forms left out."""
    path = ROOT / "terminal" / "data" / "locale" / code / "LC_MESSAGES" / "regrade.mo"
    with path.open("rb") as file:
        found: dict[object, str] = vars(gettext.GNUTranslations(file))["_catalog"]
    return {english: text for english, text in found.items() if isinstance(english, str) and english}


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


@pytest.mark.parametrize("kind", [Said, devices.said.Said, labels.said.Said])
def test_a_sentence_made_elsewhere_is_retold(
    kind: type[Said] | type[devices.said.Said] | type[labels.said.Said],
) -> None:
    """With its values, and sentences inside it; words of the outside stay, and English is what it is by itself."""
    why = kind("Closed.")
    text = kind("{sink} fell silent. {why}", sink="Closed.", why=why)
    assert text == "Closed. fell silent. Closed."
    with speaking(Marked()):
        assert retold(text) == "<Closed. fell silent. <Closed.>>"
        assert retold(copy.deepcopy(kind("Seen: {what}", what="{0}"))) == "<Seen: {0}>"
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
