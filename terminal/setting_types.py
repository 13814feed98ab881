"""The kinds of value that a setting can be: each says in words what it expects.

A check raises `ValueError` with what was expected and never repeats the value: `terminal.config` adds the file, the
line and the value. A path and a pattern stay text here: they are made absolute and compiled where they are used.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator

from terminal.domain.channels import TERMINAL
from terminal.domain.codepatterns import pattern_problem
from terminal.domain.importmap import (
    AUDIT_FIELDS,
    CATALOGUE_FIELDS,
    GATE_FIELDS,
    HISTORY_FIELDS,
    MANIFEST_FIELDS,
)
from terminal.domain.outcomes import OUTCOME_FIELDS
from terminal.domain.permissions import read_permission
from terminal.domain.suggest import did_you_mean, hint

SCHEMES = ("socket", "rfc2217", "loop", "spy", "alt", "hwgrep")
"""The URL schemes that pyserial opens beside a plain device path."""

SIZES = ("4x6in", "2x1in", "57x32mm")
"""Sizes of label with shipped designs."""
IMPORT_FIELDS = tuple(
    dict.fromkeys(
        MANIFEST_FIELDS + CATALOGUE_FIELDS + GATE_FIELDS + OUTCOME_FIELDS + HISTORY_FIELDS + AUDIT_FIELDS
    )
)

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def fits(pattern: str, expected: str) -> AfterValidator:
    """Text that `pattern` fits as a whole, and the words for one that it does not."""
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        if not compiled.fullmatch(text):
            raise ValueError(f"expected {expected}")
        return text

    return AfterValidator(check)


def between(low: float, high: float, unit: str = "") -> AfterValidator:
    """A number within both bounds, which the message names."""

    def check(number: float) -> float:
        if not low <= number <= high:
            raise ValueError(f"expected {low:,} to {high:,}{' ' * bool(unit)}{unit}")
        return number

    return AfterValidator(check)


def one_line(longest: int, shortest: int = 0) -> AfterValidator:
    """Text for a screen or a label: no control characters, no direction marks, not too long."""

    def check(text: str) -> str:
        if CONTROL.search(text):
            raise ValueError("expected one line of text without control characters")
        if not shortest <= len(text) <= longest:
            count = f"at most {longest}" if not shortest else f"{shortest} to {longest}"
            raise ValueError(f"expected {count} characters, got {len(text)}")
        return text

    return AfterValidator(check)


def _path(text: str) -> str:
    """A path as it is written: made absolute only by `data_path`."""
    if CONTROL.search(text) or len(text) > 1024:
        raise ValueError("expected a path without control characters, at most 1,024 long")
    if text.startswith("~"):
        raise ValueError("'~' is not expanded here: write the whole path, or one relative to the data folder")
    return text


def _filled(text: str) -> str:
    if not text:
        raise ValueError("expected a path, got nothing")
    return text


def _money(raw: Any) -> Decimal:
    """An amount in the station's currency. A TOML float would already have lost cents, so it is refused."""
    text = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw < 10**9 else raw
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", text):
        raise ValueError('expected an amount in quotes, such as "100.00"')
    return Decimal(text).quantize(Decimal("0.01"))


def _pattern(pattern: str) -> str:
    """A regular expression that compiles and that no scan can send into a long search."""
    try:
        problem = pattern_problem(pattern)
    except RecursionError:
        problem = "nested too deeply"
    if problem is not None:
        raise ValueError(problem.replace(repr(pattern), "the pattern", 1))
    return pattern


def _field(name: str) -> str:
    """A field of a manifest or a catalogue, under our name for it."""
    if name not in IMPORT_FIELDS:
        raise ValueError(f"no field of a manifest or a catalogue{hint(name[:64], IMPORT_FIELDS)}")
    return name


def _device(url: str) -> str:
    """What pyserial opens: an absolute device path, a COM port or one of its URLs."""
    scheme, found, _ = url.partition("://")
    if found and scheme not in SCHEMES:
        raise ValueError(f"{scheme}:// is none of {', '.join(f'{known}://' for known in SCHEMES)}")
    if not found and not re.fullmatch(r"/.+|COM[0-9]{1,3}", url):
        raise ValueError(
            "expected a device path such as /dev/serial/by-id/..., or a URL such as socket://host:port"
        )
    return url


def _size(size: str) -> str:
    """A size of label: one of those with shipped designs, or one that a site has designs of its own for."""
    if size not in SIZES and not re.fullmatch(r"[0-9]{2,3}x[0-9]{2,3}mm", size):
        shipped = ", ".join(f'"{one}"' for one in SIZES)
        near = did_you_mean(size[:64], SIZES)
        tail = f' - did you mean "{near}"?' if near else ""
        raise ValueError(f'expected {shipped}, or a size of your own designs such as "80x40mm"{tail}')
    return size


def _command(text: str) -> str:
    """Bytes for a device, written as text: control characters are what they are for."""
    if len(text) > 32 or any(ord(char) > 0xFF for char in text):
        raise ValueError(r'expected at most 32 bytes as text, control characters as "\u0006"')
    return text


def _encoding(name: str) -> str:
    try:
        "".encode(name)
    except (LookupError, ValueError):
        raise ValueError("expected the name of a text encoding such as utf-8, cp1252 or latin-1") from None
    return name


def _date_format(form: str) -> str:
    """A strptime format that gives a whole date back."""
    sample = datetime(2001, 2, 3, 4, 5, 6)
    if re.search(r"%(?![aAbBdjmyYHIMSfpzZ%])", form):
        raise ValueError("'%' is followed by one of a A b B d j m y Y H I M S f p z Z %")
    yearless = not re.search("%[yY]", form.replace("%%", ""))
    try:
        whole = not yearless and datetime.strptime(sample.strftime(form), form).date() == sample.date()
    except (ValueError, re.error):
        whole = False
    if not whole:
        raise ValueError("expected a format that gives day, month and year once, such as %d.%m.%Y")
    return form


def _cell(raw: Any) -> Any:
    """A constant as the text that a file would hold."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return str(raw) if isinstance(raw, int) and abs(raw) < 10**18 else raw


def with_other(given: Mapping[str, str]) -> Mapping[str, str]:
    """Reason codes without those that the site emptied; `other` always exists and comes last."""
    kept = {code: sentence for code, sentence in given.items() if sentence and code != "other"}
    return {**kept, "other": given.get("other") or "Another reason"}


def of_channels(given: Mapping[str, str]) -> Mapping[str, str]:
    """Sentences by channel, without those that the site emptied. Raises ValueError for what is no channel."""
    strange = next((name for name in given if name not in TERMINAL), None)
    if strange is not None:
        raise ValueError(f'"{strange}" is no channel{hint(strange, TERMINAL)}')
    return {channel: sentence for channel, sentence in given.items() if sentence}


def _permission(text: str) -> str:
    """Who may do a guarded action. Raises ValueError naming what is expected."""
    read_permission(text)
    return text


def _key(key: str) -> str:
    """A key's name, or nothing for no key; which keys there are, the screen knows."""
    if not re.fullmatch(r"[!-~]{0,32}", key):
        raise ValueError("expected a key such as f5, or nothing for no key")
    return key


def _number(raw: Any) -> Any:
    """Python counts true as 1 and 9600.0 as 9600, and so would a choice of numbers."""
    if isinstance(raw, (bool, float)):
        raise ValueError("expected a whole number")
    return raw


def _truth_or_text(raw: Any) -> Any:
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        raise ValueError('expected true, false or "auto"')
    return raw


def _at_least_one(given: Collection[Any]) -> Collection[Any]:
    if not given:
        raise ValueError("expected at least one")
    return given


AtLeastOne = AfterValidator(_at_least_one)
Name = Annotated[str, fits(r"[A-Za-z0-9_-]{1,32}", "a name of 1 to 32 letters, digits, '_' or '-'")]
"""What a site calls a printer, a scanner, a sink, an import or a policy."""
Id = Annotated[
    str,
    fits(
        r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}",
        "1 to 32 letters, digits, '.', '_' or '-', with a letter or digit first",
    ),
]
Word = Annotated[str, fits(r"[a-z][a-z0-9_]{0,31}", "a word in small letters such as off_price")]
"""A channel or a category."""
Code = Annotated[str, fits(r"[a-z][a-z0-9-]{0,31}", "a code in small letters such as wrong-item")]
Sentence = Annotated[str, one_line(80)]
PathText = Annotated[str, AfterValidator(_path)]
NeededPath = Annotated[str, AfterValidator(_filled), AfterValidator(_path)]
Pattern = Annotated[str, AfterValidator(_pattern)]
LabelSize = Annotated[str, AfterValidator(_size)]
CommandText = Annotated[str, AfterValidator(_command)]
DeviceUrl = Annotated[str, one_line(200), AfterValidator(_device)]
Amount = Annotated[Decimal, BeforeValidator(_money)]
Label = Annotated[str, one_line(64)]
Column = Annotated[str, one_line(128, 1)]
Cell = Annotated[str, BeforeValidator(_cell), one_line(200)]
Host = Annotated[str, fits(r"[A-Za-z0-9._:%-]{1,253}", "a host name or address, without tcp:// and port")]
Prefix = Annotated[str, fits("|[BCDEFGHIJKLNOPRSTUVX]{4}", "nothing, or 4 letters of BCDEFGHIJKLNOPRSTUVX")]
"""First letters of an LPN: only letters that are the same on every keyboard."""
Delimiter = Annotated[str, fits(r"[^\w\s\"'\\\x00-\x1f\x7f.-]|\t", "one character such as , ; | or \\t")]
Encoding = Annotated[
    str, fits("[A-Za-z0-9_-]{2,32}", "the name of an encoding such as utf-8"), AfterValidator(_encoding)
]
DateFormat = Annotated[str, one_line(64, 1), AfterValidator(_date_format)]
ActionId = Annotated[str, fits(r"[a-z][a-z0-9_.-]{0,63}", "the id of an action such as undo")]
Key = Annotated[str, AfterValidator(_key)]
Guard = Annotated[str, AfterValidator(_permission)]
BaudRate = Annotated[
    Literal[300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600],
    BeforeValidator(_number),
]
DataBits = Annotated[Literal[7, 8], BeforeValidator(_number)]
StopBits = Annotated[Literal[1, 2], BeforeValidator(_number)]
Dpi = Annotated[Literal[203, 300, 600], BeforeValidator(_number)]
Hints = Annotated[Literal[True, False, "auto"], BeforeValidator(_truth_or_text)]
ImportField = Annotated[str, AfterValidator(_field)]
