"""A camera gives a whole picture in time or a sentence, and leaves neither files nor processes behind."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from devices import watchedfolder
from devices.camera import Camera, CameraProblem, CommandCamera, Limits, read_regular
from devices.watchedfolder import WatchedFolder

START = """
import fcntl, json, os, pathlib, signal, subprocess, sys
here, file = pathlib.Path(__file__).parent, pathlib.Path(sys.argv[1])
photo = (here / "photo").read_bytes()
(here / "called").write_text(json.dumps([sys.argv[1:], sorted(os.environ)]))
"""


def photo(kind: str = "JPEG", shade: int = 90, size: tuple[int, int] = (320, 240)) -> bytes:
    """A picture that compresses badly enough to have an inside."""
    image = Image.radial_gradient("L").resize(size).point(lambda value: (value + shade) % 256)
    out = BytesIO()
    image.convert("RGB").save(out, kind)
    return out.getvalue()


class Bench:
    """A folder with a camera program in it, and with a temporary folder of its own for what cameras leave."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "photo").write_bytes(photo())
        self.left = folder / "temporary"
        self.left.mkdir()

    def camera(
        self, does: str, timeout: float = 30.0, *more: str, limits: Limits | None = None
    ) -> CommandCamera:
        """A camera whose program does this with `file` and `photo`."""
        program = self.folder / "camera.py"
        program.write_text(START + does)
        command = [sys.executable, str(program), "{file}", *more]
        return CommandCamera(command, timeout=timeout, name="bench camera", limits=limits)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A bench of our own."""
    made = Bench(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(made.left))
    return made


WRITES = "file.write_bytes(photo)\n"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_taken_whatever_its_name_says(bench: Bench, kind: str) -> None:
    """The kind is told from the bytes: the file is called .jpg all the same. Nothing is left behind."""
    (bench.folder / "photo").write_bytes(photo(kind))
    picture = bench.camera(WRITES).take()
    assert (picture.data, picture.kind) == (photo(kind), kind.lower())
    assert (picture.width, picture.height, picture.taken_by) == (320, 240, "bench camera")
    assert list(bench.left.iterdir()) == []


def test_a_command_gets_its_arguments_untouched_and_no_secret(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No shell reads them, and the address of the hub with its password is not handed on."""
    monkeypatch.setenv("REGRADE_HUB_DSN", "postgresql://secret")
    bench.camera(WRITES, 30.0, "$(touch x)", "; a b", "--to={file}").take()
    arguments, environment = json.loads((bench.folder / "called").read_text())
    assert arguments[1:3] == ["$(touch x)", "; a b"]
    assert arguments[3] == "--to=" + arguments[0]
    assert arguments[0].endswith("picture.jpg")
    assert not [name for name in environment if name.startswith("REGRADE")]
    assert "PATH" in environment


@pytest.mark.parametrize(
    ("does", "said"),
    [
        (
            "sys.exit('one\\nno camera\\x1b[2J at /dev/video0.\\n\\n')",
            "failed with status 1: no camera[2J at",
        ),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "failed with signal 11. Is the camera"),
        ("file.write_bytes(photo); sys.exit(3)", "failed with status 3. Is the camera"),
        ("sys.stderr.write('nothing seen')", "wrote no picture: nothing seen. Is the camera plugged in"),
        ("file.mkdir()", "wrote no picture"),
        ("os.mkfifo(file)", "wrote no picture"),
        ("file.symlink_to(here / 'photo')", "wrote no picture"),
        ("file.write_bytes(b'')", "wrote is empty"),
        ("file.write_bytes(b'error: no signal' * 99)", "wrote is no JPEG, PNG or WebP"),
        ("file.write_bytes(photo[:len(photo) // 2])", "wrote is only a part of a JPEG: its end is missing"),
        ("file.write_bytes(photo[:300] + photo[900:])", "wrote .*damaged"),
        ("file.write_bytes(photo[:3] + bytes(999))", "wrote is a damaged JPEG"),
    ],
)
def test_anything_but_a_whole_picture_is_a_sentence(bench: Bench, does: str, said: str) -> None:
    """It says what happened in words that are safe to show; nothing is left behind."""
    with pytest.raises(CameraProblem, match=said.replace("[", r"\[")) as caught:
        bench.camera(does).take()
    assert str(caught.value).isprintable()
    assert list(bench.left.iterdir()) == []


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("sys.stderr.write('waiting for focus\\n'); sys.stderr.flush(); signal.pause()", "within 0.5 s"),
        ("file.write_bytes(photo[:99]); signal.pause()", "within 0.5 s. Is the camera plugged in"),
        ("for one in range(1, 32):\n signal.pthread_sigmask(0, [one])\nsignal.pause()", "within 0.5 s"),
    ],
)
def test_a_command_that_hangs_is_ended(bench: Bench, does: str, said: str) -> None:
    """After its time, whatever signals it keeps from itself."""
    with pytest.raises(CameraProblem, match=said):
        bench.camera(does, 0.5).take()
    assert list(bench.left.iterdir()) == []


@pytest.mark.parametrize("ends", ["file.write_bytes(photo)", "signal.pause()"])
def test_what_a_command_started_is_ended_with_it(
    bench: Bench, ends: str, eventually: Callable[..., None]
) -> None:
    """Its children too, whether it did its work or hung: one of them may hold the camera."""
    held = bench.folder / "held"
    does = (
        "child = subprocess.Popen([sys.executable, '-c', 'import fcntl, signal, sys; "
        'file = open(sys.argv[1], "w"); fcntl.flock(file, fcntl.LOCK_EX); print(1, flush=True); signal.pause()\', '
        "str(here / 'held')], stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\n" + ends
    )
    camera = bench.camera(does, 2.0)
    if "pause" in ends:
        with pytest.raises(CameraProblem, match="within 2 s"):
            camera.take()
    else:
        assert camera.take().data == photo()

    def free() -> bool:
        with open(held, "a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

    eventually(free)


@pytest.mark.parametrize("where", ["file", "sys.stderr.buffer"])
def test_a_command_that_writes_without_end_is_ended(bench: Bench, where: str) -> None:
    """Before the disk is full: at the size of the largest picture."""
    opened = "file.open('wb')" if where == "file" else where
    does = f"out = {opened}\nwhile True:\n out.write(photo); out.flush()\n"
    with pytest.raises(CameraProblem, match=r"wrote more than 0\.2 MB"):
        bench.camera(does, limits=Limits(200_000)).take()


def test_a_picture_beyond_the_limits_is_refused(bench: Bench) -> None:
    """By its bytes, and by the pixels that it claims before one of them is decoded."""
    with pytest.raises(CameraProblem, match=r"larger than 0\.001 MB|more than 0\.001 MB"):
        bench.camera(WRITES, limits=Limits(1_000)).take()
    with pytest.raises(CameraProblem, match="320 x 240 pixels"):
        bench.camera(WRITES, limits=Limits(pixels=1_000)).take()


def test_a_missing_command_says_what_to_do(tmp_path: Path) -> None:
    """Beforehand and when a picture is taken; one that may not be run is told apart."""
    gone: Camera = CommandCamera(["no-such-camera", "{file}"])
    for act in (gone.look, gone.take):
        with pytest.raises(CameraProblem, match=r"no-such-camera is missing\. Install it"):
            act()
    plain = tmp_path / "plain"
    plain.write_text("text")
    with pytest.raises(CameraProblem, match="plain can't be run"):
        CommandCamera([str(plain), "{file}"]).take()
    CommandCamera([sys.executable, "{file}"]).look()


@pytest.mark.parametrize(
    ("command", "word"),
    [
        ([], "is a list"),
        ("fswebcam {file}", "is a list"),
        (["fswebcam", 3, "{file}"], "is a list"),
        (["fswebcam", "-q"], "where the picture's file"),
        (["{file}"], "begins with a program"),
        ([" ", "{file}"], "begins with a program"),
        (["fswebcam", "{file}\x00"], "NUL"),
    ],
)
def test_a_command_that_can_not_be_is_refused(command: list[str], word: str) -> None:
    """When the station starts, not at the first picture."""
    with pytest.raises(ValueError, match=word):
        CommandCamera(command)
    with pytest.raises(ValueError, match="more than 0 seconds"):
        CommandCamera(["fswebcam", "{file}"], timeout=float("nan"))


def test_no_room_for_a_picture_is_a_sentence(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder for temporary files that is not there or full."""
    monkeypatch.setattr(tempfile, "tempdir", str(bench.folder / "gone"))
    with pytest.raises(CameraProblem, match="Make room on the disk"):
        bench.camera(WRITES).take()


LONG_AGO = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def drop(folder: Path, name: str, data: bytes, minutes: float = 0.0) -> Path:
    """Put a file into a folder whose picture was taken so many minutes after LONG_AGO."""
    file = folder / name
    file.write_bytes(data)
    taken = (LONG_AGO + timedelta(minutes=minutes)).timestamp()
    os.utime(file, (taken, taken))
    return file


def now(seconds: float) -> None:
    """Wait for nothing: the next look comes at once."""


def test_the_newest_picture_of_a_folder_is_taken(tmp_path: Path) -> None:
    """Of those that the pattern fits, in capitals or not; it stays where it is."""
    drop(tmp_path, "a.jpg", photo(shade=1), 5)
    newest = drop(tmp_path, "B.JPG", photo(shade=2), 9)
    drop(tmp_path, "c.jpg", photo(shade=3), 7)
    drop(tmp_path, "d.png", photo("PNG"), 20)
    camera: Camera = WatchedFolder(tmp_path, timeout=0, wait=now)
    camera.look()
    picture = camera.take(LONG_AGO)
    assert (picture.data, picture.taken_by) == (newest.read_bytes(), f"folder {tmp_path}")
    assert WatchedFolder(tmp_path, "*.[jp]*", timeout=0, wait=now, name="phone").take().kind == "png"
    assert newest.exists()


def test_what_is_no_picture_file_is_passed_over(tmp_path: Path) -> None:
    """Links, folders, pipes, hidden files, those of unfinished downloads and those with names that act."""
    good = drop(tmp_path, "good.jpg", photo(), 1)
    outside = drop(tmp_path, "outside", photo(shade=7), 50)
    (tmp_path / "link.jpg").symlink_to(outside)
    (tmp_path / "dangling.jpg").symlink_to(tmp_path / "gone")
    (tmp_path / "folder.jpg").mkdir()
    os.mkfifo(tmp_path / "pipe.jpg")
    for name in (".hidden.jpg", "x.jpg.part", "x.jpg~", "x\x1b[2J.jpg", "x\n.jpg", "x\u202e.jpg"):
        drop(tmp_path, name, photo(shade=9), 60)
    drop(tmp_path, os.fsdecode(b"\xff.jpg"), photo(shade=9), 60)
    assert WatchedFolder(tmp_path, "*.jpg*", timeout=0, wait=now).take().data == good.read_bytes()


def test_a_picture_of_the_item_before_is_not_taken(tmp_path: Path) -> None:
    """The sentence names the newest and its time."""
    drop(tmp_path, "before.jpg", photo(), 1)
    with pytest.raises(CameraProblem, match=r"before\.jpg, is of 2026-11-23 08:01:00 UTC"):
        WatchedFolder(tmp_path, timeout=0, wait=now).take(LONG_AGO + timedelta(minutes=2))


def test_a_picture_that_comes_while_it_is_waited_for_is_taken(tmp_path: Path) -> None:
    """And not before it stopped growing."""
    data, steps = photo(), iter([0, 40, 400, None])

    def arrive(seconds: float) -> None:
        size = next(steps, None)
        drop(tmp_path, "new.jpg", data[:size], 2)

    assert WatchedFolder(tmp_path, timeout=30, wait=arrive).take(LONG_AGO).data == data


def test_a_half_picture_waits_for_its_other_half(tmp_path: Path) -> None:
    """A copy that pauses is not taken for a finished one, and an older picture not for it."""
    data, steps = photo(), iter([None, None, None, photo()])
    drop(tmp_path, "old.jpg", photo(shade=5), 1)
    drop(tmp_path, "new.jpg", data[: len(data) // 2], 2)

    def go_on(seconds: float) -> None:
        rest = next(steps, None)
        if rest is not None:
            drop(tmp_path, "new.jpg", rest, 2)

    assert WatchedFolder(tmp_path, timeout=30, wait=go_on).take(LONG_AGO).data == data


def test_an_older_whole_picture_stands_in_when_time_is_up(tmp_path: Path) -> None:
    """The newest one of this item that is whole; with none the sentence says what is wrong with the newest."""
    camera = WatchedFolder(tmp_path, timeout=0, wait=now)
    drop(tmp_path, "b.jpg", photo()[:900], 2)
    with pytest.raises(CameraProblem, match=r"b\.jpg, is only a part of a JPEG"):
        camera.take()
    old = drop(tmp_path, "a.jpg", photo(), 1)
    assert camera.take(LONG_AGO).data == old.read_bytes()
    drop(tmp_path, "b.jpg", b"text", 2)
    assert camera.take(LONG_AGO).data == old.read_bytes()
    with pytest.raises(CameraProblem, match=r"b\.jpg, is no JPEG"):
        camera.take(LONG_AGO + timedelta(minutes=2))


def test_a_picture_that_is_written_for_ever_is_not_taken(tmp_path: Path) -> None:
    """When time is up it says so."""
    sizes = iter(range(100, 10_000))

    def grow(seconds: float) -> None:
        drop(tmp_path, "a.jpg", photo()[: next(sizes)], 2)

    grow(0)
    with pytest.raises(CameraProblem, match=r"a\.jpg, is still being written"):
        WatchedFolder(tmp_path, timeout=0, wait=grow).take()


def test_a_picture_that_never_gets_whole_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After some patience the one before it is taken, long before time is up."""
    monkeypatch.setattr(watchedfolder, "_PATIENCE", 0.0)
    old = drop(tmp_path, "a.jpg", photo(), 1)
    drop(tmp_path, "b.jpg", photo()[:900], 2)
    assert WatchedFolder(tmp_path, timeout=1e6, wait=now).take(LONG_AGO).data == old.read_bytes()


@pytest.mark.parametrize("grows", [False, True])
def test_a_picture_that_goes_away_or_changes_while_it_is_read_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, grows: bool
) -> None:
    """Whoever removes or writes it: what was read is not what lies there."""
    file = drop(tmp_path, "a.jpg", photo(), 1)

    def meanwhile(path: Path, most: int) -> tuple[bytes, os.stat_result]:
        if grows:
            drop(tmp_path, "a.jpg", photo() + b"more", 1)
        else:
            file.unlink()
        return read_regular(path, most)

    monkeypatch.setattr(watchedfolder, "read_regular", meanwhile)
    words = "is still being written" if grows else "No picture|can't be read: No such file"
    with pytest.raises(CameraProblem, match=words):
        WatchedFolder(tmp_path, timeout=0, wait=now).take()


def test_a_folder_of_too_many_files_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would take longer to look through than anybody waits."""
    monkeypatch.setattr(watchedfolder, "_MOST_FILES", 3)
    for name in "abcd":
        drop(tmp_path, f"{name}.txt", b"", 1)
    with pytest.raises(CameraProblem, match="more than 3 files in phone"):
        WatchedFolder(tmp_path, name="phone", wait=now).look()


def test_a_folder_that_is_empty_or_not_there_is_a_sentence(tmp_path: Path) -> None:
    """With what to do."""
    with pytest.raises(CameraProblem, match=r"No picture \*\.jpg has come into phone"):
        WatchedFolder(tmp_path, timeout=0, wait=now, name="phone").take()
    gone = WatchedFolder(tmp_path / "gone", wait=now)
    for act in (gone.look, gone.take):
        with pytest.raises(CameraProblem, match="can't be read: No such file"):
            act()


@pytest.mark.parametrize("pattern", ["", "../*.jpg", "a/b", "x\x00"])
def test_a_pattern_that_can_not_be_is_refused(tmp_path: Path, pattern: str) -> None:
    """It is for names in the folder, nowhere else."""
    with pytest.raises(ValueError, match="no pattern of file names"):
        WatchedFolder(tmp_path, pattern)
    with pytest.raises(ValueError, match="0 seconds or more"):
        WatchedFolder(tmp_path, timeout=-1)


def test_a_camera_costs_nothing_at_start_up() -> None:
    """The library that reads pictures is loaded with the first one."""
    code = "import sys, devices.camera, devices.watchedfolder, terminal.photos; print('PIL' in sys.modules)"
    root = Path(__file__).parent.parent.parent
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.strip() == "False"
