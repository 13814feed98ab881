"""What one round of a sync came to for one sink."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Result:
    """What one round did for one sink: events sent, acknowledged and refused in it, and what is still pending."""

    sink: str
    sent: int
    acknowledged: int
    refused: int
    pending: int
    error: str | None = None
    warning: str | None = None
    """What a person should know although it is no failure, such as a wrong clock."""
    oldest_at: datetime | None = field(default=None, compare=False)
    """When the oldest event that is pending was made; None where nothing is."""
