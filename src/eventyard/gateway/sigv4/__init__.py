"""AWS Signature Version 4: is a request signed, by whom, and rightly so. Knows no service and no permission.

`verifier.py` is the door (`Verifier.caller`); `authorization.py` reads what the client claims, `canonical.py` makes the
text that was signed, `refusals.py` holds AWS's words for what is wrong.
"""
