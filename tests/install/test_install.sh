#!/bin/bash
# What meson install puts where, and whether the desktop and man can use it there.
#   test_install.sh BUILD-DIRECTORY PREFIX SOURCE-DIRECTORY
set -euo pipefail
build=$1 prefix=$2 source=$3
for needed in meson ninja man jq desktop-file-validate appstreamcli rsvg-convert; do
	command -v $needed >/dev/null || {
		echo "skipped: $needed is missing"
		exit 77
	}
done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
root=$dir/root$prefix

fail() {
	echo "FAILED: $*" >&2
	exit 1
}

# As meson gives them: executable for all or for none.
list_examples() {
	[ -d "$source/examples" ] || return 0
	find "$source/examples" -type f -perm -u+x -printf '755 share/otel-ai-monitor/examples/%P\n'
	find "$source/examples" -type f ! -perm -u+x -printf '644 share/otel-ai-monitor/examples/%P\n'
}

umask 077 # must not matter
DESTDIR=$dir/root meson install -C "$build" --no-rebuild --quiet
find "$dir/root" ! -type d ! -path "$root/*" | grep . && fail "outside of the prefix"
find "$root" -type d ! -perm 755 | grep . && fail "directories that not everyone can enter"
(cat "$source/tests/install/expected.txt" && list_examples) | LC_ALL=C sort -k 2 >"$dir/expected"
find "$root" ! -type d -printf '%m %P\n' | LC_ALL=C sort -k 2 >"$dir/installed"
diff -u "$dir/expected" "$dir/installed" || fail "not what is expected"

"$root/bin/otel-ai-monitor" --version >"$dir/version"
grep -qx "ExecStart=$prefix/bin/otel-ai-monitor serve" "$root/lib/systemd/user/otel-ai-monitor.service" ||
	fail "the unit starts another program"
grep -aqF "$prefix/libexec/otel-ai-monitor/otel-ai-monitor-daemon" "$root/bin/otel-ai-monitor" ||
	fail "the program looks for its daemon elsewhere"
grep -aqF "$prefix/libexec/otel-ai-monitor/otel-ai-monitor-notifier" "$root/libexec/otel-ai-monitor/otel-ai-monitor-daemon" ||
	fail "the daemon looks for its notifier elsewhere"

for page in 'otel-ai-monitor 1' 'otel-ai-monitor.conf 5' 'otel-ai-monitor-protocol 7'; do
	read -r name section <<<"$page"
	file=$(man -M "$root/share/man" -w "$section" "$name") || fail "man does not find $name"
	[ "$file" = "$root/share/man/man$section/$name.$section" ] || fail "man finds $file"
	MANROFFSEQ='' man --warnings -l "$file" 2>"$dir/warnings" >/dev/null
	[ ! -s "$dir/warnings" ] || fail "$file: $(cat "$dir/warnings")"
	MANWIDTH=80 man -l "$file" | grep '‐$' && fail "$file: a word is broken, and cannot be found or copied"
done

desktop-file-validate --warn-kde "$root/share/applications/otel-ai-monitor.desktop"
appstreamcli validate --no-net --pedantic --strict "$root"/share/metainfo/*.metainfo.xml
grep -q "<release version=\"$(cut -d ' ' -f 2 "$dir/version")\"" "$root"/share/metainfo/*.metainfo.xml ||
	fail "the metainfo has another version"

# A price is a number of dollars that is not negative, and each model stands there once.
jq -e '.unit == "USD per 1000000 tokens" and (.models | length > 20) and
	(.models | all((.model | length > 0) and
		(.prices | all(.input >= 0 and .output >= 0)))) and
	(.models | group_by([.provider, .model]) | all(length == 1))' \
	"$root/share/otel-ai-monitor/prices.json" >/dev/null || fail "prices are missing or wrong"

# Every icon that is asked for is there, and can be drawn.
icon=$(sed -n 's/^Icon=//p' "$root/share/applications/otel-ai-monitor.desktop")
for state in '' -attention -done -idle -working; do
	for file in "scalable/apps/$icon$state.svg" "symbolic/apps/$icon$state-symbolic.svg"; do
		rsvg-convert -w 16 "$root/share/icons/hicolor/$file" >"$dir/icon.png" || fail "$file cannot be drawn"
	done
done

# All of it goes again: meson remembers where it went.
ninja -C "$build" uninstall >"$dir/uninstall" || fail "not uninstalled: $(cat "$dir/uninstall")"
! find "$dir/root" ! -type d | grep . || fail "left after uninstall"
