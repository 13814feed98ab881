"""A whole varied shift as EPCIS: every way out, holds, undo, recall, multiples, work, what was not announced."""

from __future__ import annotations

import csv
import importlib.resources
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from terminal.assembly import assemble
from terminal.bench.commands import KeepPhoto
from terminal.bench.wire import KINDS
from terminal.config import load
from terminal.console import Context
from terminal.domain.channels import CHANNELS, TERMINAL
from terminal.domain.suggest import BadData
from terminal.export_cli import export
from terminal.exporting import export_epcis, read_span
from terminal.gate_imports import run_recalls
from terminal.importing import run_import
from terminal.replay import Clock, Replay
from terminal.settings import Settings
from terminal.stock_desk import change_tote
from terminal.store.station_file import StationFile
from terminal.store.stock import Stock
from terminal.sync.epcis_schema import own_checker
from terminal.sync.epcis_words import INTERNAL

OFFICIAL = os.environ.get("REGRADE_EPCIS_SCHEMA", "")
HOSTILE = 'Book "x"}]}, <b>\\u0000 ümläut \U0001f4d5 %2F ../..'
CONFIG = """
[policy]
file = "{policy}"

[bench]
steps = ["wipe", "battery", "clean", "repack", "mend"]
"""
MANIFEST = [
    ("RMA1", "BOOK-1", "9783161484100", "", HOSTILE, "books", 20, "19.90", ""),
    ("RMA2", "PHN-1", "4006381333931", "", "Phone", "phone", 3, "90.00", "306141411234567891"),
    ("RMA3", "CUP/1 %", "", "", "Cup", "home", 12, "9.90", ""),
    ("RMA4", "TOY-1", "036000291452", "", "Acme toy", "toys", 2, "9.90", ""),
    ("RMA/5", "TSH-1", "", "", "T-shirt", "apparel", 3, "19.90", ""),
    ("RMA6", "STORE-1", "", "", "In-store number", "home", 1, "4.00", ""),
]
PART = "\n".join(
    f"BOOK-1\n!clean\n!dispose {one} lead-decision\n!applied\n!tote\n@+60s" for one in TERMINAL[1:]
)
FIRST = f"""
@2026-11-23T08:00:00Z
!badge 9001
RMA1
BOOK-1
!answer sealed yes
!clean
!accept
!applied
!tote restock
{PART}
BOOK-1
!defect PGE front 1
!undo
!clean
!grade C seen-worse
!dispose outlet channel-full
!undo
!applied
!tote
!undo
!undo
!grade D seen-worse
!dispose recycle lead-decision
!applied
!tote
BOOK-1
!defect PKG-DM
!clean
!dispose marketplace lead-decision
!work repack
!applied
!tote
BOOK-1
!defect PKG-NO
!clean
!dispose marketplace lead-decision
!no-work repack no-part
!applied
!tote
BOOK-1
!hold customer-claim
!undo
!hold needs-lead
!parcel-done
RMA2
]d2010400638133393121SN%2F/7+
!answer sealed no
!defect GLS-CR screen 1
!clean
!accept
!dispose refurbish lead-decision
!applied
!tote
4006381333931
!danger
4006381333931
"""
SECOND = """
!hold other
!parcel-done
@+600s
RMA3
CUP/1 %
!times 5
!clean
!accept
!applied
!tote
CUP/1 %
!times 9
!clean
!accept
!dispose landfill lead-decision
!applied
!tote
!undo
!undo
!dispose energy_recovery lead-decision
!applied
!tote
BOOK-1
!accept
!no-code
!hold unidentified
CUP/1 %
!defect EMP
!hold other
!parcel-done
RMA4
TOY-1
!hold recalled
TOY-1
!defect RCL
!clean
!accept
!hold recalled
!parcel-done
RMA/5
TSH-1
!defect HOL front 1
!clean
!accept
!applied
!tote
TSH-1
!defect STN-RM front 1
!clean
!work clean
!clean
!accept
!applied
!tote
TSH-1
!defect STN-RM front 1
!clean
!no-work clean no-time
!accept
!applied
!tote
!parcel-done
RMA6
STORE-1
!defect PRT-MS
!grade D seen-worse
!grade C seen-better
!hold counterfeit
!parcel-done
!blind no-label
CUP/1 %
!clean
!accept
!applied
!tote
!blind not-in-manifest RMA99
BOOK-1
!defect WRG
!hold wrong-item
HELD
!clean
!accept
!dispose donate lead-decision
!applied
!tote
!parcel-done
nonsense that nobody knows
!badge-out
"""


@dataclass(frozen=True)
class Shift:
    """A data folder with a finished shift in it."""

    settings: Settings
    config: Path
    data: Path


@pytest.fixture(scope="module")
def shift(tmp_path_factory: pytest.TempPathFactory) -> Shift:
    """A shift with every channel and every kind of trouble, driven line by line."""
    folder = tmp_path_factory.mktemp("shift")
    policy = (importlib.resources.files("terminal.data") / "policies" / "eu.toml").read_text("utf-8")
    own = folder / "policy.toml"  # nothing in a replay can open the vendor's window
    rules = policy.partition("\n[[test]]")[0].replace("rtv_window = false", "cold_chain = true", 1)
    own.write_text(rules, "utf-8")
    config = folder / "config.toml"
    config.write_text(CONFIG.replace("{policy}", str(own)), "utf-8")
    data = folder / "data"
    settings = load(config, data, {})
    head = ["rma", "sku", "gtin", "serial", "title", "category", "quantity", "unit_price", "tracking"]
    rows = [dict(zip(head, row, strict=True)) | {"currency": "EUR"} for row in MANIFEST]
    assert run_import(settings, _csv(folder / "m.csv", rows), None, "manifest")["rejected"] == 0
    notice = {"notice": "R-1", "title": "Acme toy may choke", "gtin": "036000291452"}
    assert run_recalls(settings, _csv(folder / "r.csv", [notice]), None)["imported"] == 1
    clock = Clock()
    whole = assemble(settings, clock)
    try:
        run = Replay(
            whole.station, clock, whole.people, lambda lpn: whole.file.queries.item_record(lpn) or {}
        )
        list(run.run(FIRST.splitlines()))
        whole.station.run(KeepPhoto("ab" * 32, "jpg"))
        held = next(event.body["lpn"] for event in whole.file.journal.events() if event.kind == "held")
        list(run.run(SECOND.replace("HELD", held).splitlines()))
        full = {one.channel: one.tote for one in Stock(whole.file.catalogue.db).totes() if one.items}
        for channel in ("restock", "return_to_vendor"):
            change_tote(whole, "hand-over", full[channel], "9001", HOSTILE)
    finally:
        whole.close(30)
    return Shift(settings, config, data)


def _csv(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def exported(shift: Shift, out: Path, **more: Any) -> list[dict[str, Any]]:
    """The events of an export."""
    result = export_epcis(shift.settings, out, **more)
    events: list[dict[str, Any]] = json.loads(out.read_text("ascii"))["epcisBody"]["eventList"]
    assert result["events"] == len(events)
    assert result["valid"] is True
    return events


def test_the_shift_has_every_way_out_and_every_kind_of_trouble(shift: Shift) -> None:
    """Else what follows proves little: each channel, and each kind of event that goods have, is there."""
    with StationFile.open(shift.settings.data, shift.settings.station.id, ()) as file:
        events = list(file.journal.events())
    kinds = {event.kind for event in events}
    assert set(KINDS) - kinds <= INTERNAL | {"ruled", "audit_settled"}
    assert {event.body["channel"] for event in events if event.kind == "placed"} == set(TERMINAL)
    reasons = {event.body["reason"] for event in events if event.kind == "held"}
    assert {"recalled", "damaged-battery", "counterfeit", "wrong-item", "unidentified"} <= reasons


def test_the_whole_shift_is_valid_by_our_own_schema(shift: Shift, tmp_path: Path) -> None:
    """Every event alone, and the document as a whole."""
    events = exported(shift, tmp_path / "shift.json")
    assert [found for event in events for found in own_checker().mismatches(event)] == []
    whole = json.loads((tmp_path / "shift.json").read_bytes())
    assert (whole["type"], whole["schemaVersion"]) == ("EPCISDocument", "2.0")
    assert len(events) > 200


def test_the_whole_shift_is_valid_by_the_official_schema(shift: Shift, tmp_path: Path) -> None:
    """As an automation asks for it: `regrade export epcis --schema`, and the whole document at once."""
    if not OFFICIAL:
        pytest.skip("REGRADE_EPCIS_SCHEMA names no file: the official EPCIS 2.0 schema is not tried")
    import jsonschema_rs

    done = command(shift, "--out", str(tmp_path / "shift.json"), "--schema", OFFICIAL)
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["valid"] is True
    schema = json.loads(Path(OFFICIAL).read_bytes())
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    assert validator.is_valid(json.loads((tmp_path / "shift.json").read_bytes()))


def test_every_channel_has_its_words(shift: Shift, tmp_path: Path) -> None:
    """What the partners read of each channel, and that destroyed goods end."""
    events = exported(shift, tmp_path / "shift.json")
    told = {
        event["rt:channel"]: (event["bizStep"], event["disposition"], event["action"])
        for event in events
        if event["type"] == "ObjectEvent" and event["bizStep"] not in ("inspecting", "receiving")
        if "rt:channel" in event and "rt:load" not in event
    }
    assert set(told) == set(CHANNELS)
    assert told["landfill"] == told["energy_recovery"] == ("destroying", "destroyed", "DELETE")
    assert told["return_to_vendor"] == ("staging_outbound", "returned", "OBSERVE")
    assert told["recycle"] == ("urn:regrade:step:recycling", "disposed", "OBSERVE")
    dispositions = {event["disposition"] for event in events}
    assert {"recalled", "mismatch_class", "mismatch_quantity", "non_conformant", "conformant"} <= dispositions


def test_totes_that_were_handed_over_are_on_their_way(shift: Shift, tmp_path: Path) -> None:
    """One to another party with what its channel says of the goods, one within the house; both are empty again."""
    events = exported(shift, tmp_path / "shift.json")
    left = {one["rt:channel"]: one for one in events if "rt:load" in one}
    assert {channel: (one["bizStep"], one["disposition"]) for channel, one in left.items()} == {
        "restock": ("departing", "in_transit"),
        "return_to_vendor": ("shipping", "returned"),
    }
    for one in left.values():
        assert one["rt:to"] == HOSTILE
        (emptied,) = [each for each in events if each.get("parentID") in one["epcList"]][-1:]
        assert (emptied["action"], emptied["bizStep"]) == ("DELETE", one["bizStep"])
        assert emptied["rt:lpn"] == one["rt:lpn"]


def test_an_id_stands_twice_only_where_the_second_says_that_the_first_was_wrong(
    shift: Shift, tmp_path: Path
) -> None:
    """A declaration is the same event again, and what it names as correction is there."""
    events = exported(shift, tmp_path / "shift.json")
    first = {event["eventID"]: event for event in events if "errorDeclaration" not in event}
    declared = [event for event in events if "errorDeclaration" in event]
    assert len(first) + len(declared) == len(events)
    assert len(declared) == len({event["eventID"] for event in declared}) > 20
    for event in declared:
        bare = {name: value for name, value in event.items() if name != "errorDeclaration"}
        assert bare == first[event["eventID"]]
        assert set(event["errorDeclaration"]["correctiveEventIDs"]) <= set(first)


def test_a_serial_number_of_any_signs_stands_escaped_in_its_name(shift: Shift, tmp_path: Path) -> None:
    """And what has none goes by its LPN; no title leaves its string."""
    events = exported(shift, tmp_path / "shift.json")
    names = {name for event in events for name in event.get("epcList", [])}
    assert "https://id.gs1.org/01/04006381333931/21/SN%252F%2F7%2B" in names
    assert "https://id.gs1.org/00/306141411234567891" in names
    assert {
        event["rt:title"] for event in events if event.get("rt:sku") == "BOOK-1" and "rt:title" in event
    } == {HOSTILE}
    rmas = {one["bizTransaction"] for event in events for one in event.get("bizTransactionList", [])}
    assert "urn:regrade:rma:RMA%2F5" in rmas


def test_a_part_is_told_as_it_is_told_in_the_whole(shift: Shift, tmp_path: Path) -> None:
    """Whatever the number at which it begins: what came before is read for it."""
    whole = exported(shift, tmp_path / "whole.json")
    for first in (2, 37, 120, 200):
        span = read_span(str(first), str(first + 40))
        part = exported(shift, tmp_path / "part.json", span=span)
        places = range(first, first + 41)
        asked = [event for event in whole if event.get("rt:seq") in places]
        assert [event for event in part if _plain(event)] == [event for event in asked if _plain(event)]
        assert [event for event in part if event not in whole] == []


def _plain(event: dict[str, Any]) -> bool:
    return "errorDeclaration" not in event and "rt:seq" in event


def test_days_and_times_cut_too(shift: Shift, tmp_path: Path) -> None:
    """A day counts whole, a time to its millisecond; an empty part is a valid document."""
    whole = exported(shift, tmp_path / "whole.json")
    assert exported(shift, tmp_path / "day.json", span=read_span("2026-11-23", "2026-11-23")) == whole
    assert exported(shift, tmp_path / "none.json", span=read_span("2026-11-24", None)) == []
    early = exported(shift, tmp_path / "early.json", span=read_span(None, "2026-11-23T08:00:00Z"))
    assert {event["eventTime"] for event in early} == {"2026-11-23T08:00:00.000Z"}
    assert len(early) < len(whole)


@pytest.mark.parametrize("text", ["0", "-1", "yesterday", "2026-13-01", "9" * 30, "2026-11-23T99:00"])
def test_what_is_no_place_in_time_is_refused(text: str) -> None:
    """With what was expected."""
    with pytest.raises(BadData, match="expected a number of the journal, a day"):
        read_span(text, None)


def test_with_glns_the_places_are_named_by_them(shift: Shift, tmp_path: Path) -> None:
    """Where nothing is configured the station's own name stands."""
    events = exported(shift, tmp_path / "a.json", location="4012345000009", site="4012345000016")
    assert events[0]["readPoint"] == {"id": "https://id.gs1.org/414/4012345000009"}
    assert events[0]["bizLocation"] == {"id": "https://id.gs1.org/414/4012345000016"}
    with pytest.raises(BadData, match="expected the check digit 9, got 8"):
        export_epcis(shift.settings, tmp_path / "b.json", location="4012345000008")
    assert not (tmp_path / "b.json").exists()


def command(shift: Shift, *words: str) -> Result:
    """`regrade export epcis` with these words."""
    return CliRunner().invoke(export, ["epcis", *words], obj=Context(shift.config, shift.data))


def test_the_command_says_what_it_wrote(shift: Shift, tmp_path: Path) -> None:
    """One JSON object on stdout; the file replaces an older one, and nothing is left beside it."""
    out = tmp_path / "shift.json"
    out.write_text("old")
    done = command(shift, "--out", str(out))
    said = json.loads(done.stdout)
    assert (done.exit_code, said) == (
        0,
        {"events": said["events"], "out": str(out), "valid": True, "schema": None},
    )
    assert len(json.loads(out.read_bytes())["epcisBody"]["eventList"]) == said["events"] > 200
    assert [path.name for path in tmp_path.iterdir()] == ["shift.json"]


def test_a_schema_that_wants_something_else_stops_the_export(shift: Shift, tmp_path: Path) -> None:
    """The first twenty mismatches are named by event, path and reason; the older file stays."""
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://example.org/schemas/root.json",
        "$ref": "parts/steps.json#/definitions/all",
    }
    parts = {
        "definitions": {
            "all": {
                "properties": {
                    "epcisBody": {
                        "properties": {
                            "eventList": {"items": {"properties": {"bizStep": {"const": "receiving"}}}}
                        }
                    }
                }
            }
        }
    }
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "steps.json").write_text(json.dumps(parts))
    (tmp_path / "root.json").write_text(json.dumps(schema))
    out = tmp_path / "out.json"
    out.write_text("old")
    done = command(shift, "--out", str(out), "--schema", str(tmp_path / "root.json"))
    assert done.exit_code == 1
    assert json.loads(done.stdout)["valid"] is False
    lines = done.stderr.splitlines()
    assert len(lines) == 22
    assert lines[0].startswith("urn:uuid:")
    assert 'bizStep: "receiving" was expected' in lines[0]
    assert "and " in lines[20]
    assert "was not written" in lines[21]
    assert out.read_text() == "old"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is no JSON"),
        ("[]", "is no JSON schema"),
        ('{"type": 7}', "can't be used as a schema"),
        (
            '{"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "https://x.invalid/a.json"}',
            "a.json",
        ),
    ],
)
def test_what_is_no_schema_is_said(shift: Shift, tmp_path: Path, text: str, words: str) -> None:
    """And nothing is fetched from anywhere."""
    (tmp_path / "schema.json").write_text(text)
    done = command(shift, "--out", str(tmp_path / "o.json"), "--schema", str(tmp_path / "schema.json"))
    assert (done.exit_code, done.stdout) == (1, "")
    assert words in done.stderr
    assert not (tmp_path / "o.json").exists()


def test_a_schema_without_a_name_of_its_own_finds_its_parts_beside_it(shift: Shift, tmp_path: Path) -> None:
    """And one that refers to a part which is not there names it."""
    (tmp_path / "part.json").write_text('{"type": "object"}')
    (tmp_path / "schema.json").write_text(json.dumps({"$ref": "part.json"}))
    assert (
        command(shift, "--out", str(tmp_path / "o.json"), "--schema", str(tmp_path / "schema.json")).exit_code
        == 0
    )
    (tmp_path / "schema.json").write_text(json.dumps({"$ref": "gone.json"}))
    done = command(shift, "--out", str(tmp_path / "o.json"), "--schema", str(tmp_path / "schema.json"))
    assert (done.exit_code, "gone.json" in done.stderr) == (1, True)
    (tmp_path / "schema.json").write_text('{"type": "array"}')
    done = command(shift, "--out", str(tmp_path / "o.json"), "--schema", str(tmp_path / "schema.json"))
    assert "the document as a whole" in done.stderr


def test_a_folder_that_is_not_there_is_a_sentence(shift: Shift, tmp_path: Path) -> None:
    """For the file to write and for the schema."""
    assert "No such file" in command(shift, "--out", str(tmp_path / "no" / "o.json")).stderr
    missing = command(shift, "--out", str(tmp_path / "o.json"), "--schema", str(tmp_path / "no.json"))
    assert (missing.exit_code, "No such file" in missing.stderr) == (1, True)
