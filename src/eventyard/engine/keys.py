"""Access keys: which ones are known, with their secrets, and those that functions get of us.

A strict server's keys stand in the file `credentials` of its data folder, in AWS's own form, a profile an account:

    [123456789012]
    aws_access_key_id = …
    aws_secret_access_key = …

The file is made with one key at the first start and is the user's from then on.
"""

import configparser
import os
import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eventyard.base.errors import StartRefused

DEFAULT_ACCOUNT = "000000000000"
FILE_NAME = "credentials"
OPEN_KEYS: Mapping[str, str] = {"test": "test"}
"""What everybody uses against a local server; its signature is checked in `open` mode as any known key's."""

_KEY_LETTERS = string.ascii_uppercase + "234567"


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A known key and whose it is: an account of 12 digits."""

    access_key: str
    secret: str
    account: str


class KeyRing:
    """The keys a server knows: the file's, and one of its own making for each account's functions."""

    def __init__(self, keys: Mapping[str, AccessKey]) -> None:
        self._keys = dict(keys)
        self._functions: dict[str, AccessKey] = {}

    def secret(self, access_key: str) -> str | None:
        """The secret of a known key."""
        found = self._keys.get(access_key)
        return None if found is None else found.secret

    def account(self, access_key: str) -> str | None:
        """The account of a known key."""
        found = self._keys.get(access_key)
        return None if found is None else found.account

    def function_key(self, account: str) -> AccessKey:
        """The key that functions of the account sign with; it is valid for as long as the server runs."""
        found = self._functions.get(account)
        if found is None:
            found = self._functions[account] = _new_key(account, prefix="ASIA")
            self._keys[found.access_key] = found
        return found


def open_keys() -> KeyRing:
    """The keys of an `open` server."""
    return KeyRing({key: AccessKey(key, secret, DEFAULT_ACCOUNT) for key, secret in OPEN_KEYS.items()})


def strict_keys(folder: Path) -> KeyRing:
    """The keys in the folder's file, which is made when it is missing. Raises StartRefused when it cannot be read."""
    path = folder / FILE_NAME
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write(path, _new_key(DEFAULT_ACCOUNT, prefix="AKIA"))
    return KeyRing({key.access_key: key for key in _read(path)})


def read_credentials(folder: Path) -> Mapping[str, str]:
    """Access key to secret of the folder's file, in its order; empty when there is none."""
    path = folder / FILE_NAME
    return {key.access_key: key.secret for key in _read(path)} if path.exists() else {}


def new_secret() -> str:
    """A secret of the server's own, for as long as it runs."""
    return secrets.token_urlsafe(30)


def _read(path: Path) -> list[AccessKey]:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(path.read_text("utf-8"))
        keys = [
            AccessKey(section["aws_access_key_id"], section["aws_secret_access_key"], _account(section.name))
            for section in (parser[name] for name in parser.sections())
        ]
    except (configparser.Error, KeyError, OSError, UnicodeDecodeError) as failure:
        raise StartRefused(f"The credentials in {path} cannot be read: {failure}.") from failure
    if not keys:
        raise StartRefused(f"There are no credentials in {path}.")
    return keys


def _account(name: str) -> str:
    return name if len(name) == 12 and name.isdigit() else DEFAULT_ACCOUNT


def _write(path: Path, key: AccessKey) -> None:
    text = f"[{key.account}]\naws_access_key_id = {key.access_key}\naws_secret_access_key = {key.secret}\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _new_key(account: str, *, prefix: str) -> AccessKey:
    letters = "".join(secrets.choice(_KEY_LETTERS) for _ in range(16))
    return AccessKey(prefix + letters, secrets.token_urlsafe(30), account)
