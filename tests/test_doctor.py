"""What the doctor says of people's PINs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from terminal.config import load
from terminal.doctor import Finding, examine
from terminal.pins import PEPPER, Cost, Pins
from terminal.settings import Settings
from terminal.store.station_file import StationFile

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
PEOPLE = """
[[operators]]
id = "1001"
[[operators]]
id = "9001"
role = "lead"
[[operators]]
id = "9002"
role = "manager"
"""
NO_PINS = """
[permissions]
override_above_value = "lead"
take_out_of_hold = "lead"
clear_recall = "lead"
open_shift = "lead"
"""


def site(folder: Path, more: str = "", people: str = PEOPLE) -> Settings:
    """The settings of a site with an operator, a lead and a manager."""
    file = folder / "site.toml"
    file.write_text(more + people, "utf-8")
    return load(file, folder / "data", {})


def give_pin(settings: Settings, *people: str) -> None:
    """Set everybody's PIN; the hash is made cheap."""
    with StationFile.open(settings.data, settings.station.id) as file:
        for who in people:
            Pins(file.people, settings.data, cost=Cost(1, 8)).set(who, "470815", AT)


def pins(settings: Settings) -> list[Finding]:
    """What is said of PINs."""
    return [one for one in examine(settings) if one.subject == "PINs"]


def test_leads_and_managers_without_a_pin_are_named(tmp_path: Path) -> None:
    """And what nobody can do for that reason; an operator is never asked for a PIN."""
    (found,) = pins(site(tmp_path))
    assert found.level == "warn"
    assert "9001, 9002 have none: regrade operator pin 9001." in found.sentence
    assert "override_above_value, take_out_of_hold, clear_recall, open_shift" in found.sentence
    assert "1001" not in found.sentence


def test_one_who_has_a_pin_unblocks_what_their_role_may(tmp_path: Path) -> None:
    """The lead's PIN does not do what needs a manager's."""
    settings = site(tmp_path, '[permissions]\nedit_policy = "manager with PIN"\n')
    give_pin(settings, "9001")
    (found,) = pins(settings)
    assert (found.level, "9002 has none" in found.sentence) == ("warn", True)
    assert found.sentence.endswith("Nobody here can do edit_policy.")


def test_all_pins_there_is_well(tmp_path: Path) -> None:
    """A secret that was lost makes them count for nothing, so they are missing again."""
    settings = site(tmp_path)
    give_pin(settings, "9001", "9002")
    assert [one.level for one in pins(settings)] == ["ok"]
    (settings.data / PEPPER).unlink()
    assert [one.level for one in pins(settings)] == ["warn"]


def test_a_site_without_leads_is_told_what_nobody_can_do(tmp_path: Path) -> None:
    """There is nobody to give a PIN to."""
    (found,) = pins(site(tmp_path, people='[[operators]]\nid = "1001"\n'))
    assert found.level == "warn"
    assert found.sentence.startswith("Nobody here can do override_above_value")


@pytest.mark.parametrize("people", [PEOPLE, '[[operators]]\nid = "1001"\n'])
def test_nothing_is_said_where_no_action_asks_for_a_pin(tmp_path: Path, people: str) -> None:
    """Badges are enough there."""
    assert pins(site(tmp_path, NO_PINS, people)) == []


def test_many_without_a_pin_are_counted(tmp_path: Path) -> None:
    """The sentence stays a sentence."""
    people = "".join(f'[[operators]]\nid = "L{one:02}"\nrole = "lead"\n' for one in range(11))
    (found,) = pins(site(tmp_path, people=people))
    assert "L07 and 3 more have none" in found.sentence
    assert "L08" not in found.sentence


def test_a_secret_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    """Every other look is taken all the same."""
    settings = site(tmp_path)
    (settings.data / PEPPER).mkdir(parents=True)
    found = examine(settings)
    (told,) = [one for one in found if one.subject == "PINs"]
    assert (told.level, PEPPER in told.sentence) == ("bad", True)
    assert found[-1].subject != "PINs"
