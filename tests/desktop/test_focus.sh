#!/bin/bash
# From a session to its terminal, with a real X server, a real window manager, real terminals and a
# real tmux: test_focus.sh PROGRAM FOCUS-PROGRAM
# shellcheck disable=SC2317 # functions are called by eventually and trap
set -u
. "$(dirname "$0")/lib.sh"
need Xvfb i3 i3-msg xterm tmux jq
export OTEL_AI_MONITOR_FOCUS=$2
before_end() {
	tmux -S "$work/tmux" kill-server 2>/dev/null
}
start_x
start_i3

start_daemon "$1" --no-notifications --notify-min-duration 0 \
	--notify-command "touch '$work/told {session_id} {attention}'"

# A client by its name, with a connection that lasts: claude PORT SESSION
cp "$(command -v bash)" "$work/claude"
cat >"$work/client" <<'CLIENT'
body='{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"claude-code"}}]},"scopeLogs":[{"scope":{"name":"com.anthropic.claude_code.events"},"logRecords":[{"timeUnixNano":"'$(date +%s%N)'","body":{"stringValue":"claude_code.user_prompt"},"attributes":[{"key":"event.name","value":{"stringValue":"user_prompt"}},{"key":"session.id","value":{"stringValue":"'$2'"}}]}]}]}]}'
exec 5<>/dev/tcp/127.0.0.1/"$1"
printf 'POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' ${#body} "$body" >&5
read -r line <&5
read -r forever
CLIENT

has_process() {
	"$program" status --json | jq -e --arg id "$1" 'any(.sessions[]; .session_id == $id and .pid != null)'
}

start_terminal first "$work/claude" "$work/client" "$port" one
start_terminal second "$work/claude" "$work/client" "$port" two
for id in one two; do
	eventually "the process of session $id" has_process "$id"
done
i3-msg -q workspace 9

"$program" focus one || fail "focus one"
eventually "the first terminal is active" is_active first
"$program" focus --check one || fail "session one has the focus"
"$program" focus --check two && fail "session two has not"
"$program" focus two || fail "focus two"
eventually "the second terminal is active" is_active second
"$program" focus three 2>"$work/refused.log" && fail "there is no session three"
grep -q 'no session "three"' "$work/refused.log" || fail "a reason is given"

tmux -S "$work/tmux" -f /dev/null new-session -d -s a "$work/claude" "$work/client" "$port" three
tmux -S "$work/tmux" new-window -t a "$work/claude" "$work/client" "$port" four
tmux -S "$work/tmux" new-session -d -s b "$work/claude" "$work/client" "$port" five
for id in three four five; do
	eventually "the process of session $id" has_process "$id"
done
"$program" focus three 2>"$work/refused.log" && fail "no terminal shows that tmux"
start_terminal third tmux -S "$work/tmux" attach -t a
shown() {
	[ "$(tmux -S "$work/tmux" list-clients -F '#{session_name}:#{window_index}')" = "$1" ]
}
for step in three=a:0 four=a:1 five=b:0 three=a:0; do
	i3-msg -q workspace 9
	"$program" focus "${step%=*}" || fail "focus ${step%=*}"
	eventually "the third terminal is active" is_active third
	eventually "its tmux shows ${step#*=}" shown "${step#*=}"
	"$program" focus --check "${step%=*}" || fail "session ${step%=*} has the focus"
done
"$program" focus --check four && fail "the other window of tmux has not"

# hook CLIENT SESSION EVENT DIRECTORY
hook() {
	printf '{"session_id":"%s","hook_event_name":"%s","cwd":"%s"}' "$2" "$3" "$4" | "$program" hook "$1"
}

# Who looks at a terminal is not told what happens there.
"$program" focus one || fail "focus one"
eventually "the first terminal is active again" is_active first
hook claude-code one Stop /
hook claude-code two Stop /
eventually "what happens in another terminal is told" test -e "$work/told two done"
[ ! -e "$work/told one done" ] || fail "told of the terminal in front"

# A terminal that a common server speaks for is found by its name and its directory.
mkdir "$work/api"
ln "$work/claude" "$work/codex"
start_terminal fourth bash -c "cd '$work/api' && exec '$work/codex' -c 'echo; read -r forever'"
hook codex six UserPromptSubmit "$work/api"
hook codex seven UserPromptSubmit /nowhere
i3-msg -q workspace 9
"$program" focus six || fail "focus six"
eventually "the fourth terminal is active" is_active fourth
"$program" focus --check six || fail "session six has the focus"
"$program" focus seven 2>"$work/refused.log" && fail "nobody works nowhere"
grep -q 'no terminal of codex' "$work/refused.log" || fail "that is told"
# A session of which not even the directory is known: while there is only one such terminal.
printf '{"session_id":"eight","hook_event_name":"UserPromptSubmit"}' | "$program" hook codex
i3-msg -q workspace 9
"$program" focus eight || fail "focus eight"
eventually "the only such terminal is active" is_active fourth
start_terminal fifth bash -c "cd '$work/api' && exec '$work/codex' -c 'echo; read -r forever'"
"$program" focus six 2>"$work/refused.log" && fail "it could be either of two"

export OTEL_AI_FOCUS_COMMAND="touch '$work/focused {session_id} {tool}'"
"$program" focus two || fail "a command of one's own"
[ -e "$work/focused two claude-code" ] || fail "the command was given the session"
exit 0
