"""Backup, restore and reset: nothing is lost, no number is given out twice, and nobody is told a wrong story."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from terminal.assembly import assemble
from terminal.backup_cli import COMMANDS
from terminal.backups import backup, check_copy
from terminal.bench.given import Press, Scan, Typed
from terminal.config import load
from terminal.console import Context
from terminal.demo import load_demo
from terminal.doctor import examine
from terminal.domain.suggest import BadData
from terminal.lookup import badge_code
from terminal.present_file import queue_is_empty
from terminal.restoring import reset, restore
from terminal.settings import Settings
from terminal.store.connection import read, run
from terminal.store.errors import StoreError
from terminal.store.locks import StationLock
from terminal.store.station_file import NAME, StationFile
from terminal.syncing import push
from terminal.verifying import verify_station

Work = Callable[..., list[str]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A station with the shipped settings."""
    return load(None, tmp_path / "data", {})


@pytest.fixture
def work(settings: Settings) -> Work:
    """Work so many items through, and give their LPNs."""

    def worked(count: int = 1) -> list[str]:
        whole = assemble(settings)
        try:
            if not whole.file.catalogue.counts().rmas:
                load_demo(whole.file, tuple(whole.station.rules.book.schemes), settings.data / "rejects")
            whole.station.handle(Scan(badge_code(whole.people["1001"])))
            lpns: list[str] = []
            whole.station.handle(Press("blind"))
            whole.station.handle(Typed("1"))
            while len(lpns) < count:
                whole.station.handle(Press("unidentified"))
                item = whole.station.state.item
                assert item is not None
                lpns.append(item.lpn)
                whole.station.handle(Typed(""))
            whole.station.handle(Press("parcel_done"))
            return lpns
        finally:
            whole.close()

    return worked


def sent(settings: Settings) -> list[dict[str, Any]]:
    """Every event in the sink's folder."""
    files = sorted((settings.data / "outbox").glob("*.ndjson"))
    return [json.loads(line) for path in files for line in path.read_bytes().splitlines()]


def pushed(settings: Settings) -> None:
    """Send everything, and have all of it acknowledged."""
    assert all(not row["pending"] for row in push(settings))


def events(settings: Settings) -> int:
    """How many events the station file holds."""
    with StationFile.open(settings.data, settings.station.id) as file:
        return file.journal.head().seq


def test_a_backup_is_a_checked_copy_and_the_bench_may_be_open(
    settings: Settings, work: Work, tmp_path: Path
) -> None:
    """One file, with nothing beside it, that holds what the station held at one moment."""
    work(2)
    target = tmp_path / "keep" / "st.backup"
    target.parent.mkdir()
    whole = assemble(settings)
    try:
        told = backup(settings, target)
        assert told["events"] == whole.file.journal.head().seq
        assert told["head"] == whole.file.journal.head().hash
    finally:
        whole.close()
    assert [path.name for path in target.parent.iterdir()] == ["st.backup"]
    assert check_copy(target).events == told["events"]
    work(1)
    assert backup(settings, target)["events"] > told["events"]


@pytest.mark.parametrize("content", [b"", b"my notes", b"SQLite format 3\x00" + b"x" * 4000])
def test_a_backup_writes_over_nothing_that_is_no_backup(
    settings: Settings, work: Work, tmp_path: Path, content: bytes
) -> None:
    """Whatever lies under the name stays."""
    work()
    target = tmp_path / "notes.db"
    target.write_bytes(content)
    with pytest.raises(BadData, match="left alone"):
        backup(settings, target)
    assert target.read_bytes() == content
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_a_backup_does_not_take_the_place_of_the_station_file(settings: Settings, work: Work) -> None:
    """Nor of the log beside it; and an empty data folder is nothing to back up."""
    with pytest.raises(BadData, match="nothing to back up"):
        backup(settings, settings.data / "x")
    work()
    for name in (NAME, f"{NAME}-wal"):
        with pytest.raises(BadData, match="is the station file itself"):
            backup(settings, settings.data / name)


def test_a_restored_station_goes_on_under_an_epoch_of_its_own(
    settings: Settings, work: Work, tmp_path: Path
) -> None:
    """No number and no LPN is given out twice, the old journal stays, and verify finds nothing wrong."""
    before = work(2)
    told = backup(settings, tmp_path / "b")
    after = work(2)
    pushed(settings)
    old = sent(settings)
    back = restore(settings, tmp_path / "b")
    assert back["epoch"] != told["epoch"]
    assert back["sync_pending"] == {"folder": 0}
    assert verify_station(settings)["ok"], verify_station(settings)["findings"]
    again = work(2)
    assert not set(again) & {*before, *after}
    pushed(settings)
    everything = sent(settings)
    places = [(one["epoch"], one["seq"]) for one in everything]
    assert len(set(places)) == len(places) == len({one["id"] for one in everything})
    assert {one["hash"] for one in old} <= {one["hash"] for one in everything}
    mine = sorted(one["seq"] for one in everything if one["epoch"] == back["epoch"])
    assert mine == list(range(1, len(mine) + 1))
    result = verify_station(settings)
    assert result["ok"], result["findings"]
    with StationFile.open(settings.data, settings.station.id) as file:
        assert {item.lpn for item in file.queries.last_items(99)} == {*before, *again}
    aside = Path(back["aside"])
    with StationFile.open(aside, settings.station.id) as file:
        assert {item.lpn for item in file.queries.last_items(99)} == {*before, *after}


def test_projections_of_a_restored_station_can_be_made_anew(
    settings: Settings, work: Work, tmp_path: Path
) -> None:
    """From the old journal and the new one together; the running numbers stay ahead."""
    work(1)
    backup(settings, tmp_path / "b")
    pushed(settings)
    back = restore(settings, tmp_path / "b")
    lpns = work(1)
    with StationFile.open(settings.data, settings.station.id) as file:
        run(file.db, "update item set title = 'wrong'")
        run(file.db, "delete from rest")
    assert not verify_station(settings)["ok"]
    assert verify_station(settings, rebuild=True)["ok"]
    whole = assemble(settings)
    try:
        assert whole.station.state.next_lpn == back["next_lpn"] + len(lpns)
    finally:
        whole.close()


def test_what_the_backup_still_owed_is_sent_under_its_own_numbers(
    settings: Settings, work: Work, tmp_path: Path
) -> None:
    """The disk is gone with everything after the backup; numbers are skipped, because labels are on items."""
    work(2)
    told = backup(settings, tmp_path / "b")
    shutil.rmtree(settings.data)
    settings.data.mkdir()
    back = restore(settings, tmp_path / "b")
    assert back["aside"] is None
    assert back["next_lpn"] >= 5_000
    assert back["sent"] == {"folder": told["events"]}
    assert [one["seq"] for one in sent(settings)] == list(range(1, told["events"] + 1))
    assert {one["epoch"] for one in sent(settings)} == {told["epoch"]}
    assert verify_station(settings)["ok"]


def test_a_station_can_be_restored_again_from_a_backup_of_a_restored_one(
    settings: Settings, work: Work, tmp_path: Path
) -> None:
    """Its earlier journals lie beside the backup and come back with it, on a new disk too."""
    work(1)
    backup(settings, tmp_path / "one")
    pushed(settings)
    restore(settings, tmp_path / "one")
    work(1)
    pushed(settings)
    told = backup(settings, tmp_path / "two")
    assert len(told["segments"]) == 1
    shutil.rmtree(settings.data)
    settings.data.mkdir()
    restore(settings, tmp_path / "two")
    result = verify_station(settings)
    assert result["ok"], result["findings"]
    shutil.rmtree(settings.data / "segments")
    with pytest.raises(StoreError, match="goes on from is not in"):
        verify_station(settings)


def test_neither_restore_nor_reset_leave_events_behind_without_the_word(
    settings: Settings, work: Work, tmp_path: Path
) -> None:
    """The word spells how many; another number is no word. The file is kept aside even then."""
    work(1)
    backup(settings, tmp_path / "b")
    count = events(settings)
    for word in (None, "0 events", f"{count + 1} events", "yes"):
        with pytest.raises(BadData, match=f'--lose-pending "{count} events"'):
            restore(settings, tmp_path / "b", word)
        with pytest.raises(BadData, match="Events wait in"):
            reset(settings, word)
    assert events(settings) == count
    back = restore(settings, tmp_path / "b", f"{count} events")
    assert (Path(back["aside"]) / NAME).exists()


def test_nothing_is_replaced_while_a_bench_or_another_program_has_the_file(
    settings: Settings, work: Work, tmp_path: Path
) -> None:
    """Each is told who holds it."""
    work(1)
    pushed(settings)
    backup(settings, tmp_path / "b")
    lock = StationLock(settings.data)
    with lock, pytest.raises(StoreError, match="the bench is open on this station"):
        restore(settings, tmp_path / "b")
    with (
        StationFile.open(settings.data, settings.station.id, ["folder"]),
        pytest.raises(BadData, match="Another program has"),
    ):
        reset(settings)
    assert not (settings.data / "aside").exists()


def test_a_restore_that_dies_at_its_last_step_leaves_the_present_file(
    settings: Settings, work: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At no moment is there no station file, or the next bench would begin an empty one."""
    work(1)
    pushed(settings)
    backup(settings, tmp_path / "b")
    count = events(settings)

    def die(source: Path, target: Path) -> None:
        assert Path(target).exists()
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("terminal.file_swap.os.replace", die)
        with pytest.raises(OSError, match="Input/output"):
            restore(settings, tmp_path / "b")
    assert events(settings) == count
    assert verify_station(settings)["ok"]
    assert restore(settings, tmp_path / "b")["sync_pending"] == {"folder": 0}
    assert not list(settings.data.glob(".restore-*"))


def test_a_backup_that_is_not_sound_is_not_used(settings: Settings, work: Work, tmp_path: Path) -> None:
    """Damaged, edited, of another station, none at all: the present file stays as it is."""
    work(1)
    pushed(settings)
    good = tmp_path / "b"
    backup(settings, good)
    content = good.read_bytes()
    other = load(None, settings.data, {}).model_copy(
        update={"station": settings.station.model_copy(update={"id": "OTHER"})}
    )
    with pytest.raises(BadData, match="is of the station"):
        restore(other, good)
    for spoilt, told in ((content[:9_000], "backup"), (b"", "backup"), (b"x" * 5_000, "backup")):
        good.write_bytes(spoilt)
        with pytest.raises(BadData, match=told):
            restore(settings, good)
    good.write_bytes(content)
    from terminal.store.connection import open_database

    db = open_database(good)
    run(db, "drop trigger event_no_update")
    run(db, "update event set operator = '9999' where seq = 2")
    db.close()
    with pytest.raises(BadData, match="is not what was written"):
        restore(settings, good)
    with pytest.raises(BadData, match="is not there"):
        restore(settings, tmp_path / "nothing")
    assert verify_station(settings)["ok"]


def test_a_file_that_cannot_be_read_is_kept_and_replaced_with_the_word(
    settings: Settings, work: Work, tmp_path: Path
) -> None:
    """Nobody knows what waits in it, so the word says just that."""
    work(1)
    backup(settings, tmp_path / "b")
    path = settings.data / NAME
    path.write_bytes(b"\x00" * path.stat().st_size)
    with pytest.raises(BadData, match='"unknown events"'):
        restore(settings, tmp_path / "b")
    with pytest.raises(BadData, match="running numbers are not known"):
        reset(settings, "unknown events")
    back = restore(settings, tmp_path / "b", "unknown events")
    assert set((Path(back["aside"]) / NAME).read_bytes()) == {0}
    assert verify_station(settings)["ok"]


def test_a_reset_station_is_empty_but_gives_no_number_out_twice(
    settings: Settings, work: Work, tmp_path: Path
) -> None:
    """The old file is kept aside, whole; LPNs go on where they were."""
    lpns = work(3)
    pushed(settings)
    told = reset(settings)
    assert events(settings) == 0
    with StationFile.open(settings.data, settings.station.id) as file:
        assert file.queries.last_items(9) == ()
        assert file.catalogue.counts().rmas == 0
        assert file.identity.epoch == told["epoch"]
    assert verify_station(settings)["ok"]
    assert not set(work(2)) & set(lpns)
    with StationFile.open(Path(told["aside"]), settings.station.id) as file:
        assert len(file.queries.last_items(9)) == 3


def test_an_update_must_wait_while_events_wait(settings: Settings, work: Work) -> None:
    """With the sentence why, by sink; and no file is made by asking."""
    assert queue_is_empty(settings)[0]
    assert not (settings.data / NAME).exists()
    work(1)
    empty, why = queue_is_empty(settings)
    assert not empty
    assert f"{events(settings)} for folder" in why
    (told,) = [one for one in examine(settings) if one.subject == "update"]
    assert (told.level, told.sentence) == ("warn", why)
    pushed(settings)
    assert queue_is_empty(settings)[0]


def test_photos_are_backed_up_and_brought_back(settings: Settings, work: Work, tmp_path: Path) -> None:
    """Those that the journal names; one that is missing is told and holds nothing up."""
    from datetime import UTC, datetime

    from PIL import Image

    from terminal.bench.wire import Draft
    from terminal.cameras import photo_store

    work(1)
    picture = tmp_path / "x.png"
    Image.new("RGB", (20, 20), "red").save(picture)
    kept = photo_store(settings).put(picture.read_bytes())
    with StationFile.open(settings.data, settings.station.id, ["folder"]) as file:
        for digest in (kept.sha256, "e" * 64):
            body = {"lpn": "BCDF", "sha256": digest, "kind": "png", "subjects": []}
            file.journal.append([Draft("photo_kept", 1, datetime.now(UTC), None, None, None, body)])
    told = backup(settings, tmp_path / "b", tmp_path / "photos")
    assert (told["photos"], told["photos_copied"]) == (1, 1)
    assert [one["sha256"] for one in told["photos_missing"]] == ["e" * 64]
    shutil.rmtree(settings.data)
    settings.data.mkdir()
    back = restore(settings, tmp_path / "b", photos=tmp_path / "photos")
    assert (back["photos"], back["photos_missing"]) == (1, [])
    assert photo_store(settings).get(kept.sha256) == picture.read_bytes()


def test_the_commands_print_json_and_end_with_a_sentence(
    settings: Settings, work: Work, tmp_path: Path
) -> None:
    """0 done, 1 refused."""
    work(1)
    context = Context(None, settings.data)
    commands = {command.name: command for command in COMMANDS}

    def call(name: str, *args: str) -> Any:
        return CliRunner().invoke(commands[name], args, obj=context)

    made = call("backup", str(tmp_path / "b"))
    assert made.exit_code == 0
    assert json.loads(made.stdout)["events"] == events(settings)
    refused = call("restore", str(tmp_path / "b"))
    assert refused.exit_code == 1
    assert "--lose-pending" in refused.stderr
    assert call("reset").exit_code == 1
    pushed(settings)
    assert json.loads(call("restore", str(tmp_path / "b")).stdout)["station"] == settings.station.id
    assert json.loads(call("reset").stdout)["aside"]
    checked = call("drop-check", str(settings.data / "outbox"))
    assert checked.exit_code == 1
    assert {one["what"] for one in json.loads(checked.stdout)["findings"]} == {"no_manifest"}


def test_a_label_that_was_to_be_printed_is_looked_for_first(
    settings: Settings, work: Work, tmp_path: Path
) -> None:
    """It may have come out after the backup."""
    work(1)
    pushed(settings)
    with StationFile.open(settings.data, settings.station.id) as file:
        run(file.db, "update label_job set state = 'queued'")
    backup(settings, tmp_path / "b")
    restore(settings, tmp_path / "b")
    with StationFile.open(settings.data, settings.station.id) as file:
        assert {row[0] for row in read(file.db, "select state from label_job")} <= {"unknown"}
