"""A running bench takes over what arrives: people at once, rules and rulings between items, all journalled."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from terminal import renewing
from terminal.assembly import Assembly, assemble
from terminal.bench.given import Press, Scan, Typed
from terminal.bench.view import Level
from terminal.bench.wire import Recorded
from terminal.config import load
from terminal.domain.items import ManifestLine
from terminal.domain.rulings import Claim, Ruling
from terminal.lookup import badge_code
from terminal.pins import Cost, Pins
from terminal.pulled import InForce, in_force, put_in_force
from terminal.renewing import NotTaken, Renewal
from terminal.settings import Settings
from terminal.store.arrivals import Arrivals
from terminal.store.errors import StoreUnavailable
from terminal.store.verify import projection_dump
from terminal.sync.sink import SinkUnavailable
from terminal.verifying import differences, refold_all

AT = datetime(2026, 11, 23, 6, tzinfo=UTC)
EU = (files("terminal.data") / "policies" / "eu.toml").read_text("utf-8").partition("# --- examples")[0]
NO_RESTOCK = """
[[rule]]
id = "nothing-back"
because = "The shelves are full."
law = "house policy"
short = "shelves full"
when = { category = "home" }
forbid = ["restock", "repackage"]

[[test]]
name = "a cup stays out"
given = { category = "home" }
expect = { hits = ["nothing-back"] }
"""
PEOPLE = '[[operators]]\nid = "1001"\n[[operators]]\nid = "9001"\nrole = "lead"\n'


class Still:
    """A hub that offers what is in force, and nothing new."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        """The same as before."""
        same = {"audience": "*", "bytes": 1, "parts": 1, "signature": None, "key": None}
        return {"news": [asdict(one) | same for one in in_force(self._settings).values()]}

    def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A station on defaults."""
    made: Settings = load(None, tmp_path, {})
    return made


@pytest.fixture
def whole(settings: Settings) -> Iterator[Assembly]:
    """A station that expects four cups, with a person signed in."""
    made = assemble(settings, lambda: AT)
    price = Decimal("19.90")
    made.file.catalogue.put_manifest(
        [ManifestLine("RMA1001", 1, "CUP-1", None, "Cup", "home", 4, unit_price=price, currency="EUR")]
    )
    made.station.handle(Scan(badge_code(made.people["1001"])))
    yield made
    made.close()


@pytest.fixture
def renewal(settings: Settings, whole: Assembly) -> Renewal:
    """What arrives at that station; its hub has no news of its own."""
    return Renewal(settings, whole.station, whole.file, Still)


def put(settings: Settings, kind: str, name: str, text: str, version: int = 2) -> None:
    """Put a content in force, as a pull does."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    put_in_force(settings, InForce(kind, version, digest, name, "2026-11-23T06:00:00.000Z"), text.encode())


def say(whole: Assembly, given: object) -> str:
    """Take an input and give the verdict's code."""
    return whole.station.take(given).verdict.code  # type: ignore[arg-type]


def begin(whole: Assembly) -> None:
    """A cup on the bench."""
    if whole.station.state.parcel is None:
        say(whole, Scan("RMA1001"))
    assert say(whole, Scan("CUP-1")) in ("item-expected", "decided")


def finish(whole: Assembly) -> str:
    """The cup into its tote; gives the channel."""
    if whole.station.state.item is not None and whole.station.state.item.decided is None:
        say(whole, Press("clean"))
    item = whole.station.state.item
    assert item is not None
    assert item.decided is not None
    for lpn in item.unproven:
        say(whole, Scan(lpn))
    tote = whole.station.rules.tote_of(item.decided.disposition)
    assert tote is not None
    assert say(whole, Scan(tote.code)) == "placed"
    return item.decided.disposition


def kinds(whole: Assembly, kind: str) -> list[Recorded]:
    """The events of one kind."""
    return [one for one in whole.file.journal.events() if one.kind == kind]


def waiting(renewal: Renewal) -> bool:
    """True while something is there that the bench has not taken over."""
    return renewal.waits


def refolded(whole: Assembly) -> bool:
    """True where the journal, folded anew, gives the tables that are in the file."""
    return not list(differences(refold_all(whole.file), projection_dump(whole.file.db)))


def test_the_bench_decides_by_the_new_policy_from_its_next_item_on(
    settings: Settings, whole: Assembly, renewal: Renewal
) -> None:
    """The item in hand is finished under the old policy; then the change is written down, and the next differs."""
    begin(whole)
    old = whole.station.rules.book.hash
    put(settings, "policy", "strict.toml", EU + NO_RESTOCK)
    renewal.look(whole.file)
    renewal.take()
    assert waiting(renewal)
    assert whole.station.rules.book.hash == old
    assert finish(whole) == "repackage"
    renewal.after()
    assert not waiting(renewal)
    (event,) = kinds(whole, "rules_changed")
    new = whole.station.rules.book.hash
    assert (event.body["before"], event.body["after"], event.body["versions"]) == (old, new, {"policy": 2})
    assert new != old
    begin(whole)
    assert finish(whole) not in ("restock", "repackage")
    assert {one.policy for one in kinds(whole, "placed")} == {old, new}
    renewal.look(whole.file)
    assert not waiting(renewal)
    assert refolded(whole)


def test_what_is_withdrawn_before_it_was_taken_over_never_holds(
    settings: Settings, whole: Assembly, renewal: Renewal
) -> None:
    """A policy came and the one before it came back while an item was open: there is nothing to take over."""
    put(settings, "policy", "p.toml", EU)
    renewal.look(whole.file)
    renewal.take()
    begin(whole)
    put(settings, "policy", "p.toml", EU + NO_RESTOCK, 3)
    renewal.look(whole.file)
    assert waiting(renewal)
    put(settings, "policy", "p.toml", EU, 4)
    renewal.look(whole.file)
    assert not waiting(renewal)
    assert len(kinds(whole, "rules_changed")) == 1


def test_a_menu_or_a_question_is_not_cut_off(settings: Settings, whole: Assembly, renewal: Renewal) -> None:
    """What is being answered is answered under the rules that asked it."""
    say(whole, Press("blind"))
    assert whole.station.asks()
    put(settings, "policy", "strict.toml", EU + NO_RESTOCK)
    renewal.look(whole.file)
    renewal.after()
    assert waiting(renewal)
    say(whole, Typed(""))
    renewal.after()
    assert not waiting(renewal)


def test_a_revoked_badge_opens_nothing_at_once(settings: Settings, whole: Assembly, renewal: Renewal) -> None:
    """With an item on the bench: who is signed in is out, the item stays, and another badge goes on with it."""
    begin(whole)
    badge = badge_code(whole.people["1001"])
    put(settings, "operators", "o.toml", PEOPLE.replace('id = "1001"', 'id = "1001"\nrevoked = true'))
    renewal.look(whole.file)
    renewal.take()
    assert whole.station.state.operator is None
    assert whole.station.state.item is not None
    view = whole.station.view()
    assert "counts no more" in view.line
    assert say(whole, Scan(badge)) == "badge-unknown"
    assert say(whole, Scan(badge_code(whole.people["9001"]))) == "signed-in"
    assert waiting(renewal)
    finish(whole)
    renewal.after()
    assert kinds(whole, "rules_changed")[0].body["versions"] == {"operators": 2}
    assert [one.body["why"] for one in kinds(whole, "signed_out")] == ["revoked"]


def test_another_role_is_another_person(settings: Settings, whole: Assembly, renewal: Renewal) -> None:
    """A lead who is one no more signs in again, as what they are."""
    say(whole, Scan(badge_code(whole.people["9001"])))
    put(settings, "operators", "o.toml", PEOPLE.replace('role = "lead"', 'role = "operator"'))
    renewal.look(whole.file)
    renewal.take()
    assert whole.station.state.operator is None
    say(whole, Scan(badge_code(whole.people["9001"])))
    assert whole.station.state.role == "operator"


def test_a_listed_badge_stands_instead_of_the_one_of_the_id(
    settings: Settings, whole: Assembly, renewal: Renewal
) -> None:
    """A lost badge is one that is listed no more: neither it nor the code of the id opens."""
    text = '[[operators]]\nid = "1001"\n[[operators]]\nid = "2001"\nrole = "lead"\nbadges = ["CARD 77-A"]\n'
    put(settings, "operators", "o.toml", text)
    renewal.look(whole.file)
    renewal.take()
    assert say(whole, Scan("card 77-a")) == "signed-in"
    assert whole.station.state.operator == "2001"
    from terminal.bench.meanings import Operator

    assert say(whole, Scan(badge_code(Operator("2001", "lead")))) == "badge-unknown"
    put(settings, "operators", "o.toml", text.replace("77-A", "78-A"), 3)
    renewal.look(whole.file)
    renewal.take()
    assert say(whole, Scan("CARD 77-A")) != "signed-in"
    assert say(whole, Scan("CARD 78-A")) == "signed-in-already"


def ruling(lpn: str, verdict: str, ident: str = "c-1") -> Ruling:
    """A ruling on one item of this station."""
    mine, other = Claim("01", lpn), Claim("S2", "BBBDBBBBBX")
    keep, hold = (mine, other) if verdict == "keep" else (other, mine)
    return Ruling(ident, "serial", "SN-7", keep, (hold,), "9001", "2026-11-23T06:00:00Z", "seen")


def arrive(whole: Assembly, *rulings: Ruling) -> None:
    """Keep rulings, as a pull does."""
    arrivals = Arrivals(whole.file.catalogue.db)
    with arrivals.transaction():
        arrivals.put_rulings(rulings, whole.file.identity.station, 1)


def test_an_item_that_another_bench_keeps_comes_out_of_its_tote_onto_the_hold_list(
    whole: Assembly, renewal: Renewal
) -> None:
    """The banner says where it lies; the hold list has it; its label says who ruled; a lead takes it up again."""
    begin(whole)
    finish(whole)
    lpn = whole.station.state.recent[0].lpn
    tote = str(whole.station.state.recent[0].tote)
    arrive(whole, ruling(lpn, "hold"))
    pressed: list[Press] = []
    renewal.look(whole.file)
    renewal.hand_to(pressed.append)
    assert renewal.is_mine(pressed[0])
    assert not renewal.is_mine(Press("arrived"))
    renewal.take()
    view = whole.station.view()
    assert (view.level, view.word) == (Level.WARN, "TAKE IT OUT")
    assert tote in view.line
    (held,) = whole.file.queries.held()
    assert (held.lpn, held.hold_reason, held.tote) == (lpn, "ruled", None)
    assert [row.units for row in whole.file.queries.totes() if row.tote == tote] == [0]
    (event,) = kinds(whole, "ruled")
    assert (event.item, event.body["verdict"], event.body["moved"]) == (lpn, "hold", True)
    renewal.look(whole.file)
    renewal.take()
    assert len(kinds(whole, "ruled")) == 1
    assert say(whole, Press("undo")) == "nothing-to-undo"
    assert say(whole, Scan(lpn)) == "lead-resumes"
    assert "another bench keeps it" in whole.station.view().line
    Pins(whole.file.people, whole.settings.data, cost=Cost(1, 8)).set("9001", "470815", datetime.now(UTC))
    assert say(whole, Scan(badge_code(whole.people["9001"]))) == "menu"
    assert say(whole, Typed("470815")) == "item-resumed"
    assert refolded(whole)


def test_an_item_that_this_bench_keeps_stays_and_says_so(whole: Assembly, renewal: Renewal) -> None:
    """It is written down, and shown when the item is scanned next."""
    begin(whole)
    finish(whole)
    lpn = whole.station.state.recent[0].lpn
    arrive(whole, ruling(lpn, "keep"), ruling("BBBCBBBBBZ", "hold", "c-2"))
    begin(whole)
    renewal.look(whole.file)
    renewal.take()
    assert kinds(whole, "ruled") == []
    finish(whole)
    renewal.after()
    assert [(one.item, one.body["moved"]) for one in kinds(whole, "ruled")] == [
        (lpn, False),
        ("BBBCBBBBBZ", False),
    ]
    assert say(whole, Scan(lpn)) == "item-closed"
    assert "this bench keeps it, ruled by 9001 (seen)" in whole.station.view().line


def test_rulings_that_wait_when_the_bench_opens_are_taken(settings: Settings, whole: Assembly) -> None:
    """A bench that was closed when they came."""
    begin(whole)
    finish(whole)
    arrive(whole, ruling(whole.station.state.recent[0].lpn, "keep"))
    late = Renewal(settings, whole.station, whole.file, lambda settings: None)
    assert late.waits
    late.look(whole.file)
    late.after()
    assert len(kinds(whole, "ruled")) == 1


def test_what_can_not_be_written_down_waits(
    settings: Settings, whole: Assembly, renewal: Renewal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk: the old rules hold, the person stays signed in, and it is tried again."""
    arrive(whole, ruling("BBBCBBBBBZ", "keep"))
    put(settings, "policy", "strict.toml", EU + NO_RESTOCK)
    put(settings, "operators", "o.toml", PEOPLE.replace('id = "1001"', 'id = "1002"'))
    renewal.look(whole.file)
    old, real = whole.station.rules, whole.station.journal.append

    def full(*given: Any) -> Any:
        raise StoreUnavailable("No room.", "full")

    monkeypatch.setattr(whole.station.journal, "append", full)
    renewal.take()
    assert waiting(renewal)
    assert whole.station.rules is old
    assert whole.station.state.operator == "1001"
    monkeypatch.setattr(whole.station.journal, "append", real)
    renewal.after()
    assert not waiting(renewal)
    assert [one.body["why"] for one in kinds(whole, "signed_out")] == ["revoked"]
    assert len(kinds(whole, "rules_changed")) == len(kinds(whole, "ruled")) == 1


def test_what_is_refused_is_said_as_long_as_it_is_offered(
    whole: Assembly, renewal: Renewal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sync's line shows it."""
    refused = [{"sentence": "It is not signed."}]
    monkeypatch.setattr(renewing, "pull", lambda *given: {"refused": refused})
    for _ in range(2):
        with pytest.raises(NotTaken, match="not signed"):
            renewal.look(whole.file)


def test_what_was_pulled_by_another_program_is_taken_without_a_hub(
    settings: Settings, whole: Assembly, monkeypatch: pytest.MonkeyPatch, renewal: Renewal
) -> None:
    """`regrade sync` beside the bench put it in force; the hub is down now."""

    def down(*given: Any) -> Any:
        raise SinkUnavailable("The hub is down.")

    monkeypatch.setattr(renewing, "pull", down)
    put(settings, "policy", "strict.toml", EU + NO_RESTOCK)
    with pytest.raises(SinkUnavailable):
        renewal.look(whole.file)
    assert waiting(renewal)
