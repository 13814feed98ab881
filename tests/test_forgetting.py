"""A journal is forgotten as a whole when its time is over, and never before everybody has what it says."""

from __future__ import annotations

import io
import json
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from terminal import beginning, purge_cli, purging
from terminal.assembly import assemble, close_shift
from terminal.backups import backup
from terminal.beginning import NOTE, begin_anew
from terminal.bench.commands import KeepPhoto
from terminal.bench.given import Press, Scan, Typed
from terminal.cameras import photo_store
from terminal.config import load
from terminal.console import Context
from terminal.domain.items import ManifestLine, Product
from terminal.ended_journals import survey
from terminal.lookup import badge_code, tote_code
from terminal.own_file import open_file
from terminal.photo_records import verify_photos
from terminal.purging import purge
from terminal.restoring import reset, restore
from terminal.settings import Settings
from terminal.store.connection import read, run
from terminal.store.ended import segment_folders
from terminal.store.errors import CommitFailed
from terminal.store.station_file import NAME, StationFile
from terminal.sync.round import sync_once
from terminal.syncing import make_sinks
from terminal.verifying import verify_station

AT = datetime(2025, 3, 1, 8, tzinfo=UTC)
DAYS = 30
YOUNG, OLD = AT + timedelta(days=DAYS - 1), AT + timedelta(days=DAYS + 2)
SITE = f"[privacy]\njournal_days = {DAYS}\n"
CUP = Product("CUP-1", None, "Cup", "home")


@dataclass
class Site:
    """A station whose clock the test sets, with a bench that opens for each piece of work."""

    data: Path
    config: Path
    at: datetime = AT
    photos: list[str] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        """What its config says."""
        return load(self.config, self.data, {})

    def clock(self) -> datetime:
        """The time, which goes on with every look."""
        self.at += timedelta(seconds=5)
        return self.at

    def work(
        self, rma: str = "RMA1001", *, held: bool = False, closed: bool = True, sent: bool = True
    ) -> None:
        """Receive one item with a photo; the shift is closed and everything sent unless told otherwise."""
        with assemble(self.settings, self.clock) as whole:
            station = whole.station
            whole.file.catalogue.put_manifest([cup(rma)])
            station.take(Scan(badge_code(whole.people["9001"])))
            station.take(Scan(rma))
            station.take(Scan("CUP-1"))
            kept = photo_store(whole.settings).put(picture(len(self.photos)))
            self.photos.append(kept.sha256)
            station.run(KeepPhoto(kept.sha256, kept.kind))
            if held:
                station.take(Press("hold"))
                station.take(Typed("1"))
            else:
                station.take(Press("clean"))
                item = station.state.item
                assert item is not None
                assert item.decided is not None
                station.take(Scan(item.lpn))
                station.take(Scan(tote_code(item.decided.disposition)))
            station.take(Press("parcel_done"))
            if closed:
                command = close_shift(station.state, whole.shift, whole.spool)
                assert command is not None
                station.run(command)
                assert station.state.shift is None
            if sent:
                push(whole.file, whole.settings)

    def purge(self, now: datetime, dry: bool = False) -> dict[str, object]:
        """What the command does, at a time."""
        begun = begin_anew(self.settings, now, dry)
        with assemble(self.settings, lambda: now) as whole:
            return purge(whole, now, dry) | begun.plain()

    def send(self) -> None:
        """Everything has left."""
        with open_file(self.settings) as file:
            push(file, self.settings)

    def epoch(self) -> str:
        """The journal that is written."""
        with open_file(self.settings) as file:
            return file.identity.epoch

    def asides(self) -> list[Path]:
        """Folders in `aside`."""
        folder = self.data / "aside"
        return sorted(folder.iterdir()) if folder.is_dir() else []

    def stored(self) -> set[str]:
        """Photos that are on the disk."""
        return {path.stem for path in (self.data / "photos").glob("*/*/*.*")}


def cup(rma: str) -> ManifestLine:
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
        tracking="T" + rma,
    )


def picture(number: int) -> bytes:
    """A photo like no other."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (number * 20, 80, 10)).save(out, "JPEG")
    return out.getvalue()


def push(file: StationFile, settings: Settings) -> None:
    """Send what a file owes."""
    for sink in make_sinks(settings):
        sync_once(file, sink, datetime.now(UTC), force=True)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A station that keeps journals for thirty days."""
    config = tmp_path / "site.toml"
    config.write_text(SITE, "utf-8")
    return Site(tmp_path / "data", config)


def test_a_new_journal_begins_and_the_old_one_goes_when_its_own_time_is_over(site: Site) -> None:
    """People, numbers and what is still expected go on; the old file, its photos and the folder do not."""
    site.work()
    old = site.epoch()
    assert site.purge(YOUNG)["journal_begun"] is False
    site.at = AT + timedelta(days=20)
    site.work("RMA1002")
    with open_file(site.settings) as file:
        file.catalogue.put_manifest([cup("RMA1003")])
        file.catalogue.put_products([CUP])
    site.send()
    told = site.purge(OLD)
    assert (told["journal_begun"], told["journals"], told["journals_stay"]) == (True, [], [])
    assert site.epoch() != old
    assert len(site.asides()) == 1
    with open_file(site.settings) as file:
        assert read(file.db, "select rma from manifest") == [("RMA1003",)]
        assert read(file.db, "select sku from product") == [("CUP-1",)]
    assert site.stored() == set(site.photos)
    gone = site.purge(AT + timedelta(days=20 + DAYS + 1))
    assert gone["journals"] == [f"aside/{Path(str(told['aside'])).name}"]
    assert gone["photos"] == 2
    assert (site.asides(), site.stored()) == ([], set())
    with open_file(site.settings) as file:
        (event,) = [one for one in file.journal.events() if one.kind == "purged"]
        assert (event.body["journals"], sorted(event.body["photos"])) == (
            gone["journals"],
            sorted(site.photos),
        )
    site.at = AT + timedelta(days=60)
    site.work("RMA1003")
    assert verify_station(site.settings)["ok"]
    assert verify_photos(site.settings)["ok"]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("unsent", "events wait for folder"),
        ("open", "shift 1 is open"),
        ("held", "1 items are on the bench or in quarantine"),
    ],
)
def test_a_journal_goes_on_while_something_stands_in_the_way(site: Site, how: str, said: str) -> None:
    """The answer names it, and nothing is changed."""
    site.work(held="held" in how, closed="open" not in how, sent="unsent" not in how)
    old = site.epoch()
    told = site.purge(OLD)
    assert said in str(told["journal_waits"])
    assert (told["journal_begun"], site.epoch(), site.asides()) == (False, old, [])


def test_a_dry_run_tells_all_of_it_and_does_nothing(site: Site) -> None:
    """First that a journal would begin, later that the ended one would go."""
    site.work()
    old = site.epoch()
    assert site.purge(OLD, dry=True)["journal_begun"] is True
    assert (site.epoch(), site.asides()) == (old, [])
    reset(site.settings)
    told = site.purge(OLD, dry=True)
    assert (len(told["journals"]), told["photos"]) == (1, 1)  # type: ignore[arg-type]
    assert (len(site.asides()), len(site.stored())) == (1, 1)


def test_nought_days_keep_every_journal(site: Site) -> None:
    """That is how a station is delivered."""
    site.config.write_text("", "utf-8")
    assert site.settings.privacy.journal_days == 0
    site.work()
    reset(site.settings)
    told = site.purge(OLD)
    assert (told["journals"], told["journal_begun"], len(site.asides())) == ([], False, 1)


def test_an_ended_journal_that_a_sink_is_owed_stays(site: Site) -> None:
    """However old it is; the sentence says how much and for whom."""
    site.work(sent=False)
    with open_file(site.settings) as file:
        count = file.journal.head().seq
    reset(site.settings, f"{count} events")
    told = site.purge(OLD)
    assert told["journals"] == []
    assert f"events of it wait ({count} for folder)" in str(told["journals_stay"])
    assert (len(site.asides()), len(site.stored())) == (1, 1)


def test_an_ended_journal_with_an_item_in_quarantine_stays(site: Site) -> None:
    """Somebody still has to decide, and needs the photo."""
    site.work(held=True)
    reset(site.settings)
    told = site.purge(OLD)
    assert "in quarantine" in str(told["journals_stay"])
    assert (told["journals"], len(site.stored())) == ([], 1)


def test_a_photo_that_another_journal_names_stays(site: Site) -> None:
    """The same picture is the proof of an item of the present one too."""
    site.work()
    reset(site.settings)
    site.at = OLD
    first = site.photos.pop()
    site.work("RMA1002")
    assert site.photos == [first]
    told = site.purge(OLD)
    assert (len(told["journals"]), told["photos"], site.stored()) == (1, 0, {first})  # type: ignore[arg-type]


def test_a_removal_that_was_cut_off_is_finished_by_the_next(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal had its word; the power went before the first file."""
    site.work()
    reset(site.settings)
    with monkeypatch.context() as patch:
        patch.setattr(purging, "_remove", lambda store, hashes: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            site.purge(OLD)
    assert (len(site.asides()), len(site.stored())) == (1, 1)
    assert site.purge(OLD)["journals"] == []
    assert (site.asides(), site.stored()) == ([], set())


def test_a_beginning_that_was_cut_off_is_finished_by_the_next(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is still expected is carried over then, and the note of it is gone."""
    site.work()
    with open_file(site.settings) as file:
        file.catalogue.put_manifest([cup("RMA1003")])
    with monkeypatch.context() as patch:
        patch.setattr(beginning, "_carry", lambda ended, file: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            begin_anew(site.settings, OLD)
    assert (site.data / NOTE).exists()
    assert begin_anew(site.settings, OLD).journal_begun is False
    assert not (site.data / NOTE).exists()
    with open_file(site.settings) as file:
        assert read(file.db, "select rma from manifest") == [("RMA1003",)]


def test_a_program_that_has_the_file_open_is_in_the_way(site: Site) -> None:
    """It is tried again the next night."""
    site.work()
    with open_file(site.settings):
        begun = begin_anew(site.settings, OLD)
    assert "Another program has" in begun.journal_waits
    assert begin_anew(site.settings, OLD).journal_begun is True


def test_journals_of_a_restore_stay_while_the_present_one_goes_on_from_them(
    site: Site, tmp_path: Path
) -> None:
    """They go together once a new one was begun, and the present one is as old as the first of them."""
    site.work(sent=False)
    backup(site.settings, tmp_path / "b")
    with open_file(site.settings) as file:
        count = file.journal.head().seq
    restore(site.settings, tmp_path / "b", f"{count} events")
    site.send()
    with ExitStack() as stack, open_file(site.settings) as file:
        found = survey(stack, site.settings, file, OLD)
        assert [one.name.split("/")[0] for one in found.stays] == ["aside", "segments"]
        assert "goes on from it" in str(found.why)
    told = site.purge(OLD)
    assert told["journal_begun"] is True, told
    assert [str(name).split("/")[0] for name in told["journals"]] == ["aside", "segments"]  # type: ignore[attr-defined]
    assert (segment_folders(site.data), site.stored()) == ([], set())


def test_nothing_goes_while_an_ended_journal_cannot_be_read(site: Site) -> None:
    """Nobody knows which photos it names."""
    site.work()
    reset(site.settings)
    site.at = AT + timedelta(days=1)
    site.work("RMA1002")
    reset(site.settings)
    (site.asides()[0] / NAME).write_bytes(b"spoilt" * 2_000)
    told = site.purge(OLD)
    assert told["journals"] == []
    assert f"aside/{site.asides()[0].name} can't be read" in str(told["journals_stay"])
    assert len(site.stored()) == 2


def test_photos_and_numbers_of_an_ended_journal_have_their_own_time(site: Site) -> None:
    """A journal that is kept longer than photos keeps no photo longer."""
    site.config.write_text("[privacy]\nreturns_days = 10\nphotos_days = 10\n", "utf-8")
    site.work()
    reset(site.settings)
    told = site.purge(OLD)
    assert (told["returns"], told["photos"], told["journals"]) == (1, 1, [])
    assert site.stored() == set()
    with StationFile.open(site.asides()[0], site.settings.station.id) as file:
        assert read(file.db, "select tracking from manifest") == [(None,)]


def test_a_folder_that_is_none_of_ours_is_left_alone(site: Site) -> None:
    """Only what the station put there is looked at."""
    (site.data / "aside" / "mine").mkdir(parents=True)
    (site.data / "aside" / "mine" / "x.txt").write_text("x", "utf-8")
    site.work()
    reset(site.settings)
    assert len(site.purge(OLD)["journals"]) == 1  # type: ignore[arg-type]
    assert [path.name for path in site.asides()] == ["mine"]


def test_a_status_that_a_newer_journal_knows_better_holds_nothing_up(site: Site, tmp_path: Path) -> None:
    """An item that was held before a restore and is decided since."""
    site.work(held=True)
    backup(site.settings, tmp_path / "b")
    restore(site.settings, tmp_path / "b")
    with open_file(site.settings) as file:
        run(file.db, "update item set status = 'closed' where status = 'held'")
    site.send()
    told = site.purge(OLD)
    assert (told["journal_begun"], len(told["journals"])) == (True, 2), told  # type: ignore[arg-type]


def test_the_command_says_in_a_sentence_what_stands_in_the_way(site: Site) -> None:
    """And ends well: it is tried again the next night."""
    site.work(closed=False)
    done = CliRunner().invoke(purge_cli.purge, [], obj=Context(site.config, site.data))
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout.splitlines()[0])
    assert (told["journal_begun"], "shift 1 is open" in told["journal_waits"]) == (False, True)


def test_the_command_says_where_the_ended_journal_lies(site: Site) -> None:
    """Years are over by the clock of this machine."""
    site.work()
    for arguments, said in ((["--dry-run"], "would be begun"), ([], "A new journal was begun")):
        done = CliRunner().invoke(purge_cli.purge, arguments, obj=Context(site.config, site.data))
        assert done.exit_code == 0, done.output
        assert said in done.output
        assert json.loads(done.stdout.splitlines()[0])["journal_begun"] is True


def test_nothing_of_a_journal_goes_that_the_present_one_could_not_be_told_of(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk."""
    site.work()
    reset(site.settings)

    def full(*_: object) -> None:
        raise CommitFailed("no room", "full")

    with assemble(site.settings, lambda: OLD) as whole:
        monkeypatch.setattr(whole.file.journal, "append", full)
        with pytest.raises(Exception, match="nothing was removed"):
            purge(whole, OLD)
    assert (len(site.asides()), len(site.stored())) == (1, 1)
