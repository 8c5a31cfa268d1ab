"""SQS's nouns as frozen values, and the decisions on them as pure functions. No SQL, no clock, no chance in here. Read
`queue.py` and `message.py` first; `settings.py` is the table of queue attributes and their bounds.
"""
