"""From settings to sinks, one push by hand, what was refused, and a sink of a site's own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from terminal import syncing
from terminal.bench.wire import Draft, Recorded
from terminal.config import load, settings_hash, shipped_config
from terminal.config_source import ConfigErrors
from terminal.domain.suggest import BadData
from terminal.refused import dead_events, export_dead, retry_dead
from terminal.settings import Settings
from terminal.store.station_file import StationFile
from terminal.sync.hub import HubSink
from terminal.sync.postgres import PostgresTransport
from terminal.sync.sink import SinkUnavailable, Status, Verdict
from terminal.syncing import make_hub, make_sinks, push

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
SECRET = "whsec_" + "QUJD" * 8
Read = Callable[..., Settings]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """The settings of a site's file and an environment."""

    def found(text: str = "", **environ: str) -> Settings:
        site = tmp_path / "site.toml"
        site.write_text(text, "utf-8")
        return load(site, tmp_path / "data", environ)

    return found


def refused(read: Read, text: str) -> str:
    """What is said about a file."""
    with pytest.raises(ConfigErrors) as errors:
        read(text)
    return str(errors.value)


def commit(settings: Settings, count: int) -> None:
    """Events of a shift."""
    with StationFile.open(settings.data, settings.station.id, tuple(settings.sync.sinks)) as file:
        file.journal.append([Draft("inspected", 1, AT, f"L{n}", None, None, {"n": n}) for n in range(count)])


# -- settings


def test_the_hub_is_a_sink_as_soon_as_its_address_is_known(read: Read) -> None:
    """From the file, or from the environment, which wins; its name is hub."""
    assert list(read().sync.sinks) == ["folder"]
    assert make_hub(read()) is None
    own = '[sync.hub]\ndsn = "postgresql://st01:pw@10.0.0.5/regrade"'
    assert list(read(own).sync.sinks) == ["folder", "hub"]
    assert read(own).sync.dsn == "postgresql://st01:pw@10.0.0.5/regrade"
    other = "postgresql://st01:pw@10.0.0.6/regrade"
    assert read(own, REGRADE_HUB_DSN=other).sync.dsn == other
    made = {sink.name: sink for sink in make_sinks(read("", REGRADE_HUB_DSN=other))}
    assert isinstance(made["hub"], HubSink)
    assert isinstance(make_hub(read(own)), PostgresTransport)


def test_every_kind_in_the_shipped_examples_makes_its_sink(read: Read) -> None:
    """Somebody who takes away every `#` has one of each, and none of them is only a reason why it is none."""
    text = re.sub(r"^#(?=[\[a-z])", "", shipped_config(), flags=re.MULTILINE)
    sinks = {
        sink.name: type(sink).__name__ for sink in make_sinks(read(text, REGRADE_HUB_DSN="postgresql://h/d"))
    }
    assert sinks == {
        "folder": "FolderSink",
        "carrier": "SftpSink",
        "partner": "CaptureSink",
        "notify": "WebhookSink",
        "house": "NotMade",
        "hub": "HubSink",
    }


def test_the_address_says_which_way_to_the_hub(read: Read) -> None:
    """https:// goes to its service."""
    transport = make_hub(read('[sync.hub]\ndsn = "https://hub.example/"\ntoken = "t"'))
    assert type(transport).__name__ == "HttpTransport"
    assert transport is not None
    transport.close()


def test_a_bench_loads_no_library_of_a_hub_before_it_needs_one() -> None:
    """Its first painting would wait for them."""
    code = (
        "import sys, terminal.syncing, terminal.sync.hub, terminal.sync.postgres; "
        "heavy = {'psycopg', 'httpx', 'cryptography', 'asyncssh', 'jsonschema_rs'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_secrets_are_not_shown(read: Read) -> None:
    """Neither by printing the settings nor in what is hashed of them."""
    text = (
        '[sync.hub]\ndsn = "postgresql://u:hunter2@h/d"\ntoken = "hunter3"\n'
        f'[sync.sinks.w]\nkind = "webhook"\nurl = "https://h/x"\nsecret = "{SECRET}"\n'
        '[sync.sinks.e]\nkind = "epcis"\nurl = "https://h/x"\ntoken = "hunter4"\n'
    )
    shown = repr(read(text)) + str(read(text)) + read(text).model_dump_json(by_alias=True)
    assert not re.search(f"hunter[234]|{SECRET}", shown)
    assert settings_hash(read(text)) == settings_hash(read(text.replace("hunter2", "hunter9")))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[sync.hub]\ndsn = "postgres:hunter2"', "sync.hub.dsn: expected postgresql://USER"),
        ('[sync.hub]\ndsn = "postgresq://u:hunter2@h/d"', 'did you mean "postgresql://"?'),
        ('[sync.hub]\ndsn = "http://hub.example/hunter2"', "anybody on the way could read"),
        ('[sync.hub]\ndsn = "postgresql://h\\u0007unter2"', "expected one line"),
        ('[sync.hub]\ntrusted_keys = ["abc"]', "the base64 of 32 bytes"),
        ('[sync.hub]\npull = ["polizy"]', 'did you mean "policy"?'),
        ('[sync.hub]\ndns = "x"', 'did you mean "dsn"?'),
        ('[sync.sinks.hub]\nkind = "folder"\npath = "x"', "is the name of the hub itself"),
        ('[sync.sinks.w]\nkind = "webhok"', 'did you mean "webhook"?'),
        ('[sync.sinks.w]\nkind = "webhook"\nurl = "https://h/"\nsecret = "hunter2"', 'expected "whsec_"'),
        ('[sync.sinks.w]\nkind = "webhook"\nurl = "http://h.example/"', "anybody on the way"),
        ('[sync.sinks.w]\nkind = "webhook"\nurl = "ftp://h/"', "expected an address such as https://"),
        ('[sync.sinks.w]\nkind = "webhook"\nurl = "https://u:hunter2@h/"', "without a user and password"),
        ('[sync.sinks.e]\nkind = "epcis"\nurl = "https://h/"\nlocation = "4012345000010"', "expected a GLN"),
        ('[sync.sinks.e]\nkind = "epcis"\nurl = "https://h/"\ntoken_env = "A B"', "the name of a variable"),
        ('[sync.sinks.s]\nkind = "sftp"\nhost = "h"\nport = 0', "expected 1 to 65,535"),
        ('[sync.sinks.o]\nkind = "own"\nentry = "x"\noptions = { a = [1] }', "expected text, a number"),
    ],
)
def test_what_is_wrong_with_the_sync_is_told_without_secrets(read: Read, text: str, words: str) -> None:
    """With the place and what to write instead."""
    told = refused(read, text)
    assert words in told
    if "http" not in text or "secret" in text:
        assert "hunter2" not in told


def test_two_sinks_share_no_folder_but_another_machine_may_have_one_of_that_name(read: Read) -> None:
    """Only folders of this machine are compared."""
    sftp = '[sync.sinks.s]\nkind = "sftp"\nhost = "h"\nuser = "u"\nkey_file = "k"\nknown_hosts = "n"\n'
    assert list(read(sftp + 'path = "outbox"').sync.sinks) == ["folder", "s"]
    assert "sync.sinks.folder.path" in refused(read, '[sync.sinks.b]\nkind = "folder"\npath = "outbox"')


# -- a push by hand


def test_a_push_gives_a_row_for_each_sink(read: Read, station_dsn: Callable[[str], str]) -> None:
    """The hub's among them; a second push sends nothing."""
    settings = read('[station]\nid = "ST01"', REGRADE_HUB_DSN=station_dsn("ST01"))
    commit(settings, 5)
    rows = list(push(settings))
    assert rows == [
        {"sink": name, "sent": 5, "acknowledged": 5, "refused": 0, "pending": 0} for name in ("folder", "hub")
    ]
    assert [row["sent"] for row in push(settings)] == [0, 0]
    assert [row["sink"] for row in push(settings, "hub")] == ["hub"]


def test_a_sink_that_can_not_be_made_keeps_no_other_one_from_its_work(read: Read) -> None:
    """Its reason is the error of its row, and its events wait."""
    settings = read('[sync.sinks.o]\nkind = "own"\nentry = "spol"')
    commit(settings, 2)
    good, bad = push(settings)
    assert good["acknowledged"] == 2
    assert bad["pending"] == 2
    assert bad["error"].startswith(
        'The sink o can\'t be used: no installed package has an entry point "spol"'
    )


def test_a_sink_that_hangs_does_not_hold_up_the_others(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here the first one waits until the second one is through."""
    settings = read()
    commit(settings, 2)
    folder_done = threading.Event()

    class Waits:
        name = "folder"

        def send(self, batch: Sequence[Recorded]) -> Sequence[Status]:
            if not folder_done.wait(10):
                raise SinkUnavailable("the other one was never served")
            return [Status(event.seq, Verdict.STORED) for event in batch]

    class Quick(Waits):
        name = "quick"

        def send(self, batch: Sequence[Recorded]) -> Sequence[Status]:
            folder_done.set()
            return [Status(event.seq, Verdict.STORED) for event in batch]

    monkeypatch.setattr(syncing, "make_sinks", lambda settings: (Waits(), Quick()))
    monkeypatch.setattr(syncing, "open_for", lambda settings, only: StationFile.open(settings.data, "01"))
    assert [row["acknowledged"] for row in push(settings)] == [2, 2]


def test_a_hub_that_is_away_is_an_error_in_its_row(read: Read) -> None:
    """And the folder has its files."""
    settings = read("", REGRADE_HUB_DSN="postgresql://u:hunter2@127.0.0.1:9/x")
    commit(settings, 2)
    good, bad = push(settings)
    assert (good["acknowledged"], bad["pending"]) == (2, 2)
    assert bad["error"].startswith("No hub answers at its address")


def test_a_sink_that_config_does_not_have_is_told_with_the_nearest(read: Read) -> None:
    """Before anything is sent."""
    with pytest.raises(BadData, match=r'no sink "foldr" in .* did you mean "folder"'):
        list(push(read(), "foldr"))
    with pytest.raises(BadData, match="there are: folder"):
        list(dead_events(read(), "xyz"))


def test_an_epcis_token_comes_from_the_environment(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is not set is said, not sent as nothing."""
    text = '[sync.sinks.e]\nkind = "epcis"\nurl = "https://h/x"\ntoken_env = "EPCIS_TOKEN_OF_TEST"'
    monkeypatch.delenv("EPCIS_TOKEN_OF_TEST", raising=False)
    sink = make_sinks(read(text))[1]
    with pytest.raises(SinkUnavailable, match="EPCIS_TOKEN_OF_TEST, which should hold its token, is not set"):
        sink.send([])


# -- what was refused


@pytest.fixture
def refusing(read: Read) -> Settings:
    """A site whose sink refused the second of three events."""
    settings = read('[sync.sinks.folder]\nkind = "folder"\npath = "outbox"\nacknowledge = "ack_file"')
    commit(settings, 3)
    list(push(settings))
    (path,) = (settings.data / "outbox").glob("*.ndjson")
    ids = [json.loads(line)["id"] for line in path.read_bytes().splitlines()]
    answer = [{"id": ids[0], "status": "stored"}, {"id": ids[2], "status": "stored"}]
    answer.append({"id": ids[1], "status": "invalid", "detail": "no grade"})
    path.with_name(f"{path.name}.ack").write_text(json.dumps(answer))
    assert next(push(settings))["refused"] == 1
    return settings


def test_what_was_refused_is_listed_with_its_reason(refusing: Settings) -> None:
    """By sink, number and item, for somebody who puts it right."""
    (row,) = dead_events(refusing)
    assert (row["sink"], row["seq"], row["item"], row["reason"]) == ("folder", 2, "L1", "invalid: no grade")


def test_what_was_refused_can_be_taken_along_as_a_file(refusing: Settings, tmp_path: Path) -> None:
    """In the form of the sinks, so that the other side can be shown it; it stays in the outbox."""
    target = tmp_path / "dead.ndjson"
    assert export_dead(refusing, target) == {"file": str(target), "events": 1}
    found = json.loads(target.read_text())
    assert (found["sink"], found["reason"], found["seq"]) == ("folder", "invalid: no grade", 2)
    assert len(found["hash"]) == 64
    assert len(list(dead_events(refusing))) == 1
    with pytest.raises(OSError, match="No such file"):
        export_dead(refusing, tmp_path / "missing" / "dead.ndjson")


def test_what_was_refused_goes_again_when_it_is_asked_for(refusing: Settings) -> None:
    """Alone, in a file of its own."""
    (row,) = retry_dead(refusing)
    assert (row["sent"], row["pending"]) == (1, 1)
    assert list(dead_events(refusing)) == []


# -- a sink of a site's own


def example() -> tuple[str, str]:
    """The module and the settings in docs/sinks.md, as somebody copies them."""
    text = (ROOT / "docs" / "sinks.md").read_text("utf-8")
    module = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    config = re.search(r"```toml\n(\[sync\.sinks\..*?)```", text, re.DOTALL)
    assert module is not None
    assert config is not None
    return module[1], config[1]


def test_the_sink_of_the_documentation_works_as_it_stands(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copied, named as an entry point, configured: every event is in its file once, also when it is sent again."""
    module, config = example()
    (tmp_path / "house_sinks.py").write_text(module)
    monkeypatch.syspath_prepend(str(tmp_path))
    entry = EntryPoint("spool", "house_sinks:make", syncing.GROUP)
    monkeypatch.setattr(syncing, "_entries", lambda: [entry])
    settings = read(config)
    commit(settings, 4)
    rows: list[dict[str, Any]] = list(push(settings, "house"))
    assert (rows[0]["acknowledged"], rows[0]["pending"]) == (4, 0)
    with StationFile.open(settings.data, settings.station.id, tuple(settings.sync.sinks)) as file:
        events = list(file.journal.events())
        sink = next(one for one in make_sinks(settings) if one.name == "house")
        assert {status.verdict.value for status in sink.send(events)} == {"duplicate"}
    lines = (settings.data / "spool.ndjson").read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == [event.id for event in events]
    sys.modules.pop("house_sinks", None)


def test_an_entry_point_that_gives_no_sink_is_told(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """By what is missing."""
    entry = EntryPoint("spool", "builtins:print", syncing.GROUP)
    monkeypatch.setattr(syncing, "_entries", lambda: [entry])
    sink = make_sinks(read('[sync.sinks.o]\nkind = "own"\nentry = "spool"'))[1]
    with pytest.raises(SinkUnavailable, match='gave something without the name "o" or without send'):
        sink.send([])
