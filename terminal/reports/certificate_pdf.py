"""The certificate of a device on paper: what was tested, how its data were removed, its grade, what proves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from terminal.reports.page import LEADING, Page, Table

NOT_RECORDED: Final = "not recorded"
_WIPE: Final = (
    ("manufacturer", "manufacturer"),
    ("model", "model"),
    ("serial", "serial number"),
    ("imei", "IMEI"),
    ("property_no", "property number"),
    ("media_type", "type of media"),
    ("media_source", "source of media"),
    ("media_serial", "serial of media"),
    ("action", "sanitisation"),
    ("method", "method"),
    ("tool", "tool"),
    ("tool_version", "version of the tool"),
    ("verification", "verification"),
    ("destination", "destination"),
    ("ref", "record"),
)
"""Fields of NIST SP 800-88 Rev. 1, section 4.8, and what they are called on paper."""
_PERSON: Final = ("name", "title", "date", "location", "contact", "signature")


def write(told: Mapping[str, Any]) -> bytes:
    """The certificate as PDF."""
    lpn, journal = told["certificate"], told["journal"]
    page = Page(f"Certificate of {lpn}", f"{lpn}, station {told['station']}, event {journal['hash']}")
    for name, label in (
        ("title", "device"), ("category", "kind"), ("sku", "SKU"), ("gtin", "GTIN"), ("serial", "serial number"),
        ("imei", "IMEI"),
    ):  # fmt: skip
        page.fact(label, told["device"][name] or NOT_RECORDED)
    page.fact("grade", told["grade"] or NOT_RECORDED)
    page.fact("goes to", told["channel"])
    _tests(page, told["tests"])
    _wipe(page, told["sanitisation"])
    _work(page, told)
    page.title("What this stands on", keep=6 * LEADING)
    finished = told["finished"]
    page.fact("finished", _who(finished["by"], finished["at"]))
    page.fact("station", told["station"])
    page.fact("event of the journal", f"{journal['seq']:,} of {journal['at']}")
    page.fact("its id", journal["event"])
    page.fact("its hash (SHA-256)", journal["hash"])
    page.sentence("Each event's hash covers the one before it: the journal can't be changed without a trace.")
    page.title("Signed", keep=3 * LEADING)
    page.fact("by, on", "_" * 40)
    return page.finish()


def _tests(page: Page, tests: Mapping[str, Any]) -> None:
    page.title("Tests")
    page.fact("result", tests["result"])
    page.fact("tested", _who(tests["by"], tests["at"]))
    page.fact("by the scheme", tests["scheme"])
    battery = tests["battery_health"]
    page.fact("battery health", NOT_RECORDED if battery is None else f"{battery} %")
    if tests["checks"]:
        page.down(LEADING / 2)
        rows = [(one["test"], one["passes"], one["tool"] or "-") for one in tests["checks"]]
        page.table(Table(("test", "passed when", "with"), rows, words=3))


def _wipe(page: Page, records: Sequence[Mapping[str, Any]] | None) -> None:
    page.title("Sanitisation of data (fields of NIST SP 800-88)")
    if records is None:
        page.sentence("Goods of this kind store no personal data.")
        return
    for number, record in enumerate(records):
        if number:
            page.down(LEADING)
        for name, label in _WIPE:
            page.fact(label, record[name] or NOT_RECORDED)
        for who in ("sanitiser", "verifier"):
            person = record[who]
            page.fact(who, ", ".join(f"{part}: {person[part] or NOT_RECORDED}" for part in _PERSON))


def _work(page: Page, told: Mapping[str, Any]) -> None:
    if told["work"]:
        page.title("Work done")
        rows = [
            (
                one["step"],
                f"{one['minutes']} min",
                one["part"] or "-",
                one["note"] or "-",
                _who(one["by"], one["at"]),
            )
            for one in told["work"]
        ]
        page.table(Table(("step", "time", "part", "note", "done"), rows, words=5))
    if told["observations"]:
        page.title("Inspection")
        seen = [
            (f"{one['what']} {one['value']}".strip() or "-", one["how"], _who(one["by"], one["at"]))
            for one in told["observations"]
        ]
        page.table(Table(("finding", "how", "seen"), seen, words=3))


def _who(person: str | None, at: str | None) -> str:
    return f"by {person or NOT_RECORDED}, {at or NOT_RECORDED}"
