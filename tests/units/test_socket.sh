#!/bin/bash
# Socket activation: the first telemetry starts the service, and none of it is lost.
. "$(dirname "$0")/lib.sh"
install_units

systemctl --user start "$socket" || fail "the sockets cannot be made"
expect "not running yet" property_is ActiveState inactive
post_prompt first
eventually "started by it" property_is ActiveState active
expect "the session is known" grep -q '"session_id":"first"' <(sessions)
expect "also on ::1" curl -sSf -o /dev/null 'http://[::1]:4318/health'

systemctl --user stop "$service"
expect "the socket belongs to its unit and stays" test -S "$socket_path"
expect "and works" grep -q session_list <(sessions)
eventually "started again" property_is ActiveState active

systemctl --user stop "$socket" "$service"
expect "no socket is left" [ ! -e "$socket_path" ]
expect "no FIFO is left" [ ! -e "$pipe_path" ]
