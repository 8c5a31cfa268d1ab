"""Scalars as text, both ways: for forms, XML, headers, query strings and paths; and instants in AWS's three formats.

Inside, an instant is an integer of milliseconds since the epoch, a blob is bytes. On the wire an instant is epoch
seconds (with three decimals only when it has a fraction), ISO 8601 in UTC, or an HTTP date (which has no fraction: it
is cut off). Readers take any of the three wherever one is expected, as AWS does.
"""

import base64
import binascii
import calendar
import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz
from typing import Final

from eventyard.base.errors import AwsError
from eventyard.gateway.models import Shape

_ISO: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d\d):?(\d\d))?",
    re.ASCII,
)
_HTTP_FRACTION: Final = re.compile(r"(:\d\d)\.(\d{1,9})", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT_MAX_MS: Final = 253_402_300_799_999  # the last one of the year 9999
_INSTANT_MIN_MS: Final = -62_135_596_800_000  # the first one of the year 1
_INTEGER_DIGITS_MAX: Final = 20
_LONG_END: Final = 1 << 63
_SPECIAL_FLOATS: Mapping[str, float] = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


class NotReadable(Exception):
    """The text is no value of its type; each protocol says so in its own words. The argument describes the value."""


def malformed(message: str) -> AwsError:
    """What AWS answers to bytes that cannot be read as the request's shape (the JSON and CBOR protocols)."""
    return AwsError("SerializationException", message)


def is_long(number: float) -> bool:
    """Whether a number fits into AWS's largest integer, of 64 bits."""
    return -_LONG_END <= number < _LONG_END


def read_integer(text: str) -> int:
    if len(text) <= _INTEGER_DIGITS_MAX and text.isascii():
        try:
            number = int(text.replace("_", "x"))
        except ValueError:
            raise NotReadable(text) from None
        if is_long(number):
            return number
    raise NotReadable(text)


def read_number(text: str) -> float:
    """The number in a text, `NaN` and the infinities included. Raises NotReadable."""
    if text in _SPECIAL_FLOATS:
        return _SPECIAL_FLOATS[text]
    if not _NUMBER.fullmatch(text):
        raise NotReadable(text)
    return float(text)


def read_boolean(text: str) -> bool:
    if text in ("true", "false"):
        return text == "true"
    raise NotReadable(text)


def read_blob(text: str) -> bytes:
    """The bytes in a base64 text. Raises NotReadable."""
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise NotReadable(text) from None


def read_string(text: str) -> str:
    return text


def read_instant(text: str) -> int:
    """Milliseconds since the epoch from any of the three formats."""
    if _NUMBER.fullmatch(text):
        return instant_of_seconds(float(text))
    if found := _ISO.fullmatch(text):
        return _instant_of_iso(found)
    return _instant_of_http_date(text)


def _instant_of_http_date(text: str) -> int:
    """AWS lets an HTTP date have a fraction of a second, which the standard has not."""
    fraction = _HTTP_FRACTION.search(text)
    parsed = parsedate_tz(_HTTP_FRACTION.sub(r"\1", text)) if text[:3].isalpha() else None
    if parsed is None:
        raise NotReadable(text)
    try:
        whole_s = calendar.timegm((*parsed[:6], 0, 0, 0)) - (parsed[9] or 0)
    except (ValueError, OverflowError, IndexError):
        raise NotReadable(text) from None
    return _bounded(whole_s * 1000 + _millis(fraction[2] if fraction else None), text)


def _millis(fraction: str | None) -> int:
    return round(float(f"0.{fraction}") * 1000) if fraction else 0


def instant_of_seconds(seconds: float) -> int:
    """Milliseconds of epoch seconds. Raises NotReadable outside of the years 1 to 9999."""
    if not math.isfinite(seconds):
        raise NotReadable(str(seconds))
    return _bounded(round(seconds * 1000), str(seconds))


def _instant_of_iso(found: re.Match[str]) -> int:
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    fraction, _, sign, offset_hours, offset_minutes = found.groups()[6:]
    try:
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except ValueError:
        raise NotReadable(found[0]) from None
    offset_s = (int(offset_hours) * 3600 + int(offset_minutes) * 60) * (-1 if sign == "-" else 1) if sign else 0
    whole_s = (moment - _EPOCH) // timedelta(seconds=1) - offset_s
    return _bounded(whole_s * 1000 + _millis(fraction), found[0])


def _bounded(instant_ms: int, text: str) -> int:
    if not _INSTANT_MIN_MS <= instant_ms <= _INSTANT_MAX_MS:
        raise NotReadable(text)
    return instant_ms


def epoch_seconds(instant_ms: int) -> float:
    """Seconds for a JSON or CBOR number: always a double, as AWS sends them.

    Source: localstack/localstack, tests of CloudWatch in its three protocols that are validated against AWS, 2025-12.
    """
    return instant_ms / 1000


def epoch_text(instant_ms: int) -> str:
    return str(instant_ms // 1000) if instant_ms % 1000 == 0 else f"{instant_ms / 1000:.3f}"


def iso_text(instant_ms: int) -> str:
    """The instant in ISO 8601's form, with milliseconds only where it has some."""
    moment = (_EPOCH + timedelta(milliseconds=instant_ms)).replace(tzinfo=None)
    return moment.isoformat(timespec="milliseconds" if instant_ms % 1000 else "seconds") + "Z"


_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def http_text(instant_ms: int) -> str:
    moment = _EPOCH + timedelta(milliseconds=instant_ms)
    return f"{_DAYS[moment.weekday()]}, {moment:%d} {_MONTHS[moment.month - 1]} {moment.year:04d} {moment:%H:%M:%S} GMT"


def blob_text(blob: bytes) -> str:
    """Bytes as base64 text."""
    return base64.b64encode(blob).decode("ascii")


def number_text(number: float) -> str:
    """`NaN`, `Infinity` and `-Infinity` as AWS spells them; whole doubles keep their `.0`."""
    if math.isnan(number):
        return "NaN"
    if number in (math.inf, -math.inf):
        return "Infinity" if number > 0 else "-Infinity"
    return str(number)


def boolean_text(value: bool) -> str:
    return "true" if value else "false"


READERS: Final[Mapping[str, Callable[[str], object]]] = {
    "string": read_string,
    "character": read_string,
    "integer": read_integer,
    "long": read_integer,
    "float": read_number,
    "double": read_number,
    "boolean": read_boolean,
    "blob": read_blob,
    "timestamp": read_instant,
}

_INSTANT_TEXTS: Final[Mapping[str, Callable[[int], str]]] = {
    "unixtimestamp": epoch_text,
    "iso8601": iso_text,
    "rfc822": http_text,
}
_TEXTS: Final[Mapping[str, Callable[..., str]]] = {
    "string": str,
    "character": str,
    "integer": str,
    "long": str,
    "float": number_text,
    "double": number_text,
    "boolean": boolean_text,
    "blob": blob_text,
}


def instant_text(shape: Shape, otherwise: str) -> Callable[[int], str]:
    """How the instants of `shape` are written; `otherwise` is the place's format when the model names none."""
    return _INSTANT_TEXTS[(shape.text("timestampFormat") or otherwise).lower()]


def text_of(shape: Shape, instants: str) -> Callable[..., str]:
    """How the scalars of `shape` are written as text; `instants` is the place's own format for instants."""
    return instant_text(shape, instants) if shape.type == "timestamp" else _TEXTS[shape.type]
