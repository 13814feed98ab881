"""AIM identifiers: the three characters by which a scanner says what kind of symbol it read.

A scanner that is set to send them puts `]`, a letter and a modifier in front of the data (ISO/IEC 15424). They
settle what digits alone cannot: `]C1` is a GS1-128 element string, `]C0` plain Code 128 with the same bars.
"""

from __future__ import annotations

from collections.abc import Mapping

FAMILIES: Mapping[str, str] = {
    "A": "Code 39",
    "B": "Telepen",
    "C": "Code 128",
    "D": "Code One",
    "E": "EAN/UPC",
    "F": "Codabar",
    "G": "Code 93",
    "H": "Code 11",
    "I": "Interleaved 2 of 5",
    "J": "DotCode",
    "K": "Code 16K",
    "L": "PDF417",
    "M": "MSI",
    "N": "Anker",
    "O": "Codablock",
    "P": "Plessey",
    "Q": "QR Code",
    "R": "Straight 2 of 5 (two bars)",
    "S": "Straight 2 of 5 (three bars)",
    "T": "Code 49",
    "U": "MaxiCode",
    "X": "other symbology",
    "Z": "no barcode",
    "c": "Channel Code",
    "d": "Data Matrix",
    "e": "GS1 DataBar",
    "h": "Han Xin Code",
    "o": "OCR",
    "p": "PosiCode",
    "s": "SuperCode",
    "z": "Aztec Code",
}
"""Code letter -> symbology, for every modifier that has no name of its own below."""

NAMES: Mapping[str, str] = {
    "]A4": "Code 39 full ASCII",
    "]C1": "GS1-128",
    "]C4": "ISBT 128",
    "]E0": "EAN-13 or UPC",
    "]E1": "2-digit add-on",
    "]E2": "5-digit add-on",
    "]E3": "EAN-13 or UPC with add-on",
    "]E4": "EAN-8",
    "]I1": "ITF with check digit",
    "]J1": "GS1 DotCode",
    "]L1": "PDF417 extended",
    "]Q0": "QR Code model 1",
    "]Q3": "GS1 QR Code",
    "]d2": "GS1 DataMatrix",
    "]e1": "GS1 Composite",
    "]e2": "GS1 Composite",
}
"""Whole identifiers whose modifier changes what the data means."""


def split(text: str) -> tuple[str | None, str]:
    """Part the AIM identifier from the data: `("]C1", data)`, or `(None, text)` when there is none.

    A `]` that is followed by no known letter and one modifier (0-9, A-Z, a-z) is data like any other character.
    """
    if len(text) >= 3 and text[0] == "]" and text[1] in FAMILIES and text[2].isascii() and text[2].isalnum():
        return text[:3], text[3:]
    return None, text


def name(aim: str | None) -> str | None:
    """Name the symbology of an identifier as `split` gives it; None when it is unknown."""
    if aim is None or len(aim) != 3:
        return None
    return NAMES.get(aim) or FAMILIES.get(aim[1])
