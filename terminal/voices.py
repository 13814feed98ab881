"""The languages that Regrade speaks: catalogues of gettext in `terminal/data/locale`, English without one."""

from __future__ import annotations

import gettext
import importlib.resources
from functools import cache

from terminal.domain.speech import ENGLISH, LANGUAGES, Voice
from terminal.domain.suggest import BadData, hint

DOMAIN = "regrade"
_LOCALE = importlib.resources.files("terminal.data") / "locale"


@cache
def voice(code: str) -> Voice:
    """A language by its two letters; it is read once. Raises BadData for one that there is not."""
    if code == "en":
        return ENGLISH
    if code not in LANGUAGES:
        near = code.strip().casefold().replace("_", "-").partition("-")[0]
        guess = f' - did you mean "{near}"?' if near in LANGUAGES else hint(code, LANGUAGES)
        raise BadData([f"no language {code[:20]!a}{guess}; there are {', '.join(LANGUAGES)}"])
    with (_LOCALE / code / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        return gettext.GNUTranslations(file)
