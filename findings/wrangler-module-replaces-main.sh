#!/usr/bin/env bash
# wrangler: a module with the basename of main replaces the entry point.
#
# A good guess: with `base_dir = "."` main is uploaded under its path, `src/main.py`, beside a `main.py` of the root; or
#   wrangler refuses two modules of one name.
# What happens: main is uploaded as `main.py`, the root's `main.py` is a second part of that name, and the later part wins: the
#   Worker runs a file that the config does not name. No warning, exit 0.
# Seen with wrangler 4.164.0 (npm), Node 22.23.0, on 2026-11-27.
set -euo pipefail
lacks() { if grep -q "$@"; then echo "unexpected: $*"; exit 1; fi; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export WRANGLER_SEND_METRICS=false NO_COLOR=1 CI=1
npm install --silent --no-fund --no-audit --prefix tools node@22.23.0 wrangler@4.164.0
wrangler() { tools/node_modules/.bin/node --no-warnings tools/node_modules/wrangler/wrangler-dist/cli.js --cwd worker "$@"; }
echo "wrangler $(wrangler --version)"

mkdir -p worker/src
cat > worker/src/main.py <<'PYTHON'
from workers import WorkerEntrypoint


class Default(WorkerEntrypoint):
    pass
PYTHON
cat > worker/wrangler.toml <<'TOML'
name = "w"
main = "src/main.py"
compatibility_date = "2026-10-01"
compatibility_flags = ["python_workers"]
TOML
echo 'base_dir = "."' >> worker/wrangler.toml
echo '# the other file' > worker/main.py
wrangler deploy --dry-run --outdir "$folder/out" --outfile "$folder/form" > said.txt 2>&1
cat said.txt
names=$(grep -a -o '; name="[^"]*"' form | tr '\n' ' ')
echo "parts: $names"
[[ $(grep -a -c 'the other file' form) == 1 ]]
[[ $(grep -a -c 'class Default' form) == 0 ]]
lacks -i 'warn' said.txt
echo "as described"
