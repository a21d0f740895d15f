#!/bin/bash
# A notification gets from the sandboxed service over the user's bus to a notification server.
. "$(dirname "$0")/lib.sh"
[ -x "$notifier" ] || skip "no notifier was built"
python=/usr/bin/python3
$python -c 'import dbusmock' 2>/dev/null || skip "no dbusmock"
install_units

shown=$HOME/notifications.log
$python -m dbusmock --session --template notification_daemon -l "$shown" &
mock=$!
trap 'kill "$mock"' EXIT
owned() {
	gdbus call --session -d org.freedesktop.DBus -o /org/freedesktop/DBus \
		-m org.freedesktop.DBus.NameHasOwner org.freedesktop.Notifications | grep -q true
}
eventually "the notification server runs" owned

systemctl --user start "$service"
[ "$(post_turn first)" = 200 ] || fail "the turn was not taken"
eventually "told on the desktop" grep -q 'Notify.*is done' "$shown"
systemctl --user stop "$service"
expect "the notifier ends with it" ended_cleanly
