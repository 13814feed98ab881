"""Threads that ask a desk for a screen: each comes back as one value, whatever went wrong.

They keep no program alive: nobody waits for an answer that nobody will see.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextvars import copy_context
from threading import Thread
from typing import TypeVar

from terminal.domain.speech import _, retold, told_by
from terminal.domain.suggest import BadData

Told = TypeVar("Told")
_log = logging.getLogger(__name__)


def start(
    name: str,
    job: Callable[[], Told],
    failed: Callable[[str], Told],
    tell: Callable[[Told], object],
    file: object = "file",
) -> Thread:
    """Run a job in a thread and tell what came of it; `failed` makes an answer of why it could not be done.

    The thread speaks the language of whoever starts it, which a thread does not do by itself. `file` is what an
    error of the disk is about where it does not say so itself.
    """

    def run() -> None:
        try:
            told = job()
        except BadData as problem:
            told = failed(in_words(problem))
        except OSError as problem:
            told = failed(f"{problem.filename or file}: {problem.strerror or problem}")
        except Exception as problem:
            _log.exception("%s failed", name)
            told = failed(_own_words(problem))
        tell(told)

    thread = Thread(target=copy_context().run, args=(run,), name=name, daemon=True)
    thread.start()
    return thread


def in_words(problem: BadData) -> str:
    """Everything that is wrong, in the language of the context where it is known there."""
    return "\n".join(map(retold, problem.problems))


def _own_words(problem: Exception) -> str:
    """The errors of the store are sentences; this package may not know their types. Others only have a kind."""
    kind = type(problem).__name__
    own = retold(told_by(problem)) if kind.startswith("Store") else ""
    return own or _("this failed in its own working ({kind})").format(kind=kind)
