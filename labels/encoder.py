"""python-barcode as the Code 128 encoder, with its faults mended.

Imported when the first symbol is built: the library brings in an imaging library that a bench does without
until then.
"""

from collections.abc import Sequence

from barcode.codex import Code128, Gs1_128

_START_A, _START_B, _START_C = 103, 104, 105
_SHIFTED_START = {100: _START_B, 101: _START_A}


class FixedCode128(Code128):  # type: ignore[misc]  # the library has no types
    """Code 128 in the shortest form.

    The library takes the first value after the start for a change of set whatever it is. In set C, 99 is
    data: without this `9901` reads `01`, and `99` is an empty symbol.
    """

    def _try_to_optimize(self, encoded: list[int]) -> list[int]:
        if len(encoded) > 1 and encoded[0] == _START_C and encoded[1] in _SHIFTED_START:
            encoded[:2] = [_SHIFTED_START[encoded[1]]]
        return encoded


class SetBCode128(FixedCode128):
    """Code 128 in set B from end to end."""

    def _maybe_switch_charset(self, pos: int) -> list[int]:
        changes: list[int] = self._new_charset("B") if self._charset == "C" else []
        return changes


def modules(data: str, *, shortest: bool) -> str:
    """The bars and gaps of one symbol as 1 and 0, without quiet zones, from a fresh encoder.

    The library's encoder keeps state: a second `build` of one instance can give another symbol.
    """
    encoder = FixedCode128(data) if shortest else SetBCode128(data)
    built: str = encoder.build()[0]
    return built


class FixedGs1Code128(FixedCode128, Gs1_128):  # type: ignore[misc]  # the library has no types
    """Code 128 that begins with FNC1 and may hold more of them."""


def gs1_modules(parts: Sequence[str]) -> str:
    """The bars and gaps of one GS1-128 symbol whose parts are separated by FNC1."""
    built: str = FixedGs1Code128(Gs1_128.FNC1_CHAR.join(parts)).build()[0]
    return built
