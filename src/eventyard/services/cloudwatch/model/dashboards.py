"""Dashboards: their names, and what of a body is wrong (it is refused) or not expected (AWS only says so).

A body is a JSON object with `widgets`. What each kind of widget needs, and of which type its members are, stands in
tables; members that no table has draw a message and are kept. The words are those of the JSON Schema library that AWS
uses.

Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html;
users' reports (the form of the refusal, "Should NOT have …"); stackd (unexpected members, ranges). Unverified: members
of properties that are not told apart below are not judged.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from eventyard.base.errors import AwsError
from eventyard.services.cloudwatch import errors

NAME_MAX: Final = 255
NAMES_MAX: Final = 100
PAGE_MAX: Final = 1000
WIDGETS_MAX: Final = 500
ROWS_MAX: Final = 500
_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")
_PREFIX: Final = re.compile(r"[A-Za-z0-9_.-]*")

_BODY: Final = frozenset({"widgets", "variables", "start", "end", "periodOverride"})
_WIDGET: Final = frozenset({"type", "x", "y", "width", "height", "properties"})
_RANGES: Mapping[str, tuple[int, int | None]] = MappingProxyType(
    {"height": (1, 1000), "width": (1, 24), "x": (0, 23), "y": (0, None)}
)
_NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"text": ("markdown",), "alarm": ("alarms",), "custom": ("endpoint",), "chart": ("data", "title", "view")}
)
_KINDS: Final = (
    *("chart", "custom", "metric", "service", "text", "log", "alarm", "explorer", "timeline", "serviceMap"),
    *("serviceTable", "trace"),
)
_TYPES: Mapping[str, type] = MappingProxyType(
    {
        **dict.fromkeys(("region", "title", "view", "markdown", "query", "stat", "timezone", "endpoint"), str),
        **dict.fromkeys(("stacked", "sparkline", "liveData", "setPeriodToTimeRange"), bool),
        **dict.fromkeys(("metrics", "alarms"), list),
        **dict.fromkeys(("annotations", "yAxis", "legend", "table"), dict),
        "period": int,
    }
)
_TYPE_NAMES: Mapping[type, str] = MappingProxyType(
    {str: "string", bool: "boolean", list: "array", dict: "object", int: "integer"}
)


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A dashboard of an account; dashboards are of no region."""

    account: str
    name: str
    body: str
    changed_at_ms: int

    @property
    def arn(self) -> str:
        return dashboard_arn(self.account, self.name)

    def listed(self) -> dict[str, Any]:
        """As ListDashboards shows it."""
        return {
            "DashboardName": self.name,
            "DashboardArn": self.arn,
            "LastModified": self.changed_at_ms // 1000 * 1000,
            "Size": len(self.body.encode()),
        }


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said of the part of a body at `path` (a JSON pointer)."""

    path: str
    message: str
    is_wrong: bool = True


def dashboard_arn(account: str, name: str) -> str:
    """The ARN of a dashboard."""
    return f"arn:aws:cloudwatch::{account}:dashboard/{name}"


def check_name(name: str | None, field: str = "DashboardName") -> None:
    """A name of letters, digits, dashes and underscores."""
    if not name:
        raise errors.dashboard_name_required(field)
    if len(name) > NAME_MAX:
        raise errors.dashboard_name_too_long(field, NAME_MAX)
    if not _NAME.fullmatch(name):
        raise errors.dashboard_name_invalid(field)


def check_prefix(prefix: str) -> None:
    """The beginning of names."""
    if len(prefix) > NAME_MAX:
        raise errors.dashboard_name_too_long("DashboardNamePrefix", NAME_MAX)
    if not _PREFIX.fullmatch(prefix):
        raise errors.dashboard_name_invalid("DashboardNamePrefix")


def judged(body: str) -> list[Remark]:
    """What AWS says of a body that it takes. Raises DashboardInvalidInputError for one that it does not."""
    if not body:
        raise errors.dashboard_name_required("DashboardBody")
    try:
        document = json.loads(body)
    except ValueError:
        raise errors.dashboard_body_no_object() from None
    if not isinstance(document, dict):
        raise errors.dashboard_body_no_object()
    remarks = list(_of_body(document))
    wrong = [remark for remark in remarks if remark.is_wrong]
    if wrong:
        raise _refusal(wrong)
    return remarks


def _refusal(wrong: list[Remark]) -> AwsError:
    told = [{"dataPath": remark.path, "message": remark.message} for remark in wrong]
    return errors.dashboard_body_invalid(len(wrong), json.dumps(told, indent=2, ensure_ascii=False))


def _of_body(body: Mapping[str, Any]) -> Iterator[Remark]:
    for name in body.keys() - _BODY:
        yield Remark("", f'The "{name}" property is not expected, will be ignored', is_wrong=False)
    if "widgets" not in body:
        yield Remark("", "Should have required property 'widgets'")
        return
    widgets = body["widgets"]
    if not isinstance(widgets, list):
        yield Remark("/widgets", "Should be array")
        return
    if len(widgets) > WIDGETS_MAX:
        yield Remark("/widgets", f"Should NOT have more than {WIDGETS_MAX} items")
    for place, widget in enumerate(widgets):
        yield from _of_widget(widget, f"/widgets/{place}")


def _of_widget(widget: Any, path: str) -> Iterator[Remark]:
    if not isinstance(widget, dict):
        yield Remark(path, "Should be object")
        return
    for name in sorted(widget.keys() - _WIDGET):
        words = f'The "{name}" property is not expected to be part of a widget definition, will be ignored'
        yield Remark(path, words, is_wrong=False)
    for name in ("type", "properties"):
        if name not in widget:
            yield Remark(path, f"Should have required property '{name}'")
    for name, (least, most) in _RANGES.items():
        if name in widget:
            yield from _of_number(widget[name], f"{path}/{name}", least, most)
    for name, other in (("x", "y"), ("y", "x")):
        if name in widget and other not in widget:
            yield Remark(path, f"Should have property {other} when property {name} is present")
    kind, properties = widget.get("type"), widget.get("properties")
    if kind is not None and kind not in _KINDS:
        yield Remark(f"{path}/type", "Should be equal to one of the allowed values", is_wrong=False)
    if isinstance(properties, dict):
        yield from _of_properties(str(kind), properties, f"{path}/properties")
    elif properties is not None:
        yield Remark(f"{path}/properties", "Should be object")


def _of_number(number: Any, path: str, least: int, most: int | None) -> Iterator[Remark]:
    if not isinstance(number, int) or isinstance(number, bool):
        yield Remark(path, "Should be integer")
    elif number < least:
        yield Remark(path, f"Should be >= {least}")
    elif most is not None and number > most:
        yield Remark(path, f"Should be <= {most}")


def _of_properties(kind: str, properties: Mapping[str, Any], path: str) -> Iterator[Remark]:
    for name in _NEEDED.get(kind, ()):
        if name not in properties:
            yield Remark(path, f"Should have required property '{name}'")
    if kind == "metric":
        yield from _of_sources(properties, path)
    for name, value in properties.items():
        wanted = _TYPES.get(name)
        is_bool = isinstance(value, bool) and wanted is not bool
        if wanted is not None and (not isinstance(value, wanted) or is_bool):
            yield Remark(f"{path}/{name}", f"Should be {_TYPE_NAMES[wanted]}")
    metrics = properties.get("metrics")
    if kind == "metric" and isinstance(metrics, list):
        yield from _of_rows(metrics, f"{path}/metrics")


def _of_sources(properties: Mapping[str, Any], path: str) -> Iterator[Remark]:
    """A metric widget draws metrics of a region, or an alarm; AWS tells what each of the two ways lacks."""
    lacking = [name for name in ("metrics", "region") if name not in properties]
    if not lacking or "annotations" in properties:
        return
    for name in lacking:
        yield Remark(path, f"Should have required property '{name}'")
    yield Remark(path, "The metric widget should have specified a region and a data source or an alarm annotation")
    yield Remark(path, "Should have required property 'annotations'")


def _of_rows(rows: list[Any], path: str) -> Iterator[Remark]:
    if len(rows) > ROWS_MAX:
        yield Remark(path, f"Should NOT have more than {ROWS_MAX} items")
    for place, row in enumerate(rows):
        if not isinstance(row, list):
            yield Remark(f"{path}/{place}", "Should be array")
            continue
        if not row:
            yield Remark(f"{path}/{place}", "Should NOT have fewer than 1 items")
        for column, part in enumerate(row):
            is_rendering = isinstance(part, dict) and column == len(row) - 1
            if not isinstance(part, str) and not is_rendering:
                words = "Invalid metric field type, only 'String' type is allowed"
                yield Remark(f"{path}/{place}/{column}", words)
