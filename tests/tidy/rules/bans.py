"""What may not stand in the code at all: vague file names, banners, loose ends, catch-alls, stray time and chance."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping

from tests.tidy.rules.layers import imports
from tests.tidy.tree import Finding, Repository, Source

_VAGUE = frozenset({"helper", "helpers", "util", "utils", "common", "misc", "manager", "managers"})
_BANNER = re.compile(r"#\s*[-=*#~_]{4,}")
_LOOSE_END = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b(?!.*#\d)")

# The three places that may catch everything, each at most once in a file: whatever a client, a target or a function's
# process does, the server lives on and says what happened.
_CATCH_ALLS = ("src/eventyard/gateway/", "src/eventyard/engine/due/pump.py", "src/eventyard/functions/")

_TIME_AND_CHANCE: Mapping[str, str] = {
    **dict.fromkeys(("time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns"), "ask the call's clock"),
    **dict.fromkeys(("time.perf_counter", "time.perf_counter_ns", "time.localtime"), "ask the call's clock"),
    **dict.fromkeys(("datetime.now", "datetime.utcnow", "datetime.today", "date.today"), "ask the call's clock"),
    **dict.fromkeys(("time.sleep", "asyncio.sleep", "loop.call_later", "loop.call_at"), "wait by Clock.call_at"),
    **dict.fromkeys(("uuid.uuid1", "uuid.uuid4", "os.urandom"), "ask the call's ids"),
}
_CHANCE_MODULES = frozenset({"random", "secrets"})


def names_say_something(repository: Repository) -> Iterator[Finding]:
    for path in repository.texts:
        for part in path.lower().split("/"):
            if part.partition(".")[0] in _VAGUE:
                yield Finding(path, 0, part, "say what it is for")


def comments_are_sentences(repository: Repository) -> Iterator[Finding]:
    """No banner lines; no loose end without the number of its issue."""
    for source in repository.sources:
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
            if token.type == tokenize.COMMENT:
                yield from _comment_findings(source, token.string, token.start[0])


def only_three_places_catch_everything(repository: Repository) -> Iterator[Finding]:
    for source in repository.under("src/", "orders/"):
        handlers = [node for node in source.nodes if isinstance(node, ast.ExceptHandler) and _is_catch_all(node)]
        allowed = 1 if source.path.startswith(_CATCH_ALLS) else 0
        for node in handlers[allowed:]:
            yield source.finding(node, "except", "only the gateway's edge, the pump and the runner catch everything")


def only_base_reads_time_and_chance(repository: Repository) -> Iterator[Finding]:
    for source in repository.under("src/eventyard/"):
        if source.path.startswith("src/eventyard/base/"):
            continue
        for node, name in _calls(source):
            if (why := _TIME_AND_CHANCE.get(name)) and not _is_zero(node):
                yield source.finding(node, name, why)
        for node, name in imports(source):
            if name.partition(".")[0] in _CHANCE_MODULES:
                yield source.finding(node, name, "ask the call's ids")


def tests_never_sleep(repository: Repository) -> Iterator[Finding]:
    """`asyncio.sleep(0)` only gives the others their turn, so it may stay."""
    for source in repository.under("tests/"):
        for node, name in _calls(source):
            if name in ("time.sleep", "asyncio.sleep") and not _is_zero(node):
                yield source.finding(node, name, "wait for a condition, or move the clock")


def tests_mock_nothing(repository: Repository) -> Iterator[Finding]:
    for source in repository.under("tests/"):
        for node, name in imports(source):
            if name.startswith(("unittest.mock", "mock.", "pytest_mock")):
                yield source.finding(node, name, "pass a virtual clock, an in-memory store, an effect that records")


def _comment_findings(source: Source, text: str, line: int) -> Iterator[Finding]:
    if _BANNER.match(text):
        yield Finding(source.path, line, "banner", "no banner lines; a file with parts is two files")
    if match := _LOOSE_END.search(text):
        yield Finding(source.path, line, match.group(1), "name the issue: #12")


def _is_catch_all(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    is_broad = any(kind is None or getattr(kind, "id", "") in ("Exception", "BaseException") for kind in kinds)
    return is_broad and not _raises_again(handler)


def _raises_again(handler: ast.ExceptHandler) -> bool:
    """It tidies up and lets everything go on, so it hides nothing."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _calls(source: Source) -> Iterator[tuple[ast.Call, str]]:
    """Each call with the last two parts of its name; an imported function counts under its module's name."""
    full = {name.rpartition(".")[2]: name for node, name in imports(source) if isinstance(node, ast.ImportFrom)}
    for node in source.nodes:
        if isinstance(node, ast.Call):
            name = _dotted(node.func)
            yield node, ".".join(full.get(name, name).split(".")[-2:])


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return "loop" if _dotted(node.func).endswith(("get_running_loop", "get_event_loop")) else "()"
    return getattr(node, "id", "?")


def _is_zero(call: ast.Call) -> bool:
    return len(call.args) == 1 and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0
