"""A station file from the outside: opened, refused, checked, closed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from terminal.bench.wire import Draft
from terminal.store.connection import run
from terminal.store.errors import StoreUnavailable
from terminal.store.locks import FileUse
from terminal.store.station_file import StationFile

KILLED = """
import os, sys
from datetime import UTC, datetime
from terminal.bench.wire import (Draft)
from terminal.store.station_file import StationFile
file = StationFile.open(sys.argv[1], "ST01")
at = datetime(2026, 11, 23, tzinfo=UTC)
for number in range(5):
    file.journal.append([Draft("inspected", 1, at, None, None, None, {"n": number})])
os.kill(os.getpid(), 9)
"""


def test_a_new_folder_gets_a_file_with_a_name_and_an_epoch(tmp_path: Path) -> None:
    """Folders are made as needed; the epoch is the file's own and stays."""
    with StationFile.open(tmp_path / "deep" / "data", "ST01") as file:
        who = file.identity
    assert who.station == "ST01"
    with StationFile.open(tmp_path / "deep" / "data", "ST01") as again:
        assert again.identity == who
    with StationFile.open(tmp_path / "other", "ST01") as other:
        assert other.identity.epoch != who.epoch


def test_a_file_of_another_station_is_refused_with_both_names(tmp_path: Path) -> None:
    """And with what to do about it; the refused try leaves the file usable."""
    StationFile.open(tmp_path, "ST01").close()
    with pytest.raises(
        StoreUnavailable, match=r"belongs to the station 'ST01', and this is 'ST02'.*data folder"
    ) as told:
        StationFile.open(tmp_path, "ST02")
    assert told.value.cause == "other_station"
    StationFile.open(tmp_path, "ST01").close()


def test_closing_leaves_one_file_without_a_log(tmp_path: Path, make_draft: Callable[..., Draft]) -> None:
    """So that copying the one file is a copy of everything. Closing twice does no harm."""
    file = StationFile.open(tmp_path, "ST01")
    file.journal.append([make_draft()])
    file.close()
    file.close()
    assert not list(tmp_path.glob("station.db-*"))
    shutil.copy(tmp_path / "station.db", tmp_path / "copy.db")
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy.db").rename(tmp_path / "copy" / "station.db")
    with StationFile.open(tmp_path / "copy", "ST01") as copied:
        assert copied.journal.head().seq == 1


def test_what_was_committed_before_a_kill_is_there_at_the_next_start(tmp_path: Path) -> None:
    """The log that is left behind is read, and the file is checked."""
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    with StationFile.open(tmp_path, "ST01") as file:
        assert file.journal.head().seq == 5
        assert file.findings == ()


def test_damage_after_an_unclean_stop_is_told_at_the_start(tmp_path: Path) -> None:
    """Before an operator works on with a file that is broken."""
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    StationFile.open(tmp_path, "ST01").close()
    whole = bytearray((tmp_path / "station.db").read_bytes())
    for page in range(2 * 4096, len(whole), 4096):
        whole[page : page + 16] = os.urandom(16)
    (tmp_path / "station.db").write_bytes(bytes(whole))
    (tmp_path / "station.db-wal").write_bytes(b"\0" * 4152)
    with pytest.raises(StoreUnavailable, match="damaged") as told:
        StationFile.open(tmp_path, "ST01")
    assert told.value.cause == "damaged"


def test_a_data_folder_that_is_a_file_gets_a_sentence(tmp_path: Path) -> None:
    """Neither a traceback nor a lost file."""
    (tmp_path / "data").write_text("mine")
    with pytest.raises(StoreUnavailable, match=r"data folder .* can't be made"):
        StationFile.open(tmp_path / "data", "ST01")
    assert (tmp_path / "data").read_text() == "mine"


def test_a_file_that_is_no_station_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    """Whatever lies there under that name."""
    (tmp_path / "station.db").write_text("shopping list\n" * 100)
    with pytest.raises(StoreUnavailable, match="is no station file"):
        StationFile.open(tmp_path, "ST01")
    assert (tmp_path / "station.db").read_text() == "shopping list\n" * 100


def test_tables_are_never_changed_under_a_program_that_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An update of one program while another runs waits for the other to be closed."""
    first = StationFile.open(tmp_path, "ST01")
    monkeypatch.setattr("terminal.store.station_file.pending", lambda db: True)
    monkeypatch.setattr(FileUse, "take_alone", lambda self, wait=0.0: False)
    with pytest.raises(StoreUnavailable, match="another program has it open"):
        StationFile.open(tmp_path, "ST01")
    first.close()


def test_who_opens_first_is_alone_and_the_next_one_waits(tmp_path: Path) -> None:
    """Several may share the file; while one makes it, nobody else gets in."""
    one, two, three = (FileUse(tmp_path) for _ in range(3))
    assert one.take()
    assert one.alone
    assert not two.take(wait=0.05)
    assert one.share()
    assert two.take()
    assert three.take()
    assert not two.alone
    assert not three.take_alone(wait=0.05)
    one.release()
    two.release()
    assert three.take_alone()
    three.release()


def test_the_lock_of_a_sink_has_a_file_name_whatever_the_sink_is_called(station: StationFile) -> None:
    """Names come from a configuration and may hold anything; different ones have different locks."""
    names = ["folder", "../up", "a/b", "a_b", "ü", "a b"]
    locks = [station.sync_lock(name) for name in names]
    assert len({lock.path for lock in locks}) == len(names)
    assert {lock.path.parent for lock in locks} == {station.data_dir}
    for lock in locks:
        assert lock.take()
    assert not station.sync_lock("../up").take()
    for lock in locks:
        lock.release()


def test_a_stranger_without_rights_gets_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rights of the folder are named; a test that runs as root has to pretend."""

    def refuse(*args: object, **more: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("terminal.store.locks.os.open", refuse)
    with pytest.raises(StoreUnavailable, match="may this user write there"):
        StationFile.open(tmp_path, "ST01")


def test_a_file_that_does_not_say_whose_it_is_is_refused(tmp_path: Path) -> None:
    """A new epoch under old events would look like another station to everybody else."""
    with StationFile.open(tmp_path, "ST01") as file:
        run(file.db, "delete from meta where k = 'epoch'")
    with pytest.raises(StoreUnavailable, match=r"does not say which station .*'epoch' is missing"):
        StationFile.open(tmp_path, "ST01")


def test_a_file_system_without_locks_gets_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As some network disks are."""

    def refuse(*args: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr("terminal.store.locks.fcntl.flock", refuse)
    with pytest.raises(StoreUnavailable, match=r"does not support locks .* local disk"):
        StationFile.open(tmp_path, "ST01")
