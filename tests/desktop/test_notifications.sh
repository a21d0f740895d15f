#!/bin/bash
# Notifications as a user sees and uses them, with a real notification server:
#   test_notifications.sh PROGRAM NOTIFIER-PROGRAM
# shellcheck disable=SC2317 # functions are called by eventually
set -u
. "$(dirname "$0")/lib.sh"
need Xvfb dunst dunstctl dbus-run-session jq
if [ -z "${DESKTOP_BUS:-}" ]; then
	# a session bus of its own, and this once more in there
	DESKTOP_BUS=own exec dbus-run-session -- "$0" "$@"
fi

export OTEL_AI_MONITOR_NOTIFIER=$2
export OTEL_AI_NOTIFY_COMMAND="sh -c 'echo \"\$1|\$2\" >>\"\$3\"' x {summary} {attention} $work/commands"
export OTEL_AI_FOCUS_COMMAND="sh -c 'echo \"\$1|\$2\" >>\"\$3\"' x {session_id} {project} $work/focused"
start_x
cat >"$work/dunstrc" <<'RC'
[global]
    idle_threshold = 0
    history_length = 100
[urgency_normal]
    timeout = 0
[urgency_critical]
    timeout = 0
RC
dunst -conf "$work/dunstrc" >"$work/dunst.log" 2>&1 &
started+=($!)
# asked of the bus itself: a call to the name would start another one
has_server() {
	dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus /org/freedesktop/DBus \
		org.freedesktop.DBus.NameHasOwner string:org.freedesktop.Notifications | grep -q true
}
eventually "a notification server" has_server

start_daemon "$1" --notify-min-duration 0 --completed-timeout 600

# hook SESSION EVENT: as Claude Code tells it, in a directory of that name (dunst makes one of two
# notifications with the same text)
hook() {
	printf '{"session_id":"%s","hook_event_name":"%s","cwd":"/%s","tool_name":"Bash"}' "$1" "$2" "$1" |
		"$program" hook claude-code
}

displayed() {
	[ "$(dunstctl count displayed)" = "$1" ]
}

# The summary of the newest one that has gone.
last_gone() {
	[ "$(dunstctl history | jq -r '.data[0][0].summary.data')" = "$1" ]
}

state_is() {
	"$program" status --json | jq -e --arg id "$1" --arg state "$2" \
		'any(.sessions[]; .session_id == $id and .state == $state)'
}

hook one UserPromptSubmit
hook one PermissionRequest
eventually "a permission is asked for" displayed 1
hook one PostToolUse
eventually "what was answered is gone" displayed 0
last_gone "Claude Code needs your permission · one" || fail "who, what and where was told"
hook one Stop
eventually "done is told" displayed 1
hook one UserPromptSubmit
hook one Stop
eventually "one for each session" displayed 1
hook two UserPromptSubmit
hook two Stop
eventually "two sessions, two notifications" displayed 2

dunstctl close # the first one
eventually "dismissed" displayed 1
eventually "dismissed is acknowledged" state_is one idle
dunstctl action 0
eventually "a click leads to the session" grep -qx "two|two" "$work/focused"
eventually "and takes it off the screen" displayed 0
eventually "what was looked at is acknowledged" state_is two idle

hook one UserPromptSubmit
hook one PermissionRequest
eventually "told again" displayed 1
dunstctl action 0
eventually "a click leads there" grep -qx "one|one" "$work/focused"
eventually "an answer is still waited for" state_is one completed
eventually "a command of one's own was run" grep -q "^Claude Code needs your permission · one|permission$" "$work/commands"
exit 0
