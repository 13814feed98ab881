"""The kinds of value that a setting can be: each says in words what it expects.

A check raises `ValueError` with what was expected and never repeats the value: `terminal.config` adds the file, the
line and the value. The one that surprises is `check_pattern`: a regular expression may compile and still be refused,
because a scan must never hang the bench.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator

SCHEMES = ("socket", "rfc2217", "loop", "spy", "alt", "hwgrep")
"""The URL schemes that pyserial opens beside a plain device path."""

MAX_PATTERN = 200
OPEN_REPEATS = 3

_REPEAT = r"(?:[*+?]|\{\d+(?:,\d*)?\}|\{,\d+\})"
_PATTERN_PART = re.compile(
    rf"""(?P<skip>\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?\#[^)]*\))
      | (?P<open>\(\??) | (?P<close>\)) | (?P<either>\|) | (?P<repeat>{_REPEAT}[?+]?)""",
    re.VERBOSE | re.DOTALL,
)
_BACK_REFERENCE = re.compile(r"(?<!\\)(?:\\\\)*(?:\\[1-9]|\(\?P=|\(\?\()")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


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
        if _CONTROL.search(text):
            raise ValueError("expected one line of text without control characters")
        if not shortest <= len(text) <= longest:
            count = f"at most {longest}" if not shortest else f"{shortest} to {longest}"
            raise ValueError(f"expected {count} characters, got {len(text)}")
        return text

    return AfterValidator(check)


def _path(text: str) -> str:
    """A path as it is written: made absolute only by `data_path`."""
    if _CONTROL.search(text) or len(text) > 1024:
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


def check_pattern(pattern: str) -> str:
    """A regular expression that compiles and cannot run away on an unlucky scan.

    A group that is repeated may hold only fixed counts and no alternatives: anything else can take time that doubles
    with every character. Raises ValueError saying what to change.
    """
    if not 1 <= len(pattern) <= MAX_PATTERN:
        raise ValueError(f"expected a pattern of 1 to {MAX_PATTERN} characters, got {len(pattern)}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a set such as [a--b] means something else in a later Python
            re.compile(pattern)
    except (re.error, ValueError, OverflowError, RecursionError, Warning) as error:
        raise ValueError(f"not a regular expression: {error}") from None
    if _BACK_REFERENCE.search(pattern) or re.search(r"\(\?[a-z]*x", pattern):
        raise ValueError("a pattern may not refer back to a group or use the verbose flag")
    _refuse_runaway(pattern)
    return pattern


def _refuse_runaway(pattern: str) -> None:
    varies = [False]  # for each open group: does what it matches vary in length or form?
    closed = False  # does the group that was just closed vary?
    open_repeats = 0
    end = 0
    for part in _PATTERN_PART.finditer(pattern):
        kind, text = part.lastgroup, part.group().rstrip("?+") or part.group()
        after_group = closed and part.start() == end
        closed, end = False, part.end()
        if kind == "open":
            varies.append(False)
        elif kind == "close":
            closed = varies.pop()
            varies[-1] = varies[-1] or closed
        elif kind == "either":
            varies[-1] = True
        elif kind == "repeat":
            fixed = re.fullmatch(r"\{\d+\}", text)
            if after_group and text not in ("?", "{0,1}", "{,1}", "{1}"):
                raise ValueError(
                    "a repeated group may hold only fixed counts such as {3}: what varies inside it can take for ever"
                )
            varies[-1] = varies[-1] or not fixed
            open_repeats += text[0] in "*+" or text.endswith(",}")
    if open_repeats > OPEN_REPEATS:
        raise ValueError(
            f"at most {OPEN_REPEATS} open repeats (* + {{n,}}) in one pattern, got {open_repeats}"
        )


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
    try:
        whole = datetime.strptime(sample.strftime(form), form).date() == sample.date()
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
Pattern = Annotated[str, AfterValidator(check_pattern)]
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
Key = Annotated[str, fits(r"[!-~]{1,32}", "a key such as f5 or ctrl+r")]
BaudRate = Literal[300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600]
ImportField = Literal[
    "rma", "tracking", "sku", "gtin", "serial", "title", "category", "quantity", "unit_price", "currency",
    "reason", "initiated", "weight_g", "price", "hygiene", "battery", "hazard", "brand",
]  # fmt: skip
"""Our own names of what a manifest or a catalogue says."""
