"""What the bench waits for: level, banner word and line, state by state."""

from __future__ import annotations

from terminal.bench.inspecting import ONLY_HELD, known_facts
from terminal.bench.label_rows import job_id
from terminal.bench.naming import channel_word
from terminal.bench.rules import Rules
from terminal.bench.scene import Scene
from terminal.bench.state import Item, Phase, State
from terminal.bench.tasks import photo_wants
from terminal.bench.view import Level
from terminal.bench.work_events import WorkAsked
from terminal.domain import checklist


def waiting(state: State, rules: Rules, scene: Scene) -> tuple[Level, str, str]:
    """What the bench waits for: level, banner word and line."""
    item, parcel = state.item, state.parcel
    if state.operator is None:
        return Level.ASK, "SCAN BADGE", "Sign in: scan your badge."
    if state.asked is not None:
        return Level.ASK, "WHICH ONE?", "That code fits several things."
    if item is None and parcel is None:
        return Level.ASK, "SCAN RETURN", "Scan the return label: RMA or tracking number."
    if item is None:
        assert parcel is not None
        name = parcel.rma or "without number"
        if parcel.complete and parcel.units:
            return (
                Level.ASK,
                "NEXT RETURN",
                f"Return {name}: all {parcel.units} are in. Next return, or one more item.",
            )
        left = f"{parcel.missing} of {parcel.expected} to come" if parcel.lines else f"{parcel.units} so far"
        return Level.ASK, "SCAN ITEM", f"Return {name}: {left}."
    return _waiting_item(state, item, rules, scene)


def _waiting_item(state: State, item: Item, rules: Rules, scene: Scene) -> tuple[Level, str, str]:
    name = f"{item.lpn}  {item.title}"
    count = f"  x{item.count}" if item.count > 1 else ""
    match state.phase:
        case Phase.INSPECTING:
            scheme = rules.book.scheme_for(item.category)
            question = checklist.next_question(scheme, known_facts(item, rules), item.answered)
            word = f"{question.prompt}" if question is not None else "INSPECT"
            text = question.text if question is not None else name
            reason = f"   (returned: {item.facts['reason']})" if "reason" in item.facts else ""
            return Level.ASK, word.upper(), f"{text}{count}{reason}"
        case Phase.WORKING:
            assert item.todo is not None
            return _task(item, item.todo, rules)
        case Phase.PROPOSED:
            proposal = item.proposal
            assert proposal is not None
            if proposal.disposition is None and item.arrival not in ONLY_HELD:
                return (
                    Level.WARN,
                    "NO VALUE",
                    f"Enter holds it: {', '.join(proposal.doubts) or 'no price is known'}.",
                )
            if proposal.disposition in (None, "quarantine"):
                return Level.WARN, "HOLD IT?", "Enter puts it in quarantine. F2 takes the last step back."
            line = f"Enter: {proposal.grade} and {channel_word(proposal.disposition)}."
            doubt = f" {proposal.doubts[0]}" if proposal.doubts else ""
            return Level.ASK, f"GRADE: {proposal.grade}", line + doubt
        case Phase.DECIDED if (
            job_id(item.unproven[0], item.labels.get(item.unproven[0], 1)) in scene.in_doubt
        ):
            return (
                Level.WARN,
                "LABEL THERE?",
                f"Did label {item.unproven[0]} come out? Yes: scan it. No: F4 prints it again as a copy.",
            )
        case Phase.DECIDED if scene.printer_lost:
            assert item.decided is not None
            word = channel_word(item.decided.disposition)
            line = f"{item.decided.grade}  the label waits for its printer. Tote {word}, then scan the tote.{count}"
            return Level.WARN, word, line
        case Phase.DECIDED:
            assert item.decided is not None
            next_label = item.unproven[0]
            units = f" ({len(item.unproven)} labels)" if len(item.unproven) > 1 else ""
            return (
                Level.OK,
                channel_word(item.decided.disposition),
                f"{item.decided.grade}  stick the label on and scan it: {next_label}{units}{count}",
            )
        case _:
            assert item.decided is not None
            tote = rules.tote_of(item.decided.disposition)
            word = channel_word(item.decided.disposition)
            return (
                Level.OK,
                word,
                f"{item.decided.grade}  put it in tote {tote.name if tote else word} and scan the tote.{count}",
            )


def _task(item: Item, todo: WorkAsked, rules: Rules) -> tuple[Level, str, str]:
    """The next piece of work: what, how it ends, and how much is left after it."""
    more = f" Then {len(todo.steps) - 1} more." if len(todo.steps) > 1 else ""
    step = next((one for one in rules.steps if one.id == todo.steps[0]), None)
    if step is None:
        why = " ".join(
            want.because for want in photo_wants(item, known_facts(item, rules), todo.channel or "", rules)
        )
        return Level.ASK, "TAKE PHOTO", f"Insert takes it. {why}{more}"
    ends = f"Done: 1, then its {step.note}." if step.note else "Enter: it is done."
    return Level.ASK, f"WORK: {step.id[:8]}".upper(), f"{step.label}. {ends}{more}"
