# for_each_manager COMMAND...: systemctl --user COMMAND with the service manager of every user who has one now.
# Not by deb-systemd-invoke: that of Debian 12 cannot have them reload, and once one user's units are to be
# restarted it starts them for every other user too, who then fight for the port.
for_each_manager() {
	[ -z "${DPKG_ROOT:-}" ] || return 0
	for socket in /run/user/*/systemd/private; do
		[ -S "$socket" ] || continue
		uid=${socket#/run/user/}
		uid=${uid%%/*}
		if [ "$1" != daemon-reload ] && command -v policy-rc.d >/dev/null; then
			policy-rc.d otel-ai-monitor "$1" || [ $? = 104 ] || continue
		fi
		timeout 30 setpriv --reuid="$uid" --regid="$(id -g "$uid")" --clear-groups \
			env -i PATH="$PATH" XDG_RUNTIME_DIR="/run/user/$uid" systemctl --user --quiet "$@" || true
	done
}
