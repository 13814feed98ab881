"""Keyboard layouts: what becomes of a code when the scanner and the PC disagree about the keyboard.

A scanner that types sends the numbers of keys, and the PC decides what those keys say. One of the two is nearly
always set to US, so a `Layout` is a pair with US on one side, and Caps Lock on top. Nothing here corrects a scan: a
mapping that explains what was heard is a sentence for the operator, never data.

The keys of each board are those of the X keyboard database (xkeyboard-config), which are what the keycaps say. The
surprise are dead keys: an accent waits for the next character and joins with it, so a code can become shorter.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from devices.problems import SEPARATORS, show
from devices.said import Said, joined
from devices.symbology import split

_DEAD = {"^": "\u0302", "¨": "\u0308", "´": "\u0301", "`": "\u0300", "~": "\u0303", "ˇ": "\u030c", "°": "\u030a",
         "¸": "\u0327", "'": "\u0301", '"': "\u0308"}  # fmt: skip
"""The accent of a dead key -> the mark that joins with a letter."""

_CODE = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -./+:;,()*%=#_?" + SEPARATORS
)
"""Characters that stand in codes; a scan of nothing else gives no reason to doubt the keyboard."""
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/" + SEPARATORS)


@dataclass(frozen=True, slots=True)
class Keyboard:
    """What the 47 keys that write on a US keyboard say, row by row from the key left of 1, and Space."""

    code: str
    name: str
    plain: str
    shifted: str
    dead: str = ""
    """The accents that wait for the next character."""

    def __post_init__(self) -> None:
        if not len(self.plain) == len(self.shifted) == 48:
            raise ValueError(
                f"keyboard {self.code} has {len(self.plain)} and {len(self.shifted)} keys, expected 48"
            )


KEYBOARDS = (
    Keyboard("us", Said("US"),
        "`1234567890-=" "qwertyuiop[]" "asdfghjkl;'\\" "zxcvbnm,./ ",
        "~!@#$%^&*()_+" "QWERTYUIOP{}" 'ASDFGHJKL:"|' "ZXCVBNM<>? "),
    Keyboard("fr", Said("French (AZERTY)"),
        "²&é\"'(-è_çà)=" "azertyuiop^$" "qsdfghjklmù*" "wxcvbn,;:! ",
        "~1234567890°+" "AZERTYUIOP¨£" "QSDFGHJKLM%µ" "WXCVBN?./§ ", "^¨"),
    Keyboard("be", Said("Belgian (AZERTY)"),
        "²&é\"'(§è!çà)-" "azertyuiop^$" "qsdfghjklmùµ" "wxcvbn,;:= ",
        "³1234567890°_" "AZERTYUIOP¨*" "QSDFGHJKLM%£" "WXCVBN?./+ ", "^¨"),
    Keyboard("de", Said("German (QWERTZ)"),
        "^1234567890ß´" "qwertzuiopü+" "asdfghjklöä#" "yxcvbnm,.- ",
        "°!\"§$%&/()=?`" "QWERTZUIOPÜ*" "ASDFGHJKLÖÄ'" "YXCVBNM;:_ ", "^´`"),
    Keyboard("ch-de", Said("Swiss German (QWERTZ)"),
        "§1234567890'^" "qwertzuiopü¨" "asdfghjklöä$" "yxcvbnm,.- ",
        "°+\"*ç%&/()=?`" "QWERTZUIOPè!" "ASDFGHJKLéà£" "YXCVBNM;:_ ", "^¨`"),
    Keyboard("ch-fr", Said("Swiss French (QWERTZ)"),
        "§1234567890'^" "qwertzuiopè¨" "asdfghjkléà$" "yxcvbnm,.- ",
        "°+\"*ç%&/()=?`" "QWERTZUIOPü!" "ASDFGHJKLöä£" "YXCVBNM;:_ ", "^¨`"),
    Keyboard("gb", Said("UK"),
        "`1234567890-=" "qwertyuiop[]" "asdfghjkl;'#" "zxcvbnm,./ ",
        "¬!\"£$%^&*()_+" "QWERTYUIOP{}" "ASDFGHJKL:@~" "ZXCVBNM<>? "),
    Keyboard("es", Said("Spanish"),
        "º1234567890'¡" "qwertyuiop`+" "asdfghjklñ´ç" "zxcvbnm,.- ",
        "ª!\"·$%&/()=?¿" "QWERTYUIOP^*" "ASDFGHJKLÑ¨Ç" "ZXCVBNM;:_ ", "`^´¨"),
    Keyboard("it", Said("Italian"),
        "\\1234567890'ì" "qwertyuiopè+" "asdfghjklòàù" "zxcvbnm,.- ",
        '|!"£$%&/()=?^' "QWERTYUIOPé*" "ASDFGHJKLç°§" "ZXCVBNM;:_ "),
    Keyboard("pt", Said("Portuguese"),
        "\\1234567890'«" "qwertyuiop+´" "asdfghjklçº~" "zxcvbnm,.- ",
        '|!"#$%&/()=?»' "QWERTYUIOP*`" "ASDFGHJKLÇª^" "ZXCVBNM;:_ ", "´`~^"),
    Keyboard("se", Said("Swedish or Finnish"),
        "§1234567890+´" "qwertyuiopå¨" "asdfghjklöä'" "zxcvbnm,.- ",
        '½!"#¤%&/()=?`' "QWERTYUIOPÅ^" "ASDFGHJKLÖÄ*" "ZXCVBNM;:_ ", "´`¨^"),
    Keyboard("no", Said("Norwegian"),
        "|1234567890+\\" "qwertyuiopå¨" "asdfghjkløæ'" "zxcvbnm,.- ",
        '§!"#¤%&/()=?`' "QWERTYUIOPÅ^" "ASDFGHJKLØÆ*" "ZXCVBNM;:_ ", "`¨^"),
    Keyboard("dk", Said("Danish"),
        "½1234567890+´" "qwertyuiopå¨" "asdfghjklæø'" "zxcvbnm,.- ",
        '§!"#¤%&/()=?`' "QWERTYUIOPÅ^" "ASDFGHJKLÆØ*" "ZXCVBNM;:_ ", "´`¨^"),
    Keyboard("cz", Said("Czech (QWERTZ)"),
        ";+ěščřžýáíé=´" "qwertzuiopú)" "asdfghjklů§¨" "yxcvbnm,.- ",
        "°1234567890%ˇ" "QWERTZUIOP/(" "ASDFGHJKL\"!'" "YXCVBNM?:_ ", "´¨°ˇ"),
    Keyboard("ca", Said("Canadian French"),
        "#1234567890-=" "qwertyuiop^¸" "asdfghjkl;`<" "zxcvbnm,.é ",
        '|!"/$%?&*()_+' "QWERTYUIOP^¨" "ASDFGHJKL:`>" "ZXCVBNM'.É ", "^¸`¨"),
    Keyboard("us-intl", Said("US International"),
        "`1234567890-=" "qwertyuiop[]" "asdfghjkl;'\\" "zxcvbnm,./ ",
        "~!@#$%^&*()_+" "QWERTYUIOP{}" 'ASDFGHJKL:"|' "ZXCVBNM<>? ", "`'~^\""),
)  # fmt: skip
"""The first is US; the others in the order in which they are suspected."""

US = KEYBOARDS[0]

Lock = Literal["", "caps", "shift"]
"""caps: letters change their case. shift: every key says what it says with Shift, as on French Windows."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What the scanner believes to type on, what the PC takes it for, and the lock that is on."""

    scanner: Keyboard
    pc: Keyboard
    lock: Lock = ""

    @property
    def agrees(self) -> bool:
        """Whether both are set to the same keyboard."""
        return self.scanner == self.pc

    @property
    def name(self) -> str:
        """The keyboard that is not the US one, e.g. `French (AZERTY)`, and the lock."""
        name = (self.pc if self.scanner == US else self.scanner).name
        return Said("{keyboard} with Caps Lock", keyboard=name) if self.lock else name

    @property
    def sentence(self) -> str:
        """What is wrong and what to do; empty when nothing is."""
        found = [] if self.agrees else [mismatch(self.pc.name, self.scanner.name)]
        return joined([*found, CAPS_LOCK] if self.lock else found)


CAPS_LOCK = Said("Caps Lock is on at this PC: switch it off, or let the scanner override it.")


def mismatch(pc: str, scanner: str) -> str:
    """Say that two keyboards differ, and what to set."""
    # TRANSLATORS: {pc} and {scanner} are names of keyboards, such as "French (AZERTY)"
    return Said(
        "The keyboard of this PC is set to {pc}, the scanner to {scanner}. Set the scanner's keyboard country to "
        "that of the PC.",
        pc=pc,
        scanner=scanner,
    )


_SHIFT_LOCKED = ("fr", "be", "de", "ch-de", "ch-fr")
"""Countries where Caps Lock may stand for Shift."""
_PAIRS = tuple((US, other) for other in KEYBOARDS) + tuple((other, US) for other in KEYBOARDS[1:])
LAYOUTS = (
    *(Layout(*pair) for pair in _PAIRS),
    *(Layout(*pair, "caps") for pair in _PAIRS),
    *(Layout(US, one, "shift") for one in KEYBOARDS if one.code in _SHIFT_LOCKED),
)
"""All that are known, in the order in which one is preferred: agreement first, locks last."""


def name_of(heard: str, meant: str) -> Layout | None:
    """Find the first layout through which `meant` comes out as exactly `heard`; None when none does."""
    return next((layout for layout in LAYOUTS if typed(meant, layout) == heard), None)


def typed(meant: str, layout: Layout) -> str | None:
    """Give what arrives when a scanner types a code; None when it holds a character the scanner has no key for.

    Control characters are left as they are: what a PC makes of Ctrl and a key differs from one to the next.
    """
    keys, heard, accent = _keys(layout), "", ""
    for character in meant:
        got = character if character < " " else keys.get(character)
        if got is None:
            return None
        if accent:
            heard, accent = heard + _join(accent, got), ""
        elif character >= " " and got in layout.pc.dead:
            accent = got
        else:
            heard += got
    return heard + accent


def undo(text: str, layout: Layout) -> str | None:
    """Give the code that arrives as `text` through a layout; None when no code does."""
    back, meant = _back(layout), ""
    for character in text:
        found = character if character < " " else back.get(character)
        if found is None:
            parts = unicodedata.normalize("NFD", character)
            accents = [back.get(one) for one in layout.pc.dead if _DEAD[one] == parts[1:]]
            found = next((one for one in accents if one), "") + back.get(parts[0], "")
            if len(found) != 2:
                return None
        meant += found
    return meant if typed(meant, layout) == text else None


def suspect(text: str) -> str | None:
    """Say so when a scan that nothing knows looks like a code that came through another keyboard; else None.

    Reports only: the code it would have been stands in the sentence, and a person sets the scanner right.
    """
    if len(text) < 4 or len(text) > 512:
        return None
    if not set(text) <= _CODE:
        return _suspect_layout(text)
    letters = [one for one in text if one.isalpha()]
    if letters and all(map(str.islower, letters)) and set(text.upper()) <= _PLAIN and _digits(text) >= 2:
        return joined((Said("The letters of this scan are small."), CAPS_LOCK, _would_read(text.upper())))
    return None


def _suspect_layout(text: str) -> str | None:
    best: list[tuple[Layout, str]] = []
    most = -1
    for layout in LAYOUTS:
        meant = None if layout.agrees else undo(text, layout)
        if meant is None or not set(split(meant)[1]) <= _CODE:
            continue
        gained = _digits(meant) - _digits(text)
        if _digits(meant) < 2 or not (gained >= 2 or (gained == 0 and set(meant) <= _PLAIN)):
            continue
        if gained > most:
            best, most = [], gained
        if gained == most:
            best.append((layout, meant))
    if not best:
        return None
    first, meant = best[0]
    same = [one for one, other in best if other == meant and one.lock == first.lock]
    same = [one for one in same if (one.pc == US) == (first.pc == US)]
    names = _either(one.pc.name if one.scanner == US else one.scanner.name for one in same[:3])
    pc, scanner = (names, US.name) if first.scanner == US else (US.name, names)
    found = Said("This looks like a code typed through the wrong keyboard.")
    locked = [CAPS_LOCK] if first.lock else []
    return joined([found, mismatch(pc, scanner), *locked, _would_read(meant)])


def _would_read(meant: str) -> str:
    return Said("It would read {code}.", code=show(meant))


def _either(names: Iterable[str]) -> str:
    *most, last = list(dict.fromkeys(names))
    return Said("{names} or {last}", names=joined(most, ", "), last=last) if most else last


def _digits(text: str) -> int:
    return sum(one in "0123456789" for one in text)


def _join(accent: str, following: str) -> str:
    """Join a dead key with what follows: one letter where there is one, else both; before a space, the accent."""
    if following == " ":
        return accent
    joined = unicodedata.normalize("NFC", following + _DEAD[accent])
    return joined if len(joined) == 1 else accent + following


@cache
def _keys(layout: Layout) -> Mapping[str, str]:
    """What the scanner means -> what the PC writes, for every key that stands for itself at the scanner."""
    rows = (layout.pc.plain, layout.pc.shifted)
    plain, shifted = rows[::-1] if layout.lock == "shift" else rows
    meant = layout.scanner.shifted + layout.scanner.plain
    pairs = zip(meant, shifted + plain, strict=True)
    found = {one: got for one, got in pairs if layout.agrees or one not in layout.scanner.dead}
    if layout.lock != "caps":
        return found
    return {one: got.swapcase() if len(got.swapcase()) == 1 else got for one, got in found.items()}


@cache
def _back(layout: Layout) -> Mapping[str, str]:
    """What the PC writes -> what the scanner meant; letters and digits go before signs that come out alike."""
    pairs = sorted(_keys(layout).items(), key=lambda pair: not pair[0].isalnum())
    return {got: one for one, got in reversed(pairs)}
