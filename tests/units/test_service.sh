#!/bin/bash
# The service by itself: ready when it listens, what it makes, what it says, how it ends.
. "$(dirname "$0")/lib.sh"
install_units

systemctl --user start "$service" || fail "it did not become ready"
expect "active once started" property_is ActiveState active
expect "it listens when it is ready" curl -sSf -o /dev/null http://127.0.0.1:4318/health
expect "a FIFO" test -p "$pipe_path"
expect "the FIFO is private" [ "$(stat -c %a "$pipe_path")" = 600 ]
expect "the socket is private" [ "$(stat -c %a "$socket_path")" = 600 ]
expect "status without sessions" property_has StatusText "0 working"

post_prompt first
eventually "the status counts sessions" property_has StatusText "1 working"

began=$(date +%s%N)
systemctl --user stop "$service"
took_ms=$((($(date +%s%N) - began) / 1000000))
expect "stopped within a second, not $took_ms ms" [ $took_ms -lt 1000 ]
expect "exited with 0, not killed" ended_cleanly
expect "no FIFO is left" [ ! -e "$pipe_path" ]
systemctl --user stop "$socket"
expect "no socket is left" [ ! -e "$socket_path" ]
