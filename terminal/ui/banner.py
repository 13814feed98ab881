"""The banner's letters: a word in blocks of five rows, readable from the other side of the bench.

Only the full block is used: half blocks and shades are missing in the fonts of the Linux console. Letters are one
to five cells wide, so fourteen of them fit into 80 cells unless more than eight are the widest (M T V W Y and a few
with a mark). A mark stands in the top row over a letter that is squeezed into what is left; a cedilla or ogonek
stands at the foot.
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
Ä #..# .... .##. #### #..#
Á ...# .##. #..# #### #..#
À #... .##. #..# #### #..#
Â .##. .... .##. #### #..#
Ą .##.. #..#. ####. #..#. ...##
Æ .#### #.#.. ####. #.#.. #.###
Ç .### #... #... .### ..#.
Ć ..#. .### #... #... .###
É ..#. #### ###. #... ####
È .#.. #### ###. #... ####
Ê .##. #### ###. #... ####
Ë #..# .... #### ##.. ####
Ę #### ###. #... #### ..##
Í ..# ... ### .#. ###
Î .#. #.# ### .#. ###
Ï #.# ... ### .#. ###
Ł .#... .#.#. .##.. ##... .####
Ñ #### .... ##.# #.## #..#
Ń ..#. #..# ##.# #.## #..#
Ö #..# .... .##. #..# .##.
Ó ...# .##. #..# #..# .##.
Ô .##. .... .##. #..# .##.
Œ .#### #.#.. #.### #.#.. .####
Ś ..#. .### ##.. ..## ###.
Ü #..# .... #..# #..# .##.
Ú ..#. #..# #..# #..# .##.
Ù .#.. #..# #..# #..# .##.
Û .##. .... #..# #..# .##.
Ÿ .#.#. #...# .#.#. ..#.. ..#..
Ź ..#. #### ..#. .#.. ####
Ż .##. .... #### .##. ####
ẞ .##. #..# #.#. #..# #.##
¿ .#.. .... .##. #... .###
¡ # . # # #
"""


def _read(drawn: str) -> dict[str, tuple[str, ...]]:
    letters = {" ": ("  ",) * HEIGHT}
    for line in drawn.strip().splitlines():
        letter, *rows = line.split()
        letters[letter] = tuple(row.replace(".", " ").replace("#", "█") for row in rows)
    return letters


LETTERS = _read(_DRAWN)
"""Each letter's five rows, all of one width."""


_AS_DRAWN = str.maketrans({"ß": "ẞ", "’": "'", "\u00a0": " ", "\u202f": " "})
"""What is drawn by the letter of another: spaces that do not break, a round apostrophe, the small sharp s."""


def _letters(word: str) -> list[tuple[str, ...] | None]:
    """The letters of a word, in capitals; None for one that is not drawn."""
    return [LETTERS.get(character) for character in word.translate(_AS_DRAWN).upper()]


def width_of(word: str) -> int | None:
    """Cells that `word` takes in block letters, or None where one of its characters has no letter."""
    letters = _letters(word)
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
        letters = [letter for letter in _letters(word) if letter]
        return tuple((" " * GAP).join(letter[row] for letter in letters).rstrip() for row in range(HEIGHT))
    spread = " ".join(word)
    plain = spread if cell_len(spread) <= width else word
    while cell_len(plain) > width:
        plain = plain[:-1]
    return ("", "", plain.rstrip(), "", "")
