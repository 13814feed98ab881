"""Photos as proof: what one is in the journal, what wants to be proven by one, and going on without.

A photo proves subjects: the code of a defect, `grade` or `channel`. It proves what was wanted when it was taken; a
defect that is found later wants another one, and so does one that nobody could take a picture of before.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from terminal.domain.facts import LETTERS, Facts, observations_of
from terminal.domain.schemes import Scheme
from terminal.domain.speech import _
from terminal.domain.suggest import BadData

GRADE, CHANNEL = "grade", "channel"
"""Subjects that are no defect."""
KINDS = ("jpeg", "png", "webp")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Want:
    """Something that is to be proven by a photo and is on none yet."""

    subject: str
    because: str
    """One sentence for the person at the bench."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A photo of an item: the hash of its content, under which it is kept, and what it proves."""

    sha256: str
    kind: str
    subjects: tuple[str, ...]
    taken_at: datetime
    """UTC."""
    taken_by: str | None = None
    """The operator; None: nobody was signed in."""

    def plain(self) -> dict[str, object]:
        """The record as JSON can hold it; `read_evidence` reads it back."""
        return {
            "sha256": self.sha256,
            "kind": self.kind,
            "subjects": list(self.subjects),
            "taken_at": self.taken_at.isoformat().replace("+00:00", "Z"),
            "taken_by": self.taken_by,
        }


@dataclass(frozen=True, slots=True)
class Without:
    """What was to be proven and is not, and the code of the reason: no camera, or one that does not work."""

    subjects: tuple[str, ...]
    reason: str

    def plain(self) -> dict[str, object]:
        """The record as JSON can hold it."""
        return {"subjects": list(self.subjects), "reason": self.reason}


def read_evidence(raw: Mapping[str, object]) -> Evidence:
    """A record out of JSON, whoever wrote it. Raises BadData with one sentence for each thing wrong."""
    sha256, kind, by = raw.get("sha256"), raw.get("kind"), raw.get("taken_by")
    subjects, at = _texts(raw.get("subjects", ())), _time(raw.get("taken_at"))
    problems = []
    if not isinstance(sha256, str) or not _HASH.fullmatch(sha256):
        problems.append(f"sha256: expected 64 digits, 0-9 and a-f, got {_shown(sha256)}")
    if kind not in KINDS:
        problems.append(f"kind: expected {', '.join(KINDS)}, got {_shown(kind)}")
    if subjects is None:
        problems.append(f"subjects: expected a list of texts, got {_shown(raw['subjects'])}")
    if at is None:
        problems.append(f"taken_at: expected a time with its zone, got {_shown(raw.get('taken_at'))}")
    if by is not None and not isinstance(by, str):
        problems.append(f"taken_by: expected the id of an operator, got {_shown(by)}")
    if problems:
        raise BadData(f"photo: {one}" for one in problems)
    assert subjects is not None
    assert at is not None
    return Evidence(str(sha256), str(kind), subjects, at, None if by is None else str(by))


def wants(
    scheme: Scheme,
    facts: Facts,
    disposition: str | None,
    rules: Mapping[str, str],
    *,
    grade: str | None = None,
    proven: Collection[str] = (),
) -> tuple[Want, ...]:
    """What wants a photo and is on none: recorded defects in their order, then the grade, then the channel.

    `rules` are the site's own: channel to the sentence why; they go before those of the scheme. `proven` are the
    subjects of the photos that there are, and of what was settled without one.
    """
    found: dict[str, str] = {}
    for seen in observations_of(facts):
        defect = scheme.defects.get(seen.defect)
        if defect is not None and defect.photo:
            because = _("{defect} ({code}) wants a photo.").format(defect=_(defect.label), code=defect.code)
            found.setdefault(defect.code, because)
    if grade in LETTERS and grade in scheme.evidence:
        sentence = _ended(_(scheme.evidence[grade]))
        found[GRADE] = _("Grade {grade} wants a photo: {why}").format(grade=grade, why=sentence)
    why = {**scheme.evidence, **rules}
    if disposition is not None and disposition in why:
        sentence = _ended(_(why[disposition]))
        wanting = _("The channel {channel} wants a photo: {why}")
        found[CHANNEL] = wanting.format(channel=disposition, why=sentence)
    return tuple(Want(subject, because) for subject, because in found.items() if subject not in proven)


def wanted(
    scheme: Scheme,
    facts: Facts,
    disposition: str | None,
    rules: Mapping[str, str],
    *,
    grade: str | None = None,
    proven: Collection[str] = (),
) -> tuple[str, ...]:
    """The sentences of `wants`."""
    found = wants(scheme, facts, disposition, rules, grade=grade, proven=proven)
    return tuple(one.because for one in found)


def settled_without(reason: str, missing: Iterable[Want]) -> Without:
    """The record that lets an item go on without these photos, with the code of the reason.

    It settles nothing but what is missing now. Raises BadData without a reason: silence is none.
    """
    code = reason.strip()
    if not code:
        raise BadData([_("photo: an item goes on without one only with a reason")])
    return Without(tuple(one.subject for one in missing), code)


def _texts(raw: object) -> tuple[str, ...] | None:
    if not isinstance(raw, (list, tuple)):
        return None
    texts = tuple(one for one in raw if isinstance(one, str))
    return texts if len(texts) == len(raw) else None


def _time(raw: object) -> datetime | None:
    """A time with its zone, in UTC."""
    try:
        at = datetime.fromisoformat(raw) if isinstance(raw, str) else None
        return None if at is None or at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _ended(why: str) -> str:
    """A reason as the end of a sentence."""
    return f"{why.strip().rstrip('.')}."


def _shown(value: object) -> str:
    return f"{value!a:.60}" if isinstance(value, str) else type(value).__name__
