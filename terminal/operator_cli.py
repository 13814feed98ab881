"""`regrade operator`: who may sign in at this station, their badges and PINs."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from terminal.console import Context, fail, plainly, put, talk

ROLE = click.Choice(["operator", "lead", "manager"])
OUT = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=".",
    show_default=True,
    help="Folder for the badge's label.",
)
FORM = click.option("--format", "form", type=click.Choice(["zpl", "pdf"]), default="pdf", show_default=True)


@click.group()
def operator() -> None:
    """Say who may sign in at this station, print badges, set PINs."""


@operator.command("list")
@click.pass_obj
@plainly
def operator_list(context: Context) -> None:
    """Print everybody who is known here, one JSON line each, with whose word it is: hub, station or config."""
    from terminal.operators import everybody
    from terminal.own_file import open_file
    from terminal.pins import Pins

    settings = context.settings
    with open_file(settings) as file:
        own, pins = file.people.all(), Pins(file.people, settings.data)
        for one, source in sorted(everybody(settings, own).values(), key=lambda each: each[0].id):
            put(
                {
                    "operator": one.id,
                    "name": one.name,
                    "role": one.role,
                    "language": one.language,
                    "source": source,
                    "disabled": one.revoked,
                    "badges": len(one.badges) or 1,
                    "pin": pins.has(one.id),
                }
            )


@operator.command("add")
@click.argument("who", metavar="ID")
@click.option("--name", default="", help="Shown on the screen.")
@click.option("--role", type=ROLE, default="operator", show_default=True)
@click.option("--language", default="", help="What the screen speaks to them: en, de, es, fr or pl.")
@OUT
@FORM
@click.pass_obj
@plainly
def operator_add(
    context: Context, who: str, name: str, role: str, language: str, out: Path, form: str
) -> None:
    """Let somebody sign in, and write the label of their badge. The bench must be closed."""
    from terminal.assembly import assemble
    from terminal.domain.crew import Person
    from terminal.operators import add

    with assemble(context.settings) as whole:
        given = Person(who, name, role, language=language)
        person = add(whole.settings, whole.station, whole.file, given, datetime.now(UTC))
    _badge(context, person, out, form)
    if person.role != "operator":
        talk(f"{who} decides nothing as a {person.role} before there is a PIN: regrade operator pin {who}")


@operator.command("badge")
@click.argument("who", metavar="ID")
@OUT
@FORM
@click.pass_obj
@plainly
def operator_badge(context: Context, who: str, out: Path, form: str) -> None:
    """Make a new badge; the one before opens nothing any more. The bench must be closed."""
    from terminal.assembly import assemble
    from terminal.operators import renew_badge

    with assemble(context.settings) as whole:
        person = renew_badge(whole.settings, whole.station, whole.file, who, datetime.now(UTC))
    _badge(context, person, out, form)


@operator.command("disable")
@click.argument("who", metavar="ID")
@click.pass_obj
@plainly
def operator_disable(context: Context, who: str) -> None:
    """Let somebody sign in no more, and forget their PIN. The bench must be closed."""
    from terminal.assembly import assemble
    from terminal.operators import disable

    with assemble(context.settings) as whole:
        disable(whole.settings, whole.station, whole.file, who, datetime.now(UTC))
    put({"operator": who, "disabled": True})


@operator.command("pin")
@click.argument("who", metavar="ID")
@click.option("--remove", is_flag=True, help="Forget it: then they decide nothing that asks for one.")
@click.pass_obj
@plainly
def operator_pin(context: Context, who: str, remove: bool) -> None:
    """Set the PIN of a lead or manager, and end a lock. It is asked for unseen, or read as a line of stdin.

    The bench may be open: it counts from the next time that it is asked for.
    """
    from terminal.domain.permissions import guessed_early
    from terminal.operators import known_as
    from terminal.own_file import open_file
    from terminal.pins import Pins

    settings = context.settings
    with open_file(settings) as file:
        person, _ = known_as(settings, file.people.all(), who)
        pins = Pins(file.people, settings.data)
        if remove:
            put({"operator": who, "pin": False, "removed": file.people.drop_pin(who)})
            return
        if person.role == "operator" or person.revoked:
            state = "disabled" if person.revoked else "an operator"
            fail(f"{who} is {state}: only leads and managers have a PIN.")
        pin = _asked()
        pins.set(who, pin, datetime.now(UTC))
    put({"operator": who, "pin": True})
    if guessed_early(pin, who):
        talk("That PIN is among the first that anybody would try. Six digits by chance are better.")


def _asked() -> str:
    if sys.stdin.isatty():
        typed: str = click.prompt("PIN (4 to 12 digits)", hide_input=True, confirmation_prompt=True, err=True)
        return typed.strip()
    return sys.stdin.readline(64).strip()


def _badge(context: Context, person: Any, out: Path, form: str) -> None:
    """Write the label of somebody's badge."""
    from terminal.assembly import people
    from terminal.lookup import badge_code
    from terminal.pulled import write_whole
    from terminal.relabel import card_documents

    code = badge_code(people(context.settings)[person.id])
    out.mkdir(parents=True, exist_ok=True)
    for name, data in card_documents(context.settings, "badges", form, person.id):
        path = out / f"{name}.{form}"
        write_whole(path, data)
        put({"operator": person.id, "role": person.role, "badge": code, "file": str(path)})
