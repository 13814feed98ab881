"""What an operator chooses from: numbered entries under a title, and the barcode that stands for a number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from terminal.bench.commands import Command
from terminal.bench.meanings import Meaning
from terminal.domain.lettercode import OwnKind, encode_number, make

CHOICES = 99
"""Most entries that have a number and a barcode."""


def choice_payload(number: int) -> str:
    """The payload of the barcode for the n-th choice, 1 to CHOICES: two letters, base 20."""
    return encode_number(number, 2)


def choice_code(number: int) -> str:
    """What the barcode for the n-th choice says; empty past the last that has one."""
    return make(OwnKind.ANSWER, choice_payload(number)) if number <= CHOICES else ""


@dataclass(frozen=True, slots=True)
class Pick:
    """The option of an asked scan that an entry stands for, by its place."""

    place: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One numbered line: the words, and what it does."""

    label: str
    does: Command | Menu | Pick
    detail: str = ""
    selected: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """Entries under a title. `reads` turns typed text into a command where a number is asked for."""

    title: str
    entries: tuple[Entry, ...] = ()
    prompt: str = ""
    reads: Callable[[str], Command | None] | None = None
    scans: bool = False
    """True where a scan is what is asked for, and no code to look up."""
    takes: Callable[[Meaning], Command | None] | None = None
    """Turns what a scan means into a command where a known code is asked for."""
    word: str = ""
    """The banner over it; empty: CHOOSE, or HOW MUCH?"""
    after: bool = False
    """True where its title goes on from the last sentence, which stays in the band."""
    secret: bool = False
    """True where nobody may read what is typed."""
