#!/bin/bash
# Runs a command with a Nix of its own: no daemon, no /nix, no network, a store that is gone afterwards.
#   usage: with-nix.sh COMMAND [ARG...]     exit 77: there is no Nix here, else COMMAND's
# As any user; a build runs as that user too, and sees the machine's own tools.
set -euo pipefail

command -v nix-instantiate >/dev/null || {
	echo "$0: nix-instantiate is missing" >&2
	exit 77
}
nix=$(mktemp -d /tmp/nix.XXXXXX) # a short path, since sockets are made below it
trap 'chmod -R u+w "$nix" && rm -rf "$nix"' EXIT
mkdir "$nix/home"

export NIX_STORE_DIR=$nix/store NIX_STATE_DIR=$nix/var NIX_LOCALSTATE_DIR=$nix/var
export NIX_LOG_DIR=$nix/log NIX_CONF_DIR=$nix/etc NIX_REMOTE='' NIX_PATH=''
export NIX_CONFIG='build-users-group =
experimental-features = nix-command flakes
sandbox = false
substitute = false'
export HOME=$nix/home TMPDIR=$nix
"$@"
