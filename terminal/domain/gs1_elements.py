"""Element strings: cutting a GS1 message into identifiers with values, each as strict as its definition.

A value that is too long for its identifier is the usual sign of a separator that was lost on the way. Where the
next element begins is then a guess, so all of it is refused: a lot that swallowed a serial is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from terminal.domain.gs1_checks import CHARACTER_SETS, CHECKS
from terminal.domain.gs1_table import Identifier, identifier_at
from terminal.domain.gtin import Gs1Error
from terminal.domain.speech import _

GS = "\x1d"
"""What a reader sends for FNC1 inside a message."""

Element = tuple[str, str]
"""Application identifier and value."""

_SERIAL_PART = {"253": 13, "255": 13, "8003": 14}
"""The keys that may end in a serial number, and the digits that come before it."""


def cut_message(data: str) -> list[Element]:
    """The element strings of a message with `GS` between them.

    A separator is due after every value without predefined length and may stand after any, at the end too.

    Raises Gs1Error: it is empty, or an identifier or value in it breaks its definition; the place is said.
    """
    if not data:
        raise Gs1Error(_("a GS1 symbol without data"))
    elements = []
    place = 0
    while place < len(data):
        known = identifier_at(data[place : place + 4])
        if known is None and data[place] == GS:
            separator = _("a separator at place {place}: expected an application identifier there")
            raise Gs1Error(separator.format(place=place + 1))
        if known is None:
            unknown = _("unknown application identifier at {given}, place {place}")
            raise Gs1Error(unknown.format(given=shown(data[place : place + 4]), place=place + 1))
        start = place + len(known.ai)
        end = data.find(GS, start)
        span = data[start : len(data) if end < 0 else end]
        size = min(len(span), sum(part.most for part in known.parts)) if known.fixed else len(span)
        elements.append(checked(known, span[:size], start))
        place = start + size
        if data[place : place + 1] == GS:
            place += 1
    return elements


def one_element(ai: str, value: str) -> Element:
    """An element string whose identifier and value came apart.

    Raises Gs1Error: no identifier is called so, or the value breaks its definition.
    """
    known = identifier_at(ai)
    if known is None or known.ai != ai:
        raise Gs1Error(_("({ai}) is no application identifier").format(ai=ai))
    return checked(known, value, None)


def checked(known: Identifier, value: str, start: int | None) -> Element:
    """The element if `value` is all that its definition asks; `start` is its index in the message.

    Raises Gs1Error: it isn't.
    """
    problem, place = _problem(known, value)
    if problem is not None:
        told = f"({known.ai}) {problem}"
        if start is not None:
            # TRANSLATORS: at which character of the scan
            told = _("{problem}, place {place}").format(problem=told, place=start + place + 1)
        raise Gs1Error(told)
    return known.ai, value


def check_together(elements: Iterable[Element]) -> dict[str, str]:
    """The values by identifier, where nothing is said twice in two ways or contradicted.

    Raises Gs1Error: an identifier is repeated with another value, or stands beside one that excludes it (General
    Specifications 4.13).
    """
    values: dict[str, str] = {}
    for ai, value in elements:
        if values.setdefault(ai, value) != value:
            twice = _("({ai}) is given twice, as {one} and {other}")
            raise Gs1Error(twice.format(ai=ai, one=shown(values[ai]), other=shown(value)))
    for ai in values:
        known = identifier_at(ai)
        assert known is not None
        for pattern in known.excludes:
            other = next((one for one in values if one != ai and _is(one, pattern)), None)
            if other is not None:
                apart = _("({one}) and ({other}) may not stand together")
                raise Gs1Error(apart.format(one=min(ai, other), other=max(ai, other)))
    if "8030" in values:
        for ai, digits in _SERIAL_PART.items():
            if ai in values and len(values[ai]) == digits:
                bare = _("({ai}) beside (8030): expected a serial number after its {digits} digits")
                raise Gs1Error(bare.format(ai=ai, digits=digits))
    return values


def missing_beside(values: Mapping[str, str]) -> tuple[str, ...]:
    """What identifiers need beside them that is not in this message, in sentences (General Specifications 4.14).

    No error of a single scan: a label may spread one message over two symbols.
    """
    found = []
    for ai in values:
        known = identifier_at(ai)
        for groups in known.needs if known is not None else ():
            if not any(all(_any(one, values, ai) for one in group) for group in groups):
                # TRANSLATORS: between the identifiers that have to stand together, as (8018) with (7259)
                wanted = [_(" with ").join(f"({one})" for one in group) for group in groups]
                needs = _("({ai}) needs {others} beside it: scan the symbol that has it, too")
                found.append(needs.format(ai=ai, others=_(" or ").join(wanted)))
    return tuple(found)


def shown(text: str) -> str:
    """Scanned text for a sentence: short and without anything that could act."""
    return ascii(text if len(text) <= 40 else text[:40] + "...")


def _any(pattern: str, values: Iterable[str], but: str) -> bool:
    return any(one != but and _is(one, pattern) for one in values)


def _is(ai: str, pattern: str) -> bool:
    """Whether an identifier is meant by `pattern`, in which n is any digit."""
    stem = pattern.rstrip("n")
    return len(ai) == len(pattern) and ai.startswith(stem)


def _problem(known: Identifier, value: str) -> tuple[str | None, int]:
    """What is wrong with a value and at which index, or None."""
    if not value:
        # TRANSLATORS: comes after an identifier, as (10)
        return _("is empty: expected {form}").format(form=known.expectation()), 0
    foreign = _foreign(known, value)
    if foreign is not None:
        return foreign
    if len(value) > sum(part.most for part in known.parts):
        return _misfit(known, value), 0
    place = 0
    for part in known.parts:
        text = value[place : place + part.most]
        if part.optional and not text:
            continue
        if len(text) < part.least:
            return _misfit(known, value), 0
        for name in part.checks:
            problem = CHECKS[name](text)
            if problem is not None:
                return problem, place
        place += len(text)
    return None, 0


def _foreign(known: Identifier, value: str) -> tuple[str, int] | None:
    """The first character that its component may not hold, with its index."""
    place = 0
    for part in known.parts:
        wrong, expected = CHARACTER_SETS[part.characters]
        text = value[place : place + part.most]
        found = wrong.search(text)
        if found is not None:
            foreign_here = _("{title}: {given}, expected {expected}").format(
                title=_title(known), given=shown(found[0]), expected=_(expected)
            )
            return foreign_here, place + found.start()
        place += len(text)
    return None


def _misfit(known: Identifier, value: str) -> str:
    longer = len(value) > sum(part.most for part in known.parts)
    misfit = _("{title}: {given} does not fit {form}")
    if longer and not known.fixed:
        misfit = _("{title}: {given} does not fit {form}, or a separator was lost")
    return misfit.format(title=_title(known), given=shown(value), form=known.expectation())


def _title(known: Identifier) -> str:
    """The data title that is printed beside the identifier, `BATCH/LOT`."""
    # 0.1 s, so only when a sentence needs a title.
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier

    return GS1ApplicationIdentifier.extract(known.ai).data_title or _("value")
