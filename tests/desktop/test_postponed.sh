#!/bin/bash
# A notification that would come while its terminal is in view comes when it is no more, with a real
# window manager, real terminals and a real notification server:
#   test_postponed.sh PROGRAM NOTIFIER-PROGRAM FOCUS-PROGRAM
# shellcheck disable=SC2154,SC2317 # set in lib.sh; functions are called by eventually
set -u
. "$(dirname "$0")/lib.sh"
need Xvfb i3 i3-msg xterm dunst dunstctl dbus-run-session dbus-send jq
if [ -z "${DESKTOP_BUS:-}" ]; then
	# a session bus of its own, and this once more in there
	DESKTOP_BUS=own exec dbus-run-session -- "$0" "$@"
fi
export OTEL_AI_MONITOR_NOTIFIER=$2 OTEL_AI_MONITOR_FOCUS=$3
start_x
start_dunst
start_i3
start_daemon "$1" --notify-min-duration 0

# hook SESSION EVENT [TOOL]
hook() {
	printf '{"session_id":"%s","hook_event_name":"%s","cwd":"%s","tool_name":"%s"}' "$1" "$2" "$PWD" "${3:-}" |
		"$program" hook claude-code
}

# A client in our directory, which with its name is all that is known of it.
cp "$(command -v bash)" "$work/claude"
start_terminal first bash -c "exec '$work/claude' -c 'echo; read -r forever'"
start_terminal second sleep 1000
i3-msg -q workspace 1
look_at() {
	i3-msg -q "[title=\"^$1\$\"] focus"
	eventually "the $1 terminal is in view" is_active "$1"
}
hook one UserPromptSubmit

look_at first
hook one Stop
sleep 3
displayed 0 || fail "told while it was in view"
look_at second
eventually "told once it is out of view" displayed 1
"$program" focus one || fail "focus one"
eventually "seen is gone" displayed 0
eventually "and acknowledged" state_is one idle

# What is answered in view is never told.
hook one PermissionRequest Bash
sleep 4
displayed 0 || fail "a permission was told while it was in view"
hook one PostToolUse Bash
look_at second
sleep 4
displayed 0 || fail "what was answered was told"

# What ends with its session is told no more.
look_at first
hook one Stop
sleep 1
hook one SessionEnd
look_at second
sleep 4
displayed 0 || fail "a session that has gone was told of"

if command -v busctl >/dev/null && /usr/bin/python3 -c 'import dbusmock' 2>/dev/null; then
	start_logind
	hook two UserPromptSubmit
	look_at first
	hook two Stop
	sleep 3
	displayed 0 || fail "told while its user looks at it"
	set_locked true
	eventually "told when the session is locked" displayed 1
fi
exit 0
