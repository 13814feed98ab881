"""`regrade tote` and `regrade hold`: what lies where, closed, handed over, assigned, released."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from terminal.console import Context, plainly, put, talk

PRINTED = 10.0
"""Seconds that a label is waited for."""
BY = click.option("--by", required=True, help="Id of whoever asks.")


@click.group()
def tote() -> None:
    """List, show, close, open and hand over totes."""


@click.group()
def hold() -> None:
    """List, assign and release what waits in quarantine."""


@contextmanager
def _station(context: Context) -> Iterator[Any]:
    from terminal.assembly import assemble

    whole = assemble(context.settings)
    try:
        yield whole
    finally:
        if not whole.close(PRINTED):
            talk("A label waits for the printer; it prints when the bench is opened again.")


@tote.command("list")
@click.pass_obj
@plainly
def tote_list(context: Context) -> None:
    """Print every tote, one a line."""
    from terminal.stock_desk import list_totes

    for one in list_totes(context.settings):
        put(one)


@tote.command("show")
@click.argument("code")
@click.pass_obj
@plainly
def tote_show(context: Context, code: str) -> None:
    """Print what is in a tote, or was in a load that left."""
    from terminal.stock_desk import show_tote

    put(show_tote(context.settings, code))


@tote.command("close")
@click.argument("code")
@BY
@click.pass_obj
@plainly
def tote_close(context: Context, code: str, by: str) -> None:
    """Seal a tote: nothing more goes into it."""
    from terminal.stock_desk import change_tote

    with _station(context) as whole:
        put(change_tote(whole, "close", code, by))


@tote.command("open")
@click.argument("code")
@BY
@click.pass_obj
@plainly
def tote_open(context: Context, code: str, by: str) -> None:
    """Open a sealed tote again."""
    from terminal.stock_desk import change_tote

    with _station(context) as whole:
        put(change_tote(whole, "open", code, by))


@tote.command("hand-over")
@click.argument("code")
@click.option("--to", required=True, help="Who gets it.")
@BY
@click.pass_obj
@plainly
def tote_hand_over(context: Context, code: str, to: str, by: str) -> None:
    """Give a tote away with what is in it; its label is printed and its code is free again."""
    from terminal.stock_desk import change_tote

    with _station(context) as whole:
        put(change_tote(whole, "hand-over", code, by, to))


@hold.command("list")
@click.option("--overdue", is_flag=True, help="Only what should have been decided by now.")
@click.pass_obj
@plainly
def hold_list(context: Context, overdue: bool) -> None:
    """Print what waits in quarantine, longest first, one a line."""
    from terminal.stock_desk import list_holds

    for one in list_holds(context.settings):
        if one["overdue"] or not overdue:
            put(one)


@hold.command("assign")
@click.argument("lpn")
@click.option("--to", "owner", default="", help="Id of whoever is to decide.")
@click.option("--due", default="", help="The day by which, as 2026-11-23; without it by its reason.")
@BY
@click.pass_obj
@plainly
def hold_assign(context: Context, lpn: str, owner: str, due: str, by: str) -> None:
    """Say who decides on a unit in quarantine, and by when."""
    from terminal.stock_desk import assign_hold

    with _station(context) as whole:
        put(assign_hold(whole, lpn, owner, due, by))


@hold.command("release")
@click.argument("lpn")
@click.option("--channel", required=True, help="Where it goes.")
@click.option("--reason", required=True, help="A code of [reasons.override].")
@BY
@click.pass_obj
@plainly
def hold_release(context: Context, lpn: str, channel: str, reason: str, by: str) -> None:
    """Decide on a unit in quarantine; it lies on the bench then and waits for its label and its tote."""
    from terminal.stock_desk import release_hold

    with _station(context) as whole:
        put(release_hold(whole, lpn, channel, reason, by))
