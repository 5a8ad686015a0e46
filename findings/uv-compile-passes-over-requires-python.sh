#!/usr/bin/env bash
# uv: `uv pip compile pyproject.toml` does not look at the project's own requires-python.
#
# A good guess: a project that asks for a Python newer than the one resolved for is refused, as `uv lock` and `uv sync` do.
# What happens: it resolves and exits 0: what builds on it (a vendoring tool, say) installs for a Python that the project rules
#   out.
# Seen with uv 0.13.8, on 2026-11-27.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv tools
tools/bin/pip install --quiet --disable-pip-version-check uv==0.13.8
export PATH="$folder/tools/bin:$PATH"
export UV_PYTHON_DOWNLOADS=never
uv --version
cat > pyproject.toml <<'TOML'
[project]
name = "app"
version = "1"
requires-python = ">=3.99"
dependencies = ["six==1.16.0"]
TOML
uv pip compile pyproject.toml --python "$folder/tools/bin/python" | tee said.txt
grep -q '^six==1.16.0' said.txt
if uv lock --python "$folder/tools/bin/python" > lock.txt 2>&1; then
  echo "uv lock takes it"
  cat lock.txt
  exit 1
fi
tail -n 2 lock.txt
echo "as described"
