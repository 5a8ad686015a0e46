#!/usr/bin/env bash
# workerd: a compatibility date that no calendar has is taken, as long as the day is at most 31.
#
# A good guess: workerd reads `compatibilityDate` as a date, so 2026-02-30 and 2026-02-31 are refused like 2026-02-32
#   and 2026-13-01, which it calls an "Invalid compatibility date".
# What happens: month and day are checked apart from each other: the Worker of 30 February starts and runs. A typing slip in a
#   month of 30 days is therefore no error here, and whoever parses the date with a calendar refuses what the runtime takes.
# Seen with workerd 1.20261117.1 (npm), on 2026-11-27.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit workerd@1.20261117.1
workerd=node_modules/.bin/workerd
"$workerd" --version

try() {
  cat > config.capnp <<CAPNP
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = (
  modules = [(name = "worker", esModule = "export default { test() { console.log('it runs') } }")],
  compatibilityDate = "$1"))]);
CAPNP
  echo "compatibilityDate = \"$1\":"
  "$workerd" test config.capnp 2>&1 | grep -v debug | sed 's/^/  /'
}
for date in 2026-02-30 2026-02-31 2026-04-31; do
  try "$date" | tee said.txt
  grep -q "it runs" said.txt
done
for date in 2026-02-32 2026-13-01; do
  try "$date" | tee said.txt || true
  grep -q "Invalid compatibility date: $date" said.txt
done
echo "as described"
