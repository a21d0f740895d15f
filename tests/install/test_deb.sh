#!/bin/bash
# The Debian package for real, on a copy of this system that vanishes: installs it, uses what it brought,
# starts the service under a user's systemd, and removes it again.
#   test_deb.sh PACKAGE     exit 77: cannot be done here
# A file system of its own lies over the system's, in memory: dpkg and the package's scripts run as they
# would, and change nothing outside.
set -euo pipefail

skip() {
	echo "skipped: $*" >&2
	exit 77
}

fail() {
	echo "FAILED: $*" >&2
	exit 1
}

# ---- outside

make_copy() {
	mount --make-rprivate /
	mount -t tmpfs tmpfs "$work" || skip "cannot mount"
	mkdir "$work/upper" "$work/work" "$work/root"
	mount -t overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" overlay "$work/root" ||
		skip "there are no overlays"
	cd "$work/root"
	mkdir -p mnt/project mnt/upper mnt/old
	mount --bind "$project" mnt/project
	mount --bind "$work/upper" mnt/upper
	mount -t proc proc proc
	mount --rbind /sys sys
	mount --rbind /dev dev
	cp "$deb" mnt/package.deb
	pivot_root . mnt/old
	umount -l /mnt/old
	cd /
}

if [ "${2:-}" = '' ]; then
	[ "$(id -u)" = 0 ] || skip "must be root"
	for needed in unshare dpkg man bash fish zsh; do
		command -v $needed >/dev/null || skip "$needed is missing"
	done
	work=$(mktemp -d)
	trap 'rmdir "$work"' EXIT
	unshare --mount --pid --fork --kill-child "$0" "$(realpath "$1")" "$work"
	exit
fi

# ---- inside

deb=$1 work=$2 project=$(realpath "$(dirname "$0")/../..")
make_copy
version=$(dpkg-deb -f /mnt/package.deb Version)
meson_version=$(sed -n "s/^  version: '\(.*\)',$/\1/p" /mnt/project/meson.build)
[ "$version" = "$meson_version" ] || fail "the package is $version, the program $meson_version"
dpkg --purge otel-ai-monitor >/dev/null 2>&1 || true
dpkg -i /mnt/package.deb >/mnt/log 2>&1 || fail "not installed: $(cat /mnt/log)"

[ "$(otel-ai-monitor --version)" = "otel-ai-monitor $version" ] || fail "another version"
[ -z "$(dpkg -V otel-ai-monitor)" ] || fail "changed since it was packed: $(dpkg -V otel-ai-monitor)"
for page in otel-ai-monitor otel-ai-monitor.conf otel-ai-monitor-protocol; do
	man -w $page >/dev/null || fail "man does not find $page"
done
while read -r link; do
	file=/usr/share/doc/otel-ai-monitor/${link##*/}
	[ -e "$file" ] || [ -e "$file.gz" ] || fail "README.md speaks of $link, which is not there"
done < <(grep -oE '\(docs/[a-z]+\.md\)' /mnt/project/README.md | tr -d '()' | sort -u)
[ "$(fish -c 'complete -C "otel-ai-monitor wat"' | cut -f 1)" = watch ] || fail "fish does not know it"
[ "$(zsh -fc 'autoload compinit && compinit -u -D; print $_comps[otel-ai-monitor]')" = _otel-ai-monitor ] ||
	fail "zsh does not know it"
bash -c '. /usr/share/bash-completion/bash_completion
	_completion_loader otel-ai-monitor
	complete -p otel-ai-monitor' | grep -q _otel_ai_monitor || fail "bash does not know it"

TESTENV_PRIVATE_NET=1 TESTENV_AS_ROOT=1 /mnt/project/tests/testenv/with-user-systemd.sh \
	bash /mnt/project/tests/install/use_service.sh /mnt/package.deb || {
	status=$?
	[ $status = 77 ] || fail "the service, its upgrade or its end does not work"
	echo "skipped: the service in use, upgraded and purged under its users, for want of a systemd --user" >&2
}

dpkg --purge otel-ai-monitor >/mnt/log 2>&1 || fail "not removed: $(cat /mnt/log)"
left=$(find /mnt/upper -name '*otel*ai*monitor*' ! -type c ! -path '/mnt/upper/mnt/*')
[ -z "$left" ] || fail "left behind: $left"
