#!/bin/bash
# Every option that --help knows stands in the man pages, with its variable.
#   test_man_pages.sh PROGRAM DOCS-DIRECTORY
set -euo pipefail
page=$2/otel-ai-monitor.1.scd
missing=0
options=$(for command in serve watch status ack focus hook; do "$1" $command --help; done | sed '/^Examples:/,/^Usage:/d')

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
[ "$(grep -c . <<<"$options")" -gt 30 ]
exit $missing
