"""The SQLite that sqlite-utils works with: pysqlite3's, where it is installed, else the one of Python."""

from __future__ import annotations

from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]

__all__ = ["sqlite3"]
