"""What can go wrong between a station and the hub: each has a sentence, and loses and doubles nothing."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from terminal.bench.wire import Draft, Recorded
from terminal.store.chain import Run
from terminal.store.errors import StoreError
from terminal.store.station_file import StationFile
from terminal.sync.hub import HubSink
from terminal.sync.postgres import PostgresTransport
from terminal.sync.result import Result
from terminal.sync.round import sync_once
from terminal.sync.sink import SinkUnavailable, Status

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
Fill = Callable[..., tuple[Recorded, ...]]
Rows = list[tuple[int, str, str]]
AtHub = Callable[..., Rows]
AtStation = Callable[[StationFile], Rows]


def go(file: StationFile, dsn: str, deadline: float = 20.0) -> Result:
    """One round with the hub, however long the last failure still rests."""
    return sync_once(
        file, HubSink("hub", PostgresTransport(dsn, deadline=deadline)), datetime.now(UTC), force=True
    )


def as_owner(dsn: str, statement: str | sql.Composed) -> None:
    """A statement of whoever looks after the hub."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(statement.encode() if isinstance(statement, str) else statement)


@pytest.fixture
def dsn(station_dsn: Callable[[str], str]) -> str:
    """The address of station ST01."""
    return station_dsn("ST01")


@pytest.fixture
def equal(station: StationFile, dsn: str, at_hub: AtHub, at_station: AtStation) -> Iterator[None]:
    """After the fault is gone a round brings everything: hub and station are the same by number, id and hash."""
    yield
    result = go(station, dsn)
    assert (result.error, result.pending) == (None, 0)
    assert at_hub() == at_station(station)


# -- not there, not now


@pytest.mark.usefixtures("equal")
def test_a_hub_that_is_switched_off(station: StationFile, fill: Fill, dsn: str) -> None:
    """Nobody listens at its address."""
    fill(3)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    result = go(station, make_conninfo(dsn, port=port))
    assert result.error == (
        "No hub answers at its address: it is switched off, or the port is another one. What waits is kept here."
    )
    assert result.pending == 3
    assert result.oldest_at == AT


@pytest.mark.usefixtures("equal")
def test_a_hub_whose_name_is_not_known(station: StationFile, fill: Fill, dsn: str) -> None:
    """A wrong name, or a network without a name server."""
    fill(1)
    error = go(station, make_conninfo(dsn, host="hub.invalid", hostaddr=None)).error or ""
    assert error.startswith("The name of the hub in the address is not known in this network")


@pytest.mark.usefixtures("equal")
def test_a_hub_that_takes_the_call_and_says_nothing(
    station: StationFile, fill: Fill, proxied: tuple[Any, str]
) -> None:
    """A port that is open is no hub yet: connecting has its own limit."""
    proxy, dsn = proxied
    fill(2)
    proxy.fail(stall_down=0)
    assert go(station, dsn).error == (
        "The hub can't be reached: no answer. Is the network up? What waits is kept here."
    )
    proxy.fail()
    assert go(station, dsn).acknowledged == 2


@pytest.mark.usefixtures("equal")
@pytest.mark.parametrize("slow", ["stalls", "drips"])
def test_a_hub_that_is_too_slow(
    station: StationFile, fill: Fill, proxied: tuple[Any, str], slow: str
) -> None:
    """Bytes that are confirmed, one by one or not at all, are no answer: a call has one limit for everything."""
    proxy, dsn = proxied
    fill(2)
    proxy.fail(
        **({"stall_down_at": b"stored"} if slow == "stalls" else {"drip": 0.2, "drip_at": b"statuses"})
    )
    result = go(station, dsn, deadline=0.6)
    assert result.error == "The hub did not answer within 0.6 s. What was sent goes again."
    assert result.pending == 2


@pytest.mark.usefixtures("equal")
def test_a_hub_that_is_read_only(station: StationFile, fill: Fill, dsn: str, hub_dsn: str) -> None:
    """A standby after a fail-over, or a hub that is looked after."""
    fill(2)
    name = conninfo_to_dict(hub_dsn)["dbname"]
    as_owner(hub_dsn, f"alter database {name} set default_transaction_read_only = on")
    words = "The hub's database takes nothing in now: it is read-only"
    assert (go(station, dsn).error or "").startswith(words)
    wanting = make_conninfo(dsn, target_session_attrs="read-write")
    assert (go(station, wanting).error or "").startswith(words)
    with psycopg.connect(hub_dsn, autocommit=True, options="-c default_transaction_read_only=off") as owner:
        owner.execute(f"alter database {name} reset default_transaction_read_only".encode())


@pytest.mark.usefixtures("equal")
def test_a_hub_with_no_connection_free(station: StationFile, fill: Fill, dsn: str, hub_dsn: str) -> None:
    """Everybody ends the shift at once."""
    fill(2)
    role = sql.Identifier(str(conninfo_to_dict(dsn)["user"]))
    as_owner(hub_dsn, sql.SQL("alter role {} connection limit 0").format(role))
    error = go(station, dsn).error or ""
    assert error.startswith("The hub has no connection free")
    as_owner(hub_dsn, sql.SQL("alter role {} connection limit 4").format(role))


@pytest.mark.usefixtures("equal")
def test_a_hub_that_crashes_in_a_round(station: StationFile, fill: Fill, dsn: str, postgres: Any) -> None:
    """The connection that was open is gone; nobody knows what arrived, so it goes again."""
    fill(3)
    transport = PostgresTransport(dsn)
    transport.exchange({"v": 1, "epoch": station.identity.epoch, "sent_at": "2026-11-23T08:00:00.000Z"})
    postgres.restart(immediate=True)
    result = sync_once(station, HubSink("hub", transport), datetime.now(UTC))
    assert result.error is not None
    assert "again" in result.error
    assert go(station, dsn).acknowledged == 3


@pytest.mark.usefixtures("equal")
def test_a_connection_pooler_that_passes_no_options_on(
    station: StationFile, fill: Fill, dsn: str, postgres: Any, make_proxy: Callable[..., Any]
) -> None:
    """It refuses them by name, as PgBouncer does; then it is gone without."""
    fill(2)
    proxy = make_proxy("127.0.0.1", postgres.port)
    text = b"unsupported startup parameter: options"
    fields = b"SFATAL\0VFATAL\0C08P01\0M" + text + b"\0\0"
    proxy.fail(answer_up_at=(b"options\0", b"E" + (len(fields) + 4).to_bytes(4) + fields))
    result = go(station, make_conninfo(dsn, port=proxy.port, sslmode="disable"))
    assert (result.acknowledged, result.error) == (2, None)
    assert proxy.cuts == 1


# -- not let in


@pytest.mark.usefixtures("equal")
def test_a_password_that_is_wrong(station: StationFile, fill: Fill, dsn: str) -> None:
    """Renewed at the hub, and the old one still here."""
    fill(1)
    error = go(station, make_conninfo(dsn, password="hunter2")).error or ""
    assert error.startswith("The hub does not let this station in: login or password is wrong")
    assert "hunter2" not in error


def test_a_station_that_was_revoked(station: StationFile, fill: Fill, dsn: str, hub_dsn: str) -> None:
    """It keeps what it has, says so, and goes on when it is let in again."""
    from terminal.hub.connecting import connect
    from terminal.hub.stations import add, revoke

    fill(2)
    with connect(hub_dsn) as owner:
        revoke(owner, "ST01")
    result = go(station, dsn)
    assert result.pending == 2
    assert "revoked" in (result.error or "")
    with connect(hub_dsn) as owner:
        renewed = add(owner, "ST01", renew=True)["dsn"]
    assert go(station, renewed) == Result("hub", 2, 2, 0, 0)


def test_a_login_that_is_no_station(station: StationFile, fill: Fill, hub_dsn: str) -> None:
    """The address of whoever looks after the hub is not that of a station."""
    fill(1)
    assert (go(station, hub_dsn).error or "").startswith("The hub does not take this login for a station")


def test_a_database_without_a_hub(station: StationFile, fill: Fill, bare_dsn: str) -> None:
    """Or with one of before `hub.ingest`."""
    fill(1)
    assert go(station, bare_dsn).error == (
        "There is no hub in this database, or an older one: whoever looks after it runs regrade hub init."
    )
    assert (go(station, make_conninfo(bare_dsn, dbname="nowhere")).error or "").startswith(
        "The hub's address names a database that is not there"
    )


@pytest.mark.parametrize("v", [0, 99])
def test_a_hub_of_another_version(dsn: str, station: StationFile, v: int) -> None:
    """Older or newer than this station speaks: said, and nothing is taken for stored."""
    request = {"v": v, "epoch": station.identity.epoch, "sent_at": "2026-11-23T08:00:00.000Z"}
    transport = PostgresTransport(dsn)
    with pytest.raises(SinkUnavailable, match="The hub and this station are of versions that do not fit: "):
        transport.exchange(request)
    transport.close()


def test_a_hub_whose_certificate_has_expired(
    station: StationFile, fill: Fill, dsn: str, postgres: Any, tmp_path: Path
) -> None:
    """And one of an authority that nobody here knows: two sentences, and nothing is sent."""
    fill(1)
    old, fresh = (make_certificate(tmp_path / name, days) for name, days in (("old", -1), ("fresh", 30)))
    for certificate, trusted, words in (
        (old, old, "The hub's certificate, or this station's, has expired."),
        (fresh, old, "The hub's certificate is not from an authority that is trusted here"),
    ):
        with Encrypted(postgres.port, certificate) as front:
            root = str(trusted.with_suffix(".crt"))
            wanted = make_conninfo(dsn, port=front.port, sslmode="verify-ca", sslrootcert=root)
            error = go(station, wanted).error or ""
            assert error.startswith(words)
    with Encrypted(postgres.port, fresh) as front:
        root = str(fresh.with_suffix(".crt"))
        named = make_conninfo(dsn, port=front.port, sslmode="verify-full", sslrootcert=root, host="localhost")
        assert (go(station, named).error or "").startswith("The hub's certificate is for another name")
        good = make_conninfo(dsn, port=front.port, sslmode="verify-ca", sslrootcert=root)
        assert go(station, good).acknowledged == 1
    assert (go(station, make_conninfo(dsn, sslmode="require")).error or "").startswith(
        "The address asks for an encrypted connection, and the hub offers none."
    )


class Encrypted:
    """Ends TLS in front of a PostgreSQL that has none, as a gateway of a site does; one connection at a time."""

    def __init__(self, target: int, certificate: Path) -> None:
        self._target = target
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate.with_suffix(".crt"), certificate.with_suffix(".key"))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Encrypted:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            with suppress(OSError), plain:
                plain.settimeout(10)
                assert plain.recv(8) == bytes.fromhex("0000000804d2162f")  # SSLRequest
                plain.sendall(b"S")
                with (
                    self._context.wrap_socket(plain, server_side=True) as near,
                    socket.create_connection(("127.0.0.1", self._target), 5) as far,
                ):
                    back = threading.Thread(target=_copy, args=(far, near), daemon=True)
                    back.start()
                    _copy(near, far)
                    back.join(10)


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def make_certificate(place: Path, days: int) -> Path:
    """A certificate of its own authority that ends in so many days, with its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    end = datetime.now(UTC) + timedelta(days=days)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=60))
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    place.with_suffix(".crt").write_bytes(made.public_bytes(pem))
    place.with_suffix(".key").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return place


# -- lost on the way


@pytest.mark.usefixtures("equal")
def test_an_acknowledgement_that_is_lost_after_the_hub_committed(
    station: StationFile, fill: Fill, proxied: tuple[Any, str], at_hub: AtHub
) -> None:
    """The events are there, the station does not know; it sends them again and is told `duplicate`."""
    proxy, dsn = proxied
    fill(7)
    proxy.fail(cut_down_at=b"stored")
    result = go(station, dsn)
    assert (result.acknowledged, result.pending) == (0, 7)
    assert (result.error or "").startswith("The connection to the hub was lost, and it is not known whether")
    assert len(at_hub()) == 7
    proxy.fail()
    assert go(station, dsn) == Result("hub", 7, 7, 0, 0)


@pytest.mark.usefixtures("equal")
def test_a_line_that_is_cut_anywhere(
    station: StationFile, fill: Fill, proxied: tuple[Any, str], at_hub: AtHub, at_station: AtStation
) -> None:
    """In the login, in the request, in the answer, again and again: what is there is in order, each once."""
    proxy, dsn = proxied
    for way in ("cut_up", "cut_down"):
        for where in (1, 60, 400, 900, 1500, 2500, 4000):
            fill(5)
            proxy.fail(**{way: where})
            result = go(station, dsn)
            assert result.error is None or result.pending > 0
            held = at_hub()
            assert held == at_station(station)[: len(held)]
    assert proxy.cuts > 7
    proxy.fail()


@pytest.mark.usefixtures("equal")
def test_a_line_that_never_carries_a_whole_batch(
    station: StationFile, fill: Fill, proxied: tuple[Any, str]
) -> None:
    """Each connection is cut after 60 kB: the batches get smaller until they pass, and everything arrives."""
    proxy, dsn = proxied
    fill(400, text="x" * 1000)
    proxy.fail(cut_up=60_000)
    sink = HubSink("hub", PostgresTransport(dsn))
    rounds = 0
    while (result := sync_once(station, sink, datetime.now(UTC), force=True)).pending:
        rounds += 1
        assert rounds < 60, result
    assert proxy.cuts > 5
    proxy.fail()


@pytest.mark.usefixtures("equal")
def test_a_batch_that_is_there_in_part(station: StationFile, fill: Fill, dsn: str, at_hub: AtHub) -> None:
    """Each event has its own status: what is there counts, what is not is stored."""
    batch = fill(6)
    sink = HubSink("hub", PostgresTransport(dsn))
    sink.send(batch[:2])
    sink.send(batch[4:5])
    sink.close()
    assert go(station, dsn) == Result("hub", 6, 6, 0, 0)
    assert len(at_hub()) == 6


@pytest.mark.usefixtures("equal")
def test_a_syncer_that_is_killed_between_sending_and_writing_it_down(
    station: StationFile, fill: Fill, dsn: str, at_hub: AtHub
) -> None:
    """SIGKILL: the batch is on disk as it was cut, and goes again."""
    fill(1_200)
    script = (
        "import os, signal, sys\n"
        "from datetime import UTC, datetime\n"
        "from terminal.store.station_file import StationFile\n"
        "from terminal.sync.hub import HubSink\n"
        "from terminal.sync.postgres import PostgresTransport\n"
        "from terminal.sync.round import sync_once\n"
        "class Killed(HubSink):\n"
        "    def send_run(self, epoch, run):\n"
        "        super().send_run(epoch, run)\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "file = StationFile.open(sys.argv[1], 'ST01', ['hub'])\n"
        "sync_once(file, Killed('hub', PostgresTransport(sys.argv[2])), datetime.now(UTC), force=True)\n"
    )
    held = []
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", script, str(station.data_dir), dsn], timeout=60)
        assert done.returncode == -9
        held.append(len(at_hub()))
    assert held[0] == held[1] < 1_200
    assert [(span.first, span.last) for span in station.outbox.open_spans("hub")] == [(1, held[0])]
    assert go(station, dsn) == Result("hub", 1_200, 1_200, 0, 0)


class FillsTheDisk(HubSink):
    """A hub on whose answer the station's disk is full."""

    ballast: Path

    def send_run(self, epoch: str, run: Run) -> Sequence[Status] | None:
        """Send, then fill the disk."""
        told = super().send_run(epoch, run)
        with open(self.ballast, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                return told


def test_a_station_disk_that_is_full_when_the_answer_comes(
    tmp_path: Path, dsn: str, at_hub: AtHub, at_station: AtStation
) -> None:
    """The events are at the hub, the station can't write it down: it says so, and catches up with room again."""
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(small)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root can mount a small disk: a full one is not tried here")
    try:
        with StationFile.open(small / "data", "ST01", ["hub"], now=lambda: AT) as file:
            file.journal.append([Draft("inspected", 1, AT, "BCDF", None, None, {"n": n}) for n in range(50)])
            sink = FillsTheDisk("hub", PostgresTransport(dsn))
            sink.ballast = small / "ballast"
            with pytest.raises(StoreError, match="full"):
                sync_once(file, sink, datetime.now(UTC))
            assert len(at_hub()) == 50
            assert file.outbox.state("hub").pending == 50
            sink.ballast.unlink()
            assert go(file, dsn) == Result("hub", 50, 50, 0, 0)
            assert at_hub() == at_station(file)
    finally:
        subprocess.run(["umount", "-l", str(small)], check=False)


# -- not as it was


def test_a_hub_that_came_back_from_yesterdays_backup(
    station: StationFile, fill: Fill, dsn: str, hub_dsn: str, at_hub: AtHub, at_station: AtStation
) -> None:
    """It has less than it acknowledged, and gets it again."""
    fill(5)
    go(station, dsn)
    name = str(conninfo_to_dict(hub_dsn)["dbname"])
    with psycopg.connect(make_conninfo(hub_dsn, dbname="postgres"), autocommit=True) as owner:
        owner.execute(f"create database {name}_backup template {name}".encode())
        owner.execute(f"grant connect on database {name}_backup to public".encode())
    fill(20)
    assert go(station, dsn).acknowledged == 20
    restored = make_conninfo(dsn, dbname=f"{name}_backup")
    result = go(station, restored)
    assert (result.acknowledged, result.error) == (20, None)
    assert result.warning is not None
    assert "20 events are sent again" in result.warning
    assert at_hub(dsn=make_conninfo(hub_dsn, dbname=f"{name}_backup")) == at_station(station)
    assert go(station, restored) == Result("hub", 0, 0, 0, 0)
    with psycopg.connect(make_conninfo(hub_dsn, dbname="postgres"), autocommit=True) as owner:
        owner.execute(f"drop database {name}_backup with (force)".encode())


def test_an_event_that_the_hubs_own_rules_refuse_stands_alone(
    station: StationFile, fill: Fill, dsn: str, hub_dsn: str, at_hub: AtHub
) -> None:
    """The others arrive; it is kept with the reason, can be seen, and goes when the rule is gone."""
    batch = fill(9)
    as_owner(hub_dsn, "alter table hub.event add constraint this_one_never check (seq <> 4)")
    result = go(station, dsn)
    assert (result.acknowledged, result.refused, result.pending, result.error) == (8, 1, 0, None)
    (span,) = station.outbox.dead_spans("hub")
    assert (span.first, span.last) == (4, 4)
    assert "this_one_never" in (span.last_error or "")
    assert batch[3].id not in {row[1] for row in at_hub()}
    as_owner(hub_dsn, "alter table hub.event drop constraint this_one_never")
    station.outbox.revive("hub")
    assert go(station, dsn).acknowledged == 1
    assert len(at_hub()) == 9


def test_an_event_whose_hash_does_not_fit(station: StationFile, fill: Fill, dsn: str, at_hub: AtHub) -> None:
    """Somebody changed a row on the disk: the hub refuses it, keeps what it was sent, and takes the rest."""
    fill(5)
    with sqlite3.connect(station.path) as raw:
        raw.execute("drop trigger event_no_update")
        raw.execute("""update event set body = '{"n": 99}' where seq = 3""")
    raw.close()
    result = go(station, dsn)
    assert (result.acknowledged, result.refused, result.pending) == (4, 1, 0)
    (span,) = station.outbox.dead_spans("hub")
    assert span.first == 3
    assert (span.last_error or "").startswith("invalid: ")
    assert [row[0] for row in at_hub()] == [1, 2, 4, 5]


def test_a_station_disk_that_was_copied(
    station: StationFile, fill: Fill, dsn: str, at_hub: AtHub, at_station: AtStation, tmp_path: Path
) -> None:
    """Both go on under the same numbers: the first to come is stored, the other is told, and keeps its events."""
    fill(3)
    go(station, dsn)
    shutil.copytree(station.data_dir, tmp_path / "copy")
    fill(4, where="original")
    go(station, dsn)
    with StationFile.open(tmp_path / "copy", "ST01", ["hub"], now=lambda: AT) as copy:
        drafts = [Draft("inspected", 1, AT, "BCDF", None, None, {"where": "copy", "n": n}) for n in range(6)]
        copy.journal.append(drafts)
        result = go(copy, dsn)
        assert result.warning is not None
        assert result.warning.startswith(
            "The far side holds other events under this station's numbers: the disk"
        )
        assert (result.acknowledged + result.refused, result.pending) == (6, 0)
        dead = copy.outbox.dead_spans("hub")
        assert sum(span.count for span in dead) >= 4
        assert "conflict_seq" in (dead[0].last_error or "")
        assert len(at_station(copy)) == 9
    assert at_hub()[:7] == at_station(station)


def test_two_stations_with_one_name(
    station: StationFile, fill: Fill, dsn: str, at_hub: AtHub, at_station: AtStation, tmp_path: Path
) -> None:
    """Each file has an epoch of its own, so the same numbers are different places and nothing is lost."""
    fill(3)
    with StationFile.open(tmp_path / "other", "ST01", ["hub"], now=lambda: AT) as other:
        other.journal.append([Draft("inspected", 1, AT, "GHJK", None, None, {"n": n}) for n in range(4)])
        assert go(station, dsn) == Result("hub", 3, 3, 0, 0)
        assert go(other, dsn) == Result("hub", 4, 4, 0, 0)
        assert sorted(at_hub()) == sorted([*at_station(station), *at_station(other)])
