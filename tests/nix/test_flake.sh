#!/bin/bash
# Checks the flake with a stand-in for nixpkgs: builds the package with this machine's tools, and
# evaluates all the rest that is offered.
#   test_flake.sh VERSION, inside of with-nix.sh
set -euo pipefail
here=$(dirname "$(realpath "$0")")
root=$(realpath "$here/../..")

fail() {
	echo "FAILED: $*" >&2
	exit 1
}

# as a clone has it, without what was built beside
mkdir "$TMPDIR/flake"
tar -C "$root" --exclude='./build*' --exclude=./.git -cf - . | tar -C "$TMPDIR/flake" -xf -

# on_flake COMMAND OUTPUT [ARG...]
on_flake() {
	local command=$1 output=$2
	shift 2
	# shellcheck disable=SC2086
	nix $command "path:$TMPDIR/flake$output" --override-input nixpkgs "path:$here/nixpkgs" \
		--no-write-lock-file "$@" 2>"$TMPDIR/said" || {
		cat "$TMPDIR/said" >&2
		fail "nix $command $output"
	}
}

on_flake 'flake check' '' --print-build-logs
package=$(on_flake eval '#default.outPath' --raw)
[ "$("$package/bin/otel-ai-monitor" --version)" = "otel-ai-monitor $1" ] || fail "another version than $1"
[[ $package == *-otel-ai-monitor-$1 ]] || fail "$package does not bear $1"
for file in libexec/otel-ai-monitor/otel-ai-monitor-{notifier,focus,tray} lib/systemd/user/otel-ai-monitor.socket \
	share/man/man{1/otel-ai-monitor.1,5/otel-ai-monitor.conf.5,7/otel-ai-monitor-protocol.7}; do
	[ -s "$package/$file" ] || fail "the package has no $file"
done
service=$package/lib/systemd/user/otel-ai-monitor.service
grep -qx "ExecStart=$package/bin/otel-ai-monitor serve" "$service" || fail "the unit starts something else"
grep -q "^ExecReload=/usr/bin/kill " "$service" || fail "the unit reloads with a program that NixOS does not have"

evaluation="(import $here/evaluate.nix { prefix = \"$package\"; }).reports.eww.files"
nix-instantiate --eval --strict --json -E "$evaluation" | jq -r '.[].source // empty' >"$TMPDIR/sources"
while [ -d "$root/examples" ] && read -r source; do
	[ -s "$source" ] || fail "the package has no $source, which enableEww puts into place"
done <"$TMPDIR/sources"

for modules in homeModules homeManagerModules; do
	[ "$(on_flake eval "#$modules.default" --apply builtins.isFunction)" = true ] || fail "no $modules"
done
for system in x86_64-linux aarch64-linux; do
	for output in packages devShells checks; do
		on_flake eval "#$output.$system" --apply 'builtins.mapAttrs (_: d: d.drvPath)' >/dev/null
	done
done
overlaid="overlay: (overlay (import $here/nixpkgs/pkgs.nix { lib = import $here/nixpkgs/lib.nix;
	system = builtins.currentSystem; }) { }).otel-ai-monitor.name"
[ "$(on_flake eval '#overlays.default' --impure --raw --apply "$overlaid")" = "otel-ai-monitor-$1" ] ||
	fail "the overlay does not have the package"
