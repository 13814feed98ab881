"""Faults of a simulated printer, as data and as text: `paper-out@5`, `reset@4:120`, `slow@3:500/10`.

The text is `KIND[@LABEL][:VALUE][/SECONDS]`: what goes wrong, at which label (counted from 1; without it at once),
a value where the kind has one, and after how many seconds it is over (without it: when somebody mends it).
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Literal

_TEXT = re.compile(
    r"(?P<kind>[a-z-]+)(@(?P<label>\d{1,6}))?(:(?P<value>[a-z]+|\d{1,9}))?(/(?P<seconds>\d{1,6}(\.\d{1,6})?))?"
)
KINDS = {
    "paper-out": "labels stay in the buffer and come out once there is paper",
    "head-open": "the same, until the head is closed",
    "ribbon-out": "the same, until there is ribbon",
    "pause": "the same, until the pause key is pressed",
    "silent": "prints, and answers no question",
    "reset": "resets the connection: reset@4:120 after 120 bytes of label 4; reset@4:before (or reset@4) when it "
    "has come whole, before it is printed; reset@4:after once it is printed",
    "slow": "reads only so many bytes a second: slow@3:500",
    "wrong-language": "prints no ZPL and answers nonsense",
    "never-read": "keeps connections open and reads nothing",
    "dead": "refuses connections",
}
"""Every kind of fault, and what it does."""
HOLDING = ("paper-out", "head-open", "ribbon-out", "pause")
"""What happens to label N when it is to come out; all other kinds are there before its first byte."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong."""

    kind: str
    """One of `KINDS`."""
    label: int | None = None
    """At which label it begins, from 1; None: at once."""
    value: int | Literal["before", "after"] | None = None
    """Bytes of the label (reset), bytes a second (slow)."""
    mend_after: float | None = None
    """Seconds that it lasts; None until somebody mends it."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(
                f"there is no fault {self.kind!r}{_nearest(self.kind)} There are {', '.join(KINDS)}."
            )
        if self.label is not None and self.label < 1:
            raise ValueError(f"labels are counted from 1, got {self.kind}@{self.label}")
        if self.kind == "slow" and not (isinstance(self.value, int) and self.value > 0):
            raise ValueError(f"slow needs bytes a second, e.g. slow@3:500; got {self.value!r}")
        if self.kind == "reset" and self.label is None:
            raise ValueError("reset needs a label, e.g. reset@4 or reset@4:120")
        if self.kind == "reset" and not (
            isinstance(self.value, int) or self.value in (None, "before", "after")
        ):
            raise ValueError(f"reset takes a number of bytes, before or after; got {self.value!r}")
        if self.kind not in ("slow", "reset") and self.value is not None:
            raise ValueError(f"{self.kind} takes no value, got {self.value!r}")
        if self.kind == "reset" and self.mend_after is not None:
            raise ValueError("reset happens once and lasts no time")

    @classmethod
    def parse(cls, text: str) -> Fault:
        """Read a fault, e.g. `paper-out@5`. Raises ValueError that says what there is."""
        found = _TEXT.fullmatch(text.strip().lower())
        if found is None:
            raise ValueError(
                f"{text!r} is no fault: KIND[@LABEL][:VALUE][/SECONDS], e.g. paper-out@5, reset@4:120, "
                f"slow@3:500/10. There are {', '.join(KINDS)}."
            )
        value: int | Literal["before", "after"] | None = None
        if found["value"] is not None:
            words: dict[str, Literal["before", "after"]] = {"before": "before", "after": "after"}
            if found["value"] not in words and not found["value"].isdigit():
                raise ValueError(f"{text!r}: {found['value']!r} is neither a number nor before or after")
            value = words[found["value"]] if found["value"] in words else int(found["value"])
        return cls(
            found["kind"],
            int(found["label"]) if found["label"] else None,
            value,
            float(found["seconds"]) if found["seconds"] else None,
        )

    def __str__(self) -> str:
        text = self.kind
        text += f"@{self.label}" if self.label is not None else ""
        text += f":{self.value}" if self.value is not None else ""
        return text + (f"/{self.mend_after:g}" if self.mend_after is not None else "")


def _nearest(kind: str) -> str:
    near = difflib.get_close_matches(kind, KINDS, 1)
    return f"; did you mean {near[0]!r}?" if near else "."
