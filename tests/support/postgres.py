"""A PostgreSQL server for tests: Debian's own, on a free port, its files in a temporary folder.

PostgreSQL refuses to run as root, so that it then runs as the user `postgres`. `start` gives back `None` where there is
no PostgreSQL to start; whoever needs one skips, saying so.
"""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

MISSING = "PostgreSQL is not installed (Debian: apt-get install postgresql)"

_END_OTHERS = (
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid()"
)


@dataclass
class Postgres:
    """A running server; every test takes a database of its own from it."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes]
    user: str
    databases: int = 0
    emptied: list[str] = field(default_factory=list)
    furnished: list[str] = field(default_factory=list)

    def new_database(self) -> str:
        """The address of an empty database: one given back, else a fresh one, which takes ten times as long."""
        if self.emptied:
            return self.emptied.pop()
        self.databases += 1
        name = f"test_{self.databases}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"create database {name}")  # type: ignore[arg-type,unused-ignore]
        return self.address(name)

    def give_back(self, address: str) -> None:
        """Empty the database for the next test, whoever may still be connected to it."""
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(_END_OTHERS)
            connection.execute("drop schema public cascade")
            connection.execute("create schema public")
        self.emptied.append(address)

    def furnished_database(self) -> str:
        """The address of a database for a whole platform: one with its empty tables, else an empty one.

        Making the tables of all services, and dropping them, takes longer than most tests.
        """
        return self.furnished.pop() if self.furnished else self.new_database()

    def give_back_furnished(self, address: str) -> None:
        """Empty the tables for the next platform; no migration puts a row into one."""
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(_END_OTHERS)
            named = connection.execute(
                "select tablename from pg_tables where schemaname = 'public' and tablename <> 'migrations'"
            ).fetchall()
            asked = " union all ".join(f"select '{name}' where exists (select 1 from {name})" for (name,) in named)
            filled = connection.execute(asked).fetchall() if asked else []  # type: ignore[arg-type,unused-ignore]
            if filled:
                tables = ", ".join(name for (name,) in filled)
                connection.execute(f"truncate {tables} restart identity")  # type: ignore[arg-type,unused-ignore]
        self.furnished.append(address)

    def address(self, database: str) -> str:
        return f"postgresql://{self.user}@127.0.0.1:{self.port}/{database}"

    def go_down(self) -> None:
        """Every session ends at once; the data stays."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)

    def come_back(self) -> None:
        """On the same port, after `go_down`."""
        binaries = _binaries()
        assert binaries is not None, MISSING
        self.process = _launch(binaries, self.folder, self.port)
        _wait_until_ready(self)

    def stop(self) -> None:
        """At once: what it holds is thrown away, so it need not be written down first."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)


def start() -> Postgres | None:
    """Start a server; `None` when there is none on this machine."""
    binaries = _binaries()
    if binaries is None:
        return None
    is_root = os.geteuid() == 0
    owner: Mapping[str, str] = {"user": "postgres", "group": "postgres"} if is_root else {}
    user = "postgres" if is_root else getpass.getuser()
    folder = Path(tempfile.mkdtemp(prefix="eventyard-postgres-"))
    if is_root:
        shutil.chown(folder, "postgres", "postgres")
    subprocess.run(
        [binaries / "initdb", "-D", folder / "data", "--auth=trust", "--no-sync", f"--username={user}", "-E", "UTF8"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        **owner,  # type: ignore[call-overload,unused-ignore]
    )
    port = _free_port()
    process = _launch(binaries, folder, port)
    server = Postgres(port, folder, process, user)
    _wait_until_ready(server)
    return server


def _launch(binaries: Path, folder: Path, port: int) -> subprocess.Popen[bytes]:
    owner: Mapping[str, str] = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=60".split()
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [binaries / "postgres", "-D", folder / "data", *options],
            stdout=log,
            stderr=log,
            cwd=folder,
            **owner,  # type: ignore[call-overload,unused-ignore]
        )


def _binaries() -> Path | None:
    found = shutil.which("postgres")
    if found is not None:
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return installed[-1].parent if installed else None


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_until_ready(server: Postgres) -> None:
    for _ in range(200):
        try:
            psycopg.connect(server.address("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            process_ended = _has_ended_within(server.process, 0.05)
            assert not process_ended, (server.folder / "log").read_text()
        else:
            return
    raise RuntimeError("PostgreSQL did not become ready")


def _has_ended_within(process: subprocess.Popen[bytes], wait_s: float) -> bool:
    try:
        process.wait(wait_s)
    except subprocess.TimeoutExpired:
        return False
    return True
