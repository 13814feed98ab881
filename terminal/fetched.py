"""Content that the hub offers, fetched in parts: what came before a cut lies on disk and is not asked for again."""

from __future__ import annotations

import base64
import binascii
import hashlib
import shutil
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from terminal.domain.speech import Said
from terminal.offers import Offer, Refused
from terminal.pulled import write_whole


class Fetched:
    """Parts in folders named after the hash of the whole. `ask` hands a request to the hub and gives its answer."""

    def __init__(self, folder: Path, ask: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        self._folder = folder
        self._ask = ask

    def content(self, offer: Offer) -> bytes:
        """The whole content. Parts that came before a cut are not asked for again. Raises Refused and OSError."""
        folder = self._folder / offer.hash
        for number in range(offer.parts):
            path = folder / f"{number:05}"
            if not path.exists() or path.stat().st_size != offer.size_of(number):
                write_whole(path, self._part(offer, number))
        content = b"".join((folder / f"{number:05}").read_bytes() for number in range(offer.parts))
        if hashlib.sha256(content).hexdigest() != offer.hash:
            shutil.rmtree(folder, ignore_errors=True)
            raise Refused(
                Said(
                    "{what} came with other content than its hash says. It is fetched again.",
                    what=offer.named,
                )
            )
        return content

    def forget(self, offer: Offer) -> None:
        """Throw away the parts of what was taken over."""
        shutil.rmtree(self._folder / offer.hash, ignore_errors=True)

    def keep_only(self, hashes: Collection[str]) -> None:
        """Throw away parts of what is not waited for any more."""
        for folder in self._folder.iterdir() if self._folder.is_dir() else ():
            if folder.name not in hashes:
                shutil.rmtree(folder, ignore_errors=True)

    def _part(self, offer: Offer, number: int) -> bytes:
        want = {"kind": offer.kind, "version": offer.version, "part": number}
        answer = self._ask({"want": want}).get("part")
        if not isinstance(answer, dict) or not isinstance(answer.get("data"), str):
            raise Refused(
                Said(
                    "{what}: the hub has not its part {part} of {parts}.",
                    what=offer.named,
                    part=number + 1,
                    parts=offer.parts,
                )
            )
        try:
            data = base64.b64decode(answer["data"], validate=True)
        except (binascii.Error, ValueError):
            data = b""
        if len(data) != offer.size_of(number):
            raise Refused(
                Said(
                    "{what}: part {part} of {parts} is not whole ({came} of {size} bytes came).",
                    what=offer.named,
                    part=number + 1,
                    parts=offer.parts,
                    came=f"{len(data):,}",
                    size=f"{offer.size_of(number):,}",
                )
            )
        return data
