"""What an open item still needs before it goes on: steps of work, and photos that prove its faults."""

from __future__ import annotations

from collections.abc import Mapping

from terminal.bench.rules import Now, Rules
from terminal.bench.state import Item
from terminal.bench.work_events import PhotoMissing, WorkAsked
from terminal.domain import work
from terminal.domain.evidence import Want, wants
from terminal.domain.facts import Facts
from terminal.domain.grading import Rework, grade

PHOTO = "photo"
"""The step that asks for a picture; it is in no file of steps."""
NO_CAMERA = "no-camera"


def before_channel(item: Item, facts: Facts, rules: Rules, now: Now) -> WorkAsked | None:
    """The work that must come before the channel is worked out, or None."""
    if not rules.steps:
        return None
    known = rules.book.settled(facts, now.at.date())
    letter = item.graded or grade(rules.book.scheme_for(item.category), known).grade
    steps = work.due(rules.steps, known, letter, item.settled_steps)
    return WorkAsked(item.lpn, tuple(step.id for step in steps)) if steps else None


def for_channel(item: Item, facts: Facts, channel: str, by: str, rules: Rules, now: Now) -> WorkAsked | None:
    """The work and the photo that the chosen channel asks for, or None."""
    known = rules.book.settled(facts, now.at.date())
    steps = work.due(rules.steps, known, item.grade or "D", item.settled_steps, channel)
    wanted = [step.id for step in steps]
    if rules.camera and PHOTO not in item.given_up and subjects(item, facts, channel, rules):
        wanted.append(PHOTO)
    return WorkAsked(item.lpn, tuple(wanted), channel, by) if wanted else None


def subjects(item: Item, facts: Facts, channel: str, rules: Rules) -> tuple[str, ...]:
    """What has to be proven by a photo and is on none yet: codes of defects, `grade` and `channel`."""
    return tuple(want.subject for want in photo_wants(item, facts, channel, rules))


def work_ahead(item: Item, facts: Facts, rules: Rules, now: Now) -> Mapping[str, Rework]:
    """What each channel would still ask for on this item: minutes and parts, which its value has to pay."""
    channels = {channel for step in rules.steps for channel in step.channels}
    if not channels:
        return {}
    known = rules.book.settled(facts, now.at.date())
    letter = item.graded or grade(rules.book.scheme_for(item.category), known).grade
    ahead = {}
    for channel in sorted(channels):
        steps = work.due(rules.steps, known, letter, item.settled_steps, channel)
        parts = tuple(step.part for step in steps if step.part)
        ahead[channel] = Rework(sum(step.minutes for step in steps), parts)
    return ahead


def photo_wants(item: Item, facts: Facts, channel: str, rules: Rules) -> tuple[Want, ...]:
    """The same with the sentences why."""
    scheme = rules.book.scheme_for(item.category)
    proven = {subject for photo in item.photos for subject in photo.subjects}
    return wants(scheme, facts, channel or None, rules.evidence, grade=item.grade, proven=proven)


def without_camera(item: Item, facts: Facts, channel: str, rules: Rules) -> tuple[PhotoMissing, ...]:
    """A bench without a camera holds nobody up: it is written down that the proof is missing, and why."""
    if rules.camera or PHOTO in item.given_up:
        return ()
    wanted = subjects(item, facts, channel, rules)
    return (PhotoMissing(item.lpn, wanted, NO_CAMERA),) if wanted else ()
