#!/bin/bash
# The installed service, as README tells to use it. Runs under with-user-systemd.sh.
set -euo pipefail
socket=otel-ai-monitor.socket service=otel-ai-monitor.service

fail() {
	echo "FAILED: $*" >&2
	exit 1
}

property_is() {
	[ "$(systemctl --user show --value -p "$1" "$2")" = "$3" ]
}

property_is FragmentPath $socket /usr/lib/systemd/user/$socket || fail "the unit is another's"
property_is UnitFileState $socket disabled || fail "it is enabled without being asked for"
systemctl --user enable --now $socket 2>/dev/null || fail "not enabled"
property_is ActiveState $service inactive || fail "it runs without need"
otel-ai-monitor status --json | grep -q session_list || fail "nobody answers"
property_is ActiveState $service active || fail "it does not run"
pid=$(systemctl --user show --value -p MainPID $service)
[ "$(readlink "/proc/$pid/exe")" = /usr/bin/otel-ai-monitor ] || fail "another program runs"
systemctl --user disable --now $socket $service 2>/dev/null || fail "not disabled"
property_is ActiveState $service inactive || fail "it does not end"
