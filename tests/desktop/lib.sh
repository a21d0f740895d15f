# shellcheck shell=bash disable=SC2034,SC2317 # sourced; functions are called by eventually and trap
# What the tests on a desktop share: a directory of their own that is left clean, an X server, a daemon.

need() {
	local tool
	for tool in "$@"; do
		command -v "$tool" >/dev/null || {
			echo "$tool is missing"
			exit 77
		}
	done
}

work=$(mktemp -d)
started=()
end() {
	before_end
	[ ${#started[@]} = 0 ] || kill "${started[@]}" 2>/dev/null
	wait
	rm -rf "$work"
}
before_end() { :; } # what a test adds
trap end EXIT

fail() {
	echo "FAILED: $1"
	cat "$work"/*.log
	exit 1
}

# eventually WHAT COMMAND...
eventually() {
	local what=$1
	shift
	for _ in $(seq 300); do
		"$@" >/dev/null 2>&1 && {
			echo "fine: $what"
			return
		}
		sleep 0.1
	done
	fail "$what"
}

# Nothing of the caller's own desktop.
unset TMUX TMUX_PANE WAYLAND_DISPLAY SWAYSOCK HYPRLAND_INSTANCE_SIGNATURE NIRI_SOCKET WINDOWID
unset KITTY_WINDOW_ID KITTY_LISTEN_ON WEZTERM_PANE WEZTERM_UNIX_SOCKET
[ -n "${DESKTOP_BUS:-}" ] || unset DBUS_SESSION_BUS_ADDRESS
export HOME=$work XDG_RUNTIME_DIR=$work XDG_CONFIG_HOME=$work

start_x() {
	Xvfb -displayfd 3 -noreset -screen 0 800x480x24 -nolisten tcp 3>"$work/display" 2>"$work/xvfb.log" &
	started+=($!)
	eventually "an X server" test -s "$work/display"
	DISPLAY=:$(cat "$work/display")
	export DISPLAY
}

# start_daemon PROGRAM [OPTION...]; its port is then in $port
start_daemon() {
	program=$1
	shift
	"$program" serve --port 0 --no-stdout "$@" 2>"$work/daemon.log" &
	started+=($!)
	eventually "a daemon" "$program" status
	port=$(sed -n 's/.*localhost:\([0-9]*\).*/\1/p' "$work/daemon.log")
}
