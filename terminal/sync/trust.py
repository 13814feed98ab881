"""Who a station trusts on the net and how it proves who it is; and what to say when either end does not like it."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from terminal.domain.speech import Said
from terminal.sync.sink import SinkUnavailable


@dataclass(frozen=True, slots=True)
class Trust:
    """How both ends prove who they are: files in PEM form. Without `ca` the system's authorities count."""

    ca: Path | str | None = None
    cert: Path | str | None = None
    key: Path | str | None = None

    def context(self) -> ssl.SSLContext:
        """TLS settings. Raises SinkUnavailable where a file can't be used."""
        try:
            context = ssl.create_default_context(cafile=str(self.ca) if self.ca else None)
        except (OSError, ssl.SSLError) as error:
            raise SinkUnavailable(
                Said(
                    "The file of the authority, {file}, can't be used: {why}.", file=self.ca, why=said(error)
                )
            ) from error
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.cert:
            try:
                context.load_cert_chain(str(self.cert), str(self.key) if self.key else None)
            except (OSError, ssl.SSLError) as error:
                raise SinkUnavailable(self._unusable(said(error))) from error
        return context

    def _unusable(self, why: str) -> Said:
        if not self.key:
            return Said(
                "This station's certificate {cert} (key in the same file) can't be used: {why}.",
                cert=self.cert,
                why=why,
            )
        return Said(
            "This station's certificate {cert} (key {key}) can't be used: {why}.",
            cert=self.cert,
            key=self.key,
            why=why,
        )

    def doubt(self) -> str:
        """Why the far side may not like this station's certificate; a server seldom says so itself."""
        from cryptography import x509

        try:
            until = x509.load_pem_x509_certificate(Path(str(self.cert)).read_bytes()).not_valid_after_utc
        except (OSError, ValueError):
            return Said("Perhaps it does not accept this station's certificate {cert}.", cert=self.cert)
        if until < datetime.now(UTC):
            return Said(
                "The reason is likely that this station's certificate {cert} expired on {date}.",
                cert=self.cert,
                date=f"{until:%Y-%m-%d}",
            )
        return Said(
            "Perhaps it does not accept this station's certificate {cert}: is it of the right authority?",
            cert=self.cert,
        )


def distrust(who: str, error: ssl.SSLError) -> str:
    """Which of the two certificates is at fault, and what to do. Numbers: X509_V_ERR of OpenSSL."""
    if isinstance(error, ssl.SSLCertVerificationError):
        match error.verify_code:
            case 10:
                return Said(
                    "The certificate of {who} has expired. It must be renewed there; check this clock too.",
                    who=who,
                )
            case 9:
                return Said(
                    "The certificate of {who} is not valid yet. Is the clock of this machine right?", who=who
                )
            case 62 | 64:
                return Said(
                    "The certificate of {who} was made for another name. Use the name that stands in it.",
                    who=who,
                )
            case 18 | 19 | 20 | 21:
                return Said(
                    "The certificate of {who} is signed by an authority that is not trusted here. Name its "
                    "file in ca_file.",
                    who=who,
                )
        why = clean(error.verify_message or str(error))
        return Said("The certificate of {who} is not accepted: {why}.", who=who, why=why)
    reason = (error.reason or "").upper()
    if "CERTIFICATE_EXPIRED" in reason:
        return Said("{who} refuses this station's certificate: it has expired. It must be renewed.", who=who)
    if "UNKNOWN_CA" in reason or "CERTIFICATE" in reason or "ACCESS_DENIED" in reason:
        why = reason.replace("_", " ").lower()
        return Said("{who} refuses this station's certificate ({why}).", who=who, why=why)
    if "WRONG_VERSION_NUMBER" in reason or "HTTP_REQUEST" in reason:
        return Said("{who} does not speak TLS there. Is it the right port?", who=who)
    return Said("TLS with {who} failed: {why}.", who=who, why=clean(error.reason or str(error)))


def tls_error_in(error: BaseException | None) -> ssl.SSLError | None:
    """What TLS itself said, among an error and those behind it."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return error
        error = error.__cause__ or error.__context__
    return None


def clean(text: str, length: int = 300) -> str:
    """Text of the far side, fit for a line: what can't be printed is replaced, what is long is cut."""
    shown = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text.strip())
    return shown if len(shown) <= length else shown[: length - 1] + "\N{HORIZONTAL ELLIPSIS}"


def said(error: BaseException) -> str:
    """An error of the system or of TLS in its own words."""
    return str(getattr(error, "strerror", None) or error) or type(error).__name__
