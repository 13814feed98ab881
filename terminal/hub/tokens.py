"""The token by which a station proves to the HTTPS service who it is. The hub keeps its hash only.

A token is 256 random bits, so a plain hash is enough: there is nothing to guess that a slow one would protect, and
a look-up by hash tells nothing by its time.
"""

from __future__ import annotations

import re

_SHAPE = re.compile(r"[\x21-\x7e]{16,200}")


def bearer(header: str) -> str | None:
    """The token in an Authorization header (RFC 6750), or None where there is none that could be one."""
    scheme, _, token = header.strip().partition(" ")
    token = token.strip()
    return token if scheme.lower() == "bearer" and _SHAPE.fullmatch(token) else None
