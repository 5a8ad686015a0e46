#!/usr/bin/env bash
# wrangler: a backslash in a glob is neither a separator nor an escape of the glob.
#
# A good guess: `docs\x.md` (from Windows) matches `docs/x.md`, or nothing, or is an error.
# What happens: the backslash goes into the regular expression as it is: `\x` there is a plain x, so `docsx.md` is uploaded and
#   `docs/x.md` is not.
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
mkdir -p worker/src/docs
echo a > worker/src/docs/x.md
echo b > worker/src/docsx.md
cat >> worker/wrangler.toml <<'TOML'
[[rules]]
type = "Text"
globs = ['docs\x.md']
TOML
wrangler deploy --dry-run --outdir "$folder/out" --outfile "$folder/form" > said.txt 2>&1
cat said.txt
grep -q 'docsx.md' said.txt
lacks 'docs/x.md' said.txt
echo "as described"
