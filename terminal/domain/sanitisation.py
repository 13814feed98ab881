"""Records that a device's data were sanitised: the fields of NIST SP 800-88 Rev. 1, section 4.8, checked strictly.

Rev. 2 (2025) keeps Clear, Purge and Destroy and no longer counts degaussing as destruction. A record speaks for a
device only from the day on which that device came back: what was wiped before the last owner is full again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from terminal.domain import tablecells
from terminal.domain.codes import is_dummy
from terminal.domain.deviceids import imei_of, number_of
from terminal.domain.importmap import WIPE_FIELDS

ACTIONS: Final = ("clear", "purge", "destroy")
"""From the weakest to the strongest."""
PERSON: Final = ("name", "title", "date", "location", "contact", "signature")
WHO: Final = ("sanitiser", "verifier")
ALSO_CALLED: Mapping[str, tuple[str, ...]] = {
    "ref": ("certificate", "certificate_no", "report_id", "report_uuid"),
    "serial": ("serial_number",),
    "media_serial": ("disk_serial", "drive_serial"),
    "property_no": ("asset", "asset_tag"),
    "action": ("sanitisation", "sanitization", "description"),
    "tool_version": ("version",),
    "verification": ("verification_method",),
    "result": ("status", "state"),
    "sanitiser_name": ("sanitizer_name", "operator"),
    "sanitiser_date": ("sanitizer_date", "wiped", "erased"),
    "verifier_date": ("verified",),
    "verifier_name": ("verified_by",),
}
NEEDED: Final = (
    "manufacturer", "model", "media_type", "action", "method", "tool", "verification", "sanitiser_name",
    "sanitiser_date", "verifier_name", "verifier_date",
)  # fmt: skip

_GOOD_WORDS = "ok pass passed success successful succeeded erased completed complete verified true yes"
_GOOD_RESULTS = frozenset(_GOOD_WORDS.split())
_DEGAUSS = re.compile("degauss", re.IGNORECASE)


class BadRecord(ValueError):
    """A record that proves nothing; `field` is the one that is to blame."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True, slots=True)
class Person:
    """Who signs for a part of the work, and when."""

    name: str
    day: date
    title: str = ""
    location: str = ""
    contact: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One sanitised device, as its record proves it."""

    ref: str
    action: str
    """clear, purge or destroy."""
    method: str
    tool: str
    tool_version: str
    verification: str
    manufacturer: str
    model: str
    media_type: str
    sanitiser: Person
    verifier: Person
    lpn: str = ""
    serial: str = ""
    imei: str = ""
    media_serial: str = ""
    property_no: str = ""
    media_source: str = ""
    destination: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """By what the record is found: the numbers of the device, and its LPN."""
        numbers = (number_of(text).key for text in (self.imei, self.serial) if text)
        return (*numbers, *((lpn_key(self.lpn),) if self.lpn else ()))

    @property
    def id(self) -> str:
        """What tells it from every other record: one reference may cover many devices and their media."""
        return " | ".join((self.ref, self.keys[0], self.media_serial))

    @property
    def gaps(self) -> tuple[str, ...]:
        """The fields of the NIST list that are empty and not needed here, for an auditor."""
        own = [name for name in ("property_no", "media_source", "destination") if not getattr(self, name)]
        for who, person in zip(WHO, (self.sanitiser, self.verifier), strict=True):
            own += [
                f"{who}_{part}"
                for part in PERSON
                if part not in ("name", "date") and not getattr(person, part)
            ]
        return tuple(own)


def lpn_key(lpn: str) -> str:
    """The form in which an LPN is looked up."""
    return f"lpn {lpn.upper()}"


def converters(formats: Iterable[str]) -> dict[str, Callable[[str], Any]]:
    """How the cells of a wipe tool's table are read."""
    moment = tablecells.moment(tuple(formats))
    readers: dict[str, Callable[[str], Any]] = dict.fromkeys(WIPE_FIELDS, tablecells.title)
    days = dict.fromkeys((f"{who}_date" for who in WHO), lambda cell: moment(cell).date())
    plain = dict.fromkeys(("ref", "lpn", "media_serial", "property_no"), tablecells.identifier)
    numbers = {"serial": lambda cell: number_of(cell).value, "imei": lambda cell: imei_of(cell).value}
    return (
        readers
        | days
        | plain
        | numbers
        | {"action": tablecells.one_of(ACTIONS, "sanitisation"), "result": _result}
    )


def record_of(row: Mapping[str, Any], on: date) -> Record:
    """A record from the fields of one row, read on day `on`. Raises BadRecord where it proves nothing."""
    missing = next((name for name in NEEDED if not row.get(name)), None)
    if missing is not None:
        raise BadRecord(missing, "empty, but a sanitisation record needs it (NIST SP 800-88 Rev. 1, 4.8)")
    people = [_person(row, who, on) for who in WHO]
    sanitiser, verifier = people
    action = str(row["action"])
    if verifier.day < sanitiser.day:
        raise BadRecord(
            "verifier_date", f"verified on {verifier.day}, before it was sanitised on {sanitiser.day}"
        )
    _check_media(row, action)
    if action == "destroy":
        if _folded(sanitiser.name) == _folded(verifier.name):
            raise BadRecord("verifier_name", "who destroys can't verify it as well: two persons are needed")
        if _DEGAUSS.search(row["method"]):
            raise BadRecord(
                "method", "degaussing does not destroy (NIST SP 800-88 Rev. 2): record it as purge"
            )
    elif not row.get("tool_version"):
        raise BadRecord("tool_version", "empty: which version of the tool did it?")
    given = {name: row.get(name) or "" for name in _TEXTS}
    ident = given["imei"] or given["serial"] or given["lpn"]
    ref = given.pop("ref") or f"{ident} {sanitiser.day} {action}"
    return Record(ref=ref, sanitiser=sanitiser, verifier=verifier, **given)


def facts(records: Iterable[Record], since: date, on: date) -> dict[str, Any]:
    """The facts that records prove, on day `on`, of a device that came back on `since`; none where none does.

    Of one medium the strongest record counts; a device with several media is as good as its weakest one.
    """
    valid = [record for record in records if since <= record.sanitiser.day <= record.verifier.day <= on]
    if not valid:
        return {}
    best: dict[str, Record] = {}
    for record in sorted(valid, key=_strength):
        best[record.media_serial] = record
    weakest = min(best.values(), key=_strength)
    return {"data_sanitised": weakest.action, "sanitisation_ref": weakest.ref}


_TEXTS = tuple(name for name in WIPE_FIELDS if name != "result" and not name.startswith(WHO))


def _strength(record: Record) -> tuple[int, date, str]:
    return ACTIONS.index(record.action), record.verifier.day, record.ref


def _result(cell: str) -> str:
    if cell.casefold() not in _GOOD_RESULTS:
        raise ValueError(f'the tool says "{cell[:40]}": only a wipe that passed is a record')
    return cell


def _person(row: Mapping[str, Any], who: str, on: date) -> Person:
    parts = {part: row.get(f"{who}_{part}") or "" for part in PERSON if part != "date"}
    if is_dummy(parts["name"]):
        raise BadRecord(f"{who}_name", f'"{parts["name"][:40]}" is nobody\'s name')
    day: date = row[f"{who}_date"]
    if day > on:
        raise BadRecord(f"{who}_date", f"{day} is in the future, today is {on}")
    return Person(day=day, **parts)


def _check_media(row: Mapping[str, Any], action: str) -> None:
    """Raises BadRecord where nothing says which medium it was, unless that was destroyed under an LPN."""
    media = row.get("media_serial")
    if media and is_dummy(media):
        raise BadRecord(
            "media_serial", f'"{media[:40]}" is a dummy: media without a serial must be destroyed'
        )
    if not any(row.get(name) for name in ("serial", "imei", "lpn")):
        raise BadRecord("serial", "no serial, IMEI or LPN: nothing says which device this is")
    if action != "destroy" and not any(row.get(name) for name in ("media_serial", "serial", "imei")):
        raise BadRecord("media_serial", "no serial of device or medium: such media must be destroyed")


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
