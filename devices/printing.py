"""What all printers have in common: how a job is handed over, and what can honestly be said about having done so.

"Sent" is never "printed". A printer says only that the bytes were taken, or raises: `NotSent` when nothing left
this machine and the job may be tried again, `InDoubt` once a byte did, because a second try could print a second
label, and `Unprintable` when no try will ever succeed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from devices.printerhealth import Health
from devices.said import Said

_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")


class PrintError(Exception):
    """A job that was not handed over as a whole; `why` is a sentence for the operator."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotSent(PrintError):
    """Nothing left this machine: trying again is safe."""


class InDoubt(PrintError):
    """A part or all of it left this machine, and nobody knows what became of it."""


class Unprintable(PrintError):
    """The job can't be printed here, however often it is tried."""


class Printer(Protocol):
    """Something that takes labels, one job at a time, from one thread."""

    name: str
    formats: tuple[str, ...]
    """The documents a job needs here, e.g. `("zpl",)`."""
    repeatable: bool
    """Whether the same job sent again replaces its first result, as a file does."""

    def send(self, name: str, documents: Mapping[str, bytes]) -> None:
        """Hand over one job; `documents` maps a format to its bytes. Blocks. Raises a PrintError."""


@runtime_checkable
class Watched(Protocol):
    """A printer that can be asked how it is between two jobs, from the thread that sends."""

    def look(self) -> Health:
        """Ask for its state. Blocks for a few seconds at most. Raises NotSent when it can't be reached."""


def document_of(printer: Printer, documents: Mapping[str, bytes], form: str) -> bytes:
    """Give the document in a format; raises Unprintable when it is missing or empty."""
    data = documents.get(form)
    if not data:
        # TRANSLATORS: {form} and {given} are formats, such as "zpl"; {given} may be "nothing"
        why = Said(
            "{printer} needs the label as {form}, but got {given}.",
            printer=printer.name,
            form=form,
            given=", ".join(sorted(documents)) or Said("nothing"),
        )
        raise Unprintable(why)
    return data


def plain_name(name: str, use: str) -> str:
    """Give the name back, or raise Unprintable: names come from data that strangers print."""
    if not _SAFE_NAME.fullmatch(name):
        # TRANSLATORS: {use} is "a file name" or "the name of a print job"
        why = Said(
            "{name} can't be {use}: only A-Z, a-z, 0-9, '.', '_' and '-' are allowed.",
            name=repr(name),
            use=use,
        )
        raise Unprintable(why)
    return name
