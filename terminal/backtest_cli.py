"""The command `regrade policy backtest`: what another policy would have changed, as a table, JSON or PDF."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

import click

from terminal.console import Context, plainly, put, talk
from terminal.domain.speech import LANGUAGES

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from terminal.domain.backtest_report import Report

DAY = click.DateTime(["%Y-%m-%d"])


def _share(context: click.Context, option: click.Parameter, given: str) -> Decimal:
    """A share of 1, as a decimal."""
    try:
        share = Decimal(given)
    except InvalidOperation:
        share = Decimal(-1)
    if not share.is_finite() or not 0 <= share <= 5:
        raise click.BadParameter(f"write a share such as 0.20 for 20 % (got {given!r})")
    return share


@click.command("backtest")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--from", "start", type=DAY, help="First day of decision that counts.")
@click.option("--to", "end", type=DAY, help="Last day of decision that counts.")
@click.option(
    "--against",
    type=click.Choice(["station"]),
    default="station",
    show_default=True,
    help="Whose history is replayed.",
)
@click.option(
    "--price-error",
    callback=_share,
    default="0.20",
    show_default=True,
    help="Standard error of an assumed price, as a share of it.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), help="Write the report here too.")
@click.option(
    "--language", type=click.Choice(LANGUAGES), help="Of the PDF; without it [screen] language of the config."
)
@click.pass_obj
@plainly
def backtest(
    context: Context,
    file: Path,
    start: datetime | None,
    end: datetime | None,
    against: str,
    price_error: Decimal,
    as_json: bool,
    pdf: Path | None,
    language: str | None,
) -> None:
    """Replay what was decided under the policy in FILE, beside the one in force."""
    from rich.console import Console  # these would hold up other commands
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from terminal.backtesting import Span, backtest
    from terminal.domain.backtest_plain import plain

    span = Span(_day(start), _day(end))
    if span.start is not None and span.end is not None and span.start > span.end:
        raise click.BadParameter(f"--from {span.start} is after --to {span.end}")
    talker = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.completed} items replayed"), TimeElapsedColumn())
    with Progress(*columns, console=talker, transient=True, disable=not talker.is_terminal) as bar:
        task = bar.add_task("", total=None)
        report = backtest(
            context.settings,
            file,
            span=span,
            relative_error=price_error,
            progress=lambda units: bar.advance(task, units),
        )
    if pdf is not None:
        from terminal.reports.backtest_pdf import write
        from terminal.reports.locale_forms import written_in

        with written_in(language or context.settings.screen.language):
            pdf.write_bytes(write(report))
        talk(f"The report is in {pdf}.")
    if as_json:
        put(plain(report))
    else:
        show(report, Console())


def _day(given: datetime | None) -> date | None:
    return None if given is None else given.date()


def show(report: Report, console: Console) -> None:
    """The report as tables, for people."""
    from rich.table import Table
    from rich.text import Text

    from terminal.backtest_words import sections

    for section in sections(report):
        console.print()
        console.print(Text(section.title, style="bold"))
        for sentence in section.sentences:
            console.print(Text(sentence))
        if section.rows:
            table: Table = Table(box=None, pad_edge=False, header_style="bold")
            for number, heading in enumerate(section.headings):
                table.add_column(Text(heading), justify="left" if number < section.words else "right")
            for row in section.rows:
                table.add_row(*(Text(cell) for cell in row))
            console.print(table)
