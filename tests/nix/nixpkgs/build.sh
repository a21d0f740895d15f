# shellcheck shell=bash
# What stdenv of nixpkgs does with a package of meson, with this machine's tools: see pkgs.nix. The
# variables are the derivation's.
# shellcheck disable=SC2154
set -euo pipefail
export PATH=/usr/local/bin:/usr/bin:/bin HOME=$PWD

# substituteInPlace FILE --replace-fail OLD NEW
substituteInPlace() {
	local text
	[ "$2" = --replace-fail ] || exit 1
	text=$(<"$1")
	[[ $text == *"$3"* ]] || {
		echo "substituteInPlace: $1 does not have $3" >&2
		exit 1
	}
	printf '%s\n' "${text//"$3"/"$4"}" >"$1"
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
