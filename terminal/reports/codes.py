"""Codes of the program that reports show: they stay as they are in English, and are words in other languages."""

from __future__ import annotations

from typing import Final

from terminal.bench.naming import channel_name
from terminal.domain.channels import CHANNELS
from terminal.domain.speech import N_, _

SOURCE_CODES: Final = (
    # TRANSLATORS: where a mass is from
    N_("scale"),
    # TRANSLATORS: where a mass is from: a scale
    N_("weighed"),
    # TRANSLATORS: where a mass is from: a person at the bench typed it
    N_("typed"),
    # TRANSLATORS: where a mass is from: the catalogue of goods
    N_("catalogue"),
    # TRANSLATORS: where a mass is from: nobody said
    N_("assumed"),
)
RESULT_CODES: Final = (
    # TRANSLATORS: result of a test
    N_("pass"),
)
ACTION_CODES: Final = (
    # TRANSLATORS: sanitisation of data, NIST SP 800-88
    N_("clear"),
    # TRANSLATORS: sanitisation of data, NIST SP 800-88
    N_("purge"),
    # TRANSLATORS: sanitisation of data, NIST SP 800-88
    N_("destroy"),
)
HOW_CODES: Final = (
    # TRANSLATORS: how something was found out, in a table: a question was answered
    N_("answer"),
    # TRANSLATORS: how something was found out, in a table: a defect was noted
    N_("defect"),
    # TRANSLATORS: how something was found out, in a table: it was measured
    N_("measure"),
    # TRANSLATORS: how something was found out, in a table: it was weighed
    N_("weigh"),
    # TRANSLATORS: how something was found out, in a table: nothing more was wrong
    N_("clean"),
    # TRANSLATORS: how something was found out, in a table: a code was scanned
    N_("scan"),
    # TRANSLATORS: how something was found out, in a table: a recall was not meant
    N_("cleared"),
)
_KNOWN: Final = frozenset((*SOURCE_CODES, *RESULT_CODES, *ACTION_CODES, *HOW_CODES))


def word(code: str) -> str:
    """A code as the language says it; what is none of them is outside text, and stays."""
    return channel_name(code) if code in CHANNELS else _(code) if code in _KNOWN else code
