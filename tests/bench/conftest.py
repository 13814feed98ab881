"""A bench without shell: commands in, outcomes out, state and tables folded beside, under the shipped rules."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest

from terminal.bench.codec import decode, encode
from terminal.bench.commands import Command, Scanned
from terminal.bench.decide import decide
from terminal.bench.events import Event, Proposed
from terminal.bench.evolve import evolve
from terminal.bench.meanings import Badge, Known, Operator, OwnItem, Return, Tote
from terminal.bench.menus import standing
from terminal.bench.outcome import Outcome
from terminal.bench.parcel_events import Expected
from terminal.bench.rows import rows
from terminal.bench.rules import Now, Rules
from terminal.bench.scene import Demo, Said, Scene
from terminal.bench.state import State
from terminal.bench.view import View
from terminal.bench.wire import Row, draft, revive
from terminal.bench.wording import view
from terminal.domain.channels import CHANNELS
from terminal.domain.items import ManifestLine, Product
from terminal.domain.rulebook import Rulebook, load_rulebook
from terminal.store.projections import PROJECTIONS

START = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
OPERATOR = Operator("1001", "operator", "Ada")


def _texts(kind: str) -> dict[str, str]:
    folder = files("terminal.data") / kind
    return {one.name: one.read_text("utf-8") for one in folder.iterdir() if one.name.endswith(".toml")}


@pytest.fixture(scope="session")
def book() -> Rulebook:
    """The shipped schemes, EU policy and channel figures."""
    policy = ("eu.toml", _texts("policies")["eu.toml"])
    return load_rulebook(_texts("schemes"), policy, _texts("channels"))


@pytest.fixture(scope="session")
def rules(book: Rulebook) -> Rules:
    """Rules of a site on defaults, with one tote for each channel."""
    return Rules(
        station="01",
        prefix="BBBC",
        book=book,
        totes=tuple(Tote(f"T-{channel}", channel, channel.upper()) for channel in CHANNELS),
        hold_reasons={
            "wrong-item": "Wrong item",
            "no-price": "No price",
            "unidentified": "No code",
            "other": "Other",
        },
        override_reasons={"seen-worse": "Looks worse", "other": "Other"},
        blind_reasons={"no-label": "No label", "more-arrived": "More has come", "other": "Other"},
    )


def line(number: int = 1, sku: str | None = "22556", quantity: int = 12, **more: object) -> ManifestLine:
    """A manifest line of RMA C536391."""
    values: dict[str, object] = {
        "rma": "C536391",
        "line": number,
        "sku": sku,
        "gtin": None,
        "title": f"Tin {sku}",
        "category": "home",
        "quantity": quantity,
        "unit_price": Decimal("16.50"),
        "currency": "GBP",
    }
    return ManifestLine(**{**values, **more})  # type: ignore[arg-type]


@dataclass
class Tables:
    """The projections as the store would hold them: each row laid over what stands under its key."""

    rows: dict[str, dict[Any, dict[str, Any]]] = field(
        default_factory=lambda: {name: {} for name in PROJECTIONS}
    )

    def write(self, row: Row) -> None:
        """Lay one row over its table; what the store adds up is added up."""
        shape = PROJECTIONS[row.table]
        assert set(row.values) <= shape.columns, row
        kept = self.rows[row.table].setdefault(row.values[shape.key], {})
        for name, value in row.values.items():
            kept[name] = kept.get(name, 0) + value if name in shape.added else value

    def column(self, table: str, name: str) -> dict[Any, Any]:
        """One column of a table, by its keys."""
        return {key: row.get(name) for key, row in self.rows[table].items()}

    def item(self, lpn: str, *names: str) -> tuple[Any, ...]:
        """Columns of one item."""
        return tuple(self.rows["item"][lpn][name] for name in names)

    def parcel(self, *names: str) -> tuple[Any, ...]:
        """Columns of the first parcel."""
        return tuple(self.rows["parcel"]["01-P000001"][name] for name in names)

    def status(self) -> dict[str, str]:
        """Status of every item."""
        return self.column("item", "status")

    def wanted(self) -> dict[str, int]:
        """Which label jobs are still to be printed, or count as the label of their item."""
        return self.column("label_job", "wanted")

    def units(self) -> dict[str, int]:
        """Units that lie in each tote."""
        return self.column("tote", "units")

    def tag(self, job: str) -> dict[str, Any]:
        """What stands on a label."""
        return dict(json.loads(self.rows["label_job"][job]["tag"]))


@dataclass
class Driver:
    """Drives the decider and checks on the way that state and events survive the journal's JSON."""

    rules: Rules
    state: State = field(default_factory=State)
    at: datetime = START
    printer_lost: bool = False
    log: list[tuple[Event, datetime]] = field(default_factory=list)
    tables: Tables = field(default_factory=Tables)
    written: list[Row] = field(default_factory=list)
    """The rows of the last command."""

    def do(self, command: Command) -> Outcome:
        """Decide one command and fold what came of it, through JSON as the journal would."""
        self.at += timedelta(seconds=1)
        outcome = decide(self.state, command, self.rules, Now(self.at, self.printer_lost))
        self.written = []
        for event in outcome.events:
            made = draft(event, self.at, None, None)
            back = revive(made.kind, json.loads(json.dumps(made.body)))
            after = evolve(self.state, back, self.at)
            assert after == evolve(self.state, event, self.at)
            self.written += rows(event, self.state, after, self.at)
            self.log.append((event, self.at))
            self.state = after
        for row in self.written:
            self.tables.write(row)
        rest = self.state.at_rest()
        assert decode(State, json.loads(json.dumps(encode(rest)))) == rest
        return outcome

    def must(self, command: Command) -> Outcome:
        """Do a command that has to be taken."""
        outcome = self.do(command)
        assert not outcome.refused, outcome.verdict
        return outcome

    def refuses(self, command: Command) -> str:
        """Do a command that has to be refused without changing work; gives the reason's code."""
        before = self.state
        outcome = self.do(command)
        assert outcome.refused, outcome.verdict
        assert (self.state.item, self.state.parcel, self.state.phase) == (
            before.item,
            before.parcel,
            before.phase,
        )
        return outcome.verdict.code

    def sign_in(self, operator: Operator = OPERATOR) -> Outcome:
        """Scan a badge."""
        return self.must(Scanned(operator.id, (Badge(operator.id, operator),)))

    def receive(self, *lines: ManifestLine, how: str = "rma", earlier: int = 0) -> Outcome:
        """Scan a return label that announces `lines`."""
        expected = tuple(Expected(one, max(0, one.quantity - earlier)) for one in lines)
        rma = lines[0].rma
        return self.do(Scanned(rma, (Return(rma, how, None, expected, earlier),)))

    def item(self, one: ManifestLine, product: Product | None = None, code: str | None = None) -> Outcome:
        """Scan the product of a manifest line."""
        text = code or one.sku or ""
        return self.do(Scanned(text, (Known(product, one.sku, one.gtin, None, one.title),)))

    def label(self, lpn: str | None = None) -> Outcome:
        """Scan a printed label: the next one that has to be, unless told otherwise."""
        assert self.state.item is not None
        wanted = lpn or self.state.item.unproven[0]
        return self.do(Scanned(wanted, (OwnItem(wanted, "open"),)))

    def tote(self, channel: str | None = None) -> Outcome:
        """Scan the tote of the decided channel, or of another."""
        decided = self.state.item.decided if self.state.item is not None else None
        wanted = channel or (decided.disposition if decided is not None else "outlet")
        tote = self.rules.tote_of(wanted)
        assert tote is not None
        return self.do(Scanned(tote.code, (tote,)))

    def resume(self, own: OwnItem | str) -> Outcome:
        """Scan the label of a held item, known to this station or made up."""
        found = self.own(own) if isinstance(own, str) else own
        return self.do(Scanned(found.lpn, (found,)))

    def own(self, lpn: str) -> OwnItem:
        """What the station file says of an LPN, read from the tables."""
        row = self.tables.rows["item"].get(lpn)
        if row is None:
            return OwnItem(lpn)
        known = json.loads(row["facts"])
        names = "status leader disposition tote hold_reason parcel arrival rma line sku gtin serial title category"
        columns: dict[str, Any] = {name: row.get(name) for name in names.split()}
        return OwnItem(
            lpn=lpn,
            **columns,
            facts=known["facts"],
            answered=tuple(known["answered"]),
            copies=row["copies"],
            actions=row["actions"],
            proposal=decode(Proposed, json.loads(row["decision"])) if row["decision"] is not None else None,
        )

    def view(self, outcome: Outcome | None = None, demo: Demo | None = None) -> View:
        """What the screen shows now, after `outcome`."""
        said = Said(outcome.verdict, self.at) if outcome is not None else None
        stands = standing(self.state, self.rules)
        return view(self.state, self.rules, Scene(said, None, stands, demo, self.printer_lost))

    def with_rules(self, **changes: object) -> "Driver":
        """Drive on under changed rules."""
        self.rules = replace(self.rules, **changes)  # type: ignore[arg-type]
        return self


@pytest.fixture(scope="session")
def drive(rules: Rules) -> Callable[[], Driver]:
    """Makes a bench where nobody is signed in, as often as a test wants one."""
    return lambda: Driver(rules)


@pytest.fixture
def bench(rules: Rules) -> Driver:
    """A bench where nobody is signed in."""
    return Driver(rules)


@pytest.fixture
def ready(bench: Driver) -> Driver:
    """A bench with an operator."""
    bench.sign_in()
    return bench


@pytest.fixture
def parcel(ready: Driver) -> Driver:
    """A bench with return C536391 open: twelve of one tin, two of another."""
    assert not ready.receive(line(), line(2, "21984", 2)).refused
    return ready


@pytest.fixture
def inspecting(parcel: Driver) -> Driver:
    """A bench with the first tin under inspection."""
    assert not parcel.item(line()).refused
    return parcel


@pytest.fixture(scope="session")
def a_line() -> Callable[..., ManifestLine]:
    """Makes manifest lines of the test return."""
    return line


@pytest.fixture(scope="session")
def held_item() -> Callable[..., OwnItem]:
    """Makes the look-up of a tin of C536391 that waits in quarantine."""

    def made(**more: Any) -> OwnItem:
        known = OwnItem(
            lpn="BBBCBBBBBI",
            status="held",
            hold_reason="other",
            parcel="01-P000001",
            arrival="expected",
            rma="C536391",
            line=1,
            sku="22556",
            title="Tin 22556",
            category="home",
            facts={"category": "home", "reference_price": "16.50", "currency": "GBP"},
            copies=1,
        )
        return replace(known, **more)

    return made
