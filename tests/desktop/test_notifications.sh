#!/bin/bash
# Notifications as a user sees and uses them, with a real notification server:
#   test_notifications.sh PROGRAM NOTIFIER-PROGRAM
# shellcheck disable=SC2317 # functions are called by eventually
set -u
. "$(dirname "$0")/lib.sh"
need Xvfb dunst dunstctl dbus-run-session dbus-send jq curl
if [ -z "${DESKTOP_BUS:-}" ]; then
	# a session bus of its own, and this once more in there
	DESKTOP_BUS=own exec dbus-run-session -- "$0" "$@"
fi

export OTEL_AI_MONITOR_NOTIFIER=$2
export OTEL_AI_NOTIFY_COMMAND="sh -c 'echo \"\$1|\$2\" >>\"\$3\"' x {summary} {attention} $work/commands"
export OTEL_AI_FOCUS_COMMAND="sh -c 'echo \"\$1|\$2\" >>\"\$3\"' x {session_id} {project} $work/focused"
start_x
start_dunst

start_daemon "$1" --notify-min-duration 0 --completed-timeout 600

# hook SESSION EVENT: as Claude Code tells it, in a directory of that name (dunst makes one of two
# notifications with the same text)
hook() {
	printf '{"session_id":"%s","hook_event_name":"%s","cwd":"/%s","tool_name":"Bash"}' "$1" "$2" "$1" |
		"$program" hook claude-code
}

# The text of the newest one that has gone.
last_gone() {
	[ "$(dunstctl history | jq -r '.data[0][0] | .summary.data + "|" + .body.data')" = "$1" ]
}

hook one UserPromptSubmit
hook one PermissionRequest
eventually "a permission is asked for" displayed 1
hook one PostToolUse
eventually "what was answered is gone" displayed 0
last_gone "Claude Code wants to use Bash|one · Bash" || fail "who, what and where was told"
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
eventually "a command of one's own was run" grep -q "^Claude Code wants to use Bash|permission$" "$work/commands"
hook one PostToolUse
hook one Stop
eventually "one is done" displayed 1
hook one PreCompact
sleep 1
displayed 1 || fail "what is over stays told through a compaction"
hook one PostCompact
sleep 1
displayed 1 || fail "and is not told anew after it"

# What the last call of the turn cost is told by telemetry, seconds after the hook.
# Its connection stays open: the end of it would be the client's.
read -r -d '' body <<JSON
{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"claude-code"}}]},
"scopeLogs":[{"scope":{"name":"com.anthropic.claude_code.events"},"logRecords":[{"timeUnixNano":"$(date +%s%N)",
"body":{"stringValue":"claude_code.api_request"},"attributes":[
{"key":"event.name","value":{"stringValue":"api_request"}},{"key":"session.id","value":{"stringValue":"one"}},
{"key":"model","value":{"stringValue":"claude-sonnet-5"}},{"key":"input_tokens","value":{"stringValue":"100"}},
{"key":"output_tokens","value":{"stringValue":"100"}},{"key":"cost_usd","value":{"stringValue":"0.69"}}]}]}]}]}
JSON
exec 5<>"/dev/tcp/127.0.0.1/$port"
printf 'POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' \
	${#body} "$body" >&5
sleep 7
displayed 1 || fail "the cost replaces the text"
"$program" ack one
eventually "what was seen is gone" displayed 0
case $(dunstctl history | jq -r '.data[0][0].body.data') in
"one"*"claude-sonnet-5 · \$0.69") ;;
*) fail "the cost is told: $(dunstctl history | jq -r '.data[0][0].body.data')" ;;
esac
[ "$(grep -c '|done$' "$work/commands")" = 4 ] || fail "the command is run once for each: $(cat "$work/commands")"

curl -s -X POST "http://localhost:$port/api/sessions/one/mute" >/dev/null
hook one UserPromptSubmit
hook one Stop
curl -s -X POST "http://localhost:$port/api/pause?duration=5" >/dev/null
hook two UserPromptSubmit
hook two Stop
sleep 2
displayed 0 || fail "muted and paused is silent"
eventually "after the pause it is told" displayed 1
last_done=$(grep -c '^Claude Code is done|done$' "$work/commands")
[ "$last_done" = 5 ] || fail "the muted one was told"
exit 0
