#!/usr/bin/env bash
# wrangler and pywrangler: one wrangler.toml, two versions of TOML.
#
# A good guess: both tools of one vendor read the same file, so what the one takes the other takes.
# What happens: wrangler (smol-toml) reads TOML 1.1: line breaks and a trailing comma in an inline table are fine.
#   pywrangler reads the file with the standard library's tomllib, which knows TOML 1.0 before Python 3.15, and
#   stops: `pywrangler deploy` never reaches wrangler.
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
python3 -c 'import sys; print("Python", sys.version.split()[0]); sys.exit(not (3, 11) <= sys.version_info < (3, 15))'
cat >> worker/wrangler.toml <<'TOML'
vars = {
  STAGE = "prod",
}
TOML
wrangler deploy --dry-run --outdir "$folder/out" --outfile "$folder/form" > said.txt 2>&1
cat said.txt
grep -q 'env.STAGE' said.txt
if python3 -c 'import tomllib; tomllib.load(open("worker/wrangler.toml", "rb"))' 2> refused.txt; then
  echo "tomllib reads it now"
  exit 1
fi
tail -n 1 refused.txt
grep -q 'TOMLDecodeError' refused.txt
echo "as described"
