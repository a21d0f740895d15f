#!/bin/bash
# The unit files as such: nothing unknown in them, and no worse than they were.
#   test_verify.sh PROGRAM SERVICE SOCKET RETRY
set -euo pipefail
command -v systemd-analyze >/dev/null || exit 77

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export XDG_RUNTIME_DIR=$dir
sed "s|^ExecStart=.*|ExecStart=$(realpath "$1") serve|" "$2" >"$dir/otel-ai-monitor.service"
cp "$3" "$dir/otel-ai-monitor.socket"
cp "$4" "$dir/otel-ai-monitor-retry.service"
grep -q "^ExecStart=/.*/otel-ai-monitor serve$" "$2"
systemd-analyze verify --user --recursive-errors=yes --man=no "$dir"/otel-ai-monitor.*
# 64 of 100: what a user unit can reach without a user namespace; see the service's comments
systemd-analyze security --user --offline=yes --threshold=64 "$dir/otel-ai-monitor.service" >"$dir/report" || {
	cat "$dir/report"
	exit 1
}
