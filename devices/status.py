"""How a device is doing, in the one form that every device reports it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "waiting", "lost", "off"]
"""ok: nothing is known to be wrong. waiting: being opened or started. lost: not usable now, tried again by itself.
off: stopped by us."""


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """The state of one device."""

    name: str
    state: State
    detail: str
    """A sentence for the operator: what is wrong and what to do; may be empty when all is well."""
    since: float
    """When the state began, on the clock the device was given (monotonic seconds)."""
