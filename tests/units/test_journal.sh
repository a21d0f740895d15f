#!/bin/bash
# The journal: every line with its priority, and no session line among them.
. "$(dirname "$0")/lib.sh"
install_units

has_line() { # PRIORITY REGEX
	journal_json | jq -e -s --arg p "$1" --arg re "$2" \
		'any(.[]; .PRIORITY == $p and (.MESSAGE | test($re)))'
}

systemctl --user start "$service"
eventually "what it listens on, as information" has_line 6 'listening on'
post_prompt first
[ "$(post /v1/logs <<<'{"resourceLogs":')" = 400 ] || fail "nonsense was not refused"
eventually "what was refused, as a warning" has_line 4 'POST'

echo 'port = many' >"$config_file"
systemctl --user reload "$service"
eventually "a wrong setting, as an error" has_line 3 'config.ini:1: port: invalid value .many.'
expect "no priority in the text" jq -e -s 'all(.[]; .MESSAGE | startswith("<") | not)' <(journal_json) >/dev/null
expect "no session lines" jq -e -s 'all(.[]; .MESSAGE | contains("session_update") | not)' <(journal_json) >/dev/null
