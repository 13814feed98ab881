"""What an audit shows: before the auditor's grade is saved nothing of the first inspection, then both side by side.

A screen in an audit is made from a state in which there is no first inspection, so there is nothing to leave out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from terminal.bench.audit_events import Audited, Finding
from terminal.bench.auditing import lesson_for
from terminal.bench.menus import IN_AUDIT
from terminal.bench.messages import banner_word, sentence
from terminal.bench.naming import PLACES, channel_word, place_name
from terminal.bench.state import Phase, State
from terminal.bench.view import Fact, Level, View
from terminal.domain.speech import _

ALWAYS = ("help", "palette", "accept", "lock", "audit")
"""Actions that an open audit has at any time."""
SHOWN_FINDINGS = 4


def audit_view(state: State, drawn: View) -> View:
    """The view of a state in an audit; `drawn` is the view of that audit's item alone."""
    audit = state.audit
    assert audit is not None
    shown = replace(drawn, done=state.done, state=Phase.AUDITING.value, actions=tuple(_actions(state)))
    if audit.saved is None:
        facts = (Fact(_("AUDIT"), _("Grade it as if nobody had seen it before.")), *drawn.facts)
        return replace(shown, facts=facts)
    if drawn.level is Level.STOP:
        return replace(shown, facts=(*drawn.facts[:1], *both(audit.saved)), channels=())
    saved = audit.saved
    words = {
        "lpn": saved.lpn,
        "grade": saved.grade,
        "channel": _channel(saved.disposition),
        "first_grade": saved.first_grade,
        "first_channel": _channel(saved.first_disposition),
    }
    return replace(
        shown,
        level=Level.WARN,
        word=banner_word("audit-differs"),
        line=sentence("audit-differs", words),
        facts=tuple(both(saved)),
        channels=(),
    )


def both(saved: Audited) -> Iterator[Fact]:
    """First inspection and audit side by side, and on what they differ."""
    operator = _("by {who}").format(who=saved.operator)
    by = f"  {operator}" if saved.operator else ""
    auditor = _("by {who}").format(who=saved.auditor)
    yield Fact(_("ITEM"), f"{saved.lpn}  {saved.title}")
    yield Fact(_("FIRST"), f"{saved.first_grade}  {_channel(saved.first_disposition)}{by}")
    yield Fact(_("AUDIT"), f"{saved.grade}  {_channel(saved.disposition)}  {auditor}", warn=True)
    for one in saved.findings:
        yield Fact(_("DIFFERS"), _("{what}: first {first}, audit {saw}").format(**_words(one)))


def lesson_facts(state: State) -> Iterator[Fact]:
    """What an audit saw otherwise, for whoever graded the item, until it is read."""
    lesson = lesson_for(state) if state.operator is not None and state.item is None else None
    if lesson is None:
        return
    own = f"{lesson.first_grade} {_channel(lesson.first_disposition)}"
    found = f"{lesson.grade} {_channel(lesson.disposition)}"
    said = _("{lpn} {title}: you said {own}, the audit {found}. Read? F9 1")
    yield Fact(_("LESSON"), said.format(lpn=lesson.lpn, title=lesson.title, own=own, found=found), warn=True)
    for one in lesson.findings[:SHOWN_FINDINGS]:
        yield Fact(_("SEEN"), _("{what}: you {first}, the auditor {saw}").format(**_words(one)))


def _words(one: Finding) -> dict[str, str]:
    """What the two said, in words: a question or a fact, or a defect with its place."""
    label, _space, place = one.what.rpartition(" ")
    seen = _(label) + " " + place_name(place)
    what = seen if label and place in PLACES else _(one.what)
    return {"what": what, "first": _(one.first), "saw": _(one.saw)}


def _actions(state: State) -> Iterator[str]:
    yield from ALWAYS
    if state.blind:
        yield "undo"
        yield from IN_AUDIT
        if state.of_audit().phase is Phase.INSPECTING:
            yield "clean"


def _channel(name: str | None) -> str:
    return "-" if name is None else channel_word(name)
