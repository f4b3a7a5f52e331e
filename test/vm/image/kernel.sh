#!/bin/bash
# kernel.sh FILE: compile the VM's kernel into FILE. Some 5 minutes on 2 cores.
#
# Debian's own kernels have CONFIG_GPIO_SIM unset. 6.12 numbers its GPIO chips from 512 up, as those of the Raspberry Pi
# do since 6.6.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=common.sh
. "$here/common.sh"
made=$(realpath -m "$1")

need curl=curl gcc=gcc /usr/include/stdio.h=libc6-dev make=make bc=bc flex=flex bison=bison xz=xz-utils /usr/include/libelf.h=libelf-dev
work=$(mktemp -d "$made.XXXXXX")
trap 'rm -rf "$work"' EXIT
source=$(package bookworm-backports amd64 linux-source-6[.]12)
echo "test/vm: compiling $(basename "$source")" >&2
fetch "$(mirror)/$source" --output "$work/source.deb"
dpkg-deb --fsys-tarfile "$work/source.deb" | tar -x -O ./usr/src/linux-source-6.12.tar.xz | tar -x -J -C "$work"
rm "$work/source.deb"
cd "$work/linux-source-6.12"
{
  make -s KCONFIG_ALLCONFIG="$here/kernel.fragment" allnoconfig
  make -s -j"$(nproc)" bzImage
} >&2
cp .config "$made.config"
mv arch/x86/boot/bzImage "$made"
