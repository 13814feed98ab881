"""Settings of how a file of a site's own form is read: [import.NAME]."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import ValidationInfo, field_validator

from terminal.setting_table import Table
from terminal.setting_types import (
    AtLeastOne,
    Cell,
    Column,
    DateFormat,
    Delimiter,
    Encoding,
    ImportField,
    Pattern,
    Word,
    one_line,
)


class NotGoods(Table):
    """Rows of an import file that are no goods."""

    column: Column
    """Column of the file, or one of our fields."""
    pattern: Pattern
    """Fits the whole cell, in capitals or not."""
    what: Annotated[str, one_line(64, 1)]
    """What such a row is, for the rejects file."""


class CategoryBy(Table):
    """A category told from a product's title."""

    pattern: Pattern
    """Found anywhere in the title, in capitals or not."""
    category: Word
    """What the product then is."""


class ImportMap(Table):
    """How one kind of file is read."""

    format: Literal["csv", "json", "ndjson"] = "csv"
    """JSON is one array of objects, NDJSON one object a line; both pass over delimiter and encoding."""
    delimiter: Delimiter = ","
    """Between the cells of a line."""
    encoding: Encoding = "utf-8"
    """How the bytes of the file are text."""
    decimal: Literal[".", ","] = "."
    """Between units and cents."""
    thousands: Literal["", ".", ",", " ", "'"] = ""
    """Between thousands."""
    date_formats: tuple[DateFormat, ...] = ()
    """strptime formats, tried in order; none: ISO 8601."""
    quantity_sign: Literal["positive", "negative", "either"] = "positive"
    """Sign of a returned quantity in the file."""
    columns: Annotated[Mapping[ImportField, Column], AtLeastOne]
    """Our field = column of the file. A field that is not named is read from a column of its own name."""
    constants: Mapping[ImportField, Cell] = {}
    """Our field = value where the file has no such column or the cell is empty; shown as assumed."""
    not_goods: tuple[NotGoods, ...] = ()
    """Rows to reject as no goods."""
    category_by: tuple[CategoryBy, ...] = ()
    """Categories from titles where the file says none, the first that fits; before the constant."""

    @field_validator("thousands")
    @classmethod
    def _other_than_decimal(cls, thousands: str, info: ValidationInfo) -> str:
        if thousands and thousands == info.data.get("decimal"):
            raise ValueError(f'"{thousands}" is already the decimal sign')
        return thousands
