#!/bin/sh
# as-tester.sh COMMAND [ARG...]: as the user of with-user-systemd.sh, from root inside of it.
name=tester uid=55111
exec setpriv --reuid $uid --regid $uid --clear-groups --inh-caps=-all -- \
	env -u XDG_CONFIG_HOME -u XDG_DATA_HOME -u XDG_STATE_HOME -u XDG_CACHE_HOME -u DISPLAY \
	-u WAYLAND_DISPLAY HOME=/home/$name USER=$name LOGNAME=$name SHELL=/bin/sh \
	XDG_RUNTIME_DIR=/run/user/$uid DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$uid/bus "$@"
