"""What became waste at this station, for reports that law or a standard asks for: sums, and proof of each unit.

Reused goods never were waste. Of units of the past only what their table says is known: not whether they are
hazardous or unsold.
"""

from __future__ import annotations

import csv
import importlib.resources
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from terminal.domain.kpi_fates import FATES, Fate
from terminal.domain.speech import _
from terminal.domain.suggest import BadData, hint
from terminal.figures import bring_up
from terminal.kpis import today_utc
from terminal.reports.codes import word
from terminal.reports.esg_layout import Layout, read_layout
from terminal.reports.esg_sums import SOURCES, Figure, Units, counted, figures, kilograms, masses
from terminal.reports.locale_forms import number, percent
from terminal.settings import Settings
from terminal.store.connection import read
from terminal.store.live_units import told_of
from terminal.store.station_file import StationFile
from terminal.store.unit_sums import EVER

WASTE: Final = tuple(
    name for name, fate in FATES.items() if fate in (Fate.RECYCLED, Fate.ENERGY, Fate.DISPOSED)
)
MOST_EVIDENCE = 100_000
"""Units that the list of evidence names; what is beyond is counted."""
_SOURCE = {"scale": "weighed", "weighed": "weighed", "typed": "typed", "catalogue": "catalogue"}
_HAZARDS = ("damaged_battery", "biological")
"""What is seen at the bench and makes waste hazardous."""
_UNSOLD = {"withdrawal": "yes", "voluntary_extension": "yes", "conformity": "no"}
_EPOCH = date(1970, 1, 1)

EVIDENCE = (
    "lpn", "category", "channel", "fate", "kg", "mass_source", "closed", "load", "recipient", "handed_over",
    "receipt", "told_by", "photos", "event", "event_hash",
)  # fmt: skip
"""What is told of each unit; None where nobody said."""


def shipped_layouts() -> dict[str, str]:
    """Id of each layout that comes with the program -> its text."""
    folder = importlib.resources.files("terminal.data") / "esg"
    found = {
        entry.name: entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml")
    }
    return {name.removesuffix(".toml"): text for name, text in sorted(found.items())}


def read_layouts(names: Iterable[str] = ()) -> tuple[Layout, ...]:
    """Layouts by id or by path of a file of one's own; without names all that are shipped.

    Raises BadData, OSError.
    """
    shipped = shipped_layouts()
    found = []
    for name in tuple(names) or tuple(shipped):
        if name in shipped:
            found.append(read_layout(f"{name}.toml", shipped[name]))
        elif name.endswith(".toml"):
            try:
                text = Path(name).read_text("utf-8")
            except UnicodeDecodeError:
                raise BadData([f"{name}: not UTF-8, so it can't be read as TOML"]) from None
            found.append(read_layout(Path(name).name, text))
        else:
            raise BadData([f'no layout "{name[:60]}"{hint(name, shipped)}; a file of your own ends in .toml'])
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the station file said for a report on waste, before anything is told of it in words."""

    station: str
    first: date | None
    last: date | None
    as_of: date
    groups: tuple[Units, ...]
    evidence: Sequence[Mapping[str, Any]]


def esg_report(
    settings: Settings,
    first: date | None = None,
    last: date | None = None,
    layouts: Sequence[Layout] | None = None,
    receipts: Mapping[str, str] | None = None,
    today: Callable[[], date] = today_utc,
    most: int = MOST_EVIDENCE,
) -> dict[str, Any]:
    """What `regrade report esg` prints, of units that were closed from `first` to `last`; masses are Decimal.

    `receipts` are numbers of weighing slips and the like, by LPN or load. Raises BadData, StoreError.
    """
    return tell(gather(settings, first, last, receipts, today, most), layouts, receipts)


def gather(
    settings: Settings,
    first: date | None = None,
    last: date | None = None,
    receipts: Mapping[str, str] | None = None,
    today: Callable[[], date] = today_utc,
    most: int = MOST_EVIDENCE,
) -> Gathered:
    """Read the station file once, so that a report can be told in more than one language. Raises as esg_report."""
    if first is not None and last is not None and last < first:
        raise BadData([f"the period ends ({last}) before it begins ({first})"])
    days = (_number(first, -EVER), _number(last, EVER))
    names = tuple(settings.sync.sinks)
    with StationFile.open(settings.data, settings.station.id, names) as file:
        bring_up(file, settings.station.currency)
        groups = read_units(file.db, days)
        evidence = _evidence(file.db, days, receipts or {}, most)
    as_of = today() if last is None else last
    return Gathered(settings.station.id, first, last, as_of, groups, evidence)


def tell(
    gathered: Gathered,
    layouts: Sequence[Layout] | None = None,
    receipts: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The report in the language of the context: its titles, labels, notes and sentences."""
    first, last, groups = gathered.first, gathered.last, gathered.groups
    chosen = read_layouts() if layouts is None else tuple(layouts)
    count = sum(group.units for group in groups if group.channel in WASTE)
    waste = [group for group in groups if group.channel in WASTE]
    by_source, total = masses(waste), sum(group.grams for group in waste)
    gone = [group for group in groups if FATES[group.channel] is Fate.UNKNOWN]
    report: dict[str, Any] = {
        "report": "esg",
        "station": gathered.station,
        "period": {
            "from": None if first is None else first.isoformat(),
            "to": None if last is None else last.isoformat(),
            "as_of": gathered.as_of.isoformat(),
        },
        "waste": {
            "units": count,
            "kg": kilograms(total),
            "without_mass": sum(group.units - group.massed for group in waste),
            "source_kg": {name: kilograms(by_source[name]) for name in SOURCES},
            "source_share": {
                name: round(Decimal(by_source[name]) / total, 6) if total else None for name in SOURCES
            },
        },
        "fate_unknown": {
            "units": sum(group.units for group in gone),
            "kg": kilograms(sum(group.grams for group in gone)),
        },
        "layouts": [_told(layout, groups) for layout in chosen],
        "evidence": gathered.evidence,
        "evidence_left_out": count - len(gathered.evidence),
    }
    report["said"] = list(_said(report, receipts or {}))
    return report


def read_receipts(path: Path) -> dict[str, str]:
    """A table with the columns lpn or load, and receipt: LPN or load -> number. Raises BadData, OSError."""
    found: dict[str, str] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            heads = rows.fieldnames or []
            keys = [name for name in ("lpn", "load") if name in heads]
            if "receipt" not in heads or not keys:
                raise BadData(
                    [
                        f"{path.name}: expected the columns lpn or load, and receipt; got {', '.join(heads)[:200]}"
                    ]
                )
            for row in rows:
                receipt = (row["receipt"] or "").strip()
                for key in keys:
                    if receipt and (name := (row[key] or "").strip()):
                        found[name] = receipt
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadData([f"{path.name}: not readable as CSV in UTF-8 ({error})"]) from error
    return found


def read_units(db: Any, days: tuple[int, int]) -> tuple[Units, ...]:
    """Closed units that were not reused, in groups; days are since 1970."""
    facts = "json_extract(i.facts, '$.facts.{}')"
    live = [facts.format(name) for name in ("hazard", "unsold", "return_legal_basis", "derogation")]
    sql = (
        f"select u.category, u.channel, u.mass_source, u.past, {', '.join(live)}, count(*), count(u.mass_g), "
        "coalesce(sum(u.mass_g), 0) from unit u left join item i on i.lpn = u.lpn and u.past = 0 "
        "where u.closed_day between ? and ? and u.fate <> 'reused' group by 1, 2, 3, 4, 5, 6, 7, 8"
    )
    found = []
    for category, channel, source, past, hazard, unsold, basis, derogation, units, massed, grams in read(
        db, sql, days
    ):
        said = _UNSOLD.get(basis, "unknown") if unsold is None else "yes" if unsold else "no"
        found.append(
            Units(
                category,
                channel,
                _SOURCE.get(source, "assumed"),
                "yes" if hazard in _HAZARDS else "unknown",
                said,
                None if past else derogation or "none",
                units,
                massed,
                grams,
            )
        )
    return tuple(found)


def _evidence(db: Any, days: tuple[int, int], receipts: Mapping[str, str], most: int) -> list[dict[str, Any]]:
    marks = ", ".join("?" * len(WASTE))
    sql = (
        "select u.lpn, u.category, u.channel, u.fate, u.mass_g, u.mass_source, u.closed_day, l.load, "
        "l.recipient, l.handed_at, i.rma, i.sku, i.gtin, json_extract(i.facts, '$.photos'), e.seq, e.hash "
        "from unit u left join item i on i.lpn = u.lpn left join load l on l.load = i.tote "
        "left join event e on e.seq = i.updated_seq "
        f"where u.closed_day between ? and ? and u.channel in ({marks}) order by u.closed_day, u.lpn limit ?"
    )
    found = []
    for row in read(db, sql, (*days, *WASTE, most)):
        lpn, category, channel, fate, grams, source, day, load, to, handed, *goods, photos, seq, digest = row
        told = told_of(db, dict(zip(("lpn", "rma", "sku", "gtin"), (lpn, *goods), strict=True)))
        kg = None if grams is None else kilograms(grams)
        said = None if grams is None else _SOURCE.get(source, "assumed")
        closed = date.fromordinal(_EPOCH.toordinal() + day).isoformat()
        receipt = receipts.get(lpn) or receipts.get(load or "") or told.get("receipt")
        by = told.get("source")
        hashes = json.loads(photos) if photos else []
        values = (
            lpn, category, channel, fate, kg, said, closed, load, to, handed, receipt, by, hashes, seq, digest,
        )  # fmt: skip
        found.append(dict(zip(EVIDENCE, values, strict=True)))
    return found


def _told(layout: Layout, groups: Sequence[Units]) -> dict[str, Any]:
    rows: dict[str, list[Figure]] = {group.code: [] for group in layout.groups}
    for figure in figures(layout, groups):
        rows[figure.table].append(figure)
    return {
        "id": layout.id,
        "title": _(layout.title),
        "basis": _(layout.basis),
        "unit": layout.unit,
        "tables": [
            {
                "code": group.code,
                "title": _(group.title),
                "split": group.split or None,
                "rows": rows[group.code],
            }
            for group in layout.groups
        ],
    }


def _said(report: Mapping[str, Any], receipts: Mapping[str, str]) -> Iterable[str]:
    waste, gone, evidence = report["waste"], report["fate_unknown"], report["evidence"]
    shares = [
        f"{percent(waste['source_share'][name], 1)} {word(name)}"
        for name in SOURCES
        if waste["source_kg"][name]
    ]
    if shares:
        # TRANSLATORS: shares are as "80.0% weighed, 20.0% assumed"
        yield _("Of the mass of waste is {shares}.").format(shares=", ".join(shares))
    if waste["source_kg"]["assumed"]:
        yield _("Assumed: a mass was given, and nobody said who weighed it.")
    if waste["without_mass"]:
        told = _("Without a mass, so in no sum of masses: {units} of waste.")
        yield told.format(units=counted(waste["without_mass"]))
    if gone["units"]:
        told = _("Back to a vendor, fate not known: {units}, {mass} kg.")
        yield told.format(units=counted(gone["units"]), mass=number(gone["kg"], 3))
    bare = sum(1 for unit in evidence if unit["receipt"] is None)
    if bare:
        yield _("Without a known receipt number: {units} of waste.").format(units=counted(bare))
    if report["evidence_left_out"]:
        told = _("Not in the list of evidence, which is too long: {units} more.")
        yield told.format(units=counted(report["evidence_left_out"]))
    named = {name for unit in evidence for name in (unit["lpn"], unit["load"])}
    strange = sorted(name for name in receipts if name not in named)
    if strange:
        told = _("Receipts that belong to no unit of the list: {count}, as that of {name}.")
        yield told.format(count=number(len(strange)), name=strange[0][:60])


def _number(day: date | None, otherwise: int) -> int:
    return otherwise if day is None else (day - _EPOCH).days
