"""From a scan to what it may mean here: readings of the code, looked up in manifest, catalogue, journal and config.

Each reading is only a possibility; a meaning is one that something known to this station answers to. Whatever is
found is handed to the workflow together, which picks by where the bench stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from devices.layouts import suspect
from devices.learning import is_check, verdict
from terminal.bench.actions import by_code
from terminal.bench.choices import CHOICES, choice_payload
from terminal.bench.commands import Scanned
from terminal.bench.gates import goods_of, goods_on, number_in
from terminal.bench.given import Press, Scan
from terminal.bench.identifying import matches
from terminal.bench.meanings import Badge, DefectCode, Known, Meaning, Operator, OwnItem, Return, Tote
from terminal.bench.parcel_events import Expected
from terminal.bench.rules import Rules
from terminal.bench.state import State
from terminal.domain import codes
from terminal.domain.channels import CHANNELS
from terminal.domain.codes import Kind, Patterns
from terminal.domain.deviceids import Number
from terminal.domain.items import ManifestLine, Product
from terminal.domain.lettercode import OwnKind, id_payload, make, word_payload
from terminal.domain.papers import Papers
from terminal.domain.recalls import Goods
from terminal.domain.speech import N_, _

CODE_FACTS = ("serial", "lot", "expiry", "best_before")
NUMBERS = (Kind.IMEI, Kind.MEID, Kind.SERIAL)
"""Readings that are the number of one device."""
# TRANSLATORS: what a code was taken for, before the code: "Tried: serial 4711; tracking 4711".
KIND_WORDS: Mapping[str, str] = {
    Kind.SERIAL: N_("serial"),
    Kind.TRACKING: N_("tracking"),
    Kind.TOTE: N_("tote"),
    Kind.BADGE: N_("badge"),
    Kind.COMMAND: N_("command"),
    Kind.ANSWER: N_("answer"),
    Kind.DEFECT: N_("defect"),
    Kind.CHANNEL: N_("channel"),
    Kind.TEXT: N_("text"),
}
"""The other kinds are the same letters in every language."""


@dataclass(frozen=True, slots=True)
class ExpectedReturn:
    """Lines of one RMA that a text named, each with the units that came in earlier parcels."""

    rma: str
    tracking: str | None
    lines: tuple[tuple[ManifestLine, int], ...]


class Shelf(Protocol):
    """The look-ups that a station file answers."""

    def returns(self, text: str) -> tuple[ExpectedReturn, ...]:
        """Returns whose RMA or tracking number is `text`."""

    def products(self, text: str) -> tuple[Product, ...]:
        """Products whose SKU or GTIN is `text`."""

    def expected_anywhere(self, code: str) -> ManifestLine | None:
        """A line of any return that names a product by this SKU or GTIN."""

    def item(self, lpn: str) -> OwnItem | None:
        """The item with this LPN, if this station made it."""

    def papers(self, goods: Goods, number: Number | None) -> Papers:
        """What is on file of goods, and of the device with this number."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A scanned answer: the number of the choice on the screen."""

    number: int


@dataclass(frozen=True, slots=True)
class Routed:
    """A scanned channel: a wish to send the open item there."""

    channel: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The scanner check code of the sheet, and what it shows to be wrong with the scanner."""

    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """What a station needs to make sense of scans, fixed while it runs."""

    patterns: Patterns
    people: Mapping[str, Operator]
    rules: Rules
    shelf: Shelf
    totes: Callable[[Tote], Tote] = lambda tote: tote
    """Gives a tote as it stands now."""
    contents: Callable[[str], tuple[str, ...]] = lambda tote: ()
    """Gives the units that lie in a tote."""

    def understand(
        self, scan: Scan, state: State, at: datetime
    ) -> Scanned | Press | Chosen | Routed | Checked:
        """What a scan may mean. Never raises for any text; what can't be data comes back with its problem."""
        if scan.problem is not None:
            return Scanned(scan.text, (), problems=(scan.problem,))
        sent = (scan.aim or "") + scan.text
        if is_check(sent):
            return Checked(verdict(sent).problems)
        read = codes.read(scan.text, self.patterns, scan.aim, year=at.year)
        for reading in read.readings:
            if reading.kind is Kind.COMMAND and (action := by_code(reading.value)) is not None:
                return Press(action.id)
            if reading.kind is Kind.ANSWER and (number := _choice(reading.value)) is not None:
                return Chosen(number)
            if reading.kind is Kind.CHANNEL and (channel := _channel(reading.value)) is not None:
                return Routed(channel)
        meanings: dict[str, Meaning] = {}
        for meaning in self._meanings(read, state):
            meanings.setdefault(_identity(meaning), meaning)
        facts = {
            name: value
            for reading in read.readings
            for name, value in reading.facts.items()
            if name in CODE_FACTS
        }
        tried = (
            tuple(f"{kind_word(reading.kind)} {reading.value}" for reading in read.readings) + read.problems
        )
        layout = suspect(scan.text) if not meanings else None
        tried += (layout,) if layout is not None else ()
        return Scanned(
            read.text or scan.text,
            tuple(self._with_papers(meaning, facts, state) for meaning in meanings.values()),
            tried=tried,
            problems=() if read.readings and read.text else read.problems,
            facts=facts,
        )

    def _meanings(self, read: codes.Scan, state: State) -> Iterator[Meaning]:
        """Everything that the text means here. What we printed ourselves and know means just that."""
        own = list(self._own(read, state))
        yield from own
        text = read.text
        if any(_is_ours(meaning) for meaning in own) or not text or len(text) > codes.MAX_TEXT * 3:
            return
        gtins = [reading.value for reading in read.readings if reading.kind is Kind.GTIN]
        found: list[Meaning] = list(self._lines(text, gtins, state))
        found += [self._return(one, text) for one in self.shelf.returns(text)]
        for code in (text, *gtins):
            for product in self.shelf.products(code):
                found.append(Known(product, product.sku, product.gtin, None, product.title))
        if not found:
            found += self._number(read, state)
        if not found and state.parcel is not None:
            found += self._of_another_return((text, *gtins))
        yield from found

    def _number(self, read: codes.Scan, state: State) -> Iterator[Known]:
        """The open item once more, where the scan is a device's number that no product, line or return has."""
        reading = read.first(*NUMBERS)
        if state.item is not None and reading is not None:
            yield Known(None, state.item.sku, state.item.gtin, reading.value, state.item.title)

    def _with_papers(self, meaning: Meaning, facts: Mapping[str, str], state: State) -> Meaning:
        """A product with what is on file of it; anything else as it is."""
        if not isinstance(meaning, Known) or (state.parcel is None and state.item is None):
            return meaning
        number = number_in(meaning.serial or facts.get("serial"))
        if state.item is not None:
            goods = goods_on(state.item, state, meaning.serial, facts)
        else:
            lines = (one.expected.line for one in state.parcel.lines) if state.parcel is not None else ()
            line = next((line for line in lines if matches(line, meaning)), None)
            goods = goods_of(meaning, line, facts)
        return replace(meaning, papers=self.shelf.papers(goods, number))

    def _of_another_return(self, codes_: tuple[str, ...]) -> Iterator[Known]:
        """A product that only another return's manifest names: known, and wrong in this parcel."""
        for code in codes_:
            line = self.shelf.expected_anywhere(code)
            if line is not None:
                yield Known(None, line.sku, line.gtin, None, line.title)
                return

    def _own(self, read: codes.Scan, state: State) -> Iterator[Meaning]:
        """Meanings of codes that this site gave out itself: badges, totes, LPNs, defects."""
        text = read.text.casefold()
        tote = next((one for one in self.rules.totes if one.code.casefold() == text), None)
        if tote is not None:
            yield self.totes(tote)
        holder = self._holder(text)
        if holder is not None:
            yield Badge(read.text, holder)
        for reading in read.readings:
            match reading.kind:
                case Kind.LPN:
                    lpn = reading.value.upper()
                    yield self.shelf.item(lpn) or OwnItem(lpn)
                case Kind.BADGE if holder is None:
                    yield Badge(read.text, self._person(reading.facts.get("payload", ""), reading.value))
                case Kind.DEFECT:
                    code = self._defect(reading.value, state)
                    if code is not None:
                        yield DefectCode(code)
                case _:
                    pass

    def _holder(self, text: str) -> Operator | None:
        """Whose badge says `text` (case-folded), among those whose badges are listed."""
        return next(
            (one for one in self.people.values() if text in (code.casefold() for code in one.badges)), None
        )

    def _person(self, payload: str, name: str) -> Operator | None:
        """Who has the badge that is made from an id; with badges of one's own that one opens nothing."""
        for operator in self.people.values():
            if operator.badges:
                continue
            if id_payload(operator.id) == payload or operator.id == name:
                return operator
        return None

    def _defect(self, payload: str, state: State) -> str | None:
        if state.item is None:
            return None
        defects = self.rules.book.scheme_for(state.item.category).defects
        return next((code for code in defects if word_payload(code) == payload), None)

    def _lines(self, text: str, gtins: list[str], state: State) -> Iterator[Known]:
        """Products that only the open parcel's manifest lines name, and serial numbers that it expects."""
        if state.parcel is None:
            return
        for one in state.parcel.lines:
            line = one.expected.line
            if line.serial is not None and line.serial.casefold() == text.casefold():
                pinned = (line.rma, line.line)
                yield Known(None, line.sku, line.gtin, line.serial, line.title, pinned)
                return
        for code in (text, *gtins):
            if self.shelf.products(code):
                continue
            asked = Known(None, code, code if code in gtins else None, None, "")
            for one in state.parcel.lines:
                line = one.expected.line
                if matches(line, asked):
                    yield Known(None, line.sku, line.gtin, None, line.title)

    def _return(self, found: ExpectedReturn, text: str) -> Return:
        how = "rma" if found.rma.casefold() == text.casefold() else "tracking"
        lines = tuple(Expected(line, max(0, line.quantity - came)) for line, came in found.lines)
        return Return(found.rma, how, found.tracking, lines, sum(came for _, came in found.lines))


def kind_word(kind: Kind) -> str:
    """What a scan was taken for, in the language that is spoken now."""
    return _(KIND_WORDS.get(kind, "")) or kind.value


def badge_code(operator: Operator) -> str:
    """What an operator's badge barcode says."""
    if operator.badges:
        return operator.badges[0]
    return make(OwnKind.BADGE, id_payload(operator.id))


def tote_code(channel: str) -> str:
    """What the barcode of the tote says that a bench has for a channel when config names none."""
    return make(OwnKind.TOTE, word_payload(channel))


def _choice(payload: str) -> int | None:
    return next((number for number in range(1, CHOICES + 1) if choice_payload(number) == payload), None)


def _channel(payload: str) -> str | None:
    return next((channel for channel in CHANNELS if word_payload(channel) == payload), None)


def _is_ours(meaning: Meaning) -> bool:
    """True for a code that this bench made or was told of itself: no product can be meant by it."""
    match meaning:
        case Tote():
            return True
        case OwnItem(status=status):
            return status is not None
        case Badge(operator=operator):
            return operator is not None
        case _:
            return False


def _identity(meaning: Meaning) -> str:
    """Two readings of one scan that lead to the same thing are one meaning."""
    match meaning:
        case Return():
            return f"return {meaning.rma}"
        case Known():
            return f"known {(meaning.sku or meaning.gtin or meaning.serial or '').casefold()}"
        case OwnItem():
            return f"item {meaning.lpn}"
        case Tote():
            return f"tote {meaning.code}"
        case Badge():
            return f"badge {meaning.text.casefold()}"
        case DefectCode(code):
            return f"defect {code}"
