"""What can be certified of a device that goes to somebody else: tests, sanitisation, grade, who and when.

Nothing is certified on silence: a device that was not tested, or whose data nobody proved to be gone, gets a
sentence instead of a certificate. What was taken back at the bench does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any, Final

from terminal.assembly import data_texts
from terminal.domain import sanitisation
from terminal.domain.deviceids import number_of
from terminal.domain.kpi_fates import FATES, Fate
from terminal.domain.sanitisation import Record, lpn_key
from terminal.domain.scheme_file import GENERAL, load_schemes
from terminal.domain.schemes import Scheme
from terminal.domain.suggest import BadData
from terminal.kpis import today_utc
from terminal.own_file import open_file
from terminal.settings import Settings
from terminal.store.connection import read, read_json
from terminal.store.devices import Devices
from terminal.store.item_row import ItemRow
from terminal.store.station_file import StationFile

ENOUGH: Final = ("destroy", "purge")
"""Sanitisation with which a device may leave; cleared ones stay in the house (NIST SP 800-88)."""
_STEPS: Final = {"inspected": "the answer", "work_done": "the work"}
"""Kind of event -> what taking it back is called in the journal."""
_RESULT: Final = {
    "fail": "failed the test of its function",
    "not_tested": "was not tested",
    "not_required": "has no function that could be tested",
    None: "was not tested: nobody said whether it works",
}


def certificate(settings: Settings, lpn: str, today: Callable[[], date] = today_utc) -> dict[str, Any]:
    """What a certificate says of an item, ready for JSON.

    Raises BadData with the sentence why there can't be one, StoreError.
    """
    schemes = load_schemes(data_texts(settings, "schemes", settings.schemes.folder))
    with open_file(settings) as file:
        item = file.queries.item(lpn)
        if item is None:
            raise BadData([f"No item of this station has the LPN {lpn!a:.80}."])
        scheme = schemes.get(item.category or "", schemes[GENERAL])
        said: Mapping[str, Any] = item.facts.get("facts", {})
        facts = {**scheme.gives, **said}
        _check_item(item, facts, scheme)
        records = _records(file, item, facts, today())
        rows = _standing(file, item)
        stood = read(file.db, "select seq, id, at, hash from event where seq = ?", (item.updated_seq,))
    if not stood:
        raise BadData([f"The journal has no event for {_shown(lpn)}. Run verify."])
    seq, event, at, digest = stood[0]
    tested = next((row for row in reversed(rows) if row["facts"].get("function") == facts["function"]), None)
    return {
        "certificate": item.lpn,
        "station": settings.station.id,
        "device": {
            "title": item.title,
            "category": item.category,
            "sku": item.sku,
            "gtin": item.gtin,
            "serial": said.get("serial_read") or item.serial,
            "imei": said.get("imei"),
        },
        "grade": item.grade,
        "channel": item.disposition,
        "tests": {
            "result": facts["function"],
            "by": None if tested is None else tested["by"],
            "at": None if tested is None else tested["at"],
            "scheme": f"{scheme.id} {scheme.version}",
            "checks": _checks(scheme),
            "battery_health": said.get("battery_health"),
        },
        "observations": [row["said"] for row in rows if row["kind"] == "inspected"],
        "work": [row["said"] for row in rows if row["kind"] == "work_done"],
        "sanitisation": None if records is None else [_wiped(record) for record in records],
        "finished": {"by": item.operator, "at": item.closed_at},
        "journal": {"seq": seq, "event": event, "at": at, "hash": digest},
    }


def _check_item(item: ItemRow, facts: Mapping[str, Any], scheme: Scheme) -> None:
    """Raises BadData where the device must not be certified, whatever its data."""
    name = _shown(item.lpn)
    if item.status != "closed":
        raise BadData([f"{name} is {item.status}: only what was decided and placed can be certified."])
    fate = FATES.get(item.disposition or "")
    if fate is not Fate.REUSED:
        raise BadData(
            [f"{name} goes to {item.disposition}: only what is used again gets a certificate, not that."]
        )
    if item.leader is not None and item.leader != item.lpn:
        raise BadData([f"{name} shares the inspection of {_shown(item.leader)}: it was not tested itself."])
    function = facts.get("function", None if scheme.has_function else "not_required")
    if function != "pass":
        why = _RESULT.get(function, "was not tested")
        raise BadData([f"{name} {why}: there is nothing to certify."])
    if facts.get("serial_mismatch") or facts.get("swap_suspect") == "possible":
        raise BadData([f"{name} seems to be another device than was sold: a lead has to clear that first."])
    if facts.get("lock") == "on":
        raise BadData([f"{name} is locked to an account: it can't be used, so it can't be certified."])


def _records(
    file: StationFile, item: ItemRow, facts: Mapping[str, Any], on: date
) -> tuple[Record, ...] | None:
    """The records that prove the sanitisation; None for a device that stores nothing. Raises BadData.

    The station file is asked, not what the bench knew: many devices are wiped after they left it. A record counts
    for a number that was read from the device itself, or for its LPN, and from the day on which it came back.
    """
    name = _shown(item.lpn)
    bearing = facts.get("data_bearing")
    if bearing is False:
        return None
    if bearing is None:
        raise BadData([f"{name}: nobody said whether it stores personal data, so nothing can be certified."])
    since = _came_back(file, item)
    keys = [lpn_key(item.lpn), *_keys((facts.get("serial_read"), facts.get("imei")))]
    found = tuple(
        one for one in Devices(file.db).records(keys) if since <= one.sanitiser.day <= one.verifier.day <= on
    )
    done = sanitisation.facts(found, since, on).get("data_sanitised")
    if done in ENOUGH:
        return tuple(sorted(found, key=lambda one: (one.sanitiser.day, one.id)))
    if done is not None:
        told = "its data were cleared only, and it leaves the house"
    elif facts.get("data_sanitised") in ENOUGH:
        told = (
            f"its sanitisation record {_shown(str(facts.get('sanitisation_ref')))} is not in the station file"
        )
    else:
        told = f"it was not wiped since {since}, for all that the station knows"
    raise BadData([f"{name}: {told}. Import the record of a purge for its LPN, serial or IMEI first."])


def _came_back(file: StationFile, item: ItemRow) -> date:
    """The day from which a wipe counts: that on which the return was announced, else on which it came."""
    found = read(file.db, "select initiated from manifest where rma = ? and line = ?", (item.rma, item.line))
    days = [text for text in (*(row[0] for row in found), item.received_at) if text]
    if not days:
        raise BadData([f"{_shown(item.lpn)}: nobody said when it came back, so no wipe counts."])
    return date.fromisoformat(days[0][:10])


def _keys(numbers: Sequence[str | None]) -> list[str]:
    found = []
    for text in numbers:
        with suppress(ValueError):
            found.append(number_of(text or "").key)
    return found


def _standing(file: StationFile, item: ItemRow) -> list[dict[str, Any]]:
    """Inspections and work that hold for the item, in their order, without what was taken back."""
    leader = item.leader or item.lpn
    marks = ", ".join("?" * len(_STEPS))
    sql = (
        f"select seq, kind, at, operator, body from event where item in (?, ?) and kind in ({marks}) "
        "and seq <= ? union all select seq, kind, at, operator, body from event where kind = 'undone' "
        "and seq <= ? and seq >= (select min(seq) from event where item in (?, ?)) order by 1"
    )
    last = item.updated_seq or 0
    values: tuple[str | int, ...] = (item.lpn, leader, *_STEPS, last, last, item.lpn, leader)
    found: list[dict[str, Any]] = []
    for _, kind, at, operator, text in read(file.db, sql, values):
        body = read_json(text, f"An event of {item.lpn}")
        if kind == "undone":
            if {item.lpn, leader} & set(body.get("lpns", ())):
                _take_back(found, str(body.get("step")))
            continue
        found.append({"kind": kind, "at": at, "by": operator, **_told(kind, body, at, operator)})
    return found


def _take_back(found: list[dict[str, Any]], step: str) -> None:
    """What is taken back is always the last of its kind."""
    for place in range(len(found) - 1, -1, -1):
        if _STEPS[found[place]["kind"]] == step:
            del found[place]
            return


def _told(kind: str, body: Mapping[str, Any], at: str, operator: str | None) -> dict[str, Any]:
    names = ("what", "value", "how") if kind == "inspected" else ("step", "minutes", "part", "note")
    said = {"at": at, "by": operator, **{name: body.get(name) for name in names}}
    return {"facts": body.get("facts") or {}, "said": said}


def _checks(scheme: Scheme) -> list[dict[str, Any]]:
    return [
        {"test": check.label, "passes": check.passes, "tool": check.tool or None}
        for check in scheme.checks
        if check.essential
    ]


def _wiped(record: Record) -> dict[str, Any]:
    """The fields of NIST SP 800-88 Rev. 1, 4.8; an empty one is None."""
    found: dict[str, Any] = {
        name: getattr(record, name) or None
        for name in (
            "ref", "manufacturer", "model", "serial", "imei", "property_no", "media_type", "media_source",
            "media_serial", "action", "method", "tool", "tool_version", "verification", "destination",
        )
    }  # fmt: skip
    for who in ("sanitiser", "verifier"):
        person = getattr(record, who)
        found[who] = {
            "name": person.name,
            "title": person.title or None,
            "date": person.day.isoformat(),
            "location": person.location or None,
            "contact": person.contact or None,
            "signature": person.signature or None,
        }
    return {**found, "not_recorded": list(record.gaps)}


def _shown(text: str) -> str:
    return f"{text:.60}" if text.isascii() and text.isprintable() else f"{text!a:.60}"
