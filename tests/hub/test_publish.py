"""Publishing: checked by the stations' loaders, signed, in parts, numbered; and what a station sees of it."""

from __future__ import annotations

import base64
import json
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from terminal.config import load
from terminal.console import Context
from terminal.domain.suggest import BadData
from terminal.hub.connecting import connect
from terminal.hub.problem import HubProblem
from terminal.hub.publish import publications, publish
from terminal.hub.signing import load_key, make_key, signed_text, verify
from terminal.hub_publish_cli import key as key_command
from terminal.hub_publish_cli import publications as list_command
from terminal.hub_publish_cli import publish as publish_command
from terminal.offers import PART
from terminal.settings import Settings
from terminal.sync.postgres import PostgresTransport

EU = (files("terminal.data") / "policies" / "eu.toml").read_text("utf-8")
OPENING = {
    "v": 1,
    "sent_at": "2026-11-23T06:00:00.000Z",
    "program": "1",
    "epoch": "00000000-0000-4000-8000-000000000000",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of the publisher's machine."""
    made: Settings = load(None, tmp_path / "data", {})
    return made


@pytest.fixture
def key(tmp_path: Path) -> Any:
    """A private key, and its public half under `public`."""
    make_key(tmp_path / "key.pem")
    return load_key(tmp_path / "key.pem")


def write(folder: Path, name: str, text: str) -> Path:
    """A file to publish."""
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_a_policy_is_numbered_signed_and_kept_whole(
    hub_dsn: str, settings: Settings, tmp_path: Path, key: Any
) -> None:
    """What the hub holds is the file, and the signature is over its kind, version, audience and hash."""
    path = write(tmp_path, "eu.toml", EU)
    with connect(hub_dsn) as connection:
        first = publish(connection, settings, "policy", path, key=key)
        assert (first["version"], first["audience"], first["already"]) == (1, "*", False)
        again = publish(connection, settings, "policy", path, key=key)
        assert (again["version"], again["already"]) == (1, True)
        path.write_text(EU + "\n# another\n", "utf-8")
        assert publish(connection, settings, "policy", path, key=key)["version"] == 2
        path.write_text(EU, "utf-8")
        assert publish(connection, settings, "policy", path, key=key)["version"] == 3
        assert [one["version"] for one in publications(connection, "policy")] == [3, 2, 1]
        row = connection.execute(
            "select p.signature, p.key_id, p.hash, string_agg(c.content, ''::bytea order by c.part) "
            "from hub.publication p join hub.publication_part c using (kind, version) "
            "where version = 1 group by 1, 2, 3"
        ).fetchone()
    assert row is not None
    signature, name, digest, content = row
    assert bytes(content) == EU.encode()
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    assert verify([public], name, signature, signed_text("policy", 1, "*", digest)) is None
    assert verify([public], name, signature, signed_text("policy", 2, "*", digest)) is not None


@pytest.mark.parametrize(
    ("kind", "name", "text", "told"),
    [
        ("policy", "p.toml", EU.replace("\n[[rule]]", "\n[[rul]]", 1), "rul"),
        ("policy", "p.csv", EU, "ends in .toml"),
        ("polcy", "p.toml", EU, "did you mean"),
        ("operators", "o.toml", '[[operators]]\nid = "1"\nrole = "boss"\n', "boss"),
        ("rates", "r.json", "{}", "cannot be read"),
        ("manifest", "m.csv", "rma,sku,quantity\nR1,S1,many\n", "many"),
        ("manifest", "m.csv", "what,ever\n1,2\n", "rma"),
        ("manifest", "m.csv", "rma,sku,quantity\n", "no row"),
        ("catalogue", "c.csv", "sku,title\n,\n", "c.csv:2"),
        ("recalls", "r.csv", "notice,title\n,Kettle\n", "r.csv:2"),
        ("rulings", "r.ndjson", "{}\n", "no ruling"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_what_a_station_would_not_take_is_not_published(
    hub_dsn: str, settings: Settings, tmp_path: Path, key: Any, kind: str, name: str, text: str, told: str
) -> None:
    """The station's own sentences, and nothing in the hub."""
    with connect(hub_dsn) as connection:
        with pytest.raises(BadData, match=told):
            publish(connection, settings, kind, write(tmp_path, name, text), key=key)
        assert publications(connection) == []


def test_a_policy_whose_own_examples_fail_is_not_published(
    hub_dsn: str, settings: Settings, tmp_path: Path, key: Any
) -> None:
    """The tests inside a policy are run before anybody works by it."""
    broken = (
        EU + '\n[[test]]\nname = "never"\ngiven = { category = "home" }\nexpect = { hits = ["grade-d"] }\n'
    )
    with connect(hub_dsn) as connection:
        with pytest.raises(BadData):
            publish(connection, settings, "policy", write(tmp_path, "p.toml", broken), key=key)
        assert publications(connection) == []


def test_what_every_station_obeys_needs_a_key_and_a_known_audience(
    hub_dsn: str, settings: Settings, tmp_path: Path, key: Any
) -> None:
    """A policy without a signature would be refused everywhere; a station that is not there gets nothing."""
    path = write(tmp_path, "eu.toml", EU)
    with connect(hub_dsn) as connection:
        with pytest.raises(BadData, match="--key"):
            publish(connection, settings, "policy", path)
        with pytest.raises(HubProblem, match="'07'"):
            publish(connection, settings, "policy", path, key=key, audience="07")
        assert publish(connection, settings, "policy", path, key=key, after=41)["version"] == 42


def test_an_audience_of_sixty_sees_it_and_nobody_else_does(
    hub_dsn: str, station_dsn: Callable[[str], str], settings: Settings, tmp_path: Path, key: Any
) -> None:
    """Stations get news of what is for them, parts too, and a station outside gets neither."""
    names = [f"S{number:02}" for number in range(60)]
    inside, outside = station_dsn("S07"), station_dsn("T01")
    with connect(hub_dsn) as connection:
        for name in names:
            connection.execute("insert into hub.station(station) values (%s) on conflict do nothing", [name])
        connection.commit()
        done = publish(
            connection, settings, "policy", write(tmp_path, "eu.toml", EU), key=key, audience=",".join(names)
        )
    assert done["audience"] == ",".join(names)
    want = {"kind": "policy", "version": 1, "part": 0}
    seen = {}
    for name, dsn in (("in", inside), ("out", outside)):
        transport = PostgresTransport(dsn)
        news = transport.exchange(OPENING | {"known": {"policy": 0}})["news"]
        part = transport.exchange(OPENING | {"want": want})["part"]
        seen[name] = (len(news), part is not None)
        transport.close()
    assert seen == {"in": (1, True), "out": (0, False)}


def test_two_leads_at_once_get_two_versions(hub_dsn: str, settings: Settings, tmp_path: Path) -> None:
    """Numbers are given out under a lock."""
    paths = [write(tmp_path, f"m{n}.csv", f"rma,sku,quantity\nR{n},S,1\n") for n in range(6)]

    def put(path: Path) -> int:
        with connect(hub_dsn) as connection:
            return int(publish(connection, settings, "manifest", path)["version"])

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(put, paths)) == [1, 2, 3, 4, 5, 6]


def test_a_large_file_goes_in_parts(hub_dsn: str, settings: Settings, tmp_path: Path) -> None:
    """Each part but the last is full."""
    rows = "".join(f"SKU-{n},{'Tea towel ' * 8}{n},home\n" for n in range(4000))
    path = write(tmp_path, "c.csv", "sku,title,category\n" + rows)
    with connect(hub_dsn) as connection:
        done = publish(connection, settings, "catalogue", path)
        sizes = [
            row[0]
            for row in connection.execute(
                "select length(content) from hub.publication_part order by part"
            ).fetchall()
        ]
    assert done["parts"] == len(sizes) == 2
    assert sizes[0] == PART
    assert sum(sizes) == path.stat().st_size


def test_a_key_is_the_owners_alone(tmp_path: Path) -> None:
    """Mode 0600, never written over, and one that others may read is not used."""
    path = tmp_path / "key.pem"
    public = make_key(path)
    assert len(base64.b64decode(public)) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(BadData, match="never written over"):
        make_key(path)
    path.chmod(0o640)
    with pytest.raises(BadData, match="chmod 600"):
        load_key(path)
    path.chmod(0o600)
    path.write_text("-----BEGIN PRIVATE KEY-----\n", "ascii")
    with pytest.raises(BadData, match="no private key"):
        load_key(path)


def test_a_key_of_another_kind_is_told_apart(tmp_path: Path) -> None:
    """An elliptic curve key signs otherwise."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

    path = tmp_path / "key.pem"
    path.write_bytes(
        generate_private_key(SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    path.chmod(0o600)
    with pytest.raises(BadData, match="Ed25519"):
        load_key(path)


def test_a_signature_is_checked_against_trusted_keys_only(tmp_path: Path) -> None:
    """Missing, of a stranger, of another text, or no Base64: each is said."""
    from terminal.hub.signing import sign

    public = make_key(tmp_path / "a.pem")
    stranger = make_key(tmp_path / "b.pem")
    text = signed_text("policy", 1, "*", "0" * 64)
    signature, name = sign(load_key(tmp_path / "a.pem"), text)
    assert verify([stranger, public], name, signature, text) is None
    assert verify([public], name, None, text) == "it is not signed"
    assert "not among trusted_keys" in str(verify([stranger, "not base64", "AAAA"], name, signature, text))
    assert "wrong" in str(verify([public], name, signature, text + b" "))
    assert "wrong" in str(verify([public], name, "?", text))


def test_the_commands_print_json(hub_dsn: str, tmp_path: Path) -> None:
    """A key is made, a policy published, and listed."""
    run, context = CliRunner(), Context(None, tmp_path / "data")
    made = run.invoke(key_command, ["make", str(tmp_path / "key.pem")], obj=context)
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["public_key"]
    path = write(tmp_path, "eu.toml", EU)
    asked = ["policy", str(path), "--dsn", hub_dsn, "--key", str(tmp_path / "key.pem"), "--by", "9001"]
    done = run.invoke(publish_command, asked, obj=context)
    assert json.loads(done.stdout)["version"] == 1
    again = run.invoke(publish_command, asked, obj=context)
    assert json.loads(again.stdout)["already"] is True
    assert "already version 1" in again.stderr
    listed = run.invoke(list_command, ["--dsn", hub_dsn], obj=context)
    assert json.loads(listed.stdout)["by"] == "9001"
