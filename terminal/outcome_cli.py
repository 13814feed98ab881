"""`regrade outcome`: what was told of goods late, in parts or in two ways, and a lead's choice."""

from __future__ import annotations

import click

from terminal.console import Context, plainly, put


@click.group()
def outcome() -> None:
    """List, show and settle what files say came of goods."""


@outcome.command("list")
@click.option("--of", "which", default="all", help="all, late, unsettled, corrected, partial or ruled.")
@click.pass_obj
@plainly
def outcome_list(context: Context, which: str) -> None:
    """Print goods that a lead should look at, one a line, with every word about them."""
    from terminal.outcome_desk import list_outcomes

    for one in list_outcomes(context.settings, which):
        put(one)


@outcome.command("show")
@click.argument("goods")
@click.pass_obj
@plainly
def outcome_show(context: Context, goods: str) -> None:
    """Print every word about some goods: an LPN, or the key that a list gives."""
    from terminal.outcome_desk import show_outcome

    put(show_outcome(context.settings, goods))


@outcome.command("rule")
@click.argument("goods")
@click.argument("revision", type=int)
@click.option("--why", required=True, help="The reason, for the journal.")
@click.pass_obj
@plainly
def outcome_rule(context: Context, goods: str, revision: int, why: str) -> None:
    """Let the word of that revision count. Asks for a lead, and the PIN where config wants it."""
    from terminal.operators import prove
    from terminal.outcome_desk import rule_outcome

    def ask(words: str, hidden: bool = False) -> str:
        return str(click.prompt(words, hide_input=hidden, err=True)).strip()

    by = prove(context.settings, "audit", ask) or ask("Your id")
    put(rule_outcome(context.settings, goods, revision, by, why))
