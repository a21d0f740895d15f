#!/bin/bash
# Watchdog and restart: a daemon that hangs is replaced, one with wrong settings is not tried again.
. "$(dirname "$0")/lib.sh"
install_units
drop_in watchdog <<-UNIT
	[Service]
	WatchdogSec=0.5
	RestartSec=0.1
	TimeoutStopSec=1
UNIT

systemctl --user start "$service"
pid=$(property MainPID)
sleep 1.5
expect "it feeds the watchdog" property_is NRestarts 0
kill -STOP "$pid"
eventually "replaced" main_pid_is_new "$pid"
eventually "and ready" property_is ActiveState active
expect "once" property_is NRestarts 1
expect "it answers" curl -sSf -o /dev/null http://127.0.0.1:4318/health

systemctl --user stop "$service"
echo 'port = many' >"$config_file"
! systemctl --user start "$service" 2>/dev/null || fail "it started with a wrong setting"
sleep 0.5
expect "failed" property_is ActiveState failed
expect "exit status 2" property_is ExecMainStatus 2
expect "not tried again" property_is NRestarts 0
