#!/bin/bash
# Every option that --help knows stands in the man page, with its variable; every command has a page of its own.
#   test_man_pages.sh PROGRAM DOCS-DIRECTORY SCDOC
set -euo pipefail
page=$2/otel-ai-monitor.1.scd
missing=0
mapfile -t commands < <("$1" complete "" | cut -f 1)
options=$(for command in "${commands[@]}"; do "$1" "$command" --help; done |
	sed -n '/^Options:/,/^\(Exit status\|Examples\):/p')

need() {
	grep -qF -- "$1" "$page" || {
		echo "not in $page: $1"
		missing=1
	}
}

while read -r flag; do
	need "*${flag/\[no-\]/}*"
	[[ $flag != *no-* ]] || need "*${flag/\[no-\]/no-}*"
done < <(grep -oE -- '--(\[no-\])?[a-z]+(-[a-z]+)*' <<<"$options" | sort -u)
while read -r variable; do
	need "(*$variable*"
done < <(grep -oE '\[[A-Z]+_[A-Z_]+\]' <<<"$options" | tr -d '[]' | sort -u)
for command in "${commands[@]}"; do
	need "*$command*"
	grep -q "'$command'" "$2/meson.build" || {
		echo "no man page for $command"
		missing=1
	}
	"$1" help "$command" --man | "$3" >/dev/null || missing=1
done
[ "$(grep -c . <<<"$options")" -gt 30 ]
exit $missing
