"""TLS of the HTTPS service: the server's own certificate, and who a client's certificate says that it is."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uvicorn.config import Config


class BadTls(Exception):
    """The service can't do TLS with what it was given. The text is a sentence."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A client whose certificate was checked against the authority."""

    name: str
    """The station: the common name, or the first DNS name where there is none."""
    fingerprint: str
    """SHA-256 of the certificate (DER), lower-case hex."""


def peer_of(certificate: Mapping[str, Any], der: bytes) -> Peer | None:
    """Who a certificate is for, as `ssl` tells it. None where no name stands in it."""
    subject = {key: value for entry in certificate.get("subject", ()) for key, value in entry}
    names = [value for kind, value in certificate.get("subjectAltName", ()) if kind == "DNS"]
    name = subject.get("commonName") or next(iter(names), None)
    return Peer(name, hashlib.sha256(der).hexdigest()) if name else None


@dataclass(frozen=True, slots=True)
class ServerTls:
    """Files in PEM form. With `client_ca` clients may prove themselves by certificate, in place of a token."""

    cert: Path
    key: Path | None = None
    client_ca: Path | None = None

    def context(self) -> ssl.SSLContext:
        """TLS settings of the server, 1.2 and newer. Raises BadTls."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_cert_chain(self.cert, self.key)
        except (OSError, ssl.SSLError) as problem:
            raise BadTls(
                f"The certificate {self.cert} with the key {self.key or 'in the same file'} can't be used: "
                f"{_said(problem)}."
            ) from problem
        if self.client_ca is not None:
            try:
                context.load_verify_locations(self.client_ca)
            except (OSError, ssl.SSLError) as problem:
                raise BadTls(
                    f"The authority of the stations' certificates, {self.client_ca}, can't be used: "
                    f"{_said(problem)}."
                ) from problem
            context.verify_mode = ssl.CERT_OPTIONAL
        return context

    def __call__(self, config: Config, default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
        """What uvicorn asks for as `ssl_context_factory`."""
        return self.context()


def _said(problem: Exception) -> str:
    if isinstance(problem, ssl.SSLError) and problem.reason == "KEY_VALUES_MISMATCH":
        return "the key does not belong to the certificate"
    return str(getattr(problem, "strerror", None) or problem) or type(problem).__name__
