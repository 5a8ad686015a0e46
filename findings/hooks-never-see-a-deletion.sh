#!/usr/bin/env bash
# pre-commit and prek: a commit that only deletes a file runs none of the hooks for files of its kind.
#
# A good guess: a hook with `files: \.py$` and `pass_filenames: false` runs when the commit touches a .py file, also by
#   deleting it.
# What happens: deleted files are not among the files that are matched, so the hook is skipped ("no files to check"): a hook
#   that guards, say, `__init__.py` never sees it go. Both tools do the same; `always_run: true` is the way out.
# Seen with pre-commit 4.7.0 and prek 0.5.11, on 2026-11-27.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv tools
tools/bin/pip install --quiet --disable-pip-version-check pre-commit==4.7.0 prek==0.5.11
export PATH="$folder/tools/bin:$PATH"
export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com
export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com
pre-commit --version
prek --version
mkdir p && cd p
git init -q
cat > .pre-commit-config.yaml <<'YAML'
repos:
  - repo: local
    hooks:
      - {id: h, name: looks at Python files, entry: echo ran, language: system, pass_filenames: false, files: '\.py$'}
YAML
touch a.py b.py
git add -A && git commit -qm all
git rm -q a.py
for tool in pre-commit prek; do
  "$tool" run | tee said.txt
  grep -q 'no files to check' said.txt
done
echo 'x = 1' > b.py && git add b.py
for tool in pre-commit prek; do
  "$tool" run | tee said.txt
  grep -q 'Passed' said.txt
done
echo "as described"
