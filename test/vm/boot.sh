#!/bin/bash
# boot.sh [-o OUT] [-s SIMULATOR] COMMAND...
#   boots the VM, runs COMMAND with bash in it, as root and in /opt/benchd, prints its output and exits with its status
#   (124: none within BENCHD_VM_TIMEOUT seconds; 125: the VM died first).
#   -o OUT        a folder, writable in the VM as /mnt/out; gets the messages of kernel and systemd as "console" and what
#                 the simulator prints as "simulator.log"
#   -s SIMULATOR  shell text run outside, for as long as the VM runs. In the folder BENCHD_VM_WIRES it finds unix sockets,
#                 to which it connects:
#                   uart     the far end of the VM's /dev/ttyS1, a 16550
#                   usb1     the far end of an FTDI adapter with the serial number BENCHD0001. The adapter is plugged in
#                            exactly while somebody is connected
#                   usb2     of another adapter, BENCHD0002
#                   usb3     of the first one again, as BENCHD0001, in another socket of the machine
#                   control  the VM's /dev/virtio-ports/control, to be told from inside what to do
# In the VM /opt/benchd is this project, read-only; benchd runs from its dist/. The user "benchd" is in the groups
# dialout and gpio. /run/gpio-sim tells where the simulated GPIO chip is: see image/guest/usr/local/sbin/gpio-sim-setup.
# Environment: BENCHD_VM_CACHE, BENCHD_VM_TIMEOUT (900), BENCHD_VM_RELEASE (bookworm; or trixie).
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
project=$(realpath "$here/../..")
out='' simulator=''
while getopts o:s: flag; do case $flag in o) out=$OPTARG ;; s) simulator=$OPTARG ;; *) exit 2 ;; esac; done
shift $((OPTIND - 1))
(($#)) || { sed -n '2,/^set /p' "$0" | sed '$d'; exit 2; }

made=$("$here/image/build.sh") || exit 2
{ read -r kernel; read -r rootfs; } <<<"$made"

run=$(mktemp -d -t benchd-vm.XXXXXX)
mkdir "$run/command" "$run/wires" "$run/out"
out=$(realpath "${out:-$run/out}")
printf '%s\n' "$*" >"$run/command/run"
qemu='' outside=''
cleanup() {
  [[ -z $outside ]] || kill -- "-$outside" 2>/dev/null
  [[ -z $qemu ]] || { kill "$qemu" 2>/dev/null && wait "$qemu" 2>/dev/null; }
  rm -rf "$run"
}
trap cleanup EXIT
trap 'exit 130' INT TERM
export BENCHD_VM_WIRES=$run/wires

wire() { printf 'socket,id=%s,path=%s,server=on,wait=off' "$1" "$run/wires/$1"; }
usb() { printf 'usb-serial,chardev=%s,serial=%s,bus=xhci.0,port=%s' "$1" "$2" "${1#usb}"; }
folder() { printf 'local,id=%s,path=%s,security_model=none%s' "$1" "$2" "${3:-}"; }
# shellcheck disable=SC2054 # the commas are QEMU's
arguments=(
  -accel tcg,thread=multi -cpu max -machine q35 -m 768 -smp 2
  -nodefaults -no-user-config -display none -monitor none -no-reboot
  -kernel "$kernel"
  -append "root=/dev/vda rw console=ttyS0 quiet tsc=reliable panic=-1 net.ifnames=0 random.trust_cpu=on systemd.show_status=0 systemd.log_target=console"
  # The image is never written to.
  -drive "file=$rootfs,format=raw,if=none,id=root,snapshot=on,cache=unsafe" -device virtio-blk-pci,drive=root
  -object rng-random,filename=/dev/urandom,id=rng -device virtio-rng-pci,rng=rng
  -fsdev "$(folder command "$run/command" ,readonly=on)" -device virtio-9p-pci,fsdev=command,mount_tag=command
  -fsdev "$(folder project "$project" ,readonly=on)" -device virtio-9p-pci,fsdev=project,mount_tag=project
  -fsdev "$(folder out "$out")" -device virtio-9p-pci,fsdev=out,mount_tag=out
  -chardev "file,id=console,path=$out/console" -serial chardev:console
  -chardev "$(wire uart)" -serial chardev:uart
  -device qemu-xhci,id=xhci
  -chardev "$(wire usb1)" -device "$(usb usb1 BENCHD0001)"
  -chardev "$(wire usb2)" -device "$(usb usb2 BENCHD0002)"
  -chardev "$(wire usb3)" -device "$(usb usb3 BENCHD0001)"
  -device virtio-serial-pci
  -chardev "file,id=output,path=$run/output" -device virtserialport,chardev=output,name=output
  -chardev "file,id=status,path=$run/status" -device virtserialport,chardev=status,name=status
  -chardev "$(wire control)" -device virtserialport,chardev=control,name=control
)
if [[ -L $project/node_modules ]]; then
  modules=$(realpath "$project/node_modules")
  readlink "$project/node_modules" >"$run/command/modules"
  # shellcheck disable=SC2054
  arguments+=(-fsdev "$(folder modules "$modules" ,readonly=on)" -device virtio-9p-pci,fsdev=modules,mount_tag=modules)
fi
qemu-system-x86_64 "${arguments[@]}" </dev/null 2>"$run/qemu.log" &
qemu=$!
for ((i = 0; i < 50; i++)); do [[ -S $run/wires/control ]] && break; sleep 0.1; done
if [[ -n $simulator ]]; then
  setsid bash -c "$simulator" >"$out/simulator.log" 2>&1 &
  outside=$!
fi

printed=0
print_new() { # what the VM wrote since the last call
  local size
  size=$(stat -c %s "$run/output" 2>/dev/null || echo 0)
  ((size > printed)) || return
  tail -c "+$((printed + 1))" "$run/output" | head -c $((size - printed))
  printed=$size
}
timeout=${BENCHD_VM_TIMEOUT:-900} start=$SECONDS
while kill -0 "$qemu" 2>/dev/null; do
  print_new
  ((SECONDS - start < timeout)) || { echo "boot.sh: no status after $timeout s" >&2; tail -n 20 "$out/console" >&2; exit 124; }
  # Its powering off is not waited for.
  [[ -s $run/status ]] && break
  sleep 0.1
done
print_new
[[ -s $run/status ]] || { echo "boot.sh: the VM stopped without a status" >&2; cat "$run/qemu.log" >&2; tail -n 40 "$out/console" >&2; exit 125; }
exit "$(head -n 1 "$run/status")"
