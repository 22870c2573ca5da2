#!/usr/bin/env bash
# Writes the locked requirements anew from pyproject.toml; versions stay unless asked: requirements/lock.sh --upgrade
set -euo pipefail
cd "$(dirname "$0")/.."

lock() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-emit-index-url --no-emit-find-links "$@"
}

echo "uv" | lock - --output-file requirements/uv.txt "$@"
lock pyproject.toml --group demo --group production --group test --group check --output-file requirements/dev.txt "$@"
# What the demo and production install are the very versions that the tests ran with.
lock pyproject.toml --group demo --group production --constraint requirements/dev.txt --output-file requirements/demo.txt
lock pyproject.toml --group production --constraint requirements/dev.txt --output-file requirements/base.txt
