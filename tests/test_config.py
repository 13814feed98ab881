"""How the settings of a station come together: shipped file, site's file, environment, options."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest
from pydantic import ValidationError

from terminal.config import data_path, find_shipped, load, settings_hash, shipped_config
from terminal.config_source import ConfigErrors
from terminal.device_settings import FolderPrinter, TcpPrinter
from terminal.domain.lettercode import ALPHABET
from terminal.settings import Settings
from terminal.sync_settings import FolderSink

ROOT = Path(__file__).parent.parent


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Where a test's site keeps its file."""
    return tmp_path / "site.toml"


def read(site: Path, text: str, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings with `text` as the site's file."""
    site.write_text(text, "utf-8")
    return load(site, site.parent / "data", environ or {})


def test_without_any_file_the_shipped_defaults_hold(tmp_path: Path) -> None:
    """A new station knows two operators and a lead, types for a scanner, and prints, syncs into folders."""
    found = load(None, tmp_path, {})
    assert [(one.id, one.role) for one in found.operators] == [
        ("1001", "operator"),
        ("1002", "operator"),
        ("9001", "lead"),
    ]
    assert (found.station.id, found.station.market, found.station.currency) == ("01", "EU", "EUR")
    assert found.station.operator_size == "large"
    assert found.bench.auto_accept is True
    assert (found.bench.scan_back, found.bench.idle_minutes) == ("first_last", 10)
    assert (found.bench.double_read_seconds, found.bench.max_times) == (2, 10_000)
    assert found.bench.override_limit == Decimal("100.00")
    assert found.bench.shift_opens_itself is True
    assert found.scanners == {}
    assert found.totes == ()
    assert found.printers == {"folder": FolderPrinter(kind="folder", path="labels", formats=("zpl", "pdf"))}
    assert (found.labels.printer, found.labels.size, found.labels.dpi) == ("folder", "4x6in", 203)
    assert (found.policy.name, found.policy.file) == ("eu", "")
    assert (found.sync.every_seconds, list(found.sync.sinks)) == (60, ["folder"])
    folder = found.sync.sinks["folder"]
    assert isinstance(folder, FolderSink)
    assert folder.acknowledge == "at_once"
    assert (found.wedge.mode, found.wedge.gap_ms, found.wedge.min_length) == ("plain", 50, 6)
    assert found.demo.manifest_hints == "auto"
    assert found.keys == {}
    assert found.hub_dsn is None


def test_every_list_of_reasons_has_other_as_its_last(tmp_path: Path) -> None:
    """Whatever happened, there is a reason to give."""
    reasons = load(None, tmp_path, {}).reasons
    for table in (reasons.hold, reasons.override, reasons.blind):
        assert list(table)[-1] == "other"
        assert all(table.values())


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    """What is in force is what was checked."""
    found = load(None, tmp_path, {})
    with pytest.raises(ValidationError, match="frozen"):
        found.bench.auto_accept = False


def test_the_prefix_of_lpns_takes_the_letters_of_our_codes(site: Path) -> None:
    """The letters that config names are those that the codes are made of."""
    for letter in ALPHABET:
        assert read(site, f'[station]\nlpn_prefix = "{letter * 4}"').station.lpn_prefix == letter * 4
    for letter in set("ABCDEFGHIJKLMNOPQRSTUVWXYZ") - set(ALPHABET):
        with pytest.raises(ConfigErrors, match="4 letters of"):
            read(site, f'[station]\nlpn_prefix = "{letter * 4}"')


def test_a_table_of_the_site_changes_only_the_keys_it_names(site: Path) -> None:
    """The rest of the table keeps the shipped values."""
    found = read(site, '[bench]\nidle_minutes = 3\n[labels]\nsize = "2x1in"')
    assert (found.bench.idle_minutes, found.bench.max_times) == (3, 10_000)
    assert (found.labels.size, found.labels.printer) == ("2x1in", "folder")


def test_a_list_of_the_site_stands_instead_of_the_shipped_one(site: Path) -> None:
    """Otherwise nobody could be rid of the demo operators."""
    found = read(site, '[[operators]]\nid = "77"\n[codes]\nrma = ["R1"]')
    assert [(one.id, one.role, one.name) for one in found.operators] == [("77", "operator", "")]
    assert found.codes.rma == ("R1",)
    assert len(found.codes.tracking) > 1


def test_a_named_table_is_added_or_replaced_whole(site: Path) -> None:
    """A printer that becomes another kind keeps nothing of the old one, and others stay."""
    found = read(site, '[printers.folder]\nkind = "tcp"\nhost = "label-1"\n[printers.b]\nkind = "folder"')
    assert found.printers == {
        "folder": TcpPrinter(kind="tcp", host="label-1", port=9100),
        "b": FolderPrinter(kind="folder", path="labels", formats=("zpl", "pdf")),
    }
    found = read(site, '[sync.sinks.usb]\nkind = "folder"\npath = "/mnt/usb"\nacknowledge = "ack_file"')
    assert set(found.sync.sinks) == {"folder", "usb"}
    assert found.sync.every_seconds == 60


def test_a_site_adds_rewords_and_removes_reasons(site: Path) -> None:
    """By code; `other` stays whatever is done to it."""
    shipped = load(None, site.parent, {}).reasons
    text = '[reasons.hold]\nrecalled = ""\nno-price = "Price?"\nwet = "Wet"\nother = "Else"\n'
    text += '[reasons.blind]\nother = ""'
    found = read(site, text).reasons
    assert "recalled" not in found.hold
    assert (found.hold["no-price"], found.hold["wet"]) == ("Price?", "Wet")
    assert list(found.hold.items())[-1] == ("other", "Else")
    assert found.blind == shipped.blind
    assert found.override == shipped.override


def test_an_amount_has_two_places_and_may_be_whole(site: Path) -> None:
    """Money is exact."""
    for written_as, meant in (('"100.5"', "100.50"), ("40", "40.00"), ('"0"', "0.00")):
        assert str(read(site, f"[bench]\noverride_limit = {written_as}").bench.override_limit) == meant


def test_a_file_from_another_editor_is_read_all_the_same(site: Path) -> None:
    """A byte order mark and CRLF line ends are no error."""
    site.write_bytes('\ufeff[station]\r\nid = "ü7"\r\n'.replace("ü", "U").encode("utf-8"))
    assert load(site, site.parent, {}).station.id == "U7"
    site.write_bytes(b"")
    assert load(site, site.parent, {}).station.id == "01"


def test_an_import_may_fall_back_on_a_constant_and_use_a_tab(site: Path) -> None:
    """Whole numbers and truth values become the text that a file would hold."""
    found = read(
        site,
        "[import.shop]\ndelimiter = '\t'\ncolumns = { sku = 'Art', category = 'Kind' }\n"
        "constants = { category = 'toys', quantity = 1, hygiene = false }",
    ).imports["shop"]
    assert found.delimiter == "\t"
    assert found.constants == {"category": "toys", "quantity": "1", "hygiene": "false"}
    assert (found.decimal, found.date_formats, found.quantity_sign) == (".", (), "positive")


def test_the_environment_stands_over_the_file(site: Path) -> None:
    """Station and hub; an empty variable is none."""
    text = '[station]\nid = "from-file"'
    assert read(site, text).station.id == "from-file"
    assert read(site, text, {"REGRADE_STATION": "from-env"}).station.id == "from-env"
    assert read(site, text, {"REGRADE_STATION": ""}).station.id == "from-file"
    dsn = read(site, "", {"REGRADE_HUB_DSN": "postgresql://u:secret@hub/db"}).hub_dsn
    assert dsn is not None
    assert dsn.get_secret_value() == "postgresql://u:secret@hub/db"


def test_the_option_stands_over_the_variable_for_the_file(tmp_path: Path) -> None:
    """REGRADE_CONFIG names a file, --config another."""
    for name in ("env", "option"):
        (tmp_path / f"{name}.toml").write_text(f'station.id = "{name}"')
    environ = {"REGRADE_CONFIG": str(tmp_path / "env.toml")}
    assert load(None, tmp_path, environ).station.id == "env"
    assert load(tmp_path / "option.toml", tmp_path, environ).station.id == "option"
    assert load(None, tmp_path, {"REGRADE_CONFIG": ""}).station.id == "01"


@pytest.mark.parametrize(
    ("option", "environ", "expected"),
    [
        ("/o", {"REGRADE_DATA": "/e", "XDG_DATA_HOME": "/x", "HOME": "/h"}, "/o"),
        (None, {"REGRADE_DATA": "/e", "XDG_DATA_HOME": "/x", "HOME": "/h"}, "/e"),
        (None, {"REGRADE_DATA": "", "XDG_DATA_HOME": "/x", "HOME": "/h"}, "/x/regrade"),
        (None, {"XDG_DATA_HOME": "relative", "HOME": "/h"}, "/h/.local/share/regrade"),
        (None, {"HOME": "/h"}, "/h/.local/share/regrade"),
    ],
)
def test_the_data_folder_is_the_first_that_is_given(
    option: str | None, environ: dict[str, str], expected: str
) -> None:
    """Option, variable, then the user's data folder; a relative XDG_DATA_HOME is passed over as its rules say."""
    assert load(None, Path(option) if option else None, environ).data == Path(expected)


def test_a_relative_data_folder_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A later change of directory moves nothing."""
    monkeypatch.chdir(tmp_path)
    assert load(None, Path("data"), {}).data == tmp_path / "data"
    assert load(None, None, {"REGRADE_DATA": "./d"}).data == tmp_path / "d"


def test_paths_are_relative_to_the_data_folder_unless_absolute(tmp_path: Path) -> None:
    """As config.toml says."""
    found = load(None, tmp_path, {})
    assert data_path(found, "labels") == tmp_path / "labels"
    assert data_path(found, "/mnt/labels") == Path("/mnt/labels")


def test_a_secret_shows_in_no_text_of_the_settings(tmp_path: Path) -> None:
    """Settings may be logged."""
    found = load(None, tmp_path, {"REGRADE_HUB_DSN": "postgresql://u:hunter2@hub/db"})
    assert "hunter2" not in repr(found) + str(found) + found.model_dump_json()


def test_the_hash_tells_settings_apart_and_nothing_else(site: Path) -> None:
    """It follows each setting, not the way it was written, nor the machine, nor a secret."""
    standard = settings_hash(load(None, site.parent / "a", {}))
    assert re.fullmatch("[0-9a-f]{64}", standard)
    assert standard == settings_hash(load(None, site.parent / "b", {"REGRADE_HUB_DSN": "x"}))
    assert standard == settings_hash(read(site, '[bench]\noverride_limit = "100"\ndouble_read_seconds = 2.0'))
    assert standard == settings_hash(read(site, shipped_config()))
    others = [
        "[bench]\nidle_minutes = 11",
        '[station]\nid = "02"',
        '[reasons.hold]\nwet = "Wet"',
        '[[operators]]\nid = "1001"',
        "[codes]\nserial = ['S1']",
    ]
    hashes = {settings_hash(read(site, text)) for text in others} | {standard}
    assert len(hashes) == len(others) + 1


def test_the_shipped_file_is_found_in_an_installed_package_and_beside_a_checkout(tmp_path: Path) -> None:
    """A wheel carries it inside the package, and that one is taken even where another lies beside."""
    package = tmp_path / "terminal"
    package.mkdir()
    with pytest.raises(ConfigErrors, match="missing from the installation"):
        find_shipped(package)
    (tmp_path / "config.toml").write_text("# checkout")
    assert find_shipped(package).read_text() == "# checkout"
    (package / "config.toml").write_text("# wheel")
    assert find_shipped(package).read_text() == "# wheel"


def test_the_shipped_file_is_found_in_a_package_that_is_no_folder(tmp_path: Path) -> None:
    """An archive on the import path carries it too; beside an archive nothing is looked for."""
    with zipfile.ZipFile(tmp_path / "app.zip", "w") as archive:
        archive.writestr("terminal/config.toml", "# archive")
        archive.writestr("bare/__init__.py", "")
    assert find_shipped(zipfile.Path(tmp_path / "app.zip", "terminal/")).read_text() == "# archive"
    with pytest.raises(ConfigErrors, match="missing from the installation"):
        find_shipped(zipfile.Path(tmp_path / "app.zip", "bare/"))


def test_this_tree_ships_the_file_at_its_top() -> None:
    """What the program reads is what the repository shows."""
    assert shipped_config() == (ROOT / "config.toml").read_text("utf-8")
    assert find_shipped(files("terminal")).read_text("utf-8") == shipped_config()


def test_an_installed_copy_reads_the_file_in_its_package(tmp_path: Path) -> None:
    """The packages copied as a wheel lays them out, in a fresh interpreter with nothing else of the tree."""
    shutil.copytree(ROOT / "terminal", tmp_path / "terminal", ignore=shutil.ignore_patterns("__pycache__"))
    text = (ROOT / "config.toml").read_text("utf-8").replace('id = "01"', 'id = "wheel"')
    (tmp_path / "terminal" / "config.toml").write_text(text, "utf-8")
    code = "import terminal.config as c, pathlib; print(c.load(None, pathlib.Path('/d'), {}).station.id)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "wheel"
