"""The kinds of value that a setting of a sink or of the hub can be: addresses, keys and secrets.

What may hold a password is never repeated in a message.
"""

from __future__ import annotations

import base64
import re
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

from terminal.domain.gtin import check_digit
from terminal.domain.suggest import did_you_mean
from terminal.setting_types import CONTROL, fits


def _hub_address(given: SecretStr) -> SecretStr:
    """Where the hub is. The message never repeats the address: it may hold a password."""
    text = given.get_secret_value()
    if CONTROL.search(text) or len(text) > 1024:
        raise ValueError("expected one line without control characters, at most 1,024 long")
    scheme, found, rest = text.partition("://")
    if text and (not found or scheme not in ("postgresql", "postgres", "https", "http") or not rest):
        near = did_you_mean(scheme[:32], ("postgresql", "https")) if found else None
        tail = f' - did you mean "{near}://"?' if near else ""
        raise ValueError(f"expected postgresql://USER:PASSWORD@HOST/DATABASE or https://HOST/{tail}")
    if scheme == "http" and not _loopback(text):
        raise ValueError("expected https://: over http:// anybody on the way could read and change events")
    return given


def _web_address(url: str) -> str:
    """An https:// address; http:// only of this machine."""
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s]*", url) or CONTROL.search(url) or len(url) > 1024:
        raise ValueError("expected an address such as https://host/path")
    if re.search(r"//[^/]*@", url):
        raise ValueError("expected an address without a user and password in it")
    if url.startswith("http://") and not _loopback(url):
        raise ValueError("expected https://: over http:// anybody on the way could read and change events")
    return url


def _loopback(url: str) -> bool:
    """True for an address of this machine."""
    return urlsplit(url).hostname in ("127.0.0.1", "::1", "localhost")


def _public_key(text: str) -> str:
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raw = b""
    if len(raw) != 32:
        raise ValueError("expected a public key: the base64 of 32 bytes, as `regrade hub key make` shows it")
    return text


def _webhook_secret(given: SecretStr) -> SecretStr:
    """What both sides know, in the form of Standard Webhooks: `whsec_` and the base64 of 24 to 64 bytes."""
    prefix, text = given.get_secret_value()[:6], given.get_secret_value()[6:]
    try:
        length = len(base64.b64decode(text, validate=True))
    except ValueError:
        length = 0
    if prefix != "whsec_" or not 24 <= length <= 64:
        raise ValueError('expected "whsec_" and the base64 of 24 to 64 bytes')
    return given


def _gln(text: str) -> str:
    """A global location number with its check digit, or nothing."""
    if text and (not re.fullmatch("[0-9]{13}", text) or check_digit(text[:-1]) != text[-1]):
        raise ValueError("expected a GLN: 13 digits, the last of them a check digit that fits")
    return text


def _option(value: Any) -> Any:
    if not isinstance(value, (str, bool, int, float)):
        raise ValueError("expected text, a number, true or false")
    return value


HubAddress = Annotated[SecretStr, AfterValidator(_hub_address)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
PublicKey = Annotated[str, AfterValidator(_public_key)]
WebhookSecret = Annotated[SecretStr, AfterValidator(_webhook_secret)]
Gln = Annotated[str, AfterValidator(_gln)]
EnvironmentName = Annotated[
    str, fits("|[A-Za-z_][A-Za-z0-9_]{0,63}", "the name of a variable such as EPCIS_TOKEN, or nothing")
]
Option = Annotated[Any, AfterValidator(_option)]
"""What a sink of a site's own is told under one name."""
