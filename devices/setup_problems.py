"""What is wrong with how a scanner is set up, in sentences that say what to set.

`keyboard` says that the scanner types: the marks that it sends are then called by their keys.
"""

from __future__ import annotations

from typing import Literal

from devices.problems import show
from devices.said import Said, joined

Case = Literal["as printed", "swapped", "upper", "lower"]


def case_problem(case: Case, keyboard: bool) -> str:
    """Say that letters came in another case than they are printed in."""
    if case == "upper":
        return Said("The scanner turns letters into upper case: switch its case conversion off.")
    if case == "lower":
        return Said("The scanner turns letters into lower case: switch its case conversion off.")
    if keyboard:
        return Said(
            "Capitals and small letters are swapped: switch Caps Lock off, and case conversion at the scanner."
        )
    return Said(
        "Capitals and small letters are swapped: switch off, if it types, Caps Lock, and case conversion at the "
        "scanner."
    )


def separator_problem(separator: str, keyboard: bool) -> str:
    """Say that GS1 codes came without their separator, or with `separator` in its place."""
    if separator:
        found = Said("The separator inside GS1 codes is replaced by {other}.", other=show(separator))
    else:
        found = Said("The separator inside GS1 codes is lost, so batch and serial run together.")
    if keyboard:
        how = Said(
            "Let the scanner send FNC1 as GS (ASCII 29, 1D hex), with control characters on (as Ctrl and ])."
        )
    else:
        how = Said("Let the scanner send FNC1 as GS (ASCII 29, 1D hex).")
    return joined((found, how))


def end_problem(after: str, keyboard: bool) -> str:
    """Say that a scan ends with nothing, or with `after`, which is no end that is known."""
    wanted = "Enter" if keyboard else "CR"
    if not after:
        return Said(
            "Nothing ends the scan: set the scanner's suffix (terminator) to {wanted}.", wanted=wanted
        )
    return Said(
        "The scanner sends {found} behind the code: set its suffix to {wanted} alone.",
        found=show(after),
        wanted=wanted,
    )
