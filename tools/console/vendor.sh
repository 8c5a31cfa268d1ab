#!/bin/sh
# Copy the console's browser libraries, as package-lock.json has them, to where they are served from, each with its
# licence, and write down their sums. What it makes is committed: only who changes a version needs npm.
set -eu
cd "$(dirname "$0")"
into=../../src/eventyard/console/static/vendor

npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
rm -rf "$into"
mkdir -p "$into"
take() { cp "node_modules/$1/$2" "$into/$3"; cp "node_modules/$1/LICENSE" "$into/$3.LICENSE"; }
take htmx.org dist/htmx.min.js htmx.min.js
take htmx-ext-sse dist/sse.min.js htmx-sse.min.js
take @dagrejs/dagre dist/dagre.min.js dagre.min.js
take uplot dist/uPlot.iife.min.js uplot.min.js
take uplot dist/uPlot.min.css uplot.min.css
cd "$into"
sha256sum -- *.js *.css > sha256sums
echo "vendor: $(wc -l < sha256sums) files of $(du -sb . | cut -f1) bytes"
