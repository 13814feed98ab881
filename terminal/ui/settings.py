"""What a site can choose about its screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from devices.wedge import WedgeSettings


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """How the screen looks, sounds and takes keys."""

    theme: str = "auto"
    """One of `themes.NAMES`."""
    sound: bool = True
    idle_minutes: float = 10
    """Minutes without any input after which the bench is told so; 0: never."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Action id -> key, where it is not the standard one."""
    wedge: WedgeSettings = field(default_factory=WedgeSettings)
    """How a scanner that types is told from a person."""
    zone: tzinfo | None = None
    """Whose clock is shown; None: that of the machine."""
    language: str = "en"
    """What the screen speaks until a view says so itself."""
