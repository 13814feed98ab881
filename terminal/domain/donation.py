"""What giving goods away brings in tax under US law: 26 U.S.C. 170(e)(3), stock for the ill, needy or infants.

Scrapped goods are deductible at cost anyway, so only what a gift adds to that belongs in a comparison; below cost
that is less than nothing. Whether a firm may use the rule (a C corporation, a written statement of the charity, the
limit by income) is for its tax adviser.
"""

from __future__ import annotations

from decimal import Decimal

TWO = Decimal(2)


def deduction(basis: Decimal, market: Decimal) -> Decimal:
    """What may be deducted for goods that cost `basis` and would sell for `market`, in the money of both.

    Cost and half of the gain, at most twice the cost; the market value where that is below cost.
    """
    return market if market <= basis else min(basis + (market - basis) / TWO, TWO * basis)


def increment(basis: Decimal, market: Decimal) -> Decimal:
    """The deduction beyond that of scrapping; below zero where the goods have fallen below cost."""
    return deduction(basis, market) - basis
