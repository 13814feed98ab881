"""The audit report for a person at a terminal, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """The report line by line; what is not known is a dash."""
    matrix = found["confusion"]
    yield f"{found['n']} audited; first grade down, audit across"
    yield "      " + "".join(f"{label:>6}" for label in matrix["labels"])
    for label, row in zip(matrix["labels"], matrix["matrix"], strict=True):
        yield f"{label:>6}" + "".join(f"{count:>6}" for count in row)
    yield f"grades     {_share(found['grade_accuracy'])}"
    yield f"channels   {_share(found['disposition_accuracy'])}"
    yield f"weighed by stratum: channels {number(found['stratified_accuracy'])}, grades " + number(
        found["stratified_grade_accuracy"]
    )
    kappa = found["kappa"]
    advice = f"  ({found['advice']})" if found["advice"] else ""
    yield (
        f"kappa      {number(kappa['plain'])}, linear {number(kappa['linear'])}, "
        f"quadratic {number(kappa['quadratic'])}, n {kappa['n']}{advice}"
    )
    for title, parts in (("operator", found["by_operator"]), ("category", found["by_category"])):
        for name, part in parts.items():
            trial = f"  {part['trial']['says']}" if "trial" in part else ""
            grades, channels = part["grade_accuracy"], part["disposition_accuracy"]
            yield f"{title} {_plain(name)}: grades {_share(grades)}, channels {_share(channels)}{trial}"
    for name, one in found["strata"].items():
        items = one["items"] if one["items"] is not None else "-"
        yield f"stratum {_plain(name)}: {one['audited']} of {items} audited"
    if found["undecided"]:
        yield f"no word yet on what follows: {', '.join(map(_plain, found['undecided']))}"


def number(value: float | None) -> str:
    """Four places, or a dash."""
    return "-" if value is None else f"{value:.4f}"


def _share(one: Mapping[str, Any]) -> str:
    if one["value"] is None:
        return "- (n 0)"
    return f"{number(one['value'])} ({number(one['low'])} to {number(one['high'])}, n {one['n']})"


def _plain(text: str) -> str:
    """Foreign text so that no terminal takes it for a command."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
