"""What the KPI screen lets threads do: read figures, and list the items behind one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from terminal.ui.desk_jobs import start


class Desk(Protocol):
    """Who knows the figures. Asked from threads; raises BadData, OSError, or an error whose text is for people."""

    station: str

    def figures(self, days: int | None, by: str) -> dict[str, Any]:
        """Figures of the last so many days, None: of all, with one row for each value of `by`."""

    def behind(
        self, metric: str, days: int | None, by: str = "", value: str | None = None
    ) -> tuple[list[dict[str, Any]], bool]:
        """The items behind a figure, those of one row where `by` is told; and whether there may be more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What figures are of."""

    days: int | None = None
    by: str = "day"


@dataclass(frozen=True, slots=True)
class Drill:
    """What items stand behind: a figure, and the row that it is of; without `by` the whole."""

    metric: str
    words: str
    """What the figure is called; it is looked up where it is said."""
    days: int | None
    by: str = ""
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """Figures that were read."""

    asked: Asked
    found: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Listed:
    """Items behind a figure."""

    drill: Drill
    items: Sequence[Mapping[str, Any]]
    more: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """Why something could not be read."""

    asked: Asked | Drill
    why: str


Told = Read | Listed | Failed


class Jobs:
    """Starts threads; `tell` takes what comes of them, from any thread."""

    def __init__(self, desk: Desk, tell: Callable[[Told], object]) -> None:
        self._desk, self._tell = desk, tell

    def read(self, asked: Asked) -> None:
        """Read figures."""
        self._run(asked, lambda: Read(asked, self._desk.figures(asked.days, asked.by)))

    def list(self, drill: Drill) -> None:
        """List the items behind a figure."""
        self._run(
            drill,
            lambda: Listed(drill, *self._desk.behind(drill.metric, drill.days, drill.by, drill.value)),
        )

    def _run(self, asked: Asked | Drill, job: Callable[[], Told]) -> None:
        start("kpi", job, lambda why: Failed(asked, why), self._tell)
