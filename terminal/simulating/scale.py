"""A scale whose load is typed."""

from __future__ import annotations

import string
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from pathlib import Path

from devices.fakes import FakeScale
from devices.problems import show
from devices.weights import UNITS
from terminal.domain.suggest import BadData, hint
from terminal.simulating.lines import seconds

STEPS: Mapping[str, str] = {
    "g": "0.1", "kg": "0.0001", "mg": "100", "t": "0.0000001", "lb": "0.0002", "oz": "0.005",
}  # fmt: skip
"""The last digit of a scale in each unit: a tenth of a gram, or about that."""
PAN: Mapping[str, str] = {
    "off": "off",
    "shake": "shake",
    "overload": "overload",
    "silent": "silent",
    "speak": "speak",
    "tare": "tare",
    "unplug": "unplug",
    "replug": "replug",
    "wait": "wait SECONDS",
}
"""Words for a scale, and how each is written. Any other line is a number of grams."""
_HEAVIEST = Decimal(10) ** 9


def line_form(template: str) -> str:
    """Check the form of a continuous line. Raises BadData that names the part that there is not."""
    fields = ("mark", "value", "unit")
    try:
        parts = [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]
        strange = next((name for name in parts if name not in fields), None)
        if strange is None:
            template.format(mark="ST", value="+0.0", unit="g")
            return template
        wrong = f"{{{show(strange)}}} is no part of a line{hint(strange, fields)}"
    except (ValueError, LookupError) as problem:
        wrong = str(problem)
    raise BadData([f"{show(template)}: {wrong}. Expected such as {{mark}},{{value}} {{unit}}"])


def weigh(scale: FakeScale, line: str) -> str:
    """Do to a scale what a line says, and give what was done; nothing for a blank line or a comment.

    Raises ValueError that says what there is.
    """
    word, *rest = line.split()[:3] or [""]
    if not word or word.startswith("#"):
        return ""
    if word == "wait":
        time.sleep(seconds(" ".join(rest)))
        return "Waited."
    if rest:
        raise ValueError(f'expected grams such as "250.5" or one word, got "{show(line)}"')
    acts: dict[str, tuple[Callable[[], None], str]] = {
        "off": (scale.take_off, "The pan is empty."),
        "shake": (scale.shake, "The pan shakes for ten readings."),
        "overload": (scale.overload, "The pan is overloaded until something else is put there."),
        "silent": (scale.go_silent, 'The scale says nothing more until "speak".'),
        "speak": (scale.speak, "The scale answers."),
        "tare": (scale.tare, "What lies on the pan is the new zero."),
        "unplug": (scale.unplug, "Unplugged."),
        "replug": (scale.replug, f"Plugged in at {scale.path}."),
    }
    if word in acts:
        act, sentence = acts[word]
        act()
        return sentence
    grams = _grams(word)
    scale.put(grams)
    return f"{grams} g on the pan."


def make_scale(folder: Path, name: str, unit: str, line: str | None) -> FakeScale:
    """Plug a scale in. Raises BadData for a unit or a form of line that there is not."""
    if unit not in UNITS:
        raise BadData([f"There is no unit {show(unit)}{hint(unit, UNITS)}"])
    return FakeScale(
        folder, name, line=None if line is None else line_form(line), unit=unit, step=STEPS[unit]
    )


def _grams(word: str) -> Decimal:
    with suppress(InvalidOperation):
        grams = Decimal(word)
        if grams.is_finite() and abs(grams) <= _HEAVIEST:
            return grams
    raise ValueError(
        f'"{show(word)}" is no number of grams such as 250.5 and no word for a scale{hint(word, PAN)}'
    )
