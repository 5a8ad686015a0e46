#!/usr/bin/env bash
# wrangler: an unknown key in `python_modules` is silent and drops the default.
#
# A good guess: wrangler warns of unknown keys ("Unexpected fields found"), so `python_modules.excludes` (a typing slip for
#   `exclude`) gets a warning and the default exclude `**/*.pyc` stays in force.
# What happens: no warning, and the table as a whole replaces the default: compiled files of python_modules are uploaded.
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
mkdir -p worker/python_modules/p
echo 'x = 1' > worker/python_modules/p/a.py
echo 'x' > worker/python_modules/p/a.pyc
cp -r worker plain
cat >> worker/wrangler.toml <<'TOML'
[python_modules]
excludes = ["**/nothing"]
TOML
wrangler deploy --dry-run --outdir "$folder/out" --outfile "$folder/form" > said.txt 2>&1
cat said.txt
parts=$(grep -a -o 'name="python_modules/[^"]*"' form | sort -u | tr '\n' ' ')
echo "uploaded with excludes: $parts"
[[ $parts == *p/a.pyc* ]]
lacks -i 'unexpected\|excludes' said.txt

rm -rf worker && mv plain worker
wrangler deploy --dry-run --outdir "$folder/out" --outfile "$folder/form" > said.txt 2>&1
cat said.txt
parts=$(grep -a -o 'name="python_modules/[^"]*"' form | sort -u | tr '\n' ' ')
echo "uploaded without the table: $parts"
[[ $parts != *p/a.pyc* ]]
echo "as described"
