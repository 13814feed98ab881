"""Which key stands for which action: the registry's own keys, with what a site's config puts elsewhere.

Textual ignores unknown ids and bad key names, and lets a second action push the first off its key, all in silence.
So keys are checked here, before the screen is there, and never become Textual bindings at all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from rich.cells import cell_len

from terminal.bench.actions import ACTIONS, Action
from terminal.domain.speech import _
from terminal.domain.suggest import BadData, hint
from terminal.ui import words

QUIT = Action("quit", words.QUIT, words.QUIT_HELP, "", "", "k", screen=True)
"""The only action that the workflow doesn't know: leaving the program."""

REGISTRY = (*ACTIONS, QUIT)
_BY_ID = {action.id: action for action in REGISTRY}
_BY_LETTER = {action.letter: action for action in REGISTRY if action.letter}

FREE_KEYS = (*(f"f{number}" for number in range(1, 25)), "insert", "delete", "home", "end", "left", "right")
"""Keys that carry no character, so that no barcode can press them by accident and nothing else needs them."""

_OWN_USE = {
    "escape": "clears what was typed and goes back",
    "backspace": "takes back a typed character",
    "tab": "may end a scan",
    "up": "moves a long list",
    "down": "moves a long list",
    "pageup": "moves a long list",
    "pagedown": "moves a long list",
}
_TYPED = re.compile(
    r".|space|[a-z]+_(mark|sign|stop|accent|bracket|parenthesis)|minus|plus|comma|slash|colon"
)


ELLIPSIS = "…"
SHORTEST_NAME = 3
"""Cells of a name in the keys line that is cut, its ellipsis included."""


@dataclass(frozen=True, slots=True)
class KeyProblem:
    """Something wrong with one entry of the key settings."""

    action: str
    """The action id as it was written."""
    key: str
    """The key as it was written."""
    text: str
    """What is wrong and what would do, as a sentence."""


@dataclass(frozen=True, slots=True)
class Footer:
    """The keys line: what stands there and how far apart."""

    entries: tuple[tuple[Action, str, str], ...]
    """Action, key name and shown name, in the order of the keys."""
    gap: int


@dataclass(frozen=True, slots=True)
class Keymap:
    """Keys to actions and back."""

    keys: Mapping[str, str]
    """Action id -> key in Textual's spelling; empty where only the palette reaches it."""

    def action(self, key: str) -> Action | None:
        """The action that `key` stands for. Enter is no key in this sense: it ends a typed line."""
        if key == "enter":
            return None
        return next((_BY_ID[name] for name, its_key in self.keys.items() if its_key == key), None)

    def key_name(self, action: str) -> str:
        """The key of an action as it is printed on it, or nothing."""
        return self.keys[action].capitalize()

    def footer(self, width: int, offered: Collection[str] = ()) -> Footer:
        """The keys line for `width` cells; names of two words lose the first one where there is no room, and the
        history its place, and the longest names their ends: every key stays to be seen. `offered` are the actions
        that can be used now.
        """
        shown = sorted(
            (
                action
                for action in REGISTRY
                if self.keys[action.id] not in ("", "enter") and (not action.optional or action.id in offered)
            ),
            key=lambda action: FREE_KEYS.index(self.keys[action.id]),
        )
        for gap, short in ((2, False), (1, False), (2, True), (1, True)):
            entries = tuple((action, self.key_name(action.id), _shown(action, short)) for action in shown)
            if _length(entries, gap) <= width - 1:
                return Footer(entries, gap)
        if any(action.optional for action, _key, _name in entries):
            entries = tuple(entry for entry in entries if entry[0].id != "history")
        return Footer(_cut(entries, width - 1), 1)

    def help_lines(self) -> tuple[tuple[str, str, str], ...]:
        """Key, name and sentence of every action that has a key, in the order of the registry."""
        return tuple(
            (self.key_name(action.id), _(action.name), _(action.help))
            for action in REGISTRY
            if self.keys[action.id]
        )


def _shown(action: Action, short: bool) -> str:
    """The name of an action for the footer, in the language that is spoken now."""
    name = _(action.name)
    return name.split()[-1] if short else name


def _cut(entries: tuple[tuple[Action, str, str], ...], room: int) -> tuple[tuple[Action, str, str], ...]:
    """The entries within `room` cells, the longest names cut first, as far as they can be known."""
    names = [name for _action, _key, name in entries]

    def cut() -> tuple[tuple[Action, str, str], ...]:
        return tuple((action, key, name) for (action, key, _name), name in zip(entries, names, strict=True))

    while _length(cut(), 1) > room and max(map(cell_len, names), default=0) > SHORTEST_NAME:
        at = max(range(len(names)), key=lambda one: cell_len(names[one]))
        names[at] = f"{names[at].removesuffix(ELLIPSIS)[:-1]}{ELLIPSIS}"
    return cut()


def _length(entries: Sequence[tuple[Action, str, str]], gap: int) -> int:
    return sum(cell_len(key) + 1 + cell_len(name) + gap for _, key, name in entries) - gap


def by_letter(letter: str) -> Action | None:
    """The action behind a letter of the palette, or None."""
    return _BY_LETTER.get(letter.casefold())


def build(overrides: Mapping[str, str] | None = None) -> tuple[Keymap, tuple[KeyProblem, ...]]:
    """The keymap with a site's own keys, and everything that is wrong with them.

    An entry with a problem is left out, so the keymap can be used in any case. An empty key takes an action's key
    away: the palette still reaches it.
    """
    problems: list[KeyProblem] = []
    wanted: dict[str, str] = {}
    for name, written in (overrides or {}).items():
        key = written.strip().casefold()
        why = _refuse(name, key)
        if why:
            problems.append(KeyProblem(name, written, why))
        else:
            wanted[name] = key
    keys = {action.id: wanted.get(action.id, action.key) for action in REGISTRY}
    for name in wanted:
        other = next((one for one, key in keys.items() if key == keys[name] and key and one != name), None)
        if other is not None:
            where = (
                "is set to it too" if other in wanted else "has it from the start, give that one another key"
            )
            text = f"{wanted[name]} is wanted for {name}, but {other} {where}"
            problems.append(KeyProblem(name, wanted[name], text))
    clashing = {problem.action for problem in problems}
    kept = {action.id: action.key if action.id in clashing else keys[action.id] for action in REGISTRY}
    return Keymap(MappingProxyType(kept)), tuple(problems)


def _refuse(name: str, key: str) -> str:
    """Why `key` can't be the key of action `name`; empty where it can."""
    if name not in _BY_ID:
        return f"there is no action {name}{hint(name, _BY_ID)}"
    if key == "" or key in FREE_KEYS or (name == "accept" and key == "enter"):
        return ""
    if key == "enter":
        return f"enter can't be the key of {name}: it ends a typed line and accepts"
    if key in _OWN_USE:
        return f"{key} can't be the key of {name}: it {_OWN_USE[key]}"
    if "+" in key and key != "+":
        return f"{key} can't be the key of {name}: a barcode can hold it. Keys that can: {_CAN}"
    if _TYPED.fullmatch(key):
        return f"{key} can't be the key of {name}: it is typed into codes. Keys that can: {_CAN}"
    return f"there is no key {key}{hint(key, FREE_KEYS)}"


_CAN = f"{FREE_KEYS[0]} to {FREE_KEYS[23]}, {', '.join(FREE_KEYS[24:])}"


class BadKeys(BadData):
    """Key settings that can't be used; one sentence for each."""


def usable(overrides: Mapping[str, str]) -> Keymap:
    """The keymap of these settings. Raises BadKeys with every mistake."""
    keymap, problems = build(overrides)
    if problems:
        raise BadKeys(f'keys.{one.action} = "{one.key}": {one.text}' for one in problems)
    return keymap
