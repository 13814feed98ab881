"""Code 128: data to modules, and the proof that the modules say the data.

The encoder is somebody else's. Before a symbol is printed it is read back here, with tables of our own, and a
symbol that says anything else is an error at the bench instead of a wrong label on an item. Tables and
rules are those of ISO/IEC 15417.
"""

from itertools import pairwise
from typing import Final

from labels.said import Said

QUIET_MODULES: Final = 10
"""White modules that a reader needs on either side."""

START_B: Final = 104
START_C: Final = 105
TO_C: Final = 99
TO_B: Final = 100

_STOP = "2331112"
_WIDTHS = (
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213", "221312",
    "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132", "221231", "213212",
    "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211", "212123", "212321", "232121",
    "111323", "131123", "131321", "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331",
    "132131", "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131", "311123",
    "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111", "111224", "111422", "121124",
    "121421", "141122", "141221", "112214", "112412", "122114", "122411", "142112", "142211", "241211", "221114",
    "413111", "241112", "134111", "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112",
    "421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232",
)  # fmt: skip
_VALUES = {widths: value for value, widths in enumerate(_WIDTHS)}


class NotEncodable(ValueError):
    """The data can't be a Code 128 symbol of ours: it is empty or not printable ASCII."""


class BadSymbol(ValueError):
    """The modules are no Code 128 symbol, or one that says something else than it should."""


def encode(data: str) -> str:
    """The shortest symbol that says the data: pairs of digits in set C, the rest in set B.

    Modules as 1 (bar) and 0 (gap), without quiet zones, already checked. Raises `NotEncodable`.
    """
    return _encode(data, shortest=True)


def encode_in_one_set(data: str) -> str:
    """The symbol that stays in one set: C for an even number of digits, else B.

    It can be longer, but leans on nothing that a printer's own encoder might do differently.
    """
    return _encode(data, shortest=data.isdigit() and len(data) % 2 == 0)


def _encode(data: str, *, shortest: bool) -> str:
    if not data or not (data.isascii() and data.isprintable()):
        raise NotEncodable(
            Said(
                "a barcode can't hold {data}: expected printable ASCII, at least one character",
                data=f"{data[:60]!a}",
            )
        )
    from labels.encoder import modules as build

    modules = build(data, shortest=shortest)
    check(modules, data)
    return modules


def check(modules: str, data: str) -> None:
    """Raise `BadSymbol` unless the modules are a Code 128 symbol that says exactly the data."""
    said = decode(modules)
    if said != data:
        raise BadSymbol(f"the symbol for {data[:60]!a} says {said[:60]!a}: it is not printed")


def decode(modules: str) -> str:
    """What a symbol says. Raises `BadSymbol` for whatever sets B and C alone can't hold."""
    start, *body = values(modules)
    in_c = start == START_C
    said: list[str] = []
    for value in body:
        if in_c and value < 100:
            said.append(f"{value:02d}")
        elif in_c and value == TO_B:
            in_c = False
        elif not in_c and value == TO_C:
            in_c = True
        elif not in_c and value < 95:
            said.append(chr(value + 32))
        else:
            raise BadSymbol(f"value {value} in set {'C' if in_c else 'B'} is no printable character")
    return "".join(said)


def values(modules: str) -> tuple[int, ...]:
    """The values of a symbol: start and data, without check value and stop, both of which are verified."""
    runs = _runs(modules)
    if len(runs) % 6 != 1 or runs[-7:] != _STOP:
        raise BadSymbol("the modules do not end with the stop pattern")
    found: list[int] = []
    for at in range(0, len(runs) - 7, 6):
        pattern = runs[at : at + 6]
        if pattern not in _VALUES:
            raise BadSymbol(f"{pattern} is not a character of Code 128")
        found.append(_VALUES[pattern])
    if len(found) < 3 or found[0] not in (START_B, START_C):
        raise BadSymbol("the symbol is empty or does not start in set B or C")
    *content, checked = found
    expected = (content[0] + sum(place * value for place, value in enumerate(content))) % 103
    if checked != expected:
        raise BadSymbol(f"the check value is {checked}, expected {expected}")
    return tuple(content)


def _runs(modules: str) -> str:
    """The widths of bars and gaps, one digit each, bar first."""
    if not modules.startswith("1") or set(modules) != {"0", "1"}:
        raise BadSymbol("the modules must be 1 and 0 and begin with a bar")
    ends = [at for at in range(1, len(modules)) if modules[at] != modules[at - 1]] + [len(modules)]
    lengths = [end - begin for begin, end in pairwise([0, *ends])]
    if max(lengths) > 4:
        raise BadSymbol("a bar or gap is wider than four modules")
    return "".join(map(str, lengths))


def bars(modules: str) -> list[tuple[int, int]]:
    """Where each bar begins, and how wide it is, in modules."""
    found: list[tuple[int, int]] = []
    at = 0
    for number, width in enumerate(_runs(modules)):
        if number % 2 == 0:
            found.append((at, int(width)))
        at += int(width)
    return found
