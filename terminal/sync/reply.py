"""An answer over HTTP as it came, and what it says for itself: that it is JSON is not trusted either."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from terminal.domain.speech import Said
from terminal.sync.sink import SinkUnavailable
from terminal.sync.trust import clean


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self, who: str) -> Any:
        """The body as JSON. Raises SinkUnavailable."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            start = clean(self.body[:60].decode("utf-8", "replace"))
            raise SinkUnavailable(
                # TRANSLATORS: {who}, here and elsewhere: "The hub at HOST", "The repository at HOST", or HOST alone
                Said(
                    "{who} answered with something that is no JSON, it begins with {start}. Is a proxy or a login "
                    "page in between?",
                    who=who,
                    start=repr(start),
                )
            ) from None


def problem(reply: Reply) -> str:
    """What a refusal says for itself (`detail` of RFC 9457), as a sentence; empty where it says nothing."""
    try:
        told = reply.json("")
    except SinkUnavailable:
        return ""
    detail = told.get("detail") if isinstance(told, dict) else None
    return Said("It says: {words}", words=clean(detail)) if isinstance(detail, str) and detail.strip() else ""


def retry_after(reply: Reply) -> str:
    """When the far side asks to come again, as a sentence or nothing; it says seconds or a date (RFC 9110)."""
    given = reply.headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,6}", given):
        return Said("It asks to wait {seconds} s.", seconds=int(given))
    try:
        seconds = (parsedate_to_datetime(given) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return ""
    return Said("It asks to wait {seconds} s.", seconds=f"{seconds:.0f}") if 0 < seconds < 1e6 else ""
