#!/bin/bash
# rootfs.sh FILE RELEASE: make the VM's root file system, Debian with systemd, in FILE. Some 2 minutes. Needs root; no loop
# device. bookworm has this machine's Node and the user benchd; trixie has Debian's own Node, and nothing that the package
# of benchd is to bring.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=common.sh
. "$here/common.sh"
security=${BENCHD_VM_SECURITY_MIRROR:-$(archive debian-security)}
made=$(realpath -m "$1") release=$2

need mmdebstrap=mmdebstrap mke2fs=e2fsprogs
work=$(mktemp -d "$made.XXXXXX")
trap 'rm -rf "$work"' EXIT
echo "test/vm: installing Debian into an image" >&2
packages=(
  systemd systemd-sysv udev dbus libnss-systemd procps iproute2 util-linux
  gpiod socat
)
case $release in
  bookworm) packages+=(libstdc++6) ;; # for Node
  trixie) packages+=(nodejs kmod passwd) ;;
  *) fail "it is not known what Debian $release wants" ;;
esac
mmdebstrap --variant=essential --include="$(IFS=,; echo "${packages[*]}")" \
  --aptopt='Acquire::Languages "none"' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  "$release" "$work/root.tar" "deb $(mirror) $release main" ${security:+"deb $security $release-security main"} >&2 ||
  fail "Debian could not be installed: is the archive reachable? A cached image is used when there is one, in $cache"

root=$work/root
mkdir "$root"
tar -xf "$work/root.tar" -C "$root" --exclude='./dev/*'
rm "$work/root.tar"
cp -a --no-preserve=ownership "$here/guest/." "$root/"
if [[ $release == bookworm ]]; then
  install -m 755 "$(readlink -f "$(command -v node)")" "$root/usr/local/bin/node"
  chroot "$root" /bin/sh -ec 'groupadd -r gpio && useradd -r -M -s /usr/sbin/nologin -G dialout,gpio benchd' >&2
else
  # Nobody is in the group gpio before there is one.
  rm "$root/etc/udev/rules.d/99-com.rules"
fi
chroot "$root" /bin/sh -e >&2 <<'IN_IMAGE'
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
