"""`regrade shift`: open, close and report a shift."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from terminal.console import Context, plainly, put


@click.group()
def shift() -> None:
    """Open, close and report a shift."""


@contextmanager
def _station(context: Context) -> Iterator[Any]:
    from terminal.assembly import assemble

    whole = assemble(context.settings)
    try:
        yield whole
    finally:
        whole.close()


@shift.command("open")
@click.option("--by", required=True, help="Id of the operator or lead.")
@click.pass_obj
@plainly
def shift_open(context: Context, by: str) -> None:
    """Begin a shift."""
    from terminal.shifts import open_shift

    with _station(context) as whole:
        put(open_shift(whole, by))


@shift.command("close")
@click.option("--by", required=True, help="Id of the operator or lead.")
@click.pass_obj
@plainly
def shift_close(context: Context, by: str) -> None:
    """End the shift: its figures are fixed in the journal."""
    from terminal.shifts import end_shift

    with _station(context) as whole:
        put(end_shift(whole, by))


@shift.command("report")
@click.option("--x", "kind", flag_value="x", default="x", help="The shift so far (repeatable).")
@click.option("--z", "kind", flag_value="z", help="The last closed shift.")
@click.pass_obj
@plainly
def shift_report(context: Context, kind: str) -> None:
    """Print a shift's figures."""
    from terminal.shifts import report

    put(report(context.settings, kind))
