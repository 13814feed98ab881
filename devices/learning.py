"""What one scan of the check code tells about a scanner's set-up.

The check code is a GS1-128 symbol with two element strings, so that a separator must stand between them. Its
letters are those that change places between keyboards, in both cases; its signs and digits tell keyboards apart
that have the letters in the same places. Pure: bytes or text in, a `Lesson` out, and nothing is ever corrected.

The surprise is that the bytes of a 7-bit line read as 8 bits are still whole: the parity bit stands on top of each,
so the line's settings are found without trying them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from devices.layouts import LAYOUTS, Layout, typed
from devices.problems import hex_view, show
from devices.said import Said
from devices.setup_problems import Case, case_problem, end_problem, separator_problem
from devices.symbology import split

CHECK_ELEMENTS: tuple[tuple[str, str], ...] = (("10", 'AQZWYM-/;"aqzwym'), ("21", "0123456789"))
"""Application identifiers and values: FNC1 stands in front of the first and, as separator, before the second."""
CHECK_TEXT = "\x1d".join(identifier + value for identifier, value in CHECK_ELEMENTS)
"""What a scanner that is set up well sends, but for its AIM identifier and its marks."""

GS1_128 = "]C1"
COMMON_RATES = (9600, 19200, 38400, 57600, 115200)

_ENDS = {"\r": "cr", "\n": "lf", "\r\n": "crlf", "\t": "tab", "\x03": "etx", "\r\r": "cr", "\n\n": "lf",
         "\x03\r": "etx", "\x03\r\n": "etx", "\x03\n": "etx"}  # fmt: skip
"""What may stand behind a code -> the word of the configuration. A second end, or one after ETX, does no harm."""
_LONGEST_SEPARATOR = 12
_MARKS = "\r\n\t\x02\x03"


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned. Without `found` only `problems` and `heard` say anything."""

    found: bool
    """Whether the check code was recognised."""
    heard: str
    """What arrived, safe to print."""
    terminator: str = ""
    """cr, lf, crlf, tab, etx, `none`, or another text made safe; empty: not to be seen from here."""
    prefix: str = ""
    """Nothing, `stx`, or another text made safe."""
    aim: bool = False
    """Whether the scanner sends AIM identifiers."""
    aim_identifier: str = ""
    case: Case = "as printed"
    layout: str | None = None
    """The keyboard that scanner and PC do not agree about; None when they agree."""
    separator: str = ""
    """kept, lost, or `replaced by X`."""
    bytesize: int = 8
    parity: str = "none"
    noise: bool = False
    """Whether bytes came as a wrong baud rate makes them."""
    problems: tuple[str, ...] = ()
    """Sentences that say what is wrong and what to set."""

    @property
    def well(self) -> bool:
        """Whether the scanner can be worked with as it is set."""
        return self.found and not self.problems

    def lines(
        self,
        name: str = "scanner",
        url: str = "",
        *,
        baudrate: int = 9600,
        gap_ms: int = 50,
        min_length: int = 6,
    ) -> list[str]:
        """Give the lines of `config.toml` for what was found: with `url` a serial scanner's, else `[wedge]`."""
        if not url:
            mode = "prefix" if self.prefix == "stx" else "plain"
            return ["[wedge]", f'mode = "{mode}"', f"gap_ms = {gap_ms}", f"min_length = {min_length}"]
        known = self.terminator if self.terminator in _ENDS.values() else "auto"
        line = [f"bytesize = {self.bytesize}", f'parity = "{self.parity}"'] if self.bytesize == 7 else []
        return [
            f"[scanners.{name}]",
            f"url = {json.dumps(url, ensure_ascii=False)}",
            f"baudrate = {baudrate}",
            *line,
            f'terminator = "{known}"',
            f'prefix = "{"stx" if self.prefix == "stx" else ""}"',
        ]


def is_check(text: str) -> bool:
    """Say whether a scan is the check code, however it was distorted."""
    return next(_matches(text), None) is not None


def verdict(text: str) -> Lesson:
    """Judge a scan of the check code whose prefix and terminator were taken off already, AIM identifier or not."""
    return _judge(text, framed=True, keyboard=False)


def learn_keys(text: str) -> Lesson:
    """Judge what a keyboard scanner typed for one or two scans, with Enter as CR and Tab as TAB."""
    return _judge(text, framed=False, keyboard=True)


def learn(raw: bytes) -> Lesson:
    """Judge the bytes of one or two scans of the check code as they came from the line, read as 8 data bits."""
    text = raw.decode("utf-8", errors="replace")
    if not is_check(text) and is_check(low := bytes(value & 0x7F for value in raw).decode("ascii")):
        lesson = _judge(low, framed=False, keyboard=False)
        return replace(lesson, bytesize=7, parity=_parity(raw), heard=show(low, 160))
    lesson = _judge(text, framed=False, keyboard=False)
    if lesson.found:
        return lesson
    heard = f"{show(text, 60)} [{hex_view(raw)}]" if raw else ""
    if not _is_noise(raw):
        return replace(lesson, heard=heard)
    rates = ", ".join(map(str, COMMON_RATES))
    problem = (
        f"{len(raw)} bytes came that are no text: the baud rate is wrong. Common rates are {rates}; "
        "the scanner's manual has a barcode that sets one. Check the cable and its ground, too."
    )
    return Lesson(False, heard, noise=True, problems=(problem,))


@dataclass(frozen=True, slots=True)
class _Shape:
    """One way in which the check code may arrive: both of its halves, and what made them so."""

    head: str
    tail: str
    aim: str
    """What the AIM identifier looks like here."""
    layout: Layout
    case: Case
    brackets: bool


@dataclass(frozen=True, slots=True)
class _Match:
    shape: _Shape
    before: str
    separator: str
    after: str


@cache
def _shapes() -> tuple[_Shape, ...]:
    """Every way, the likeliest first, none twice."""
    found: dict[tuple[str, str], _Shape] = {}
    cases: tuple[tuple[Case, bool], ...] = (("as printed", False), ("upper", False), ("lower", False))
    for case, brackets in (*cases, *((case, True) for case, _ in cases)):
        for layout in LAYOUTS:
            if layout.lock == "caps" and case != "as printed":
                continue  # capitals and Caps Lock make small letters: the same as small letters without it
            halves = [
                _sent(f"({one}){value}" if brackets else one + value, case) for one, value in CHECK_ELEMENTS
            ]
            head, tail = (typed(half, layout) for half in halves)
            if head is None or tail is None:
                continue
            seen: Case = "swapped" if layout.lock and case == "as printed" else case
            shape = _Shape(head, tail, typed(_sent(GS1_128, case), layout) or GS1_128, layout, seen, brackets)
            found.setdefault((head, tail), shape)
    return tuple(found.values())


def _sent(text: str, case: Case) -> str:
    return text.upper() if case == "upper" else text.lower() if case == "lower" else text


def _matches(text: str) -> Iterator[_Match]:
    """Find the check code from left to right, each time with everything around it up to the next one."""
    for shape in _shapes():
        while (at := text.find(shape.head)) >= 0:
            rest = text[at + len(shape.head) :]
            gap = rest.find(shape.tail, 0, _LONGEST_SEPARATOR + len(shape.tail))
            if gap < 0:
                break
            after = rest[gap + len(shape.tail) :]
            following = after.find(shape.head)
            yield _Match(shape, text[:at], rest[:gap], after if following < 0 else after[:following])
            if following < 0:
                return
            text = after
        else:
            continue


def _judge(text: str, *, framed: bool, keyboard: bool) -> Lesson:
    heard = show(text, 160)
    matches = list(_matches(text))
    if not matches:
        return Lesson(False, heard, problems=(_not_found(text),))
    first, last = matches[0], matches[-1]
    shape = first.shape
    identifier, prefix = _leading(first.before, shape)
    separator = "kept" if first.separator == "\x1d" else f"replaced by {show(first.separator)}"
    lesson = Lesson(
        True,
        heard,
        terminator=_terminator(last.after, framed),
        prefix="stx" if prefix == "\x02" else show(prefix),
        aim=bool(identifier),
        aim_identifier=identifier,
        case=shape.case,
        layout=None if shape.layout.agrees else shape.layout.name,
        separator=separator if first.separator else "lost",
    )
    return replace(lesson, problems=tuple(_problems(lesson, first, last.after, framed, keyboard)))


def _leading(before: str, shape: _Shape) -> tuple[str, str]:
    """Part the AIM identifier and the prefix of what stands before the code; the line before is another scan's."""
    before = before[max(map(before.rfind, "\r\n\t")) + 1 :]
    if before.endswith(shape.aim):
        return GS1_128, before[: -len(shape.aim)]
    aim, rest = split(before[-3:])
    return (aim, before[:-3]) if aim and not rest else ("", before)


def _terminator(after: str, framed: bool) -> str:
    if framed and not after:
        return ""
    return _ENDS.get(after, show(after) or "none")


def _problems(lesson: Lesson, match: _Match, after: str, framed: bool, keyboard: bool) -> Iterator[str]:
    shape, layout = match.shape, match.shape.layout
    if not layout.agrees:
        yield layout.sentence
        yield Said("Scan the check code again after that: prefix, separator and terminator show only then.")
        return
    if shape.case != "as printed":
        yield case_problem(lesson.case, keyboard)
    if shape.brackets:
        yield Said(
            "The scanner puts brackets around application identifiers: switch that off (GS1 bracket format)."
        )
    if lesson.separator != "kept":
        yield separator_problem(match.separator, keyboard)
    if lesson.aim and lesson.aim_identifier != GS1_128:
        yield Said(
            "The scanner takes the code for {identifier} instead of GS1-128 ({right}): switch GS1-128 on at the "
            "scanner.",
            identifier=lesson.aim_identifier,
            right=GS1_128,
        )
    if lesson.prefix not in ("", "stx"):
        yield Said(
            "The scanner sends {prefix} in front of the code: clear its prefix, or set it to STX alone.",
            prefix=lesson.prefix,
        )
    good = after in _ENDS
    if keyboard and after[:1] == "\x03":
        good = good and lesson.prefix == "stx" and len(after) > 1
    if not good and not (framed and not after):
        yield end_problem(after, keyboard)


def _not_found(text: str) -> str:
    if not text:
        return "Nothing came."
    bare = text.strip(_MARKS)
    if any(half in bare for shape in _shapes() for half in (shape.head, shape.tail)):
        return (
            "Only a part of the check code came. Scan it again; if it stays so, the scanner cuts codes: "
            "clear its length limits and data formatting."
        )
    return "That is not the check code. Scan the one on the command sheet (regrade sheet)."


def _parity(raw: bytes) -> str:
    """Name the parity whose bit stands on top of every 7-bit character; `space` is none that is ever set."""
    odd = {value.bit_count() % 2 for value in raw}
    if len(odd) == 1:
        return "odd" if odd.pop() else "even"
    return "mark" if all(value & 0x80 for value in raw) else "space"


def _is_noise(raw: bytes) -> bool:
    """Say whether a third or more of the bytes is what a wrong baud rate makes of text."""
    try:
        raw.decode("utf-8")
        high = 0
    except UnicodeDecodeError:
        high = sum(value >= 0x80 for value in raw)
    controls = sum(value < 0x20 and chr(value) not in _MARKS + "\x1d" for value in raw)
    return bool(raw) and (high + controls) * 3 >= len(raw)
