#!/bin/sh
# Installs the Debian packages that are missing for "build", "test", "lint", "bench" or "fuzz".
# A second run asks dpkg only. Without root and sudo it prints the line to run.
set -eu

case "${1:-}" in
build) want="gcc libc6-dev pkg-config libncurses-dev libmodbus-dev libmosquitto-dev
	libconfig-dev libsqlite3-dev libuv1-dev libjansson-dev libsodium-dev
	liboath-dev libqrencode-dev libseccomp-dev mosquitto" ;;
test) want="libcmocka-dev libvterm-dev mbpoll python3-pymodbus python3-serial-asyncio
	sqlite3 procps ncurses-term tmux strace socat openssh-server openssh-client oathtool systemd
	libpam0g-dev libpam-wrapper" ;;
lint) want="clang-format cppcheck pmccabe" ;;
bench) want="lua5.4" ;; # a peer of the expressions
fuzz) want="clang-14 libclang-rt-14-dev" ;;
*) echo "usage: deps.sh build|test|lint|bench|fuzz" >&2; exit 2 ;;
esac

missing=
for package in $want; do
	state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
	[ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
	as_root=
elif command -v sudo >/dev/null 2>&1 && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
	as_root=sudo
else
	echo "These packages are missing; as root run:" >&2
	echo "  apt-get update && apt-get install -y --no-install-recommends$missing" >&2
	exit 1
fi

echo "installing:$missing"
# "update" does not wait for the lists lock by itself (DPkg::Lock::Timeout is for install)
try=0
until $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update; do
	try=$((try + 1))
	[ $try -lt 60 ] || { echo "apt-get update failed for 10 minutes" >&2; exit 1; }
	sleep 10
done
# shellcheck disable=SC2086 # a list of words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 \
	install -y --no-install-recommends $missing >/dev/null
