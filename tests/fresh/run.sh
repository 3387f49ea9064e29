#!/bin/sh
# Proves the two commands of README.md on a bare Debian 12: debootstrap into a folder
# under build/, clone this checkout's HEAD into it, run them as written.
# Needs root, debootstrap and the Debian mirror this machine itself uses.
set -eu
cd "$(dirname "$0")/../.."
top=$PWD
[ "$(id -u)" = 0 ] || { echo "check-fresh: run it as root (it makes a chroot)" >&2; exit 1; }
command -v debootstrap >/dev/null 2>&1 || {
	DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends debootstrap >/dev/null
}
root=${FRESH_ROOT:-$top/build/fresh}
keep=${FRESH_KEEP:-}

clean_up() {
	for m in dev/pts dev proc .; do
		umount -l "$root/$m" 2>/dev/null || true
	done
	[ -n "$keep" ] || rm -rf --one-file-system "$root"
}
trap clean_up EXIT INT TERM

mirror=$(sed -n 's/^deb \(\[[^]]*\] \)\{0,1\}\([^ ]*\) bookworm main.*/\2/p' /etc/apt/sources.list 2>/dev/null | head -n 1)
[ -n "$mirror" ] || mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/*.sources 2>/dev/null | head -n 1)
[ -n "$mirror" ] || mirror=http://deb.debian.org/debian
rm -rf --one-file-system "$root"
mkdir -p "$root"
debootstrap --variant=minbase bookworm "$root" "$mirror" >"$top/build/fresh.log" 2>&1 || {
	tail -n 20 "$top/build/fresh.log"
	exit 1
}
# a mount of its own: tests that mount something in there are seen nowhere else
mount --bind "$root" "$root"
mount --make-rprivate "$root"
# the same way out as this machine: package sources, proxies and certificates
cp -a /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
printf '127.0.0.1 localhost\n' >"$root/etc/hosts" # the installer writes it, debootstrap does not
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount --bind /dev/pts "$root/dev/pts"

# line 1 of the README brings git and make
chroot "$root" sh -ec 'export DEBIAN_FRONTEND=noninteractive; apt-get -qq update
	apt-get -qq install -y --no-install-recommends git make ca-certificates >/dev/null'
git clone -q "$top" "$root/root/sightglass"

echo "check-fresh: make test"
chroot "$root" env -i HOME=/root TERM=xterm-256color PATH=/usr/sbin:/usr/bin:/sbin:/bin \
	sh -c 'cd && make -C sightglass test'
echo "check-fresh: make demo"
chroot "$root" env -i HOME=/root TERM=xterm-256color PATH=/usr/sbin:/usr/bin:/sbin:/bin \
	sh -c 'cd && /usr/bin/python3 sightglass/tests/fresh/drive_demo.py sightglass'
echo "check-fresh: both commands work on a bare machine"
