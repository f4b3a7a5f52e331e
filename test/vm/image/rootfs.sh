#!/bin/bash
# rootfs.sh FILE: make the VM's root file system, Debian bookworm with systemd and this machine's Node, in FILE. Some 2
# minutes. Needs root; no loop device.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=common.sh
. "$here/common.sh"
security=${BENCHD_VM_SECURITY_MIRROR:-$(archive debian-security)}
made=$(realpath -m "$1")

need mmdebstrap=mmdebstrap mke2fs=e2fsprogs
work=$(mktemp -d "$made.XXXXXX")
trap 'rm -rf "$work"' EXIT
echo "test/vm: installing Debian into an image" >&2
packages=(
  systemd systemd-sysv udev dbus libnss-systemd procps iproute2 util-linux
  libstdc++6 # for Node
  libgpiod2 gpiod socat
)
mmdebstrap --variant=essential --include="$(IFS=,; echo "${packages[*]}")" \
  --aptopt='Acquire::Languages "none"' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  bookworm "$work/root.tar" "deb $(mirror) bookworm main" ${security:+"deb $security bookworm-security main"} >&2 ||
  fail "Debian could not be installed: is the archive reachable? A cached image is used when there is one, in $cache"

root=$work/root
mkdir "$root"
tar -xf "$work/root.tar" -C "$root" --exclude='./dev/*'
rm "$work/root.tar"
cp -a --no-preserve=ownership "$here/guest/." "$root/"
install -m 755 "$(readlink -f "$(command -v node)")" "$root/usr/local/bin/node"
chroot "$root" /bin/sh -e >&2 <<'IN_IMAGE'
groupadd -r gpio
useradd -r -M -s /usr/sbin/nologin -G dialout,gpio benchd
echo benchd-vm > /etc/hostname
: > /etc/fstab
passwd -d root >/dev/null
chmod 755 /usr/local/sbin/*
ln -sf /etc/systemd/system/vmrun.service /etc/systemd/system/multi-user.target.wants/vmrun.service
# What a VM that lives for a minute has no use for.
for unit in getty@tty1.service serial-getty@ttyS0.service systemd-timesyncd.service apt-daily.timer \
  apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer \
  systemd-pstore.service systemd-random-seed.service systemd-update-utmp.service \
  systemd-networkd-wait-online.service systemd-hwdb-update.service systemd-boot-update.service \
  systemd-firstboot.service ldconfig.service systemd-machine-id-commit.service; do
  ln -sf /dev/null /etc/systemd/system/$unit
done
echo 0123456789abcdef0123456789abcdef > /etc/machine-id
rm -rf /var/cache/apt /var/lib/apt/lists /var/cache/debconf
IN_IMAGE
mke2fs -q -t ext4 -d "$root" -L root -m 0 "$work/root.img" 1500M >&2
mv "$work/root.img" "$made"
