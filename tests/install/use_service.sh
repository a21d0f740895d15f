#!/bin/bash
# The installed service as README tells to use it, an upgrade under it, and the package purged while users run it.
#   use_service.sh PACKAGE     as root inside with-user-systemd.sh
set -euo pipefail
package=$1
socket=otel-ai-monitor.socket service=otel-ai-monitor.service retry=otel-ai-monitor-retry.service
as_tester=$(dirname "$(realpath "$0")")/../testenv/as-tester.sh
home=/home/tester
links=$home/.config/systemd/user

fail() {
	echo "FAILED: $*" >&2
	cat "$home/words" >&2 2>/dev/null || true
	exit 1
}

tester() { "$as_tester" "$@"; }

property() { tester systemctl --user show --value -p "$1" "$2"; }
property_is() { [ "$(property "$1" "$2")" = "$3" ]; }
answers() { tester otel-ai-monitor status --json | grep -q session_list; }

eventually() {
	local words=$1
	shift
	for _ in {1..200}; do
		! "$@" >/dev/null 2>&1 || return 0
		sleep 0.05
	done
	fail "$words"
}

# run_dpkg ARGUMENT...: what it printed is then in "words"
run_dpkg() {
	dpkg "$@" >"$home/words" 2>&1 || fail "dpkg $*"
}

# ---- in use

property_is FragmentPath $socket /usr/lib/systemd/user/$socket || fail "the unit is another's"
property_is UnitFileState $socket disabled || fail "it is enabled without being asked for"
tester systemctl --user enable --now $socket 2>/dev/null || fail "not enabled"
property_is ActiveState $service inactive || fail "it runs without need"
answers || fail "nobody answers"
property_is ActiveState $service active || fail "it does not run"
pid=$(property MainPID $service)
[ "$(readlink "/proc/$pid/exe")" = /usr/libexec/otel-ai-monitor/otel-ai-monitor-daemon ] ||
	fail "another program runs"

# ---- upgrade: the same version once more, on a machine whose administrator lets packages restart services

rm -f /usr/sbin/policy-rc.d
opened=$(property ActiveEnterTimestampMonotonic $socket)
run_dpkg -i "$package"
[ "$(property MainPID $service)" != "$pid" ] || fail "the old daemon runs on after an upgrade"
property_is ActiveState $service active || fail "the daemon ends with an upgrade"
property_is ActiveEnterTimestampMonotonic $socket "$opened" || fail "an upgrade closes the sockets"
answers || fail "nobody answers after an upgrade"
property_is NeedDaemonReload $service no || fail "units are not read again"

tester systemctl --user disable --now $socket $service 2>/dev/null || fail "not disabled"
property_is ActiveState $service inactive || fail "it does not end"
run_dpkg -i "$package"
property_is ActiveState $service inactive || fail "an upgrade starts what nobody runs"
property_is ActiveState $socket inactive || fail "an upgrade opens sockets that nobody has"

# ---- purged: one user runs it and was set up, another only has its settings

mkdir -p /home/other/.config/otel-ai-monitor
chown -R 55112:55112 /home/other
echo 'other:x:55112:55112::/home/other:/bin/sh' >>/etc/passwd
tester mkdir -p $home/.claude $home/.config/otel-ai-monitor $home/.local/state/otel-ai-monitor
tester sh -c 'echo "{}" >~/.claude/settings.json'
tester otel-ai-monitor setup --yes claude-code >/dev/null || fail "claude-code was not set up"
tester systemctl --user enable --now $socket $service 2>/dev/null || fail "not enabled again"
systemctl --quiet --global enable $socket $service 2>/dev/null
[ -n "$(find /etc/systemd/user -name 'otel-ai-monitor*' -type l)" ] || fail "not enabled for everyone"
tester otel-ai-monitor watch >/dev/null &
eventually "it runs before it is purged" answers
pid=$(property MainPID $service)
run_dpkg --purge otel-ai-monitor

[ ! -d "/proc/$pid" ] || fail "the daemon outlives its package"
for unit in $socket $service $retry; do
	property_is ActiveState "$unit" inactive || fail "$unit is still active"
	property_is LoadState "$unit" not-found || fail "the manager still has $unit"
done
[ ! -e /run/user/55111/otel-ai-monitor.sock ] || fail "its socket is still there"
left=$(find /etc/systemd /var/lib/systemd -name 'otel-ai-monitor*')
[ -z "$left" ] || fail "left behind: $left"

says() { grep -qE -- "$1" $home/words || fail "it does not say: $1"; }
says '^still running: process [0-9]+ of tester, started by hand'
says '^tester:$'
says '^other:$'
says "^  $links/sockets.target.wants/$socket: "
says "^  $links/default.target.wants/$service: "
says "^  $home/.config/otel-ai-monitor: settings"
says "^  $home/.local/state/otel-ai-monitor: state"
says "^  $home/.claude/settings.json: "
says '^  /home/other/.config/otel-ai-monitor: settings'
says "'otel-ai-monitor setup --undo'"
[ -L "$links/sockets.target.wants/$socket" ] || fail "a home directory was changed"

# ---- as it says: again, undone, and then nothing is left

run_dpkg -i "$package"
tester otel-ai-monitor setup --undo --yes >/dev/null || fail "setup is not undone"
tester otel-ai-monitor disable 2>/dev/null || fail "not disabled"
rm -r $home/.config/otel-ai-monitor $home/.local/state/otel-ai-monitor /home/other/.config/otel-ai-monitor
run_dpkg --purge otel-ai-monitor
! grep -qE "^  ($home|/home/other)/" $home/words || fail "something is left after all was undone"

# ---- purged while it waits for its settings to be right

run_dpkg -i "$package"
tester mkdir -p $home/.config/otel-ai-monitor
tester sh -c 'echo "port = many" >~/.config/otel-ai-monitor/config.ini'
tester systemctl --user start $service 2>/dev/null && fail "it started with a wrong setting"
eventually "waits for the file" property_is ActiveState $retry active
run_dpkg --purge otel-ai-monitor
property_is ActiveState $retry inactive || fail "somebody still waits for the file"
