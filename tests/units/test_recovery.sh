#!/bin/bash
# Nothing ends service and socket for good. One that dies is restarted, however often; one that cannot
# start is down, is not started in a loop, and comes back by itself once it can.
. "$(dirname "$0")/lib.sh"
install_units

answers() { curl -sSf -o /dev/null -m 2 http://127.0.0.1:4318/health 2>/dev/null; }
log_count() { journalctl --user -o cat --no-pager | grep -c -- "$1" || true; }
are() { property_is ActiveState "$1" "$service" && property_is ActiveState "$1" "$socket"; }
stop_all() { systemctl --user stop "$socket" "$service"; }

# A client that does not give up.
while sleep 0.1; do answers || true; done &
client=$!
other=''
trap 'kill $client $other 2>/dev/null' EXIT

# ---- it dies
systemctl --user start "$socket"
for death in {1..6}; do
	eventually "it answers before death $death" answers
	pid=$(property MainPID)
	kill -KILL "$pid"
	eventually "replaced after death $death" main_pid_is_new "$pid"
done
eventually "it answers after six deaths" answers
stop_all

# ---- wrong settings
echo 'port = many' >"$config_file"
systemctl --user start "$socket"
eventually "both are down" are failed
sleep 6
told=$(log_count 'config.ini:1: port: invalid value')
((told >= 1 && told <= 3)) || fail "in 6 s the mistake was told $told times"
lines=$(log_count .)
sleep 5
[ "$(log_count .)" = "$lines" ] || fail "the journal goes on while nothing changes"
expect "still down" are failed
echo 'port = 4318' >"$config_file"
eventually "back once the file is right" are active
expect "it answers" answers

echo 'port = many' >"$config_file"
! systemctl --user restart "$service" 2>/dev/null || fail "it started with a wrong setting"
eventually "waits for the file" property_is ActiveState active "$retry"
echo 'port = 4318' >"$config_file"
systemctl --user restart "$service" || fail "it cannot be started by hand meanwhile"
eventually "nobody waits any more" property_is ActiveState inactive "$retry"

# ---- its port is in use
stop_all
python3 -c 'import socket, time
s = socket.create_server(("127.0.0.1", 4318))
time.sleep(60)' &
other=$!
eventually "the port is in use" bash -c 'exec 3<>/dev/tcp/127.0.0.1/4318'
! systemctl --user start "$socket" 2>/dev/null || fail "the socket has a port that is in use"
kill $other
eventually "back once the port is free" are active

# ---- whoever stops it meanwhile has stopped it
for unit in "$service" "$socket"; do
	echo 'port = many' >"$config_file"
	! systemctl --user restart "$service" 2>/dev/null || fail "it started with a wrong setting"
	eventually "both are down" are failed
	expect "waits for the file" property_is ActiveState active "$retry"
	systemctl --user stop "$unit"
	expect "stopping $unit ends that" property_is ActiveState inactive "$retry"
done
echo 'port = 4318' >"$config_file"
systemctl --user start "$socket"
eventually "it answers" answers
drop_in slow <<<$'[Service]\nExecStop=/bin/sleep 30\nTimeoutStopSec=0.5'
stop_all
expect "its end takes too long, which is a failure" property_is Result timeout
sleep 3
! answers || fail "it came back after it was stopped"
