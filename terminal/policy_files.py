"""Policy files on disk: read with care, turned into a spreadsheet and back.

A bench never reads what a spreadsheet wrote: the text that comes out of one is loaded here first, examples and all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from terminal.assembly import read_rulebook
from terminal.domain.policy import load_policy
from terminal.domain.policy_csv import to_csv
from terminal.domain.policy_csv_read import from_csv
from terminal.domain.rules import Policy
from terminal.domain.suggest import BadData
from terminal.settings import Settings

MOST_POLICY = 1024 * 1024
"""Bytes of a policy file."""


def read_policy_text(path: Path) -> str:
    """A policy file as text. Raises BadData where it is too large or no text."""
    raw = path.read_bytes()[: MOST_POLICY + 1]
    if len(raw) > MOST_POLICY:
        raise BadData([f"{path.name}: larger than {MOST_POLICY // 1024} KB"])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
        raise BadData(
            [
                f"{path.name}:{line}: not UTF-8 text (byte {raw[problem.start]:#04x}); "
                f'save it as "CSV UTF-8", or as UTF-8 in an editor'
            ]
        ) from problem


def export_policy(settings: Settings, path: Path) -> tuple[dict[str, Any], str]:
    """A policy file as CSV, and what to say of it. Raises BadData with every mistake of the file."""
    categories = tuple(read_rulebook(settings).schemes)
    text = read_policy_text(path)
    sheet = to_csv(text, path.name, categories)
    return summary(load_policy(text, path.name, categories, tests=False)), sheet


def import_policy(settings: Settings, path: Path) -> tuple[dict[str, Any], str]:
    """A CSV file as policy text that loads, and what to say of it. Raises BadData with every mistake.

    What cells can't show, as two rules of one id, is told with the place in the text that would have been written.
    """
    categories = tuple(read_rulebook(settings).schemes)
    text = from_csv(read_policy_text(path), path.name, categories)
    return summary(load_policy(text, f"{path.name} as TOML", categories)), text


def summary(policy: Policy) -> dict[str, Any]:
    """What every command says of a policy."""
    return {
        "policy": policy.name,
        "version": policy.version,
        "hash": policy.hash,
        "rules": len(policy.rules),
        "tests": len(policy.tests),
    }
