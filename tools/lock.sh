#!/bin/sh
# Remake requirements.lock: the exact versions, with hashes, of everything that pyproject.toml asks for.
# uv resolves them for all platforms at once, from an environment of its own that is thrown away.
set -eu
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$(tools/find-python.sh)" -m venv "$scratch"
"$scratch/bin/python" -m pip --disable-pip-version-check --quiet install uv
"$scratch/bin/uv" pip compile pyproject.toml --group dev --all-extras --universal --python-version 3.11 \
  --generate-hashes --no-header --no-emit-index-url --quiet -o requirements.lock "$@"
echo "lock: requirements.lock holds $(grep -c '^[a-z].*==' requirements.lock) packages"
