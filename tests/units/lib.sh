# shellcheck shell=bash
# What the tests of the units share. Each runs inside tests/testenv/with-user-systemd.sh, as
#   test_NAME.sh PROGRAM SERVICE SOCKET RETRY [NOTIFIER]
# with the program as it was built and the unit files as they will be installed.
set -euo pipefail

program=$(realpath "$1") service_file=$2 socket_file=$3 retry_file=$4 notifier=${5:+$(realpath "$5")}
service=otel-ai-monitor.service
retry=otel-ai-monitor-retry.service
socket=otel-ai-monitor.socket
unit_dir=$HOME/.config/systemd/user
config_file=$HOME/.config/otel-ai-monitor/config.ini
socket_path=$XDG_RUNTIME_DIR/otel-ai-monitor.sock
# shellcheck disable=SC2034  # for the tests
pipe_path=$XDG_RUNTIME_DIR/otel-ai-monitor.pipe

skip() {
	echo "skipped: $*" >&2
	exit 77
}

fail() {
	echo "FAILED: $*" >&2
	journalctl --user -u "$service" -u "$socket" -u "$retry" -o short-monotonic --no-pager -n 40 >&2 || true
	systemctl --user status --no-pager "$service" >&2 || true
	exit 1
}

# expect WORDS COMMAND...: the command must succeed.
expect() {
	local words=$1
	shift
	"$@" || fail "$words"
}

# eventually WORDS COMMAND...: within 10 seconds, which is never what is measured.
eventually() {
	local words=$1
	shift
	for _ in $(seq 200); do
		! "$@" >/dev/null 2>&1 || return 0
		sleep 0.05
	done
	fail "$words"
}

for needed in "$program" "$service_file" "$socket_file" "$retry_file"; do
	[ -r "$needed" ] || skip "the test's user cannot read $needed"
done
[ -x "$program" ] || skip "the test's user cannot run $program"

# drop_in NAME: more of the service unit, from stdin.
drop_in() {
	mkdir -p "$unit_dir/$service.d"
	cat >"$unit_dir/$service.d/$1.conf"
	systemctl --user daemon-reload
}

install_units() {
	mkdir -p "$unit_dir" "$(dirname "$config_file")"
	cp "$service_file" "$unit_dir/$service"
	cp "$socket_file" "$unit_dir/$socket"
	sed "s|/[^ ]*/otel-ai-monitor check|$program check|" "$retry_file" >"$unit_dir/$retry"
	grep -q "$program check" "$unit_dir/$retry" || fail "the settings are not checked before a retry"
	drop_in test <<-UNIT
		[Service]
		ExecStart=
		ExecStart=$program serve
		ExecStopPost=/bin/sh -c 'echo "\$\$SERVICE_RESULT \$\$EXIT_CODE \$\$EXIT_STATUS" >%h/ended'
		Environment=OTEL_AI_MONITOR_NOTIFIER=${notifier:-/bin/true}
	UNIT
}

property() {
	systemctl --user show --value -p "$1" "${2:-$service}"
}

# How it ended last; the manager forgets a unit that is neither running nor failed.
ended_cleanly() {
	[ "$(cat "$HOME/ended")" = 'success exited 0' ]
}

# property_is NAME VALUE [UNIT]
property_is() {
	[ "$(property "$1" "${3:-$service}")" = "$2" ]
}

property_has() {
	[[ "$(property "$1")" == *"$2"* ]]
}

main_pid_is_new() {
	local pid
	pid=$(property MainPID)
	[ "$pid" != 0 ] && [ "$pid" != "$1" ]
}

# post PATH: a JSON body from stdin, over TCP; prints the status code.
post() {
	curl -sS -o /dev/null -w '%{http_code}' -H 'Content-Type: application/json' --data-binary @- \
		"http://127.0.0.1:4318$1"
}

# A prompt in Claude Code, session $1: it is working from here on. The connection stays open as the
# client's would: its end would be the client's end.
post_prompt() {
	local body status now
	now=$(date +%s%N)
	body=$(
		cat <<-JSON
			{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"claude-code"}}]},
			"scopeLogs":[{"scope":{"name":"com.anthropic.claude_code.events"},"logRecords":[{"timeUnixNano":"$now",
			"body":{"stringValue":"claude_code.user_prompt"},"attributes":[
			{"key":"event.name","value":{"stringValue":"user_prompt"}},
			{"key":"session.id","value":{"stringValue":"$1"}}]}]}]}]}
		JSON
	)
	exec {client}<>/dev/tcp/127.0.0.1/4318 || fail "nobody listens"
	printf 'POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' \
		${#body} "$body" >&"$client"
	read -r -t 5 status <&"$client" || fail "the prompt was not answered"
	[[ $status == *" 200 "* ]] || fail "the prompt was answered with $status"
}

# A whole turn of half a minute of some agent, session $1, that ended just now.
post_turn() {
	local now
	now=$(date +%s%N)
	post /v1/traces <<-JSON
		{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"some-agent"}}]},
		"scopeSpans":[{"scope":{"name":"some-agent"},"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10",
		"spanId":"0102030405060708","name":"invoke_agent","startTimeUnixNano":"$((now - 30000000000))",
		"endTimeUnixNano":"$now","attributes":[
		{"key":"gen_ai.operation.name","value":{"stringValue":"invoke_agent"}},
		{"key":"gen_ai.conversation.id","value":{"stringValue":"$1"}}]}]}]}]}
	JSON
}

sessions() {
	curl -sS --unix-socket "$socket_path" http://localhost/api/sessions
}

journal_json() {
	journalctl --user -u "$service" -o json --no-pager
}
