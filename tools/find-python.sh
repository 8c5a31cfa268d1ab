#!/bin/sh
# Print a Python that can run Eventyard: 3.11 or newer, able to make virtual environments. PYTHON=... is asked first.
set -eu

suits='import ensurepip, sys, venv; raise SystemExit(sys.version_info < (3, 11))'
for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14 python; do
  if command -v "$candidate" >/dev/null 2>&1 && "$candidate" -c "$suits" >/dev/null 2>&1; then
    echo "$candidate"
    exit 0
  fi
done
echo "Eventyard needs Python 3.11 or newer with its venv module: install one, or name it with PYTHON=/path/to/python." >&2
exit 1
