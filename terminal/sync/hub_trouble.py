"""What went wrong on the way to the hub's PostgreSQL, as a sentence that says what to do.

A failure to connect carries no code, only the text of the client library or the server; a failure afterwards has
a SQLSTATE. Neither sentence ever holds the address with its password.
"""

from __future__ import annotations

import re
import socket
import ssl
from typing import TYPE_CHECKING

from terminal.domain.speech import Said
from terminal.sync.sentences import KEPT, in_a_row
from terminal.sync.sink import BatchRefused, SinkUnavailable

if TYPE_CHECKING:
    import psycopg

SSL_REQUEST = bytes.fromhex("0000000804d2162f")
"""What a client sends to begin TLS (postgresql.org, message formats)."""
HANDSHAKE = 3.0
"""Seconds that asking for the certificate may take."""
STARTING = Said("The hub's database is starting up or shutting down. It is tried again by itself.")
FULL_HOUSE = Said("The hub has no connection free: too many stations at once. It is tried again by itself.")
NO_LOGIN = Said(
    "The hub does not let this station in: login or password is wrong, or the station was revoked. Ask for a new "
    "address (regrade hub station add) and put it into REGRADE_HUB_DSN or [sync.hub]."
)
READ_ONLY = in_a_row(
    Said("The hub's database takes nothing in now: it is read-only (a standby, or being looked after)."), KEPT
)
NOT_MADE = Said(
    "There is no hub in this database, or an older one: whoever looks after it runs regrade hub init."
)
SLOW = Said("The hub was too slow and gave the batch up. It is sent again.")

BY_STATE = {
    "25006": READ_ONLY,
    "53300": FULL_HOUSE,
    "57P03": STARTING,
    "57P01": STARTING,
    "57P02": STARTING,
    "57P05": STARTING,
    "57014": SLOW,
    "55P03": SLOW,
    "40001": SLOW,
    "40P01": SLOW,
    "28P01": NO_LOGIN,
    "28000": NO_LOGIN,
    "3D000": Said("The hub's address names a database that is not there: check its last part."),
    "42501": Said(
        "The hub does not let this login hand anything over: was it made by regrade hub station add?"
    ),
    "42883": NOT_MADE,
    "3F000": NOT_MADE,
    "53100": Said("The hub's disk is full. What waits is kept here; tell whoever looks after the hub."),
    "53200": Said("The hub is out of memory. What waits is kept here; tell whoever looks after the hub."),
}
"""SQLSTATE -> sentence (postgresql.org, appendix A)."""

BY_TEXT = (
    (
        r"certificate has expired",
        Said("The hub's certificate, or this station's, has expired. A new one is needed."),
    ),
    (
        r"certificate verify failed|self.signed certificate|unable to get local issuer",
        Said(
            "The hub's certificate is not from an authority that is trusted here: check sslrootcert in the address."
        ),
    ),
    (
        r"does not match host name|server certificate for",
        Said("The hub's certificate is for another name than the one in the address: check the host."),
    ),
    (
        r"certificate revoked|unknown ca|bad certificate",
        Said("The hub does not accept this station's certificate."),
    ),
    (
        r"does not support SSL|SSL is not enabled",
        Said(
            "The address asks for an encrypted connection, and the hub offers none. Ask whoever looks after the "
            "hub."
        ),
    ),
    (r"password authentication failed|no password supplied|not permitted to log in", NO_LOGIN),
    (r'role ".*" does not exist|no pg_hba\.conf entry|authentication failed', NO_LOGIN),
    (r'database ".*" does not exist', BY_STATE["3D000"]),
    (r"too many (clients|connections)|remaining connection slots", FULL_HOUSE),
    (r"starting up|shutting down|recovery mode|not yet accepting|not accepting connections", STARTING),
    (r"read-only|session is not|hot standby", READ_ONLY),
    (
        r"could not translate host name|Name or service|name resolution|No address associated|resolve",
        Said(
            "The name of the hub in the address is not known in this network: check its spelling and the network."
        ),
    ),
    (
        r"Connection refused",
        in_a_row(
            Said("No hub answers at its address: it is switched off, or the port is another one."), KEPT
        ),
    ),
    (
        r"timeout|timed out|No route|unreachable",
        in_a_row(Said("The hub can't be reached: no answer. Is the network up?"), KEPT),
    ),
)
"""What the text of a failed connection says -> sentence; the first that fits."""

LOST = Said(
    "The connection to the hub was lost, and it is not known whether the batch arrived. It is sent again, which "
    "does no harm."
)


def explain(error: psycopg.Error, dsn: str) -> SinkUnavailable | BatchRefused:
    """What to raise for an error of the database, or of the way there."""
    return _by_state(error.sqlstate, error) if error.sqlstate else SinkUnavailable(_by_text(error, dsn))


def _by_state(state: str, error: psycopg.Error) -> SinkUnavailable | BatchRefused:
    """What the database itself reports."""
    why = _plain((error.diag.message_primary or "").strip())
    if state == "RG001":
        return SinkUnavailable(
            Said("The hub does not take this login for a station, or it was revoked ({why}).", why=why)
        )
    if state == "RG002":
        return SinkUnavailable(
            Said(
                "The hub and this station are of versions that do not fit: {why} Update the older one.",
                why=why,
            )
        )
    if state == "RG003":
        return BatchRefused(Said("The hub can't read the batch: {why}", why=why))
    if state in BY_STATE:
        return SinkUnavailable(BY_STATE[state])
    if state.startswith("08"):
        return SinkUnavailable(LOST)
    if state[:2] in ("21", "22", "23", "P0", "XX"):  # one of the events may be what it stumbles over
        return BatchRefused(Said("The hub can't take the batch: {why}", why=why))
    if state.startswith("54"):
        return BatchRefused(Said("The batch is too large for the hub: {why}", why=why), too_large=True)
    return SinkUnavailable(Said("The hub reports an error ({code}): {why}", code=state, why=why))


def _by_text(error: psycopg.Error, dsn: str) -> str:
    """What stands in the way to the database, by the words of the client library: there is no code for it."""
    from psycopg import OperationalError, ProgrammingError

    if isinstance(error, ProgrammingError) and not (error.diag.message_primary or "").strip():
        return Said(
            "The hub's address can't be read: expected postgresql://USER:PASSWORD@HOST/DATABASE in [sync.hub] "
            "or REGRADE_HUB_DSN."
        )
    text = _hidden(str(error), dsn)
    if "certificate verify failed" in text:
        text = _why_distrusted(dsn) or text
    for pattern, sentence in BY_TEXT:
        if re.search(pattern, text, re.IGNORECASE):
            return sentence
    if not isinstance(error, OperationalError):
        return Said("The hub can't be used: {why}", why=_plain(text))
    return LOST if _was_open(text) else Said("The hub can't be reached: {why}", why=_plain(text))


def unreadable(what: str) -> str:
    """For an answer that does not have the shape of one."""
    return Said(
        "The hub answered something that this version can't read ({what}). Is it really the hub, and as new?",
        what=what,
    )


def _why_distrusted(dsn: str) -> str:
    """What is wrong with the hub's certificate, which libpq does not tell: asked by a second handshake."""
    from psycopg.conninfo import conninfo_to_dict

    try:
        given = conninfo_to_dict(dsn)
        root = str(given.get("sslrootcert") or "")
        context = ssl.create_default_context(cafile=None if root in ("", "system") else root)
        context.check_hostname = False
        host = str(given.get("hostaddr") or given.get("host") or "localhost").split(",")[0]
        port = int(str(given.get("port") or 5432).split(",")[0])
        with socket.create_connection((host, port), HANDSHAKE) as plain:
            plain.sendall(SSL_REQUEST)
            if plain.recv(1) == b"S":
                context.wrap_socket(plain).close()
    except ssl.SSLCertVerificationError as error:
        return str(error.verify_message)
    except (OSError, ValueError):
        return ""
    return ""


def _was_open(text: str) -> bool:
    return (
        re.search(r"closed|lost|reset|broken|EOF|SSL SYSCALL|sending|receive", text, re.IGNORECASE)
        is not None
    )


def _hidden(text: str, dsn: str) -> str:
    """A text without the password of the address."""
    from psycopg.conninfo import conninfo_to_dict

    try:
        secret = str(conninfo_to_dict(dsn).get("password") or "")
    except Exception:
        return text.replace(dsn, "***")
    return text.replace(dsn, "***").replace(secret, "***") if secret else text.replace(dsn, "***")


def _plain(text: str) -> str:
    """One line for people, without what could move a cursor, ending in a full stop."""
    short = "".join(char if char.isprintable() else " " for char in text)[:300].strip()
    return short if short.endswith((".", "!", "?")) or not short else f"{short}."
