"""The pan of a scale: which of its readings are a load that somebody put there.

Pure and fed one reading at a time. The surprise is what it waits for after a load was told: until the pan was empty
or shows clearly more or less, the same load is never told again, for a weight that arrives twice would land in the
next item. Telling two equal loads apart therefore takes an empty pan in between.
"""

from __future__ import annotations

from dataclasses import replace

from devices.weights import Fault, Reading, Weight, WeightProblem, problem


class Pan:
    """What lies on one scale, and what of it was told."""

    def __init__(
        self, *, settle: int = 3, tolerance_g: int = 2, minimum_g: int = 5, marks_stability: bool = True
    ) -> None:
        """Begin with nothing known.

        A load has settled after `settle` readings in a row that differ by no more than `tolerance_g`. Less
        than `minimum_g` is an empty pan. With `marks_stability` the scale says itself whether it rests, and only
        readings at rest count; without, agreement is all there is.
        """
        self._settle = settle
        self._tolerance = tolerance_g
        self._minimum = minimum_g
        self._marks = marks_stability
        self._anchor: int | None = None
        """The first of the readings that agree. Compared with it and not with the last, a creeping load never
        settles on the way."""
        self._agreeing = 0
        self._negatives = 0
        self._told: int | None = None
        self.now: Reading | None = None
        """What can be said of the pan: a settled `Weight`, why there is none, or None before the first reading."""

    def take(self, reading: Reading) -> Weight | None:
        """Take the next reading; gives the load when it is one that was not told yet."""
        if isinstance(reading, WeightProblem):
            self._take_problem(reading)
            return None
        self._negatives = 0
        if self._marks and not reading.stable:
            self._unsettle()
            self.now = problem(Fault.UNSTABLE, reading.text)
            return None
        if self._anchor is None or abs(reading.grams - self._anchor) > self._tolerance:
            self._anchor, self._agreeing = reading.grams, 0
        self._agreeing += 1
        if reading.grams < self._minimum:
            self._take_empty(reading)
            return None
        if self._agreeing < self._settle:
            self.now = problem(Fault.UNSTABLE, reading.text)
            return None
        load = replace(reading, stable=True)
        self.now = load
        if self._told is not None and abs(load.grams - self._told) <= self._tolerance:
            return None
        self._told = load.grams
        return load

    def lose_sight(self) -> None:
        """Forget the readings because the line is gone. What was told stays: it may still lie there."""
        self._unsettle()
        self._negatives = 0
        self.now = None

    def _take_problem(self, reading: WeightProblem) -> None:
        self._unsettle()
        self.now = reading
        self._negatives = self._negatives + 1 if reading.kind is Fault.NEGATIVE else 0
        if self._negatives >= self._settle:
            self._told = None
        if reading.grams is not None and -reading.grams <= self._tolerance:
            # The zero of every scale drifts a little.
            self.now = problem(Fault.EMPTY, reading.shown)

    def _take_empty(self, reading: Weight) -> None:
        self.now = problem(Fault.EMPTY, reading.text)
        rests = self._marks or self._agreeing >= self._settle
        # A load just above the minimum flickers below it without having been taken off.
        if rests and self._told is not None and self._told - reading.grams > self._tolerance:
            self._told = None

    def _unsettle(self) -> None:
        self._anchor, self._agreeing = None, 0
