"""Analytics: adds up per day what happened and what it was worth, each fact once."""

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from fact import Fact  # type: ignore[import-not-found]
from order import read_total  # type: ignore[import-not-found]
from transaction import Received, Write, as_attributes, transactional  # type: ignore[import-not-found]


def add_up(received: Sequence[Received]) -> list[Write]:
    """One addition for each day and kind of event, however many facts there are."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    amounts: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for one in received:
        metric = one.fact.occurred_at[:10], one.fact.event_type
        counts[metric] += 1
        amounts[metric] += worth(one.fact)
    return [
        Write(
            {
                "Update": {
                    "TableName": os.environ["ANALYTICS_TABLE"],
                    "Key": as_attributes({"day": day, "metric": metric}),
                    "UpdateExpression": "ADD #count :count, amount :amount",
                    "ExpressionAttributeNames": {"#count": "count"},
                    "ExpressionAttributeValues": as_attributes(
                        {":count": count, ":amount": amounts[day, metric]},
                    ),
                }
            }
        )
        for (day, metric), count in sorted(counts.items())
    ]


def worth(fact: Fact) -> Decimal:
    """The amount that a fact is about; 0 for one that moves no money."""
    if fact.event_type == "order.placed":
        return read_total(fact.detail)[0]
    return Decimal(str(fact.detail.get("amount", 0)))


COUNTED: Mapping[str, str] = MappingProxyType(
    {
        "order.placed": "OrdersPlaced",
        "order.updated": "OrdersUpdated",
        "order.cancelled": "OrdersCancelled",
        "order.fulfilled": "OrdersFulfilled",
        "payment.captured": "PaymentsCaptured",
        "payment.refunded": "PaymentsRefunded",
    }
)

handler = transactional("count-orders", add_up, COUNTED)
