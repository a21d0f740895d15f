#!/bin/bash
# A browser that the service opens is none of its processes, and so under none of its restrictions; doctor names
# units that have failed.
. "$(dirname "$0")/lib.sh"
install_units

mkdir -p "$HOME/bin"
cat >"$HOME/bin/xdg-open" <<'SCRIPT'
#!/bin/sh
{ echo "$1"; grep NoNewPrivs /proc/self/status; cat /proc/self/cgroup; } >"$HOME/browser.new"
mv "$HOME/browser.new" "$HOME/browser"
SCRIPT
chmod +x "$HOME/bin/xdg-open"
systemctl --user set-environment "PATH=$HOME/bin:$PATH"
drop_in browser <<UNIT
[Service]
ExecStartPost=$program dashboard --session one
UNIT
systemctl --user start "$service" || fail "it did not start"
eventually "a browser was opened" test -e "$HOME/browser"
grep -qx 'http://127.0.0.1:4318/#/session/one' "$HOME/browser" || fail "another page: $(cat "$HOME/browser")"
grep -qx 'NoNewPrivs:	0' "$HOME/browser" || fail "under the service's restrictions: $(cat "$HOME/browser")"
! grep -q "/$service" "$HOME/browser" || fail "in the service's control group: $(cat "$HOME/browser")"
systemctl --user stop "$socket" "$service"

"$program" dashboard >"$HOME/said" || fail "it was not started for the page"
grep -qx 'dashboard active on port 4318' "$HOME/said" || fail "it said: $(cat "$HOME/said")"
expect "the service runs" property_is ActiveState active

# ---- doctor
doctor() { "$program" doctor --config none >"$HOME/said" || true; }
doctor
! grep -F "has failed" "$HOME/said" || fail "a unit that runs has failed"
echo 'port = many' >"$config_file"
! systemctl --user restart "$service" 2>/dev/null || fail "it started with a wrong setting"
eventually "it is down" property_is ActiveState failed
doctor
grep -qF "✗ $service has failed: a setting is wrong" "$HOME/said" || fail "doctor said: $(cat "$HOME/said")"
