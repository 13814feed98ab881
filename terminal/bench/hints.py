"""What a demonstration says to somebody who has no scanner: what to type next."""

from __future__ import annotations

from terminal.bench.rules import Rules
from terminal.bench.scene import Scene
from terminal.bench.state import Phase, State
from terminal.domain.speech import _


def hints(state: State, rules: Rules, scene: Scene) -> tuple[str, ...]:
    """The hint for a state; none outside of a demonstration."""
    demo = scene.demo
    if demo is None:
        return ()
    item, parcel = state.item, state.parcel
    match state.phase:
        case Phase.SIGNED_OUT:
            said = _("No scanner? Type {code} and Enter (operator).")
            return (said.format(code=demo.badges[0]),) if demo.badges else ()
        case Phase.READY:
            return (_type(demo.returns[0]),) if demo.returns else ()
        case Phase.PARCEL:
            assert parcel is not None
            codes = [
                line.expected.line.gtin or line.expected.line.sku for line in parcel.lines if line.missing
            ]
            if codes:
                return (_type(str(codes[0])),)
            return (_type(demo.returns[0]),) if demo.returns else ()
        case Phase.INSPECTING:
            return (_("Type the number of an answer and Enter. F5: nothing is wrong with it."),)
        case Phase.PROPOSED:
            return (_("Enter takes the proposal."),)
        case Phase.DECIDED if not scene.printer_lost:
            assert item is not None
            said = _("The label is in the labels folder. No scanner? Type {code} and Enter.")
            return (said.format(code=item.unproven[0]),)
        case _:
            assert item is not None
            tote = rules.tote_of(item.decided.disposition if item.decided else "")
            return (_type(tote.code),) if tote is not None else ()


def _type(code: str) -> str:
    return _("No scanner? Type {code} and Enter.").format(code=code)
