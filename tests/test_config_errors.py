"""What a person is told who wrote a configuration that cannot be used: file, line, name, value, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from terminal.config import load, shipped_config
from terminal.config_source import MAX_BYTES, MAX_PROBLEMS, ConfigErrors


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Where a test's site keeps its file."""
    return tmp_path / "site.toml"


def refused(site: Path, content: str | bytes, environ: Mapping[str, str] | None = None) -> ConfigErrors:
    """What is said about a site's file."""
    site.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    with pytest.raises(ConfigErrors) as caught:
        load(site, site.parent / "data", environ or {})
    return caught.value


SCANNER = '[scanners.gun]\nurl = "/dev/ttyACM0"\n'
TCP = '[printers.zebra]\nkind = "tcp"\nhost = "label-1"\n'
FOLDER = '[printers.files]\nkind = "folder"\n'
IMPORT = '[import.shop]\ncolumns = { sku = "Art" }\n'

# file, line, key, value, and words of the message
WRONG: list[tuple[str, int, str, str, tuple[str, ...]]] = [
    # names that do not exist
    ("[bench]\nauto_acept = true", 2, "bench.auto_acept", "", ("in [bench]", 'did you mean "auto_accept"?')),
    ("\n[bnech]\nidle_minutes = 3", 2, "bnech", "", ('did you mean "bench"?',)),
    ("[pritners.zebra]\nkind = 'tcp'", 1, "pritners", "", ('did you mean "printers"?',)),
    ('scan_back = "all"', 1, "scan_back", "", ("it belongs in [bench]",)),
    ("[station]\n\nidle_minutes = 5", 3, "station.idle_minutes", "", ("it belongs in [bench]",)),
    ("[policy]\nzzz = 1", 2, "policy.zzz", "", ("(known: name, file)",)),
    ("[reasons]\nholds = {}", 2, "reasons.holds", "", ('did you mean "hold"?',)),
    (TCP + "prot = 9100", 4, "printers.zebra.prot", "", ('did you mean "port"?',)),
    (TCP + 'path = "x"', 4, "printers.zebra.path", "", ("(known: kind, host, port, status)",)),
    (SCANNER + "baud = 9600", 3, "scanners.gun.baud", "", ('did you mean "baudrate"?',)),
    (IMPORT + "delimeter = ';'", 3, "import.shop.delimeter", "", ('did you mean "delimiter"?',)),
    ('data = "/x"', 1, "data", "", ("--data or REGRADE_DATA",)),
    ('\nhub_dsn = "/x"', 2, "hub_dsn", "", ("REGRADE_HUB_DSN",)),
    ('"\\u001b[2J" = 1', 1, '"\\x1b[2J"', "", ("no such setting at the top",)),
    # words of which there are few
    (
        '[bench]\nscan_back = "frist_last"',
        2,
        "bench.scan_back",
        '"frist_last"',
        ('"all" or', 'mean "first_last"?'),
    ),
    ('[station]\noperator_size = "Large"', 2, "station.operator_size", '"Large"', ('did you mean "large"?',)),
    ('[labels]\nsize = "4x6"', 2, "labels.size", '"4x6"', ('"57x32mm"', 'did you mean "4x6in"?')),
    ("[labels]\ndpi = 200", 2, "labels.dpi", "200", ("expected 203, 300 or 600",)),
    ("[labels]\ndpi = 203.0", 2, "labels.dpi", "203.0", ("expected a whole number",)),
    (SCANNER + "stopbits = true", 3, "scanners.gun.stopbits", "true", ("expected a whole number",)),
    (SCANNER + "baudrate = 960", 3, "scanners.gun.baudrate", "960", ("expected 300,", "9600")),
    (SCANNER + "terminator = 'crfl'", 3, "scanners.gun.terminator", '"crfl"', ('did you mean "crlf"?',)),
    ("[wedge]\nmode = 'prefixed'", 2, "wedge.mode", '"prefixed"', ('did you mean "prefix"?',)),
    (FOLDER + 'formats = ["zpl", "pfd"]', 3, "printers.files.formats[1]", '"pfd"', ('did you mean "pdf"?',)),
    ('[printers.z]\nkind = "tpc"', 2, "printers.z.kind", '"tpc"', ('"serial"', 'did you mean "tcp"?')),
    ('[screen]\ntheme = "bench-265"', 2, "screen.theme", '"bench-265"', ('did you mean "bench-256"?',)),
    ("[demo]\nmanifest_hints = 1", 2, "demo.manifest_hints", "1", ('true, false or "auto"',)),
    ('[demo]\nmanifest_hints = "atuo"', 2, "demo.manifest_hints", '"atuo"', ('did you mean "auto"?',)),
    (
        '[[operators]]\nid = "1"\nrole = "manger"',
        3,
        "operators[0].role",
        '"manger"',
        ('did you mean "manager"?',),
    ),
    ('[sync.sinks.x]\nkind = "ftp"\npath = "x"', 2, "sync.sinks.x.kind", '"ftp"', ('expected "folder"',)),
    (IMPORT + 'quantity_sign = "minus"', 3, "import.shop.quantity_sign", '"minus"', ('"negative"',)),
    (IMPORT + 'encoding = "utf9"', 3, "import.shop.encoding", '"utf9"', ("utf-8, cp1252",)),
    # names of things elsewhere
    ('[labels]\nprinter = "foldr"', 2, "labels.printer", '"foldr"', ("[printers]", 'did you mean "folder"?')),
    ('[labels]\nprinter = "x"\n' + TCP, 2, "labels.printer", '"x"', ("(known: folder, zebra)",)),
    ('[[totes]]\ncode = "T"\nchannel = "outlett"', 3, "totes[0].channel", '"outlett"', ('mean "outlet"?',)),
    ('[import.shop]\ncolumns = { skuu = "A" }', 2, "import.shop.columns.skuu", "", ('did you mean "sku"?',)),
    (IMPORT + "constants = { curency = 'EUR' }", 3, "import.shop.constants.curency", "", ('"currency"?',)),
    # kinds of value
    ('[bench]\nidle_minutes = "10"', 2, "bench.idle_minutes", '"10"', ("a whole number, without quotes",)),
    ("[bench]\nidle_minutes = 1.5", 2, "bench.idle_minutes", "1.5", ("expected a whole number",)),
    ("[bench]\nidle_minutes = true", 2, "bench.idle_minutes", "true", ("expected a whole number",)),
    ("[bench]\nidle_minutes = 2026-01-02", 2, "bench.idle_minutes", "2026-01-02", ("a whole number",)),
    ("[bench]\nauto_accept = 1", 2, "bench.auto_accept", "1", ("expected true or false",)),
    ('[bench]\nauto_accept = "true"', 2, "bench.auto_accept", '"true"', ("without quotes",)),
    ("[station]\nid = 7", 2, "station.id", "7", ("expected text in quotes",)),
    ("bench = 5", 1, "bench", "5", ("expected a table, headed [bench]",)),
    ("[[bench]]\nidle_minutes = 5", 1, "bench", "a list of 1", ("expected a table, headed [bench]",)),
    ('[operators]\nid = "1"', 1, "operators", "a table", ("each headed [[operators]]",)),
    ("[codes]\nrma = 'R1'", 2, "codes.rma", '"R1"', ("expected a list in [ ]",)),
    ("[codes]\nrma = [\n  'R1',\n  5,\n]", 4, "codes.rma[1]", "5", ("expected text in quotes",)),
    ("printers.zebra = 5", 1, "printers.zebra", "5", ("as in [printers.NAME]",)),
    ('[scanners]\nurl = "/dev/x"', 2, "scanners.url", '"/dev/x"', ("a name of its own", "[scanners.NAME]")),
    ('[keys]\nbench.undo = "f2"', 2, "keys.bench", "a table", ("is written in quotes too",)),
    # bounds
    ("[bench]\nidle_minutes = -1", 2, "bench.idle_minutes", "-1", ("expected 0 to 1,440 minutes",)),
    ("[bench]\nmax_times = 0", 2, "bench.max_times", "0", ("expected 1 to 100,000",)),
    ("[bench]\ndouble_read_seconds = inf", 2, "bench.double_read_seconds", "inf", ("a finite number",)),
    ("[bench]\ndouble_read_seconds = nan", 2, "bench.double_read_seconds", "nan", ("a finite number",)),
    ("[bench]\ndouble_read_seconds = 1e400", 2, "bench.double_read_seconds", "inf", ("a finite number",)),
    ("[bench]\noverride_limit = 100.0", 2, "bench.override_limit", "100.0", ('such as "100.00"',)),
    ('[bench]\noverride_limit = "-1"', 2, "bench.override_limit", '"-1"', ('such as "100.00"',)),
    ("[wedge]\ngap_ms = 5", 2, "wedge.gap_ms", "5", ("6 to 500 milliseconds",)),
    (TCP + "port = 70000", 4, "printers.zebra.port", "70000", ("expected 1 to 65,535",)),
    ("[sync]\nevery_seconds = 0", 2, "sync.every_seconds", "0", ("1 to 86,400 seconds",)),
    # spelling
    ('[station]\nid = "../x"', 2, "station.id", '"../x"', ("1 to 32 letters",)),
    ('[station]\nid = ""', 2, "station.id", '""', ("1 to 32 letters",)),
    ('[station]\nlpn_prefix = "ABCD"', 2, "station.lpn_prefix", '"ABCD"', ("BCDEFGHIJKLNOPRSTUVX",)),
    ('[station]\nmarket = "eu"', 2, "station.market", '"eu"', ("two capital letters",)),
    ('[station]\ncurrency = "EURO"', 2, "station.currency", '"EURO"', ("three capital letters",)),
    ('[reasons.hold]\nBad = "x"', 2, "reasons.hold.Bad", "", ("small letters such as wrong-item",)),
    (f'[reasons.hold]\nx = "{"y" * 81}"', 2, "reasons.hold.x", f'"{"y" * 57}..."', ("at most 80", "got 81")),
    ('[reasons.hold]\nx = "a\\u001b[2J"', 2, "reasons.hold.x", '"a\\x1b[2J"', ("control characters",)),
    ('[scanners."a b"]\nurl = "/dev/x"', 1, 'scanners."a b"', "", ("letters, digits, '_' or '-'",)),
    (
        '[scanners.a]\nurl = "sockets://h:1"',
        2,
        "scanners.a.url",
        '"sockets://h:1"',
        ("socket://, rfc2217://",),
    ),
    ('[scanners.a]\nurl = "ttyUSB0"', 2, "scanners.a.url", '"ttyUSB0"', ("/dev/serial/by-id/",)),
    ('[printers.z]\nkind = "tcp"\nhost = "tcp://h"', 3, "printers.z.host", '"tcp://h"', ("without tcp://",)),
    (FOLDER + 'path = "~/x"', 3, "printers.files.path", '"~/x"', ("write the whole path",)),
    (FOLDER + 'path = ""', 3, "printers.files.path", '""', ("expected a path",)),
    ('[policy]\nfile = "a\\nb"', 2, "policy.file", '"a\\nb"', ("control characters",)),
    (IMPORT + 'delimiter = ";;"', 3, "import.shop.delimiter", '";;"', ("one character",)),
    (
        IMPORT + 'date_formats = ["%d.%m"]',
        3,
        "import.shop.date_formats[0]",
        '"%d.%m"',
        ("day, month and year",),
    ),
    (
        IMPORT + 'date_formats = ["%d%d"]',
        3,
        "import.shop.date_formats[0]",
        '"%d%d"',
        ("day, month and year",),
    ),
    (IMPORT + 'date_formats = ["%-d"]', 3, "import.shop.date_formats[0]", '"%-d"', ("'%' is followed by",)),
    ('[keys]\n"Undo" = "f2"', 2, "keys.Undo", "", ("the id of an action",)),
    ('[keys]\nundo = "f 2"', 2, "keys.undo", '"f 2"', ("a key such as f5",)),
    # patterns
    ("[codes]\nrma = ['(']", 2, "codes.rma[0]", '"("', ("no regular expression", "unterminated")),
    ("[codes]\nrma = ['(a+)+']", 2, "codes.rma[0]", '"(a+)+"', ("can take for ever",)),
    ("[codes]\nserial = ['(a|b)*']", 2, "codes.serial[0]", '"(a|b)*"', ("can take for ever",)),
    ("[codes]\ntote = ['']", 2, "codes.tote[0]", '""', ("1 to 200 characters",)),
    (
        "[codes]\ntote = ['" + "(" * 100 + ")" * 100 + "{1}']",
        2,
        "codes.tote[0]",
        '"' + "(" * 57 + '..."',
        ("pattern",),
    ),
    # what is missing
    ('[[operators]]\nname = "x"', 1, "operators[0].id", "", ("is missing",)),
    ("operators = []", 1, "operators", "a list of 0", ("at least one",)),
    ("[scanners.gun]\nbaudrate = 9600", 1, "scanners.gun.url", "", ("is missing",)),
    (
        '\n[printers.z]\nhost = "h"',
        2,
        "printers.z.kind",
        "",
        ('is missing: expected "folder", "tcp", "serial",',),
    ),
    ('[printers.folder]\nkind = "tcp"', 1, "printers.folder.host", "", ("is missing",)),
    (FOLDER + "formats = []", 3, "printers.files.formats", "a list of 0", ("at least one",)),
    ("[import.shop]\nformat = 'csv'", 1, "import.shop.columns", "", ("is missing",)),
    ("[import.shop]\ncolumns = {}", 2, "import.shop.columns", "a table", ("at least one",)),
    (
        IMPORT + "not_goods = [\n {column='A', pattern='B'}]",
        4,
        "import.shop.not_goods[0].what",
        "",
        ("missing",),
    ),
    # what cannot be together
    (IMPORT + "decimal = ','\nthousands = ','", 4, "import.shop.thousands", '","', ("already the decimal",)),
    ('[[operators]]\nid = "a"\n[[operators]]\nid = "A"', 4, "operators[1].id", '"A"', ("operators[0].id",)),
    (
        '[[totes]]\ncode = "a"\nchannel = "outlet"\n[[totes]]\ncode = "a"\nchannel = "donate"',
        5,
        "totes[1].code",
        '"a"',
        ("another tote, totes[0].code",),
    ),
    (
        SCANNER + "[scanners.b]\nurl = '/dev/ttyACM0'",
        4,
        "scanners.b.url",
        '"/dev/ttyACM0"',
        ("scanners.gun.url",),
    ),
    ("[sync.sinks.b]\nkind = 'folder'", 1, "sync.sinks.b.path", "", ("is missing",)),
    (
        "[sync.sinks.b]\nkind = 'folder'\npath = 'outbox'",
        3,
        "sync.sinks.b.path",
        '"outbox"',
        ("sinks.folder.path",),
    ),
]


@pytest.mark.parametrize(("text", "line", "key", "value", "words"), WRONG)
def test_a_wrong_file_is_told_with_place_value_and_remedy(
    site: Path, text: str, line: int, key: str, value: str, words: tuple[str, ...]
) -> None:
    """One mistake, one sentence that names the file, the line, the setting and what it says."""
    errors = refused(site, text)
    assert len(errors.problems) == 1, str(errors)
    problem = errors.problems[0]
    assert (problem.file, problem.line, problem.key, problem.value) == (str(site), line, key, value)
    for word in words:
        assert word in problem.message
    assert str(problem).startswith(f"{site}:{line}: {key}")
    assert str(errors) == str(problem)


NOT_TOML: list[tuple[str, int, tuple[str, ...]]] = [
    ("[bench]\nscan_back = all", 2, ("text stands in quotes",)),
    ("[bench]\nauto_accept = True", 2, ("true and false in small letters",)),
    ('[codes]\nrma = ["C\\d"]', 2, ("in single quotes",)),
    ("[bench]\nidle_minutes = 1\nidle_minutes = 2\n", 3, ("for the second time",)),
    ("[bench]\n[bench]", 2, ("this table stands here for the second time",)),
    ("[bench", 1, ("not TOML",)),
    ("[bench]\nidle_minutes 5", 2, ("name = value",)),
    ("= 5", 1, ("name = value",)),
    ('[station]\nid = "01', 2, ("the closing quote is missing",)),
    ('[station]\nid = "01\nmarket = "EU"', 2, ("the closing quote is missing",)),
    ("[codes]\nrma = [\n'a'\n", 3, ("the closing ] is missing",)),
    ("[codes]\nrma = [\n'a',\n", 3, ("its closing ] is missing",)),
    ("[bench]\nidle_minutes =\n", 2, ("text stands in quotes",)),
    ("a = 1 b = 2", 1, ("only one setting",)),
    ("[bench]\nmax_times = " + "9" * 5000, 2, ("more than 64 bits",)),
    ("[bench]\nmax_times = 0x" + "f" * 5000, 2, ("more than 64 bits",)),
    ("\n[printers.z]\nkind = [1,\n9223372036854775808]", 4, ("more than 64 bits",)),
    ("\n\nx = " + "[" * 500 + "]" * 500, 3, ("deeper than 12 levels",)),
    ("\nx = " + "{ a = " * 500, 2, ("deeper than 12 levels",)),
    ("\n" + "a." * 50_000 + "a = 1", 2, ("deeper than 12 levels",)),
    ("\n[" + "a." * 50_000 + "a]", 2, ("deeper than 12 levels",)),
]


@pytest.mark.parametrize(("text", "line", "words"), NOT_TOML, ids=range(len(NOT_TOML)))
def test_a_file_that_is_not_toml_is_told_with_its_line_and_advice(
    site: Path, text: str, line: int, words: tuple[str, ...]
) -> None:
    """The parser's own words are for programmers; beside them stands what to do."""
    (problem,) = refused(site, text).problems
    assert (problem.file, problem.line, problem.key) == (str(site), line, "")
    for word in words:
        assert word in problem.message


def test_a_file_that_is_no_text_is_told_with_the_line_of_the_first_bad_byte(site: Path) -> None:
    """Latin-1, UTF-16 and binary files."""
    cases = [
        (b'[station]\nid = "01"\n# caf\xe9\n', 3, "byte 0xe9 is not UTF-8"),
        ('id = "1"'.encode("utf-16"), 1, "not UTF-8"),
        ('\nid = "1"'.encode("utf-16-le"), 2, "binary or UTF-16"),
        (b"\n\nPK\x03\x04\x00\x00", 3, "binary or UTF-16"),
    ]
    for content, line, words in cases:
        (problem,) = refused(site, content).problems
        assert problem.line == line
        assert words in problem.message


def test_a_file_that_cannot_be_read_is_told_by_its_name(tmp_path: Path) -> None:
    """Missing, a folder, too big, endless, or with an impossible name."""
    (tmp_path / "big.toml").write_bytes(b"#" * (MAX_BYTES + 1))
    (tmp_path / "fits.toml").write_bytes(b"#" * MAX_BYTES)
    assert load(tmp_path / "fits.toml", tmp_path, {}).station.id == "01"
    cases = [
        (tmp_path / "none.toml", "there is no such file"),
        (tmp_path, "is a folder"),
        (tmp_path / "big.toml", "larger than 256 KiB"),
        (Path("/dev/zero"), "larger than 256 KiB"),
        (tmp_path / "fits.toml" / "x", "cannot be read"),
        (tmp_path / ("x" * 300), "cannot be read"),
        (Path("a\0b"), "cannot be read"),
    ]
    for path, words in cases:
        with pytest.raises(ConfigErrors) as caught:
            load(path, tmp_path, {})
        (problem,) = caught.value.problems
        assert words in problem.message
        assert str(problem).isprintable()
    with pytest.raises(
        ConfigErrors, match=r"none\.toml: there is no such file: check --config and REGRADE_CONFIG"
    ):
        load(None, tmp_path, {"REGRADE_CONFIG": str(tmp_path / "none.toml")})


def test_everything_wrong_is_told_at_once_in_the_order_of_the_file(site: Path) -> None:
    """Kinds, words, unknown names and contradictions together: one round of mending is enough."""
    errors = refused(
        site,
        '[station]\nid = "a b"\n[bench]\nidle_minutes = "x"\nauto_acept = true\n[labels]\nprinter = "zebra"\n'
        '[[operators]]\nid = "1"\n[[operators]]\nid = "1"\nrole = "boss"\n[printers.folder]\nkind = "tcp"\n',
        {"REGRADE_HUB_DSN": "a\nb"},
    )
    assert [(problem.line, problem.key) for problem in errors.problems] == [
        (None, ""),
        (2, "station.id"),
        (4, "bench.idle_minutes"),
        (5, "bench.auto_acept"),
        (7, "labels.printer"),
        (11, "operators[1].id"),
        (12, "operators[1].role"),
        (13, "printers.folder.host"),
    ]
    assert str(errors).count("\n") == 7


def test_more_problems_than_anybody_reads_are_counted(site: Path) -> None:
    """The first fifty are told."""
    errors = refused(site, "[bench]\n" + "\n".join(f"k{number} = 1" for number in range(1000)))
    assert len(errors.problems) == MAX_PROBLEMS
    assert errors.more == 1000 - MAX_PROBLEMS
    assert str(errors).endswith("... and 950 more")


def test_a_mistake_in_the_shipped_file_is_told_under_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who edits the shipped file instead of a copy is helped the same way."""
    own = tmp_path / "config.toml"
    own.write_text(shipped_config().replace("idle_minutes = 10", "idle_minutes = -10"), "utf-8")
    line = shipped_config().splitlines().index("idle_minutes = 10") + 1
    missing = shipped_config().replace("idle_minutes = 10\n", "")
    monkeypatch.setattr("terminal.config.find_shipped", lambda package: own)
    with pytest.raises(ConfigErrors) as caught:
        load(None, tmp_path, {})
    assert (caught.value.problems[0].file, caught.value.problems[0].line) == (str(own), line)
    own.write_bytes(b"# caf\xe9\n")
    with pytest.raises(ConfigErrors, match=r"config\.toml:1: byte 0xe9 is not UTF-8"):
        load(None, tmp_path, {})
    own.write_text(missing, "utf-8")
    with pytest.raises(ConfigErrors, match=r"bench\.idle_minutes: is missing"):
        load(None, tmp_path, {})


def test_the_environment_is_checked_like_the_file(site: Path) -> None:
    """A variable is named where a file would be."""
    (problem,) = refused(site, "", {"REGRADE_STATION": "two words"}).problems
    assert str(problem).startswith('REGRADE_STATION: station.id = "two words": expected 1 to 32')
    (problem,) = refused(site, "", {"REGRADE_HUB_DSN": "pass\nword"}).problems
    assert problem.file == "REGRADE_HUB_DSN"
    assert "pass" not in problem.value + problem.message
    (problem,) = refused(site, "station = 5", {"REGRADE_STATION": "02"}).problems
    assert (problem.file, problem.key) == (str(site), "station")


def test_a_data_folder_that_cannot_be_one_is_told_by_where_it_was_said(tmp_path: Path) -> None:
    """Option or variable, and what is wrong with it."""
    file = tmp_path / "file"
    file.write_text("")
    cases: list[tuple[Path | None, dict[str, str], str]] = [
        (file, {}, "--data: "),
        (file, {}, '/file": is a file'),
        (None, {"REGRADE_DATA": str(file)}, "REGRADE_DATA: "),
        (None, {"REGRADE_DATA": "~/data"}, "REGRADE_DATA: \"~/data\": '~' is not expanded"),
        (Path("x" * 5000), {}, "cannot be used"),
        (Path("a\0b"), {}, "cannot be used"),
        (None, {}, "no home folder is known"),
    ]
    for option, environ, words in cases:
        with pytest.raises(ConfigErrors) as caught:
            load(None, option, environ)
        assert words in str(caught.value)
        assert str(caught.value).isprintable()
