"""What each GS1 application identifier holds: its components, their checks, and what it needs or forbids beside it.

The facts are those of the public GS1 Barcode Syntax Dictionary (gs1-syntax-dictionary.txt, edition of 2025; 717 and
8040 to 8043 are younger and from the published list of identifiers), in its notation: `N` digits, `X` the 82
characters, `Y` the 39, `Z` the 64; `..` up to; `[ ]` may be missing; then the names of the checks (`gs1_checks`).
`*` marks a predefined length, after which no separator is due. `req` names what must stand beside it (one of the
list, `+` joins), `ex` what may not; `n` is any digit, and `own` is the same measure with other decimals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

_GTIN = "01,02,03,8006,8026"
_ITEM = "01,02,8006,8026"
_PRICED = "30,31nn,32nn,35nn,36nn"

_TABLE = f"""
00 * N18,csum,key5
01 * N14,csum,key5 ex=255,37
02 * N14,csum,key5 ex=01,03 req=37
03 * N14,csum,key5 ex=01,02,37
10 X..20 req={_GTIN}
11,13,15,16 * N6,yymmd0 req={_GTIN}
12 * N6,yymmd0 req=8020
17 * N6,yymmd0 req=01,02,03,255,8006,8026
20 * N2 req={_ITEM}
21 X..20 req=01,03,8006 ex=235
22 X..20 req=01
235 X..28 req=01
240,241 X..30 req={_ITEM}
242 N..6 req={_ITEM}
243 X..20 req=01
250 X..30 req=01,8006 req=21
251 X..30 req=01,8006
253 N13,csum,key [X..17]
254 X..20 req=414
255 N13,csum,key [N..12] ex=01,02,415,8006,8020,8026
30 N..8 req=01,02
3100-3165,3200-3295,3500-3525,3560-3575,3600-3615,3640-3665 * N6 req=01,02 ex=own
3300-3365,3400-3495,3530-3555,3620-3635,3670-3695 * N6 req=00,01 ex=own
3370-3375 * N6 req=01 ex=own
37 N..8 req=00 req=02,8026
3900-3909 N..15 req=255,8020 ex=own,391n,394n,8111
3910-3919 N3,iso4217 N..15 req=8020 ex=own
3920-3929 N..15 req=01 req={_PRICED} ex=own,393n
3930-3939 N3,iso4217 N..15 req={_PRICED} ex=own
3940-3943 N4 req=255 ex=own,8111
3950-3955 N6 req={_PRICED} ex=own,392n,393n,8005
400 X..30
401 X..30,key
402 N17,csum,key
403 X..30 req=00
410-414,416-417 * N13,csum,key
415 * N13,csum,key req=8020
420 X..20 ex=421
421 N3,iso3166 X..9 ex=4307
422 N3,iso3166 req={_ITEM} ex=426
423,425 N3,iso3166 [N3],iso3166 [N3],iso3166 [N3],iso3166 [N3],iso3166 req=01,02 ex=426
424 N3,iso3166 req=01,02 ex=426
426 N3,iso3166 req=01,02
427 X..3 req=01,02 req=422
4300-4301,4310-4311,4320 X..35,pcenc req=00
4302,4304-4306,4312,4314-4316 X..70,pcenc req=00
4303 X..70,pcenc req=4302
4313 X..70,pcenc req=4312
4307,4317 X2,iso3166alpha2 req=00
4308,4319 X..30 req=00
4309 N10,latitude N10,longitude req=00
4318 X..20 req=00
4321-4323 N1,yesno req=00
4324-4325 N6,yymmd0 N4,hhmi9999 req=00
4326 N6,yymmdd req=00
4330 N6 [X1],hyphen req=00 ex=4331
4331 N6 [X1],hyphen req=00 ex=4330
4332 N6 [X1],hyphen req=00 ex=4333
4333 N6 [X1],hyphen req=00 ex=4332
7001 N13 req={_ITEM}
7002 X..30 req=01,02
7003 N6,yymmdd N4,hhmi req=01,02
7004 N..4 req=01 req=10
7005 X..12 req=01,02
7006 N6,yymmdd req=01,02
7007 N6,yymmdd [N6],yymmdd req=01,02
7008 X..3 req=01,02
7009 X..10 req=01,02
7010 X..2 req=01,02
7011 N6,yymmdd [N4],hhmi req=01,02
7020 X..20 req=01,8006 req=416
7021 X..20 req=01,8006
7022 X..20 req=7021
7023 X..30,key
7030-7039 N3,iso3166999 X..27 req=01,02
7040 N1 X1 X1 X1,importer
7041 X..4,package req=00
710-717 X..20 req=01
7230-7239 X2 X..28 req=01,8004
7240 X..20 req=01,8006
7241 N2,medium req=8017,8018
7242 X..25 req=8017,8018
7250 N8,yyyymmdd req=8018 ex=7251
7251 N8,yyyymmdd N4,hhmi req=8018 ex=7250
7252 N1,sex req=8018
7253-7254 X..40,pcenc req=8017,8018 ex=7256,7259
7255 X..10 req=8017,8018 ex=7256,7259
7256 X..90,pcenc req=8017,8018
7257 X..70,pcenc req=8018
7258 X3,position req=8018+7259
7259 X..40,pcenc req=8018 ex=7256
8001 N4,nonzero N5,nonzero N3,nonzero N1,winding N1 req=01
8002 X..20
8003 N1,zero N13,csum,key [X..16]
8004 X..30,key
8005 N6 req=01,02
8006 N14,csum,key5 N4,piece ex=01,37
8007 X..34,iban req=415
8008 N6,yymmdd N2,hh [N2],sixty [N2],sixty req=01,02
8009 X..50 req=00,01
8010 Y..30,key
8011 N..12,natural req=8010
8012 X..20 req=01,8006
8013 X..25,pair,key
8014 X..25,pair,key,letter req=01
8017 N18,csum,key ex=8018
8018 N18,csum,key ex=8017
8019 N..10 req=8017,8018
8020 X..25 req=415
8026 N14,csum,key5 N4,piece req=37 ex=02,8006
8030 Z..90 req=00,01+21,253,255,8003,8004,8006+21,8010+8011,8017,8018
8040-8041 N15,luhn req=01
8042 N32 req=01
8043 N18 [N..2] req=01
8110 X..70,coupon
8111 N4 req=255
8112 X..70,offer
8200 X..70 req=01
90 X..30
91-99 X..90
"""

_PART = re.compile(r"(\[?)([NXYZ])(\.\.)?([0-9]+)\]?((?:,[a-z0-9]+)*)")
_DECIMALS = re.compile(r"3[0-6][0-9]{2}")


@dataclass(frozen=True, slots=True)
class Part:
    """One component of a value."""

    characters: str
    """N, X, Y or Z."""
    least: int
    most: int
    optional: bool
    checks: tuple[str, ...]

    def expectation(self) -> str:
        """The format as the standard writes it, `X..20`."""
        text = f"{self.characters}{'..' if self.least != self.most else ''}{self.most}"
        return f"[{text}]" if self.optional else text


@dataclass(frozen=True, slots=True)
class Identifier:
    """An application identifier with everything that is asked of it."""

    ai: str
    fixed: bool
    """Whether its length is predefined, so that the next identifier may follow without separator."""
    parts: tuple[Part, ...]
    needs: tuple[tuple[tuple[str, ...], ...], ...]
    """Of each list one group must be there whole."""
    excludes: tuple[str, ...]

    def expectation(self) -> str:
        """The format of the value, `N13+[X..17]`."""
        return "+".join(part.expectation() for part in self.parts)


def identifier_at(data: str) -> Identifier | None:
    """The identifier with which `data` begins; none is the beginning of another."""
    table = _identifiers()
    return next((table[data[:size]] for size in (2, 3, 4) if data[:size] in table), None)


def all_identifiers() -> tuple[str, ...]:
    """Every identifier that is known, in order."""
    return tuple(sorted(_identifiers()))


@cache
def _identifiers() -> dict[str, Identifier]:
    table = {}
    for row in _TABLE.strip().splitlines():
        names, *fields = row.split(" ")
        needs = tuple(_groups(field[4:]) for field in fields if field.startswith("req="))
        excludes = [one for field in fields if field.startswith("ex=") for one in field[3:].split(",")]
        parts = tuple(_part(field) for field in fields if field != "*" and "=" not in field)
        for ai in _names(names):
            own = tuple(f"{ai[:3]}n" if one == "own" else one for one in excludes)
            table[ai] = Identifier(ai, "*" in fields, parts, needs, own)
    return table


def _names(text: str) -> Iterator[str]:
    """`410-414,416` written out. Of a measure the fourth digit, its decimals, ends at 5."""
    for span in text.split(","):
        first, _, last = span.partition("-")
        for number in range(int(first), int(last or first) + 1):
            ai = f"{number:0{len(first)}}"
            if not (_DECIMALS.fullmatch(ai) and ai[3] > "5"):
                yield ai


def _groups(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(group.split("+")) for group in text.split(","))


def _part(text: str) -> Part:
    found = _PART.fullmatch(text)
    assert found is not None, text
    most = int(found[4])
    return Part(found[2], 1 if found[3] else most, most, bool(found[1]), tuple(found[5].split(",")[1:]))
