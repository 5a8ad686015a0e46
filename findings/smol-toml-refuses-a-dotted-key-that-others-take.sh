#!/usr/bin/env bash
# smol-toml and tomllib: a dotted key that adds to a table which a header below it has made.
#
# A good guess: `[a.b.c]` makes `a.b` in passing, so `[a]` with `b.d = 1` below it adds to it, or every reader refuses it.
# What happens: smol-toml (wrangler's reader) refuses it: "trying to redefine an already defined table or value". Python's
#   tomllib and uv take it and give `{"a": {"b": {"c": {}, "d": 1}}}`: one file, two verdicts.
# Seen with smol-toml 1.9.0 (npm), Node 22.23.0, Python 3.11.7, on 2026-11-27.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --prefix tools node@22.23.0 smol-toml@1.9.0
printf '[a.b.c]\n[a]\nb.d = 1\n' > file.toml
python3 -c 'import sys; print("Python", sys.version.split()[0]); sys.exit(sys.version_info < (3, 11))'
python3 -c 'import json, tomllib; print(json.dumps(tomllib.load(open("file.toml", "rb"))))' | tee taken.txt
grep -qF '{"a": {"b": {"c": {}, "d": 1}}}' taken.txt
cat > tools/read.mjs <<'JS'
import { readFileSync } from "node:fs";
import { parse } from "smol-toml";
try {
  console.log(JSON.stringify(parse(readFileSync("file.toml", "utf8"))));
} catch (error) {
  console.log(error.message.split("\n")[0]);
}
JS
echo "smol-toml $(grep -m1 '"version"' tools/node_modules/smol-toml/package.json)"
tools/node_modules/.bin/node tools/read.mjs | tee refused.txt
grep -q 'trying to redefine an already defined table or value' refused.txt
echo "as described"
