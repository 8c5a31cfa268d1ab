"""The addresses of the console: tables that join a view, a template and an address, actions, and live streams.

One file a subject, each with its `PAGES`, `ACTIONS` and `LIVES`; `rooms.py` lists the files. An action checks nothing
that the operation behind it checks.
"""
