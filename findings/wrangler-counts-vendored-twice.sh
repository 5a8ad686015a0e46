#!/usr/bin/env bash
# wrangler: with main in the project root, vendored .py files are counted twice and uploaded once.
#
# A good guess: `Total Upload` is what is uploaded, so the size of the form, give or take its headers.
# What happens: python_modules is walked by the rules and again as vendored code; the table and `Total Upload` add both, the
#   form holds one part a name. A budget on `Total Upload` fails at half of the real size.
# Seen with wrangler 4.164.0 (npm), Node 22.23.0, on 2026-11-27.
set -euo pipefail
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
mv worker/src/main.py worker/main.py
sed -i 's#src/main.py#main.py#' worker/wrangler.toml
mkdir -p worker/python_modules/p
head -c 102400 /dev/zero | tr '\0' '#' > worker/python_modules/p/a.py
wrangler deploy --dry-run --outdir "$folder/out" --outfile "$folder/form" > said.txt 2>&1
cat said.txt
size=$(wc -c < form)
echo "the form has $size bytes"
grep -q 'Total Upload: 200.08 KiB' said.txt
grep -q 'Total (2 modules)' said.txt
(( size < 110000 ))
echo "as described"
