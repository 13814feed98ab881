"""Lines of a scale turned into whole grams, or into what is wrong with them.

Pure, and exact: a value stays a decimal from the line to the gram. Two languages are read: the replies of
MT-SICS, and any continuous output by a pattern that the site writes. The surprise is how little is taken for a
weight: a line must fit as a whole and its unit must be known, and what is less than nothing is never one, for grams
go into waste reports and nobody looks at them again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from difflib import get_close_matches
from enum import StrEnum

from devices.problems import show
from devices.said import N_, Said

MAX_LINE = 128
"""Characters of the longest line that is looked at; a longer one is unreadable."""

UNITS: Mapping[str, Decimal] = {
    "g": Decimal(1),
    "kg": Decimal(1000),
    "mg": Decimal("0.001"),
    "t": Decimal(1_000_000),
    "lb": Decimal("453.59237"),
    "oz": Decimal("28.349523125"),
}
"""Grams in one of each unit; pound and ounce are the international avoirdupois ones, exact by definition."""

_SPELLINGS = {"G": "g", "KG": "kg", "Kg": "kg", "LB": "lb", "Lb": "lb", "lbs": "lb", "LBS": "lb", "OZ": "oz"}
"""Other ways to write a unit. `Mg` and `T` are missing on purpose: a megagram is no milligram."""

_NUMBER = re.compile(r"([+-]?) *([0-9]*)(?:[.,]([0-9]*))?")
_POUNDS_OUNCES = re.compile(r"([+-]?) *([0-9]{1,6}) ?: ?([0-9]{1,2}(?:[.,][0-9]{0,6})?)")
_MAX_DIGITS = 12
_EXACT = Context(prec=40, rounding=ROUND_HALF_UP)


class Fault(StrEnum):
    """Why a scale has no weight to give. The values are stable codes, for a journal and for translations."""

    UNSTABLE = "unstable"
    NEGATIVE = "negative"
    OVERLOAD = "overload"
    UNDERLOAD = "underload"
    NOT_READY = "not_ready"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    UNIT_UNKNOWN = "unit_unknown"
    SCALE_ERROR = "scale_error"


SENTENCES: Mapping[Fault, str] = {
    Fault.UNSTABLE: N_(
        "The weight is not steady. Let the item lie still and keep draughts and cables off the scale."
    ),
    Fault.NEGATIVE: N_("The scale shows less than nothing. Take everything off and tare it."),
    Fault.OVERLOAD: N_("The load is too heavy for this scale. Take it off and use a bigger one."),
    Fault.UNDERLOAD: N_(
        "The scale is below its range. Put the pan back on, then switch the scale off and on."
    ),
    Fault.NOT_READY: N_("The scale is busy or finds no rest. Wait until its display stands still."),
    Fault.EMPTY: N_("There is nothing on the scale. Put the item on it."),
    Fault.UNREADABLE: N_("What the scale sends can't be read. Check its baud rate, parity and protocol."),
    Fault.UNIT_UNKNOWN: N_("The scale gives a unit that is not known ({unit}). Set it to g, kg, lb or oz."),
    Fault.SCALE_ERROR: N_("The scale reports an error ({error}). Look at its display; switch it off and on."),
}
"""One template for each fault. `{unit}` and `{error}` are what the scale sent, safe to print."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What lies on the pan."""

    grams: int
    """Rounded half up; never negative."""
    text: str
    """Value and unit as the scale gave them, e.g. `0.1824 kg`."""
    stable: bool
    """False where the scale said so, and where nothing said that it is."""


@dataclass(frozen=True, slots=True)
class WeightProblem:
    """Why there is no weight."""

    kind: Fault
    why: str
    """A sentence for the operator."""
    shown: str = ""
    """What the scale sent, safe to print."""
    grams: int | None = None
    """How far below zero it is, as a negative number, where `kind` is NEGATIVE."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply that says nothing of what lies on the pan: to a zero, a tare, a question for the serial number."""

    command: str
    done: bool
    text: str
    """The line, safe to print."""


Reading = Weight | WeightProblem


def problem(kind: Fault, line: str = "", **details: str) -> WeightProblem:
    """Make the problem of a line, with its sentence."""
    return WeightProblem(kind, Said(SENTENCES[kind], **details), show(line))


def measure(value: str, unit: str, stable: bool, line: str = "") -> Reading:
    """Turn a value and its unit into a reading; `line` is what is shown where that can't be done.

    One comma or one point stands before the decimals, so no thousands are marked. `12:07.5` in `lb:oz` is 12 pounds
    and 7.5 ounces.
    """
    value, unit = value.strip(" "), unit.strip(" ")
    line = line or f"{value} {unit}"
    if len(value) > MAX_LINE or len(unit) > MAX_LINE:
        return problem(Fault.UNREADABLE, line)
    if unit == "lb:oz":
        exact = _pounds_ounces(value)
    else:
        number = _number(value)
        factor = UNITS.get(_SPELLINGS.get(unit, unit))
        if number is not None and factor is None:
            # TRANSLATORS: it also stands for the unit of a weight that a scale gave without one
            return problem(Fault.UNIT_UNKNOWN, line, unit=show(unit, 12) or Said("none"))
        exact = _EXACT.multiply(number, factor) if number is not None and factor is not None else None
    if exact is None:
        return problem(Fault.UNREADABLE, line)
    grams = int(exact.quantize(Decimal(1), context=_EXACT))
    if grams < 0:
        return WeightProblem(Fault.NEGATIVE, Said(SENTENCES[Fault.NEGATIVE]), show(line), grams)
    return Weight(grams, f"{value} {unit}", stable)


def _number(text: str) -> Decimal | None:
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    sign, whole, decimals = found[1], found[2], found[3] or ""
    if not 1 <= len(whole + decimals) <= _MAX_DIGITS:
        return None
    return Decimal(f"{sign}{whole or '0'}.{decimals or '0'}")


def _pounds_ounces(text: str) -> Decimal | None:
    found = _POUNDS_OUNCES.fullmatch(text)
    ounces = _number(found[3]) if found is not None else None
    if found is None or ounces is None or ounces >= 16:
        return None
    grams = _EXACT.fma(Decimal(found[2]), UNITS["lb"], _EXACT.multiply(ounces, UNITS["oz"]))
    return grams.copy_negate() if found[1] == "-" else grams


_WEIGHT = re.compile(r"(?:S|SI|SIR) +([SD]) +([+-]? *[0-9.,:]+) *([^0-9 ]\S*)?")
_NO_WEIGHT = re.compile(r"(?:S|SI|SIR) +(?:([I+-])|(L)|[SD] +Error *(\S*))")
_PAN_MARKS = {"I": Fault.NOT_READY, "+": Fault.OVERLOAD, "-": Fault.UNDERLOAD}
# TRANSLATORS: the error that a scale reports; ES, ET and EL are its codes
_CANT = Said("command can't be done")
_ERRORS = {
    "ES": Said("ES, command not known"),
    "ET": Said("ET, garbled on the way to it"),
    "EL": Said("EL, command can't be done"),
}
_ANSWER = re.compile(r"(@|Z[IC]?|T(?:A|AC|I)?|I[0-9]{1,2}|DW?|K) (\S+)(?: .*)?|(@|SI|SIR)")


@dataclass(frozen=True, slots=True)
class MtSics:
    """Reads the replies of MT-SICS, the command set of Mettler-Toledo that many makers answer to (level 0).

    Source: the "MT-SICS Interface Commands" reference manual, response formats and error messages.
    """

    unit: str = ""
    """The unit of a value that comes without one."""

    marks_stability = True

    def parse(self, line: str | bytes) -> Reading | Answer:
        """Judge one line without its end. Never raises."""
        text = _as_text(line)
        if text is None:
            return problem(Fault.UNREADABLE, _shown(line))
        if text in _ERRORS:
            return problem(Fault.SCALE_ERROR, text, error=_ERRORS[text])
        if weight := _WEIGHT.fullmatch(text):
            return measure(weight[2], weight[3] or self.unit, weight[1] == "S", text)
        if none := _NO_WEIGHT.fullmatch(text):
            mark, cant, number = none.groups()
            if mark:
                return problem(_PAN_MARKS[mark], text)
            error = _CANT if cant else show(number, 16) or Said("no number")
            return problem(Fault.SCALE_ERROR, text, error=error)
        if answer := _ANSWER.fullmatch(text):
            return Answer(answer[1] or answer[3], answer[2] not in ("I", "+", "-", "L"), show(text))
        return problem(Fault.UNREADABLE, text)


_GROUPS = ("value", "unit", "stable", "unstable", "overload", "underload")


class WeightPattern:
    r"""Reads continuous output by a regular expression that must fit a whole line, blanks at its ends left aside.

    Named groups: `value`; if the scale names it, `unit`; and what matches something only where it is so: `stable`,
    `unstable`, `overload`, `underload`. Only ASCII digits count as `\d`.
    """

    def __init__(self, pattern: str, unit: str = "") -> None:
        """Check the pattern; `unit` is for a value without one. Raises ValueError that says what is wrong."""
        try:
            self._pattern = re.compile(pattern, re.ASCII)
        except (re.error, ValueError, OverflowError, RecursionError) as error:
            raise ValueError(
                f"the scale's pattern {show(pattern)!r} is no regular expression: {error}"
            ) from error
        names = self._pattern.groupindex
        if "value" not in names:
            raise ValueError(
                f"the scale's pattern {show(pattern)!r} has no group named value: write (?P<value>...) where the "
                "number stands"
            )
        for name in names:
            if name not in _GROUPS:
                near = get_close_matches(name, _GROUPS, 1)
                hint = f" Did you mean {near[0]}?" if near else ""
                raise ValueError(
                    f"the scale's pattern has a group named {name}; known are {', '.join(_GROUPS)}.{hint}"
                )
        if "unit" not in names and not unit:
            raise ValueError("the scale's pattern has no group named unit: give the unit in the settings")
        self._names = frozenset(names)
        self._unit = unit

    @property
    def marks_stability(self) -> bool:
        """Whether the output says if a value is stable."""
        return not self._names.isdisjoint(("stable", "unstable"))

    def parse(self, line: str | bytes) -> Reading:
        """Judge one line without its end. Never raises."""
        text = _as_text(line)
        found = self._pattern.fullmatch(text.strip()) if text is not None else None
        if text is None or found is None:
            return problem(Fault.UNREADABLE, _shown(line))
        marks: dict[str, str | None] = found.groupdict()
        for kind in (Fault.OVERLOAD, Fault.UNDERLOAD):
            if marks.get(kind.value):
                return problem(kind, text)
        stable = self.marks_stability and not marks.get("unstable")
        if "stable" in self._names and not marks["stable"]:
            stable = False
        return measure(marks["value"] or "", marks.get("unit") or self._unit, stable, text)


def _as_text(line: str | bytes) -> str | None:
    """Give a line that can be looked at: ASCII, printable (a tab is a blank), not too long."""
    if len(line) > MAX_LINE:
        return None
    if isinstance(line, bytes):
        line = line.decode("ascii", errors="replace")
    text = line.replace("\t", " ").rstrip(" ")
    return text if text.isascii() and text.isprintable() else None


def _shown(line: str | bytes) -> str:
    return line[:MAX_LINE].decode("ascii", errors="replace") if isinstance(line, bytes) else line[:MAX_LINE]
