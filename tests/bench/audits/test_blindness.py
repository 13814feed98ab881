"""What an auditor may see: nothing of the first inspection until his own grade is saved."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.bench.codec import encode
from terminal.bench.commands import (
    AddDefect,
    Answer,
    Clean,
    DropAudit,
    Hold,
    Measure,
    OpenAudit,
    Undo,
)
from terminal.bench.meanings import First, Operator, OwnItem
from terminal.bench.menus import open_menu, standing

LEAD = Operator("9001", "lead", "Grace")
LPN = "BBBCBBBBBI"
BLANK = {"category": "home", "reference_price": "16.50", "currency": "GBP", "market": "EU"}


OTHER_LOOKS = st.builds(
    First,
    grade=st.sampled_from("ABCD"),
    disposition=st.sampled_from(("restock", "outlet", "landfill", "donate")),
    operator=st.sampled_from(("1001", "1002", "7777")),
    facts=st.just(BLANK),
    stratum=st.sampled_from(("random", "override", "picked")),
)
OTHER_FACTS = st.fixed_dictionaries(
    {
        "unused": st.booleans(),
        "packaging": st.sampled_from(("sealed", "missing")),
        "function": st.just("fail"),
    }
)


@settings(max_examples=40, deadline=None)
@given(
    look=OTHER_LOOKS,
    facts=OTHER_FACTS,
    tote=st.sampled_from(("T-restock", "T-landfill")),
    picks=st.lists(st.integers(0, 5), max_size=6),
)
def test_no_view_before_the_grade_is_saved_tells_anything_of_the_first_inspection(
    drive: Callable[[], Any],
    look: First,
    facts: dict[str, Any],
    tote: str,
    picks: list[int],
    tin: Callable[..., OwnItem],
) -> None:
    """Two items that differ in nothing but their first inspection look the same at every step of their audits."""
    benches = []
    for own in (
        tin(),
        tin(first=look, facts={**BLANK, **facts}, tote=tote, disposition=look.disposition),
    ):
        bench = drive()
        bench.sign_in(LEAD)
        bench.recent_before = bench.state.recent
        outcome = bench.must(OpenAudit(own))
        views = [encode(bench.view(outcome))]
        for pick in picks:
            menu = standing(bench.state, bench.rules)
            assert menu is not None
            if not menu.entries:
                outcome = bench.do(Measure("weight_g", "100"))
            else:
                does = menu.entries[pick % len(menu.entries)].does
                if isinstance(does, (Answer, AddDefect)):
                    outcome = bench.do(does)
            views.append(encode(bench.view(outcome)))
        views += [encode(bench.view(bench.do(command))) for command in (Hold("other"), Undo(), Clean())]
        views += [[each.label for each in getattr(open_menu(name, bench.state, bench.rules), "entries", ())]
                  for name in ("regrade", "defect", "audit", "reroute", "hold")]  # fmt: skip
        assert bench.state.blind or bench.state.audit is None
        benches.append(views)
    assert benches[0] == benches[1]


def test_the_last_items_are_hidden_while_somebody_audits(
    inspecting: Any, tin: Callable[..., OwnItem]
) -> None:
    """They say grade and channel of what may be the very item."""
    inspecting.do(Clean())
    lpn = inspecting.state.item.lpn
    while inspecting.state.item.unproven:
        inspecting.label()
    inspecting.tote()
    inspecting.sign_in(LEAD)
    assert [row.lpn for row in inspecting.view().recent] == [lpn]
    placed = inspecting.state.recent[0]
    outcome = inspecting.must(OpenAudit(tin(look={"grade": placed.grade, "disposition": placed.channel})))
    view = inspecting.view(outcome)
    assert view.recent == ()
    assert set(view.actions).isdisjoint({"label", "value", "history", "shift", "hold", "reroute", "reprint"})
    text = json.dumps(encode(view)).lower()
    assert "ada" not in text
    assert "1001" not in text
    assert placed.channel.replace("_", " ") not in text
    inspecting.must(DropAudit())
    assert inspecting.view().recent
