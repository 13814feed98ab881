"""The rates that a station learned: one file for each day on which they were frozen, never rewritten."""

from __future__ import annotations

import logging
import re
from datetime import date
from pathlib import Path

from terminal.domain.rates import NO_RATES, Rates
from terminal.domain.suggest import BadData
from terminal.settings import Settings

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\.json")
_log = logging.getLogger(__name__)


def rates_folder(settings: Settings) -> Path:
    """Where the rates of each day are."""
    return settings.data / "rates"


def rates_in_force(folder: Path, on: date) -> Rates:
    """The rates that were frozen last, on that day or before it; NO_RATES where none were.

    Raises BadData where the file is damaged, OSError where it can't be read.
    """
    days = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
    fitting = [name for name in days if _DAY.fullmatch(name) and name[:10] <= on.isoformat()]
    if not fitting:
        return NO_RATES
    path = folder / fitting[-1]
    rates = Rates.from_json(path.read_bytes().decode("utf-8", "replace"), str(path))
    if not rates.version.startswith(fitting[-1][:10]):
        raise BadData([f"{path}: holds the rates {rates.version or 'of no day'}, not those of its name"])
    return rates


def usable_rates(settings: Settings, on: date) -> Rates:
    """The same, or none where their file can't be used: a bench must open, and says that its prices are assumed."""
    try:
        return rates_in_force(rates_folder(settings), on)
    except (BadData, OSError) as problem:
        _log.warning("the learned rates are not used: %s", problem)
        return NO_RATES
