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
from terminal.domain.speech import _, n_


def waiting(state: State, rules: Rules, scene: Scene) -> tuple[Level, str, str]:
    """What the bench waits for: level, banner word and line."""
    item, parcel = state.item, state.parcel
    if state.operator is None:
        return Level.ASK, _("SCAN BADGE"), _("Sign in: scan your badge.")
    if state.asked is not None:
        return Level.ASK, _("WHICH ONE?"), _("That code fits several things.")
    if item is None and parcel is None:
        return Level.ASK, _("SCAN RETURN"), _("Scan the return label: RMA or tracking number.")
    if item is None:
        assert parcel is not None
        name = parcel.rma or _("without number")
        if parcel.complete and parcel.units:
            return (
                Level.ASK,
                _("NEXT RETURN"),
                _("Return {name}: all {units} are in. Next return, or one more item.").format(
                    name=name, units=parcel.units
                ),
            )
        said = (
            _("Return {name}: {missing} of {expected} to come.")
            if parcel.lines
            else _("Return {name}: {units} so far.")
        )
        counts = {"missing": parcel.missing, "expected": parcel.expected, "units": parcel.units}
        return Level.ASK, _("SCAN ITEM"), said.format(name=name, **counts)
    return _waiting_item(state, item, rules, scene)


def _waiting_item(state: State, item: Item, rules: Rules, scene: Scene) -> tuple[Level, str, str]:
    name = f"{item.lpn}  {item.title}"
    count = f"  x{item.count}" if item.count > 1 else ""
    match state.phase:
        case Phase.INSPECTING:
            scheme = rules.book.scheme_for(item.category)
            question = checklist.next_question(scheme, known_facts(item, rules), item.answered)
            word = _(question.prompt).upper() if question is not None else _("INSPECT")
            text = _(question.text) if question is not None else name
            given = item.facts.get("reason")
            returned = _("returned: {reason}").format(reason=given)
            reason = f"   ({returned})" if given is not None else ""
            return Level.ASK, word, f"{text}{count}{reason}"
        case Phase.WORKING:
            assert item.todo is not None
            return _task(item, item.todo, rules)
        case Phase.PROPOSED:
            proposal = item.proposal
            assert proposal is not None
            if proposal.disposition is None and item.arrival not in ONLY_HELD:
                why = ", ".join(proposal.doubts) or _("no price is known")
                return Level.WARN, _("NO VALUE"), _("Enter holds it: {why}.").format(why=why)
            if proposal.disposition in (None, "quarantine"):
                return (
                    Level.WARN,
                    _("HOLD IT?"),
                    _("Enter puts it in quarantine. F2 takes the last step back."),
                )
            line = _("Enter: {grade} and {channel}.").format(
                grade=proposal.grade, channel=channel_word(proposal.disposition)
            )
            doubt = f" {proposal.doubts[0]}" if proposal.doubts else ""
            return Level.ASK, _("GRADE: {grade}").format(grade=proposal.grade), line + doubt
        case Phase.DECIDED if (
            job_id(item.unproven[0], item.labels.get(item.unproven[0], 1)) in scene.in_doubt
        ):
            return (
                Level.WARN,
                _("LABEL THERE?"),
                _("Did label {lpn} come out? Yes: scan it. No: F4 prints it again as a copy.").format(
                    lpn=item.unproven[0]
                ),
            )
        case Phase.DECIDED if scene.printer_lost:
            assert item.decided is not None
            word = channel_word(item.decided.disposition)
            line = _("{grade}  the label waits for its printer. Tote {tote}, then scan the tote.{count}")
            return Level.WARN, word, line.format(grade=item.decided.grade, tote=word, count=count)
        case Phase.DECIDED:
            assert item.decided is not None
            many = len(item.unproven)
            labels = n_("{count} label", "{count} labels", many).format(count=many)
            units = f" ({labels})" if many > 1 else ""
            line = _("{grade}  stick the label on and scan it: {lpn}").format(
                grade=item.decided.grade, lpn=item.unproven[0]
            )
            return Level.OK, channel_word(item.decided.disposition), f"{line}{units}{count}"
        case _:
            assert item.decided is not None
            tote = rules.tote_of(item.decided.disposition)
            word = channel_word(item.decided.disposition)
            line = _("{grade}  put it in tote {tote} and scan the tote.{count}")
            name = tote.name if tote else word
            return Level.OK, word, line.format(grade=item.decided.grade, tote=name, count=count)


def _task(item: Item, todo: WorkAsked, rules: Rules) -> tuple[Level, str, str]:
    """The next piece of work: what, how it ends, and how much is left after it."""
    left = len(todo.steps) - 1
    then = n_("Then {count} more.", "Then {count} more.", left).format(count=left)
    more = f" {then}" if left else ""
    step = next((one for one in rules.steps if one.id == todo.steps[0]), None)
    if step is None:
        why = " ".join(
            want.because for want in photo_wants(item, known_facts(item, rules), todo.channel or "", rules)
        )
        return Level.ASK, _("TAKE PHOTO"), _("Insert takes it. {why}").format(why=why) + more
    ends = _("Done: 1, then its {note}.").format(note=_(step.note)) if step.note else _("Enter: it is done.")
    word = _("WORK: {step}").format(step=step.id[:8]).upper()
    label = _(step.label)
    return Level.ASK, word, f"{label}. {ends}{more}"
