#!/bin/sh
# A manual page from scdoc's source: man_page.sh SCDOC <SOURCE >PAGE
#
# scdoc forbids hyphens in front of .TH, where groff forgets it again: flags and variables, which one
# looks for and copies, would be broken. So it is said once more behind.
set -eu
page=$("$1")
printf '%s\n' "$page" | sed '/^[.]TH /{p;s/.*/.nh/;}'
