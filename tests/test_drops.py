"""Drops as a site sets them up: formats, manifest and photos from config to the files in the folder."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from terminal.bench.wire import Draft
from terminal.cameras import photo_store
from terminal.config import load
from terminal.config_source import ConfigErrors
from terminal.store.station_file import StationFile
from terminal.sync.drop_check import check_drop
from terminal.sync.sftp import SftpSink
from terminal.syncing import make_sinks, push

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)


def site(folder: Path, text: str) -> Path:
    """A site's config file."""
    path = folder / "site.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_site_gets_what_it_asked_for(tmp_path: Path) -> None:
    """CSV, a manifest, and the photo that an event names, out of the station's own store."""
    config = site(
        tmp_path,
        '[sync.sinks.folder]\nkind = "folder"\npath = "outbox"\nformat = ["ndjson", "csv"]\nmanifest = true\n',
    )
    settings = load(config, tmp_path / "data", {})
    picture = tmp_path / "dent.jpg"
    Image.new("RGB", (16, 16), "red").save(picture)
    kept = photo_store(settings).put(picture.read_bytes())
    with StationFile.open(settings.data, settings.station.id, ["folder"]) as file:
        for digest in (kept.sha256, "e" * 64):
            body = {"lpn": "BCDF", "sha256": digest, "kind": "jpeg", "subjects": []}
            file.journal.append([Draft("photo_kept", 1, AT, "BCDF", "1001", None, body)])
    (row,) = push(settings)
    assert (row["acknowledged"], row["pending"]) == (2, 0)
    outbox = settings.data / "outbox"
    assert (outbox / "photos" / f"{kept.sha256}.jpg").read_bytes() == picture.read_bytes()
    (manifest,) = outbox.glob("*.manifest.json")
    told = json.loads(manifest.read_bytes())["photos"]
    assert [one["sha256"] for one in told] == [kept.sha256, "e" * 64]
    assert "is not in" in told[1]["missing"]
    assert [one.what for one in check_drop(outbox)] == ["photo_not_sent"]
    assert len(list(outbox.glob("*.csv"))) == 1


def test_ndjson_can_not_be_left_out(tmp_path: Path) -> None:
    """Hashes are taken over it; the sentence says so before anything is written."""
    with pytest.raises(ConfigErrors, match=r"expected .?ndjson"):
        load(
            site(tmp_path, '[sync.sinks.folder]\nkind = "folder"\npath = "outbox"\nformat = ["csv"]\n'),
            tmp_path / "data",
            {},
        )


def test_an_sftp_sink_is_made_from_config_without_touching_the_network(tmp_path: Path) -> None:
    """Keys are looked for when it is first used."""
    text = (
        '[sync.sinks.carrier]\nkind = "sftp"\nhost = "192.0.2.40"\nuser = "returns"\nkey_file = "key"\n'
        'known_hosts = "known"\npath = "in"\nformat = ["ndjson", "csv"]\nmanifest = true\n'
    )
    settings = load(site(tmp_path, text), tmp_path / "data", {})
    made = {sink.name: sink for sink in make_sinks(settings)}
    assert isinstance(made["carrier"], SftpSink)
