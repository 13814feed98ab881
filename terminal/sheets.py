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
from terminal.languages import ENGLISH, Words, load, shipped_defects
from terminal.lookup import badge_code, tote_code

CHOICES = 12

HEADINGS: Mapping[str, str] = MappingProxyType(
    {
        "check": "Scanner check: scan this first, every shift",
        "sign_in": "Sign in and out",
        "always": "At any time",
        "receive": "Receive a parcel",
        "inspect": "Inspect the item",
        "answer": "Answer the question",
        "defect": "Defects: many kinds of goods",
        "defect_kind": "Defects: some kinds of goods",
        "defect_other": "Something else is wrong",
        "finish": "Grade and finish",
        "tote": "Into the tote",
        "channel": "Send elsewhere",
        "lead": "For the lead",
    }
)
"""Headings by id, in the order of the sheet."""

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "bench": "bench",
        "continued": "continued",
        "foot": "Print at 100 %. Hold the scanner so that it sees one code only.",
        "check": "Scanner check",
        "check_hint": "Nothing happens, or the bench complains? Then do not start: call your lead.",
        "badge": "Badge",
        "choice": "Choice",
        "tote": "Tote",
    }
)
"""The other words that the sheet itself says."""

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


def sections(rules: Rules, people: Mapping[str, Operator], language: str = ENGLISH) -> tuple[Section, ...]:
    """All barcodes of a bench, grouped as the work goes. Raises BadData for a language that there is not."""
    words = load(language)
    placed = {one for ids in _PLACES.values() for one in ids}
    said = {
        "always": _commands((one.id for one in ACTIONS if one.id not in placed), words),
        **{heading: _commands(ids, words) for heading, ids in _PLACES.items()},
    }
    leads = [one for one in people.values() if one.leads]
    others = [one for one in people.values() if not one.leads]
    cells: dict[str, Iterable[Cell]] = {
        "check": (_check(words),),
        "sign_in": (*(_badge(one, words) for one in others), *said["sign_in"]),
        "always": said["always"],
        "receive": said["receive"],
        "inspect": said["inspect"],
        "answer": _choices(words),
        **_defects(rules, words),
        "finish": said["finish"],
        "tote": (_tote(one, words) for one in rules.totes),
        "channel": (_channel(one, words) for one in CHANNELS),
        "lead": (*(_badge(one, words) for one in leads), *said["lead"]),
    }
    return tuple(
        Section(words.of("heading", one, title), tuple(cells.get(one, ())), apart=one == "lead")
        for one, title in HEADINGS.items()
    )


def sheet(rules: Rules, people: Mapping[str, Operator], page: str = "A4", language: str = ENGLISH) -> bytes:
    """The sheet of this station as PDF.

    Raises BadSheet naming what does not fit, and BadData for a language that there is not.
    """
    words = load(language)
    return write(
        f"Regrade  {_word('bench', words)} {rules.station}",
        sections(rules, people, language),
        page,
        continued=_word("continued", words),
        foot=_word("foot", words),
    )


def _word(one: str, words: Words) -> str:
    return words.of("word", one, WORDS[one])


def _check(words: Words) -> Cell:
    return Cell(CHECK_TEXT, _word("check", words), _word("check_hint", words), CHECK_ELEMENTS)


def _commands(ids: Iterable[str], words: Words) -> tuple[Cell, ...]:
    by_id = {action.id: action for action in ACTIONS if action.code}
    return tuple(_command(by_id[one], words) for one in ids if one in by_id)


def _command(action: Action, words: Words) -> Cell:
    name = words.of("action", action.id, action.name)
    hint = words.of("help", action.id, action.help)
    return Cell(make(OwnKind.COMMAND, action.code), name, hint)


def _choices(words: Words) -> tuple[Cell, ...]:
    choice = _word("choice", words)
    return tuple(Cell(choice_code(number), f"{choice} {number}") for number in range(1, CHOICES + 1))


def _badge(operator: Operator, words: Words) -> Cell:
    role = words.of("role", operator.role, operator.role)
    return Cell(
        badge_code(operator), f"{_word('badge', words)} {operator.id}", f"{operator.name} {role}".strip()
    )


def _channel_name(channel: str, words: Words) -> str:
    return words.of("channel", channel, channel.replace("_", " "))


def _tote(tote: Tote, words: Words) -> Cell:
    """A tote that config does not name is called by its channel; screen and label say the hint."""
    channel = _channel_name(tote.channel, words)
    own = tote.code == tote_code(tote.channel)
    name, hint = (channel, tote.name) if own else (tote.name, channel)
    return Cell(
        tote.code, f"{_word('tote', words)} {name}", "" if hint.casefold() == name.casefold() else hint
    )


def _channel(channel: str, words: Words) -> Cell:
    """Screen and label say the channel as the journal does."""
    name, plain = _channel_name(channel, words), channel.replace("_", " ")
    return Cell(make(OwnKind.CHANNEL, word_payload(channel)), name, "" if name == plain else plain)


def _defects(rules: Rules, words: Words) -> dict[str, list[Cell]]:
    """Every defect once: of many goods, of some goods in the order of the schemes, and those that none offers."""
    offered: dict[str, list[Scheme]] = {}
    labels: dict[str, str] = {}
    for scheme in dict.fromkeys(rules.book.schemes.values()):
        labels |= {code: defect.label for code, defect in scheme.defects.items()}
        for code in scheme.offers:
            offered.setdefault(code, []).append(scheme)
    shipped = shipped_defects()
    found: dict[str, list[Cell]] = {"defect": [], "defect_kind": [], "defect_other": []}
    for code in dict.fromkeys((*offered, *labels)):
        label = labels[code]
        if label == shipped.get(code):
            label = words.of("defect", code, label)
        schemes = offered.get(code, ())
        heading = "defect" if len(schemes) >= _MANY else "defect_kind" if schemes else "defect_other"
        goods = _goods(schemes, words) if heading == "defect_kind" else ""
        hint = f"{code}: {goods}" if goods else code
        found[heading].append(Cell(make(OwnKind.DEFECT, word_payload(code)), label, hint))
    return found


def _goods(schemes: Iterable[Scheme], words: Words) -> str:
    return ", ".join(words.of("goods", scheme.id, scheme.id.replace("_", " ")) for scheme in schemes)
