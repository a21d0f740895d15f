#!/bin/bash
# Builds the flake's package with this machine's tools in place of those of nixpkgs, then all the rest
# that the flake offers.
#   test_package.sh VERSION, inside of with-nix.sh
set -euo pipefail
here=$(dirname "$(realpath "$0")")
root=$(realpath "$here/../..")
outputs=$here/outputs.nix

fail() {
	echo "FAILED: $*" >&2
	exit 1
}

find "$root/flake.nix" "$root/nix" "$here" -name '*.nix' -print0 |
	xargs -0 -n 1 nix-instantiate --parse >/dev/null || fail "a file cannot be read"

evaluate() {
	nix-instantiate --eval --strict --json -E "let outputs = import $outputs; system = builtins.currentSystem; in $1"
}
build() {
	nix-build --no-out-link "$outputs" -A "$1.$(evaluate system | jq -r .)" 2>"$TMPDIR/said" || {
		cat "$TMPDIR/said" >&2
		fail "$1 cannot be built"
	}
}

package=$(build packages)
[ "$("$package/bin/otel-ai-monitor" --version)" = "otel-ai-monitor $1" ] || fail "another version than $1"
[ "$(evaluate "outputs.packages.\${system}.default.version")" = "\"$1\"" ] || fail "its version is not $1"
for file in bin/otel-ai-monitor libexec/otel-ai-monitor/otel-ai-monitor-notifier \
	lib/systemd/user/otel-ai-monitor.{service,socket} \
	share/man/man{1/otel-ai-monitor.1,5/otel-ai-monitor.conf.5,7/otel-ai-monitor-protocol.7}; do
	[ -s "$package/$file" ] || fail "the package has no $file"
done
service=$package/lib/systemd/user/otel-ai-monitor.service
grep -qx "ExecStart=$package/bin/otel-ai-monitor serve" "$service" || fail "the unit starts something else"
grep -q "^ExecReload=/usr/bin/kill " "$service" || fail "the unit reloads with a program that NixOS does not have"

evaluate "(import $here/evaluate.nix { prefix = \"$package\"; }).reports.eww.files" |
	jq -r '.[].source // empty' >"$TMPDIR/sources"
while [ -d "$root/examples" ] && read -r source; do
	[ -s "$source" ] || fail "the package has no $source, which enableEww puts into place"
done <"$TMPDIR/sources"

build checks >/dev/null
nix-instantiate "$outputs" -A devShells >/dev/null 2>&1 || fail "there is no shell for developers"
evaluate "(outputs.overlays.default (import $here/pkgs.nix) { }).otel-ai-monitor.outPath" | jq -e ". == \"$package\"" \
	>/dev/null || fail "the overlay has another package"
evaluate 'map builtins.isFunction [ outputs.homeManagerModules.default outputs.homeModules.default ]' |
	jq -e 'all' >/dev/null || fail "there is no home-manager module"
