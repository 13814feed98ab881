"""What later happened to goods: rows of somebody's table as outcomes, by a mapping of `[import.NAME]`.

An outcome is known by its LPN, else by its RMA with SKU or GTIN, else by everything it says. So several units of
one RMA and SKU are told apart only where they have LPNs; a row with a quantity speaks of some of them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from terminal.domain import tablecells
from terminal.domain.channels import CHANNELS
from terminal.domain.facts import REGISTRY
from terminal.domain.importmap import ImportMap
from terminal.domain.intake import UNSAID_CATEGORY, Reject
from terminal.domain.rates import CONDITIONS
from terminal.domain.suggest import BadData, hint

OUTCOME_FIELDS = (
    "lpn", "rma", "sku", "gtin", "title", "category", "brand", "grade", "packaging", "channel", "market", "reason",
    "reference_price", "original_price", "proceeds", "credit", "costs", "currency", "decided", "sold", "outcome",
    "overridden", "receipt", "quantity", "part",
)  # fmt: skip

ENDS = ("sold", "credited", "donated", "recycled", "harvested", "discarded", "unsold")
"""How it ended. Only what was sold says what goods bring."""
NO_END = "unsold"
"""Says that it has not ended, so it speaks against nothing."""

PAYMENT, REFUND = PARTS = ("payment", "refund")
"""Rows that are a part of the money, not all of it."""

MOST_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """One unit and what came of it. Money is per unit, ex VAT, in `currency`."""

    category: str
    outcome: str
    lpn: str | None = None
    rma: str | None = None
    sku: str | None = None
    gtin: str | None = None
    title: str | None = None
    brand: str | None = None
    grade: str | None = None
    """A0 (sealed), A, B, C or D."""
    packaging: str | None = None
    channel: str | None = None
    market: str | None = None
    reason: str | None = None
    reference_price: Decimal | None = None
    """Price of a new unit when it was decided."""
    original_price: Decimal | None = None
    """Price that the customer had paid."""
    proceeds: Decimal | None = None
    credit: Decimal | None = None
    costs: Decimal | None = None
    currency: str | None = None
    decided: date | None = None
    sold: date | None = None
    overridden: bool = False
    """A person chose another channel than the recommended one: no truth about the recommendation."""
    assumed: tuple[str, ...] = ()
    """Fields that the mapping gave, not the file."""
    receipt: str | None = None
    """Number of what proves it: a charity's receipt, a weighing slip, a recycler's certificate, a credit note."""
    quantity: int | None = None
    """How many units of one RMA and product the row speaks of; None: of the one."""
    part: str | None = None
    """payment or refund; None: the whole amount."""

    @property
    def condition(self) -> str | None:
        """The grade, with sealed goods of grade A as A0."""
        return "A0" if self.grade == "A" and self.packaging == "sealed" else self.grade

    @property
    def key(self) -> str:
        """What it is known by: another row with the same key speaks of the same goods."""
        if self.lpn is not None:
            return f"lpn {self.lpn}"
        if self.rma is not None and (self.sku or self.gtin):
            goods = f"sku {self.sku}" if self.sku else f"gtin {self.gtin}"
            if self.quantity is not None:
                return f"share {json.dumps([self.rma, goods, self.receipt or self.outcome])}"
            return f"rma {json.dumps([self.rma, goods])}"
        return f"row {self.digest}"

    @property
    def digest(self) -> str:
        """A hash of everything that the row says."""
        said = {
            name: format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)
            for name, value in asdict(self).items()
            if value is not None
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class OutcomeMap:
    """How a file says what came of goods. Raises BadData for fields that outcomes do not have."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """Our field -> column of the file."""
    constants: Mapping[str, str] = field(default_factory=dict)
    """Our field -> what to take where the file says nothing."""
    marks: ImportMap = field(default_factory=ImportMap)
    """Dates, decimal mark, delimiter and so on; its columns and constants are not used."""

    def __post_init__(self) -> None:
        wrong = [
            f"{table}: {name!r} is no field of an outcome{hint(name, OUTCOME_FIELDS)}"
            for table, names in (("columns", self.columns), ("constants", self.constants))
            for name in names
            if name not in OUTCOME_FIELDS
        ]
        if wrong:
            raise BadData(wrong)


class OutcomeReader:
    """Reads the rows of one file of outcomes. Raises BadData where its columns do not fit the mapping."""

    def __init__(
        self, mapping: OutcomeMap, header: Sequence[str], categories: Collection[str] | None = None
    ) -> None:
        self._converts = _converts(mapping.marks, categories)
        self._places: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._constants: dict[str, Any] = {}
        self._memory: dict[tuple[str, str], Any] = {}
        problems = []
        for name, convert in self._converts.items():
            column = self._names[name] = mapping.columns.get(name, name)
            if column in header:
                self._places[name] = list(header).index(column)
            elif name in mapping.columns:
                problems.append(f'no column "{column}" for {name}{hint(column, header)}')
            constant = mapping.constants.get(name)
            if constant:
                try:
                    self._constants[name] = convert(constant)
                except ValueError as error:
                    problems.append(f'constant {name} = "{constant}": {error}')
        if not {"outcome", "proceeds", "credit"} & {*self._places, *self._constants}:
            problems.append(
                "no column for outcome, proceeds or credit, one is required; the file has "
                f"{', '.join(header)[:300] or 'none'}: name a mapping that fits"
            )
        rules, missing = self._rules(mapping.marks, header)
        self._not_goods, self._by_title = rules, _title_rules(mapping.marks, self._converts["category"])
        if problems or missing:
            raise BadData([*problems, *missing])

    def read(self, rows: Sequence[Sequence[str]], at: Sequence[int]) -> list[Outcome | Reject]:
        """Rows of as many cells as the header has, which stand at lines `at` of the file."""
        return [self._one(cells, line) for cells, line in zip(rows, at, strict=True)]

    def _one(self, cells: Sequence[str], line: int) -> Outcome | Reject:
        for place, name, pattern, what in self._not_goods:
            text = cells[place].strip()
            if pattern.fullmatch(text):
                return Reject(line, name, text, f"not goods: {what or text}")
        values: dict[str, Any] = dict(self._constants)
        assumed = set(self._constants)
        for name, place in self._places.items():
            text = cells[place].strip()
            if text:
                try:
                    values[name] = self._value(name, text)
                except ValueError as error:
                    return Reject(line, self._names[name], text, str(error))
                assumed.discard(name)
        return self._whole(values, assumed, line)

    def _whole(self, values: dict[str, Any], assumed: set[str], line: int) -> Outcome | Reject:
        if "category" in assumed or "category" not in values:
            assumed.add("category")
            title = values.get("title", "")
            told = (category for pattern, category in self._by_title if pattern.search(title))
            values["category"] = next(told, values.get("category", UNSAID_CATEGORY))
        if "outcome" not in values:
            ended = "sold" if values.get("proceeds") else "credited" if values.get("credit") else None
            if ended is None:
                reason = f"empty, and no money came in: expected {', '.join(ENDS)}"
                return Reject(line, self._names["outcome"], "", reason)
            values["outcome"] = ended
        if values["outcome"] == "sold" and values.get("proceeds") is None:
            return Reject(
                line, self._names["proceeds"], "", "empty, but it was sold: expected what it brought"
            )
        if values.get("part") and values.get("proceeds") is None and values.get("credit") is None:
            return Reject(
                line, self._names["proceeds"], "", f"empty, but it is a {values['part']}: how much?"
            )
        if values.get("quantity", 1) > 1 and "lpn" in values:
            many = str(values["quantity"])
            return Reject(line, self._names["quantity"], many, "an LPN is one unit: leave it empty or say 1")
        decided, sold = values.get("decided"), values.get("sold")
        if decided is not None and sold is not None and sold < decided:
            return Reject(line, self._names["sold"], sold.isoformat(), f"before it was decided ({decided})")
        return Outcome(**values, assumed=tuple(sorted(assumed)))

    def _value(self, name: str, text: str) -> Any:
        """Tables repeat themselves, so most cells are only looked up."""
        try:
            return self._memory[name, text]
        except KeyError:
            value = self._converts[name](text)
        if len(self._memory) >= MOST_REMEMBERED:
            self._memory.clear()
        self._memory[name, text] = value
        return value

    def _rules(
        self, marks: ImportMap, header: Sequence[str]
    ) -> tuple[list[tuple[int, str, re.Pattern[str], str]], list[str]]:
        rules, missing = [], []
        for rule in marks.not_goods:
            column = self._names.get(rule.column, rule.column)
            if column in header:
                pattern = re.compile(rule.pattern, re.IGNORECASE)
                rules.append((list(header).index(column), column, pattern, rule.what))
            else:
                missing.append(f'not_goods: no column "{column}"{hint(column, header)}')
        return rules, missing


def _title_rules(marks: ImportMap, category: Callable[[str], str]) -> list[tuple[re.Pattern[str], str]]:
    try:
        return [
            (re.compile(rule.pattern, re.IGNORECASE), category(rule.category)) for rule in marks.category_by
        ]
    except ValueError as error:
        raise BadData([f"category_by: {error}"]) from None


def _converts(marks: ImportMap, categories: Collection[str] | None) -> dict[str, Callable[[str], Any]]:
    amount = tablecells.price(tablecells.number(marks.decimal, marks.thousands))
    signed = tablecells.number(marks.decimal, marks.thousands)
    moment = tablecells.moment(marks.date_formats)

    def day(text: str) -> date:
        return moment(text).date()

    def cost(text: str) -> Decimal:
        value = signed(text)
        if abs(value) >= tablecells.MAX_PRICE:
            raise ValueError("expected an amount of money")
        return value

    def units(text: str) -> int:
        value = signed(text)
        if value != int(value) or not 1 <= value <= tablecells.MAX_QUANTITY:
            raise ValueError(f"expected 1 to {tablecells.MAX_QUANTITY} units")
        return int(value)

    category = tablecells.title if categories is None else tablecells.one_of(categories, "category")
    return {
        "lpn": tablecells.identifier,
        "rma": tablecells.identifier,
        "sku": tablecells.identifier,
        "gtin": tablecells.gtin,
        "title": tablecells.title,
        "category": category,
        "brand": tablecells.title,
        "grade": tablecells.one_of(CONDITIONS, "grade"),
        "packaging": tablecells.one_of(REGISTRY["packaging"].values, "packaging"),
        "channel": tablecells.one_of(CHANNELS, "channel"),
        "market": tablecells.title,
        "reason": tablecells.title,
        "reference_price": amount,
        "original_price": amount,
        "proceeds": amount,
        "credit": amount,
        "costs": cost,
        "currency": tablecells.currency,
        "decided": day,
        "sold": day,
        "outcome": tablecells.one_of(ENDS, "outcome"),
        "overridden": tablecells.yes_or_no,
        "receipt": tablecells.identifier,
        "quantity": units,
        "part": tablecells.one_of(PARTS, "part"),
    }
