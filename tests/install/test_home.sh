#!/bin/bash
# Installed into ~/.local, the units are where the user's systemd looks: test_home.sh SOURCE-DIRECTORY
set -euo pipefail
source=$1
for needed in meson jq systemd-analyze; do
	command -v $needed >/dev/null || {
		echo "skipped: $needed is missing"
		exit 77
	}
done
HOME=$(mktemp -d)
export HOME
trap 'rm -rf "$HOME"' EXIT
unset XDG_DATA_HOME

fail() {
	echo "FAILED: $*" >&2
	exit 1
}

meson setup --prefix="$HOME/.local" -Dtests=disabled "$HOME/build" "$source" >"$HOME/log" || fail "$(cat "$HOME/log")"
meson introspect --installed "$HOME/build" >"$HOME/installed"
unit_paths=$(systemd-analyze --user unit-paths)
for unit in otel-ai-monitor.socket otel-ai-monitor.service; do
	path=$(jq -r --arg unit "/$unit" '.[] | select(endswith($unit))' "$HOME/installed")
	grep -qxF "${path%/*}" <<<"$unit_paths" || fail "systemd does not look for $unit in ${path%/*}"
done
grep -qx "ExecStart=$HOME/.local/bin/otel-ai-monitor serve" "$HOME/build/systemd/otel-ai-monitor.service" ||
	fail "the unit starts another program"
