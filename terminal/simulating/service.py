"""The hub's HTTPS service in this process, and an authority that makes certificates: for tests and trials."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import uvicorn

SECONDS = 20.0
"""How long the service may take to start or to end before that is an error."""


class LocalService:
    """`regrade hub serve` on a free port of 127.0.0.1, in a thread. The port stays the same over restarts."""

    def __init__(
        self, dsn: str, *, cert: Path | None = None, key: Path | None = None, ca: Path | None = None
    ) -> None:
        from terminal.hub.running import Listen

        self._dsn = dsn
        with socket.socket() as asked:
            asked.bind(("127.0.0.1", 0))
            self.port = int(asked.getsockname()[1])
        self._listen = Listen("127.0.0.1", self.port, cert, key, ca)
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> LocalService:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The address for a station."""
        scheme = "https" if self._listen.cert else "http"
        return f"{scheme}://{'localhost' if self._listen.cert else '127.0.0.1'}:{self.port}"

    def start(self) -> None:
        """Run the service and wait until it listens."""
        import asyncio

        import uvicorn

        from terminal.hub.running import make_config

        server = uvicorn.Server(make_config(self._dsn, self._listen, log=False))
        self._thread = threading.Thread(target=lambda: asyncio.run(server.serve()), name="hub-service")
        self._thread.start()
        self._server = server
        end = time.monotonic() + SECONDS
        while not server.started:
            if time.monotonic() > end or not self._thread.is_alive():
                self.stop()
                raise RuntimeError("the service did not start")
            time.sleep(0.01)

    def stop(self) -> None:
        """End the service; requests that run are answered first, connections that only wait are closed.

        Raises RuntimeError where it does not end: its thread would go on in whatever comes next.
        """
        server, thread, self._server, self._thread = self._server, self._thread, None, None
        if server is None or thread is None:
            return
        server.should_exit = True
        thread.join(SECONDS)
        if thread.is_alive():
            raise RuntimeError("the service did not end")


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate and its key, in PEM files."""

    cert: Path
    key: Path
    fingerprint: str
    """SHA-256 of the certificate, lower-case hex."""


class Authority:
    """A certificate authority that lives for a test."""

    def __init__(self, folder: Path, name: str = "Test authority") -> None:
        from cryptography import x509
        from cryptography.hazmat.primitives.asymmetric import ec

        self._folder = folder
        self._key: Any = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        self._made = 0
        self.file = self._issue(name, (), timedelta(days=3650), None).cert
        """The authority's own certificate."""

    def issue(self, name: str, *hosts: str, lasts: timedelta = timedelta(days=30)) -> Issued:
        """A certificate for a common name and for hosts or addresses; `lasts` below zero: it has expired."""
        return self._issue(name, hosts, lasts, self._key)

    def _issue(self, name: str, hosts: tuple[str, ...], lasts: timedelta, signer: Any) -> Issued:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec

        own = self._key if signer is None else ec.generate_private_key(ec.SECP256R1())
        until = datetime.now(UTC) + lasts
        building = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
            .issuer_name(self._name)
            .public_key(own.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(min(until, datetime.now(UTC)) - timedelta(days=1))
            .not_valid_after(until)
            .add_extension(x509.BasicConstraints(ca=signer is None, path_length=None), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
        )
        if signer is None:
            usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
            building = building.add_extension(usage, critical=True)
        if hosts:
            names = x509.SubjectAlternativeName([_general(host) for host in hosts])
            building = building.add_extension(names, critical=False)
        certificate = building.sign(self._key, hashes.SHA256())
        self._made += 1
        cert, key = self._folder / f"{self._made}.crt", self._folder / f"{self._made}.key"
        cert.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        key.write_bytes(
            own.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return Issued(cert, key, certificate.fingerprint(hashes.SHA256()).hex())


def _general(host: str) -> Any:
    from cryptography import x509

    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
