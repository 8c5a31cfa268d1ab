"""Groups, streams, events, filters, subscriptions, destinations and policies as values, and the decisions on them. Read
`groups.py` and `events.py` first."""
