"""Grading and deciding from facts alone, and checking a policy: what a returns manager asks without a bench."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from terminal.assembly import policy_text, read_rulebook
from terminal.domain.facts import LETTERS, BadFacts, parse
from terminal.domain.policy import check_policy, larger_without_exit, load_policy, unhit, without_exit
from terminal.domain.rulebook import Rulebook, explain, revised
from terminal.domain.suggest import BadData, hint
from terminal.policy_files import read_policy_text, summary
from terminal.settings import Settings

MOST = 256 * 1024


def read_facts(given: str) -> dict[str, Any]:
    """Facts from JSON text, or from a file that holds it. Raises BadData naming line and column."""
    text, where = given, "--facts"
    if not given.lstrip().startswith("{"):
        path = Path(given)
        if not path.is_file():
            raise BadData([f"--facts: {given[:60]!r} is neither a JSON object nor a file"])
        text, where = path.read_text("utf-8", "replace")[: MOST + 1], path.name
    if len(text) > MOST:
        raise BadData([f"{where}: larger than {MOST // 1024} KB"])
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except BadData as problem:
        raise BadData(f"{where}: {each}" for each in problem.problems) from problem
    except (ValueError, RecursionError) as problem:
        raise BadData([f"{where}: no JSON: {problem}"]) from problem
    if not isinstance(found, dict):
        raise BadData([f'{where}: facts are a JSON object such as {{"category": "home"}}'])
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose names are all different: of two prices nobody can say which one holds."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise BadData(f"{name} is given {names.count(name)} times" for name in found if names.count(name) > 1)
    return found


def read_grade(raw: dict[str, Any], given: str | None = None) -> tuple[dict[str, Any], str | None]:
    """The facts without `grade`, and the grade that a person gave in them or as `given`, None for neither.

    Raises BadFacts where it is no grade, or another one in each place.
    """
    rest = {name: value for name, value in raw.items() if name != "grade"}
    inside = raw.get("grade")
    for place, letter in (("--grade", given), ("--facts: grade", inside)):
        if letter is not None and letter not in LETTERS:
            raise BadFacts([f'{place}: "{str(letter)[:20]}" is not a grade{hint(str(letter), LETTERS)}'])
    if given is not None and inside is not None and given != inside:
        raise BadFacts([f"--grade says {given} and grade in the facts says {inside}: give one of them"])
    return rest, given or inside


def rulebook_under(settings: Settings, policy: Path | None = None, channels: Path | None = None) -> Rulebook:
    """The station's rulebook, with another policy file or other channel figures (a file, or a folder of them).

    Raises BadData with every mistake in any of the files, and OSError where a file can't be read.
    """
    book = read_rulebook(settings)
    if policy is None and channels is None:
        return book
    return revised(
        book,
        policy=None if policy is None else (policy.name, _text_of(policy)),
        channels=None if channels is None else _texts_of(channels),
    )


def explain_facts(
    book: Rulebook,
    settings: Settings,
    raw: dict[str, Any],
    on: date | None = None,
    letter: str | None = None,
) -> dict[str, Any]:
    """Grade, decision and the value of every channel, on a day (default today), under a person's grade or none.

    The site's market, size and currency fill in what the facts leave out. Raises BadData with every wrong name and
    value.
    """
    facts, grade = read_grade(raw, letter)
    given = {
        "market": settings.station.market,
        "operator_size": settings.station.operator_size,
        "currency": settings.station.currency,
    }
    day = on or datetime.now(UTC).date()
    found: dict[str, Any] = explain(book, parse({**given, **facts}, "--facts"), day, grade)
    if "reference_price" in facts and "currency" not in facts:
        found["assumed"] = [*found["assumed"], f"currency={settings.station.currency}"]
    return found


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as problem:
        raise BadData([f"{path.name}: no UTF-8 text (byte {problem.start}): save it as UTF-8"]) from problem


def _texts_of(path: Path) -> dict[str, str]:
    if not path.is_dir():
        return {path.name: _text_of(path)}
    found = {each.name: _text_of(each) for each in sorted(path.glob("*.toml"))}
    if not found:
        raise BadData([f"{path}: no file of channel figures (*.toml) in the folder"])
    return found


def check_policy_file(settings: Settings, path: Path | None) -> dict[str, Any]:
    """What `regrade policy check` prints for a file or the policy in force. Raises BadData with every mistake."""
    categories = tuple(read_rulebook(settings).schemes)
    name, text = (path.name, read_policy_text(path)) if path is not None else policy_text(settings)
    policy = load_policy(text, name, categories, tests=False)
    if failures := check_policy(policy):
        raise BadData(failures)
    stuck = without_exit(policy)
    more, complete = larger_without_exit(policy, stuck)
    return {
        **summary(policy),
        "untested": list(unhit(policy)),
        "only_quarantine": [" + ".join(rules) for rules in (*stuck, *more)],
        "only_quarantine_complete": complete,
    }
