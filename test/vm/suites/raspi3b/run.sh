#!/bin/bash
# run.sh OUT: boot Debian's own arm64 kernel on QEMU's Raspberry Pi 3B, with the real driver of its GPIO chip and a busybox,
# copy what /sys/class/gpio says of its chips to OUT/gpio, and let main.ts look at that. Kernel and busybox are cached.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../../image/common.sh
. "$here/../../image/common.sh"
out=$1

need qemu-system-aarch64=qemu-system-arm cpio=cpio curl=curl xz=xz-utils
pi=$cache/raspi3b-$(key "$here/run.sh")
if [[ ! -d $pi ]]; then
  mkdir -p "$cache"
  work=$(mktemp -d "$pi.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  unpack() { # RELEASE PACKAGE FILES...
    local path
    path=$(package "$1" arm64 "$2") || exit
    fetch "$(mirror)/$path" --output "$work/package.deb"
    dpkg-deb --fsys-tarfile "$work/package.deb" | tar -x -C "$work" --wildcards "${@:3}"
    rm "$work/package.deb"
  }
  # Number by number the newest of this line.
  unpack bookworm-backports 'linux-image-6[.]12[.][0-9]+[+]deb12-arm64' './boot/vmlinuz-*' '*/bcm2837-rpi-3-b.dtb'
  unpack bookworm busybox-static ./bin/busybox
  find "$work" -name 'vmlinuz-*' -exec mv {} "$work/kernel" \;
  find "$work" -name '*.dtb' -exec mv {} "$work/board.dtb" \;
  rm -rf "${work:?}/boot" "${work:?}/usr"
  mv "$work" "$pi"
fi
touch "$pi"

run=$(mktemp -d)
qemu=
cleanup() {
  [[ -z $qemu ]] || { kill "$qemu" && wait "$qemu"; } 2>/dev/null
  rm -rf "$run"
}
trap cleanup EXIT
trap 'exit 130' INT TERM
mkdir -p "$run"/root/{bin,proc,sys,dev}
cp "$pi/bin/busybox" "$run/root/bin/"
install -m 755 "$here/init" "$run/root/init"
(cd "$run/root" && find . | cpio --quiet -o -H newc | gzip -1) >"$run/initrd"

qemu-system-aarch64 -M raspi3b -display none -monitor none -serial "file:$out/console" -no-reboot \
  -kernel "$pi/kernel" -dtb "$pi/board.dtb" -initrd "$run/initrd" \
  -append "console=ttyAMA0,115200 rdinit=/init quiet" 2>"$out/qemu.log" &
qemu=$!
for ((i = 0; i < 1200; i++)); do
  grep -aqs '@@ end' "$out/console" && break
  kill -0 "$qemu" 2>/dev/null || break
  sleep 0.2
done

# Lines as "@@ FILE CONTENT", which no message of the kernel looks like.
grep -aqs '@@ end' "$out/console" || { cat "$out/qemu.log" "$out/console" >&2; fail "the Raspberry Pi has not come up"; }
tr -d '\r' <"$out/console" | sed -n 's/.*@@ \([a-z0-9/]\+\) \(.*\)/\1 \2/p' | while read -r file content; do
  mkdir -p "$(dirname "$out/gpio/$file")"
  printf '%s\n' "$content" >"$out/gpio/$file"
done
node --test-reporter=./dist/test/vm/reporter.js dist/test/vm/suites/raspi3b/main.js "$out/gpio"
