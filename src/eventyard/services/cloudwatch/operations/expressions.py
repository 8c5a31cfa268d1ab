"""What the queries of one GetMetricData come to: metrics are read, expressions evaluated after what they refer to.

    queries ── compiled ──► in the order of their references ──► a value for each id ──► results, by the request's order

The results of what was found, by SEARCH or SELECT, stand behind the others.

An expression that comes to an array gives a result for each of its series, all with the expression's id. An expression
has the period that its query names, else the shortest of the request's metrics; a SEARCH names its own, or has that.
Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html and the user guide's
pages on metric math, search expressions and dynamic labels (read 2026-11); github.com/radkawar/stackd, fitted to
captures of AWS, for the refusals and for the period of an expression.
Unverified: how the label of a series in an array is made.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from typing import Any, Final, NamedTuple

from eventyard.languages.metric_math.errors import MathError, unknown_id
from eventyard.languages.metric_math.evaluating import Inputs, evaluate
from eventyard.languages.metric_math.expression import Expression, compile_expression
from eventyard.languages.metric_math.insights.query import Select, compile_select, is_select
from eventyard.languages.metric_math.insights.results import Observed, aggregated, groups, ordered
from eventyard.languages.metric_math.labels import default_labels, is_dynamic, refuse_too_dynamic, render_label
from eventyard.languages.metric_math.searching.matching import FOUND_MAX, search
from eventyard.languages.metric_math.searching.query import Search
from eventyard.languages.metric_math.values import Array, Frame, Metric, Origin, Series, Settled
from eventyard.services.cloudwatch import errors

Query = Mapping[str, Any]
"""A MetricDataQuery that has been checked: an id, and either a MetricStat or an Expression."""
Messages = tuple[Mapping[str, str], ...]
"""As the answer has them: Code and Value."""

DEFAULT_PERIOD_S: Final = 60
SELECT_PERIOD_MIN_S: Final = 60
TOO_MANY_METRICS: Final[Mapping[str, str]] = {
    "Code": "MaxMetricsExceeded",
    "Value": "Maximum number of allowed metrics exceeded",
}


class Read(NamedTuple):
    """What a metric was read as; `points` are (at_s, value), ascending."""

    points: tuple[tuple[int, float], ...]
    messages: Messages = ()


class Result(NamedTuple):
    """One result of the answer; `points` are ascending."""

    id: str
    label: str
    points: tuple[tuple[int, float], ...]
    messages: Messages = ()


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the queries find what they are about.

    `read`: a metric's statistic in periods of so many seconds, in one unit or in whichever there is. `observe`: what
    was measured of a metric. `known`: the metrics of the last two weeks, of a namespace and a name or (`None`) of any.
    `frame`: the time of the request in periods of so many seconds.
    """

    read: Callable[[Metric, str, int, str | None], Read]
    observe: Callable[[Metric, int], Sequence[Observed]]
    known: Callable[[str | None, str | None], Sequence[Metric]]
    frame: Callable[[int], Frame]
    account: str
    region: str
    now_s: int
    label_offset_min: int = 0


def results(queries: Sequence[Query], sources: Sources) -> tuple[list[Result], Messages]:
    """The results that are to be returned, and the messages of the operation as a whole. Raises AwsError."""
    evaluation = _Evaluation(queries, sources, _compiled(queries))
    evaluation.read_metrics()
    for id in _in_order(evaluation.compiled):
        evaluation.evaluate(id)
    returned = [query for query in queries if query.get("ReturnData", True)]
    found = [result for query in sorted(returned, key=evaluation.is_found) for result in evaluation.shown(query)]
    return found[:FOUND_MAX], (TOO_MANY_METRICS,) if evaluation.is_cut or len(found) > FOUND_MAX else ()


def _compiled(queries: Sequence[Query]) -> dict[str, Expression | Select]:
    ids = {query["Id"] for query in queries}
    compiled: dict[str, Expression | Select] = {}
    for query in queries:
        _check_label(query.get("Label") or "")
        if "Expression" in query:
            with _in_the_name_of(query["Id"]):
                compiled[query["Id"]] = _compile(query["Expression"], ids)
    if sum(isinstance(one, Select) for one in compiled.values()) > 1:
        raise errors.validation("Maximum number of queries (1) exceeded")
    return compiled


def _check_label(label: str) -> None:
    try:
        refuse_too_dynamic(label)
    except MathError as refusal:
        raise errors.validation(refusal.reason) from None


def _compile(text: str, ids: set[str]) -> Expression | Select:
    if is_select(text):
        return compile_select(text)
    expression = compile_expression(text)
    for id in expression.references:
        if id not in ids:
            raise unknown_id(id)
    return expression


@contextmanager
def _in_the_name_of(id: str) -> Iterator[None]:
    """A refusal of the language becomes one that names the query."""
    try:
        yield
    except MathError as refusal:
        raise errors.in_expression(id, refusal.reason) from None


def _in_order(compiled: Mapping[str, Expression | Select]) -> list[str]:
    """The ids of the expressions, each after those that it refers to."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for id, one in compiled.items():
        references = one.references if isinstance(one, Expression) else ()
        sorter.add(id, *(reference for reference in references if reference in compiled))
    try:
        return list(sorter.static_order())
    except CycleError as circle:
        raise errors.validation(f"Circular dependency involving '{circle.args[1][0]}'.") from None


@dataclass(slots=True)
class _Evaluation:
    """The values that are known so far, by id."""

    queries: Sequence[Query]
    sources: Sources
    compiled: Mapping[str, Expression | Select]
    values: dict[str, Settled] = field(default_factory=dict)
    messages: dict[str, Messages] = field(default_factory=dict)
    is_cut: bool = False

    def read_metrics(self) -> None:
        """Give each query of a metric its series, under its label."""
        stats = [query for query in self.queries if "MetricStat" in query]
        origins = [self._origin(query) for query in stats]
        for query, origin, default in zip(stats, origins, default_labels(origins), strict=True):
            series, messages = self._series(origin, query["MetricStat"].get("Unit"))
            self.values[query["Id"]] = replace(series, label=self._label(query, series, default))
            self.messages[query["Id"]] = messages

    def evaluate(self, id: str) -> None:
        """Give an expression its value; what it refers to has one."""
        query = next(query for query in self.queries if query["Id"] == id)
        one = self.compiled[id]
        if isinstance(one, Select):
            self.values[id] = self._selected(query, one)
            return
        metric_ids = tuple(query["Id"] for query in self.queries if "MetricStat" in query)
        with _in_the_name_of(id):
            found = {wanted: self._searched(query, wanted) for wanted in one.searches}
            inputs = Inputs(values=self.values, metric_ids=metric_ids, found=found)
            self.values[id] = evaluate(one, inputs, self.sources.frame(self._period_of(query)))

    def is_found(self, query: Query) -> bool:
        """Whether its series are found by a search or a SELECT: AWS shows them behind the others (recorded)."""
        one = self.compiled.get(query["Id"])
        return isinstance(one, Select) or (one is not None and bool(one.searches))

    def shown(self, query: Query) -> list[Result]:
        """The results of a query."""
        value, id = self.values[query["Id"]], query["Id"]
        if isinstance(value, float):
            raise errors.validation(f"The expression '{id}' must return a time series or array of time series.")
        if id not in self.compiled:
            assert isinstance(value, Series)
            return [Result(id, value.label, value.points, self.messages[id])]
        if isinstance(value, Series):
            return [Result(id, self._label(query, value, id), value.points)]
        return [Result(id, self._label_in_array(query, series), series.points) for series in value]

    def _label(self, query: Query, series: Series, default: str) -> str:
        label = query.get("Label")
        if not label:
            return default
        sources = self.sources
        return render_label(label, series, default=default, now_s=sources.now_s, offset_min=sources.label_offset_min)

    def _label_in_array(self, query: Query, series: Series) -> str:
        label, own = query.get("Label"), series.label or query["Id"]
        return f"{label} {own}" if label and not is_dynamic(label) else self._label(query, series, own)

    def _origin(self, query: Query) -> Origin:
        stat = query["MetricStat"]
        metric = stat["Metric"]
        dimensions = tuple((one["Name"], one["Value"]) for one in metric.get("Dimensions") or ())
        return Origin(
            namespace=metric["Namespace"],
            name=metric["MetricName"],
            dimensions=dimensions,
            stat=stat["Stat"],
            period_s=stat["Period"],
            account=query.get("AccountId", self.sources.account),
            region=self.sources.region,
        )

    def _series(self, origin: Origin, unit: str | None) -> tuple[Series, Messages]:
        """The series of a metric; one of another account has no points."""
        metric = Metric(origin.namespace, origin.name, origin.dimensions)
        if origin.account != self.sources.account:
            return Series((), origin.period_s, origin=origin), ()
        read = self.sources.read(metric, origin.stat, origin.period_s, unit)
        return Series(read.points, origin.period_s, origin=origin), read.messages

    def _period_of(self, query: Query) -> int:
        if query.get("Period"):
            return int(query["Period"])
        return min(
            (int(one["MetricStat"]["Period"]) for one in self.queries if "MetricStat" in one), default=DEFAULT_PERIOD_S
        )

    def _searched(self, query: Query, wanted: Search) -> Array:
        """The series of a SEARCH of the query's expression."""
        period_s = wanted.period_s or query.get("Period")
        if not period_s:
            raise MathError("Period is a required field when using search within an expression")
        return self._found(wanted, int(period_s))

    def _found(self, wanted: Search, period_s: int) -> Array:
        """The series of a SEARCH, under the labels that tell them apart and in their order (recorded)."""
        namespace = wanted.schema.namespace if wanted.schema else None
        metrics = search(wanted, self.sources.known(namespace, None))
        self.is_cut = self.is_cut or len(metrics) > FOUND_MAX
        account, region = self.sources.account, self.sources.region
        origins = [Origin(*metric, wanted.stat, period_s, account, region) for metric in metrics[:FOUND_MAX]]
        found = sorted(zip(origins, default_labels(origins), strict=True), key=lambda one: (one[1], one[0].dimensions))
        return tuple(replace(self._series(origin, None)[0], label=label) for origin, label in found)

    def _selected(self, query: Query, select: Select) -> Settled:
        """A series, or with GROUP BY an array of them."""
        if not query.get("Period"):
            raise errors.in_expression(query["Id"], "Period is a required field when using query within an expression")
        period_s = max(int(query["Period"]), SELECT_PERIOD_MIN_S)
        made = [
            aggregated(
                select,
                [self.sources.observe(metric, period_s) for metric in group.metrics],
                label=group.label,
                period_s=period_s,
            )
            for group in groups(
                select, self.sources.known(select.namespace, select.metric), account=self.sources.account
            )
        ]
        if select.group_by:
            return ordered(select, made)
        return made[0] if made else Series((), period_s)
