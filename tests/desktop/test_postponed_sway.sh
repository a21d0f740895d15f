#!/bin/bash
# The same under Wayland: sway, foot and mako.
#   test_postponed_sway.sh PROGRAM NOTIFIER-PROGRAM FOCUS-PROGRAM
# shellcheck disable=SC2154,SC2317 # set in lib.sh; functions are called by eventually
set -u
. "$(dirname "$0")/lib.sh"
need sway swaymsg foot mako makoctl dbus-run-session dbus-send jq curl setpriv
if [ -z "${DESKTOP_BUS:-}" ]; then
	# a session bus of its own, and this once more in there
	DESKTOP_BUS=own exec dbus-run-session -- "$0" "$@"
fi
export OTEL_AI_MONITOR_NOTIFIER=$2 OTEL_AI_MONITOR_FOCUS=$3
start_sway
printf 'default-timeout=0\n' >"$work/mako"
mako -c "$work/mako" >"$work/mako.log" 2>&1 &
started+=($!)
eventually "a notification server" has_name session org.freedesktop.Notifications

shown() {
	[ "$(makoctl list | jq '.data[0] | length')" = "$1" ]
}

# The summary and the body of the only one.
reads() {
	[ "$(makoctl list | jq -r '.data[0][0] | .summary.data + "|" + .body.data')" = "$1" ]
}

start_daemon "$1" --notify-min-duration 0
hook() {
	printf '{"session_id":"one","hook_event_name":"%s","cwd":"%s","tool_name":"%s"}' "$1" "$work/webshop" "${2:-}" |
		"$program" hook claude-code
}

look_at() {
	swaymsg -q "[app_id=\"^$1\$\"] focus"
	eventually "the $1 terminal is in view" is_in_front "$1"
}
is_in_front() {
	swaymsg -t get_tree | jq -e --arg name "$1" 'any(..|objects; .focused == true and .app_id == $name)'
}

mkdir "$work/webshop"
cp "$(command -v bash)" "$work/claude"
foot --app-id first bash -c "cd '$work/webshop' && exec '$work/claude' -c 'echo; read -r forever'" 2>"$work/foot.log" &
started+=($!)
eventually "a first terminal" is_in_front first
foot --app-id second sleep 1000 2>"$work/foot.log" &
started+=($!)
eventually "a second terminal" is_in_front second

hook UserPromptSubmit
look_at first
hook PermissionRequest Bash
sleep 4
shown 0 || fail "told while it was in view"
look_at second
eventually "told once it is out of view" shown 1
reads "Claude Code wants to use Bash|webshop · Bash" || fail "it names tool and project: $(makoctl list)"
[ -z "${PICTURE:-}" ] || grim "$PICTURE"
hook PostToolUse Bash
eventually "what was answered is gone" shown 0
curl -sf -H 'Content-Type: application/json' -d '{"resourceLogs":[{"resource":{"attributes":[
	{"key":"service.name","value":{"stringValue":"claude-code"}}]},"scopeLogs":[{"logRecords":[{"attributes":[
	{"key":"event.name","value":{"stringValue":"api_request"}},
	{"key":"session.id","value":{"stringValue":"one"}},
	{"key":"input_tokens","value":{"intValue":39000}},
	{"key":"cost_usd","value":{"doubleValue":0.42}}]}]}]}]}' "http://127.0.0.1:$port/v1/logs" >/dev/null
hook Stop
eventually "done is told" shown 1
reads_cost() {
	makoctl list | jq -e '.data[0][0].body.data | endswith(" · $0.42")'
}
eventually "its text is corrected, and the server survives that" reads_cost
makoctl invoke
eventually "a click leads there" is_in_front first
eventually "and takes it off the screen" shown 0
eventually "and acknowledges" state_is one idle
exit 0
