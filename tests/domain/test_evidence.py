"""A photo is wanted for what says so and is on none yet; without a camera a reason stands in its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.bench.codec import decode, encode
from terminal.domain.evidence import (
    CHANNEL,
    GRADE,
    Evidence,
    Want,
    Without,
    read_evidence,
    settled_without,
    wanted,
    wants,
)
from terminal.domain.facts import Observation, freeze
from terminal.domain.scheme_file import load_schemes
from terminal.domain.schemes import Defect, Scheme
from terminal.domain.suggest import BadData

FOLDER = Path(__file__).parent.parent.parent / "terminal" / "data" / "schemes"
SHIPPED: Mapping[str, Scheme] = load_schemes(
    {file.name: file.read_text("utf-8") for file in sorted(FOLDER.glob("*.toml"))}
)
SITE = {"return_to_vendor": "The vendor pays only for what he can see."}
HASH = "9f" * 32


def scheme() -> Scheme:
    """A scheme in which a crack wants a photo and a scratch does not; D does, and a vendor's return."""
    defects = {
        "CRACK": Defect("CRACK", "Cracked glass", "critical", "screen", photo=True),
        "DENT": Defect("DENT", "Deep dent", "major", "back", photo=True),
        "SCRATCH": Defect("SCRATCH", "Scratch", "minor", "back"),
    }
    evidence = {"D": "a claim may follow", "landfill": "proof of disposal", "return_to_vendor": "the scheme"}
    return replace(SHIPPED["phone"], defects=MappingProxyType(defects), evidence=MappingProxyType(evidence))


def seen(*codes: str) -> Mapping[str, tuple[Observation, ...]]:
    """Facts with these defects."""
    return {"observations": tuple(Observation(code, "screen", 2) for code in codes)}


def test_a_recorded_defect_wants_one_photo_however_often_it_was_seen() -> None:
    """In the order in which they were seen; those that want none are passed over, unknown codes too."""
    facts = freeze(seen("SCRATCH", "DENT", "CRACK", "DENT", "GONE"))
    assert wants(scheme(), facts, None, {}) == (
        Want("DENT", "Deep dent (DENT) wants a photo."),
        Want("CRACK", "Cracked glass (CRACK) wants a photo."),
    )


def test_a_channel_wants_a_photo_where_site_or_scheme_say_so() -> None:
    """The site's own reason goes before that of the scheme, and each ends with one full stop."""
    assert wanted(scheme(), {}, "return_to_vendor", SITE) == (
        "The channel return_to_vendor wants a photo: The vendor pays only for what he can see.",
    )
    assert wanted(scheme(), {}, "landfill", SITE) == (
        "The channel landfill wants a photo: proof of disposal.",
    )
    assert wanted(scheme(), {}, "restock", SITE) == ()
    assert wanted(scheme(), {}, None, SITE) == ()


def test_a_grade_wants_a_photo_where_the_scheme_says_so() -> None:
    """Only the grade that it has; a channel never counts as a grade."""
    assert wanted(scheme(), {}, None, {}, grade="D") == ("Grade D wants a photo: a claim may follow.",)
    assert wanted(scheme(), {}, None, {}, grade="B") == ()
    assert wanted(scheme(), {}, None, {}, grade="landfill") == ()
    assert wanted(scheme(), {}, None, {}) == ()


def test_nothing_is_wanted_twice() -> None:
    """What is on a photo, or was settled without one, is wanted no more; what is found later is."""
    facts = freeze(seen("CRACK"))
    first = wants(scheme(), facts, "landfill", {}, grade="D")
    assert [one.subject for one in first] == ["CRACK", GRADE, CHANNEL]
    settled = settled_without("no-camera", first)
    assert settled == Without(("CRACK", GRADE, CHANNEL), "no-camera")
    assert settled.plain() == {"subjects": ["CRACK", "grade", "channel"], "reason": "no-camera"}
    assert wants(scheme(), facts, "landfill", {}, grade="D", proven=settled.subjects) == ()
    later = freeze(seen("CRACK", "DENT"))
    assert [one.subject for one in wants(scheme(), later, None, {}, proven=settled.subjects)] == ["DENT"]


@given(st.sets(st.sampled_from(["CRACK", "DENT", "SCRATCH"])), st.sets(st.sampled_from(["CRACK", "DENT"])))
def test_more_photos_never_make_more_wanted(codes: set[str], proven: set[str]) -> None:
    """And what is wanted is exactly what was wanted before and is not proven."""
    facts = freeze(seen(*sorted(codes)))
    before = wants(scheme(), facts, "landfill", SITE)
    after = wants(scheme(), facts, "landfill", SITE, proven=proven)
    assert after == tuple(one for one in before if one.subject not in proven)


@pytest.mark.parametrize("reason", ["", "  "])
def test_an_item_goes_on_without_a_photo_only_with_a_reason(reason: str) -> None:
    """Silence is no reason."""
    with pytest.raises(BadData, match="only with a reason"):
        settled_without(reason, [Want("CRACK", "Cracked glass.")])


@pytest.mark.parametrize("category", sorted(SHIPPED))
def test_the_shipped_schemes_say_why_in_a_sentence(category: str) -> None:
    """Every defect, grade and channel that wants a photo gives one that can be shown."""
    own = SHIPPED[category]
    facts = freeze(seen(*own.defects))
    photos = [code for code, defect in own.defects.items() if defect.photo]
    for name in (*own.evidence, None):
        found = wants(own, facts, name, {}, grade=name)
        assert [one.subject for one in found][: len(photos)] == photos
        assert len(found) == len(photos) + (name is not None)
        assert all(one.because.endswith(".") and one.because.isprintable() for one in found)


RECORDS = st.builds(
    Evidence,
    st.binary(min_size=32, max_size=32).map(bytes.hex),
    st.sampled_from(["jpeg", "png", "webp"]),
    st.lists(st.text(max_size=9), max_size=3).map(tuple),
    st.datetimes(timezones=st.just(UTC)),
    st.none() | st.text(max_size=9),
)


@given(RECORDS)
def test_a_record_comes_back_from_json_as_it_was(record: Evidence) -> None:
    """From its own form, and from that in which the journal's events are written."""
    assert read_evidence(record.plain()) == record
    assert read_evidence(encode(record)) == record
    assert decode(Evidence, encode(record)) == record


def test_times_are_read_in_any_zone_and_kept_in_utc() -> None:
    """A record without subjects proves nothing yet."""
    raw = {"sha256": HASH, "kind": "png", "taken_at": "2026-11-23T09:00:00+01:00"}
    assert read_evidence(raw) == Evidence(HASH, "png", (), datetime(2026, 11, 23, 8, tzinfo=UTC))
    assert read_evidence(raw).plain()["taken_at"] == "2026-11-23T08:00:00Z"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"sha256": "../../etc/passwd"}, "sha256: expected 64 digits, 0-9 and a-f, got '../../etc/passwd'"),
        ({"sha256": HASH + "\n"}, "got '9f9f"),
        ({"sha256": HASH.upper()}, "sha256"),
        ({"sha256": None}, "got NoneType"),
        ({"kind": "svg"}, "kind: expected jpeg, png, webp, got 'svg'"),
        ({"kind": []}, "got list"),
        ({"subjects": "CRACK"}, "subjects: expected a list of texts, got 'CRACK'"),
        ({"subjects": ["CRACK", 3]}, "got list"),
        ({"taken_at": "2026-11-23T08:00:00"}, "a time with its zone, got '2026-11-23T08:00:00'"),
        ({"taken_at": "0001-01-01T00:00:00+23:00"}, "taken_at"),
        ({"taken_at": "\x1b[2J"}, r"got '\\x1b\[2J'"),
        ({"taken_at": 7}, "got int"),
        ({"taken_by": 1001}, "taken_by: expected the id of an operator, got int"),
    ],
)
def test_a_record_that_is_wrong_is_refused_in_words(wrong: dict[str, object], words: str) -> None:
    """Nothing that came from outside becomes a name or a time."""
    right: dict[str, object] = {
        "sha256": HASH, "kind": "jpeg", "subjects": ["CRACK"], "taken_at": "2026-11-23T08:00:00Z",
    }  # fmt: skip
    with pytest.raises(BadData, match=words) as caught:
        read_evidence(right | wrong)
    assert str(caught.value).isprintable()
    assert len(caught.value.problems) == 1
