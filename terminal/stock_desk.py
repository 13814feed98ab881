"""Totes and holds from the command line and for the bench: what stands where, and what is asked of the station."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from terminal.assembly import Assembly, make_rules, read_rulebook
from terminal.bench.commands import Scanned, SetDisposition, SignOut, Undo
from terminal.bench.meanings import Badge, Tote
from terminal.bench.outcome import Outcome
from terminal.bench.stock_commands import AssignHold, CloseTote, HandOverTote, OpenTote
from terminal.domain.suggest import BadData
from terminal.own_file import open_file
from terminal.settings import Settings
from terminal.shelf import tote_now
from terminal.shift_book import held_now
from terminal.spoken import nearest, spoken
from terminal.store.stock import Stock


def list_totes(settings: Settings) -> list[dict[str, Any]]:
    """Every tote of the bench: code, name, channel, state, units, capacity, and whether it is full."""
    rules = make_rules(settings, read_rulebook(settings))
    with open_file(settings) as file:
        known = {one.tote: one for one in Stock(file.catalogue.db).totes()}
    codes = dict.fromkeys([*(tote.code for tote in rules.totes), *known])
    named = {tote.code: tote for tote in rules.totes}
    found = []
    for code in codes:
        tote, stock = named.get(code), known.get(code)
        units = stock.units if stock is not None else 0
        capacity = tote.capacity if tote is not None else 0
        found.append(
            {
                "tote": code,
                "name": tote.name if tote is not None else code,
                "channel": tote.channel if tote is not None else stock.channel if stock is not None else None,
                "state": stock.state if stock is not None else "open",
                "units": units,
                "capacity": capacity or None,
                "full": bool(capacity) and units >= capacity,
                "loads": stock.loads if stock is not None else 0,
            }
        )
    return found


def show_tote(settings: Settings, code: str) -> dict[str, Any]:
    """What is in a tote, or was in a load that left. Raises BadData for one that nobody knows."""
    with open_file(settings) as file:
        stock = Stock(file.catalogue.db)
        contents = [
            {"lpn": lpn, "title": title, "grade": grade} for lpn, title, grade in stock.contents(code)
        ]
        loads = [asdict(one) for one in stock.loads(code)]
        known = stock.tote(code)
    if known is None and not loads:
        known_codes = [one["tote"] for one in list_totes(settings)]
        if code not in known_codes:
            raise BadData([f'no tote "{code}" is known{nearest(code, known_codes)}'])
    state = known.state if known is not None else "handed over" if loads else "open"
    return {"tote": code, "state": state, "units": len(contents), "contents": contents, "loads": loads}


def change_tote(whole: Assembly, what: str, code: str, by: str, to: str = "") -> dict[str, Any]:
    """Close, open or hand over a tote. Raises BadData with the bench's own sentence where that can't be."""
    whole.person(by)
    tote = _tote(whole, code)
    station, stock = whole.station, Stock(whole.file.catalogue.db)
    match what:
        case "close":
            outcome = station.run(CloseTote(tote, by))
        case "open":
            outcome = station.run(OpenTote(tote, by))
        case _:
            outcome = station.run(HandOverTote(tote, to, stock.lpns(tote.code), by))
    told = _said(outcome)
    load = outcome.verdict.args.get("load")
    if load is None:
        return told | {"tote": tote.code}
    contents = [{"lpn": lpn, "title": title, "grade": grade} for lpn, title, grade in stock.contents(load)]
    return told | {"tote": tote.code, "load": load, "to": to, "units": len(contents), "contents": contents}


def list_holds(settings: Settings, now: datetime | None = None) -> list[dict[str, Any]]:
    """What waits in quarantine, longest first, with reason, age in days, owner and due day."""
    with open_file(settings) as file:
        return [asdict(one) for one in held_now(file, now or datetime.now(UTC), settings)]


def assign_hold(whole: Assembly, lpn: str, owner: str, due: str, by: str) -> dict[str, Any]:
    """Say who decides on a unit in quarantine, and by when. Raises BadData."""
    whole.person(by)
    if owner:
        whole.person(owner)
    item = whole.file.queries.item(lpn)
    status, since = (item.status, item.closed_at or "") if item is not None else (None, "")
    return _said(whole.station.run(AssignHold(lpn, status, since, owner, due, by))) | {"lpn": lpn}


def release_hold(whole: Assembly, lpn: str, channel: str, reason: str, by: str) -> dict[str, Any]:
    """Take a unit out of quarantine with a decision: its channel is settled and its label printed.

    It lies on the bench afterwards and waits for the scan of its label and its tote. Where the channel can't be
    decided the unit is in quarantine as before. Raises BadData with the bench's own sentence.
    """
    person, station = whole.person(by), whole.station
    if (other := _on_bench(whole)) is not None:
        raise BadData([f"{other} is on the bench. Finish it or hold it first."])
    own = whole.station.reader.shelf.item(lpn)
    if own is None:
        raise BadData([f"{lpn} is no item of this station"])
    before, station.vouched = station.vouched, person
    try:
        _said(station.run(Scanned(by, (Badge(by, person),))))
        try:
            _said(station.run(Scanned(lpn, (own,))))
            _said(station.run(SetDisposition(channel, reason)))
        except BadData:
            while _on_bench(whole) is not None and station.state.history:
                station.run(Undo())
            raise
        finally:
            station.dismiss()
            station.run(SignOut())
    finally:
        station.vouched = before
    label = _on_bench(whole)
    said = (
        f"{lpn} goes to {channel}. Scan its label and its tote at the bench." if label else f"{lpn} is held."
    )
    return {"lpn": lpn, "channel": channel, "waits_for": label, "said": said}


def _on_bench(whole: Assembly) -> str | None:
    item = whole.station.state.item
    return item.lpn if item is not None else None


def _tote(whole: Assembly, code: str) -> Tote:
    totes = whole.station.rules.totes
    tote = next((one for one in totes if code.casefold() in (one.code.casefold(), one.name.casefold())), None)
    if tote is None:
        raise BadData([f'no tote "{code}" is known{nearest(code, [one.code for one in totes])}'])
    return tote_now(tote, Stock(whole.file.catalogue.db))


def _said(outcome: Outcome) -> dict[str, Any]:
    return {"said": spoken(outcome)}
