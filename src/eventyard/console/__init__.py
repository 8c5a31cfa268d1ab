"""The console at `/_eventyard/`: what happens on the platform, for people, and the same as JSON for programs.

An ordinary Starlette application on the gateway's ASGI adapter, imported at the first request for it. A page is a
*view*, a function `(tx, call) -> mapping` that reads the world in one transaction (`views/`), a row in a table of
addresses (`pages/`), and a template (`templates/`); the mapping is what programs get as JSON at the page's address.
Changes are made by public operations alone (`look.operate`). Nothing here writes SQL, and nothing is kept in memory.
Read `page.py` (what a page is made of), `application.py` (the way of a request) and `pages/traffic.py` (pages), in
that order. `static/vendor` is made by tools/console/vendor.sh; docs/decisions/0022 says why which library.
"""
