"""Sinks: where committed events go. Every sink may be sent the same event again; none may lose one."""
