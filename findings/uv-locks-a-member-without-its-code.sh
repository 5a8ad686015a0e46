#!/usr/bin/env bash
# uv: a workspace member in pylock.toml installs as a path of this machine, without its code.
#
# A good guess: `uv pip compile --format pylock.toml` and `uv pip install --target -r pylock.toml` put the code of a workspace
#   member into the target folder, as they do with every other dependency.
# What happens: members are locked as `editable = true`, and the target folder gets one `.pth` file that names an absolute
#   folder of this machine: a folder that is uploaded elsewhere lacks the code.
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
mkdir -p app lib/src/lib
cat > pyproject.toml <<'TOML'
[tool.uv.workspace]
members = ["app", "lib"]
TOML
cat > app/pyproject.toml <<'TOML'
[project]
name = "app"
version = "1"
dependencies = ["lib"]
[tool.uv.sources]
lib = { workspace = true }
TOML
cat > lib/pyproject.toml <<'TOML'
[build-system]
requires = ["hatchling==1.33.0"]
build-backend = "hatchling.build"
[project]
name = "lib"
version = "1"
[tool.hatch.build.targets.wheel]
packages = ["src/lib"]
TOML
echo 'X = 1' > lib/src/lib/__init__.py
cd app
uv pip compile --quiet pyproject.toml --format pylock.toml -o pylock.toml
grep directory pylock.toml | tee locked.txt
grep -q 'editable = true' locked.txt
uv pip install --quiet --target "$folder/target" -r pylock.toml
find "$folder/target" -name '*.p*' -printf '%P\n'
[[ -z $(find "$folder/target" -name '*.py') ]]
[[ -n $(find "$folder/target" -name '_editable_impl_lib.pth') ]]
echo "as described"
