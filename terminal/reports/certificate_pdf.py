"""The certificate of a device on paper: what was tested, how its data were removed, its grade, what proves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from terminal.bench.wording import observed
from terminal.domain.speech import N_, _
from terminal.reports.codes import word
from terminal.reports.locale_forms import day, moment, number
from terminal.reports.page import LEADING, Page, Table

NOT_RECORDED: Final = N_("not recorded")
_WIPE: Final = (
    ("manufacturer", N_("manufacturer")),
    ("model", N_("model")),
    ("serial", N_("serial number")),
    ("imei", "IMEI"),
    ("property_no", N_("property number")),
    ("media_type", N_("type of media")),
    ("media_source", N_("source of media")),
    ("media_serial", N_("serial of media")),
    ("action", N_("sanitisation")),
    ("method", N_("method")),
    ("tool", N_("tool")),
    ("tool_version", N_("version of the tool")),
    ("verification", N_("verification")),
    ("destination", N_("destination")),
    ("ref", N_("record")),
)
"""Fields of NIST SP 800-88 Rev. 1, section 4.8, and what they are called on paper."""
# TRANSLATORS: of a person who wiped a device or verified it: name, what they are, day, place and so on
_PERSON: Final = (
    ("name", N_("name")),
    ("title", N_("title")),
    ("date", N_("date")),
    ("location", N_("location")),
    ("contact", N_("contact")),
    ("signature", N_("signature")),
)
_DEVICE: Final = (
    ("title", N_("device")),
    ("category", N_("kind")),
    ("sku", "SKU"),
    ("gtin", "GTIN"),
    ("serial", N_("serial number")),
    ("imei", "IMEI"),
)


def write(told: Mapping[str, Any]) -> bytes:
    """The certificate as PDF."""
    lpn, journal = told["certificate"], told["journal"]
    foot = _("{lpn}, station {station}, event {hash}")
    page = Page(
        _("Certificate of {lpn}").format(lpn=lpn),
        foot.format(lpn=lpn, station=told["station"], hash=journal["hash"]),
    )
    for name, label in _DEVICE:
        page.fact(_(label), told["device"][name] or _(NOT_RECORDED))
    page.fact(_("grade"), told["grade"] or _(NOT_RECORDED))
    # TRANSLATORS: beside a channel, as "refurbish" or "outlet"
    page.fact(_("goes to"), word(told["channel"]))
    _tests(page, told["tests"])
    _wipe(page, told["sanitisation"])
    _work(page, told)
    page.title(_("What this stands on"), keep=6 * LEADING)
    finished = told["finished"]
    page.fact(_("finished"), _who(finished["by"], finished["at"]))
    page.fact(_("station"), told["station"])
    # TRANSLATORS: number of an event and when it was
    event = _("{number} of {when}").format(number=number(journal["seq"]), when=moment(journal["at"]))
    page.fact(_("event of the journal"), event)
    page.fact(_("its id"), journal["event"])
    page.fact(_("its hash (SHA-256)"), journal["hash"])
    page.sentence(
        _("Each event's hash covers the one before it: the journal can't be changed without a trace.")
    )
    page.title(_("Signed"), keep=3 * LEADING)
    # TRANSLATORS: beside the line for a signature: by whom, on which day
    page.fact(_("by, on"), "_" * 40)
    return page.finish()


def _tests(page: Page, tests: Mapping[str, Any]) -> None:
    page.title(_("Tests"))
    page.fact(_("result"), word(tests["result"]))
    page.fact(_("tested"), _who(tests["by"], tests["at"]))
    page.fact(_("by the scheme"), tests["scheme"])
    battery = tests["battery_health"]
    page.fact(_("battery health"), _(NOT_RECORDED) if battery is None else f"{battery} %")
    if tests["checks"]:
        page.down(LEADING / 2)
        rows = [(_(one["test"]), _(one["passes"]), _(one["tool"] or "-")) for one in tests["checks"]]
        # TRANSLATORS: heads of a table: what was tested, when it counts as passed, with which tool
        page.table(Table((_("test"), _("passed when"), _("with")), rows, words=3))


def _wipe(page: Page, records: Sequence[Mapping[str, Any]] | None) -> None:
    page.title(_("Sanitisation of data (fields of NIST SP 800-88)"))
    if records is None:
        page.sentence(_("Goods of this kind store no personal data."))
        return
    for place, record in enumerate(records):
        if place:
            page.down(LEADING)
        for name, label in _WIPE:
            told = word(record[name]) if name == "action" and record[name] else record[name]
            page.fact(_(label), told or _(NOT_RECORDED))
        page.fact(_("sanitiser"), _person(record["sanitiser"]))
        page.fact(_("verifier"), _person(record["verifier"]))


def _person(person: Mapping[str, Any]) -> str:
    said = {**person, "date": day(person["date"])}
    return ", ".join(f"{_(label)}: {said[name] or _(NOT_RECORDED)}" for name, label in _PERSON)


def _finding(what: str, value: object) -> str:
    seen = observed(what, str(value))
    return f"{seen['what']} {seen['value']}".strip() or "-"


def _work(page: Page, told: Mapping[str, Any]) -> None:
    if told["work"]:
        page.title(_("Work done"))
        rows = [
            (
                one["step"],
                _("{count} min").format(count=one["minutes"]),
                one["part"] or "-",
                one["note"] or "-",
                _who(one["by"], one["at"]),
            )
            for one in told["work"]
        ]
        page.table(Table((_("step"), _("time"), _("part"), _("note"), _("done by")), rows, words=5))
    if told["observations"]:
        page.title(_("Inspection"))
        seen = [
            (_finding(one["what"], one["value"]), word(one["how"]), _who(one["by"], one["at"]))
            for one in told["observations"]
        ]
        page.table(Table((_("finding"), _("how"), _("seen")), seen, words=3))


def _who(person: str | None, at: str | None) -> str:
    return _("by {person}, {when}").format(
        person=person or _(NOT_RECORDED), when=moment(at) if at else _(NOT_RECORDED)
    )
