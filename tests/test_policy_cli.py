"""The commands for policies: checking, a spreadsheet out, a spreadsheet in, and what a bad file leaves alone."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from terminal.console import Context
from terminal.domain.policy import load_policy
from terminal.policy_cli import policy

US = files("terminal.data").joinpath("policies", "us.toml").read_text("utf-8")


@pytest.fixture
def us(tmp_path: Path) -> Path:
    """The shipped US policy as a file of the site."""
    path = tmp_path / "us.toml"
    path.write_text(US, "utf-8")
    return path


def run(tmp_path: Path, *args: object) -> Result:
    """A command with the shipped config and a data folder of its own."""
    context = Context(None, tmp_path / "data")
    return CliRunner().invoke(policy, [str(each) for each in args], obj=context)


def said(result: Result) -> dict[str, Any]:
    """The one JSON object of a command that went well."""
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_a_policy_is_checked_and_its_dead_ends_are_named(tmp_path: Path, us: Path) -> None:
    """A policy is checked: rules, tests, hash, what leaves only quarantine, and what no test hits."""
    found = said(run(tmp_path, "check", us))
    assert (found["policy"], found["rules"] >= 30, found["tests"] >= 40) == ("US returns policy", True, True)
    assert found["hash"] == load_policy(US, "us.toml").hash
    assert found["untested"] == []
    assert "counterfeit" in found["only_quarantine"]
    assert "contaminated + recall-hit" in found["only_quarantine"]
    assert found["only_quarantine_complete"] is False


def test_the_policy_in_force_is_checked_without_a_file(tmp_path: Path) -> None:
    """Without a file the policy in force is checked."""
    assert said(run(tmp_path, "check"))["policy"] == "EU returns policy"


def test_a_policy_goes_out_to_a_spreadsheet_and_comes_back_the_same(tmp_path: Path, us: Path) -> None:
    """A policy goes out to a spreadsheet and comes back with the same hash."""
    sheet, back = tmp_path / "us.csv", tmp_path / "back.toml"
    assert said(run(tmp_path, "export", us, "--csv", sheet))["file"] == str(sheet)
    assert sheet.read_bytes().startswith(b"\xef\xbb\xbfpolicy,US returns policy\n")
    found = said(run(tmp_path, "import", sheet, "--out", back))
    assert found["hash"] == said(run(tmp_path, "check", us))["hash"]
    assert load_policy(back.read_text("utf-8"), "back.toml") == load_policy(US, "us.toml")
    assert [each.name for each in tmp_path.glob(".*.part")] == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("< 80", "under 80", "us.csv:41: column L (battery_health): battery_health is a number"),
        ("damaged-battery,stop", "damaged-battery,plain", "us.csv as TOML:"),
        (
            "other-danger,stop",
            "damaged-battery,stop",
            "us.csv:6: column A (rule): there is another rule of this id",
        ),
    ],
)
def test_a_bad_spreadsheet_leaves_the_policy_in_force_alone(
    tmp_path: Path, us: Path, old: str, new: str, sentence: str
) -> None:
    """A spreadsheet with a mistake, or whose tests fail, is refused with a sentence and nothing is written."""
    sheet, out = tmp_path / "us.csv", tmp_path / "site.toml"
    out.write_text("the policy in force", "utf-8")
    said(run(tmp_path, "export", us, "--csv", sheet))
    text = sheet.read_text("utf-8")
    assert old in text
    sheet.write_text(text.replace(old, new, 1), "utf-8")
    result = run(tmp_path, "import", sheet, "--out", out)
    assert result.exit_code == 1
    assert sentence in result.stderr, result.stderr
    assert "Traceback" not in result.output
    assert out.read_text("utf-8") == "the policy in force"


def test_a_file_that_is_no_text_or_too_large_is_refused(tmp_path: Path) -> None:
    """A file that is no UTF-8 text, or too large, is refused with what to do."""
    latin, large = tmp_path / "latin.csv", tmp_path / "large.toml"
    latin.write_bytes("policy,x\nversion,é\n".encode("latin-1"))
    result = run(tmp_path, "import", latin, "--out", tmp_path / "out.toml")
    assert (result.exit_code, "latin.csv:2: not UTF-8 text (byte 0xe9)" in result.stderr) == (1, True)
    large.write_bytes(b"#" * (1024 * 1024 + 1))
    result = run(tmp_path, "check", large)
    assert (result.exit_code, "large.toml: larger than 1024 KB" in result.stderr) == (1, True)


def test_a_policy_whose_tests_fail_is_not_said_to_be_fine(tmp_path: Path, us: Path) -> None:
    """A policy whose tests fail is not said to be fine, and each failing test is named."""
    us.write_text(US.replace('battery_health = "< 80"', 'battery_health = "< 70"'), "utf-8")
    result = run(tmp_path, "check", us)
    assert result.exit_code == 1
    assert 'rule "phone-weak-battery" does not hold' in result.stderr
    assert result.stdout == ""


def test_the_file_that_was_read_is_never_written_over(tmp_path: Path, us: Path) -> None:
    """The file that was read is never written over by the other kind of file."""
    result = run(tmp_path, "export", us, "--csv", us)
    assert (result.exit_code, "us.toml is the file that was read" in result.stderr) == (1, True)
    assert us.read_text("utf-8") == US
