"""Photos of items from the command line, over a station on which one was really taken."""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from devices.camera import CameraProblem, CommandCamera
from devices.watchedfolder import WatchedFolder
from terminal.bench.commands import KeepPhoto
from terminal.bench.wire import Draft, Row
from terminal.cameras import make_camera, photo_store, photographer
from terminal.config import load
from terminal.console import Context
from terminal.domain.suggest import BadData
from terminal.photo_cli import photo
from terminal.photos import PhotoProblem
from terminal.settings import Settings
from terminal.store.station_file import StationFile

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HASH = "0" * 64


def picture(shade: int = 90) -> bytes:
    """A picture with a note of its camera in it."""
    exif = Image.Exif()
    exif[0x010F] = "Somebody's phone"
    image = Image.radial_gradient("L").resize((64, 48)).point(lambda value: (value + shade) % 256)
    out = BytesIO()
    image.convert("RGB").save(out, "JPEG", exif=exif.tobytes())
    return out.getvalue()


class Bench:
    """A station with a camera that gives `picture`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        (folder / "photo.jpg").write_bytes(picture())
        program = "import shutil, sys; shutil.copy(sys.argv[1], sys.argv[2])"
        command = [sys.executable, "-c", program, str(folder / "photo.jpg"), "{file}"]
        self.configure(by="command", command=command, timeout_seconds=60)

    def configure(self, **camera: Any) -> None:
        """Set [camera]; what is not given has its shipped value."""
        lines = [f"{name} = {json.dumps(value)}" for name, value in camera.items()]
        (self.folder / "site.toml").write_text("\n".join(["[camera]", *lines]) + "\n", "utf-8")

    @property
    def settings(self) -> Settings:
        """The settings, read anew."""
        return load(self.folder / "site.toml", self.data, {})

    def run(self, *words: str) -> Result:
        """Run `photo` with these words."""
        return CliRunner().invoke(photo, list(words), obj=Context(self.folder / "site.toml", self.data))

    def record(self, what: str, **body: Any) -> None:
        """Write an event of the item into the journal as the bench does."""
        with StationFile.open(self.data, self.settings.station.id) as file:
            file.journal.append([Draft(what, 1, AT, "BCDF", "1001", None, {"lpn": "BCDF", **body})])


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A bench of our own."""
    monkeypatch.delenv("REGRADE_CONFIG", raising=False)
    return Bench(tmp_path)


@pytest.fixture
def worked(bench: Bench) -> Bench:
    """The same with an item in its file."""
    with StationFile.open(bench.data, bench.settings.station.id) as file:
        body = {"lpn": "BCDF", "parcel": "1", "arrival": "blind", "code": "x", "facts": {}}
        row = Row("item", {"lpn": "BCDF", "updated_seq": 1, "facts": json.dumps({"facts": {}, "photos": []})})
        file.journal.append([Draft("item_identified", 1, AT, "BCDF", "1001", None, body)], [row])
    return bench


def kept(bench: Bench, **body: Any) -> str:
    """Take a photo and write it down."""
    take = photographer(bench.settings)
    assert take is not None
    command = take()
    bench.record("photo_kept", sha256=command.sha256, kind=command.kind, **body)
    return command.sha256


def test_a_photo_is_in_the_store_before_the_bench_hears_of_it(bench: Bench) -> None:
    """Without what the camera wrote beside it, as the shipped config says."""
    take = photographer(bench.settings)
    assert take is not None
    command = take()
    store = photo_store(bench.settings)
    data = store.get(command.sha256)
    assert command == KeepPhoto(hashlib.sha256(data).hexdigest(), "jpeg")
    assert store.folder == bench.data / "photos"
    assert b"Somebody" in picture()
    assert b"Somebody" not in data


def test_what_goes_wrong_with_a_photo_is_a_sentence(bench: Bench) -> None:
    """Of the camera, or of the store; nothing is stored."""
    (bench.folder / "photo.jpg").write_bytes(b"no picture")
    take = photographer(bench.settings)
    assert take is not None
    with pytest.raises(CameraProblem, match="is no JPEG, PNG or WebP"):
        take()
    (bench.folder / "photo.jpg").write_bytes(picture())
    bench.data.mkdir(exist_ok=True)
    (bench.data / "photos").write_text("a file")
    with pytest.raises(PhotoProblem, match="a link or a file stands"):
        take()


def test_the_camera_is_the_one_of_the_config(bench: Bench) -> None:
    """A command, a folder in the data folder, or none; what can't be one is named with its setting."""
    assert isinstance(make_camera(bench.settings), CommandCamera)
    bench.configure(by="folder", folder="incoming", pattern="*.png", timeout_seconds=3, max_mb=2)
    camera = make_camera(bench.settings)
    assert isinstance(camera, WatchedFolder)
    assert (camera.path, camera.pattern, camera.timeout) == (bench.data / "incoming", "*.png", 3)
    assert camera.limits.bytes == 2_000_000
    bench.configure(by="none")
    assert make_camera(bench.settings) is None
    assert photographer(bench.settings) is None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"by": "command", "command": ["fswebcam"]}, "camera.command: .*where the picture's file"),
        ({"by": "folder", "pattern": "../*.jpg"}, "camera.pattern: .*no pattern of file names"),
    ],
)
def test_a_camera_that_can_not_be_is_named_with_its_setting(
    bench: Bench, wrong: dict[str, Any], words: str
) -> None:
    """So that it can be mended."""
    bench.configure(**wrong)
    with pytest.raises((BadData, ValueError), match=words):
        make_camera(bench.settings)


def test_a_folder_gives_only_photos_of_the_item(bench: Bench) -> None:
    """The station says since when the item is on the bench."""
    folder = bench.data / "camera"
    folder.mkdir(parents=True)
    (folder / "a.jpg").write_bytes(picture())
    bench.configure(by="folder", timeout_seconds=1)
    take = photographer(bench.settings, lambda: datetime(2100, 1, 1, tzinfo=UTC))
    assert take is not None
    with pytest.raises(CameraProblem, match="No picture of this item"):
        take()
    take = photographer(bench.settings, lambda: AT)
    assert take is not None
    assert take().kind == "jpeg"


def test_the_photos_of_an_item_are_listed(worked: Bench) -> None:
    """With what they prove, when and by whom they were taken, and what it went on without."""
    sha256 = kept(worked, subjects=["SCR-CR"])
    worked.record("photo_missing", subjects=["channel"], reason="no-camera")
    done = worked.run("list", "bcdf ")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    (one,) = found["photos"]
    assert one["bytes"] == len(photo_store(worked.settings).get(sha256))
    assert {name: one[name] for name in ("sha256", "kind", "subjects", "taken_by", "file", "undone")} == {
        "sha256": sha256, "kind": "jpeg", "subjects": ["SCR-CR"], "taken_by": "1001", "file": "ok", "undone": True,
    }  # fmt: skip
    assert one["taken_at"].startswith("2026-11-23T08:00:00")
    (without,) = found["missing"]
    assert (without["subjects"], without["reason"]) == (["channel"], "no-camera")


def test_a_photo_whose_file_is_gone_or_altered_is_listed_as_that(worked: Bench) -> None:
    """The list says what became of it."""
    sha256 = kept(worked)
    path = worked.data / "photos" / sha256[:2] / sha256[2:4] / f"{sha256}.jpg"
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"more")
    assert json.loads(worked.run("list", "BCDF").stdout)["photos"][0]["file"] == "altered"
    path.unlink()
    (one,) = json.loads(worked.run("list", "BCDF").stdout)["photos"]
    assert (one["file"], "bytes" in one) == ("missing", False)


@pytest.mark.parametrize(
    "wrong", [{"sha256": "../../etc/passwd"}, {"sha256": None, "kind": 3}, {"kind": "svg"}]
)
def test_a_record_that_names_no_photo_is_a_sentence(worked: Bench, wrong: dict[str, Any]) -> None:
    """It never becomes a path."""
    worked.record("photo_kept", **{"sha256": HASH, "kind": "jpeg", **wrong})
    done = worked.run("list", "BCDF")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "record of a photo of BCDF can't be read" in done.stderr


def test_an_item_that_is_not_known_is_a_sentence(bench: Bench) -> None:
    """Safe to show, whatever was asked for."""
    done = bench.run("list", "\x1b[2Jx")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "No item of this station has the LPN '\\x1b[2JX'" in done.stderr


def test_a_photo_is_shown_and_copied(worked: Bench) -> None:
    """By the beginning of its hash."""
    sha256 = kept(worked)
    out = worked.folder / "copy.jpg"
    done = worked.run("show", sha256[:8].upper(), "--out", str(out))
    assert done.exit_code == 0
    size = {"bytes": len(out.read_bytes()), "width": 64, "height": 48}
    assert json.loads(done.stdout) == {"sha256": sha256, "kind": "jpeg", **size, "out": str(out)}
    assert hashlib.sha256(out.read_bytes()).hexdigest() == sha256


@pytest.mark.parametrize(
    ("asked", "words"),
    [("../../etc/passwd", "is no photo's hash"), ("abcdef", "No photo in"), (HASH, "No photo in")],
)
def test_a_photo_that_is_not_there_is_a_sentence(bench: Bench, asked: str, words: str) -> None:
    """And exit 1, with nothing on stdout."""
    done = bench.run("show", asked)
    assert (done.exit_code, done.stdout) == (1, "")
    assert words in done.stderr


def test_a_photo_is_drawn_for_a_person(worked: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal, in blocks, and apart from the JSON."""
    sha256 = kept(worked)
    for name, value in (("FORCE_COLOR", "1"), ("COLUMNS", "40"), ("LINES", "12"), ("TERM", "xterm-256color")):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    done = worked.run("show", sha256)
    assert json.loads(done.stdout)["sha256"] == sha256
    assert done.stderr.count("▀") > 100
    assert done.stderr.count("\n") == 10


def test_verify_finds_what_is_wrong(worked: Bench) -> None:
    """Nothing at first; then the missing and the altered one, in sentences, and exit 1. Leftovers are no fault."""
    first = worked.run("verify")
    assert first.exit_code == 0, first.stderr
    assert json.loads(first.stdout)["ok"] is True
    sha256 = kept(worked)
    worked.record("photo_kept", sha256=HASH, kind="jpeg")
    room = worked.data / "photos" / sha256[:2] / sha256[2:4]
    (room / ".0123456789abcdef.part").write_bytes(b"half")
    done = worked.run("verify")
    found = json.loads(done.stdout)
    assert done.exit_code == 1
    assert [(one["sha256"], one["kind"]) for one in found["findings"]] == [(HASH, "missing")]
    assert found["findings"][0]["sentence"] in done.stderr
    assert (found["recorded"], found["photos"], found["leftovers"], found["removed"]) == (2, 1, 1, 0)
    again = json.loads(worked.run("verify", "--prune").stdout)
    assert (again["photos"], again["leftovers"], again["removed"]) == (1, 0, 1)


def test_a_camera_can_be_tried(bench: Bench) -> None:
    """The picture goes where it is asked to, as the camera gave it, and into no store."""
    out = bench.folder / "try.jpg"
    done = bench.run("take", "--out", str(out))
    assert done.exit_code == 0, done.stderr
    assert out.read_bytes() == picture()
    assert json.loads(done.stdout)["camera"].startswith("command python")
    assert not (bench.data / "photos").exists()
    bench.configure(by="none")
    assert "This bench has no camera" in bench.run("take").stderr
    bench.configure(by="command", command=["no-such-camera", "{file}"])
    refused = bench.run("take")
    assert refused.exit_code == 1
    assert "no-such-camera is missing" in refused.stderr


def test_a_picture_that_can_not_be_written_is_a_sentence(bench: Bench) -> None:
    """Not a traceback."""
    done = bench.run("take", "--out", str(bench.folder / "gone" / "try.jpg"))
    assert done.exit_code == 1
    assert "No such file or directory" in done.stderr
    assert "Traceback" not in done.stderr
