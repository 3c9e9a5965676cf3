#!/bin/sh
# Makes .venv and nlu/.venv from the pinned, hashed requirement files. Does nothing that is already done.
# usage: setup.sh run|dev
set -eu
cd "$(dirname "$0")/.."
case "$(uname -s)-$(uname -m)" in
Linux-x86_64) ;;
*) echo "津暖's NLU service runs on Linux x86-64 only (Rasa 3.6 with TensorFlow 2.12); this is $(uname -s) $(uname -m)." >&2; exit 1 ;;
esac

same() { # stamp, files...: whether the stamp holds the hash of the files
    stamp=$1; shift
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(cat "$@" | sha256sum | cut -d' ' -f1)" ]
}
remember() { stamp=$1; shift; cat "$@" | sha256sum | cut -d' ' -f1 > "$stamp"; }

lock=requirements.lock
[ "$1" = dev ] && lock=requirements-dev.lock
if ! same ".venv/.$1" "$lock" pyproject.toml && ! { [ "$1" = run ] && same .venv/.dev requirements-dev.lock pyproject.toml; }; then
    if [ ! -x .venv/bin/python ]; then
        python=$(sh ops/find-python.sh program)
        echo "1/4 the program's environment (.venv, $("$python" --version)) ..."
        "$python" -m venv .venv
    fi
    echo "2/4 installing $lock ($(grep -c '==' "$lock") packages) ..."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
    remember ".venv/.$1" "$lock" pyproject.toml
fi

if ! same nlu/.venv/.done nlu/requirements.lock; then
    python=$(sh ops/find-python.sh nlu)
    echo "3/4 the NLU environment (nlu/.venv, $("$python" --version)) ..."
    rm -rf nlu/.venv
    "$python" -m venv nlu/.venv
    grep -A200 -E '^(setuptools|wheel)==' nlu/requirements.lock | awk '/^[a-z]/{keep=/^(setuptools|wheel)==/} keep' > nlu/.venv/build.lock
    nlu/.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r nlu/.venv/build.lock
    echo "4/4 installing nlu/requirements.lock ($(grep -c '==' nlu/requirements.lock) packages, about 2.7 GB; takes a few minutes the first time) ..."
    nlu/.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --require-hashes -r nlu/requirements.lock
    remember nlu/.venv/.done nlu/requirements.lock
fi
