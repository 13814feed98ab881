"""The banner's letters: a word in blocks of five rows, readable from the other side of the bench.

Only the full block is used: half blocks and shades are missing in the fonts of the Linux console. Letters are one
to five cells wide, so fourteen of them fit into 80 cells unless more than eight are the widest (M T V W Y).
"""

from __future__ import annotations

from rich.cells import cell_len

HEIGHT = 5
GAP = 1
"""Empty cells between two letters."""

_DRAWN = """
A .##. #..# #### #..# #..#
B ###. #..# ###. #..# ###.
C .### #... #... #... .###
D ###. #..# #..# #..# ###.
E #### #... ###. #... ####
F #### #... ###. #... #...
G .### #... #.## #..# .###
H #..# #..# #### #..# #..#
I ### .#. .#. .#. ###
J ..## ...# ...# #..# .##.
K #..# #.#. ##.. #.#. #..#
L #... #... #... #... ####
M #...# ##.## #.#.# #...# #...#
N #..# ##.# #.## #..# #..#
O .##. #..# #..# #..# .##.
P ###. #..# ###. #... #...
Q .##. #..# #..# #.## .###
R ###. #..# ###. #.#. #..#
S .### #... .##. ...# ###.
T ##### ..#.. ..#.. ..#.. ..#..
U #..# #..# #..# #..# .##.
V #...# #...# #...# .#.#. ..#..
W #...# #...# #.#.# ##.## #...#
X #..# #..# .##. #..# #..#
Y #...# .#.#. ..#.. ..#.. ..#..
Z #### ...# .##. #... ####
0 .##. #..# #..# #..# .##.
1 .#. ##. .#. .#. ###
2 ###. ...# .##. #... ####
3 ###. ...# .##. ...# ###.
4 #..# #..# #### ...# ...#
5 #### #... ###. ...# ###.
6 .##. #... ###. #..# .##.
7 #### ...# ..#. .#.. .#..
8 .##. #..# .##. #..# .##.
9 .##. #..# .### ...# .##.
. . . . . #
, .. .. .. .# #.
: . # . # .
- ... ... ### ... ...
+ ..... ..#.. ##### ..#.. .....
/ ...# ..#. .#.. .#.. #...
? ###. ...# .##. .... .#..
! # # # . #
% #..# ..#. .#.. #..# ....
' # # . . .
"""


def _read(drawn: str) -> dict[str, tuple[str, ...]]:
    letters = {" ": ("  ",) * HEIGHT}
    for line in drawn.strip().splitlines():
        letter, *rows = line.split()
        letters[letter] = tuple(row.replace(".", " ").replace("#", "█") for row in rows)
    return letters


LETTERS = _read(_DRAWN)
"""Each letter's five rows, all of one width."""


def width_of(word: str) -> int | None:
    """Cells that `word` takes in block letters, or None where one of its characters has no letter."""
    letters = [LETTERS.get(character) for character in word.upper()]
    if not all(letters):
        return None
    return sum(len(letter[0]) for letter in letters if letter) + GAP * max(0, len(letters) - 1)


def render(word: str, width: int) -> tuple[str, ...]:
    """`word` as five rows of at most `width` cells, without space behind.

    A word that is too wide, or has a character without letter, stands in the middle row: spread by spaces where
    that fits, cut where even the plain word does not.
    """
    needed = width_of(word)
    if needed is not None and needed <= width:
        letters = [LETTERS[character] for character in word.upper()]
        return tuple((" " * GAP).join(letter[row] for letter in letters).rstrip() for row in range(HEIGHT))
    spread = " ".join(word)
    plain = spread if cell_len(spread) <= width else word
    while cell_len(plain) > width:
        plain = plain[:-1]
    return ("", "", plain.rstrip(), "", "")
