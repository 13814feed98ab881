"""Photos at the hub: only those that an event names, under the hash of what came, and nobody else's."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner

from terminal.cli import main
from terminal.hub import roles
from terminal.hub.connecting import connect
from terminal.hub.install import init
from terminal.hub.status import status
from terminal.store.chain import GENESIS, canonical, link

AT = "2026-11-23T08:00:00.000Z"
EPOCH = "5f0c1a52-7a0e-4c52-9d39-0d6f7f4f5a11"
MOST = 16 * 1024 * 1024
ATTEMPTS = (
    "select * from hub.photo",
    "select * from hub.photo_wanted",
    "select * from hub.v_photos",
    "insert into hub.photo_wanted (station, sha256) values ('ST01', repeat('0', 64))",
    "insert into hub.photo (station, sha256) values ('ST01', repeat('0', 64))",
    "delete from hub.photo",
    "select hub.take_photo('ST02', '{}')",
    "select hub.take_photos('ST02', '{\"photos\": []}')",
    "select hub.want_photo('ST02', '{}', null, now())",
)
Ask = Callable[..., dict[str, Any]]


class Journal:
    """A journal of a station that names photos."""

    def __init__(self, station: str = "ST01", epoch: str = EPOCH) -> None:
        self.station, self.epoch = station, epoch
        self.seq, self.prev = 0, GENESIS

    def named(self, *hashes: str, kind: str = "photo_kept") -> list[list[str]]:
        """Events that name these photos."""
        events = []
        for digest in hashes:
            self.seq += 1
            body = canonical({"kind": "jpeg", "lpn": f"LPN{self.seq}", "sha256": digest, "subjects": []})
            who = (self.station, self.epoch, self.seq, str(uuid.uuid4()), kind, 1, AT, f"LPN{self.seq}")
            digest = link(self.prev, *who, "1001", None, body)
            events.append([canonical([*who, "1001", None]), body, self.prev, digest])
            self.prev = digest
        return events


def picture(number: int, size: int = 1000) -> tuple[str, dict[str, Any]]:
    """Some content: its hash, and how it stands in a request."""
    content = f"picture {number}".encode().ljust(size, b"\0")
    digest = hashlib.sha256(content).hexdigest()
    return digest, {"sha256": digest, "type": "image/jpeg", "data": base64.b64encode(content).decode()}


@pytest.fixture
def asks(station_dsn: Callable[[str], str]) -> Iterator[Callable[[str], Ask]]:
    """Who asks as a station."""
    opened: list[psycopg.Connection[Any]] = []

    def of(station: str) -> Ask:
        connection = psycopg.connect(station_dsn(station), autocommit=True)
        opened.append(connection)

        def asked(**given: Any) -> dict[str, Any]:
            request = {"v": 1, "sent_at": AT, "epoch": EPOCH, **given}
            row = connection.execute("select hub.ingest(%s)", [json.dumps(request)]).fetchone()
            assert row is not None
            answer: dict[str, Any] = row[0]
            return answer

        return asked

    yield of
    for one in opened:
        one.close()


@pytest.fixture
def ask(asks: Callable[[str], Ask]) -> Ask:
    """ST01 asks."""
    return asks("ST01")


@pytest.fixture
def admin(hub_dsn: str) -> Iterator[psycopg.Connection[Any]]:
    """The superuser."""
    with connect(hub_dsn, autocommit=True) as connection:
        yield connection


def test_a_photo_is_wanted_once_an_event_names_it_and_is_kept_as_it_came(
    ask: Ask, admin: psycopg.Connection[Any]
) -> None:
    """Event and photo may come in one call; the second time it is a duplicate, and wanted no more."""
    first, one = picture(1)
    second, two = picture(2)
    answer = ask(events=Journal().named(first, second), photos=[one])
    assert answer["statuses"] == ["stored", "stored"]
    assert (answer["photos"], answer["photo_details"], answer["wanted"]) == (["stored"], {}, [second])
    answer = ask(photos=[one, two])
    assert (answer["photos"], answer["wanted"]) == (["duplicate", "stored"], [])
    rows = admin.execute(
        "select station, sha256, kind, bytes, content, item, hub.stamp(taken_at) from hub.photo order by item"
    ).fetchall()
    content = base64.b64decode(one["data"])
    assert rows[0] == ("ST01", first, "jpeg", 1000, content, "LPN1", AT)
    assert "wanted" not in ask(), "who does not speak of photos hears nothing of them"


def test_a_photo_is_not_wanted_again_when_another_event_names_it(ask: Ask) -> None:
    """An identical unit shares it; a batch that comes again asks for nothing."""
    digest, photo = picture(1)
    journal = Journal()
    events = journal.named(digest)
    assert ask(events=events, photos=[photo])["photos"] == ["stored"]
    assert ask(events=[*events, *journal.named(digest)], photos=[])["wanted"] == []


def test_batches_with_a_bad_row_ask_for_the_photos_of_the_good_ones(ask: Ask) -> None:
    """Row by row as in one go; what was refused names nothing."""
    (good, _), (bad, _) = picture(1), picture(2)
    events = Journal().named(good, bad)
    events[1][3] = "0" * 64
    answer = ask(events=events, photos=[])
    assert answer["statuses"] == ["stored", "invalid"]
    assert answer["wanted"] == [good]


def test_other_kinds_of_events_and_what_is_no_hash_name_nothing(ask: Ask) -> None:
    """The event itself is stored all the same."""
    journal = Journal()
    events = journal.named("x", "A" * 64, f'"{"0" * 64}"') + journal.named(picture(1)[0], kind="inspected")
    answer = ask(events=events, photos=[])
    assert (answer["statuses"], answer["wanted"]) == (["stored"] * 4, [])


def test_nothing_is_kept_that_no_event_of_the_station_names(
    ask: Ask, asks: Callable[[str], Ask], admin: psycopg.Connection[Any]
) -> None:
    """Neither what nobody named nor what another station did: the disk can't be filled."""
    digest, photo = picture(1)
    other = asks("ST02")
    answer = ask(photos=[photo])
    assert answer["photos"] == ["forbidden"]
    assert "No event of station ST01" in answer["photo_details"]["0"]
    other(events=Journal("ST02").named(digest))
    assert ask(photos=[photo, {"sha256": digest, "missing": "gone"}])["photos"] == ["forbidden"] * 2
    assert other(photos=[])["wanted"] == [digest]
    assert admin.execute("select count(*) from hub.photo").fetchone() == (0,)


def test_what_is_not_what_it_says_is_refused_and_still_wanted(
    ask: Ask, admin: psycopg.Connection[Any]
) -> None:
    """Another hash, no Base64, no picture's type, no text: a sentence each, and the right one is taken after."""
    digest, photo = picture(1)
    ask(events=Journal().named(digest))
    hostile: list[Any] = [
        {**photo, "data": picture(2)[1]["data"]},
        {**photo, "data": "%%%"},
        {**photo, "data": ""},
        {**photo, "data": 7},
        {**photo, "type": "text/html"},
        {**photo, "type": None},
        {**photo, "sha256": digest.upper()},
        {**photo, "sha256": "../../etc/passwd"},
        {"sha256": digest},
        {"sha256": digest, "missing": 7},
        "photo",
        None,
        [],
        7,
    ]
    answer = ask(photos=hostile)
    assert answer["photos"] == ["invalid"] * len(hostile)
    assert set(answer["photo_details"]) == {str(number) for number in range(len(hostile))}
    assert "another hash" in answer["photo_details"]["0"]
    assert answer["wanted"] == [digest]
    assert admin.execute("select count(*) from hub.photo").fetchone() == (0,)
    assert ask(photos=[photo])["photos"] == ["stored"]


def test_a_photo_of_twenty_megabytes_is_refused_even_where_it_is_wanted(ask: Ask) -> None:
    """The largest that is taken has 16 MiB; the text alone says that it is larger."""
    (large, much), (fits, most), (above, more) = (
        picture(1, 20_000_000),
        picture(2, MOST),
        picture(3, MOST + 1),
    )
    ask(events=Journal().named(large, fits, above))
    answer = ask(photos=[much, most, more])
    assert answer["photos"] == ["invalid", "stored", "invalid"]
    assert "larger than 16777216 bytes" in answer["photo_details"]["0"]
    assert set(answer["wanted"]) == {large, above}


@pytest.mark.parametrize("photos", [{}, "x", 7, [None] * 101])
def test_photos_that_are_no_short_list_are_refused_as_a_batch(ask: Ask, photos: Any) -> None:
    """The events with them are not stored either: it is one call."""
    events = Journal().named(picture(1)[0])
    with pytest.raises(psycopg.Error) as refused:
        ask(events=events, photos=photos)
    assert refused.value.sqlstate == "RG003"
    assert ask(events=events, photos=[])["statuses"] == ["stored"]


def test_the_list_of_what_is_wanted_is_bounded_and_what_is_missing_is_in_nobodys_way(
    ask: Ask, admin: psycopg.Connection[Any]
) -> None:
    """A hundred at once; the next come once these were sent or said to be gone, which is asked again in a day."""
    named = [picture(number)[0] for number in range(130)]
    first = ask(events=Journal().named(*named), photos=[])["wanted"]
    assert first == sorted(named)[:100]
    answer = ask(photos=[{"sha256": one, "missing": "The disk broke. " * 100} for one in first])
    assert answer["photos"] == ["noted"] * 100
    assert answer["wanted"] == sorted(named)[100:]
    assert admin.execute("select max(length(missing)) from hub.photo_wanted").fetchone() == (300,)
    admin.execute("update hub.photo_wanted set missing_at = missing_at - interval '25 h'")
    assert ask(photos=[])["wanted"] == first
    found = status(admin)["stations"][0]
    assert (found["photos_wanted"], found["photos_missing"]) == (130, 100)
    assert any("100 photos" in sentence for sentence in found["attention"])


def test_a_photo_that_was_said_to_be_missing_is_taken_when_it_comes(ask: Ask) -> None:
    """It was restored from a backup."""
    digest, photo = picture(1)
    ask(events=Journal().named(digest), photos=[{"sha256": digest, "missing": "gone"}])
    assert ask(photos=[photo])["photos"] == ["stored"]


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_station_can_do_nothing_with_photos_beside_the_one_function(
    station_dsn: Callable[[str], str], attempt: str
) -> None:
    """No table, no view, no inner function."""
    with (
        psycopg.connect(station_dsn("ST01"), autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(attempt.encode())


def test_readers_see_that_there_is_a_photo_and_not_the_photo(
    ask: Ask, admin: psycopg.Connection[Any]
) -> None:
    """A picture may show an address; tools for figures have no need of it."""
    digest, photo = picture(1)
    ask(events=Journal().named(digest), photos=[photo])
    with psycopg.connect(roles.add(admin, "reader")["dsn"]) as reader:
        row = reader.execute("select station, item, sha256, bytes from hub.v_photos").fetchone()
        assert row == ("ST01", "LPN1", digest, 1000)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("select content from hub.photo")


def test_a_hub_that_had_events_before_it_knew_photos_asks_for_theirs(
    ask: Ask, admin: psycopg.Connection[Any], hub_dsn: str
) -> None:
    """The step that makes the tables looks through what is there."""
    digest, photo = picture(1)
    journal = Journal()
    ask(events=journal.named(digest, digest, "no hash") + journal.named("0" * 64, kind="inspected"))
    admin.execute("drop view hub.v_photos; drop table hub.photo, hub.photo_wanted")
    admin.execute("drop table hub.setting, hub.reject_kept, hub.reject_over")
    admin.execute("delete from hub.migration where number >= 5")
    assert "0005_photos" in init(hub_dsn)["applied"]
    assert ask(photos=[])["wanted"] == [digest]
    assert ask(photos=[photo])["photos"] == ["stored"]


def test_a_person_gets_a_photo_by_the_beginning_of_its_hash(
    ask: Ask, asks: Callable[[str], Ask], hub_dsn: str, tmp_path: Path
) -> None:
    """With who kept it; two stations may have the same."""
    digest, photo = picture(1)
    for station, asking in (("ST01", ask), ("ST02", asks("ST02"))):
        asking(events=Journal(station).named(digest), photos=[photo])
    code, told = command(hub_dsn, digest[:12].upper(), tmp_path / "photo.jpg")
    assert code == 0
    found = json.loads(told)
    assert (found["sha256"], found["kind"], found["bytes"]) == (digest, "jpeg", 1000)
    assert [(one["station"], one["item"]) for one in found["kept"]] == [("ST01", "LPN1"), ("ST02", "LPN1")]
    assert (tmp_path / "photo.jpg").read_bytes() == base64.b64decode(photo["data"])


def test_a_photo_that_is_not_here_is_said_with_who_owes_it(
    ask: Ask, admin: psycopg.Connection[Any], hub_dsn: str, tmp_path: Path
) -> None:
    """Unknown, still wanted, said to be gone, altered, not a hash, several: a sentence each, and no file."""
    out = tmp_path / "photo.jpg"
    pictures = dict(picture(number) for number in range(3))
    wanted, gone, kept = pictures
    ask(events=Journal().named(*pictures), photos=[{"sha256": gone, "missing": "The disk broke."}])
    assert ask(photos=[pictures[kept]])["photos"] == ["stored"]
    for given, sentence in (
        ("0" * 64, "knows of no photo"),
        (wanted, "station ST01 is asked for it."),
        (gone, "The disk broke."),
        ("../..", "is no photo's hash"),
    ):
        code, told = command(hub_dsn, given, out)
        assert (code, sentence in told) == (1, True), told
    admin.execute("update hub.photo set content = 'x'")
    assert "another hash" in command(hub_dsn, kept, out)[1]
    admin.execute("insert into hub.photo values ('ST01', %s, 'jpeg', 1, 'x')", [kept[:63] + "g"])
    assert "2 photos begin" in command(hub_dsn, kept[:20], out)[1]
    assert not out.exists()


def command(dsn: str, digest: str, out: Path) -> tuple[int, str]:
    """`regrade hub photo`."""
    done = CliRunner().invoke(main, ["hub", "photo", digest, "--dsn", dsn, "--out", str(out)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output
