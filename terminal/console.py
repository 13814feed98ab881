"""What every command of `regrade` shares: JSON out, talk to stderr, errors as sentences, settings when needed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

import click

P = ParamSpec("P")
T = TypeVar("T")


def talk(text: str) -> None:
    """Say something to the person at the terminal."""
    click.echo(text, err=True)


def put(value: Any) -> None:
    """One JSON object on one line of stdout, at once."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def fail(text: str, status: int = 1) -> NoReturn:
    """End with a sentence for people."""
    talk(text)
    raise SystemExit(status)


def plainly(command: Callable[P, T]) -> Callable[P, T]:
    """Turn what can go wrong outside of this program into a sentence and an exit status."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except BrokenPipeError:
            sys.stderr.close()
            raise SystemExit(1) from None
        except OSError as problem:
            fail(f"{problem.filename or 'file'}: {problem.strerror or problem}")
        except Exception as problem:
            status = _status_of(problem)
            if status is None:
                raise
            fail(str(problem), status)

    return run


def _status_of(problem: Exception) -> int | None:
    """The exit status for an error whose text is for people: 2 for what the config says, else 1. None: a bug."""
    from terminal.config_source import ConfigErrors  # these would hold up the first painting of the bench
    from terminal.domain.suggest import BadData
    from terminal.hub.problem import HubProblem
    from terminal.store.errors import StoreError
    from terminal.ui.keys import BadKeys

    if isinstance(problem, (ConfigErrors, BadKeys)):
        return 2
    return 1 if isinstance(problem, (StoreError, BadData, HubProblem)) else None


class Context:
    """What every command gets: where config and data are; settings are read when first asked for."""

    def __init__(self, config: Path | None, data: Path | None) -> None:
        self.config = config
        self.data = data
        self._settings: Any = None

    @property
    def settings(self) -> Any:
        """The settings. Raises ConfigErrors."""
        if self._settings is None:
            from terminal.config import load  # slow, and the bench paints before it

            self._settings = load(self.config, self.data, os.environ)
        return self._settings
