#!/bin/bash
# build.sh [--version VERSION] [--out FOLDER] [amd64|arm64]...: npm run package. Makes of the built project a Debian package
# for each architecture, in dist/packages unless told: benchd_VERSION_ARCHITECTURE.deb. Both unless told.
#
# Needs Node of the major version that is packaged for, binutils, dpkg-deb; for the architecture of another machine also a
# cross-compiler, which it installs (root, Debian); what that makes is kept in ~/.cache/benchd-packaging. The same sources,
# and the same tools, make the same bytes.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(realpath "$here/..")
cd "$root"

fail() { printf 'packaging: %s\n' "$*" >&2; exit 1; }

options=() architectures=()
while (($#)); do
  case $1 in
    --version | --out) options+=("$1" "${2:?$1 needs a value}"); shift 2 ;;
    amd64 | arm64) architectures+=("$1"); shift ;;
    *) fail "$1 is neither an option nor an architecture: amd64, arm64" ;;
  esac
done
((${#architectures[@]})) || architectures=(amd64 arm64)
[[ -f dist/packaging/main.js && -f dist/benchd/NOTICES.txt ]] || fail "nothing is built: npm run build"

# When the sources were last changed, for all that is dated.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
umask 022

for architecture in "${architectures[@]}"; do
  if [[ $architecture == "$(dpkg --print-architecture)" ]]; then
    natives=$root strip=strip
  else
    natives=${BENCHD_PACKAGING_CACHE:-$HOME/.cache/benchd-packaging}/natives-$architecture
    triplet=$([[ $architecture == arm64 ]] && echo aarch64-linux-gnu || echo x86_64-linux-gnu)
    strip=$triplet-strip
    "$here/natives.sh" "$architecture" "$triplet" "$natives"
  fi
  node dist/packaging/main.js --arch "$architecture" --natives "$natives" --strip "$strip" "${options[@]}"
done
