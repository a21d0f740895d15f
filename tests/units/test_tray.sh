#!/bin/bash
# The icon gets from the sandboxed service over the user's bus to a tray.
. "$(dirname "$0")/lib.sh"
tray=$(dirname "$program")/otel-ai-monitor-tray
[ -x "$tray" ] || skip "no tray program was built"
python=/usr/bin/python3
$python -c 'import dbusmock' 2>/dev/null || skip "no dbusmock"
install_units
printf '[outlets]\ntray = yes\n' >"$config_file"

shown=$HOME/tray.log watcher=org.kde.StatusNotifierWatcher
$python -m dbusmock --session -l "$shown" $watcher /StatusNotifierWatcher $watcher &
mock=$!
trap 'kill "$mock"' EXIT
add_method() {
	gdbus call --session -d $watcher -o /StatusNotifierWatcher -m org.freedesktop.DBus.Mock.AddMethod \
		$watcher RegisterStatusNotifierItem s '' ''
}
eventually "the tray runs" add_method

systemctl --user start "$service"
eventually "the item is announced" grep -q 'RegisterStatusNotifierItem' "$shown"
item=$(grep RegisterStatusNotifierItem "$shown" | grep -o ':[0-9.]*[0-9]' | tail -n 1)
has_status() {
	gdbus call --session -d "$item" -o /StatusNotifierItem -m org.freedesktop.DBus.Properties.Get \
		org.kde.StatusNotifierItem Status | grep -q "$1"
}
expect "hidden without sessions" has_status Passive
post_prompt first
eventually "a session is shown" has_status Active
systemctl --user stop "$service"
expect "the service ends cleanly with it" ended_cleanly
