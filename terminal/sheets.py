"""What stands on the printed command sheet: made from the same registries as keys, help and checklists."""

from __future__ import annotations

from collections.abc import Mapping

from labels.sheet import Cell, Section, write
from terminal.bench.actions import ACTIONS
from terminal.bench.commands import Operator, Rules
from terminal.bench.menus import choice_code
from terminal.domain.channels import CHANNELS
from terminal.domain.lettercode import OwnKind, make, word_payload
from terminal.lookup import badge_code

CHOICES = 12


def sections(rules: Rules, people: Mapping[str, Operator]) -> tuple[Section, ...]:
    """All barcodes of a bench, grouped as the work goes."""
    commands = tuple(
        Cell(make(OwnKind.COMMAND, action.code), action.name, action.help)
        for action in ACTIONS
        if action.code
    )
    answers = tuple(Cell(choice_code(number), f"Choice {number}") for number in range(1, CHOICES + 1))
    labels: dict[str, str] = {}
    for scheme in dict.fromkeys(rules.book.schemes.values()):
        labels |= {code: scheme.defects[code].label for code in scheme.offers}
    defects = tuple(
        Cell(make(OwnKind.DEFECT, word_payload(code)), code, labels[code]) for code in sorted(labels)
    )
    channels = tuple(
        Cell(make(OwnKind.CHANNEL, word_payload(channel)), channel.replace("_", " ")) for channel in CHANNELS
    )
    totes = tuple(
        Cell(tote.code, f"Tote {tote.name}", tote.channel.replace("_", " ")) for tote in rules.totes
    )
    badges = tuple(
        Cell(badge_code(operator), f"Badge {operator.id}", f"{operator.name} {operator.role}".strip())
        for operator in people.values()
    )
    return (
        Section("Sign in", badges),
        Section("Commands", commands),
        Section("Answers", answers),
        Section("Defects", defects),
        Section("Totes", totes),
        Section("Send elsewhere", channels),
    )


def sheet(rules: Rules, people: Mapping[str, Operator], page: str = "A4") -> bytes:
    """The sheet of this station as PDF. Raises BadSheet naming what does not fit."""
    return write(f"Regrade  bench {rules.station}", sections(rules, people), page)
