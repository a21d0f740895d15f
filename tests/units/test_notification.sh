#!/bin/bash
# A notification gets from the sandboxed service over the user's bus to a notification server.
. "$(dirname "$0")/lib.sh"
[ -x "$notifier" ] || skip "no notifier was built"
python=/usr/bin/python3
$python -c 'import dbusmock' 2>/dev/null || skip "no dbusmock"
install_units

! "$notifier" --check || fail "a notification server is told that is not there"
shown=$HOME/notifications.log
$python -m dbusmock --session --template notification_daemon -l "$shown" &
mock=$!
trap 'kill "$mock"' EXIT
owned() {
	gdbus call --session -d org.freedesktop.DBus -o /org/freedesktop/DBus \
		-m org.freedesktop.DBus.NameHasOwner org.freedesktop.Notifications | grep -q true
}
eventually "the notification server runs" owned
"$notifier" --check | grep -q . || fail "the notification server is not told"

systemctl --user start "$service"
[ "$(post_turn first)" = 200 ] || fail "the turn was not taken"
eventually "told on the desktop" grep -q 'Notify.*is done' "$shown"
expect "it is known whose it is" grep -q '"desktop-entry": "otel-ai-monitor"' "$shown"

# The reason 2 is "dismissed by the user": Desktop Notifications Specification, NotificationClosed.
state_is() { "$program" status --json | grep -q "\"state\":\"$1\""; }
expect "completed until its user has seen it" state_is completed
gdbus call --session -d org.freedesktop.Notifications -o /org/freedesktop/Notifications \
	-m org.freedesktop.DBus.Mock.EmitSignal org.freedesktop.Notifications NotificationClosed uu \
	'[<uint32 1>, <uint32 2>]' >/dev/null
eventually "dismissed is acknowledged" state_is idle
systemctl --user stop "$service"
expect "the notifier ends with it" ended_cleanly
