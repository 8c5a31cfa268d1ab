"""The deployment package of a function: its handler, the modules beside it, and the libraries it needs, as one zip.

The libraries are copied from the running environment, as `pip install --target` would put them; boto3 comes with the
runtime. Equal input gives equal bytes.
"""

import importlib.metadata
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

FUNCTIONS = Path(__file__).parent / "functions"
LIBRARIES = ("aws-lambda-powertools", "aws-xray-sdk")
IN_THE_RUNTIME = frozenset({"boto3", "botocore", "s3transfer", "urllib3", "python-dateutil", "six"})
_EPOCH = (2026, 1, 1, 0, 0, 0)


def package() -> bytes:
    """The zip with every handler; which one a function runs, its `Handler` says."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in sorted(_files()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _files() -> Iterator[tuple[str, bytes]]:
    for path in FUNCTIONS.glob("*.py"):
        if path.name != "__init__.py":
            yield path.name, path.read_bytes()
    for library in _with_requirements(LIBRARIES):
        for file in importlib.metadata.files(library) or ():
            path = Path(str(file.locate()))
            if path.suffix != ".pyc" and not str(file).startswith("..") and path.is_file():
                yield str(file), path.read_bytes()


def _with_requirements(libraries: tuple[str, ...]) -> list[str]:
    found: dict[str, None] = {}
    waiting = list(libraries)
    while waiting:
        name = waiting.pop()
        if name in found or name in IN_THE_RUNTIME:
            continue
        found[name] = None
        for requirement in importlib.metadata.requires(name) or ():
            if "extra ==" not in requirement:
                waiting.append(re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower())
    return list(found)
