#!/bin/sh
# Make .venv hold exactly requirements.lock, and eventyard itself, editable.
# Copies of the two files that were installed lie in .venv/installed: equal copies mean that there is nothing to do.
# A .venv that is a symbolic link belongs to another checkout and is used as it is.
set -eu
cd "$(dirname "$0")/.."

[ -L .venv ] && exit 0
is_installed() { cmp -s "$1" ".venv/installed/$1"; }
runs() { .venv/bin/python -c '' 2>/dev/null; }
pip() { .venv/bin/python -m pip --disable-pip-version-check --quiet "$@"; }
# Where the environment forbids Python to write bytecode, each start would compile all of src anew, for 150 ms.
compile_ahead() { .venv/bin/python -m compileall -q src; }

if runs && is_installed requirements.lock && is_installed pyproject.toml; then
  compile_ahead
  exit 0
fi

if ! runs || ! is_installed requirements.lock; then
  python=$(tools/find-python.sh)
  echo "setup: making .venv with $("$python" --version) from requirements.lock"
  if runs && [ ! -d .venv/installed ]; then clear=""; else clear="--clear"; fi  # go on with one that was interrupted
  # shellcheck disable=SC2086  # empty or one word
  "$python" -m venv $clear .venv
  pip install --require-hashes -r requirements.lock
fi

echo "setup: installing eventyard in .venv"
pip install --no-deps -e .
mkdir -p .venv/installed
cp requirements.lock pyproject.toml .venv/installed/
compile_ahead
