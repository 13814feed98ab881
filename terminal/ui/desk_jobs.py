"""Threads that ask a desk for a screen: each comes back as one value, whatever went wrong.

They keep no program alive: nobody waits for an answer that nobody will see.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Thread
from typing import TypeVar

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

    `file` is what an error of the disk is about where it does not say so itself.
    """

    def run() -> None:
        try:
            told = job()
        except BadData as problem:
            told = failed(str(problem))
        except OSError as problem:
            told = failed(f"{problem.filename or file}: {problem.strerror or problem}")
        except Exception as problem:
            _log.exception("%s failed", name)
            told = failed(_own_words(problem) or f"this failed in its own working ({type(problem).__name__})")
        tell(told)

    thread = Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread


def _own_words(problem: Exception) -> str:
    """The errors of the store are sentences; this package may not know their types."""
    return str(problem) if type(problem).__name__.startswith("Store") else ""
