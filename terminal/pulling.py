"""Pulling from the hub: what is new is asked for, fetched in parts, checked, and taken over whole or not at all.

Every step can be cut off and done again: parts that are on disk stay there, content is put in force by one rename,
a table is written together with its version in one transaction. What can't be trusted or read is refused with a
sentence and the old stays in force; it is looked at again at every pull, because a key or a scheme may be added.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from terminal.arriving import ADDING, FORMS, TABLES, check_text, read_table, text_of
from terminal.domain.rulings import load_rulings
from terminal.domain.speech import Said
from terminal.domain.suggest import BadData
from terminal.fetched import Fetched
from terminal.hub.signing import signed_text, verify
from terminal.offers import Offer, Refused, Unusable, read_offer
from terminal.pulled import (
    InForce,
    fitting_end,
    hub_folder,
    in_force,
    put_in_force,
    versions_in_force,
    write_whole,
)
from terminal.settings import Settings
from terminal.store.arrivals import Arrivals
from terminal.store.locks import FileLock
from terminal.store.recalls import Recalls
from terminal.store.station_file import StationFile
from terminal.sync.hub import HubTransport, opening
from terminal.sync.sentences import failure_of

ALWAYS_SIGNED = ("policy", "operators", "rates", "rulings")
"""Kinds that are never taken without a signature; the others need one where the site trusts any key."""
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Pulled:
    """What came of a pull."""

    applied: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    """Kind, version and sentence; `again` where the same was refused for the same reason before."""

    def describe(self, versions: dict[str, int]) -> dict[str, Any]:
        """As JSON."""
        return {"versions": versions, "applied": self.applied, "refused": self.refused}


def pull(
    settings: Settings,
    file: StationFile,
    transport: HubTransport,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> dict[str, Any]:
    """Take over what is new at the hub: {"versions", "applied", "refused"}; nothing while another program does.

    Raises SinkUnavailable or BatchRefused where the hub can't be asked (what was taken till then stays), StoreError
    and OSError where this station can't write.
    """
    lock = FileLock(hub_folder(settings) / "pull.lock")
    lock.path.parent.mkdir(parents=True, exist_ok=True)
    this = _Pull(settings, file, transport, now)
    if not lock.take():
        return this.nothing()
    try:
        return this.run()
    finally:
        lock.release()


class _Pull:
    """One round."""

    def __init__(
        self, settings: Settings, file: StationFile, transport: HubTransport, now: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._file = file
        self._transport = transport
        self._now = now
        self._arrivals = Arrivals(file.catalogue.db)
        self._fetched = Fetched(hub_folder(settings) / "parts", self._exchange)
        self._done = Pulled()

    def nothing(self) -> dict[str, Any]:
        """What is there, with nothing asked."""
        return self._done.describe(self._have())

    def run(self) -> dict[str, Any]:
        """Ask, fetch, check and take over."""
        self._mend()
        have = self._have()
        wanted = self._settings.sync.hub.pull
        if not wanted:
            return self._done.describe(have)
        offers = self._news({kind: have.get(kind, 0) for kind in wanted})
        for kind in wanted:
            listed = sorted((one for one in offers if one.kind == kind), key=lambda one: one.version)
            self._take_kind(kind, listed, have.get(kind, 0))
        have = self._have()
        self._fetched.keep_only({one.hash for one in offers if one.version > have.get(one.kind, 0)})
        return self._done.describe(have)

    def _mend(self) -> None:
        """Note what was put in force when the power went before it was noted, and throw half a table away."""
        shutil.rmtree(hub_folder(self._settings) / "arrived", ignore_errors=True)
        applied = self._arrivals.applied()
        for one in in_force(self._settings).values():
            if (
                applied.get(one.kind, 0) < one.version
                or self._arrivals.hash_of(one.kind, one.version) != one.hash
            ):
                self._arrivals.note(one.kind, one.version, one.name, one.hash, self._now())

    def _have(self) -> dict[str, int]:
        """The newest version of each kind that is taken over. Of a file in force the file itself says it."""
        noted = self._arrivals.applied()
        return {kind: noted[kind] for kind in ADDING if kind in noted} | versions_in_force(self._settings)

    def _news(self, known: dict[str, int]) -> list[Offer | Unusable]:
        """What is published from the version on that is known: that one too, to see that it is still the same."""
        before = {kind: max(0, version - 1) for kind, version in known.items()}
        answer = self._exchange({"known": before})
        listed = answer.get("news")
        offers = []
        for offer in map(read_offer, listed if isinstance(listed, list) else ()):
            if offer.kind in known:
                offers.append(offer)
            elif isinstance(offer, Unusable):
                self._note(offer.kind, offer.version, offer.sentence, again=True)
        return offers

    def _take_kind(self, kind: str, offers: Sequence[Offer | Unusable], have: int) -> None:
        """Replacing kinds: the newest. Adding kinds: one after the other, and none after one that is refused."""
        lost = self._lost(kind, have, offers) if have else None
        if lost is not None:
            self._note(kind, have, lost, again=True)
            return
        if kind in ADDING:
            fresh = [one for one in offers if one.version > have]
        else:
            fresh = [one for one in offers[-1:] if one.version > have or one.hash != self._hash_of(kind)]
        for offer in fresh:
            if isinstance(offer, Unusable):
                self._refuse(offer, offer.sentence)
                return
            try:
                self._check(offer)
                said = self._apply(offer, self._fetched.content(offer))
            except Refused as problem:
                self._refuse(offer, failure_of(problem))
                return
            except BadData as problem:
                why = "; ".join(problem.problems[:3])
                self._refuse(offer, Said("{what} can't be used here: {why}", what=offer.named, why=why))
                return
            log.info("%s is taken over from the hub", offer.named)
            self._done.applied.append({"kind": kind, "version": offer.version, "name": offer.name, **said})
            self._fetched.forget(offer)

    def _lost(self, kind: str, have: int, offers: Sequence[Offer | Unusable]) -> str | None:
        """A sentence where the hub does not know any more what was taken over, or knows it as something else."""
        hashes = {one.version: one.hash for one in offers}
        if not offers:
            return Said(
                "The hub does not know {kind} {version}, which this station works with: was it restored from a "
                "backup? Publish it again with --after {version}; until then it stays in force.",
                kind=Said(kind),
                version=have,
            )
        if kind in ADDING and self._arrivals.hash_of(kind, have) != hashes.get(have):
            return Said(
                "The hub's {kind} {version} is not the one that this station took over: was the hub restored from "
                "a backup? Nothing of {kind} is taken before it is published again with --after {version}.",
                kind=Said(kind),
                version=have,
            )
        return None

    def _hash_of(self, kind: str) -> str | None:
        """The hash of what is in force."""
        one = in_force(self._settings).get(kind)
        return None if one is None else one.hash

    def _check(self, offer: Offer) -> None:
        """Whether it is for this station, and signed by somebody whom the site trusts."""
        station = self._file.identity.station
        if offer.audience != "*" and station not in [one.strip() for one in offer.audience.split(",")]:
            raise Refused(
                Said(
                    "{what} is published for others ({audience}), not for {station}.",
                    what=offer.named,
                    audience=ascii(offer.audience[:60]),
                    station=station,
                )
            )
        trusted = self._settings.sync.hub.trusted_keys
        if offer.kind not in ALWAYS_SIGNED and not trusted:
            return
        text = signed_text(offer.kind, offer.version, offer.audience, offer.hash)
        wrong = verify(trusted, offer.key, offer.signature, text)
        if wrong is not None:
            raise Refused(Said("{what} is not taken over: {why}.", what=offer.named, why=wrong))

    def _apply(self, offer: Offer, content: bytes) -> dict[str, Any]:
        """Take checked content over; gives what is to be said of it. Raises BadData."""
        if offer.kind in TABLES:
            return self._import(offer, content)
        end = ".ndjson" if offer.kind == "rulings" else fitting_end(offer.kind, offer.name)
        name = offer.name if offer.name.casefold().endswith(end) else f"{offer.name}{end}"
        text = text_of(content, name)
        if offer.kind == "rulings":
            rulings = load_rulings(text, name)
            with self._arrivals.transaction():
                count = self._arrivals.put_rulings(rulings, self._file.identity.station, offer.version)
                self._taken(offer)
            return {"items": count}
        check_text(self._settings, offer.kind, text, name)
        put_in_force(self._settings, InForce(offer.kind, offer.version, offer.hash, name, offer.at), content)
        self._taken(offer)
        return {}

    def _import(self, offer: Offer, content: bytes) -> dict[str, Any]:
        """A table into the station file: read whole first, then written with its version at once."""
        end = next((one for one in FORMS if offer.name.casefold().endswith(one)), ".csv")
        path = hub_folder(self._settings) / "arrived" / f"{offer.kind}-{offer.version}{end}"
        write_whole(path, content)
        try:
            done, rows = read_table(self._settings, offer.kind, path, self._settings.data / "rejects")
        finally:
            path.unlink(missing_ok=True)
        catalogue = self._file.catalogue
        source, catalogue.source = catalogue.source, offer.name
        try:
            with self._arrivals.transaction():
                catalogue.put_manifest(rows.lines)
                catalogue.put_products(rows.products)
                Recalls(catalogue.db, offer.name).put(rows.notices)
                self._taken(offer)
        finally:
            catalogue.source = source
        return {"imported": done.imported, "rejected": done.rejected}

    def _taken(self, offer: Offer) -> None:
        self._arrivals.note(offer.kind, offer.version, offer.name, offer.hash, self._now())

    def _refuse(self, offer: Offer | Unusable, sentence: str) -> None:
        before = self._arrivals.refusal(offer.kind, offer.version)
        if before != sentence:
            self._arrivals.note(
                offer.kind, offer.version, offer.name, offer.hash, self._now(), refused=sentence
            )
        self._note(offer.kind, offer.version, sentence, again=before == sentence)

    def _note(self, kind: str, version: int, sentence: str, again: bool) -> None:
        """Tell it with what came of the pull; the log hears of it only where it is not so every minute."""
        log.log(logging.DEBUG if again else logging.WARNING, "%s", sentence)
        self._done.refused.append({"kind": kind, "version": version, "sentence": sentence, "again": again})

    def _exchange(self, more: dict[str, Any]) -> dict[str, Any]:
        return self._transport.exchange(opening(self._file.identity.epoch, self._now()) | more)
