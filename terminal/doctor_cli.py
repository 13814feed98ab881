"""`regrade doctor`: what the bench depends on, looked at; scanners are learned, printers asked."""

from __future__ import annotations

import click

from terminal.console import Context, plainly, put, talk


@click.group(invoke_without_command=True)
@click.pass_context
def doctor(click_context: click.Context) -> None:
    """Look at everything the bench depends on and say what is wrong and what to do."""
    if click_context.invoked_subcommand is None:
        _examine(click_context.obj)


@doctor.command("scanner")
@click.option("--url", help="This port (a path or a pyserial URL) instead of those in the config.")
@click.option(
    "--name", default="scanner", show_default=True, help="What the scanner is called in the config."
)
@click.option("--keyboard", is_flag=True, help="The scanner types like a keyboard.")
@click.option("--timeout", default=60.0, show_default=True, help="Seconds to wait for a scan.")
@click.pass_obj
@plainly
def doctor_scanner(context: Context, url: str | None, name: str, keyboard: bool, timeout: float) -> None:
    """Learn how a scanner is set up from one scan of the check code on the sheet, and write its config."""
    from terminal.scanner_doctor import examine_scanner

    found = examine_scanner(
        context.settings, url=url, name=name, keyboard=keyboard, talk=talk, timeout=timeout
    )
    put(found)
    if not found["ok"]:
        raise SystemExit(1)


@doctor.command("printer")
@click.argument("name", required=False)
@click.pass_obj
@plainly
def doctor_printer(context: Context, name: str | None) -> None:
    """Ask a printer what it is and how it is; prints nothing."""
    from terminal.doctor import examine_printer

    found = examine_printer(context.settings, name)
    for sentence in found["sentences"]:
        talk(sentence)
    put(found)
    if not found["ok"]:
        raise SystemExit(1)


@plainly
def _examine(context: Context) -> None:
    from terminal.doctor import examine

    findings = examine(context.settings)
    for finding in findings:
        mark = {"ok": "+", "warn": "!", "bad": "X"}[finding.level]
        talk(f"{mark} {finding.subject}: {finding.sentence}")
    put(
        {"ok": not any(one.level == "bad" for one in findings), "findings": [one.plain() for one in findings]}
    )
    if any(one.level == "bad" for one in findings):
        raise SystemExit(1)
