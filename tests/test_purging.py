"""What is kept long enough is gone afterwards, and the journal is as whole as before."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from terminal import purging
from terminal.assembly import Assembly, assemble
from terminal.backups import backup
from terminal.bench.commands import KeepPhoto
from terminal.bench.given import Press, Scan, Typed
from terminal.cameras import photo_store
from terminal.config import load
from terminal.console import Context
from terminal.domain.items import ManifestLine
from terminal.lookup import badge_code, tote_code
from terminal.photo_records import verify_photos
from terminal.purge_cli import purge as command
from terminal.purging import purge
from terminal.settings import Settings
from terminal.store.connection import read
from terminal.store.errors import CommitFailed
from terminal.store.retention import OldPhotos, Retention
from terminal.sync.round import sync_once
from terminal.syncing import make_sinks
from terminal.verifying import verify_station

AT = datetime(2025, 3, 1, 8, tzinfo=UTC)
LATER = AT + timedelta(days=800)
TRACKING = "JJD000390007882200001"


@dataclass
class Wall:
    """A clock that the test sets and that goes on with every look."""

    at: datetime = AT

    def __call__(self) -> datetime:
        """The time."""
        self.at += timedelta(seconds=5)
        return self.at


@pytest.fixture
def wall() -> Wall:
    """The clock of the bench."""
    return Wall()


@pytest.fixture
def whole(tmp_path: Path, wall: Wall) -> Iterator[Assembly]:
    """A bench that finished one return with a photo, holds one item, and expects two more."""
    made = assemble(load(None, tmp_path, {}), wall)
    made.file.catalogue.put_manifest(
        [
            line("RMA1001", tracking=TRACKING),
            line("RMA1002", tracking="T-2"),
            line("RMA1003", initiated=AT),
            line("RMA1004", tracking="T-4"),
        ]
    )
    made.station.take(Scan(badge_code(made.people["1001"])))
    take_in(made, "RMA1001", 1)
    take_in(made, "RMA1002", 2)
    yield made
    made.close()


def line(rma: str, **more: object) -> ManifestLine:
    """A return of one cup."""
    return ManifestLine(
        rma,
        1,
        "CUP-1",
        None,
        "Cup",
        "home",
        1,
        unit_price=Decimal("9.00"),
        currency="EUR",
        **more,  # type: ignore[arg-type]
    )


def picture(number: int) -> bytes:
    """A photo like no other."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (number, 80, 10)).save(out, "JPEG")
    return out.getvalue()


def take_in(whole: Assembly, rma: str, number: int) -> None:
    """Receive a return of one item with a photo; the second one is held."""
    station = whole.station
    station.take(Scan(rma))
    station.take(Scan("CUP-1"))
    kept = photo_store(whole.settings).put(picture(number))
    station.run(KeepPhoto(kept.sha256, kept.kind))
    if number == 2:
        station.take(Press("hold"))
        station.take(Typed("1"))
        station.take(Press("parcel_done"))
        return
    station.take(Press("clean"))
    item = station.state.item
    assert item is not None
    assert item.decided is not None
    for given in (Scan(item.lpn), Scan(tote_code(item.decided.disposition)), Press("parcel_done")):
        station.take(given)


def pushed(whole: Assembly) -> None:
    """Everything has left the station."""
    for sink in make_sinks(whole.settings):
        sync_once(whole.file, sink, datetime.now(UTC), force=True)


def announced(whole: Assembly) -> list[str]:
    """Returns of the manifest."""
    return [row[0] for row in read(whole.file.db, "select distinct rma from manifest order by rma")]


def numbers(whole: Assembly) -> dict[str, int]:
    """How many lines of each return have a tracking number."""
    return dict(read(whole.file.db, "select rma, count(tracking) from manifest group by rma"))


def photos(settings: Settings) -> int:
    """How many photos there are."""
    return photo_store(settings).sizes().photos


def test_what_is_over_for_long_enough_goes_and_the_rest_stays(whole: Assembly) -> None:
    """A finished return and one that never came; not the one with a held item, not one without a date."""
    pushed(whole)
    told = purge(whole, LATER)
    assert told == {
        "returns": 2,
        "photos": 1,
        "photos_waiting": 0,
        "rejects": 0,
        "journals": [],
        "journals_stay": [],
        "dry_run": False,
    }
    assert announced(whole) == ["RMA1001", "RMA1002", "RMA1004"]
    assert numbers(whole) == {"RMA1001": 0, "RMA1002": 1, "RMA1004": 1}
    assert read(whole.file.db, "select unit_price_cents from manifest where rma = 'RMA1001'") == [(900,)]
    assert photos(whole.settings) == 1
    assert purge(whole, LATER)["returns"] == 0
    assert len([one for one in whole.file.journal.events() if one.kind == "purged"]) == 1


def test_nothing_goes_before_its_time(whole: Assembly) -> None:
    """Also not on the last day."""
    pushed(whole)
    told = purge(whole, AT + timedelta(days=365))
    assert (told["returns"], told["photos"]) == (0, 0)
    assert len(announced(whole)) == 4
    assert [one.kind for one in whole.file.journal.events()].count("purged") == 0


def test_the_chain_the_tables_and_the_photos_are_in_order_afterwards(whole: Assembly, tmp_path: Path) -> None:
    """A photo that was removed is no loss: not for the check, not for a backup."""
    pushed(whole)
    purge(whole, LATER)
    settings = whole.settings
    whole.close()
    assert verify_station(settings)["ok"]
    checked = verify_photos(settings)
    assert (checked["ok"], checked["recorded"]) == (True, 1)
    (tmp_path / "copies").mkdir()
    copied = backup(settings, tmp_path / "copies" / "b.db", tmp_path / "pictures")
    assert (copied["photos"], copied["photos_missing"]) == (1, [])


def test_photos_stay_until_everything_has_left(whole: Assembly) -> None:
    """A sink that takes the photos with the events may not have had them; announcements go all the same."""
    told = purge(whole, LATER)
    assert (told["photos"], told["photos_waiting"], told["returns"]) == (0, 1, 2)
    assert photos(whole.settings) == 2


def test_a_dry_run_changes_nothing(whole: Assembly) -> None:
    """It counts."""
    pushed(whole)
    told = purge(whole, LATER, dry=True)
    assert (told["returns"], told["photos"], told["dry_run"]) == (2, 1, True)
    assert (len(announced(whole)), photos(whole.settings)) == (4, 2)


def test_the_bytes_of_an_announcement_are_gone_from_the_file(whole: Assembly) -> None:
    """Not only its row: what nothing else says is nowhere in the file and its log once the bench is closed."""
    secret = "CUP-ANNOUNCED-ONLY"
    whole.file.catalogue.put_manifest(
        [ManifestLine("RMA1009", 1, secret, None, secret, "home", 1, initiated=AT)]
    )
    folder = whole.settings.data
    purge(whole, LATER)
    whole.close()
    for path in folder.glob("station.db*"):
        assert secret.encode() not in path.read_bytes()


def test_a_purge_that_was_cut_off_is_finished_by_the_next(
    whole: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal had its word; the power went before the files."""
    pushed(whole)
    with monkeypatch.context() as patch:
        patch.setattr(purging, "_remove", lambda store, hashes: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            purge(whole, LATER)
    assert photos(whole.settings) == 2
    assert purge(whole, LATER)["photos"] == 0
    assert photos(whole.settings) == 1


def test_no_event_names_more_photos_than_travel_well(
    whole: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Returns are counted once; each photo is named once."""
    hashes = [digit * 64 for digit in "abcde"]
    monkeypatch.setattr(purging, "PHOTOS_AN_EVENT", 2)
    monkeypatch.setattr(Retention, "photos", lambda self, before: OldPhotos(frozenset(hashes), frozenset()))
    pushed(whole)
    assert purge(whole, LATER)["photos"] == 5
    told = [one.body for one in whole.file.journal.events() if one.kind == "purged"]
    assert [body["returns"] for body in told] == [2, 0, 0]
    assert [one for body in told for one in body["photos"]] == hashes


def test_nothing_is_removed_that_the_journal_could_not_be_told_of(
    whole: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk."""

    def full(*_: object) -> None:
        raise CommitFailed("no room", "full")

    monkeypatch.setattr(whole.file.journal, "append", full)
    with pytest.raises(Exception, match="nothing was removed"):
        purge(whole, LATER)
    assert (len(announced(whole)), photos(whole.settings)) == (4, 2)


def test_a_picture_that_is_still_some_items_proof_stays(whole: Assembly) -> None:
    """The same picture was kept for the held item too."""
    pushed(whole)
    (held,) = whole.file.queries.held()
    both = picture(1)
    whole.station.take(Scan(badge_code(whole.people["9001"])))
    whole.station.vouched = whole.people["9001"]
    whole.station.take(Scan(held.lpn))
    kept = photo_store(whole.settings).put(both)
    whole.station.run(KeepPhoto(kept.sha256, kept.kind))
    pushed(whole)
    assert purge(whole, LATER)["photos"] == 0
    assert photos(whole.settings) == 2


def test_rejected_rows_go_by_the_age_of_their_file(whole: Assembly, tmp_path: Path) -> None:
    """A link is left alone."""
    folder = tmp_path / "rejects"
    folder.mkdir(exist_ok=True)
    for name, days in (("old.csv", 31), ("new.csv", 29)):
        (folder / name).write_text("x", "utf-8")
        os.utime(folder / name, (then := (LATER - timedelta(days=days)).timestamp(), then))
    (folder / "link.csv").symlink_to(folder / "new.csv")
    assert purge(whole, LATER)["rejects"] == 1
    assert sorted(path.name for path in folder.iterdir()) == ["link.csv", "new.csv"]


def test_nought_days_mean_for_ever(whole: Assembly, tmp_path: Path) -> None:
    """A site that says so keeps everything."""
    whole.close()
    site = tmp_path / "site.toml"
    site.write_text("[privacy]\nreturns_days = 0\nphotos_days = 0\nrejects_days = 0\n", "utf-8")
    again = assemble(load(site, tmp_path, {}), lambda: LATER)
    try:
        pushed(again)
        told = purge(again, LATER)
        assert (told["returns"], told["photos"], told["rejects"]) == (0, 0, 0)
        assert (len(announced(again)), photos(again.settings)) == (4, 2)
    finally:
        again.close()


def test_the_command_says_what_it_removed_and_what_waits(whole: Assembly, tmp_path: Path) -> None:
    """One JSON line; the talk goes beside."""
    whole.close()
    done = CliRunner().invoke(command, ["--dry-run"], obj=Context(None, tmp_path))
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout.splitlines()[0])["dry_run"] is True
