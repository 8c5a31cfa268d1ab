"""A deployment package: is it a zip, how large is it, what is its digest."""

import base64
import hashlib
import io
import zipfile
from dataclasses import dataclass

from eventyard.services.lambda_ import errors

ZIP_BYTES_MAX = 52_428_800
UNZIPPED_BYTES_MAX = 262_144_000


@dataclass(frozen=True, slots=True)
class Package:
    """A zip that was found good; `sha256` is base64, as AWS shows it."""

    zip_bytes: bytes
    sha256: str


def package_of(zip_bytes: bytes) -> Package:
    """The package in these bytes. Raises InvalidParameterValueException, RequestEntityTooLargeException."""
    if len(zip_bytes) > ZIP_BYTES_MAX:
        raise errors.zip_too_large(ZIP_BYTES_MAX)
    try:
        with zipfile.ZipFile(io.BytesIO(zip_bytes)) as archive:
            unzipped_bytes = sum(entry.file_size for entry in archive.infolist())
            is_empty = not archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise errors.not_unzipped() from None
    if is_empty:
        raise errors.invalid("Uploaded file must be a non-empty zip")
    if unzipped_bytes > UNZIPPED_BYTES_MAX:
        raise errors.unzipped_too_large(UNZIPPED_BYTES_MAX)
    digest = hashlib.sha256(zip_bytes).digest()
    return Package(zip_bytes, base64.b64encode(digest).decode())
