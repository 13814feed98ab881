"""What events of the journal count of a unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from terminal.store.station_file import StationFile
from terminal.store.trails import Trails, Watch

AT = "2026-11-23T08:00:00.000Z"
LPN = "BBBCBBBBBI"


@pytest.fixture
def holds_after(station: StationFile) -> Callable[..., int]:
    """Counts holds of one unit after an event that is about it."""
    trails = Trails(station.db, Watch())

    def after(kind: str, **body: Any) -> int:
        trails.take(kind, AT, LPN, {"lpn": LPN, **body})
        return trails[LPN].holds

    return after


def test_a_finished_unit_whose_audit_is_taken_was_held_once_more(holds_after: Callable[..., int]) -> None:
    """It came out of its tote and waits; the first decision that stays, or agreement, holds nothing."""
    assert holds_after("audit_settled", verdict="agreed", tote=None) == 0
    assert holds_after("audit_settled", verdict="first", tote=None) == 0
    assert holds_after("audit_settled", verdict="audit", tote="T-restock", channel="restock") == 1
    assert holds_after("audit_settled", verdict="audit", tote="LOAD--T-restock--1", channel="restock") == 2


def test_a_unit_that_is_held_already_is_not_held_again_by_its_audit(holds_after: Callable[..., int]) -> None:
    """It lay in no tote: it goes on waiting, for another reason."""
    assert holds_after("held", lpns=[LPN], reason="other") == 1
    assert holds_after("audit_settled", verdict="audit", tote=None, channel=None) == 1


def test_a_ruling_holds_only_what_was_finished(holds_after: Callable[..., int]) -> None:
    """What was still open, or is kept, is not held by it."""
    assert holds_after("ruled", verdict="hold", moved=False) == 0
    assert holds_after("ruled", verdict="hold", moved=True) == 1
