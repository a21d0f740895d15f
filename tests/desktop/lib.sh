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
export HOME=$work XDG_RUNTIME_DIR=$work XDG_CONFIG_HOME=$work DBUS_SYSTEM_BUS_ADDRESS=unix:path=$work/system-bus

start_x() {
	Xvfb -displayfd 3 -noreset -screen 0 800x480x24 -nolisten tcp 3>"$work/display" 2>"$work/xvfb.log" &
	started+=($!)
	eventually "an X server" test -s "$work/display"
	DISPLAY=:$(cat "$work/display")
	export DISPLAY
}

start_i3() {
	printf '# i3 config file (v4)\nfont pango:monospace 8\nfocus_follows_mouse no\n' >"$work/i3config"
	i3 -c "$work/i3config" >"$work/i3.log" 2>&1 &
	started+=($!)
	eventually "a window manager" i3-msg -t get_version
}

# without a screen; it does not run as root
start_sway() {
	local as=()
	mkdir -m 700 "$work/sway"
	printf 'output HEADLESS-1 mode 800x480\noutput * bg #303040 solid_color\nfocus_follows_mouse no\n' >"$work/sway.conf"
	if [ "$(id -u)" = 0 ]; then
		chmod 755 "$work"
		chown 65534:65534 "$work/sway"
		as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	fi
	env HOME="$work/sway" XDG_RUNTIME_DIR="$work/sway" WLR_BACKENDS=headless WLR_RENDERER=pixman \
		WLR_LIBINPUT_NO_DEVICES=1 "${as[@]}" sway -c "$work/sway.conf" >"$work/sway.log" 2>&1 &
	started+=($!)
	eventually "a compositor" has_sway
	SWAYSOCK=$(echo "$work"/sway/sway-ipc.*.sock)
	WAYLAND_DISPLAY=$(echo "$work"/sway/wayland-?)
	export SWAYSOCK WAYLAND_DISPLAY
}
has_sway() {
	SWAYSOCK=$(echo "$work"/sway/sway-ipc.*.sock) swaymsg -t get_version
}

# start_terminal TITLE COMMAND...
start_terminal() {
	local title=$1
	shift
	xterm -T "$title" -e "$@" 2>>"$work/xterm.log" &
	started+=($!)
	eventually "a terminal called $title" shows "$title"
}

shows() {
	i3-msg -t get_tree | jq -e --arg name "$1" 'any(..|objects; .name == $name and .window != null)'
}

is_active() {
	i3-msg -t get_tree | jq -e --arg name "$1" 'any(..|objects; .focused == true and .name == $name)'
}

# asked of the bus itself: a call to the name would start another one
has_name() {
	dbus-send "--$1" --print-reply=literal --dest=org.freedesktop.DBus /org/freedesktop/DBus \
		org.freedesktop.DBus.NameHasOwner "string:$2" | grep -q true
}

start_dunst() {
	cat >"$work/dunstrc" <<'RC'
[global]
    idle_threshold = 0
    history_length = 100
[urgency_normal]
    timeout = 0
[urgency_critical]
    timeout = 0
RC
	dunst -conf "$work/dunstrc" >"$work/dunst.log" 2>&1 &
	started+=($!)
	eventually "a notification server" has_name session org.freedesktop.Notifications
}

# How many notifications are on the screen.
displayed() {
	[ "$(dunstctl count displayed)" = "$1" ]
}

# state_is SESSION STATE
state_is() {
	"$program" status --json | jq -e --arg id "$1" --arg state "$2" \
		'any(.sessions[]; .session_id == $id and .state == $state)'
}

# A logind on a system bus of its own, which knows one session of ours.
start_logind() {
	dbus-daemon --session --nofork --address="$DBUS_SYSTEM_BUS_ADDRESS" 2>"$work/bus.log" &
	started+=($!)
	eventually "a system bus" test -S "$work/system-bus"
	/usr/bin/python3 -m dbusmock --system org.freedesktop.login1 /org/freedesktop/login1/user/self \
		org.freedesktop.login1.User 2>"$work/logind.log" &
	started+=($!)
	eventually "a logind" has_name system org.freedesktop.login1
	mock /org/freedesktop/login1/user/self AddProperty ssv org.freedesktop.login1.User Display \
		"(so)" c1 /org/freedesktop/login1/session/c1
	mock /org/freedesktop/login1/user/self AddObject 'ssa{sv}a(ssss)' /org/freedesktop/login1/session/c1 \
		org.freedesktop.login1.Session 2 LockedHint b false IdleHint b false 0
}

mock() {
	local path=$1 method=$2
	shift 2
	busctl --system call org.freedesktop.login1 "$path" org.freedesktop.DBus.Mock "$method" "$@" \
		>>"$work/logind.log" 2>&1 || fail "the logind does not do $method"
}

set_locked() {
	busctl --system set-property org.freedesktop.login1 /org/freedesktop/login1/session/c1 \
		org.freedesktop.login1.Session LockedHint b "$1" || fail "the session cannot be locked"
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
