"""The command `regrade board`: the KPI screen in a browser or on a wall."""

from __future__ import annotations

import click

from terminal.console import Context, fail, plainly, talk

PORT = 8378


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Where to listen; 0.0.0.0 is everywhere."
)
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535))
@click.pass_obj
@plainly
def board(context: Context, host: str, port: int) -> None:
    """Show the KPI screen in browsers, to be looked at only. Unless told otherwise, in those of this machine."""
    try:
        from terminal.board import Board, is_loopback, screen_command
    except ModuleNotFoundError as problem:
        if problem.name is None or problem.name.split(".")[0] not in (
            "textual_serve",
            "aiohttp",
            "aiohttp_jinja2",
        ):
            raise
        fail("the board needs textual-serve, which is not installed: pip install 'regrade[board]'")
    language = context.settings.screen.language  # the config is read here: a browser can't say what is wrong
    if not is_loopback(host):
        talk(
            f"Whoever reaches {host}, port {port}, sees all figures and the items behind them: "
            "there is no password."
        )
    try:
        Board(screen_command(context.config, context.data), host, port, talk, language).serve()
    except OSError as problem:
        fail(
            f"can't listen on {host}, port {port} ({problem.strerror or problem}): choose another --host or --port"
        )
