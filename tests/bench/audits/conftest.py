"""A finished tin, a lead at the bench, and the audit of the tin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from terminal.bench.commands import (
    Accept,
    AddDefect,
    OpenAudit,
)
from terminal.bench.meanings import First, Operator, OwnItem
from terminal.bench.menus import standing

LEAD = Operator("9001", "lead", "Grace")
LPN = "BBBCBBBBBI"
BLANK = {"category": "home", "reference_price": "16.50", "currency": "GBP", "market": "EU"}


def finished(look: dict[str, Any] | None = None, **more: Any) -> OwnItem:
    """A tin that was found clean by operator 1001 and lies in its tote; `look` changes that first inspection."""
    first = First(
        grade="A", disposition="restock", operator="1001", facts=BLANK, stratum="random", audited=False
    )
    known = OwnItem(
        lpn=LPN,
        status="closed",
        parcel="01-P000001",
        arrival="expected",
        sku="22556",
        title="Tin 22556",
        category="home",
        disposition="restock",
        tote="T-restock",
        facts={**BLANK, "unused": True, "packaging": "sealed"},
        copies=1,
        first=replace(first, **(look or {})),
    )
    return replace(known, **more)


@pytest.fixture(scope="session")
def tin() -> Callable[..., OwnItem]:
    """Makes the look-up of that tin."""
    return finished


@pytest.fixture
def lead(bench: Any) -> Any:
    """A bench with a lead."""
    bench.sign_in(LEAD)
    return bench


@pytest.fixture
def auditing(lead: Any) -> Any:
    """A bench on which the tin is audited."""
    lead.must(OpenAudit(finished()))
    return lead


def graded_badly(bench: Any) -> Any:
    """Go through the checklist to a poor grade, by the questions that it asks."""
    bench.must(AddDefect("BRK-ST"))
    while bench.state.audit.item.proposal is None:
        menu = standing(bench.state, bench.rules)
        assert menu is not None
        bench.must(menu.entries[-2 if menu.entries[-1].label == "add a defect" else -1].does)
    return bench.must(Accept())


@pytest.fixture(scope="session")
def grade_badly() -> Callable[[Any], Any]:
    """Brings an open audit to a poor grade, and saves it."""
    return graded_badly
