"""What stands on the printed command sheet: made from the same registries as keys, help and checklists.

The sections follow the work, from the first scan of a shift to the last. What only a lead may do begins a page of
its own, which need not hang at the bench.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from devices.learning import CHECK_ELEMENTS, CHECK_TEXT
from labels.sheet import Cell, Section, write
from terminal.bench.actions import ACTIONS, Action
from terminal.bench.choices import choice_code
from terminal.bench.meanings import Operator, Tote
from terminal.bench.rules import Rules
from terminal.domain.channels import CHANNELS
from terminal.domain.lettercode import OwnKind, make, word_payload
from terminal.domain.schemes import Scheme
from terminal.domain.speech import N_, _, speaking
from terminal.lookup import badge_code, tote_code
from terminal.voices import voice

CHOICES = 12

HEADINGS: Mapping[str, str] = MappingProxyType(
    {
        "check": N_("Scanner check: scan this first, every shift"),
        "sign_in": N_("Sign in and out"),
        "always": N_("At any time"),
        "receive": N_("Receive a parcel"),
        "inspect": N_("Inspect the item"),
        "answer": N_("Answer the question"),
        "defect": N_("Defects: many kinds of goods"),
        "defect_kind": N_("Defects: some kinds of goods"),
        "defect_other": N_("Something else is wrong"),
        "finish": N_("Grade and finish"),
        "tote": N_("Into the tote"),
        "channel": N_("Send elsewhere"),
        "lead": N_("For the lead"),
    }
)
"""Headings by id, in the order of the sheet."""

# TRANSLATORS: behind a heading, where its codes go on on the next page.
CONTINUED = N_("continued")
FOOT = N_("Print at 100 %. Hold the scanner so that it sees one code only.")
CHECK = N_("Scanner check")
CHECK_HINT = N_("Nothing happens, or the bench complains? Then do not start: call your lead.")

# TRANSLATORS: where a returned item can be sent to: back into stock, newly packed, to a cheaper shop and so on.
CHANNEL_NAMES = (
    N_("restock"),
    N_("repackage"),
    N_("outlet"),
    N_("marketplace"),
    N_("off price"),
    N_("export"),
    N_("return to vendor"),
    N_("donate"),
    N_("refurbish"),
    N_("remanufacture"),
    N_("parts harvest"),
    N_("recycle"),
    N_("energy recovery"),
    N_("landfill"),
    N_("quarantine"),
)
"""The channels of the workflow as they are called in words; looked up by `channel_name`."""
# TRANSLATORS: kinds of goods, in lists such as: phone, laptop.
GOODS = (
    N_("phone"),
    N_("laptop"),
    N_("appliance"),
    N_("audio"),
    N_("body electronics"),
    N_("apparel"),
    N_("hygiene apparel"),
    N_("footwear"),
    N_("home"),
    N_("toys"),
    N_("fmcg"),
    N_("food"),
    N_("cosmetics"),
    N_("media"),
    N_("general"),
)
"""The shipped schemes as they are called in words; a site's own is called by its id."""

_PLACES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sign_in": ("lock", "break"),
        "receive": ("blind", "unidentified", "parcel_done"),
        "inspect": ("clean", "defect", "times", "weigh"),
        "finish": (
            "accept",
            "regrade",
            "reroute",
            "hold",
            "reprint",
            "doubts",
            "printer",
            "tote_close",
            "tote_out",
        ),
        "lead": ("shift", "shift_close"),
    }
)
"""The actions under each heading; any other is one for any time."""

_MANY = 4
"""A defect that so many schemes offer is one of many goods."""


def sections(rules: Rules, people: Mapping[str, Operator], language: str = "en") -> tuple[Section, ...]:
    """All barcodes of a bench, grouped as the work goes. Raises BadData for a language that there is not."""
    with speaking(voice(language)):
        return _sections(rules, people)


def sheet(rules: Rules, people: Mapping[str, Operator], page: str = "A4", language: str = "en") -> bytes:
    """The sheet of this station as PDF.

    Raises BadSheet naming what does not fit, and BadData for a language that there is not.
    """
    with speaking(voice(language)):
        return write(
            _("Regrade  bench {station}").format(station=rules.station),
            _sections(rules, people),
            page,
            continued=_(CONTINUED),
            foot=_(FOOT),
        )


def channel_name(channel: str) -> str:
    """A channel in words."""
    return _(channel.replace("_", " "))


def _sections(rules: Rules, people: Mapping[str, Operator]) -> tuple[Section, ...]:
    placed = {one for ids in _PLACES.values() for one in ids}
    said = {
        "always": _commands(one.id for one in ACTIONS if one.id not in placed),
        **{heading: _commands(ids) for heading, ids in _PLACES.items()},
    }
    leads = [one for one in people.values() if one.leads]
    others = [one for one in people.values() if not one.leads]
    cells: dict[str, Iterable[Cell]] = {
        "check": (Cell(CHECK_TEXT, _(CHECK), _(CHECK_HINT), CHECK_ELEMENTS),),
        "sign_in": (*map(_badge, others), *said["sign_in"]),
        "always": said["always"],
        "receive": said["receive"],
        "inspect": said["inspect"],
        "answer": _choices(),
        **_defects(rules),
        "finish": said["finish"],
        "tote": map(_tote, rules.totes),
        "channel": map(_channel, CHANNELS),
        "lead": (*map(_badge, leads), *said["lead"]),
    }
    return tuple(
        Section(_(title), tuple(cells.get(one, ())), apart=one == "lead") for one, title in HEADINGS.items()
    )


def _commands(ids: Iterable[str]) -> tuple[Cell, ...]:
    by_id = {action.id: action for action in ACTIONS if action.code}
    return tuple(_command(by_id[one]) for one in ids if one in by_id)


def _command(action: Action) -> Cell:
    return Cell(make(OwnKind.COMMAND, action.code), _(action.name), _(action.help))


def _choices() -> tuple[Cell, ...]:
    return tuple(
        Cell(choice_code(number), _("Choice {number}").format(number=number))
        for number in range(1, CHOICES + 1)
    )


def _badge(operator: Operator) -> Cell:
    name = _("Badge {id}").format(id=operator.id)
    return Cell(badge_code(operator), name, f"{operator.name} {_(operator.role)}".strip())


def _tote(tote: Tote) -> Cell:
    """A tote that config does not name is called by its channel; label and journal say the hint."""
    channel = channel_name(tote.channel)
    own = tote.code == tote_code(tote.channel)
    name, hint = (channel, tote.name) if own else (tote.name, channel)
    title = _("Tote {name}").format(name=name)
    return Cell(tote.code, title, "" if hint.casefold() == name.casefold() else hint)


def _channel(channel: str) -> Cell:
    """Below a translated name stands the channel as label and journal say it."""
    name, plain = channel_name(channel), channel.replace("_", " ")
    return Cell(make(OwnKind.CHANNEL, word_payload(channel)), name, "" if name == plain else plain)


def _defects(rules: Rules) -> dict[str, list[Cell]]:
    """Every defect once: of many goods, of some goods in the order of the schemes, and those that none offers."""
    offered: dict[str, list[Scheme]] = {}
    labels: dict[str, str] = {}
    for scheme in dict.fromkeys(rules.book.schemes.values()):
        labels |= {code: defect.label for code, defect in scheme.defects.items()}
        for code in scheme.offers:
            offered.setdefault(code, []).append(scheme)
    found: dict[str, list[Cell]] = {"defect": [], "defect_kind": [], "defect_other": []}
    for code in dict.fromkeys((*offered, *labels)):
        schemes = offered.get(code, ())
        heading = "defect" if len(schemes) >= _MANY else "defect_kind" if schemes else "defect_other"
        goods = _goods(schemes) if heading == "defect_kind" else ""
        hint = f"{code}: {goods}" if goods else code
        found[heading].append(Cell(make(OwnKind.DEFECT, word_payload(code)), _(labels[code]), hint))
    return found


def _goods(schemes: Iterable[Scheme]) -> str:
    return ", ".join(_(scheme.id.replace("_", " ")) for scheme in schemes)
