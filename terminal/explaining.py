"""Grading and deciding from facts alone, and checking a policy: what a returns manager asks without a bench."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from terminal.assembly import policy_text, read_rulebook
from terminal.domain.facts import parse
from terminal.domain.policy import check_policy, load_policy, without_exit
from terminal.domain.rulebook import Rulebook, explain
from terminal.domain.suggest import BadData
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
        found = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise BadData([f"{where}: no JSON: {problem}"]) from problem
    if not isinstance(found, dict):
        raise BadData([f'{where}: facts are a JSON object such as {{"category": "home"}}'])
    return found


def explain_facts(book: Rulebook, settings: Settings, raw: dict[str, Any]) -> dict[str, Any]:
    """Grade, decision and the value of every channel; the site's market, size and currency fill in what is missing.

    Raises BadData with every wrong name and value.
    """
    given = {
        "market": settings.station.market,
        "operator_size": settings.station.operator_size,
        "currency": settings.station.currency,
    }
    facts = parse({**given, **raw}, "--facts")
    return dict(explain(book, facts, datetime.now(UTC).date()))


def check_policy_file(settings: Settings, path: Path | None) -> dict[str, Any]:
    """What `regrade policy check` prints for a file or the policy in force. Raises BadData with every mistake."""
    categories = tuple(read_rulebook(settings).schemes)
    name, text = (path.name, path.read_text("utf-8")) if path is not None else policy_text(settings)
    policy = load_policy(text, name, categories)
    failures = check_policy(policy)
    stuck = without_exit(policy)
    if failures:
        raise BadData(failures)
    return {
        "policy": policy.name,
        "version": policy.version,
        "hash": policy.hash,
        "rules": len(policy.rules),
        "tests": len(policy.tests),
        "only_quarantine": [" + ".join(rules) for rules in stuck],
    }
