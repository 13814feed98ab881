"""Sanitisation records: what makes one, what proves nothing, and for which device and day it speaks."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from terminal.domain.importmap import WIPE_FIELDS
from terminal.domain.sanitisation import (
    ALSO_CALLED,
    NEEDED,
    BadRecord,
    Record,
    converters,
    facts,
    lpn_key,
    record_of,
)

TODAY = date(2026, 11, 23)
ROW: dict[str, Any] = {
    "ref": "CERT-1",
    "serial": "SN-7",
    "manufacturer": "Acme",
    "model": "Book 14",
    "media_type": "SSD",
    "action": "purge",
    "method": "crypto erase",
    "tool": "Wiper",
    "tool_version": "4.2",
    "verification": "full",
    "sanitiser_name": "Ada",
    "sanitiser_date": date(2026, 11, 21),
    "verifier_name": "Ben",
    "verifier_date": date(2026, 11, 22),
}


def record(**more: Any) -> Record:
    """A good record but for what is changed; None takes a field away."""
    return record_of({name: value for name, value in {**ROW, **more}.items() if value is not None}, TODAY)


def refusal(**more: Any) -> tuple[str, str]:
    """Field and reason for which a record is refused."""
    with pytest.raises(BadRecord) as caught:
        record(**more)
    return caught.value.field, str(caught.value)


def test_a_whole_record_is_taken() -> None:
    """With both persons; what NIST's list has beyond what is needed is named as a gap."""
    found = record()
    assert (found.action, found.sanitiser.name, found.verifier.day) == ("purge", "Ada", date(2026, 11, 22))
    assert found.keys == ("serial sn-7",)
    assert found.id == "CERT-1 | serial sn-7 | "
    assert "verifier_signature" in found.gaps
    assert "property_no" in found.gaps
    whole = {f"{who}_{part}": "x" for who in ("sanitiser", "verifier") for part in (
        "title", "location", "contact", "signature")}  # fmt: skip
    assert record(**whole, property_no="1", media_source="desk", destination="shop").gaps == ()


@pytest.mark.parametrize("field", NEEDED)
def test_no_needed_field_may_be_missing(field: str) -> None:
    """Each is named."""
    assert refusal(**{field: None})[0] == field


@pytest.mark.parametrize(
    ("more", "field", "said"),
    [
        ({"sanitiser_date": date(2026, 11, 24)}, "sanitiser_date", "in the future, today is 2026-11-23"),
        ({"verifier_date": date(2026, 11, 24)}, "verifier_date", "in the future"),
        ({"verifier_date": date(2026, 11, 20)}, "verifier_date", "before it was sanitised"),
        ({"sanitiser_name": "N/A"}, "sanitiser_name", "nobody's name"),
        ({"tool_version": None}, "tool_version", "which version"),
        ({"serial": None}, "serial", "nothing says which device"),
        ({"serial": None, "lpn": "BCDF"}, "media_serial", "must be destroyed"),
        ({"media_serial": "UNKNOWN"}, "media_serial", "must be destroyed"),
        ({"action": "destroy", "verifier_name": " ada "}, "verifier_name", "two persons"),
        ({"action": "destroy", "method": "Degaussing"}, "method", "does not destroy"),
    ],
)
def test_a_record_that_proves_nothing_is_refused(more: dict[str, Any], field: str, said: str) -> None:
    """With the field that is to blame."""
    found = refusal(**more)
    assert found[0] == field
    assert said in found[1]


def test_who_wipes_may_verify_but_not_who_destroys() -> None:
    """A destroyed device has neither version of a tool nor a serial to be read; its LPN names it."""
    assert record(verifier_name="Ada").verifier.name == "Ada"
    shredded = record(action="destroy", serial=None, lpn="bcdf", tool_version=None)
    assert shredded.keys == (lpn_key("BCDF"),)


def test_a_record_without_reference_gets_one_of_its_own() -> None:
    """Device, day and action."""
    assert record(ref=None).ref == "SN-7 2026-11-21 purge"
    assert record(ref=None, imei="490154203237518").ref == "490154203237518 2026-11-21 purge"


@pytest.mark.parametrize(
    ("since", "on", "expected"),
    [
        (date(2026, 11, 20), TODAY, {"data_sanitised": "purge", "sanitisation_ref": "CERT-1"}),
        (date(2026, 11, 21), TODAY, {"data_sanitised": "purge", "sanitisation_ref": "CERT-1"}),
        (date(2026, 11, 22), TODAY, {}),
        (date(2026, 11, 20), date(2026, 11, 21), {}),
    ],
)
def test_a_record_speaks_from_the_day_on_which_the_device_came_back(
    since: date, on: date, expected: dict[str, Any]
) -> None:
    """What was wiped before the last owner is full again."""
    assert facts([record()], since, on) == expected


def test_the_strongest_record_of_a_medium_and_the_weakest_medium_count() -> None:
    """A laptop with two disks is as clean as the worse one."""
    since = date(2026, 11, 1)
    clear, purge = record(ref="A", action="clear"), record(ref="B")
    assert facts([clear, purge], since, TODAY)["sanitisation_ref"] == "B"
    two = [record(ref="A", media_serial="D1"), record(ref="B", media_serial="D2", action="clear")]
    assert facts(two, since, TODAY) == {"data_sanitised": "clear", "sanitisation_ref": "B"}
    assert facts([], since, TODAY) == {}


def test_cells_of_a_wipe_tool_are_read() -> None:
    """A run that failed is no record, whatever else it says."""
    cells = converters(())
    assert set(cells) == set(WIPE_FIELDS)
    assert set(ALSO_CALLED) <= set(WIPE_FIELDS)
    assert cells["action"]("Purge") == "purge"
    assert cells["result"]("PASSED") == "PASSED"
    assert cells["sanitiser_date"]("2026-11-21T08:00:00Z") == date(2026, 11, 21)
    assert cells["serial"]("SN-7") == "SN-7"
    assert cells["imei"]("12160001234564") == "012160001234564"
    for field, cell, said in (
        ("result", "Failed", "only a wipe that passed"),
        ("action", "purged", 'did you mean "purge"'),
        ("serial", "UNKNOWN", "dummy"),
        ("imei", "490154203237517", "check digit"),
    ):
        with pytest.raises(ValueError, match=said):
            cells[field](cell)
