"""What of a dashboard's body is wrong (it is refused) or not expected (AWS only says so, and keeps it).

A body is a JSON object with `widgets`. What each kind of widget needs, and of which type its members are, stands in
tables; the words are those of the JSON Schema library that AWS uses, the order of remarks that of the members' names.

Sources: captures of AWS of 2026-09 (radkawar/stackd, dashboards.json and dashboard_widgets.json);
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html; users'
reports (fields of rows). Unverified: which members beyond the tables AWS expects of metric, log, alarm, chart and
custom widgets (none is remarked on there), and what a `select` needs besides one source of its values.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from eventyard.base.errors import AwsError
from eventyard.services.cloudwatch import errors
from eventyard.services.cloudwatch.model.dashboards_patterns import ENDPOINT, MOMENT, OVERRIDE, STAT, STATE, TIMELINE

WIDGETS_MAX: Final = 500
ROWS_MAX: Final = 500
VARIABLES_MAX: Final = 25

_BODY: Final = frozenset({"widgets", "variables", "start", "end", "periodOverride"})
_WIDGET: Final = frozenset({"type", "x", "y", "width", "height", "properties"})
_RANGES: Mapping[str, tuple[int, int | None]] = MappingProxyType(
    {"height": (1, 1000), "width": (1, 24), "x": (0, 23), "y": (0, None)}
)
_KINDS: Final = (
    *("chart", "custom", "metric", "service", "text", "log", "alarm", "explorer", "timeline", "serviceMap"),
    *("serviceTable", "trace"),
)
_NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **{"text": ("markdown",), "alarm": ("alarms",), "custom": ("endpoint",), "timeline": ("alarm",)},
        "chart": ("data", "title", "view"),
    }
)
_OF_TRACES: Mapping[str, type[Any]] = MappingProxyType(
    dict.fromkeys(("accountId", "filterExpression", "groupARN", "region", "title", "traceId"), str)
)
_TYPES: Mapping[str, Mapping[str, type[Any]]] = MappingProxyType(
    {
        "metric": {
            **dict.fromkeys(("region", "title", "view", "stat", "timezone"), str),
            **dict.fromkeys(("stacked", "sparkline", "liveData", "setPeriodToTimeRange"), bool),
            **dict.fromkeys(("annotations", "yAxis", "legend", "table"), dict),
            "metrics": list,
            "period": int,
        },
        "text": {"markdown": str, "background": str},
        "log": dict.fromkeys(("query", "region", "title", "view"), str),
        "alarm": {"alarms": list, "title": str, "states": list},
        "chart": {"data": dict, "title": str, "view": str},
        "custom": {"endpoint": str, "title": str},
        "timeline": {"alarm": str, "title": str},
        **dict.fromkeys(("serviceMap", "serviceTable", "trace"), _OF_TRACES),
    }
)
_CLOSED: Final = frozenset({"text", "timeline", "serviceMap", "serviceTable", "trace"})
_PATTERNS: Mapping[tuple[str, str], str] = MappingProxyType(
    {("metric", "stat"): STAT, ("custom", "endpoint"): ENDPOINT, ("timeline", "alarm"): TIMELINE}
)
_CHOICES: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        ("metric", "view"): ("singleValue", "timeSeries", "bar", "pie", "gauge", "table"),
        ("text", "background"): ("solid", "transparent"),
    }
)
_SHORT_PERIODS: Final = (1, 5, 10, 30)
_VARIABLE_TYPES: Final = ("property", "pattern")
_INPUT_TYPES: Final = ("input", "select", "radio")
_SOURCES: Final = ("values", "tag", "search", "populateFrom", "searchLabelValues")
_ONE_OF: Final = "Should match exactly one schema in oneOf"
_ROWS: Final = (
    'Field "metrics" has to be an array of array of strings, with an optional metricRenderer object as last element'
)
_TYPE_NAMES: Mapping[type[Any], str] = MappingProxyType(
    {str: "string", bool: "boolean", list: "array", dict: "object", int: "integer"}
)


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said of the part of a body at `path` (a JSON pointer)."""

    path: str
    message: str
    is_wrong: bool = True


def judged(body: str) -> list[Remark]:
    """What AWS says of a body that it takes. Raises DashboardInvalidInputError for one that it does not."""
    if not body:
        raise errors.dashboard_part_required("DashboardBody")
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
    for name in body:
        if name not in _BODY:
            yield Remark("", f'The "{name}" property is not expected, will be ignored', is_wrong=False)
    for name, pattern in (("end", MOMENT), ("periodOverride", OVERRIDE), ("start", MOMENT)):
        if name in body:
            for remark in _of_text(body[name], f"/{name}", pattern):
                yield Remark(remark.path, remark.message, is_wrong=False)
    if "variables" in body:
        yield from _of_list(body["variables"], "/variables", VARIABLES_MAX)
        yield from _of_variables(body["variables"])
    if "widgets" not in body:
        yield Remark("", "Should have required property 'widgets'")
        return
    widgets = body["widgets"]
    yield from _of_list(widgets, "/widgets", WIDGETS_MAX)
    for place, widget in enumerate(widgets if isinstance(widgets, list) else ()):
        yield from _of_widget(widget, f"/widgets/{place}")


def _of_list(value: Any, path: str, size_max: int) -> Iterator[Remark]:
    if not isinstance(value, list):
        yield Remark(path, "Should be array")
    elif len(value) > size_max:
        yield Remark(path, f"Should NOT have more than {size_max} items")


def _of_text(value: Any, path: str, pattern: str) -> Iterator[Remark]:
    if not isinstance(value, str):
        yield Remark(path, "Should be string")
    elif not re.search(pattern, value):
        yield Remark(path, f'Should match pattern "{pattern}"')


def _of_variables(variables: Any) -> Iterator[Remark]:
    seen: set[str] = set()
    for place, variable in enumerate(variables if isinstance(variables, list) else ()):
        path = f"/variables/{place}"
        if not isinstance(variable, dict):
            yield Remark(path, "Should be object")
            continue
        yield from _of_variable(variable, path)
        changed = variable.get("property")
        if isinstance(changed, str) and changed in seen:
            yield Remark(f"{path}/property", f'Duplicated property in variable: "{changed}"')
        elif isinstance(changed, str):
            seen.add(changed)


def _of_variable(variable: Mapping[str, Any], path: str) -> Iterator[Remark]:
    kind, input_type = variable.get("type", "property"), variable.get("inputType", "input")
    for name in ("type", "inputType", "id"):
        if name not in variable:
            yield Remark(path, f"Should have required property '{name}'")
    for name, given, allowed in (("type", kind, _VARIABLE_TYPES), ("inputType", input_type, _INPUT_TYPES)):
        if given not in allowed:
            listed = ",".join(allowed)
            words = f"The specified variable {name} is unknown. Use one of the allowed values: {listed}"
            yield Remark(f"{path}/{name}", words)
    if kind in _VARIABLE_TYPES and kind not in variable:
        yield Remark(path, f"Should have required property '{kind}'")
    if input_type in ("select", "radio") and not variable.keys() & set(_SOURCES):
        for name in _SOURCES:
            yield Remark(path, f"Should have required property '{name}'")
        yield Remark(path, _ONE_OF)


def _of_widget(widget: Any, path: str) -> Iterator[Remark]:
    if not isinstance(widget, dict):
        yield Remark(path, "Should be object")
        return
    yield from _unexpected(widget, _WIDGET, path)
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
        words = f"The specified widget type is unknown. Use one of the allowed values: {','.join(_KINDS)}"
        yield Remark(f"{path}/type", words, is_wrong=False)
    if isinstance(properties, dict):
        yield from _of_properties(str(kind), properties, f"{path}/properties")
    elif "properties" in widget:
        yield Remark(f"{path}/properties", "Should be object")


def _unexpected(given: Mapping[str, Any], expected: frozenset[str], path: str) -> Iterator[Remark]:
    for name in given:
        if name not in expected:
            words = f'The "{name}" property is not expected to be part of a widget definition, will be ignored'
            yield Remark(path, words, is_wrong=False)


def _of_number(number: Any, path: str, least: int, most: int | None) -> Iterator[Remark]:
    if not isinstance(number, int) or isinstance(number, bool):
        yield Remark(path, "Should be integer")
    elif number < least:
        yield Remark(path, f"Should be >= {least}")
    elif most is not None and number > most:
        yield Remark(path, f"Should be <= {most}")


def _of_properties(kind: str, properties: Mapping[str, Any], path: str) -> Iterator[Remark]:
    types = _TYPES.get(kind, {})
    if kind in _CLOSED:
        yield from _unexpected(properties, frozenset(types), path)
    if kind == "metric":
        yield from _of_metric_sources(properties, path)
    yield from _of_lacking(kind, properties, path)
    for name in sorted(properties.keys() & types.keys()):
        yield from _of_property(kind, name, properties[name], f"{path}/{name}")
    if kind == "alarm" and properties.get("alarms") == [] and "states" not in properties:
        yield Remark(f"{path}/alarms", "Should NOT have less than 1 items")


def _of_lacking(kind: str, properties: Mapping[str, Any], path: str) -> Iterator[Remark]:
    """The first that is lacking; a chart's data need queries before anything else is looked at."""
    lacking = next((name for name in _NEEDED.get(kind, ()) if name not in properties), None)
    data = properties.get("data")
    if kind == "chart" and isinstance(data, dict) and "queries" not in data:
        yield Remark(f"{path}/data", "Should have required property 'queries'")
    elif lacking is not None:
        yield Remark(path, f"Should have required property '{lacking}'")


def _of_property(kind: str, name: str, value: Any, path: str) -> Iterator[Remark]:
    wanted = _TYPES[kind][name]
    is_other = not isinstance(value, wanted)
    if is_other or (isinstance(value, bool) and wanted is not bool):
        yield Remark(path, f"Should be {_TYPE_NAMES[wanted]}")
        return
    choices = _CHOICES.get((kind, name))
    if choices is not None and value not in choices:
        words = f'The value of "{name}" property is not valid. Should be equal to one of the allowed values: '
        yield Remark(path, words + ",".join(choices), is_wrong=False)
    if (kind, name) in _PATTERNS:
        yield from _of_text(value, path, _PATTERNS[kind, name])
    if name == "period":
        yield from _of_period(value, path)
    if name == "metrics":
        yield from _of_rows(value, path)
    if name == "states":
        for place, state in enumerate(value):
            yield from _of_text(state, f"{path}/{place}", STATE)


def _of_metric_sources(properties: Mapping[str, Any], path: str) -> Iterator[Remark]:
    """A metric widget draws metrics of a region, or an alarm; AWS tells what each of the two ways lacks."""
    lacking = [name for name in ("metrics", "region") if name not in properties]
    if not lacking or "annotations" in properties:
        return
    yield Remark(path, f"Should have required property '{lacking[0]}'")
    yield Remark(path, "The metric widget should have specified a region and a data source or an alarm annotation")
    yield Remark(path, "Should have required property 'annotations'")


def _of_period(period: int, path: str) -> Iterator[Remark]:
    if period in _SHORT_PERIODS or (period >= 60 and period % 60 == 0):
        return
    if period < 60:
        yield Remark(path, "Should be >= 60")
    if period % 60:
        yield Remark(path, "Should be multiple of 60")
    yield Remark(path, _ONE_OF)


def _of_rows(rows: list[Any], path: str) -> Iterator[Remark]:
    yield from _of_list(rows, path, ROWS_MAX)
    for place, row in enumerate(rows):
        if not isinstance(row, list):
            yield Remark(f"{path}/{place}", "Should be array")
            yield Remark(f"{path}/{place}", _ROWS)
            continue
        if not row:
            yield Remark(f"{path}/{place}", "Should NOT have less than 1 items")
        for column, part in enumerate(row):
            is_rendering = isinstance(part, dict) and column == len(row) - 1
            if not isinstance(part, str) and not is_rendering:
                words = "Invalid metric field type, only 'String' type is allowed"
                yield Remark(f"{path}/{place}/{column}", words)
