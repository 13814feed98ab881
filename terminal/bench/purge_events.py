"""What the journal says of data that was taken away because it was kept long enough."""

from __future__ import annotations

from dataclasses import dataclass

from terminal.bench.events import Event


@dataclass(frozen=True, slots=True)
class Purged(Event):
    """Announced returns, photos and rejected rows were removed. The journal itself stays whole."""

    returns: int
    """Returns whose announcement was removed, or cleared of tracking and serial numbers."""
    rejects: int
    """Files of rejected rows."""
    photos: tuple[str, ...] = ()
    """SHA-256 of each photo that is to be missing from now on."""
    journals: tuple[str, ...] = ()
    """Folders of journals that had ended and were forgotten as a whole."""
