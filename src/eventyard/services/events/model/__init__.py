"""The values of EventBridge and the decisions on them: pure, no SQL, no clock, no chance.

`names.py` ARNs and names, `buses.py` a bus and its policy, `rules.py` a rule, `schedules.py` what a schedule is,
`targets.py` what a rule may deliver to, `events.py` an entry of PutEvents and the event made of it, `routes.py` which
targets an event goes to.
"""
