"""Signatures of what the hub publishes: Ed25519 over the little text that names a publication and its hash.

A station trusts keys, not the hub: who holds the database can't publish a policy. The private key is a PEM file
that only its owner may read, or a station's own key would be as good as any.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.domain.speech import Said
from terminal.domain.suggest import BadData

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PURPOSE = "regrade-publication-1"
RAW = 32
"""Bytes of a public key."""
MOST_KEY = 4096


def signed_text(kind: str, version: int, audience: str, digest: str) -> bytes:
    """The bytes that are signed: canonical JSON in ASCII. `digest` is the hex SHA-256 of the content."""
    parts = [PURPOSE, kind, version, audience, digest]
    return json.dumps(parts, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def key_id(raw: bytes) -> str:
    """The name of a public key: the beginning of its hash."""
    return hashlib.sha256(raw).hexdigest()[:16]


def make_key(path: Path) -> str:
    """Write a new private key into a file that is not there yet; gives the public key, base64 of its raw bytes.

    Raises BadData where the file is there, OSError where it can't be written.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadData([f"{path} is there already: name another file, a key is never written over"]) from None
    with open(handle, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return public_key(key)


def load_key(path: Path) -> Ed25519PrivateKey:
    """The private key of a file. Raises BadData where others may read it or it is none, OSError."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    with path.open("rb") as file:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        text = file.read(MOST_KEY)
    if mode & 0o077:
        raise BadData([f"{path} may be read by others (mode {mode:04o}): chmod 600 {path}"])
    try:
        key = load_pem_private_key(text, password=None)
    except (ValueError, TypeError) as problem:
        raise BadData([f"{path} holds no private key in PEM without a password ({problem})"]) from problem
    if not isinstance(key, Ed25519PrivateKey):
        raise BadData([f"{path} holds a key of another kind than Ed25519: make one with hub key make FILE"])
    return key


def public_key(key: Ed25519PrivateKey) -> str:
    """The public half as it stands under trusted_keys."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode("ascii")


def sign(key: Ed25519PrivateKey, text: bytes) -> tuple[str, str]:
    """Signature (base64) and id of the key."""
    raw = key.public_key().public_bytes_raw()
    return base64.b64encode(key.sign(text)).decode("ascii"), key_id(raw)


def verify(trusted: Iterable[str], name: object, signature: object, text: bytes) -> str | None:
    """What is wrong with a signature, as the end of a sentence; None where a trusted key made it.

    `trusted` are public keys (base64 of raw bytes), `name` is the id of the key that is said to have signed.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if not isinstance(signature, str) or not isinstance(name, str) or not signature:
        return Said("it is not signed")
    raws = [raw for raw in map(_raw, trusted) if raw is not None]
    fitting = next((raw for raw in raws if key_id(raw) == name), None)
    if fitting is None:
        return Said(
            "it is signed by the key {key}, which is not among trusted_keys of [sync.hub]",
            key=ascii(name[:16]),
        )
    try:
        Ed25519PublicKey.from_public_bytes(fitting).verify(base64.b64decode(signature, validate=True), text)
    except (InvalidSignature, binascii.Error, ValueError):
        return Said("its signature is wrong: it was changed after it was signed, or is another's")
    return None


def _raw(text: str) -> bytes | None:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if len(raw) == RAW else None
