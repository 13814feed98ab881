"""Empirical Bayes: small samples pulled towards what is known without them.

A mean of n values and a prior that is worth k values: the prior's share is k / (n + k), and a screen that shows the
figure shows that share beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

DEFAULT_STRENGTH = 10.0
"""How many values a prior is worth where it cannot be estimated."""

STRENGTH_LIMITS = (1.0, 200.0)
"""An estimated strength outside of these says more about the noise than about the groups."""


def shrink_mean(n: float, mean: float, prior: float, strength: float = DEFAULT_STRENGTH) -> float:
    """`(n * mean + k * prior) / (n + k)`. Raises ValueError for a negative count or no weight at all."""
    if n < 0 or strength < 0 or n + strength <= 0:
        raise ValueError(f"expected n and strength of zero or more, not both zero; got {n} and {strength}")
    return (n * mean + strength * prior) / (n + strength)


def shrink_rate(hits: float, n: float, prior: float, strength: float = 20.0) -> float:
    """A rate of `hits` in `n` shrunk to `prior`. Raises ValueError where hits are not among the n."""
    if not 0 <= hits <= n:
        raise ValueError(f"expected 0 to {n} hits, got {hits}")
    return shrink_mean(n, hits / n if n else 0.0, prior, strength)


def prior_weight(n: float, strength: float = DEFAULT_STRENGTH) -> float:
    """The share of the prior in a shrunk mean: k / (n + k)."""
    return shrink_mean(n, 0.0, 1.0, strength)


def estimate_strength(groups: Sequence[Sequence[float]], default: float = DEFAULT_STRENGTH) -> float:
    """The strength k = sigma2 / tau2 by moments from values in groups, within `STRENGTH_LIMITS`.

    One-way analysis of variance: sigma2 is the mean square within groups, tau2 what the mean square between them
    has beyond it, over (N - sum n_i^2 / N) / (G - 1). Groups that do not differ give the upper limit; `default`
    where fewer than two groups or no repeated values leave nothing to estimate from.
    """
    filled = [group for group in groups if group]
    total = sum(map(len, filled))
    if len(filled) < 2 or total <= len(filled):
        return default
    means = [sum(group) / len(group) for group in filled]
    grand = sum(map(sum, filled)) / total
    within = sum((x - m) ** 2 for group, m in zip(filled, means, strict=True) for x in group)
    between = sum(len(group) * (m - grand) ** 2 for group, m in zip(filled, means, strict=True))
    sigma2 = within / (total - len(filled))
    spread = total - sum(len(group) ** 2 for group in filled) / total
    tau2 = (between - (len(filled) - 1) * sigma2) / spread
    low, high = STRENGTH_LIMITS
    return min(high, max(low, sigma2 / tau2)) if tau2 > 0 else high
