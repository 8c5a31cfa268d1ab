"""AWS's operations, a file a noun; `table.py` lists them all by name."""
