"""What to send to a scanner so that it beeps or lights up: byte strings by profile.

Most scanners take no feedback until they are told to, so the default profile sends nothing. The strings are from
the makers' manuals and need the scanner set up for them; none was tried on a physical device.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Feedback:
    """The bytes for a scan that was taken and for one that was refused; empty means none."""

    good: bytes = b""
    bad: bytes = b""
    needs: str = ""
    """What must be set on the scanner for this profile to work."""


PROFILES: Mapping[str, Feedback] = {
    "none": Feedback(),
    "bell": Feedback(good=b"\x07", bad=b"\x07\x07", needs="beep on BEL"),
    "ack-nak": Feedback(
        good=b"\x06", bad=b"\x15", needs="ACK/NAK protocol: the next scan waits for the answer"
    ),
    "honeywell-base": Feedback(good=b"\x1b7", bad=b"\x1b8", needs="a base station with host commands"),
    "datalogic": Feedback(good=b"B", bad=b"F", needs="serial host commands: B beeps, F sounds not on file"),
}


def profile(name: str) -> Feedback:
    """Look a profile up; raises ValueError with the known names and the nearest one."""
    found = PROFILES.get(name)
    if found is not None:
        return found
    near = get_close_matches(name, PROFILES, 1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise ValueError(f"no scanner feedback profile {name!r}; there are {', '.join(PROFILES)}.{hint}")
