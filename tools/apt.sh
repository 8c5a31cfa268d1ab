#!/bin/sh
# Install what some tests can use and none needs: PostgreSQL (the store and API tests run on it too), Node.js (the
# JavaScript journey) and Chromium (the console's pages). Without them those tests are skipped, and say so.
set -eu

has_postgresql() { command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }
wanted=""
has_postgresql || wanted="$wanted postgresql"
command -v npm >/dev/null 2>&1 || wanted="$wanted nodejs npm"
command -v chromium >/dev/null 2>&1 || wanted="$wanted chromium"
if [ -z "$wanted" ]; then
  echo "apt: PostgreSQL, Node.js and Chromium are here already"
  exit 0
fi
if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
  echo "apt: missing:$wanted; installing them needs apt-get and root, so the tests that use them will be skipped" >&2
  exit 1
fi
echo "apt: installing$wanted"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086  # a list of words
apt-get install -y -qq --no-install-recommends $wanted
