#!/bin/sh
# Install the JavaScript journey's packages, as its lock file has them, where npm is there. Never fails: without them
# the journey is skipped and says so.
set -eu
cd "$(dirname "$0")/../tests/journeys/javascript" 2>/dev/null || exit 0

[ -f package-lock.json ] || exit 0
cmp -s package-lock.json node_modules/installed.lock && exit 0
if ! command -v npm >/dev/null 2>&1; then
  echo "test: npm is not installed, so the JavaScript journey will be skipped (make apt installs it)"
elif npm ci --no-audit --no-fund --loglevel=error; then
  cp package-lock.json node_modules/installed.lock
else
  echo "test: npm could not install the JavaScript journey's packages, so it will be skipped"
fi
