"""What is written down of a station from outside of the bench: its people, and data that was kept long enough."""

from __future__ import annotations

from terminal.bench.outcome import Outcome, done
from terminal.bench.people_events import OperatorAdded, OperatorBadged, OperatorDisabled
from terminal.bench.purge_events import Purged
from terminal.domain.crew import Person


def added(person: Person) -> Outcome:
    """Somebody may sign in here from now on."""
    return done("operator-added", OperatorAdded(person.id, person.role, person.name), who=person.id)


def badged(who: str) -> Outcome:
    """Somebody has a new badge; the one before opens nothing any more."""
    return done("operator-badged", OperatorBadged(who), who=who)


def disabled(who: str) -> Outcome:
    """Nothing of somebody's opens anything here any more."""
    return done("operator-disabled", OperatorDisabled(who), who=who)


def purged(returns: int, rejects: int, photos: tuple[str, ...], journals: tuple[str, ...] = ()) -> Outcome:
    """Data was removed because it was kept long enough."""
    return done(
        "purged", Purged(returns, rejects, photos, journals), returns=str(returns), photos=str(len(photos))
    )
