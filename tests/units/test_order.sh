#!/bin/bash
# Service and socket can be started, restarted and enabled in any order: by hand, and by home-manager,
# which starts a user's changed units one by one.
. "$(dirname "$0")/lib.sh"
install_units

both_are() { property_is ActiveState "$1" "$service" && property_is ActiveState "$1" "$socket"; }
answers() { curl -sSf -o /dev/null http://127.0.0.1:4318/health; }

systemctl --user start "$service" || fail "the service did not start"
expect "its socket comes with it" both_are active
systemctl --user start "$socket" || fail "the socket cannot be started after the service"
systemctl --user enable --now "$socket" || fail "the socket cannot be enabled after the service"

pid=$(property MainPID)
systemctl --user restart "$socket" || fail "the socket cannot be restarted under a running service"
eventually "the service takes the new one" both_are active
expect "a new daemon" main_pid_is_new "$pid"
expect "that answers" answers
for unit in "$service" "$socket"; do
	systemctl --user restart "$unit" || fail "$unit cannot be restarted"
done
eventually "both run" both_are active
expect "and answer" answers

systemctl --user stop "$socket"
expect "without its socket the service ends" both_are inactive
systemctl --user enable --now "$socket" "$service" || fail "both cannot be enabled at once"
expect "both are there" both_are active
systemctl --user stop "$socket" "$service"

# A socket that cannot be made keeps nobody from using another port.
python3 -c 'import socket, time
s = socket.create_server(("127.0.0.1", 4318))
time.sleep(60)' &
other=$!
trap 'kill "$other"' EXIT
eventually "the port is taken" bash -c 'exec 3<>/dev/tcp/127.0.0.1/4318'
echo 'port = 4319' >"$config_file"
systemctl --user start "$service" || fail "the service needs its socket"
expect "it listens on another port" curl -sSf -o /dev/null http://127.0.0.1:4319/health
