"""The people of a station: those of the config, of the hub's file, and those who were added at the station itself.

One person can be in all three. Whoever is revoked at the hub or disabled here is out, whatever the others say.
Otherwise the hub's word stands over the station's, and the station's over the config's: the hub is where a company
keeps its people, and what was last done at the bench is newer than the file that it was set up with.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from terminal.bench.approval import told_pin
from terminal.bench.meanings import Operator
from terminal.bench.messages import sentence
from terminal.bench.outcome import Outcome
from terminal.bench.staffing import added, badged, disabled
from terminal.domain.crew import Person, person_problems
from terminal.domain.lettercode import ALPHABET
from terminal.domain.permissions import Permission, outranks, read_permission
from terminal.domain.suggest import BadData
from terminal.own_file import open_file
from terminal.pins import Pins
from terminal.pulled import operators_in_force
from terminal.settings import Settings
from terminal.spoken import nearest
from terminal.station import Station
from terminal.store.station_file import NAME, StationFile

BADGE_LETTERS = 16
"""69 bits: no badge is found by trying."""
_log = logging.getLogger(__name__)


def own_people(settings: Settings, file: StationFile | None = None) -> tuple[Person, ...]:
    """Who was added or changed at this station; `file` is the station file where it is open already."""
    if file is not None:
        return file.people.all()
    if not (settings.data / NAME).exists():
        return ()
    with open_file(settings) as opened:
        return opened.people.all()


def everybody(settings: Settings, own: tuple[Person, ...]) -> dict[str, tuple[Person, str]]:
    """Everybody who is known, by id, with whose word it is: hub, station or config. Who is out is `revoked`."""
    published = operators_in_force(settings)
    base = {one.id: (one, "hub") for one in published or ()}
    if published is None:
        base = {
            one.id: (Person(one.id, one.name, one.role, language=one.language), "config")
            for one in settings.operators
        }
    for one in own:
        said, source = base.get(one.id, (one, "station"))
        if source == "hub":
            base[one.id] = (replace(said, revoked=said.revoked or one.revoked), source)
        else:
            base[one.id] = (one, "station")
    return base


def crew(settings: Settings, own: tuple[Person, ...]) -> dict[str, Operator]:
    """Who may sign in, by id. A badge that is in the hub's file is nobody else's, revoked or not."""
    known = everybody(settings, own)
    taken = {code.casefold() for one, source in known.values() if source == "hub" for code in one.badges}
    found = {}
    for one, source in known.values():
        kept = tuple(code for code in one.badges if source == "hub" or code.casefold() not in taken)
        if one.badges and not kept:
            _log.warning("%s has no badge of their own left: the hub gave it to somebody else", one.id)
        elif not one.revoked:
            found[one.id] = Operator(one.id, one.role, one.name, kept, one.language)
    return found


@dataclass(frozen=True, slots=True)
class PinGap:
    """Where `[permissions]` asks for a PIN and none is there."""

    missing: tuple[str, ...]
    """Ids of those who are asked for a PIN and have none."""
    blocked: tuple[str, ...]
    """Guarded actions that nobody here can do, because nobody of that role has a PIN."""
    had: int
    """How many of those who are asked for one have it."""


def pin_gap(settings: Settings, file: StationFile) -> PinGap | None:
    """Who of the leads and managers lacks the PIN that they may be asked for; None where no action asks for one."""
    told = settings.permissions.model_dump()
    roles = {action: one.role for action, text in told.items() if (one := read_permission(text)).pin}
    if not roles:
        return None
    pins = Pins(file.people, settings.data)
    asked = {
        one.id: (one.role, pins.has(one.id))
        for one in crew(settings, file.people.all()).values()
        if any(outranks(one.role, role) for role in roles.values())
    }
    able = [role for role, has in asked.values() if has]
    return PinGap(
        missing=tuple(sorted(who for who, (_, has) in asked.items() if not has)),
        blocked=tuple(
            action for action, role in roles.items() if not any(outranks(one, role) for one in able)
        ),
        had=len(able),
    )


def new_badge() -> str:
    """What a new badge says: letters that every keyboard layout has in the same place, by chance."""
    return "".join(secrets.choice(ALPHABET) for _ in range(BADGE_LETTERS))


def add(settings: Settings, station: Station, file: StationFile, person: Person, at: datetime) -> Person:
    """Let somebody sign in, with a badge of their own.

    Somebody of the hub's whom this station disabled comes back as the hub has them, badge and all. Raises BadData
    where they are there already, where a field is wrong, or where it is the hub that keeps them out.
    """
    problems = person_problems(person)
    if problems:
        raise BadData(problems)
    known = everybody(settings, own_people(settings, file)).get(person.id)
    if known is not None and known[1] == "hub":
        return _let_back(settings, station, file, person.id, at)
    if known is not None and not known[0].revoked:
        raise BadData([f'"{person.id}" is there already: `operator badge {person.id}` makes a new badge.'])
    person = replace(person, badges=(new_badge(),))
    _write(station, added(person))
    file.people.put(person, at)
    return person


def _let_back(settings: Settings, station: Station, file: StationFile, who: str, at: datetime) -> Person:
    own = {one.id: one for one in own_people(settings, file)}
    if who not in own or not own[who].revoked:
        raise BadData([_is_hubs(who)])
    own[who] = replace(own[who], revoked=False)
    person, _ = known_as(settings, tuple(own.values()), who)
    if person.revoked:
        raise BadData([_is_hubs(who)])
    _write(station, added(person))
    file.people.put(own[who], at)
    return person


def renew_badge(settings: Settings, station: Station, file: StationFile, who: str, at: datetime) -> Person:
    """Give somebody a new badge; the one before opens nothing any more. Raises BadData."""
    person, source = known_as(settings, own_people(settings, file), who)
    if source == "hub":
        raise BadData([_is_hubs(who)])
    if person.revoked:
        raise BadData([f'"{who}" is disabled: `operator add {who}` lets them in again.'])
    person = replace(person, badges=(new_badge(),))
    _write(station, badged(who))
    file.people.put(person, at)
    return person


def disable(settings: Settings, station: Station, file: StationFile, who: str, at: datetime) -> Person:
    """Let nothing of somebody's open anything at this station, whoever keeps them. Raises BadData."""
    own = own_people(settings, file)
    person, _ = known_as(settings, own, who)
    person = replace(person, revoked=True)
    left = crew(settings, (*(one for one in own if one.id != who), person))
    if outranks(person.role, "lead") and not any(one.leads for one in left.values()):
        raise BadData([f'"{who}" is the last lead here: add another before, or nobody can decide anything.'])
    _write(station, disabled(who))
    file.people.put(person, at)
    file.people.drop_pin(who)
    station.admit(left)
    return person


def known_as(settings: Settings, own: tuple[Person, ...], who: str) -> tuple[Person, str]:
    """Somebody and whose word it is. Raises BadData for an id that nobody has."""
    known = everybody(settings, own)
    if who not in known:
        raise BadData([f'nobody has the id "{who}"{nearest(who, known)}'])
    return known[who]


def _is_hubs(who: str) -> str:
    return f'"{who}" is in the hub\'s file of operators: change it there, and every station takes it over.'


def _write(station: Station, outcome: Outcome) -> None:
    """Write it into the journal first: a change without a trace is worse than a trace without a change."""
    if station.commit(outcome).refused:
        raise BadData(["The journal could not be written, so nothing was changed."])


def prove(settings: Settings, action: str, ask: Callable[[str, bool], str]) -> str | None:
    """Ask on a terminal for whoever may do an action, and their PIN where config wants it; gives their id.

    `ask` takes the words and whether the answer is hidden. None: anybody may. Raises BadData with the reason.
    """
    permission = read_permission(getattr(settings.permissions, action))
    if permission == Permission("operator"):
        return None
    with open_file(settings) as file:
        people = crew(settings, file.people.all())
        who = ask(f"Id of a {permission.role}", False)
        person = people.get(who)
        if person is None or not outranks(person.role, permission.role):
            raise BadData([f"That needs a {permission.role}, and {who[:40]!a} is none here."])
        if permission.pin:
            came = told_pin(person, Pins(file.people, settings.data).check(who, ask("PIN", True)))
            if isinstance(came, Outcome):
                raise BadData([sentence(came.verdict.code, came.verdict.args)])
    return who
