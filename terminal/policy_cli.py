"""The commands `regrade policy check|export|import`: policies looked after as TOML or as a spreadsheet.

A file is written only when what it says loads, and whole or not at all, so a policy in force is never half a file.
"""

from __future__ import annotations

import os
from pathlib import Path

import click

from terminal.console import Context, fail, plainly, put

SOURCE = click.Path(path_type=Path, dir_okay=False, exists=True)
TARGET = click.Path(path_type=Path, dir_okay=False)


@click.group()
def policy() -> None:
    """Look after disposition policies."""


@policy.command("check")
@click.argument("file", required=False, type=SOURCE)
@click.pass_obj
@plainly
def check(context: Context, file: Path | None) -> None:
    """Validate a policy, run the tests inside it, and name what leaves an item only quarantine."""
    from terminal.explaining import check_policy_file

    put(check_policy_file(context.settings, file))


@policy.command("export")
@click.argument("file", type=SOURCE)
@click.option("--csv", "out", type=TARGET, required=True, help="The spreadsheet to write.")
@click.pass_obj
@plainly
def export(context: Context, file: Path, out: Path) -> None:
    """Write a policy as CSV, one line for each rule and each test."""
    from terminal.policy_files import export_policy

    result, text = export_policy(context.settings, file)
    _write(file, out, "\ufeff" + text)
    put({**result, "file": str(out)})


@policy.command("import")
@click.argument("file", type=SOURCE)
@click.option("--out", type=TARGET, required=True, help="The policy file to write.")
@click.pass_obj
@plainly
def import_(context: Context, file: Path, out: Path) -> None:
    """Read a policy from CSV, check it like any other, and write it as TOML."""
    from terminal.policy_files import import_policy

    result, text = import_policy(context.settings, file)
    _write(file, out, text)
    put({**result, "file": str(out)})


def _write(source: Path, out: Path, text: str) -> None:
    if out.exists() and out.samefile(source):
        fail(f"{out.name} is the file that was read: name another one to write")
    part = out.with_name(f".{out.name}.part")
    with part.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(out)
