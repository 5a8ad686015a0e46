#!/usr/bin/env bash
# rich: importing its console draws random bits, which Python Workers refuse while they start.
#
# A good guess: a library that formats text asks for randomness, if at all, where it draws an animation; its import is
#   deterministic, as a Worker's start has to be (Python Workers have no entropy before the first request).
# What happens: `rich.style`, which `rich.console` and `rich.table` import, calls `random.getrandbits` at its top level.
#   `import rich` alone does not reach it. more_itertools, whose functions draw at random too, is imported without a draw.
# Seen with rich 15.0.0 and more-itertools 11.2.0 (PyPI), CPython 3.11, on 2026-11-27.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check rich==15.0.0 more-itertools==11.2.0
cat > watch.py <<'PYTHON'
import importlib, random, sys

draws = []
for name in ("random", "getrandbits", "randint", "randrange", "choice", "uniform", "shuffle"):

    def watched(*arguments, draw=getattr(random, name), name=name):
        frame = sys._getframe(1)
        draws.append(f"{name} by {frame.f_globals['__name__']}, in {frame.f_code.co_name}")
        return draw(*arguments)

    setattr(random, name, watched)

importlib.import_module(sys.argv[1])
print(f"import {sys.argv[1]}:", "; ".join(draws) or "no draw")
PYTHON
for module in rich rich.console rich.table more_itertools; do
  venv/bin/python watch.py "$module"
done | tee said.txt
diff said.txt - <<'SEEN'
import rich: no draw
import rich.console: getrandbits by rich.style, in <module>
import rich.table: getrandbits by rich.style, in <module>
import more_itertools: no draw
SEEN
echo "as described"
