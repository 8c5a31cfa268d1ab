"""One PostgreSQL for the whole run, and what a run says first: which optional programs are missing, what is skipped.

Property tests draw the same examples in every run, so that a run tells of the change that it tests;
`--hypothesis-profile=default` draws new ones, as `make fuzz` does.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

from hypothesis import settings

from tests.support.stores import furnished_database, postgres_database, postgres_server

__all__ = ["furnished_database", "postgres_database", "postgres_server"]

settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

ROOT = Path(__file__).resolve().parents[1]


def pytest_report_header() -> list[str]:
    """One line for each optional thing that is missing; nothing when all are here."""
    return list(_missing())


def _missing() -> Iterator[str]:
    if not _has_postgresql():
        yield "missing: PostgreSQL (make apt), so the store and API tests run on SQLite alone"
    if shutil.which("node") is None or shutil.which("npm") is None:
        yield "missing: Node.js with npm (make apt), so the JavaScript journey is skipped"
    if not (ROOT.parent / "shared" / "data").is_dir():
        yield "missing: ../shared/data, so the tests on facts recorded from AWS are skipped"


def _has_postgresql() -> bool:
    """Debian keeps the server's programs off the path, in a folder for each version."""
    return shutil.which("initdb") is not None or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
