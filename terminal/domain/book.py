"""Everything that decides, as one frozen thing: schemes, policy, figures, rates and site, read from their files.

Its hash covers all of the content, so the same hash, facts and day always give the same decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from terminal.domain.facts import BadFacts, Facts, parse, settle
from terminal.domain.policy import load_policy
from terminal.domain.rates import NO_RATES, Rates
from terminal.domain.rules import Policy
from terminal.domain.scheme_file import GENERAL, canonical, load_schemes
from terminal.domain.schemes import Scheme
from terminal.domain.suggest import BadData
from terminal.domain.tariff import Tariff, load_tariff


class BadRulebook(BadData):
    """Files that cannot be used together; `problems` names each mistake of each file."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What a station grades and decides by."""

    schemes: Mapping[str, Scheme]
    policy: Policy
    tariff: Tariff
    site: Facts
    """Facts that hold for every item unless it says otherwise: market, size of the firm, currency."""
    hash: str
    """SHA-256 over the content of all files, the site and the version of the rates, as hex."""
    rates: Rates = NO_RATES
    """What was learned from outcomes; without any, prices and decay are as configured."""
    contents: tuple[str, ...] = ()
    """What the hash is made of: schemes, policy, figures, site, rates."""

    def scheme_for(self, category: object) -> Scheme:
        """The scheme of a category; "general" where it has none."""
        return self.schemes.get(str(category), self.schemes[GENERAL])

    def settled(self, facts: Facts, on: date) -> Facts:
        """The facts with what category, site and day add, and with what absence means."""
        return settle(facts, (self.scheme_for(facts.get("category")).gives, self.site), on)


def load_rulebook(
    schemes: Mapping[str, str],
    policy: tuple[str, str],
    channels: Mapping[str, str],
    *,
    market: str | None = "EU",
    operator_size: str | None = None,
    currency: str | None = "EUR",
    site: Mapping[str, object] | None = None,
    rates: Rates = NO_RATES,
) -> Rulebook:
    """A rulebook from TOML texts by file name; `policy` is (file name, text).

    `market`, `operator_size`, `currency` and what else stands in `site` are facts that hold for every item unless
    it says otherwise (as `return_legal_basis` where a shop takes everything back).

    Raises `BadRulebook` with every mistake of every file. A firm whose size nobody gave is treated as one that
    every duty binds.
    """
    problems: list[str] = []
    found_schemes: Mapping[str, Scheme] = {}
    found_tariff: Tariff | None = None
    found_policy: Policy | None = None
    everywhere: Facts = {}
    try:
        found_schemes = load_schemes(schemes)
    except BadData as error:
        problems.extend(error.problems)
    try:
        found_tariff = load_tariff(channels, tuple(found_schemes) or None)
    except BadData as error:
        problems.extend(error.problems)
    try:
        name, text = policy
        found_policy = (
            load_policy(text, name, tuple(found_schemes)) if found_schemes else load_policy(text, name)
        )
    except BadData as error:
        problems.extend(error.problems)
    try:
        own = {"market": market, "operator_size": operator_size, "currency": currency, **(site or {})}
        everywhere = parse(own, "site")
    except BadFacts as error:
        problems.extend(error.problems)
    if problems or found_policy is None or found_tariff is None:
        raise BadRulebook(problems)
    contents = (
        canonical(schemes),
        found_policy.hash,
        canonical(channels),
        repr(sorted(everywhere.items())),
        rates.version,
    )
    return Rulebook(found_schemes, found_policy, found_tariff, everywhere, _digest(contents), rates, contents)


def revised(
    book: Rulebook,
    *,
    policy: tuple[str, str] | None = None,
    channels: Mapping[str, str] | None = None,
    rates: Rates | None = None,
) -> Rulebook:
    """The same rulebook under another policy (file name, text), figures or rates, with a hash of its own.

    Raises `BadRulebook` with every mistake of the new files; `book` stays as it is.
    """
    schemes, policy_hash, figures, site, version = book.contents or ("",) * 5
    problems: list[str] = []
    changed = book
    try:
        if policy is not None:
            found = load_policy(policy[1], policy[0], tuple(book.schemes))
            changed, policy_hash = replace(changed, policy=found), found.hash
    except BadData as error:
        problems.extend(error.problems)
    try:
        if channels is not None:
            changed, figures = (
                replace(changed, tariff=load_tariff(channels, tuple(book.schemes))),
                canonical(channels),
            )
    except BadData as error:
        problems.extend(error.problems)
    if rates is not None:
        changed, version = replace(changed, rates=rates), rates.version
    if problems:
        raise BadRulebook(problems)
    contents = (schemes, policy_hash, figures, site, version)
    return replace(changed, hash=_digest(contents), contents=contents)


def _digest(contents: tuple[str, ...]) -> str:
    return sha256("\n".join(each for each in contents if each).encode()).hexdigest()
