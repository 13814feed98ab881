"""The service behind TLS: certificates of the server and of stations, on real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from terminal.hub import roles, stations
from terminal.hub.connecting import connect
from terminal.hub.running import CantServe, Listen
from terminal.hub.tls import BadTls
from terminal.simulating.service import Authority, Issued, LocalService
from terminal.sync.http import HttpTransport
from terminal.sync.sink import SinkUnavailable

HELLO = {"v": 1, "epoch": "01936f00-0000-7000-8000-000000000001"}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Who signs the certificates of server and stations."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def station(authority: Authority) -> Issued:
    """The certificate of station ST01."""
    return authority.issue("ST01")


@pytest.fixture
def service(hub_dsn: str, authority: Authority) -> Iterator[LocalService]:
    """The service as https://localhost, for stations with certificates."""
    with connect(hub_dsn) as connection:
        own = roles.add(connection, "service")["dsn"]
    server = authority.issue("hub", "localhost")
    with LocalService(own, cert=server.cert, key=server.key, ca=authority.file) as running:
        yield running


def refused(url: str, ca: Path | None, issued: Issued | None = None, token: str = "") -> str:
    """The sentence that a station gets to read."""
    transport = HttpTransport(url, token, ca, issued.cert if issued else None, issued.key if issued else None)
    try:
        with pytest.raises(SinkUnavailable) as caught:
            transport.exchange(HELLO)
    finally:
        transport.close()
    return str(caught.value)


def test_a_certificate_takes_the_place_of_a_token(
    service: LocalService, hub_dsn: str, authority: Authority, station: Issued
) -> None:
    """The common name is the station, as long as the hub has it as one that is not revoked."""
    assert "Was it revoked" in refused(service.url, authority.file, station)
    with connect(hub_dsn) as connection:
        stations.add(connection, "ST01")
    transport = HttpTransport(service.url, "", authority.file, station.cert, station.key)
    assert transport.exchange(HELLO)["have"]["events"] == 0
    with connect(hub_dsn) as connection:
        stations.revoke(connection, "ST01")
    with pytest.raises(SinkUnavailable, match="Was it revoked"):
        transport.exchange(HELLO)
    transport.close()


def test_a_pinned_certificate_is_the_only_one_for_its_station(
    service: LocalService, hub_dsn: str, authority: Authority, station: Issued
) -> None:
    """Another certificate of the same name does not do; the pinned one does, whatever name it carries."""
    pinned = authority.issue("bench seven")
    with connect(hub_dsn) as connection:
        stations.add(connection, "ST01", certificate=pinned.fingerprint)
    assert "Was it revoked" in refused(service.url, authority.file, station)
    transport = HttpTransport(service.url, "", authority.file, pinned.cert, pinned.key)
    assert transport.exchange(HELLO)["have"]["events"] == 0
    transport.close()


def test_a_token_goes_before_a_certificate(
    service: LocalService, hub_dsn: str, authority: Authority, station: Issued
) -> None:
    """Where both are shown and the token is wrong, the certificate does not help."""
    with connect(hub_dsn) as connection:
        token = stations.add(connection, "ST01", token=True)["token"]
    transport = HttpTransport(service.url, token, authority.file)
    assert transport.exchange(HELLO)["have"]["events"] == 0
    transport.close()
    assert "Was it revoked" in refused(service.url, authority.file, station, "x" * 40)


def test_certificates_of_a_station_that_do_not_do(
    service: LocalService, authority: Authority, tmp_path: Path
) -> None:
    """Expired, or of a stranger's authority: the station reads which of the two ends is at fault."""
    old = authority.issue("ST01", lasts=timedelta(days=-2))
    assert "expired on" in refused(service.url, authority.file, old)
    strange = Authority(tmp_path, "Somebody else").issue("ST01")
    assert "right authority" in refused(service.url, authority.file, strange)


def test_certificates_of_a_hub_that_do_not_do(
    hub_dsn: str, service: LocalService, authority: Authority, tmp_path: Path
) -> None:
    """Unknown authority, another name, expired: each has a sentence of its own."""
    assert "not trusted here" in refused(service.url, None)
    assert "not trusted here" in refused(service.url, Authority(tmp_path, "Somebody else").file)
    by_number = service.url.replace("localhost", "127.0.0.1")
    assert "another name" in refused(by_number, authority.file)
    old = authority.issue("hub", "localhost", lasts=timedelta(hours=-1))
    with LocalService(hub_dsn, cert=old.cert, key=old.key) as expired:
        assert "has expired" in refused(expired.url, authority.file)


def test_plain_and_tls_that_meet_get_a_sentence(
    hub_dsn: str, service: LocalService, authority: Authority
) -> None:
    """Https to a plain port, and http to a port with TLS."""
    with LocalService(hub_dsn) as plain:
        assert "does not speak TLS" in refused(plain.url.replace("http:", "https:"), authority.file)
    assert "broke" in refused(service.url.replace("https:", "http:"), None)


def test_files_that_are_no_certificates_get_a_sentence(
    authority: Authority, station: Issued, tmp_path: Path
) -> None:
    """On the station's side: the authority's file, the station's own, and a key of another certificate."""
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing\n")
    url = "https://localhost:1"
    assert str(empty) in refused(url, empty)
    assert "nowhere.pem" in refused(url, tmp_path / "nowhere.pem")
    other = authority.issue("ST02")
    assert "can't be used" in refused(url, authority.file, Issued(station.cert, other.key, ""))


def test_the_service_refuses_to_show_tokens_on_the_way(authority: Authority, station: Issued) -> None:
    """Beyond this machine it wants TLS, unless that is said to be done elsewhere."""
    with pytest.raises(CantServe, match="--insecure-plain"):
        Listen("0.0.0.0").tls()
    assert Listen("0.0.0.0", plain=True).tls() is None
    assert Listen("::1").tls() is None
    with pytest.raises(CantServe, match="--cert"):
        Listen(client_ca=authority.file).tls()


def test_the_service_says_which_file_is_wrong(authority: Authority, station: Issued, tmp_path: Path) -> None:
    """Before it listens."""
    other = authority.issue("hub", "localhost")
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    for listen, word in (
        (Listen(cert=station.cert, key=other.key), "does not belong"),
        (Listen(cert=tmp_path / "gone.pem"), "gone.pem"),
        (Listen(cert=other.cert, key=other.key, client_ca=empty), "authority"),
    ):
        with pytest.raises(BadTls, match=word):
            listen.tls()
