#!/bin/bash
# What ./dev says, with stand-ins for all that it runs.   test_dev.sh SOURCE-DIRECTORY
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

fail() {
	echo "FAILED: $*" >&2
	cat "$dir"/said "$dir"/out >&2
	exit 1
}

# stand_in PATH: a program, from stdin
stand_in() {
	mkdir -p "$(dirname "$dir/$1")"
	(echo '#!/bin/bash' && cat) >"$dir/$1"
	chmod +x "$dir/$1"
}

cp "$1/dev" "$dir/dev"
export PATH=$dir/bin:$PATH
stand_in bin/dpkg-query <<<'echo installed'
stand_in bin/meson <<'SH'
echo "much from meson"
mkdir -p "$2" && touch "$2/build.ninja"
SH
stand_in bin/ninja <<'SH'
for i in {1..200}; do echo "[$i/200] much from ninja"; done
[ ! -e broken ] || { echo "x.c: error: broken"; exit 1; }
SH
stand_in build/otel-ai-monitor <<'SH'
echo "session lines $*"
echo "otel-ai-monitor: info: version 1, listening on http://localhost:4319" >&2
echo "otel-ai-monitor: info: stopping" >&2
exit 3
SH

# dev STATUS ARGUMENT...: what it said is then in "said"
dev() {
	local expected=$1 status=0
	shift
	"$dir/dev" "$@" >"$dir/out" 2>"$dir/said" || status=$?
	[ $status = "$expected" ] || fail "./dev $* ended with $status"
}

# eventually: the log is passed on by another process
said() {
	for _ in {1..100}; do
		! grep -q -- "$1" "$dir/said" || return 0
		sleep 0.05
	done
	fail "nothing is said of $1"
}

dev 2 nonsense
said '"nonsense"'
dev 2 test --quikc
said '"--quikc"'
for command in deb format lint; do
	dev 2 $command now
	said "$command.*\"now\""
done
dev 0
grep -q -- '--quick' "$dir/out" || fail "help does not tell of --quick"

rm -rf "$dir/build/build.ninja"
mv "$dir/build/otel-ai-monitor" "$dir/program"
sed -i "2a cp '$dir/program' build/otel-ai-monitor" "$dir/bin/ninja"
dev 3 run --port 4319
said stopping
grep -qx 'session lines --port 4319' "$dir/out" || fail "the daemon got other arguments, or its lines went elsewhere"
! grep -q 'much from' "$dir/said" || fail "the build is not quiet"
grep -q 'much from ninja' "$dir/build.log" || fail "the log is not in its file"
order=$(grep -oE 'building in|listening|  [123]\. |stopping' "$dir/said" | tr -d '\n ')
[ "$order" = 'buildinginlistening1.2.3.stopping' ] || fail "in another order: $order"
grep -q 'setup --port 4319$' "$dir/said" || fail "the port is not told"

touch "$dir/broken"
dev 1 run
said 'x.c: error: broken'
said 'build.log'
