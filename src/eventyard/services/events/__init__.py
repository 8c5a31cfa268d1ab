"""EventBridge: buses, rules, targets, and the way of an event from PutEvents to every target whose rule matches it.

Read `operations/events.py` first (PutEvents), then `model/routes.py` (which targets an event goes to). The pattern
language and the input transformers live in `languages/`; getting an event into a queue or a function is the engine's.
"""
