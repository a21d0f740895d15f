# shellcheck shell=bash
# What stdenv of nixpkgs does with a package of meson, with this machine's tools: see pkgs.nix. The
# variables are the derivation's.
# shellcheck disable=SC2154
set -euo pipefail
export PATH=/usr/local/bin:/usr/bin:/bin HOME=$PWD

# substituteInPlace FILE [--replace-fail OLD NEW]...
substituteInPlace() {
	local file=$1 text
	text=$(<"$file")
	shift
	while [ $# -gt 0 ]; do
		[ "$1" = --replace-fail ] || exit 1
		[[ $text == *"$2"* ]] || {
			echo "substituteInPlace: $file does not have $2" >&2
			exit 1
		}
		text=${text//"$2"/"$3"}
		shift 3
	done
	printf '%s\n' "$text" >"$file"
}

# Scripts find their interpreters here as they are.
patchShebangs() {
	[ -e "$1" ]
}

if [ -n "${buildCommand:-}" ]; then
	eval "$buildCommand"
	exit
fi
cp -r "$src" source
chmod -R u+w source
cd source
eval "${postPatch:-}"
# shellcheck disable=SC2086
meson setup build --prefix="$out" --buildtype="${mesonBuildType:-plain}" ${mesonFlags:-}
ninja -C build
meson install -C build --no-rebuild
