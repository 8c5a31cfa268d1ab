"""The operations of EventBridge, a file a noun. `table.py` lists them by AWS's names, for `app.py` to register."""
