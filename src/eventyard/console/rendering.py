"""Templates to HTML: the environment that all pages share, and how values are written for people.

Everything a template prints is escaped. Instants are written as `<time>` elements in UTC; the browser adds nothing.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eventyard.console.navigation import MENU

FOLDER = Path(__file__).parent
_SECOND_MS, _MINUTE_MS, _HOUR_MS, _DAY_MS = 1000, 60_000, 3_600_000, 86_400_000


def environment() -> Environment:
    """The environment of the console's templates."""
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(_FILTERS)
    made.globals["menu"] = MENU
    return made


def as_json(value: Any) -> bytes:
    """The value as a program reads it."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS)


def pretty(value: Any) -> str:
    """A payload for people: JSON with indents, text as it is; JSON within text is read first."""
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return str(value)
    return orjson.dumps(value, default=_plain, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode()


def instant(at_ms: int | None, form: str = "%H:%M:%S.%f") -> Markup:
    """A point in time; its date is in the tooltip."""
    if at_ms is None:
        return Markup("–")
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    text = at.strftime(form)
    text = text[:-3] if form.endswith("%f") else text
    iso = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return Markup('<time datetime="{0}" title="{0}">{1}</time>').format(iso, text)


def day(at_ms: int | None) -> Markup:
    """A point in time with its date."""
    return instant(at_ms, "%Y-%m-%d %H:%M:%S")


def duration(duration_ms: float | None) -> str:
    """A length of time, to about three digits."""
    if duration_ms is None:
        return "–"
    if duration_ms < 1:
        return f"{duration_ms * 1000:.0f} µs" if duration_ms else "0 ms"
    if duration_ms < _SECOND_MS:
        return f"{duration_ms:.3g} ms" if duration_ms < 100 else f"{duration_ms:.0f} ms"
    if duration_ms < _MINUTE_MS:
        return f"{duration_ms / _SECOND_MS:.3g} s"
    if duration_ms < _HOUR_MS:
        return f"{duration_ms / _MINUTE_MS:.3g} min"
    return f"{duration_ms / _HOUR_MS:.3g} h" if duration_ms < _DAY_MS else f"{duration_ms / _DAY_MS:.3g} d"


def number(value: float | None) -> str:
    """A count with blanks between thousands, or a rate to three digits."""
    if value is None:
        return "–"
    if isinstance(value, int) or value == int(value):
        return f"{int(value):,}".replace(",", "\u202f")
    return f"{value:.3g}"


def short_name(arn: str) -> str:
    """What people call the thing: the end of its ARN, without what every ARN of its kind begins with."""
    if not arn.startswith("arn:"):
        return arn
    parts = arn.split(":", 5)
    resource = parts[5] if len(parts) > 5 else arn
    for kind in ("event-bus/", "rule/", "function:", "stateMachine:", "pipe/", "schedule/", "table/", "log-group:"):
        if resource.startswith(kind):
            return resource.removeprefix(kind).removesuffix(":*")
    return resource


def address_part(text: str) -> str:
    """Text as one part of an address, slashes escaped too."""
    return quote(text, safe="")


def _plain(value: Any) -> Any:
    """What JSON has no form for, in one that it has."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, set | frozenset) else str(value)


_FILTERS: Mapping[str, Callable[..., Any]] = {
    "pretty": pretty,
    "instant": instant,
    "day": day,
    "duration": duration,
    "number": number,
    "name": short_name,
    "part": address_part,
    "json": lambda value: as_json(value).decode(),
}
