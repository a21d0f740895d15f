#!/bin/sh
# run.sh DIRECTORY COMMAND...: COMMAND with npm's packages, which are installed into DIRECTORY. Without npm it is
# skipped, but never in CI.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
directory=$1
shift

give_up() {
	echo "$*" >&2
	[ "${CI:-}" != true ] || exit 1
	exit 77
}

command -v npm >/dev/null || give_up "skipped: there is no npm"
command -v chromium >/dev/null || give_up "skipped: there is no chromium"
mkdir -p "$directory"
exec 9>"$directory/lock"
flock 9
if ! cmp -s "$here/package-lock.json" "$directory/installed"; then
	cp "$here/package.json" "$here/package-lock.json" "$directory"
	npm ci --prefix "$directory" --ignore-scripts --no-audit --no-fund >"$directory/npm.log" 2>&1 || {
		tail -n 5 "$directory/npm.log" >&2
		give_up "skipped: npm cannot install what $here/package-lock.json names"
	}
	cp "$here/package-lock.json" "$directory/installed"
fi
exec 9>&-
export BROWSER_MODULES="$directory" PATH="$directory/node_modules/.bin:$PATH"
exec "$@"
