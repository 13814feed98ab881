"""Is a drop what its manifests say? For whoever takes the files, on a machine without a station.

Every file is read and hashed, every event hashed again from its own line, and the batches of a station are laid one
behind the other: a batch that is missing shows by its number and by the chain.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from terminal.store.chain import canonical, link
from terminal.sync.drop_files import HASH, PHOTO_NAME

ENDING = ".manifest.json"
LARGEST = 64 * 1024 * 1024
"""A manifest or a batch larger than this (bytes) is none of ours."""
BLOCK = 1 << 20
NO_MANIFEST = (ValueError, KeyError, TypeError, OverflowError, RecursionError, OSError)
"""What reading a file that is no manifest may raise; a number without end is an OverflowError."""


@dataclass(frozen=True, slots=True)
class DropFinding:
    """Something in a drop that is not as its manifest says: in which file, a word for it, a sentence."""

    name: str
    what: str
    sentence: str

    def plain(self) -> dict[str, str]:
        """As JSON."""
        return {"name": self.name, "what": self.what, "sentence": self.sentence}


@dataclass(frozen=True, slots=True)
class _Batch:
    """What a manifest says of its batch."""

    name: str
    station: str
    epoch: str
    first: int
    last: int
    count: int
    prev: str
    hash: str
    files: tuple[tuple[str, int, str], ...]
    """Name, bytes and hash."""
    photos: tuple[Mapping[str, Any], ...]


def check_drop(folder: Path | str) -> list[DropFinding]:
    """What is wrong with the batches of a folder; an empty list: all is there and as it was sent.

    Changes nothing. Raises OSError where the folder can't be read.
    """
    root = Path(folder)
    found: list[DropFinding] = []
    batches: list[_Batch] = []
    names = sorted(path.name for path in root.iterdir())
    for name in names:
        if name.endswith(ENDING):
            try:
                batches.append(_manifest(root / name))
            except NO_MANIFEST as problem:
                told = problem if str(problem) else type(problem).__name__
                found.append(DropFinding(name, "manifest", f"{name} can't be read as a manifest ({told})."))
    stated = {file for batch in batches for file, _, _ in batch.files}
    for name in names:
        if name.endswith(".ndjson") and name not in stated:
            sentence = f"{name} has no manifest: its batch is not finished, or the manifest is lost."
            found.append(DropFinding(name, "no_manifest", sentence))
        elif name.endswith(".part"):
            found.append(
                DropFinding(name, "unfinished", f"{name} was never finished; it holds nothing that counts.")
            )
    for batch in batches:
        found += _files(root, batch)
        found += _photos(root, batch)
    return [*found, *_order(batches)]


def drop_counts(folder: Path | str) -> dict[str, int]:
    """How many batches and events the manifests that can be read speak of."""
    batches = events = 0
    for path in Path(folder).glob(f"*{ENDING}"):
        try:
            events += _manifest(path).count
        except NO_MANIFEST:
            continue
        batches += 1
    return {"batches": batches, "events": events}


def _manifest(path: Path) -> _Batch:
    """Raises one of NO_MANIFEST for what is none."""
    if path.stat().st_size > LARGEST:
        raise ValueError("it is too large")
    raw = json.loads(path.read_bytes())
    if not isinstance(raw, dict):
        raise ValueError("it is no object")
    if raw["manifest"] != 1:
        raise ValueError(f"it is of version {raw['manifest']!r:.20}, this program reads 1")
    files = tuple((str(one["name"]), int(one["bytes"]), str(one["sha256"])) for one in raw["files"])
    strange = next(
        (name for name, _, _ in files if "/" in name or "\\" in name or name.startswith(".")), None
    )
    if strange is not None:
        raise ValueError(f"it names a file outside of its folder: {strange!a:.60}")
    first, last, count = (int(raw[name]) for name in ("first", "last", "count"))
    if not 1 <= first <= last or count != last - first + 1:
        raise ValueError(f"events {first} to {last} are not {count}")
    return _Batch(
        path.name, str(raw["station"]), str(raw["epoch"]), first, last, count,
        str(raw["chain"]["prev"]), str(raw["chain"]["hash"]), files,
        tuple(one for one in raw["photos"] if isinstance(one, dict)),
    )  # fmt: skip


def _files(root: Path, batch: _Batch) -> Iterator[DropFinding]:
    record = next((file for file in batch.files if file[0].endswith(".ndjson")), None)
    if record is None:
        yield DropFinding(batch.name, "manifest", f"{batch.name} names no NDJSON file.")
    for name, size, digest in batch.files:
        path = root / name
        try:
            got = _hashed(path)
        except OSError as error:
            yield DropFinding(name, "missing", f"{name} can't be read: {error.strerror or error}.")
            continue
        if got != (size, digest):
            yield DropFinding(
                name, "altered", f"{name} is not what was sent: it has another hash than its manifest says."
            )
        elif (name, size, digest) == record and size <= LARGEST:
            yield from _events(path, batch)


def _events(path: Path, batch: _Batch) -> Iterator[DropFinding]:
    """Lines that are not the events that the manifest counts; the first one that is wrong is told."""
    prev, seq = batch.prev, batch.first
    for text in path.read_bytes().splitlines():
        try:
            told = json.loads(text)
            seq_told, body = told["seq"], canonical(told["body"])
            who = (told["station"], told["epoch"])
            what = (told["id"], told["kind"], told["v"], told["at"])
            about = (told["item"], told["operator"], told["policy"])
            made = link(prev, *who, seq_told, *what, *about, body)
            good = (told["prev"], told["hash"], seq_told) == (prev, made, seq)
            mine = who == (batch.station, batch.epoch)
        except (ValueError, KeyError, TypeError, RecursionError):
            good = mine = False
        if not (good and mine):
            sentence = f"{path.name}: event {seq} does not follow from the one before, or was changed."
            yield DropFinding(path.name, "chain", sentence)
            return
        prev, seq = made, seq + 1
    if (seq - 1, prev) != (batch.last, batch.hash):
        sentence = f"{path.name} ends at event {seq - 1}, its manifest says {batch.last}."
        yield DropFinding(path.name, "chain", sentence)


def _photos(root: Path, batch: _Batch) -> Iterator[DropFinding]:
    for one in batch.photos:
        digest, name = str(one.get("sha256")), str(one.get("name", ""))
        if "missing" in one:
            shown = digest if HASH.fullmatch(digest) else "?"
            sentence = f"{batch.name}: the photo {shown} was not sent. {one['missing']!s:.200}"
            yield DropFinding(batch.name, "photo_not_sent", sentence)
            continue
        match = PHOTO_NAME.fullmatch(name)
        if match is None or match[1] != digest:
            sentence = f"{batch.name} names a photo by something that is no photo's name."
            yield DropFinding(batch.name, "manifest", sentence)
            continue
        try:
            got = _hashed(root / name)[1]
        except OSError as error:
            yield DropFinding(name, "missing", f"{name} can't be read: {error.strerror or error}.")
            continue
        if got != digest:
            yield DropFinding(name, "altered", f"{name} was altered: its content has another hash.")


def _order(batches: list[_Batch]) -> Iterator[DropFinding]:
    """Batches of a station that do not follow each other. Earlier ones may have been taken away."""
    ordered = sorted(batches, key=lambda batch: (batch.station, batch.epoch, batch.first))
    for one, other in pairwise(ordered):
        if (one.station, one.epoch) != (other.station, other.epoch):
            continue
        if other.first > one.last + 1:
            sentence = f"Events {one.last + 1} to {other.first - 1} of {one.station} are not in this folder."
            yield DropFinding(other.name, "gap", sentence)
        elif other.first <= one.last:
            sentence = f"{other.name} and {one.name} both hold event {other.first}."
            yield DropFinding(other.name, "overlap", sentence)
        elif other.prev != one.hash:
            sentence = f"{other.name} does not follow from {one.name}: the chain is broken between them."
            yield DropFinding(other.name, "chain", sentence)


def _hashed(path: Path) -> tuple[int, str]:
    """Size and hash of a plain file. Raises OSError."""
    digest, size = hashlib.sha256(), 0
    if not path.is_file():
        raise FileNotFoundError(2, "it is not there")
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest()
