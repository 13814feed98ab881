"""What is sent to a scanner so that it beeps or lights up: the bytes for good and for bad.

Most scanners take no feedback until they are told to, so the default is to send nothing.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Feedback:
    """The bytes for a scan that was taken and for one that was refused; empty means none."""

    good: bytes = b""
    bad: bytes = b""
