"""A photo that was put is on the disk under its hash; whatever fails leaves the store as it was, and says so."""

from __future__ import annotations

import errno
import hashlib
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from terminal.photos import PhotoProblem, PhotoStore, Sizes

CALLS = ("open", "mkdir", "fsync", "replace", "listdir")
"""What the store asks of the system by name."""


def photo(shade: int = 0, kind: str = "JPEG", **options: Any) -> bytes:
    """A picture of its own for each shade."""
    image = Image.radial_gradient("L").resize((64, 48)).point(lambda value: (value + shade) % 256)
    out = BytesIO()
    image.convert("RGB").save(out, kind, **options)
    return out.getvalue()


def files(folder: Path) -> list[str]:
    """Every file below a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


@pytest.fixture
def store(tmp_path: Path) -> PhotoStore:
    """A store whose folder is not there yet."""
    return PhotoStore(tmp_path / "data" / "photos")


@pytest.mark.parametrize(("kind", "suffix"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
def test_a_photo_lies_under_its_hash(store: PhotoStore, kind: str, suffix: str) -> None:
    """Byte for byte as it came, in two folders of two digits."""
    data = photo(kind=kind)
    kept = store.put(data)
    sha256 = hashlib.sha256(data).hexdigest()
    assert (kept.sha256, kept.kind, kept.size) == (sha256, kind.lower(), len(data))
    assert (kept.width, kept.height) == (64, 48)
    assert files(store.folder) == [f"{sha256[:2]}/{sha256[2:4]}/{sha256}.{suffix}"]
    assert store.get(sha256) == data
    assert list(store.verify([sha256])) == []
    assert store.sizes() == Sizes(1, len(data), 0)


def test_the_same_picture_twice_is_one_file(store: PhotoStore) -> None:
    """And another one is another file."""
    assert store.put(photo(1)) == store.put(photo(1))
    assert len(files(store.folder)) == 1
    store.put(photo(2))
    assert store.sizes().photos == 2


def test_a_photo_is_on_the_disk_before_anybody_hears_of_it(
    store: PhotoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its bytes before its name, its name before the return, and every folder on the way."""
    done: list[str] = []

    def watched(name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def call(*args: Any, **more: Any) -> Any:
            what = os.readlink(f"/proc/self/fd/{args[0]}") if name == "fsync" else ""
            kind = "file" if what.endswith(".part") else Path(what).name if what else ""
            done.append(f"{name} {kind}".strip())
            return real(*args, **more)

        return call

    for name in ("fsync", "replace", "mkdir"):
        monkeypatch.setattr(os, name, watched(name))
    sha256 = store.put(photo()).sha256
    inside = ["fsync data", "mkdir", "fsync photos", "mkdir", f"fsync {sha256[:2]}"]
    assert [one for one in done if one != "mkdir"] == [
        *[one for one in inside if one != "mkdir"], "fsync file", "replace", f"fsync {sha256[2:4]}",
    ]  # fmt: skip
    assert done[-3:] == ["fsync file", "replace", f"fsync {sha256[2:4]}"]
    done.clear()
    store.put(photo())
    assert done.count("fsync photos") == done.count(f"fsync {sha256[2:4]}") == 1
    assert f"fsync {sha256}.jpg" in done


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO, errno.EDQUOT])
@pytest.mark.parametrize("forever", [False, True])
def test_whatever_call_fails_the_store_stays_right(tmp_path: Path, code: int, forever: bool) -> None:
    """The n-th call fails, once or from then on, for every n: no half photo has a name, and putting again works."""
    words = {
        errno.ENOSPC: "no room",
        errno.EDQUOT: "no room",
        errno.EROFS: "read-only",
        errno.EACCES: "read-only",
        errno.EIO: "Check the disk",
    }
    said: list[str] = []
    nth = 0
    while True:
        nth += 1
        store = PhotoStore(tmp_path / str(nth) / "photos")
        store.folder.parent.mkdir()
        with pytest.MonkeyPatch.context() as patch:
            count = fail_at(patch, nth, code, forever)
            try:
                store.put(photo())
            except PhotoProblem as problem:
                said.append(str(problem))
            clean = count() < nth
        assert list(store.verify()) == []
        assert store.get(store.put(photo()).sha256) == photo()
        store.prune()
        assert len(files(store.folder)) == 1
        if clean:
            break
    assert len(said) > 8
    assert [one for one in said if words[code] not in one] == []


def fail_at(patch: pytest.MonkeyPatch, nth: int, code: int, forever: bool) -> Callable[[], int]:
    """Let the n-th call to the system fail; gives a function that counts them."""
    calls = 0

    def failing(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == nth or (forever and calls > nth):
                raise OSError(code, os.strerror(code))
            return real(*args, **more)

        return call

    for name in CALLS:
        patch.setattr(os, name, failing(getattr(os, name)))
    return lambda: calls


def test_a_disk_that_takes_only_a_part_of_a_photo_keeps_none_of_it(store: PhotoStore) -> None:
    """The write itself breaks off, as it does where files may only have so many bytes."""
    store.put(photo(1))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, limits[1]))
    try:
        with pytest.raises(PhotoProblem, match="can't be written"):
            store.put(photo(2))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert store.sizes() == Sizes(1, len(photo(1)), 0)


KILLED = """
import os, sys
from pathlib import Path
from terminal.photos import PhotoStore
folder, data = Path(sys.argv[1]), Path(sys.argv[2]).read_bytes()
PhotoStore(folder / "warm").put(data)
nth, status = 0, 1
while status:
    nth += 1
    child = os.fork()
    if not child:
        left = nth
        def dying(real):
            def call(*args, **more):
                global left
                left -= 1
                if not left:
                    os._exit(1)
                return real(*args, **more)
            return call
        for name in %r:
            setattr(os, name, dying(getattr(os, name)))
        PhotoStore(folder / str(nth)).put(data)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
print(nth)
"""


def test_a_writer_that_dies_anywhere_leaves_at_most_a_leftover(tmp_path: Path) -> None:
    """A process that ends before the n-th call, for every n: what has a name is whole, the rest is pruned."""
    (tmp_path / "photo").write_bytes(photo())
    command = [sys.executable, "-c", KILLED % (CALLS,), str(tmp_path / "stores"), str(tmp_path / "photo")]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, cwd=Path(__file__).parent.parent
    )
    assert done.returncode == 0, done.stderr
    deaths, leftovers = int(done.stdout), 0
    for nth in range(1, deaths + 1):
        store = PhotoStore(tmp_path / "stores" / str(nth))
        assert list(store.verify()) == []
        leftovers += store.prune()
        assert store.sizes().leftovers == 0
        assert store.get(store.put(photo()).sha256) == photo()
    assert deaths > 8
    assert leftovers > 0


def test_what_a_writer_at_work_has_begun_is_not_pruned(
    store: PhotoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what nobody works on is removed, and never a photo."""
    store.put(photo(1))
    pruned: list[int] = []
    replace = os.replace

    def meanwhile(*args: Any, **more: Any) -> None:
        pruned.append(PhotoStore(store.folder).prune())
        assert PhotoStore(store.folder).sizes().leftovers == 1
        replace(*args, **more)

    monkeypatch.setattr(os, "replace", meanwhile)
    kept = store.put(photo(2))
    assert pruned == [0]
    assert store.get(kept.sha256) == photo(2)
    (store.folder / kept.sha256[:2] / kept.sha256[2:4] / ".0123456789abcdef.part").write_bytes(b"half")
    assert (store.prune(), store.prune(), store.sizes().photos) == (1, 0, 2)


def test_a_folder_that_may_not_be_written_is_a_sentence(store: PhotoStore) -> None:
    """Told apart from a full one."""
    store.folder.mkdir(parents=True)
    store.folder.chmod(0o500)
    if os.access(store.folder, os.W_OK):
        pytest.skip("root may write everywhere")
    with pytest.raises(PhotoProblem, match="read-only") as caught:
        store.put(photo())
    assert caught.value.cause == "readonly"


@pytest.mark.parametrize(
    ("data", "word"),
    [(b"", "The photo is empty"), (b"GIF89a", "is no JPEG"), (photo()[:-2], "only a part of a JPEG")],
)
def test_what_is_no_picture_is_not_stored(store: PhotoStore, data: bytes, word: str) -> None:
    """Not even a folder is made for it."""
    with pytest.raises(PhotoProblem, match=word) as caught:
        store.put(data)
    assert caught.value.cause == "picture"
    assert not store.folder.exists()
    with pytest.raises(PhotoProblem, match="larger than"):
        PhotoStore(store.folder, max_bytes=100).put(photo())
    with pytest.raises(PhotoProblem, match="64 x 48 pixels"):
        PhotoStore(store.folder, max_pixels=100).put(photo())


def path_of(store: PhotoStore, sha256: str) -> Path:
    """Where a photo lies."""
    return store.folder / sha256[:2] / sha256[2:4] / f"{sha256}.jpg"


def alter(path: Path) -> None:
    """Change one byte of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)


def test_an_altered_photo_is_found_and_not_given(store: PhotoStore) -> None:
    """One changed byte is enough; the right picture put again mends it."""
    kept, other = store.put(photo(1)), store.put(photo(2))
    alter(path_of(store, kept.sha256))
    counts: list[int] = []
    (finding,) = store.verify([kept.sha256, other.sha256], counts.append)
    assert (finding.sha256, finding.what, counts) == (kept.sha256, "altered", [1, 2])
    with pytest.raises(PhotoProblem, match="was altered") as caught:
        store.get(kept.sha256)
    assert caught.value.cause == "altered"
    store.put(photo(1))
    assert list(store.verify()) == []


def test_a_missing_photo_is_found(store: PhotoStore) -> None:
    """In a store that is not there at all, and in one where just this one is gone."""
    absent = "0" * 64
    assert [one.what for one in store.verify([absent])] == ["missing"]
    kept = store.put(photo())
    path_of(store, kept.sha256).unlink()
    assert [(one.sha256, one.what) for one in store.verify({kept.sha256, absent})] == [
        (absent, "missing"),
        *([(kept.sha256, "missing")]),
    ]
    for sha256 in (absent, kept.sha256):
        with pytest.raises(PhotoProblem, match="is not in") as caught:
            store.get(sha256)
        assert caught.value.cause == "missing"


def test_what_does_not_belong_into_the_store_is_named(store: PhotoStore) -> None:
    """Foreign files, photos in another's place, folders with a photo's name; links are not followed."""
    kept = store.put(photo())
    room = path_of(store, kept.sha256).parent
    (room / "note\x1b[2J.txt").write_text("foreign")
    moved = store.folder / "00" / "00"
    moved.mkdir(parents=True, exist_ok=True)
    (moved / f"{kept.sha256}.jpg").write_bytes(photo())
    folder = f"{kept.sha256[:4]}{'0' * 60}"
    (room / f"{folder}.png").mkdir()
    (store.folder / "link").symlink_to("/")
    found = [(one.sha256, one.what) for one in store.verify()]
    assert sorted(found) == [("", "foreign"), ("", "foreign"), (folder, "unreadable")]
    assert all(one.sentence.isprintable() for one in store.verify())
    with pytest.raises(PhotoProblem, match="can't be read: it is no plain file"):
        store.get(folder)


def test_a_link_in_the_store_leads_nowhere(store: PhotoStore, tmp_path: Path) -> None:
    """Neither for a photo that is written nor for one that is read."""
    outside = tmp_path / "outside"
    outside.mkdir()
    sha256 = hashlib.sha256(photo()).hexdigest()
    store.folder.mkdir(parents=True)
    (store.folder / sha256[:2]).symlink_to(outside)
    with pytest.raises(PhotoProblem, match="a link or a file stands where a folder"):
        store.put(photo())
    assert files(outside) == []
    (outside / sha256[2:4]).mkdir()
    (outside / sha256[2:4] / f"{sha256}.jpg").write_bytes(photo())
    with pytest.raises(PhotoProblem, match="is not in"):
        store.get(sha256)
    assert store.sizes() == Sizes(0, 0, 0)


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(
        st.text(max_size=90),
        st.sampled_from(
            ["../../etc/passwd", "/etc/passwd", "a" * 63, "A" * 64, "\x00" * 64, "0" * 64 + "\n"]
        ),
    )
)
def test_no_text_from_outside_is_a_name(text: str) -> None:
    """Whatever is asked for that is no hash is refused in one printable sentence."""
    store = PhotoStore("/nowhere")
    for ask in (store.get, store.find):
        with pytest.raises(PhotoProblem) as caught:
            ask(text)
        assert str(caught.value).isprintable()
        assert caught.value.cause in ("name", "missing")


def test_a_photo_is_found_by_the_beginning_of_its_hash(store: PhotoStore) -> None:
    """By 6 digits or more, if there is just one."""
    kept = store.put(photo())
    assert store.find(kept.sha256[:6]) == store.find(kept.sha256) == kept.sha256
    with pytest.raises(PhotoProblem, match="at least 6"):
        store.find(kept.sha256[:5])
    with pytest.raises(PhotoProblem, match="No photo"):
        store.find("0" * 8)
    twin = kept.sha256[:8] + ("0" * 56 if kept.sha256[8] != "0" else "1" * 56)
    path_of(store, twin).write_bytes(b"")
    with pytest.raises(PhotoProblem, match="2 photos begin with"):
        store.find(kept.sha256[:8])


def test_a_folder_that_can_not_be_read_is_a_sentence(
    store: PhotoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For one photo and for all; no findings are made up from it."""
    kept = store.put(photo())
    fail_at(monkeypatch, 1, errno.EIO, True)
    with pytest.raises(PhotoProblem, match="can't be read"):
        store.get(kept.sha256)
    with pytest.raises(PhotoProblem, match="can't be read"):
        list(store.verify())


def test_metadata_is_kept_or_left_out_as_asked(tmp_path: Path) -> None:
    """Either way the store's hash is of what lies in it."""
    exif = Image.Exif()
    exif[0x010F] = "Somebody's phone"
    data = photo(exif=exif.tobytes())
    plain, bare = PhotoStore(tmp_path / "plain"), PhotoStore(tmp_path / "bare", strip_metadata=True)
    assert plain.get(plain.put(data).sha256) == data
    kept = bare.put(data)
    assert b"Somebody" not in bare.get(kept.sha256)
    assert bare.get(kept.sha256) == photo()
    assert kept.size == len(photo())
