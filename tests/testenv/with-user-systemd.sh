#!/bin/bash
# Runs a command under a systemd user manager of its own, also where PID 1 is something else.
#   usage: with-user-systemd.sh COMMAND [ARG...]     exit 77: cannot be done here, else COMMAND's
#
# systemd becomes PID 1 of new namespaces and starts nothing but journald and one user manager.
# COMMAND runs beside it as the user "tester", with an empty home in memory, a user bus, and the
# present working directory, stdin, stdout and stderr. It sees the host's files as an ordinary user
# does; /run, /home and the journal are private and gone afterwards. Needs root.
#   TESTENV_AS_ROOT=1       COMMAND runs as root, and gets at "tester" by as-tester.sh beside this script
#   TESTENV_PRIVATE_NET=1   a network with nothing but "lo": fixed ports, parallel runs
#   TESTENV_KEEP_LOG=FILE   keeps what systemd said while starting
#   TESTENV_TIMEOUT=SECONDS for starting (30)
set -u

name=tester uid=55111 # an ordinary uid: journald keeps no user journal for those below 1000; as in as-tester.sh
ns=(--mount --pid --cgroup --ipc --uts)
[ -z "${TESTENV_PRIVATE_NET:-}" ] || ns+=(--net)
start_timeout=${TESTENV_TIMEOUT:-30}
work='' cgroup='' launcher='' lib=/lib/systemd

cannot() {
	echo "$0: $1" >&2
	exit 77
}

check_needs() {
	local program
	[ "$(id -u)" = 0 ] || cannot "must be root"
	for program in unshare nsenter setpriv pgrep dbus-daemon; do
		command -v $program >/dev/null || cannot "$program is missing"
	done
	[ -x $lib/systemd ] || lib=/usr/lib/systemd
	[ -x $lib/systemd-journald ] || cannot "systemd is missing"
}

# A cgroup that becomes the root of the new cgroup namespace.
make_cgroup() {
	local root
	root=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
	[ -n "$root" ] || cannot "there is no cgroup2 mount"
	mkdir "$root/user-systemd-$$" || cannot "cannot make a cgroup"
	cgroup=$root/user-systemd-$$
}

# shellcheck disable=SC2317  # called by the trap
clean_up() {
	[ -z "$launcher" ] || {
		kill -KILL "$launcher" 2>/dev/null
		wait "$launcher" 2>/dev/null
	}
	# with PID 1 every process of the namespace ends; the cgroup empties soon after
	for _ in $(seq 100); do
		[ -d "$cgroup" ] || break
		find "$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null
		sleep 0.05
	done
	[ -z "${TESTENV_KEEP_LOG:-}" ] || cp "$work/start.log" "$TESTENV_KEEP_LOG"
	rm -rf "$work"
}

# The part that runs inside: private mounts, a user, four units, then systemd.
write_init() {
	cat >"$work/init.sh" <<-INIT
		set -e
		mount --make-rprivate /
		mount -t proc proc /proc
		mount -t tmpfs -o mode=755 tmpfs /run
		mkdir -p /run/lock /run/user /run/systemd/journal /run/systemd/unit-root /var/log/journal
		mount -t tmpfs -o mode=755 tmpfs /var/log/journal
		mount -t tmpfs -o mode=755 tmpfs /home
		: >/run/systemd/journal/flushed
		umount -R /sys/fs/cgroup 2>/dev/null || umount -l /sys/fs/cgroup
		mount -t cgroup2 cgroup2 /sys/fs/cgroup
		for file in passwd group shadow machine-id; do
			[ -e /etc/\$file ] && cp -p /etc/\$file $work/\$file || : >$work/\$file
		done
		echo '$name:x:$uid:$uid::/home/$name:/bin/sh' >>$work/passwd
		echo '$name:x:$uid:' >>$work/group
		echo '$name:*:19000::::::' >>$work/shadow
		tr -d - </proc/sys/kernel/random/uuid >$work/machine-id
		[ -e /etc/machine-id ] || : >/etc/machine-id
		for file in passwd group shadow machine-id; do
			mount --bind $work/\$file /etc/\$file
		done
		install -d -m 700 -o $uid -g $uid /home/$name /run/user/$uid
		[ -z '${TESTENV_PRIVATE_NET:-}' ] || ip link set lo up
		units=/run/testenv-units
		mkdir -p \$units /run/none /run/systemd/journald.conf.d /run/systemd/system.conf.d
		cp $work/units/* \$units/
		mv \$units/journald.conf /run/systemd/journald.conf.d/testenv.conf
		mv \$units/system.conf /run/systemd/system.conf.d/testenv.conf
		exec env -i container=testenv PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \\
			SYSTEMD_UNIT_PATH=\$units SYSTEMD_GENERATOR_PATH=/run/none \\
			SYSTEMD_ENVIRONMENT_GENERATOR_PATH=/run/none $lib/systemd --system --unit=testenv.target
	INIT
}

# PID 1 sees these and nothing of the host's.
write_units() {
	mkdir "$work/units"
	cat >"$work/units/testenv.target" <<-UNIT
		[Unit]
		DefaultDependencies=no
		Requires=systemd-journald.service user@$uid.service
	UNIT
	cat >"$work/units/systemd-journald.socket" <<-UNIT
		[Unit]
		DefaultDependencies=no
		[Socket]
		ListenStream=/run/systemd/journal/stdout
		ListenDatagram=/run/systemd/journal/socket
		SocketMode=0666
		PassCredentials=yes
	UNIT
	cat >"$work/units/systemd-journald.service" <<-UNIT
		[Unit]
		DefaultDependencies=no
		Requires=systemd-journald.socket
		After=systemd-journald.socket
		[Service]
		Type=notify
		ExecStart=$lib/systemd-journald
		NotifyAccess=all
		StandardOutput=null
	UNIT
	cat >"$work/units/user@$uid.service" <<-UNIT
		[Unit]
		DefaultDependencies=no
		Requires=systemd-journald.service
		After=systemd-journald.service
		[Service]
		Type=notify
		User=$name
		Environment=HOME=/home/$name USER=$name LOGNAME=$name SHELL=/bin/sh
		Environment=XDG_RUNTIME_DIR=/run/user/$uid
		Environment=DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$uid/bus
		WorkingDirectory=/home/$name
		ExecStart=$lib/systemd --user
		Slice=user.slice
		Delegate=yes
		KillMode=mixed
		TasksMax=infinity
	UNIT
	cat >"$work/units/journald.conf" <<-CONF
		[Journal]
		Storage=persistent
		SplitMode=uid
		RateLimitBurst=0
		ReadKMsg=no
		Audit=no
	CONF
	cat >"$work/units/system.conf" <<-CONF
		[Manager]
		LogTarget=console
		ShowStatus=no
		DefaultTimeoutStopSec=5s
	CONF
}

launch() {
	(
		echo $BASHPID >"$cgroup/cgroup.procs"
		exec unshare "${ns[@]}" --fork --kill-child=KILL -- \
			/bin/bash "$work/init.sh" </dev/null >"$work/start.log" 2>&1
	) &
	launcher=$!
}

# Prints the namespace's PID 1 as seen from here, once its user manager listens.
wait_for_manager() {
	local init='' deadline=$((SECONDS + start_timeout))
	until [ -n "$init" ] && [ -S "/proc/$init/root/run/user/$uid/systemd/private" ]; do
		[ -n "$init" ] || init=$(pgrep -P "$launcher" 2>/dev/null | head -1)
		kill -0 "$launcher" 2>/dev/null && [ $SECONDS -lt $deadline ] || return 1
		sleep 0.05
	done
	echo "$init"
}

run_inside() {
	nsenter --target "$init" "${ns[@]}" --wd="$PWD" -- "$@"
}

[ $# -gt 0 ] || {
	sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" >&2
	exit 2
}
check_needs
make_cgroup
work=$(mktemp -d /tmp/user-systemd.XXXXXX) || cannot "cannot make a directory"
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
write_init
write_units
launch
init=$(wait_for_manager) || {
	cat "$work/start.log" >&2
	cannot "the user manager did not start"
}
as_tester=$(dirname "$(realpath "$0")")/as-tester.sh
run_inside "$as_tester" timeout "$start_timeout" systemctl --user is-system-running --wait >/dev/null 2>&1
[ -n "${TESTENV_AS_ROOT:-}" ] || set -- "$as_tester" "$@"
run_inside "$@" <&0 &
wait $!
