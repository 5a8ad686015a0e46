#!/usr/bin/env bash
# hatchling: a file that git tracks is left out of the wheel when .gitignore matches it.
#
# A good guess: .gitignore has no say over tracked files, as in git itself, so what is committed is built.
# What happens: hatchling matches the patterns of .gitignore and does not ask git: a package `build/` below the sources, added
#   with `git add -f`, is missing from the wheel, without a word.
# Seen with hatchling 1.33.0 and build 1.5.0, on 2026-11-27.
set -euo pipefail
lacks() { if grep -q "$@"; then echo "unexpected: $*"; exit 1; fi; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv tools
tools/bin/pip install --quiet --disable-pip-version-check hatchling==1.33.0 build==1.5.0
export PATH="$folder/tools/bin:$PATH"
export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com
export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com
python -c "from hatchling.__about__ import __version__ as v; print('hatchling', v)"
mkdir -p p/src/pkg/build && cd p
git init -q
cat > pyproject.toml <<'TOML'
[build-system]
requires = ["hatchling==1.33.0"]
build-backend = "hatchling.build"
[project]
name = "p"
version = "1"
[tool.hatch.build.targets.wheel]
packages = ["src/pkg"]
TOML
echo 'build/' > .gitignore
touch src/pkg/__init__.py src/pkg/build/__init__.py
git add -f -A && git commit -qm all
git ls-files src
git ls-files src | grep -q pkg/build/__init__.py
python -m build --wheel --no-isolation --outdir "$folder/out" . > said.txt 2>&1
cat said.txt
lacks -i 'ignor\|warn' said.txt
python -m zipfile -l "$folder"/out/*.whl | tee files.txt
lacks pkg/build files.txt
echo "as described"
