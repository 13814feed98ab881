"""`regrade report`: figures, waste and certificates, on paper and as files."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from terminal.console import Context, plainly, put
from terminal.domain.speech import LANGUAGES

_DATE = click.DateTime(("%Y-%m-%d",))
_FILE = click.Path(path_type=Path, dir_okay=False)
_FROM = click.option("--from", "first", type=_DATE, help="First day, by the day of closing.")
_TO = click.option("--to", "last", type=_DATE, help="Last day.")
_LANGUAGE = click.option(
    "--language", type=click.Choice(LANGUAGES), help="Of the PDF; without it [screen] language of the config."
)


@click.group()
def report() -> None:
    """Figures, waste and certificates as PDF and files."""


@report.command("kpi")
@_FROM
@_TO
@click.option("--pdf", type=_FILE, required=True, help="Where the report goes.")
@_LANGUAGE
@click.pass_obj
@plainly
def report_kpi(
    context: Context, first: datetime | None, last: datetime | None, pdf: Path, language: str | None
) -> None:
    """Every figure with how many units it is of, by day, category and channel."""
    from terminal.kpi_report import kpi_report
    from terminal.reports.kpi_pdf import write
    from terminal.reports.locale_forms import written_in

    with written_in(language or context.settings.screen.language):
        found = kpi_report(context.settings, _day(first), _day(last))
        pdf.write_bytes(write(found, context.settings.reasons.words))
    put({"report": "kpi", "period": found.whole["period"], "n": found.whole["n"], "pdf": str(pdf)})


@report.command("esg")
@_FROM
@_TO
@click.option(
    "--layout", "names", multiple=True, help="Id of a layout, or a .toml of your own; without it all."
)
@click.option("--receipts", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="CSV with lpn or load, and receipt.")  # fmt: skip
@click.option("--pdf", type=_FILE, help="Write it as PDF.")
@click.option("--table", "tables", type=_FILE, multiple=True, help="Write the figures as .csv or .parquet.")
@click.option("--evidence", type=_FILE, multiple=True, help="Write the evidence as .csv or .parquet.")
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON, which is the rule without files.")
@_LANGUAGE
@click.pass_obj
@plainly
def report_esg(
    context: Context,
    first: datetime | None,
    last: datetime | None,
    names: tuple[str, ...],
    receipts: Path | None,
    pdf: Path | None,
    tables: tuple[Path, ...],
    evidence: tuple[Path, ...],
    as_json: bool,
    language: str | None,
) -> None:
    """Waste by the layouts of GRI 306, ESRS E5-5 and ESPR article 24, with what proves it."""
    from terminal.esg import gather, read_layouts, read_receipts, tell
    from terminal.esg_files import evidence_to, figures_to, plain

    given = read_receipts(receipts) if receipts is not None else {}
    layouts = read_layouts(names)
    gathered = gather(context.settings, _day(first), _day(last), given)
    found = tell(gathered, layouts, given)
    if pdf is not None:
        from terminal.reports.esg_pdf import write
        from terminal.reports.locale_forms import written_in

        with written_in(language or context.settings.screen.language):
            pdf.write_bytes(write(tell(gathered, layouts, given)))
    for path in tables:
        figures_to(path, found)
    for path in evidence:
        evidence_to(path, found)
    files = [str(path) for path in (*((pdf,) if pdf else ()), *tables, *evidence)]
    if as_json or not files:
        put(plain(found))
        return
    short: dict[str, Any] = {name: found[name] for name in ("report", "period", "waste", "said")}
    put(plain({**short, "files": files}))


@report.command("certificate")
@click.argument("lpn")
@click.option("--pdf", type=_FILE, help="Write it as PDF.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, which is the rule without --pdf.")
@_LANGUAGE
@click.pass_obj
@plainly
def report_certificate(
    context: Context, lpn: str, pdf: Path | None, as_json: bool, language: str | None
) -> None:
    """Tests, sanitisation and grade of a device that is used again; refused where one of them is not proven."""
    from terminal.certificates import certificate

    told = certificate(context.settings, lpn)
    if pdf is not None:
        from terminal.reports.certificate_pdf import write
        from terminal.reports.locale_forms import written_in

        with written_in(language or context.settings.screen.language):
            pdf.write_bytes(write(told))
    if pdf is None or as_json:
        put(told)
    else:
        put({"certificate": told["certificate"], "hash": told["journal"]["hash"], "pdf": str(pdf)})


def _day(at: datetime | None) -> date | None:
    return None if at is None else at.date()
