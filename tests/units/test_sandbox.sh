#!/bin/bash
# The hardening: what is written in the unit holds, and what the daemon needs still works under it.
# shellcheck disable=SC2016  # the shell in the unit expands these
. "$(dirname "$0")/lib.sh"
install_units

sleep 60 &
other=$!
trap 'kill "$other"' EXIT

# sandboxed WORDS SHELL-COMMAND: runs it under the service's own restrictions, before the daemon.
sandboxed() {
	drop_in sandboxed <<-UNIT
		[Service]
		ExecStartPre=
		ExecStartPre=/bin/bash -c '$2'
	UNIT
	systemctl --user start "$service" || fail "$1"
	systemctl --user stop "$service"
	rm "$unit_dir/$service.d/sandboxed.conf"
}
python=/usr/bin/python3
[ -x $python ] || skip "no $python"

sandboxed "no new privileges" 'grep -qx "NoNewPrivs:.1" /proc/self/status'
sandboxed "system calls are filtered" 'grep -qx "Seccomp:.2" /proc/self/status'
sandboxed "no namespaces" '! unshare -U true 2>/dev/null'
sandboxed "no memory both writable and executable" \
	"! $python -c \"import mmap; mmap.mmap(-1, 4096, prot=7)\" 2>/dev/null"
sandboxed "no other address families" \
	"! $python -c \"import socket; socket.socket(socket.AF_VSOCK)\" 2>/dev/null"
sandboxed "no core dumps" '[ "$$(ulimit -c)" = 0 ]'
sandboxed "private files" '[ "$$(umask)" = 0077 ]'
sandboxed "the user's other processes can be looked at" "readlink /proc/$other/cwd >/dev/null"
sandboxed "owners of sockets have their names" '[ "$$(stat -c %%U /)" = root ]'
sandboxed "netlink answers" \
	"$python -c \"import socket; socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 4)\""
sandboxed "the runtime directory can be written" 'touch "$$XDG_RUNTIME_DIR/x"'
