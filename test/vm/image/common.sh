# shellcheck shell=bash
# What the scripts of the test VM share. Sourced.

# Where what is expensive to make is kept.
cache=${BENCHD_VM_CACHE:-$HOME/.cache/benchd-vm}

fail() { printf 'test/vm: %s\n' "$*" >&2; exit 1; }

# archive SUFFIX: the archive this machine's apt is set up with, as in: archive debian-security
archive() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | sed 's#/$##' | grep "/$1\$" | sort -u | head -n 1
}

mirror() { echo "${BENCHD_VM_MIRROR:-$(archive debian)}"; }

# need PROGRAM=PACKAGE...: install the packages whose program (or file) is missing
need() {
  local pair missing=()
  for pair in "$@"; do
    [[ -e ${pair%%=*} ]] || command -v "${pair%%=*}" >/dev/null || missing+=("${pair##*=}")
  done
  ((${#missing[@]})) || return 0
  printf 'test/vm: installing %s\n' "${missing[*]}" >&2
  apt_get update -qq ||
    fail "the Debian archive cannot be reached, and ${missing[*]} is not installed"
  apt_get install -qq --yes --no-install-recommends "${missing[@]}" ||
    fail "${missing[*]} could not be installed: needs root and a Debian machine"
}
apt_get() { DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@" >/dev/null; }

# fetch URL [OPTION...]: to stdout
fetch() {
  curl --fail --silent --show-error --retry 3 --connect-timeout 20 "$@" ||
    fail "cannot fetch $1: is the Debian archive reachable? A cached image is used when there is one, in $cache"
}

# package RELEASE ARCHITECTURE REGEX: path in the archive of the newest package whose name matches
package() {
  local path
  path=$(fetch "$(mirror)/dists/$1/main/binary-$2/Packages.xz" | xz -dc |
    awk -v name="^$3\$" '/^Package: /{ok=($2 ~ name)} /^Filename: /{if(ok) print $2}' | sort -V | tail -n 1)
  [[ -n $path ]] || fail "$(mirror) has no package $3 for $2 in $1"
  echo "$path"
}

# key FILE-OR-FOLDER-OR-TEXT...: changes when any of them does
key() {
  local item
  for item in "$@"; do
    if [[ -d $item ]]; then
      (cd "$item" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
    elif [[ -f $item ]]; then cat "$item"
    else echo "$item"; fi
  done | sha256sum | cut -c 1-12
}
