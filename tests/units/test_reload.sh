#!/bin/bash
# Reload: the same process with new settings, or with the old ones when the new are wrong.
. "$(dirname "$0")/lib.sh"
install_units

log_has() { journalctl --user -u "$service" -o cat --no-pager | grep -q -- "$1"; }
is_idle() { sessions | jq -e '.sessions[] | select(.session_id == "first") | .state == "idle"'; }

systemctl --user start "$service"
pid=$(property MainPID)
echo 'completed-timeout = 0.2' >"$config_file"
systemctl --user reload "$service"
eventually "told" log_has 'configuration reloaded'
[ "$(post_turn first)" = 200 ] || fail "the turn was not taken"
eventually "the new timeout counts" is_idle

echo 'completed-timeout = soon' >"$config_file"
systemctl --user reload "$service"
eventually "the mistake is told" log_has 'invalid value "soon"'
expect "still running" property_is ActiveState active
expect "the same process" property_is MainPID "$pid"
