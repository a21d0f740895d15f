#!/bin/bash
# Evaluates the home-manager module, with every value checked by its type, and looks at what comes out.
#   test_module.sh PREFIX SERVICE SOCKET RETRY, inside of with-nix.sh
set -euo pipefail
here=$(dirname "$(realpath "$0")")

nix-instantiate --eval --strict --json "$here/evaluate.nix" --argstr prefix "$1" >"$TMPDIR/evaluation.json"
exec python3 "$here/test_module.py" "$TMPDIR/evaluation.json" "${@:2}"
