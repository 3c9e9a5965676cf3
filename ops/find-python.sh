#!/bin/sh
# Prints the path of a Python of the wanted version, or one clear sentence on standard error.
# usage: find-python.sh program|nlu
set -u
here=$(cd "$(dirname "$0")/.." && pwd)

works() { # path, version test
    [ -n "$1" ] && "$1" -c "import sys, venv, ensurepip; sys.exit(0 if $2 else 1)" >/dev/null 2>&1
}
pyenv_root=${PYENV_ROOT:-$HOME/.pyenv}

case "$1" in
program)
    wanted="sys.version_info >= (3, 11)"
    for name in python3.11 python3.12 python3.13 python3 python "$pyenv_root"/versions/3.1[1-9].*/bin/python; do
        found=$(command -v "$name" 2>/dev/null) || continue
        works "$found" "$wanted" && { echo "$found"; exit 0; }
    done
    echo "津暖 needs Python 3.11 or newer. Please install it (Debian: apt-get install python3.11 python3.11-venv) and run this again." >&2
    exit 1
    ;;
nlu)
    wanted="sys.version_info[:2] == (3, 10)"
    for name in "${NLU_PYTHON:-}" python3.10 "$pyenv_root"/versions/3.10.*/bin/python; do
        [ -n "$name" ] || continue
        found=$(command -v "$name" 2>/dev/null) || continue
        works "$found" "$wanted" && { echo "$found"; exit 0; }
    done
    uv=$(command -v uv 2>/dev/null || echo "$here/var/uv/bin/uv")
    if [ ! -x "$uv" ]; then
        "$here/.venv/bin/python" -m venv "$here/var/uv" >/dev/null 2>&1 &&
            "$here/var/uv/bin/pip" install --quiet --require-hashes -r "$here/ops/uv.lock" >/dev/null 2>&1
    fi
    if [ -x "$uv" ]; then
        found=$("$uv" python find 3.10 2>/dev/null) || found=
        works "$found" "$wanted" && { echo "$found"; exit 0; }
        echo "No Python 3.10 found; fetching one with uv ..." >&2
        if "$uv" python install --quiet 3.10 >/dev/null 2>&1; then
            found=$("$uv" python find 3.10 2>/dev/null) || found=
            works "$found" "$wanted" && { echo "$found"; exit 0; }
        fi
    fi
    echo "The NLU service needs Python 3.10 and none could be found or fetched. Please install it (for example: pyenv install 3.10) or set NLU_PYTHON to its path, and run this again." >&2
    exit 1
    ;;
esac
