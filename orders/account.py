"""The account at the end: does what the system says that it has done add up to what the shop knows that it asked for?

Every check compares two numbers that come from different places; the demo fails when one pair differs. What the system
has done is `effects.py`'s to read.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from orders.effects import Effects
from orders.outcome import CAPTURED, FULFILLED, REFUNDED
from orders.shop import Kind, Order, Published

PATHS: Mapping[Kind, str] = MappingProxyType(
    {
        "good": "fulfilled",
        "miscounted": "miscounted",
        "declined": "payment declined",
        "unpayable": "bank unreachable",
        "sold_out": "out of stock",
        "unreservable": "warehouse down",
        "unpaid": "not paid in time",
        "late": "not paid in time",
    }
)
"""What is to come of an order of each kind."""

PAID: frozenset[Kind] = frozenset({"good", "sold_out", "unreservable", "late"})
"""Whose money is captured; all of them but the good get it back."""


@dataclass(frozen=True)
class Check:
    """One line of the account: what ought to be, and what is."""

    name: str
    expected: str
    found: str

    @property
    def is_right(self) -> bool:
        return self.expected == self.found


@dataclass(frozen=True)
class Expected:
    """What the shop knows: which orders there are, each once, and what is to come of them."""

    placed: dict[str, Order]
    mailed: set[str]
    stopped: set[str]
    facts: dict[str, set[tuple[str, int]]]

    @property
    def fulfilled(self) -> list[Order]:
        return [order for order in self.placed.values() if order.kind == "good"]

    @property
    def captured(self) -> list[Order]:
        return [order for order in self.placed.values() if order.kind in PAID]

    @property
    def refunded(self) -> list[Order]:
        return [order for order in self.captured if order.kind != "good"]

    @classmethod
    def of(cls, published: Published) -> "Expected":
        placed: dict[str, Order] = {}
        facts: dict[str, set[tuple[str, int]]] = defaultdict(set)
        for sent in published.accepted:
            order = sent.order
            facts[order.order_id].add((order.event_type, order.detail["orderVersion"]))
            if order.event_type == "order.placed":
                placed.setdefault(order.order_id, order)
        for name, order in placed.items():
            facts[name].add((FULFILLED if order.kind == "good" else "order.cancelled", 0))
            facts[name] |= {(CAPTURED, 0)} if order.kind in PAID else set()
            facts[name] |= {(REFUNDED, 0)} if order.kind in PAID - {"good"} else set()
        good = {name for name, order in placed.items() if order.kind == "good"}
        return cls(
            placed=placed,
            mailed={name for name in good if placed[name].detail["channel"] != "marketplace"},
            stopped={name for name in facts if any(kind == "order.cancelled" for kind, _ in facts[name])},
            facts=facts,
        )


def check_paths(published: Published, effects: Effects) -> list[Check]:
    """Whether as many orders went each way as the shop expects, and whether the money adds up."""
    expected = Expected.of(published)
    wanted = Counter(PATHS[order.kind] for order in expected.placed.values())
    found = Counter(effects.outcomes.values())
    ways = [
        Check(f"orders {path}", str(wanted[path]), str(found[path]))
        for path in dict.fromkeys((*PATHS.values(), *found))
        if wanted[path] or found[path]
    ]
    captured, refunded = sum(effects.captured.values(), Decimal(0)), sum(effects.refunded.values(), Decimal(0))
    return [
        *ways,
        Check("captured", _sum(expected.captured), f"{len(effects.captured)} / {captured:.2f}"),
        Check("refunded", _sum(expected.refunded), f"{len(effects.refunded)} / {refunded:.2f}"),
        Check("captured - refunded = fulfilled", f"{_worth(expected.fulfilled):.2f}", f"{captured - refunded:.2f}"),
        Check("worth of what is fulfilled", _sum(expected.fulfilled), f"{found['fulfilled']} / {effects.worth:.2f}"),
        Check("pieces taken off the shelves", str(_pieces(expected.fulfilled)), str(effects.pieces)),
    ]


def check_effects(published: Published, effects: Effects) -> list[Check]:
    """Whether the effects are those that the shop expects, each once."""
    expected = Expected.of(published)
    placed = list(expected.placed.values())
    right = sum(
        is_in_order(trail) and set(trail) == expected.facts[name] and len(trail) == len(expected.facts[name])
        for name, trail in effects.trails.items()
        if name in expected.facts
    )
    told = sum(effects.told.values())
    rows = (
        ("events in the archive", len(published.accepted) + told, effects.archived),
        ("orders confirmed by e-mail", len(expected.mailed), len(set(effects.mails) & expected.mailed)),
        ("e-mails in the mailbox", len(expected.mailed), effects.mails.total()),
        ("analytics: placed", _sum(placed), _metric(effects, "order.placed")),
        ("analytics: captured", _sum(expected.captured), _metric(effects, CAPTURED)),
        ("analytics: refunded", _sum(expected.refunded), _metric(effects, REFUNDED)),
        ("audit trails, whole and in order", len(expected.facts), right),
        ("orders released for shipping", len(expected.fulfilled), effects.released),
        ("orders stopped", len(expected.stopped), effects.stopped),
    )
    return [Check(name, str(wanted), str(found)) for name, wanted, found in rows]


def check_doors(published: Published, orders: Sequence[Order], statuses: Sequence[int]) -> list[Check]:
    """Whether what ought to stay outside has: malformed orders, and what Stripe has not signed."""
    malformed = sum(order.kind == "malformed" for order in orders)
    paid = sum(order.is_paid_by_stripe and order.kind in ("good", "late") for order in orders)
    nobodys = 1
    bad = int(any(order.kind == "good" and order.is_paid_by_stripe for order in orders))
    return [
        Check("orders refused by their schema", str(malformed), str(len(published.refused))),
        Check("Stripe's posts: taken / 401", f"{paid + bad + nobodys} / {bad}", _statuses(statuses)),
    ]


def check_executions(published: Published, effects: Effects, *, is_replayed: bool) -> list[Check]:
    """Whether each event of an order placed had its execution, and all have ended well."""
    started = sum(sent.order.event_type == "order.placed" for sent in published.accepted)
    wanted = Counter({"SUCCEEDED": started * (1 + is_replayed)})
    return [Check("executions ended", _counts(wanted), _counts(effects.executions))]


def check_replay(before: Effects, after: Effects) -> list[Check]:
    """Whether a replay of everything has brought about nothing more."""
    named = (
        ("outcomes", before.outcomes, after.outcomes),
        ("charges", before.captured, after.captured),
        ("refunds", before.refunded, after.refunded),
        ("stock", before.pieces, after.pieces),
        ("e-mails", before.mails, after.mails),
        ("analytics", before.analytics, after.analytics),
        ("audit", before.trails, after.trails),
        ("archive", before.archived, after.archived),
    )
    doubled = [name for name, earlier, later in named if earlier != later]
    return [Check("done again by the replay", "nothing", ", ".join(doubled) or "nothing")]


def check_copies(published: Published, copies: Sequence[str]) -> list[Check]:
    """Whether the second account has each placed order's event, once."""
    sent = {one.event_id for one in published.accepted if one.order.event_type == "order.placed"}
    found = len(sent & set(copies)) if len(copies) == len(set(copies)) else -1
    return [Check("copies in the second account", str(len(sent)), str(found))]


def check_report(report: dict[str, Any], effects: Effects) -> list[Check]:
    """Whether the report says of that day what analytics does; `report` is its row as DynamoDB writes it."""
    metrics = report["metrics"]["M"]
    told = {name: (int(sums["M"]["count"]["N"]), Decimal(sums["M"]["amount"]["N"])) for name, sums in metrics.items()}
    known = {name: sums for (day, name), sums in effects.analytics.items() if day == report["day"]["S"]}
    return [Check("daily report: events and sum", _sums(known), _sums(told))]


def is_in_order(trail: Sequence[tuple[str, int]]) -> bool:
    """Whether a trail begins with the order, keeps the order of its versions, and has it paid only after that."""
    versions = [version for _, version in trail if version]
    return bool(trail) and trail[0] == ("order.placed", 1) and versions == sorted(versions)


def _worth(orders: Sequence[Order]) -> Decimal:
    return sum((Decimal(str(order.amount)) for order in orders), Decimal(0))


def _sum(orders: Sequence[Order]) -> str:
    return f"{len(orders)} / {_worth(orders):.2f}"


def _pieces(orders: Sequence[Order]) -> int:
    return sum(item["quantity"] for order in orders for item in order.detail["items"])


def _metric(effects: Effects, name: str) -> str:
    """How many facts of a kind analytics has counted, over all days, and what they were worth."""
    found = [sums for (_, metric), sums in effects.analytics.items() if metric == name]
    return f"{sum(count for count, _ in found)} / {sum((amount for _, amount in found), Decimal(0)):.2f}"


def _statuses(statuses: Sequence[int]) -> str:
    counts = Counter(statuses)
    return f"{counts.pop(200, 0)} / {counts.pop(401, 0)}" + "".join(f" / {n} x {code}" for code, n in counts.items())


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name.lower()}" for name, count in sorted(counts.items()) if count)


def _sums(metrics: dict[str, tuple[int, Decimal]]) -> str:
    count = sum(count for count, _ in metrics.values())
    amount = sum((amount for _, amount in metrics.values()), Decimal(0))
    return f"{count} / {amount:.2f}"
