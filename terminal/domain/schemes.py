"""What a grade scheme is made of: defects, questions, tests, caps, points, and the scheme of a family of goods.

The values come from TOML (`scheme_file.load_schemes`). A question is shared by many schemes, so it never names one.
Beside them stand what the schemes share: reasons of return, and the markets whose words a grade has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from terminal.domain.cells import Row
from terminal.domain.facts import LETTERS, Facts, FactValue, Observation

SEVERITIES: Mapping[str, int] = MappingProxyType(
    {"cosmetic": 20, "minor": 60, "major": 180, "critical": 1000, "fact": 0}
)
"""Tenths of a point per severity; a "fact" costs nothing by itself, what it says of the item does."""

LOCATIONS: Mapping[str, int] = MappingProxyType(
    {"screen": 150, "front": 125, "back": 100, "side": 75, "hidden": 50}
)
"""Hundredths by which a place weighs."""

SEALED = "A0"
"""Grade A that nobody opened, as markets tell it from an opened one."""

CONDITIONS: tuple[str, ...] = (SEALED, *LETTERS)


@dataclass(frozen=True, slots=True)
class Repair:
    """Work that would mend something: minutes at the bench and a class of part ("" for none)."""

    minutes: int
    part: str = ""


@dataclass(frozen=True, slots=True)
class Defect:
    """A kind of fault that can be recorded by its code."""

    code: str
    label: str
    severity: str
    location: str
    """Where it usually is, taken when no place is named."""
    axis: str = "cosmetic"
    """Which side of the grade it speaks of: cosmetic or function."""
    repair: Repair | None = None
    """None: cannot be mended."""
    cap: str = "A"
    """Best grade that is left, beyond what the severity says."""
    sets: tuple[tuple[str, FactValue], ...] = ()
    """Facts that it makes at least this bad."""
    adds: str = ""
    """A count of missing parts that it adds to."""
    photo: bool = False
    """A picture of it is wanted as evidence."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question."""

    key: str
    """What is pressed: 1 to 9."""
    value: str
    """What the answer is called in scripts and events."""
    label: str
    sets: tuple[tuple[str, FactValue], ...] = ()
    defect: Observation | None = None
    needs_defect: bool = False
    """Only makes sense after a defect was recorded."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to find out."""

    id: str
    prompt: str
    """At most 12 characters, for the banner."""
    text: str
    kind: str
    """yes_no, choice or number."""
    choices: tuple[Choice, ...]
    good: str
    """The answer that "nothing wrong" gives; empty for a number, which must be measured."""
    facts: tuple[str, ...] = ()
    """Not asked when one of these is known."""
    ask_when: Row | None = None
    """Asked only when this holds for certain."""
    ask_unless: Row | None = None
    """Not asked when this holds for certain."""
    gate: frozenset[str] = frozenset()
    """Grades at which the answer decides a channel even where it cannot move the grade."""
    even_sealed: bool = False
    marks: bool = False
    """The question about defects: while it is open, anything may still be found."""


@dataclass(frozen=True, slots=True)
class Check:
    """A test of the goods; the essential ones together are what "it works" means."""

    id: str
    label: str
    passes: str
    """What is seen when it is passed."""
    power: bool = False
    """Done with the goods switched on."""
    essential: bool = True
    tool: str = ""
    """What it takes beside hands and eyes."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How points are taken off and what is left is called. All in whole points of 100."""

    thresholds: tuple[tuple[str, int], ...] = (("A", 92), ("B", 78), ("C", 55))
    """The least that each grade takes; below the last it is D."""
    packaging: tuple[tuple[str, int], ...] = (
        ("sealed", 0), ("opened_complete", 3), ("opened_damaged", 8), ("missing", 10),
    )  # fmt: skip
    """Taken off for the state of the packaging; the worst comes last and stands for unknown."""
    extra: int = 4
    """Taken off for each missing part that it works without."""
    essential: int = 15
    """Taken off for each missing part that it needs."""
    battery: tuple[tuple[int, int], ...] = ((90, 0), (85, 4), (80, 8), (0, 18))
    """Taken off from this battery health in per cent upwards; the last band is too weak to sell."""

    @property
    def weak_battery(self) -> int:
        """Below this health the battery caps the grade and is to be changed."""
        return self.battery[-2][0]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why goods come back, as customers word it, and what is then likely to be found."""

    id: str
    phrases: tuple[tuple[str, ...], ...]
    """Folded words that stand one after the other, in any language."""
    likely: tuple[tuple[str, int], ...]
    """Defect codes with their prior chance in per cent, 100 together at most."""


@dataclass(frozen=True, slots=True)
class Market:
    """How one market calls our grades: by the letter, or by each axis where it keeps them apart."""

    id: str
    name: str
    source: str
    categories: tuple[str, ...] = ()
    """Where it applies; empty for all goods that no other entry of the same market names."""
    grades: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Text by condition, `SEALED` to D. A market of two axes has its words for sealed and for D here."""
    function: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Text by the letter of the function axis; empty for a market of one scale."""
    cosmetic: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Cap:
    """A limit on the grade that facts set."""

    when: Row
    grade: str
    because: str


@dataclass(frozen=True, slots=True, eq=False)
class Scheme:
    """How one family of goods is inspected and graded. Compared by identity: it is loaded once."""

    id: str
    version: str
    categories: tuple[str, ...]
    has_function: bool
    gives: Facts
    """What the kind of goods says when nobody said otherwise."""
    questions: tuple[Question, ...]
    offers: tuple[str, ...]
    """Defect codes that the bench lists first; any other code may be recorded as well."""
    defects: Mapping[str, Defect]
    caps: tuple[Cap, ...] = ()
    all_or_nothing: bool = False
    """Below A there is only D: goods that go back to a consumer perfect or not at all."""
    battery: Repair | None = None
    fault: Repair | None = None
    """What mending a failed function takes."""
    checks: tuple[Check, ...] = ()
    scale: Scale = Scale()
    evidence: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Why a picture is wanted, by grade or by channel."""
    reasons: tuple[Reason, ...] = ()
    markets: tuple[Market, ...] = ()

    def question(self, question_id: str) -> Question | None:
        """The question of that id."""
        return next((each for each in self.questions if each.id == question_id), None)
