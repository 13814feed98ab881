"""What every table of config.toml is: frozen, complete, and strict about what stands in it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """A table of config.toml: frozen, nothing unknown in it, no value bent to fit."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)
