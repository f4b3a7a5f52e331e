#!/bin/bash
# build.sh: make what the VM boots, unless it is cached, and print where it lies: the kernel, the root file system.
# BENCHD_VM_RELEASE is the Debian in it: bookworm unless told, or trixie.
#
# Each is kept under a key of what it is made from, so that a change makes a new one: the kernel's from kernel.sh and
# kernel.fragment, the root file system's from rootfs.sh, guest/, the release and the version of Node.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=common.sh
. "$here/common.sh"
mkdir -p "$cache"
release=${BENCHD_VM_RELEASE:-bookworm}

# Two runs at a time make one image.
exec 9>"$cache/lock"
flock 9

# cached NAME KEY [ARGUMENT]: the file; made by NAME.sh if need be
cached() {
  local file=$cache/$1-$2 start=$SECONDS
  if [[ ! -s $file ]]; then
    echo "test/vm: no $1 for key $2 in $cache" >&2
    "$here/$1.sh" "$file" "${@:3}" >&2 9>&-
    echo "test/vm: the $1 took $((SECONDS - start)) s to make" >&2
  fi
  touch "$file"
  echo "$file"
}

cached kernel "$(key "$here/kernel.sh" "$here/kernel.fragment")"
cached rootfs "$(key "$here/rootfs.sh" "$here/guest" "$release" "$(node --version) $(node -p process.arch)")" "$release"
need qemu-system-x86_64=qemu-system-x86
# What nothing has used for a month goes.
find "$cache" -maxdepth 1 -name '*-????????????*' -mtime +30 -exec rm -rf {} + >&2
